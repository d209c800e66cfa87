"""Learning: how goods in a place really follow the air, from a probe on their surface or in them.

The probe is compared with goods that follow the air with one time constant τ (`detect.lag`), for many τ; the best is the one with
the least sum of squares about a constant offset (two sensors never agree). Residuals are not independent of one another, so
a sample counts as (1 - ρ)/(1 + ρ) of one (ρ: correlation of neighbours), and the interval holds every τ whose sum of squares
is not above the least by more than 2.71/n of it (90 % by likelihood ratio), but is never narrower than ±5 %.
"""

from __future__ import annotations

import math
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.lag import chain, steps
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SHORTEST_US, LONGEST_US = 5 * US_PER_MINUTE, 100 * US_PER_HOUR
LEAST_SAMPLES = 48
LEAST_US = US_PER_DAY
LEAST_SPAN_K = 1.0
"""The air must have moved so much (standard deviation), or nothing follows from it."""
WIDEST = 2.5
"""The interval's upper end may be so many times its lower end."""
MOST_UNTOLD = 0.25
"""Share of the probe's variance that the lag may leave untold."""
MOST_SAMPLES = 3000
_CANDIDATES = 40
_REFINED = 24
_NEAR = 0.12
"""So far from the best, in ln τ, the sum of squares goes as a parabola."""
_NARROWEST = 0.05
"""The interval is never narrower, in ln τ: noise in the air and in the first state shifts τ by a percent or two."""
_LIKELIHOOD = 2.71
"""χ² with one degree of freedom at 90 %."""


class Learned(StrEnum):
    """What came of it."""

    LEARNED = "learned"
    TOO_LITTLE = "too_little"
    """Fewer than two days' worth of readings."""
    TOO_STILL = "too_still"
    """Air or goods hardly moved."""
    TOO_WIDE = "too_wide"
    """Many time constants fit almost as well."""
    NO_LAG = "no_lag"
    """The probe does not follow this air: sun, floor, a heater, or other goods."""


class Fit(NamedTuple):
    """A time constant with its interval (90 %); None where nothing was learned."""

    outcome: Learned
    lag_us: int | None
    low_us: int | None
    high_us: int | None
    offset_k: float | None
    """Probe minus goods that follow the air."""
    error_k: float | None
    """Root mean square of what remains."""
    samples: int
    from_us: int
    to_us: int


def learn(air: Columns, probe: Columns, gap_us: int) -> Fit:
    """The time constant by which a probe follows the air.

    Args:
        air: trusted temperatures of the air, in order of time.
        probe: trusted temperatures of the goods, in order of time.
        gap_us: a longer pause of either is bridged by nothing; behind it the goods are what the probe says.
    """
    times, air_c, goods_c = _together(air, probe, gap_us)
    n = len(times)
    span = (int(times[0]), int(times[-1])) if n else (0, 0)
    if n < LEAST_SAMPLES or span[1] - span[0] < LEAST_US:
        return Fit(Learned.TOO_LITTLE, None, None, None, None, None, n, *span)
    if float(np.std(air_c)) < LEAST_SPAN_K:
        return Fit(Learned.TOO_STILL, None, None, None, None, None, n, *span)
    pieces = np.append(np.flatnonzero(np.append(True, np.diff(times) > gap_us)), n)
    coarse = np.geomspace(SHORTEST_US, LONGEST_US, _CANDIDATES)
    squares = np.array([_squares(lag, times, air_c, goods_c, pieces) for lag in coarse])
    best = int(squares.argmin())
    fine = np.geomspace(coarse[max(best - 1, 0)], coarse[min(best + 1, _CANDIDATES - 1)], _REFINED)
    lags = np.concatenate([coarse, fine])
    squares = np.concatenate([squares, [_squares(lag, times, air_c, goods_c, pieces) for lag in fine]])
    order = np.argsort(lags)
    return _judged(lags[order], squares[order], times, air_c, goods_c, pieces)


def _judged(
    lags: Floats, squares: Floats, times: Ints, air_c: Floats, goods_c: Floats, pieces: NDArray[np.intp]
) -> Fit:
    """The best time constant, and whether it can be believed."""
    n, at = len(times), int(squares.argmin())
    best, curve = _valley(lags, squares, at)
    rest = goods_c - _followed(best, times, air_c, goods_c, pieces)
    offset = float(rest.mean())
    rest = rest - offset
    more = float(squares[at]) * _LIKELIHOOD / _independent(rest)
    close = squares <= squares[at] + more
    half = max(math.sqrt(more / curve), _NARROWEST) if curve > 0 else math.inf
    low = min(float(lags[close].min()), best * math.exp(-half))
    high = max(float(lags[close].max()), best * math.exp(min(half, 10.0)))
    outcome = Learned.LEARNED
    if float((rest**2).mean()) > MOST_UNTOLD * float(np.var(goods_c)) + 0.01:
        outcome = Learned.NO_LAG
    elif high > WIDEST * low or high >= LONGEST_US:
        outcome = Learned.TOO_WIDE
    return Fit(
        outcome, round(best), round(low), round(high), round(offset, 3),
        round(float(np.sqrt((rest**2).mean())), 3), n, int(times[0]), int(times[-1]),
    )  # fmt: skip


def _valley(lags: Floats, squares: Floats, at: int) -> tuple[float, float]:
    """Where a parabola through the sums of squares about the least one, over ln τ, is least, and how steep it is."""
    near = np.abs(np.log(lags / lags[at])) <= _NEAR
    x = np.log(lags[near] / lags[at])
    if near.sum() < 5:
        return float(lags[at]), 0.0
    curve, slope, _ = np.polyfit(x, squares[near], 2)
    if curve <= 0:
        return float(lags[at]), 0.0
    return float(lags[at] * math.exp(np.clip(-slope / (2 * curve), x.min(), x.max()))), float(curve)


def _independent(rest: Floats) -> float:
    """How many independent samples residuals are worth, at least 3."""
    total = float((rest**2).sum())
    rho = float((rest[1:] * rest[:-1]).sum()) / total if total > 0 else 0.0
    rho = min(max(rho, 0.0), 0.999)
    return max(len(rest) * (1 - rho) / (1 + rho), 3.0)


def _squares(lag_us: float, times: Ints, air_c: Floats, goods_c: Floats, pieces: NDArray[np.intp]) -> float:
    rest = goods_c - _followed(lag_us, times, air_c, goods_c, pieces)
    return float(((rest - rest.mean()) ** 2).sum())


def _followed(lag_us: float, times: Ints, air_c: Floats, goods_c: Floats, pieces: NDArray[np.intp]) -> Floats:
    """Goods with a lag, begun anew from the probe after each pause."""
    m, c = steps(np.diff(times), air_c[:-1], air_c[1:], np.full(len(times) - 1, round(lag_us), np.int64))
    parts = [
        chain(float(goods_c[lo]), m[lo : hi - 1], c[lo : hi - 1]) for lo, hi in pairwise(pieces.tolist())
    ]
    return np.concatenate(parts)


def _together(air: Columns, probe: Columns, gap_us: int) -> tuple[Ints, Floats, Floats]:
    """Air and probe at the same moments: those of the probe at which the air is known, thinned to equal bins."""
    empty = np.empty(0, np.int64), np.empty(0), np.empty(0)
    if len(air) < 2 or not len(probe):
        return empty
    times = probe.time_us
    after = np.minimum(air.time_us.searchsorted(times), len(air) - 1)
    before = np.maximum(after - 1, 0)
    inside = (times >= air.time_us[0]) & (times <= air.time_us[-1])
    known = inside & (air.time_us[after] - air.time_us[before] <= gap_us)
    air_c = np.interp(times.astype(np.float64), air.time_us.astype(np.float64), air.value)
    return _thinned(times[known], air_c[known], probe.value[known])


def _thinned(times: Ints, air_c: Floats, goods_c: Floats) -> tuple[Ints, Floats, Floats]:
    """At most so many samples: the means of equal bins."""
    if len(times) <= MOST_SAMPLES:
        return times, air_c, goods_c
    width = -(-int(times[-1] - times[0]) // MOST_SAMPLES)
    first = np.flatnonzero(np.append(True, np.diff((times - times[0]) // width) > 0))
    count = np.diff(np.append(first, len(times)))
    mean_us = np.add.reduceat(times - times[0], first) // count + times[0]
    return mean_us, np.add.reduceat(air_c, first) / count, np.add.reduceat(goods_c, first) / count
