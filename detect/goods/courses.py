"""Courses: the goods' own temperature as a virtual series, per device and goods that follow the air alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detect.examining import Span
from detect.nouns import Limit, Watch
from detect.recalled import Recalled, Told
from detect.surfaces import Surfaces, compile_surfaces
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE, Columns, SeriesKey

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
AHEAD_US = 10 * US_PER_MINUTE
"""No kept reading lies farther ahead of its receipt."""


class Course(Recalled):
    """The temperature of goods wherever the readings tell it. Goods' temperature is what its virtual series hold."""

    def _columns(self, number: int, quantity: str, told: Told) -> Columns:
        value = told.derived.product_c
        known = ~np.isnan(value)
        n = int(known.sum())
        return Columns(
            np.full(n, number, np.int32), told.moments.time_us[known], value[known], np.zeros(n, np.uint8)
        )


class Changes(Course):
    """How fast that temperature changes, K/h: between the ends of a window, whose length the quantity's name tells."""

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """The values of one virtual series, as readings; with `limit` the first temperatures: is there anything?"""
        (number,) = series
        if limit is not None:
            return super().range(series, start_us, end_us, limit)
        surface, quantity = self._surfaces.names[number]
        gap_us = self._surfaces.airs[self._surfaces.surfaces[surface].air].gap_us
        window_us = window_of(quantity)
        rows = super().range(series, start_us - window_us - gap_us, end_us)
        return rates(rows, window_us, gap_us, start_us)


def rates(rows: Columns, window_us: int, gap_us: int, from_us: int) -> Columns:
    """How fast a value changes, per hour and without sign: its way over the window before, from `from_us` on.

    Nothing is said where the window begins before the first value, or in a pause longer than `gap_us`.
    """
    times, values = rows.time_us, rows.value
    if len(times) < 2:
        return Columns.empty()
    then_us = times - window_us
    after = np.minimum(times.searchsorted(then_us, "left"), len(times) - 1)
    before = np.maximum(after - (times[after] > then_us), 0)
    width = times[after] - times[before]
    known = (then_us >= times[0]) & (width <= gap_us) & (times >= from_us)
    past = np.interp(then_us.astype(np.float64), times.astype(np.float64), values)
    rate = np.abs(values - past) * (US_PER_HOUR / window_us)
    return Columns(rows.series[known], times[known], rate[known], rows.flags[known])


def windowed(limit: Limit) -> Limit:
    """A limit whose quantity's name tells its window: rates over different windows are different series."""
    return replace(limit, quantity=f"{limit.quantity}@{limit.window_us}")


def window_of(quantity: str) -> int:
    """The window in the name of a quantity, µs."""
    return int(quantity.rpartition("@")[2])


def surfaces_of(
    watches: Iterable[Watch],
    series: Mapping[int, SeriesKey],
    quantity: str,
    own: Callable[[Limit], Limit] = lambda limit: limit,
) -> Surfaces:
    """The goods for which a quantity is limited. `own`: each limit as it is to be compared with a virtual series."""
    asking = [
        replace(watch, limits=tuple(own(limit) for limit in watch.limits if limit.quantity == quantity))
        for watch in watches
    ]
    asked = {limit.quantity for watch in asking for limit in watch.limits}
    return compile_surfaces(asking, series, asked)


def stirred(surfaces: Surfaces, touched: Mapping[int, Span]) -> dict[str, int]:
    """Device → from when on what it tells of goods may be otherwise, for what touched series say."""
    first: dict[str, int] = {}
    for device, time_us in _stirred(surfaces, touched):
        first[device] = min(first.get(device, time_us), time_us)
    return first


def _stirred(surfaces: Surfaces, touched: Mapping[int, Span]) -> Iterator[tuple[str, int]]:
    for series, span in touched.items():
        for air, _ in surfaces.listening.get(series, ()):
            yield surfaces.airs[air].device, span.first_us
        for surface, from_us, to_us in surfaces.remembering.get(series, ()):
            there = surfaces.surfaces[surface]
            if span.first_us < to_us and span.last_us >= from_us:
                yield surfaces.airs[there.air].device, there.begin_us


def fed(as_of_us: int) -> Callable[[int], int]:
    """All that is kept by a moment counts."""
    return lambda _: min(as_of_us + AHEAD_US, FOREVER_US)
