"""Habit: rolling figures of a series by hours, and where such a figure usually lies, by the weeks before.

Every figure is added up anew for each hour, in one order, so that it is the same to the last bit wherever a span begins.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EVERY = 6
"""What is usual is looked up at every sixth hour of the calendar, in every sixth hour of the past."""
SIGMA = 1.4826
"""Standard deviations in the median absolute deviation of a normal distribution."""


class Usual(NamedTuple):
    """Where a figure usually lies. Shapes: (h,); NaN before anything is known."""

    middle: Floats
    spread: Floats
    """In standard deviations, by the median absolute deviation."""
    days: Floats
    """How many days it rests on."""


def rolling(values: Floats, width: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation (h,) of each value and the `width` - 1 before; NaN where less than half are known.

    >>> rolling(np.array([1.0, 3.0, np.nan, np.nan]), 2)
    (array([1., 2., 3., nan]), array([0., 1., 0., nan]))
    """
    n = len(values)
    padded = np.concatenate([np.full(width - 1, np.nan), values])
    known = ~np.isnan(padded)
    filled = np.where(known, padded, 0.0)
    count, total, squares = np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(width):
        count += known[i : i + n]
        total += filled[i : i + n]
    enough = 2 * count >= width
    mean = np.where(enough, total / np.maximum(count, 1), np.nan)
    for i in range(width):
        squares += np.where(known[i : i + n], (filled[i : i + n] - mean) ** 2, 0.0)
    return mean, np.sqrt(squares / np.maximum(count, 1))


def usual(first: int, figure: Floats, *, past: int, gap: int) -> Usual:
    """Where `figure` lay in the `past` hours that ended `gap` hours before.

    Args:
        first: the calendar hour of figure[0], since the epoch.
        figure: one for every hour (h,), NaN where unknown.
        past: hours, a multiple of EVERY.
        gap: hours, a multiple of EVERY.
    """
    n = len(figure)
    lead = first % EVERY
    padded = np.concatenate([np.full(past + gap + lead, np.nan), figure])[::EVERY]
    looks = -(-(n + lead) // EVERY)
    windows = np.lib.stride_tricks.sliding_window_view(padded, past // EVERY)[:looks]
    middle, count = _median(windows)
    spread, _ = _median(np.abs(windows - middle[:, None]))
    at = (np.arange(n) + lead) // EVERY
    return Usual(middle[at], SIGMA * spread[at], count[at] * (EVERY / 24))


def _median(rows: Floats) -> tuple[Floats, Floats]:
    """Median of the known values of each row, NaN where there are none, and how many are known."""
    ordered = np.sort(rows, axis=1)  # NaN comes last
    count = (~np.isnan(rows)).sum(axis=1)
    at = np.arange(len(rows))
    low, high = (
        ordered[at, np.maximum(count - 1, 0) // 2],
        ordered[at, np.minimum(count // 2, rows.shape[1] - 1)],
    )
    return np.where(count > 0, (low + high) / 2, np.nan), count.astype(np.float64)
