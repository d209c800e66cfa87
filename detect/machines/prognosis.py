"""Prognosis: from the strength of a machine day by day to the days that are left until its room can no longer be held."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detect.machines.nouns import Floats
from detect.machines.wear import Course, Wear

WITHIN_DAYS = 45
"""A decay that began earlier is followed over this long."""
LOOK_DAYS = 14
"""The load to be expected is that of the hardest day of the last two weeks."""
HORIZON_DAYS = 90.0
"""What lies further ahead is not said."""
_LEAST_RATE = 1e-4


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


def needed(course: Course, wear: Wear, until: int) -> float:
    """The strength that the hardest day of the last two weeks asks for, as a share of what the machine had."""
    since = max(until - LOOK_DAYS, 0)
    return float(np.nanmax(wear.expected[since:until]))
