"""Buckets: min/mean/max over equal intervals, from readings and from hourly figures alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_HOUR, Columns
from store.nouns import Buckets
from store.readings.columns import UNUSABLE, Index, Ints
from store.readings.pages import Hours

MOST_CELLS = 5_000_000
"""Series × buckets of one answer."""


class Grid(NamedTuple):
    """Equal intervals, by whole hours where hourly figures can serve."""

    start_us: int
    width_us: int
    n: int

    @property
    def end_us(self) -> int:
        """Where the last interval ends."""
        return self.start_us + self.n * self.width_us

    @property
    def by_hour(self) -> bool:
        """Whether every interval is made of whole hours."""
        return self.width_us % US_PER_HOUR == 0 and self.start_us % US_PER_HOUR == 0


def grid(start_us: int, end_us: int, buckets: int) -> Grid:
    """At most `buckets` intervals over [start_us, end_us); whole hours if they are an hour or longer."""
    if end_us <= start_us or buckets < 1:
        raise ValueError("an interval and at least one bucket are needed")
    width = -(-(end_us - start_us) // buckets)
    if width >= US_PER_HOUR:
        start_us = start_us // US_PER_HOUR * US_PER_HOUR
        width = -(-(end_us - start_us) // (buckets * US_PER_HOUR)) * US_PER_HOUR
    return Grid(start_us, width, -(-(end_us - start_us) // width))


class Tally:
    """Buckets being filled."""

    def __init__(self, series: NDArray[np.int32], over: Grid) -> None:
        if len(series) * over.n > MOST_CELLS:
            raise ValueError(f"{len(series)} series × {over.n} buckets are too many for one answer")
        self._series, self._grid = series, over
        cells = len(series) * over.n
        self._count = np.zeros(cells, np.int64)
        self._minimum, self._maximum = np.full(cells, np.inf), np.full(cells, -np.inf)
        self._total = np.zeros(cells)
        self._left_out = np.zeros(cells, bool)

    def _cells(self, series: NDArray[np.int32], time_us: Ints) -> Index:
        row = np.searchsorted(self._series, series)
        return row * self._grid.n + (time_us - self._grid.start_us) // self._grid.width_us

    def readings(self, rows: Columns) -> None:
        """Add the usable ones among readings of the grid's time, of its series, in any order, and mark where others were."""
        usable = (rows.flags & UNUSABLE) == 0
        cells = self._cells(rows.series, rows.time_us)
        self._left_out[cells[~usable]] = True
        rows, cells = rows.take(usable), cells[usable]
        self._add(cells, np.ones(len(rows), np.int64), rows.value, rows.value, rows.value)

    def hours(self, series: NDArray[np.int32], hour_us: Ints, hours: Hours) -> None:
        """Add hourly figures."""
        self._add(self._cells(series, hour_us), hours.count, hours.minimum, hours.maximum, hours.total)

    def _add(
        self,
        cells: Index,
        count: Ints,
        least: NDArray[np.float64],
        most: NDArray[np.float64],
        total: NDArray[np.float64],
    ) -> None:
        np.add.at(self._count, cells, count)
        np.minimum.at(self._minimum, cells, least)
        np.maximum.at(self._maximum, cells, most)
        np.add.at(self._total, cells, total)

    def buckets(self) -> Buckets:
        """What has been added."""
        shape = (len(self._series), self._grid.n)
        empty = self._count == 0
        mean = np.divide(self._total, self._count, out=np.full(len(empty), np.nan), where=~empty)
        self._minimum[empty] = self._maximum[empty] = np.nan
        return Buckets(
            self._series,
            self._grid.start_us + np.arange(self._grid.n) * self._grid.width_us,
            self._grid.width_us,
            self._count.reshape(shape),
            self._minimum.reshape(shape),
            mean.reshape(shape),
            self._maximum.reshape(shape),
            self._left_out.reshape(shape),
        )
