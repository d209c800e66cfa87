"""Derived: what follows from readings, in buckets: how far goods are from the dew point, how warm they are themselves.

The arithmetic is that of the detectors (`detect.recalled`), with the goods and time constants of the plan. It rests on no
reading that the asker may not read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.selection import Interval, Want, clip
from detect.goods.courses import fed
from detect.nouns import (
    DEW_POINT_MARGIN,
    PRODUCT_TEMPERATURE,
    SURFACE_HUMIDITY,
    Goods,
    Limit,
    Severity,
    Watch,
)
from detect.recalled import Recalled
from detect.surfaces import NO_SERIES, Air, Role, Surface, Surfaces, compile_surfaces
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_DAY, Columns, SeriesKey
from store.nouns import Buckets, ReadingReader
from store.readings.buckets import Tally, grid

QUANTITIES = (DEW_POINT_MARGIN, PRODUCT_TEMPERATURE, SURFACE_HUMIDITY)
_DAMP = frozenset({DEW_POINT_MARGIN, SURFACE_HUMIDITY})
MOST_CURVES = 24
_MOST_US = 3660 * US_PER_DAY
"""Curves times time in one answer: they are reckoned from every reading."""
_STEP_US = 64 * US_PER_DAY
"""So much is reckoned at once."""


class Asked(NamedTuple):
    """What is to be reckoned."""

    quantity: str
    from_us: int
    to_us: int
    buckets: int


class Curve(NamedTuple):
    """Goods that follow the air of one device alike."""

    device: str
    goods: Goods
    probed: bool
    """Whether a probe tells of their surface, as long as it is heard."""
    sources: tuple[int, ...]
    """The series on which it rests."""
    pieces: tuple[tuple[int, Interval], ...]
    """Number of a virtual series, and when it counts."""


class Told(NamedTuple):
    """The curves that say anything, one a row of the grid; and how many more there may be."""

    curves: list[Curve]
    grid: Buckets
    left_out: int


class Allowed:
    """Readings as far as somebody may read them (`detect.ports.Rows`)."""

    def __init__(self, reader: ReadingReader, wants: Iterable[Want]) -> None:
        self._reader = reader
        self._intervals = {want.info.id: want.intervals for want in wants}

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """Readings of one series in [start_us, end_us); at most `limit`, the first ones."""
        (number,) = series
        parts = [Columns.empty()]
        for start, end in clip(self._intervals.get(number, ()), start_us, end_us):
            parts.append(self._reader.range([number], start, end, limit))
        found = Columns.concat(parts)
        return found if limit is None else found.take(slice(0, limit))


def concerning(watches: Iterable[Watch], places: Collection[str]) -> list[Watch]:
    """The watches of some places, and of those from where goods came to them."""
    every = list(watches)
    there = [one for one in every if one.zone in places]
    before = {p for one in there for goods in one.goods for stop in goods.path for p in stop.places}
    return there + [replace(one, goods=()) for one in every if one.zone in before - set(places)]


def surfaces_of(
    watches: Iterable[Watch], places: Collection[str], series: Mapping[int, SeriesKey], quantity: str,
    seen: Callable[[Goods], bool],
) -> Surfaces:  # fmt: skip
    """The goods in some places as a quantity asks for them, whether or not a limit names it; without goods the bare air.

    Args:
        seen: whether the asker may know of goods.
    """
    asking = []
    for one in watches:
        goods = tuple(each for each in one.goods if seen(each))
        limits = _limits(goods, quantity) if one.zone in places else ()
        asking.append(replace(one, goods=goods, limits=limits))
    return compile_surfaces(asking, series, {quantity})


def _limits(goods: Sequence[Goods], quantity: str) -> tuple[Limit, ...]:
    """A limit that judges nothing for each profile, so that its goods are reckoned."""
    bands = dict.fromkeys(f"{one.profile}/" if one.profile else "" for one in goods) or [""]
    return tuple(Limit(f"{band}shown", quantity, "low", 0.0, 0.0, 0, 1, Severity.ADVICE) for band in bands)


def curves_of(surfaces: Surfaces, while_there: Mapping[str, Sequence[Interval]], asked: Asked) -> list[Curve]:
    """The curves that tell something of the time asked for: settled goods first, then those that came last.

    Args:
        while_there: device → when it was in the place and may be read.
    """
    held: dict[int, list[Interval]] = {}
    for one in surfaces.watches:
        to_us = FOREVER_US if one.valid_to_us is None else one.valid_to_us
        held.setdefault(int(one.device), []).append((one.valid_from_us, to_us))
    found: dict[tuple[str, Goods], Curve] = {}
    for number, (surface, quantity) in enumerate(surfaces.names):
        there = surfaces.surfaces[surface]
        air = surfaces.airs[there.air]
        spans = _within(held.get(surface, ()), while_there.get(air.device, ()), asked)
        if not spans or not _tells(there, air, quantity):
            continue
        goods = surfaces.goods[surface]._replace(profile="")
        new = Curve(
            air.device, goods, not there.fresh and air.series[Role.SURFACE] != NO_SERIES,
            tuple(n for n in air.series if n != NO_SERIES), tuple((number, span) for span in spans),
        )  # fmt: skip
        old = found.get((air.device, goods))
        found[air.device, goods] = new if old is None else _joined(old, new)
    return sorted(found.values(), key=_order)


def _joined(old: Curve, new: Curve) -> Curve:
    sources = tuple(dict.fromkeys((*old.sources, *new.sources)))
    return Curve(old.device, old.goods, old.probed or new.probed, sources, (*old.pieces, *new.pieces))


def _order(curve: Curve) -> tuple[bool, int, str, str]:
    since_us = curve.goods.since_us
    return since_us is not None, -(since_us or 0), curve.device, curve.goods.form


def _within(held: Iterable[Interval], there: Sequence[Interval], asked: Asked) -> list[Interval]:
    """When goods were there, and so was the device, in the time asked for."""
    spans: list[Interval] = []
    for start, end in sorted(
        span for a, b in held for span in clip(there, max(a, asked.from_us), min(b, asked.to_us))
    ):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _tells(there: Surface, air: Air, quantity: str) -> bool:
    """Whether a device says enough; goods that are as warm as the air are no curve of their own."""
    if quantity in _DAMP:
        return air.series[Role.HUMIDITY] != NO_SERIES
    return there.lag_us > 0 or air.series[Role.SURFACE] != NO_SERIES


def reckoned(reader: Allowed, surfaces: Surfaces, curves: Sequence[Curve], asked: Asked, now_us: int) -> Told:
    """min/mean/max of each curve over at most so many equal intervals, as `ReadingReader.aggregate` has them."""
    over = grid(asked.from_us, asked.to_us, asked.buckets)
    most = max(1, min(MOST_CURVES, _MOST_US // (over.end_us - over.start_us)))
    shown = list(curves[:most])
    tally = Tally(np.arange(len(shown), dtype=np.int32), over)
    recalled = Recalled(surfaces, reader, fed(now_us))
    for row, curve in enumerate(shown):
        for number, (start_us, end_us) in curve.pieces:
            for at in range(start_us, min(end_us, over.end_us), _STEP_US):
                rows = recalled.range([number], at, min(at + _STEP_US, end_us, over.end_us))
                tally.readings(replace(rows, series=np.full(len(rows), row, np.int32)))
    told = tally.buckets()
    some = np.flatnonzero(told.count.any(axis=1))
    return Told([shown[row] for row in some.tolist()], _rows(told, some), len(curves) - len(shown))


def _rows(told: Buckets, some: NDArray[np.intp]) -> Buckets:
    """Some rows of a grid."""
    return replace(
        told, series=told.series[some], count=told.count[some], minimum=told.minimum[some], mean=told.mean[some],
        maximum=told.maximum[some],
    )  # fmt: skip
