"""Prognosis: from the strength of a machine day by day to the days that are left until its room can no longer be held."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detect.machines.nouns import Floats
from detect.machines.wear import Course

WITHIN_DAYS = 45
"""A decay that began earlier is followed over this long."""
USUAL_DAYS = 13
"""The room as it was in the two weeks before the decay began is its usual one."""
_LEAST_MARGIN = 0.5
HORIZON_DAYS = 90.0
"""What lies further ahead is not said."""
_LEAST_RATE = 1e-4
_P10 = (-1.6, 0.105, 0.9, 0.297)
_P50 = (-0.731, 0.17, 1.204, 0.249)
_P90 = (1.3, 0.027, 0.72, 0.168)
"""Logarithm of the days left: constant, and by `features`. Quantile regression on the announcements in
800 simulated rooms (bench/quality/machine_fleet.py, other seeds than those it is measured on)."""


class Decay(NamedTuple):
    """A straight fall of strength since a day, fitted to the days known."""

    began: int
    """Index of the last day at which it was as ever."""
    per_day: float
    """Strength lost a day."""
    now: float
    """Strength at the end, as the line has it."""


class Window(NamedTuple):
    """Days until the room can no longer be held: of such courses 10, 50 and 90 % are shorter. Never beyond the horizon."""

    p10: float
    p50: float
    p90: float


def decay(strength: Floats) -> Decay | None:
    """The broken line, 1 up to a day and straight down from there, that fits the last days best (least absolute error).

    `strength` (n,) may hold NaN. None where there is no fall.
    """
    known = np.flatnonzero(np.isfinite(strength))
    known = known[known >= len(strength) - WITHIN_DAYS]
    if len(known) < 3:
        return None
    lost = 1.0 - np.clip(strength[known], 0.0, 1.2)
    begins = np.arange(max(known[0] - 1, known[-1] - WITHIN_DAYS), known[-1] - 1)
    since = np.maximum(known[None, :] - begins[:, None], 0).astype(np.float64)
    rate = (since * lost).sum(axis=1) / np.maximum((since * since).sum(axis=1), 1e-9)
    best = int(np.argmin(np.abs(lost - rate[:, None] * since).sum(axis=1)))
    if rate[best] < _LEAST_RATE:
        return None
    now = 1.0 - rate[best] * (known[-1] - begins[best])
    return Decay(int(begins[best]), float(rate[best]), float(now))


def window(course: Course, fall: Decay, limit: float | None) -> Window | None:
    """The days left after the last day of a course; None without a limit, or where nobody knows the room.

    Args:
        limit: what the room must not pass, turned as `course.room` is.
    """
    told = features(course, fall, limit)
    if told is None:
        return None
    logs = np.sort(np.array([by[0] + float(np.dot(by[1:], told)) for by in (_P10, _P50, _P90)]))
    return Window(*np.clip(np.exp(logs), 0.0, HORIZON_DAYS).tolist())


def features(course: Course, fall: Decay, limit: float | None) -> Floats | None:
    """What the window is reckoned from: age of the decay (logarithm), and how much of the room's margin to its limit is
    left, and for how many days at the pace of the last two (logarithm). Beside these the strength left tells nothing more."""
    if limit is None:
        return None
    room, until = course.room, len(course.room)
    usual = room[max(fall.began - USUAL_DAYS, 0) : fall.began + 1]
    if not np.isfinite(usual).any() or not np.isfinite(room[-1]):
        return None
    full = max(limit - float(np.nanmedian(usual)), _LEAST_MARGIN)
    left = float(np.clip((limit - room[-1]) / full, 0.02, 1.5))
    back = room[-3] if until >= 3 and np.isfinite(room[-3]) else room[-1]
    pace = float(np.clip((room[-1] - back) / 2.0 / full, 0.005, 1.0))
    age = float(np.clip(until - 1 - fall.began, 1, WITHIN_DAYS))
    return np.array([np.log(age), left, np.log(np.clip(left / pace, 0.1, 200.0))])
