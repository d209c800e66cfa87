"""A sudden failure: a cold compartment warms and does not come back, and how soon it is at its limit.

Doors and defrosting make bumps too. How long those last here is known from the last days; a rise that outlasts them is
hardly one more of them. What follows is told by two relaxations, a fast one (air to walls and goods) and a slow one (all
together to the outdoors), over a grid of time constants weighed by how well they fit the rise so far, with draws of their heights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detect.forecasts.nouns import Bools, Floats

FAST_MIN = (3.0, 8.0, 20.0, 45.0)
SLOW_MIN = (60.0, 120.0, 240.0, 480.0, 960.0)
DRAWS = 16
HORIZON_MIN = 12 * 60
STEP_MIN = 2.0
LEAST_RISE_K = 0.8
"""Above the usual band by less is no rise."""
FAILURES_PER_BUMP = 0.02
"""One rise in fifty is a failure, before its length is known."""
SHORT_MIN = 8.0
"""Mean length of bumps where none was seen yet."""
NOISE_K = 0.2
"""What the two relaxations cannot tell, as if it were noise of the probe."""
JUMP_K = (1.5, 2.0)
"""Height of the fast relaxation before it is seen: mean and standard deviation."""
OUTDOORS_SD_K = 8.0
"""How well it is known to what the compartment relaxes in the end."""
P10_P90 = (0.065, 0.935)
"""Outcomes spread more than two relaxations can tell, so about eight in ten lie between these shares of the members: on simulated
trucks 74 % of 147 lay between 10 % and 90 %, 86 % of 305 between 5 % and 95 %."""
UNKNOWN_OUTDOORS_K = 16.0
"""How much warmer than the compartment it is assumed to be where nobody tells."""


class Rise(NamedTuple):
    """A compartment that is warmer than it ever is for long. Times in minutes before now, rising to 0."""

    minutes: Floats
    value: Floats
    lasted: float
    """Minutes since it left its usual band."""
    failing: float
    """How likely it is that this is no bump, 0 … 1."""


def rise_of(minutes: Floats, value: Floats, usual_from: float = -90.0) -> Rise | None:
    """Whether a compartment is rising out of its usual band, and how likely that is a failure.

    Args:
        minutes: of the readings, before now (negative), rising; some days of them.
        value: °C, (n,), turned over (negated) where a fall is looked for.
        usual_from: what is younger does not tell what is usual.
    """
    before = value[minutes < usual_from]
    if len(before) < 60 or minutes[-1] < -15.0:
        return None
    level, high = usual_top(before)
    above = value > level
    if not above[-1] or not above[-2]:
        return None
    begin = len(value) - int(np.argmin(above[::-1])) if not above.all() else 0
    onset = max(_foot(value, begin, high), 0)
    lasted = -float(minutes[begin])
    bumps = _lengths(minutes[minutes < usual_from], above[minutes < usual_from])
    longer = float((bumps >= lasted).sum()) + float(np.exp(-lasted / SHORT_MIN))
    ordinary = longer / (len(bumps) + 1)
    failing = FAILURES_PER_BUMP / (FAILURES_PER_BUMP + ordinary)
    # What comes down again later was a door: only what was never undercut since counts as risen.
    risen = np.minimum.accumulate(value[onset:][::-1])[::-1]
    return Rise(minutes[onset:], risen, lasted, failing)


def usual_top(value: Floats) -> tuple[float, float]:
    """Above the first a compartment is warmer than usual; the second is the top of its usual band. °C."""
    middle, high = np.quantile(value, (0.5, 0.9)).tolist()
    return max(high + 0.3, middle + LEAST_RISE_K), high


def _foot(value: Floats, begin: int, high: float) -> int:
    """The last reading before `begin` that was within the usual band."""
    below = np.flatnonzero(value[:begin] <= high)
    return int(below[-1]) if len(below) else begin


def _lengths(minutes: Floats, above: Bools) -> Floats:
    """How long each stay above the band lasted, in minutes."""
    edges = np.diff(above.astype(np.int8), prepend=0, append=0)
    start, stop = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    step = float(np.median(np.diff(minutes))) if len(minutes) > 1 else 0.0
    return np.asarray(minutes[stop] - minutes[start] + step)


def members(rise: Rise, outdoors: float | None, seed: int) -> Floats:
    """How a failing compartment goes on, every STEP_MIN from now to the horizon: (members, steps); equally likely each.

    Args:
        rise: what was seen of it.
        outdoors: °C, to which it relaxes (turned over like the rise), None if nobody tells.
        seed: of the draws.
    """
    start, span = float(rise.value[0]), rise.minutes - rise.minutes[0]
    end = start + UNKNOWN_OUTDOORS_K if outdoors is None else max(outdoors, start + 2.0)
    fast, slow = (grid.ravel() for grid in np.meshgrid(FAST_MIN, SLOW_MIN, indexing="ij"))
    mean, spread, weight = _fit(span, rise.value - start, end - start, fast, slow)
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(fast), size=len(fast) * DRAWS, p=weight)
    normal = rng.standard_normal((len(chosen), 2))
    heights = np.maximum(mean[chosen] + np.einsum("mij,mj->mi", spread[chosen], normal), 0.0)
    ahead = span[-1] + np.arange(0.0, HORIZON_MIN + STEP_MIN, STEP_MIN)
    shapes = _shapes(ahead, fast[chosen], slow[chosen])
    paths = start + np.einsum("mst,mt->ms", shapes, heights)
    # What is measured now is where every member goes on from.
    return np.asarray(
        paths + (np.median(rise.value[-3:]) - paths[:, :1]) * np.exp(-(ahead - ahead[0]) / 30.0)
    )


def _shapes(at: Floats, fast: Floats, slow: Floats) -> Floats:
    """The two relaxations of each grid point, (g, times, 2)."""
    return np.stack([1 - np.exp(-at / fast[:, None]), 1 - np.exp(-at / slow[:, None])], axis=-1)


def _fit(
    span: Floats, rise: Floats, whole: float, fast: Floats, slow: Floats
) -> tuple[Floats, Floats, Floats]:
    """Heights of both relaxations per grid point: mean (g, 2), square root of the covariance (g, 2, 2), weight (g,)."""
    shapes = _shapes(span, fast, slow)
    precision = np.einsum("gti,gtj->gij", shapes, shapes) / NOISE_K**2
    pull = np.einsum("gti,t->gi", shapes, rise) / NOISE_K**2
    prior = np.array([[1 / JUMP_K[1] ** 2, 0.0], [0.0, 0.0]]) + np.full((2, 2), OUTDOORS_SD_K**-2.0)
    drawn = np.array([JUMP_K[0] / JUMP_K[1] ** 2, 0.0]) + whole * OUTDOORS_SD_K**-2.0
    covariance = np.linalg.inv(precision + prior)
    mean = np.einsum("gij,gj->gi", covariance, pull + drawn)
    left = rise - np.einsum("gti,gi->gt", shapes, mean)
    # Neighbouring readings err alike: the fit counts as that of a reading every ten minutes.
    count = max(len(span), 1)
    thinned = min(count, 1 + span[-1] / 10.0) / count
    misfit = (left**2).sum(axis=1) / NOISE_K**2 * thinned
    misfit += ((mean[:, 0] - JUMP_K[0]) / JUMP_K[1]) ** 2 + ((mean.sum(axis=1) - whole) / OUTDOORS_SD_K) ** 2
    weight = np.exp(-0.5 * (misfit - misfit.min())) * np.sqrt(np.linalg.det(covariance))
    return mean, np.linalg.cholesky(covariance / thinned), weight / weight.sum()


def minutes_to(level: float, paths: Floats) -> Floats:
    """Minutes until each member stays beyond a level, inf = not within the horizon: (members,)."""
    beyond = paths > level
    first = np.where(beyond.any(axis=1), beyond.argmax(axis=1) * STEP_MIN, np.inf)
    return np.asarray(first)
