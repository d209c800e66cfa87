"""Lagging behind: first-order responses to a series that goes in straight lines from hour to hour, as matrices.

Over a step of one hour from a to b, with k = 1/τ, m = exp(-k), h = (1 - m)/k (see `detect.lag`):

    s' = m s + a (h - m) + b (1 - h)
"""

from __future__ import annotations

from functools import cache

import numpy as np

from detect.forecasts.nouns import HORIZON_H, Floats


@cache
def response(tau_h: float, steps: int = HORIZON_H) -> tuple[Floats, Floats]:
    """What `steps` hours make of a state s0 and a series x, (steps + 1,): s = decay s0 + matrix x.

    Returns (decay, (steps,); matrix, (steps, steps + 1)). A lag of 0 follows at once.
    """
    if tau_h <= 0:
        return np.zeros(steps), np.eye(steps, steps + 1, 1)
    m = np.exp(-1.0 / tau_h)
    h = (1.0 - m) * tau_h
    power = m ** np.arange(steps)
    matrix = np.zeros((steps, steps + 1))
    for row in range(steps):
        matrix[row, : row + 1] += (h - m) * power[row::-1]
        matrix[row, 1 : row + 2] += (1.0 - h) * power[row::-1]
    return power * m, matrix


def lagged(x: Floats, tau_h: float, start: float | None = None) -> Floats:
    """A series, (n,), as something sees it that lags by τ and began at `start` (else at its first value)."""
    decay, matrix = response(tau_h)
    found = np.empty_like(x)
    found[:1] = x[:1] if start is None else start
    for at in range(0, len(x) - 1, HORIZON_H):
        n = min(HORIZON_H, len(x) - 1 - at)
        found[at + 1 : at + 1 + n] = decay[:n] * found[at] + matrix[:n, : n + 1] @ x[at : at + n + 1]
    return found


def ahead(state: Floats, x: Floats, tau_h: float) -> Floats:
    """What follows after states, (...,), when the series goes on as x, (..., h + 1): the states of the h hours, (..., h)."""
    decay, matrix = response(tau_h, x.shape[-1] - 1)
    return np.asarray(state[..., None] * decay + x @ matrix.T)
