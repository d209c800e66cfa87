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


def rolling_mean(values: Floats, width: int) -> Floats:
    """Mean (h,) of each value and the `width` - 1 before; NaN where less than half are known.

    >>> rolling_mean(np.array([1.0, 3.0, np.nan, np.nan]), 2)
    array([ 1.,  2.,  3., nan])
    """
    known, filled = _padded(values, width)
    count, total = np.zeros(len(values)), np.zeros(len(values))
    for i in range(width):
        count += known[i : i + len(values)]
        total += filled[i : i + len(values)]
    return np.where(2 * count >= width, total / np.maximum(count, 1), np.nan)


def rolling_deviation(values: Floats, width: int) -> Floats:
    """Standard deviation (h,) of each value and the `width` - 1 before; NaN where less than half are known."""
    mean = rolling_mean(values, width)
    known, filled = _padded(values, width)
    count, squares = np.zeros(len(values)), np.zeros(len(values))
    for i in range(width):
        there = known[i : i + len(values)]
        count += there
        squares += there * (filled[i : i + len(values)] - mean) ** 2
    return np.sqrt(squares / np.maximum(count, 1))


def _padded(values: Floats, width: int) -> tuple[Floats, Floats]:
    """1 where a value is known and 0 elsewhere, and the values with 0 elsewhere, behind `width` - 1 unknown ones."""
    padded = np.concatenate([np.full(width - 1, np.nan), values])
    unknown = np.isnan(padded)
    return (~unknown).astype(np.float64), np.where(unknown, 0.0, padded)


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
