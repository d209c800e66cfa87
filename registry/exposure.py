"""Exposure: what goods went through, place by place: means weighted by time, time beyond each limit, and on what it rests.

The arithmetic is that of `detect.runs`: the way between two trusted readings counts unless they lie further apart than
a device may be silent; what lies between those is unknown and adds nothing. A value holds until the next one; the mean takes
the way between two as straight. Several devices in a place count together: a moment is beyond a limit if any says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.nouns import Finding, Limit, Watch
from detect.tracks import FOREVER_US, silence_us
from ingest.nouns import US_PER_MINUTE, Columns, Flag
from registry import plan
from registry.nouns import RegistrySnapshot
from registry.prevailing import prevailing
from registry.stays import stays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Beside(NamedTuple):
    """A device hung beside the goods from–to."""

    device: str
    from_us: int
    to_us: int
    max_gap_us: int
    """A longer pause of it is unknown time."""
    limits: tuple[Limit, ...]
    """Of the profile that holds for the goods there."""


class Stay(NamedTuple):
    """The goods were in a place from–to, and these devices with them."""

    place: str
    from_us: int
    to_us: int
    beside: tuple[Beside, ...]


class Beyond(NamedTuple):
    """For how long the goods were beyond a limit, and by how much."""

    limit: Limit
    us: int
    area: float
    """Unit-minutes beyond the limit, at each moment by the device that is farthest beyond."""
    covered_us: int
    """For how long some device for which the limit held told anything."""
    stretches: tuple[Ints, Ints]
    """From when to when, in order and apart; (n,) each."""


class Exposure(NamedTuple):
    """What the goods went through in one stay, in one quantity."""

    quantity: str
    devices: int
    samples: int
    minimum: float | None
    """None where no trusted reading was there."""
    mean: float | None
    maximum: float | None
    coverage: float
    """Share of the stay that rests on readings, 0…1."""
    imported: float
    """Share of the covered time that rests on files uploaded later, 0…1."""
    beyond: tuple[Beyond, ...]


RowsOf = Callable[[str, str, int, int], Columns]
"""(device, quantity, from, to) → readings of that series in [from, to), by time."""


def watches_beside(snapshot: RegistrySnapshot, lot: str) -> list[Watch]:
    """What is expected of devices in the places where a lot ever was."""
    places = {stay.place for stay in stays(snapshot) if stay.lot == lot}
    return plan.watches(snapshot, [one for one in snapshot.placements if one.place in places])


def stays_of(
    snapshot: RegistrySnapshot, watches: Iterable[Watch], lot: str, from_us: int, to_us: int
) -> list[Stay]:
    """Where a lot was in [from_us, to_us), and which devices were there with it."""
    holds, goods = prevailing(snapshot), next((one for one in snapshot.lots if one.key == lot), None)
    by_place: dict[str, list[Watch]] = {}
    for watch in watches:
        by_place.setdefault(watch.zone, []).append(watch)
    found = []
    for stay in stays(snapshot):
        start, end = max(stay.from_us, from_us), min(stay.to_us, to_us)
        if stay.lot == lot and start < end:
            profile = holds(goods, stay.place) if goods else ""
            there = tuple(_beside(by_place.get(stay.place, ()), start, end, profile))
            found.append(Stay(stay.place, start, end, there))
    return sorted(found, key=lambda stay: (stay.from_us, stay.to_us, stay.place))


def exposure(stay: Stay, quantities_of: Callable[[str], Iterable[str]], rows_of: RowsOf) -> list[Exposure]:
    """What the goods went through in a stay, by quantity.

    Args:
        quantities_of: full name of a device → what it says.
        rows_of: the readings; those up to a gap before and after the stay are asked for too.
    """
    by_quantity: dict[str, list[Beside]] = {}
    for one in stay.beside:
        for quantity in quantities_of(one.device):
            by_quantity.setdefault(quantity, []).append(one)
    return [_of_quantity(stay, quantity, found, rows_of) for quantity, found in sorted(by_quantity.items())]


def about(one: Finding, stay: Stay) -> bool:
    """Whether a finding is about goods in a stay."""
    if one.zone != stay.place or one.start_us >= stay.to_us:
        return False
    if one.end_us is not None and one.end_us <= stay.from_us:
        return False
    bare = one.band.partition("@")[0]
    return not bare or any(limit.band == bare for beside in stay.beside for limit in beside.limits)


def _beside(watches: Iterable[Watch], start: int, end: int, profile: str) -> Iterator[Beside]:
    """The devices of a place within [start, end), with the limits of the profile that holds there for the goods."""
    for watch in watches:
        to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
        from_us, to_us = max(start, watch.valid_from_us), min(end, to_us)
        if from_us < to_us:
            limits = tuple(limit for limit in watch.limits if limit.band.startswith(f"{profile}/"))
            yield Beside(watch.device, from_us, to_us, silence_us(watch.interval_us), limits)


class _Ways(NamedTuple):
    """Ways between two readings, cut to where the device was beside the goods; arrays of equal length."""

    from_us: Ints
    to_us: Ints
    first: Floats
    """The value from which each way goes: it holds until its end."""
    middle: Floats
    """The mean value on each way."""
    imported: NDArray[np.bool_]


def _of_quantity(stay: Stay, quantity: str, beside: Sequence[Beside], rows_of: RowsOf) -> Exposure:
    inside: list[Floats] = []
    parts: list[tuple[Beside, _Ways]] = []
    for one in beside:
        rows = trusted(
            rows_of(one.device, quantity, one.from_us - one.max_gap_us, one.to_us + one.max_gap_us + 1)
        )
        inside.append(rows.value[(rows.time_us >= one.from_us) & (rows.time_us < one.to_us)])
        parts.append((one, _ways(rows, one)))
    values = np.concatenate(inside)
    lengths = np.concatenate([ways.to_us - ways.from_us for _, ways in parts])
    middles = np.concatenate([ways.middle for _, ways in parts])
    covered = _union([(ways.from_us, ways.to_us) for _, ways in parts])
    files = _union([(w.from_us[w.imported], w.to_us[w.imported]) for _, w in parts])
    total = int(lengths.sum())
    return Exposure(
        quantity,
        len({one.device for one in beside}),
        len(values),
        float(values.min()) if len(values) else None,
        float((middles * lengths).sum() / total) if total else None,
        float(values.max()) if len(values) else None,
        round(covered / (stay.to_us - stay.from_us), 4),
        round(files / covered, 4) if covered else 0.0,
        tuple(_beyond(quantity, parts)),
    )


def _ways(rows: Columns, beside: Beside) -> _Ways:
    """The ways between readings that are not too far apart, cut to [from, to)."""
    begin, end = rows.time_us[:-1], rows.time_us[1:]
    start, stop = np.maximum(begin, beside.from_us), np.minimum(end, beside.to_us)
    near = (end - begin <= beside.max_gap_us) & (start < stop)
    begin, end, start, stop = begin[near], end[near], start[near], stop[near]
    first, last = rows.value[:-1][near], rows.value[1:][near]
    halfway = ((start - begin) + (stop - begin)) / (2.0 * (end - begin))
    of_file = (rows.flags & int(Flag.IMPORTED)) != 0
    return _Ways(start, stop, first, first + (last - first) * halfway, (of_file[:-1] | of_file[1:])[near])


def _beyond(quantity: str, parts: Sequence[tuple[Beside, _Ways]]) -> Iterator[Beyond]:
    """Per limit of the goods for how long any device said that they were beyond it."""
    limits = dict.fromkeys(
        limit for one, _ in parts for limit in one.limits if limit.quantity == quantity
    )  # in their order
    for limit in limits:
        side = 1.0 if limit.side == "high" else -1.0
        own = [ways for one, ways in parts if limit in one.limits]
        begin, end, farthest = _farthest(own, side)
        over = side * limit.limit < farthest
        length, covered = (end - begin)[over], (end - begin)[np.isfinite(farthest)]
        area = float(((farthest[over] - side * limit.limit) * length).sum()) / US_PER_MINUTE
        spans = joined(begin[over], end[over])
        yield Beyond(limit, int(length.sum()), round(area, 3), int(covered.sum()), spans)


def _farthest(parts: Sequence[_Ways], side: float) -> tuple[Ints, Ints, Floats]:
    """Between all moments at which some device's value changes, the value that is farthest to a side, signed."""
    begin = np.concatenate([ways.from_us for ways in parts])
    end = np.concatenate([ways.to_us for ways in parts])
    value = side * np.concatenate([ways.first for ways in parts])
    edges = np.unique(np.concatenate([begin, end]))
    farthest = np.full(max(len(edges) - 1, 0), -np.inf)
    first = edges.searchsorted(begin)
    count = edges.searchsorted(end) - first
    own = np.repeat(np.arange(len(begin)), count)
    cell = np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count) + first[own]
    np.maximum.at(farthest, cell, value[own])
    return edges[:-1], edges[1:], farthest


def joined(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Stretches in order of time, joined where they touch or overlap."""
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], np.maximum.accumulate(end[order]) if len(end) else end
    new = np.append(True, begin[1:] > end[:-1]) if len(begin) else np.zeros(0, np.bool_)
    last = np.append(np.flatnonzero(new)[1:] - 1, len(end) - 1) if len(begin) else np.zeros(0, np.intp)
    return begin[new], end[last]


def _union(spans: Sequence[tuple[Ints, Ints]]) -> int:
    """How long it is that at least one of the spans lasts, µs."""
    begin, end = joined(np.concatenate([s[0] for s in spans]), np.concatenate([s[1] for s in spans]))
    return int((end - begin).sum())
