"""Tails: from which oddness on something is a finding, reckoned from a normal past and a budget of false alerts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BUDGET_DAYS = 180.0
"""A normal series may raise a false alert once in so many days."""


def threshold(odd: NDArray[np.float64], day: NDArray[np.int64], days: float = BUDGET_DAYS) -> float:
    """The level that the worst of a day exceeds once in `days` days.

    The worst of each day follows Gumbel's distribution of extremes, which is fitted by its median and its upper spread (the 90 % quantile
    less the median), so that the worst days of the past, which may have been trouble, count little. It is never below the
    worst but 5 % of the past.

    Args:
        odd: oddness of a normal past, (n,).
        day: the day of each, any numbering, (n,).
        days: the budget.
    """
    order = np.argsort(day, kind="stable")
    first = np.flatnonzero(np.diff(day[order], prepend=day[order][0] - 1))
    worst = np.maximum.reduceat(odd[order], first)
    middle, upper = np.quantile(worst, [0.5, 0.9])
    scale = (upper - middle) / (_gumbel(0.9) - _gumbel(0.5))
    return float(max(middle + scale * (_gumbel(1 - 1 / days) - _gumbel(0.5)), np.quantile(worst, 0.95)))


def _gumbel(share: float) -> float:
    """The quantile of Gumbel's distribution."""
    return float(-np.log(-np.log(share)))
