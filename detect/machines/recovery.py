"""Recovery: how fast a room comes back after a door was shut, as a time constant."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detect.machines.nouns import Floats

WITHIN_S = 3600.0
"""What happens later has other reasons."""
_LEAST_SAMPLES = 4


def recoveries(time_s: Floats, value: Floats, shut_s: Floats, least: float) -> Floats:
    """Time constants of the returns after doors were shut, s; only of those that raised the room by `least`.

    After the door is shut the excess over where the room comes to rest falls as exp(-t/τ). The rest is the lowest value
    within the hour (or until the next opening is shut); τ is the excess's area over its height, which for an
    exponential is exact and forgives noise.

    Args:
        time_s: rising, (n,).
        value: turned so that the machine brings it down, (n,).
        shut_s: when doors were shut, rising, (k,).
        least: the smallest rise to speak of, in the unit of `value`.
    """
    found = []
    for shut, following in pairwise([*shut_s.tolist(), np.inf]):
        span: NDArray[np.bool_] = (time_s >= shut) & (time_s < min(shut + WITHIN_S, following))
        tau = _time_constant(time_s[span], value[span], least)
        if tau is not None:
            found.append(tau)
    return np.array(found)


def _time_constant(time_s: Floats, value: Floats, least: float) -> float | None:
    """Of one return, from its top on; None where it is too short, too small or does not come back by half."""
    if len(value) < _LEAST_SAMPLES:
        return None
    top = int(np.argmax(value))
    time_s, value = time_s[top:], value[top:]
    rest = int(np.argmin(value)) + 1
    excess = value[:rest] - value[rest - 1]
    if rest < _LEAST_SAMPLES or excess[0] < least:
        return None
    return float(np.trapezoid(excess, time_s[:rest]) / excess[0])
