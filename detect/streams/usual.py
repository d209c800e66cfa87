"""What is usual of a series: how far it steps, how long it stays the same and where it stands, by the hours before.

Every hour is summed up in whole numbers, which add up to the same whatever the cut. The step of an hour is the harmonic mean of
its steps other than none: a third of them may be spikes, and it grows by half. What is usual are quantiles over the hours, so
that hours of fault change it little.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.streams.stretches import Floats, Longs, Places, Stretches, Tail, stretches_of
from ingest.nouns import US_PER_HOUR

HOURS = 16
"""So many hours before are looked at."""
LEAST_HOURS = 1
LEAST_ROWS = 12
"""Less than this is known of too little to say what is usual."""
UNIT = 1000
"""Levels are counted in thousandths."""
SMALL = np.float32(0.002)
"""A smaller step is none: what rounding leaves of a change of units."""
_INVERSE = 100_000
SHARE = 0.5
"""The quantile for steps: nearly half of the hours may be faulty."""
STILL = 0.5
"""The quantile for the time at one value."""
SETTLED_HOURS = 6
"""What goes forth and back is known after so many hours: a machine that has just begun to cycle is no news of the sensor."""
_LAST = np.iinfo(np.int64).max
_NEVER = np.iinfo(np.int64).min
STEPS, INVERSE, LEVEL, ROWS, TURNS, FLAT = range(6)
"""The rows of sums: all but the last are added up, of that the greatest counts."""


class Usual(NamedTuple):
    """What is usual of the series of each row; NaN (0) where too little is known. Shapes: (n,)."""

    step: Floats
    """How far it goes when it goes: at least its resolution. 0 if it never went."""
    level: Floats
    """The median of its hourly means."""
    flat_us: Longs
    """The longest time at one value that ended in the middle one of its hours."""
    rows: Longs
    """How many readings an hour has."""
    turn: Floats
    """How far it goes forth and back on the average (the smaller one of two opposite steps); inf until that is settled."""


def summary(step: Floats, turn: Floats, value: Floats, flat_us: Longs) -> Longs:
    """Rows as sums of one (6, n): `step` to the row before and `turn` against the step before that (NaN = none), `flat_us` the
    stay at one value that ended here."""
    moved = step > SMALL
    sums = np.empty((6, len(step)), np.int64)
    sums[STEPS] = moved
    sums[INVERSE] = np.divide(np.float32(_INVERSE), step, out=np.zeros_like(step), where=moved)
    sums[LEVEL] = np.rint(value * np.float32(UNIT))
    sums[ROWS] = 1
    sums[TURNS] = np.multiply(turn, np.float32(UNIT), out=np.zeros_like(turn), where=turn > 0)
    sums[FLAT] = flat_us
    return sums


class Hourly:
    """Sums up the hours of every series and keeps what is usual. Sums are (6, n) by the rows above."""

    def __init__(self) -> None:
        self._hour: Longs = np.empty(0, np.int64)
        self._sums: Longs = np.empty((6, 0), np.int64)
        self._usual = _unknown(0)
        self._hours = Tail(HOURS - 1, np.int64)
        self._past = [Tail(HOURS - 1, np.int64) for _ in range(6)]

    def grow(self, size: int) -> None:
        """Have room for so many series."""
        more = size - len(self._hour)
        self._hour = np.append(self._hour, np.full(more, _NEVER))
        self._sums = np.concatenate((self._sums, np.zeros((6, more), np.int64)), axis=1)
        self._usual = _joined(self._usual, _unknown(more))
        for tail in (self._hours, *self._past):
            tail.grow(size)

    def forget(self, series: Longs) -> None:
        self._hour[series] = _NEVER
        for tail in (self._hours, *self._past):
            tail.forget(series)

    def follow(self, rows: Stretches, hour: Longs, sums: Longs) -> Usual:
        """Take rows in; the answer is what was usual in the whole hours before each one's own."""
        if rows.rank is None and bool((self._hour[rows.own] == hour).all()):
            self._sums[:, rows.own] = _together(sums, self._sums[:, rows.own])
            return _some(self._usual, rows.own)
        began = _beginnings(rows, hour)
        spans = stretches_of(rows.series[began])
        usual = self._over(spans, hour[began], _summed(sums, began))
        return _some(usual, np.repeat(np.arange(len(began)), np.diff(np.append(began, len(hour)))))

    def _over(self, spans: Stretches, hour: Longs, total: Longs) -> Usual:
        """What is usual (n,) at each stretch of rows within an hour. Completes `total` with what came before."""
        first = np.zeros(len(hour), np.bool_)
        first[spans.first] = True
        going = first & (self._hour[spans.series] == hour)
        total[:, going] = _together(total[:, going], self._sums[:, spans.series[going]])
        usual = _some(self._usual, spans.series)
        fresh = np.flatnonzero(~going)
        _put(usual, fresh, self._begin(spans, hour, total, fresh, first[fresh]))
        self._hour[spans.own] = hour[spans.last]
        self._sums[:, spans.own] = total[:, spans.last]
        _put(self._usual, spans.own, _some(usual, spans.last))
        return usual

    def _begin(
        self, spans: Stretches, hour: Longs, total: Longs, fresh: Places, first: NDArray[np.bool_]
    ) -> Usual:
        """Hours begin at `fresh`: each ends the hour of its series before it, and learns anew what is usual."""
        series = spans.series[fresh]
        ended = np.where(first, self._hour[series], hour[fresh - 1])
        sums = np.where(first, self._sums[:, series], total[:, fresh - 1])
        runs = stretches_of(series)
        recent = self._hours.follow(runs, ended) >= hour[fresh] - HOURS
        steps, rows = sums[STEPS], np.maximum(sums[ROWS], 1)
        step = steps * (_INVERSE * UNIT) // np.maximum(sums[INVERSE], 1)
        summed = (steps, rows, step, sums[LEVEL] // rows, sums[TURNS] // rows, sums[FLAT])
        past = [tail.follow(runs, one) for tail, one in zip(self._past, summed, strict=True)]
        return _learned(past, recent)


def _unknown(size: int) -> Usual:
    nothing, none = np.full(size, np.nan, np.float32), np.zeros(size, np.int64)
    return Usual(nothing, nothing.copy(), none, none.copy(), np.full(size, np.inf, np.float32))


def _some(usual: Usual, which: Places | slice | NDArray[np.integer[Any]]) -> Usual:
    return Usual(
        usual.step[which], usual.level[which], usual.flat_us[which], usual.rows[which], usual.turn[which]
    )


def _put(whole: Usual, which: Places | slice, part: Usual) -> None:
    whole.step[which], whole.level[which], whole.flat_us[which], whole.rows[which], whole.turn[which] = part


def _joined(one: Usual, other: Usual) -> Usual:
    return Usual(
        np.append(one.step, other.step), np.append(one.level, other.level), np.append(one.flat_us, other.flat_us),
        np.append(one.rows, other.rows), np.append(one.turn, other.turn),
    )  # fmt: skip


def _beginnings(rows: Stretches, hour: Longs) -> Places:
    """Where a series or an hour begins."""
    if rows.rank is None:
        return rows.first
    head = np.append(True, hour[1:] != hour[:-1])
    head[rows.first] = True
    return np.flatnonzero(head)


def _summed(sums: Longs, began: Places) -> Longs:
    total = np.add.reduceat(sums, began, axis=1)
    total[FLAT] = np.maximum.reduceat(sums[FLAT], began)
    return total


def _together(one: Longs, other: Longs) -> Longs:
    both = one + other
    np.maximum(one[FLAT], other[FLAT], out=both[FLAT])
    return both


def _learned(past: list[Longs], recent: NDArray[np.bool_]) -> Usual:
    """Quantiles (n,) over the recent ones among the hours before, (HOURS, n), newest first.

    An hour without a step is one of stillness, unless none has come since: then it may be the fault that is looked for.
    """
    steps, rows, step, level, turn, flat = past
    ended = ~np.logical_and.accumulate(steps == 0, axis=0)
    flat = np.where(steps == 0, np.maximum(flat, US_PER_HOUR), flat)
    known = (recent.sum(axis=0) >= LEAST_HOURS) & (np.where(recent, rows, 0).sum(axis=0) >= LEAST_ROWS)
    nothing, unit = np.where(known, np.float32(0), np.float32(np.nan)), np.float32(UNIT)
    return Usual(
        _quantile(step, recent & (steps > 0), SHARE).astype(np.float32) / unit + nothing,
        _quantile(level, recent, 0.5).astype(np.float32) / unit + nothing,
        _quantile(flat, recent & ended, STILL) * known,
        _quantile(rows, recent, 0.5) * known,
        np.where(
            recent.sum(axis=0) >= SETTLED_HOURS,
            _quantile(turn, recent, SHARE).astype(np.float32) / unit,
            np.float32(np.inf),
        ),
    )


def _quantile(values: Longs, known: NDArray[np.bool_], share: float) -> Longs:
    """By column, of those that are known; 0 where none is."""
    ranked = np.sort(np.where(known, values, _LAST), axis=0)
    count = known.sum(axis=0)
    at = (np.maximum(count - 1, 0) * share).astype(np.int64)
    return np.where(count > 0, np.take_along_axis(ranked, at[None], axis=0)[0], 0)
