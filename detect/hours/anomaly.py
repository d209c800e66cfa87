"""Unusual courses: a day whose level, or whose restlessness, lies far from the habit of the series' own weeks before.

Neither needs a limit, a label or a trained model: what is usual is the median of the last five weeks, how far is far is
their median absolute deviation, and from which multiple on it is a finding is one figure for all series.
docs/score.md says to which budget of false alerts that was set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.hours.habit import Usual, rolling_deviation, rolling_mean, usual
from detect.hours.levels import silent_verdict
from detect.hours.standing import Standing, held, verdict
from detect.nouns import Json, Kind
from detect.streams.nouns import Hours, Verdict

Floats = NDArray[np.float64]
PAST, GAP = 35 * 24, 2 * 24
"""The habit is that of so many hours, which end so many before: a trouble that creeps in is not yet habit."""
LEAST_DAYS = 3
"""Before so many days are known nothing is said; until more are, deviations count less, by 1 + 1/days."""
LEVEL, RESTLESS = 5.0, 2.1
"""From how many deviations on a level, and a logarithm of the swing of half a day, is a finding."""
SWING_FLOOR = 0.3
"""The swing of half a day differs by a third anywhere (as a logarithm)."""
PERSIST = 1
SPARSE_DAY, DENSE_DAY, SWING_HOURS = 24, 6, 12
DENSE = 4
"""With so many readings an hour a series is watched for what moves faster: half a day counts instead of a day."""
SPARSE_HOLD, DENSE_HOLD = 8 * 24, 12
"""How long a finding stands after the last odd hour."""
DENSE_WEIGHT = 1.2
"""Their hours are means of many readings, so that a deviation says more."""
SCALES = {"temperature": 1.0, "relative_humidity": 4.0}
"""How much of each quantity is about as much: 1 °C and 4 %."""
LEVEL_FLOOR, SWING_LEAST = 0.15, 0.1
"""No level is steadier than so much, no half-day stiller (in the scale of its quantity)."""


class Course(NamedTuple):
    """A series at every hour of a span. Shapes: (h,)."""

    level: Floats
    swing: Floats
    """Standard deviation of the hourly means of half a day."""
    usual_level: Usual
    usual_swing: Usual
    """Of its logarithm."""
    dense: NDArray[np.bool_]


class UnusualCourse:
    """Judges one quantity by the habit of each series."""

    version = "1"
    kinds: tuple[Kind, ...] = (Kind.ANOMALY,)
    look_back_hours = PAST + GAP + SPARSE_DAY + SPARSE_HOLD + PERSIST + 6

    def __init__(self, quantity: str) -> None:
        self.name = f"unusual_{quantity}"
        self.quantities = frozenset({quantity})
        self._quantity, self._scale = quantity, SCALES[quantity]

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say something of each hour; peers and interval do not matter."""
        if not len(hours.hour) or hours.hour[-1] - hours.hour[0] < GAP + (LEAST_DAYS - 1) * 24:
            return silent_verdict(len(hours.hour))
        course = self._course(hours)
        odd = self._odd(course)
        if course.dense.all() or not course.dense.any():
            hold = DENSE_HOLD if course.dense[0] else SPARSE_HOLD
            return verdict(hours.hour, held(odd, persist=PERSIST, hold=hold))
        slow = held(odd, persist=PERSIST, hold=SPARSE_HOLD)
        fast = held(odd, persist=PERSIST, hold=DENSE_HOLD)
        return verdict(
            hours.hour,
            Standing(
                np.where(course.dense, fast.odd, slow.odd), np.where(course.dense, fast.start, slow.start)
            ),
        )

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """Level and swing of the day up to an hour, and what is usual."""
        course, i = self._course(hours), int(hours.hour[at] - hours.hour[0])
        usual_swing = np.exp(course.usual_swing.middle[i]) - SWING_LEAST * self._scale
        told = {
            "mean": course.level[i], "usual": course.usual_level.middle[i],
            "swing": course.swing[i], "usual_swing": max(usual_swing, 0.0),
        }  # fmt: skip
        return {
            name: {"value": round(float(value), 3), "quantity": self._quantity}
            for name, value in told.items()
            if np.isfinite(value)
        }

    def _course(self, hours: Hours) -> Course:
        first, n = int(hours.hour[0]), int(hours.hour[-1] - hours.hour[0]) + 1
        at = hours.hour - first
        mean, samples = np.full(n, np.nan), np.zeros(n)
        mean[at], samples[at] = hours.mean, hours.samples
        dense = rolling_mean(np.where(samples > 0, samples, np.nan), SPARSE_DAY) >= DENSE
        level = np.where(dense, rolling_mean(mean, DENSE_DAY), rolling_mean(mean, SPARSE_DAY))
        swing = rolling_deviation(mean, SWING_HOURS)
        swing[np.isnan(level)] = np.nan
        logarithm = np.log(swing + SWING_LEAST * self._scale)
        return Course(
            level,
            swing,
            usual(first, level, past=PAST, gap=GAP),
            usual(first, logarithm, past=PAST, gap=GAP),
            dense,
        )

    def _odd(self, course: Course) -> Floats:
        """In units of the thresholds, (h,); NaN = not ready."""
        logarithm = np.log(course.swing + SWING_LEAST * self._scale)
        level = _deviations(course.level, course.usual_level, LEVEL_FLOOR * self._scale)
        restless = _deviations(logarithm, course.usual_swing, SWING_FLOOR)
        odd = np.fmax(np.abs(level) / LEVEL, np.maximum(restless, 0) / RESTLESS)
        return np.where(course.dense, DENSE_WEIGHT * odd, odd)


def _deviations(figure: Floats, habit: Usual, floor: float) -> Floats:
    young = 1 + 1 / np.maximum(habit.days, 1)
    far = (figure - habit.middle) / (habit.spread + floor) / young
    return np.where(habit.days >= LEAST_DAYS, far, np.nan)
