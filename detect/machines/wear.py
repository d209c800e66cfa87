"""Wear: how much longer a machine runs than it used to, against the same load.

Of a thermostat's machine the share of the time it runs is load over strength. The load is what the outdoors, the doors
and the goods press on the room; so of the machine's first weeks a robust line tells how long it runs at which load, and
what it runs longer later is lost strength: wear = Σ duty / Σ expected over three days, strength = 1 / wear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detect.machines.nouns import Day, Figure, Floats

FIRST_DAYS = 14
"""So many days with figures are learned from at least; before that nothing is said."""
BEHIND_DAYS = 28
"""What it learns from lies so far back at least (once there is as much), lest it learns the wear."""
OVER_DAYS = 3
_LEAST_EXPECTED = 0.03
_FULL = 1.0
_A_WEEK = 7
LEAST_DUTY = 0.05
"""A day on which it hardly ran says nothing of its strength."""
_CUSHION = 0.03
"""Added to duty and to what is expected, lest a day of little load makes much of little."""
_BEYOND = 0.3
"""How wrong the line may be beyond the loads that it was learned from, as a share of what it adds there."""
_HUBER = 1.5
_RIDGE = 0.5
"""As if half a day had been seen at which nothing mattered: holds down what the days seen cannot tell apart."""
_LEAST_NOISE = 0.015
_KIN = 1.4
"""Days that follow each other are not independent: the error of their mean is wider by this (measured on simulated rooms)."""


class Course(NamedTuple):
    """A machine's days in a row, without gaps; NaN = not known. Shapes: (days,), `features` (days, k)."""

    first_day: int
    duty: Floats
    load: Floats
    load_peak: Floats
    features: Floats
    swing: Floats
    room: Floats

    def cut(self, first: int, behind: int) -> Course:
        """The days with index `first` up to `behind` alone."""
        rows = slice(max(first, 0), behind)
        days = (self.duty, self.load, self.load_peak, self.features, self.swing, self.room)
        return Course(self.first_day + max(first, 0), *(one[rows] for one in days))


class Wear(NamedTuple):
    """How a machine stands at the end of a course. Shapes: (days,)."""

    expected: Floats
    """What its duty would be, were it as it was."""
    strength: Floats
    """Of each day, as a share of what it was; NaN = not known."""
    wear: float
    """Over the last three days."""
    spread: float
    """Standard error of `wear`."""
    slope: float
    """Duty per unit of load."""


def course_of(days: Sequence[Day], sign: float) -> Course:
    """The figures of a machine's days as arrays; measured duty counts before what the room shows."""
    first, last = days[0].day, days[-1].day

    def row(figure: Figure) -> Floats:
        found = np.full(last - first + 1, np.nan)
        for day in days:
            if figure in day.figures:
                found[day.day - first] = day.figures[figure].value
        return found

    measured, seen = row(Figure.DUTY), row(Figure.DUTY_SEEN)
    room, swing = sign * row(Figure.ROOM), row(Figure.SWING)
    duty = measured if np.isfinite(measured).sum() >= FIRST_DAYS else _with_always_on(seen, room, swing)
    load = row(Figure.LOAD)
    return Course(first, duty, load, row(Figure.LOAD_PEAK), _features(row, load), swing, room)


def _with_always_on(seen: Floats, room: Floats, swing: Floats) -> Floats:
    """A room further off than it ever was while the machine kept it, by more than a swing, has one that runs all the time."""
    kept = np.isfinite(swing)
    if not kept.any():
        return seen
    usual = np.fmax.accumulate(np.where(kept, room, -np.inf))
    before = np.append(np.full(_A_WEEK, np.inf), usual[:-_A_WEEK])[: len(room)]
    width = float(np.median(swing[kept][:FIRST_DAYS]))
    return np.where((room > before + width) & np.isfinite(before), _FULL, seen)


def _features(row: object, load: Floats) -> Floats:
    """What duty depends on: load, that of the day before, doors against load, warmth (which coils of dryers like)."""
    assert callable(row)
    before = np.append(load[:1], load[:-1])
    door, warmth = np.nan_to_num(row(Figure.DOOR)), row(Figure.WARMTH)
    columns = [load, np.where(np.isnan(before), load, before), door * np.nan_to_num(load)]
    if np.isfinite(warmth).any():
        columns.append(warmth)
    return np.stack(columns, axis=1)


def judge(course: Course) -> Wear | None:
    """How the machine stands at the end of a course; None while it has shown too little."""
    duty, until = course.duty, len(course.duty)
    usual = np.nan_to_num(_medians(course.features))
    features: Floats = np.where(np.isnan(course.features), usual, course.features)
    known = np.flatnonzero(duty >= LEAST_DUTY)
    if len(known) < FIRST_DAYS + OVER_DAYS:
        return None
    learned = known[known < max(until - BEHIND_DAYS, known[FIRST_DAYS - 1] + 1)]
    line = _Line(features[learned], duty[learned])
    expected = np.clip(line.at(features), _LEAST_EXPECTED, _FULL)
    lately = known[known >= until - OVER_DAYS]
    if len(lately) < 2:
        return None
    total = float((expected[lately] + _CUSHION).sum())
    spread = _KIN * float(np.sqrt((line.error(features[lately]) ** 2).sum())) / total
    return Wear(
        expected, (expected + _CUSHION) / (np.where(duty >= LEAST_DUTY, duty, np.nan) + _CUSHION),
        float((duty[lately] + _CUSHION).sum()) / total, spread,
        line.slope,
    )  # fmt: skip


def _medians(columns: Floats) -> Floats:
    """Of each column; NaN where nothing is known."""
    known = [column[np.isfinite(column)] for column in columns.T]
    return np.array([np.median(column) if len(column) else np.nan for column in known])


class _Line:
    """A robust linear fit (Huber) on features scaled by their own spread."""

    def __init__(self, features: Floats, duty: Floats) -> None:
        self._centre = np.median(features, axis=0)
        self._scale = np.maximum(features.std(axis=0), 1e-9)
        self._flat = features.std(axis=0) < 1e-6
        design = self._design(features)
        weight: Floats = np.ones(len(duty))
        ridge = np.diag([0.0, *([_RIDGE] * features.shape[1])])
        for _ in range(10):
            gram = (design * weight[:, None]).T @ design + ridge
            self._by = np.linalg.solve(gram, (design * weight[:, None]).T @ duty)
            off: Floats = np.asarray(np.abs(duty - design @ self._by))
            scale = max(1.4826 * float(np.median(off)), 1e-4)
            weight = np.asarray(1.0 / np.maximum(1.0, off / (_HUBER * scale)))
        freedom = max(len(duty) - design.shape[1], 4)
        self._noise = max(float(np.sqrt((weight * off**2).sum() / freedom)), _LEAST_NOISE)
        self._cover: Floats = np.asarray(np.linalg.inv(gram), np.float64)
        self._low, self._high = features[:, 0].min(), features[:, 0].max()
        self.slope = float(self._by[1] / self._scale[0]) if not self._flat[0] else 0.0

    def _design(self, features: Floats) -> Floats:
        scaled = np.where(self._flat, 0.0, (features - self._centre) / self._scale)
        return np.column_stack([np.ones(len(features)), scaled])

    def at(self, features: Floats) -> Floats:
        """The duty expected, (n,)."""
        return np.asarray(self._design(features) @ self._by)

    def error(self, features: Floats) -> Floats:
        """Standard error of one day's duty against what is expected, (n,): wider where the load was never seen."""
        design = self._design(features)
        beyond = np.maximum(np.maximum(features[:, 0] - self._high, self._low - features[:, 0]), 0.0)
        unseen = _BEYOND * abs(self.slope) * beyond
        drawn = self._noise**2 * (1.0 + np.einsum("ij,jk,ik->i", design, self._cover, design))
        return np.asarray(np.sqrt(drawn + unseen**2))
