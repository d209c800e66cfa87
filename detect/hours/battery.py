"""Batteries: the day on which one will be too flat to be believed, told from how its voltage has fallen.

Voltage is noisy, follows the warmth of its cells through the day, and comes with holes. So each hour has a level, the
median of the hourly means of the day before it, and the fall is taken from pairs of levels that lie days apart (the
median of their slopes: Theil 1950, Sen 1968). Quantiles of those slopes, and what is unsure about the cut-off, give those of the
end of life. A level covers a whole day of warm and cold, so that nothing need be compensated.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.hours.cells import Cells, rows_of
from detect.hours.levels import (
    DAY,
    LEAST_HOURS,
    Bools,
    Floats,
    Ints,
    daily,
    levels,
    of_sorted,
    silent_verdict,
    until,
    windows,
)
from detect.nouns import Json, Kind
from detect.streams.nouns import NOTHING, Hours, Verdict
from ingest.nouns import US_PER_HOUR

SPANS_DAYS = (7, 14)
"""Over so many days back the fall is taken."""
APART = 2
"""Of a span seven steps are compared; levels nearer than so many of them say more of the weather than of the battery."""
LEAST_PAIRS = 8
LEAST_LATELY = 3
"""Of the short span, where the long one tells of a slow fall."""
FALLING = 0.8
"""The share of the pairs that must fall for it to be a fall."""
HASTENS = 1.5
"""Discharge curves bend down: to its end a battery falls half as fast again, on the average, as it did the days before."""
HORIZON = 8 * DAY
"""How long before its end (P50) a battery is announced: time for a visit; before, few show when they will end."""
HOLD = 26 * DAY
"""It stays announced for so long after it last looked like that, unless another battery is put in."""
FRESH = 30 * DAY
"""The highest level within so long tells what battery it is."""
FAR = 10 * 365 * DAY
"""Hours left of a battery that does not fall."""
LATEST = 90 * DAY
"""What lies farther ahead than this is not told as a date: P90 of a battery that is at its end and has stopped falling."""


class Course(NamedTuple):
    """A battery by hours. Shapes: (h,); NaN where not enough is known."""

    level: Floats
    slope: Floats
    """Per hour."""
    left: tuple[Floats, Floats, Floats]
    """P10, P50 and P90 of the hours until its end; 0 = it has come."""
    cells: NDArray[np.intp]
    """Which row of the table it is taken for."""


class Battery:
    """Announces the end of batteries. What it says of an hour depends on the 60 days before."""

    version: str = "1"
    kinds: tuple[Kind, ...] = (Kind.LOW_BATTERY,)
    look_back_hours: int = 60 * DAY

    def __init__(self, quantity: str, table: Sequence[Cells]) -> None:
        """`table`: what batteries there are, by their highest level; one row if it is known which it is."""
        self.name = quantity
        self.quantities = frozenset({quantity})
        self.table = tuple(table)

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say of each hour whether the battery is announced to end."""
        if not len(hours.hour):
            return silent_verdict()
        course = self.course(hours)
        near = self._near(course)
        stands = self._standing(hours.hour, course, _steady(hours.hour, near))
        began = np.maximum.accumulate(np.where(stands & ~np.append(False, stands[:-1]), hours.hour, 0))
        return Verdict(
            _score(course, stands),
            np.where(stands, 0, NOTHING).astype(np.int8),
            np.where(stands, began * US_PER_HOUR, 0),
        )

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """How it stood at that hour, and when it will end as was known then."""
        course = self.course(until(hours, at + 1))
        cells = self.table[int(course.cells[-1])]
        p10, p50, p90 = ends(int(hours.hour[at]), course, LATEST)
        return {
            "value": round(float(course.level[-1]), 3), "limit": cells.cut_off, "cells": cells.name,
            "slope_per_day": round(float(course.slope[-1]) * DAY, 4), "p10_us": p10, "p50_us": p50, "p90_us": p90,
        }  # fmt: skip

    def course(self, hours: Hours) -> Course:
        """How high it stands at each hour, how fast it falls, and how long it lasts."""
        level = levels(hours)
        cells = rows_of(self.table, _highest(hours.hour, level))
        rows = np.array([(one.cut_off, one.unsure) for one in self.table])[cells]
        cut_off, unsure = rows[:, 0], rows[:, 1]
        steep, slope, shallow = _slopes(hours.hour, level)
        left = (
            _hours_left(level - cut_off - unsure, HASTENS * steep),
            _hours_left(level - cut_off, HASTENS * slope),
            _hours_left(level - cut_off + unsure, shallow),
        )
        return Course(level, slope, left, cells)

    def _near(self, course: Course) -> Bools:
        knee = np.array([one.knee for one in self.table])[course.cells]
        return (course.level < knee) & (course.left[1] <= HORIZON)

    def _standing(self, hour: Ints, course: Course, told: Bools) -> Bools:
        """Announced within HOLD, and no other battery put in since."""
        fresh = course.level > np.array([one.knee for one in self.table])[course.cells]
        last_told = np.maximum.accumulate(np.where(told, hour, 0))
        last_fresh = np.maximum.accumulate(np.where(fresh, hour, 0))
        return (last_told > last_fresh) & (hour - last_told < HOLD)


def _score(course: Course, stands: Bools) -> NDArray[np.float32]:
    """1 at its end, towards 0 far ahead of it; 0.5 and more where it is announced, less where not."""
    score = HORIZON / (HORIZON + course.left[1])
    return np.where(stands, np.fmax(score, 0.5), np.minimum(score, 0.49)).astype(np.float32)


def _highest(hour: Ints, level: Floats) -> Floats:
    """The highest level within FRESH of each hour (h,), by days."""
    day = hour // DAY
    days, begin = np.unique(day, return_index=True)
    tops = np.fmax.reduceat(level, begin)
    at, there = windows(days, FRESH // DAY)
    before = np.fmax.reduce(np.where(there & (at < np.arange(len(days))[:, None]), tops[at], np.nan), axis=1)
    so_far = np.concatenate([np.fmax.accumulate(part) for part in np.split(level, begin[1:])])
    highest: Floats = np.fmax(before[np.searchsorted(days, day)], so_far)
    return highest


def _slopes(hour: Ints, level: Floats) -> tuple[Floats, Floats, Floats]:
    """A steep, a middle and a shallow slope per hour (h,) over the days before each; 0 unless it falls, NaN if unknown.

    The last days tell of a battery near its end; of one that falls so slowly that they do not, the longer span does.
    """
    short, long = (_pairs(hour, level, days) for days in SPANS_DAYS)
    leans = of_sorted(short, 0.5, LEAST_LATELY) < 0  # a step some days ago is no fall
    falls, falls_slowly = (of_sorted(slopes, FALLING, LEAST_PAIRS) < 0 for slopes in (short, long))
    known = ~np.isnan(of_sorted(short, 0.5, LEAST_PAIRS))
    still = np.where(known, 0.0, np.nan)
    steep, middle, shallow = (
        np.where(
            falls, of_sorted(short, q, LEAST_PAIRS), np.where(leans & falls_slowly, of_sorted(long, q, LEAST_PAIRS), still)
        )
        for q in (0.1, 0.5, 0.75)
    )  # fmt: skip
    return steep, middle, shallow


def _pairs(hour: Ints, level: Floats, span: int) -> Floats:
    """The slopes between levels of the last days, per hour (h, pairs), rising, those that are not known at the end."""
    days = range(0, span + 1, span // SPANS_DAYS[0])
    when, stood = daily(hour, hour.astype(float), days), daily(hour, level, days)
    pairs = [(a, b) for a, b in combinations(range(len(days)), 2) if b - a >= APART]
    new, old = (list(side) for side in zip(*pairs, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes: Floats = (stood[:, new] - stood[:, old]) / (when[:, new] - when[:, old])
    slopes.sort(axis=1)
    return slopes


def _hours_left(above: Floats, slope: Floats) -> Floats:
    """How long until what is above the cut-off is used up: 0 where it is, FAR where it does not fall."""
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(slope < 0, above / -slope, FAR)
    left = np.where(above <= 0, 0.0, np.minimum(left, FAR))
    return np.where(np.isnan(above) | np.isnan(slope), np.nan, left)


def _steady(hour: Ints, near: Bools) -> Bools:
    """Where it has looked like that for a whole day, at three of four hours."""
    at, there = windows(hour, DAY)
    known = there.sum(axis=1)
    often: Bools = (near[at] & there).sum(axis=1) >= 0.75 * known
    steady: Bools = near & (known >= LEAST_HOURS) & often
    return steady


def ends(hour: int, course: Course, latest: int = FAR) -> tuple[int, int, int]:
    """P10, P50 and P90 (event time, µs) of its end as known at the last hour of a course, at most so many hours ahead."""
    p10, p50, p90 = (
        (hour + 1) * US_PER_HOUR + round(min(float(part[-1]), latest) * US_PER_HOUR) for part in course.left
    )
    return p10, p50, p90
