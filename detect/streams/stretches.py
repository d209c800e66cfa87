"""Stretches: a batch of mixed rows laid out series by series, each followed by what came before it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Longs = NDArray[np.int64]
Places = NDArray[np.intp]


class Stretches(NamedTuple):
    """Items (rows or hours) by series, each series' in the order in which they came. Shapes: (n,); first, last: (m,)."""

    series: NDArray[np.integer[Any]]
    rank: Places | None
    """How many items of its series stand before each in this batch; None if every series has one alone."""
    first: Places
    last: Places
    """Where each series begins and where it ends."""
    own: Places | slice
    """The series that occur, as an index; a slice if there is none between them that does not occur."""


def order_of(series: NDArray[np.integer[Any]]) -> Places | None:
    """How to sort rows by series, those of one series as they came; None if they are sorted."""
    if bool((series[1:] >= series[:-1]).all()):
        return None
    return np.argsort(series, kind="stable")


def stretches_of(series: NDArray[np.integer[Any]]) -> Stretches:
    """Find the stretches of series that are sorted."""
    n = len(series)
    head = np.empty(n, np.bool_)
    head[:1] = True
    np.not_equal(series[1:], series[:-1], out=head[1:])
    if head.all():
        every = np.arange(n)
        return Stretches(series, None, every, every, _index(series))
    first = np.flatnonzero(head)
    last = np.append(first[1:], n) - 1
    rank = np.arange(n) - np.repeat(first, last - first + 1)
    return Stretches(series, rank, first, last, _index(series[first]))


def _index(series: NDArray[np.integer[Any]]) -> Places | slice:
    if len(series) and series[-1] - series[0] == len(series) - 1:
        return slice(int(series[0]), int(series[-1]) + 1)
    return series.astype(np.intp)


def shifted(rows: Stretches, value: Longs, newest: Longs) -> Longs:
    """The value (n,) of the item before each in its series; `newest` (s,) has those of the items before this batch."""
    heads = newest[rows.own].copy()
    if rows.rank is None:
        return heads
    before = np.empty_like(value)
    before[1:] = value[:-1]
    before[rows.first] = heads
    return before


class Tail:
    """The last `length` values of each series, newest first; NaN (0 for whole numbers) where there were none."""

    def __init__(self, length: int, dtype: type[np.generic]) -> None:
        self.length = length
        self._kept: NDArray[Any] = np.empty((length, 0), dtype)
        self._nothing = np.nan if np.issubdtype(dtype, np.floating) else 0

    def grow(self, size: int) -> None:
        """Have room for so many series."""
        more = np.full((self.length, size - self._kept.shape[1]), self._nothing, self._kept.dtype)
        self._kept = np.concatenate((self._kept, more), axis=1)

    def forget(self, series: Longs) -> None:
        self._kept[:, series] = self._nothing

    def follow(self, rows: Stretches, value: NDArray[Any]) -> NDArray[Any]:
        """Take further values in. The answer (length + 1, n) has each value in row 0 and behind it those before."""
        kept = self._kept
        behind = np.empty((self.length + 1, len(value)), kept.dtype)
        behind[0] = value
        if rows.rank is None:
            behind[1:] = kept[:, rows.own]
            kept[:, rows.own] = behind[:-1]
            return behind
        for back in range(1, self.length + 1):
            behind[back, back:] = value[:-back]
            early = np.flatnonzero(rows.rank < back)
            behind[back, early] = kept[back - 1 - rows.rank[early], rows.series[early]]
        kept[:, rows.own] = behind[:-1, rows.last]
        return behind


class Since:
    """The last row of each series at which something did not hold."""

    def __init__(self) -> None:
        self._not_us: Longs = np.empty(0, np.int64)

    def grow(self, size: int) -> None:
        """Have room for so many series."""
        self._not_us = np.append(self._not_us, np.zeros(size - len(self._not_us), np.int64))

    def follow(self, rows: Stretches, time_us: Longs, holds: NDArray[np.bool_]) -> tuple[Longs, Longs]:
        """Since when it has held at each row and at the row before it. It must not hold at the first row of a series.

        That is the time of the last row at which it did not hold, its own if it does not hold at it.
        """
        if rows.rank is None:
            former = self._not_us[rows.own].copy()
            began = np.where(holds, former, time_us)
            self._not_us[rows.own] = began
            return began, former
        turn = ~holds
        turn[rows.first] = True
        began = np.where(holds, self._not_us[rows.series], time_us)
        began = began[np.maximum.accumulate(np.where(turn, np.arange(len(turn)), 0))]
        former = shifted(rows, began, self._not_us)
        self._not_us[rows.own] = began[rows.last]
        return began, former
