"""Lag: goods follow the air around them as one lump, dTs/dt = (Ta - Ts) / τ, solved exactly between readings.

Between two readings the air goes in a straight line from one to the other. Over a step of length Δ from air `a` to air
`b`, with k = Δ/τ and m = exp(-k):

    Ts' = m Ts + a (h - m) + b (1 - h),   h = (1 - m) / k

What a chain of such steps began with fades, so a chain only needs to begin six time constants before it is asked for.
That makes the state at any moment a function of a finite past: time is cut into periods of whole days (UTC); the
readings of a period are answered by a chain that begins `settling_us` before the period, at the air temperature of its
first reading, or, where goods and device came together later than that, at the moment they did.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from detect.nouns import settling_us
from ingest.nouns import US_PER_DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def period_us(lag_us: int) -> int:
    """Length of the periods: the whole days that hold the settling time, so that at most two chains run at once."""
    return max(-(-settling_us(lag_us) // US_PER_DAY), 1) * US_PER_DAY


def look_back_us(lag_us: int) -> int:
    """No value depends on readings longer ago than this."""
    return period_us(lag_us) + settling_us(lag_us)


def steps(elapsed_us: Ints, before: Floats, after: Floats, lag_us: Ints) -> tuple[Floats, Floats]:
    """Factors and terms (m, c) of the steps Ts' = m Ts + c; all (n,).

    Goods without lag, and a pause longer than the settling time, leave nothing of the past: Ts' is the air.
    """
    lost = (lag_us <= 0) | (elapsed_us > settling_us_each(lag_us))
    k = np.where(lost, 1.0, np.maximum(elapsed_us, 1) / np.maximum(lag_us, 1))
    m = np.exp(-k)
    h = (1.0 - m) / k
    c = before * (h - m) + after * (1.0 - h)
    return np.where(lost, 0.0, m), np.where(lost, after, c)


def settling_us_each(lag_us: Ints) -> Ints:
    """`settling_us` of a column."""
    return np.asarray(lag_us * settling_us(1))


def chain(first: float, m: Floats, c: Floats) -> list[float]:
    """The states of a chain: `first`, and after each step. The same arithmetic as a step of many chains at once."""
    states, state = [first], first
    for factor, term in zip(m.tolist(), c.tolist(), strict=True):
        state = factor * state + term
        states.append(state)
    return states


def relaxed(state: float | None, air_c: float, elapsed_us: int, lag_us: int) -> float:
    """What a state becomes in air that stays the same; without a state, the air itself."""
    if state is None:
        return air_c
    one = np.array([air_c])
    m, c = steps(np.array([elapsed_us]), one, one, np.array([lag_us]))
    return float(m[0] * state + c[0])


def mean(states: Iterable[float]) -> float | None:
    """The mean, summed in order; None of nothing."""
    found = list(states)
    return sum(found) / len(found) if found else None
