"""What deadband would have kept an alarm from coming again and again, reckoned from the readings between its findings.

A finding ends when the value is back inside its limit by the deadband. Between two findings of one device the value went
inside by so much and no further: with a deadband above that the first of the two would still go on, and nothing would
have come. So the depths of the gaps say what each deadband removes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_MINUTE
from tickets.alarming.advice import ENOUGH, FEWEST, WORTH

REPEAT_US = 60 * US_PER_MINUTE
"""What comes again within this came again: the longest delay that is tried. Whatever takes longer has really been over."""
_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
"""A deadband is one of these times a power of ten: nobody sets 0.4371."""
_SLACK = 1e-6
"""So much more than a depth, lest a value that is inside by exactly the deadband counts as over."""
Floats = NDArray[np.float64]
Times = NDArray[np.int64]


class Told(NamedTuple):
    """The findings of one device in order, and its readings."""

    start_us: Times
    end_us: Times
    time_us: Times
    """Of its readings, in order."""
    inside: Floats
    """How far each is inside the limit, in its unit; negative: beyond."""


class Deadband(NamedTuple):
    """What is proposed, and what it would have done."""

    width: float
    """In the unit of the limit."""
    findings: int
    """As they were."""
    removed_share: float
    """Of them, the share that would not have been."""


def deadband(told: Sequence[Told]) -> Deadband | None:
    """The smallest deadband that would have merged most of what came again within the hour; None if there is no sensible one.

    None too if it would have hidden that it was over: a gap of more than an hour has to stay one.
    """
    count = sum(len(one.start_us) for one in told)
    gaps = [gap for one in told for gap in _gaps(one)]
    depths = np.sort([depth for lasted_us, depth in gaps if lasted_us <= REPEAT_US and np.isfinite(depth)])
    if count < FEWEST or len(depths) == 0:
        return None
    width = _rounded(float(depths[max(0, int(np.ceil(ENOUGH * len(depths))) - 1)]))
    recovered = [depth for lasted_us, depth in gaps if lasted_us > REPEAT_US]
    merged = int(np.searchsorted(depths, width, "left"))
    hides = any(depth < width for depth in recovered)
    return None if hides or merged / count < WORTH else Deadband(width, count, merged / count)


def _gaps(one: Told) -> list[tuple[int, float]]:
    """(how long, how far inside at most) between each finding and the next; nothing was measured there: infinitely far."""
    found = []
    for ended_us, began_us in zip(one.end_us[:-1].tolist(), one.start_us[1:].tolist(), strict=True):
        low, high = np.searchsorted(one.time_us, [ended_us, began_us])
        inside = one.inside[low:high]
        found.append((began_us - ended_us, float(inside.max()) if len(inside) else np.inf))
    return found


def _rounded(depth: float) -> float:
    """The next rounder number above a depth: what is inside by exactly the deadband is over."""
    if depth <= 0:
        return 0.1
    above = depth * (1 + _SLACK)
    power = 10.0 ** floor(log10(above))
    step = next((step for step in _STEPS if step * power > above), 15.0)
    return round(step * power, 12)
