"""Signs: how much a window of readings looks like a spike, a burst of noise, a stuck or a drifting sensor.

Each sign is a degree: 1 is where it is told. A window is (13, n): a reading in row 0 and the ones before it behind, NaN where there
are none. `bar` is how far a reading of this series does not go by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detect.streams.stretches import Floats, Longs
from detect.streams.usual import Usual
from ingest.nouns import US_PER_HOUR

WINDOW = 12
"""So many readings before are looked at."""
ZIGZAG = np.float32(0.4)
"""The mean zigzag (in bars) that is noise; white noise far above the bar has 1.3, spikes at every tenth reading 0.2."""
LONGEST_SPIKE = 5
"""Readings: what stays out longer is no spike."""
STRANGE = np.float32(5.5)
"""A leap of so many bars between two readings is a spike before anything has come back."""
RECOVERY = np.float32(4)
"""A leap of so many bars back to the usual level is none of air."""
AWAY = np.float32(6)
"""So many times its own unrest must noise stand off from where it was, to be the noise of a sensor that drifts."""


def turn(step: Floats, before: Floats) -> Floats:
    """How far two steps (n,) go forth and back: the smaller one of them if they are opposite, else none."""
    return np.asarray(np.minimum(np.abs(step), np.abs(before)) * (step * before < 0))


def unrest(window: Floats, bar: Floats) -> Floats:
    """How far it goes forth and back on the average, (n,) in bars: the smaller one of two steps of opposite sign.

    What only rises or only falls, be it ever so steep, has none.
    """
    steps = window[:-1] - window[1:]
    size = np.abs(steps)
    most = 2 * bar
    total = np.zeros_like(bar)
    for step, before, one, other in zip(steps[:-1], steps[1:], size[:-1], size[1:], strict=True):
        turned = step * before < 0
        total += np.minimum(np.minimum(one, other), most) * turned
    return np.asarray(total / (bar * np.float32(len(steps) - 1)))


def ramp(window: Floats, leap: Floats) -> Floats:
    """How far it went over the window (n,), in leaps, by so much less as it went there less straight.

    Drift is the straightest of all ways; but doors go straight too, so that this is only part of the score.
    """
    way = np.abs(window[:-1] - window[1:]).sum(axis=0)
    straight = np.abs(window[0] - window[-1])
    return np.asarray(straight * straight / np.maximum(leap * way, np.float32(1e-6)))


def off(window: Floats) -> tuple[Floats, Floats]:
    """How far each reading (k, n) is from the median of those before the newest, and how far these are (n,) usually."""
    before = window[1:10]
    middle = np.sort(before, axis=0)[4]
    apart = np.abs(window[: LONGEST_SPIKE + 2] - middle)
    return apart, np.sort(np.abs(before - middle), axis=0)[4]


def returned(apart: Floats, bar: Floats) -> NDArray[np.intp]:
    """How many readings back (n,) the spike began from which the newest is back; 0 where there was none."""
    near, far = apart < bar / 2, apart > bar
    began = np.zeros(apart.shape[1], np.intp)
    out = near[0].copy()
    for back in range(1, LONGEST_SPIKE + 1):
        out &= far[back]
        began[out & near[back + 1]] = back
    return began


def recovered(window: Floats, level: Floats, bar: Floats) -> NDArray[np.bool_]:
    """Whether the newest reading leapt back to where the series usually is, from where several readings had been.

    Air comes back by and by; a sensor that is back at once had not told the truth.
    """
    distance = window - level
    leap = np.abs(window[0] - window[1])
    side = np.sign(distance[1])
    stood_off = (distance[1 : LONGEST_SPIKE + 2] * side).min(axis=0) > leap / 2
    return np.asarray(stood_off & (leap > RECOVERY * bar) & (np.abs(distance[0]) < leap / 2))


def still(flat_us: Longs, usual: Usual, coarse: Floats) -> Floats:
    """How long it has been at one value, against the longest that is usual, an hour and a half and thirty readings.

    Nothing is known of one that was not seen to move, nor at once of one whose steps are `coarse`. The degree is the root of the ratio, for a stay of a quarter of the time is
    odd already among readings that else show nothing.
    """
    least_us = np.maximum(15 * usual.flat_us, 3 * US_PER_HOUR // 2)
    fine = (usual.step > 0) & (usual.step < coarse)
    thirty_us = 30 * US_PER_HOUR // np.maximum(usual.rows, 1)
    return np.asarray(np.sqrt(flat_us / np.maximum(least_us, thirty_us)) * fine, np.float32)
