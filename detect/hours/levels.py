"""Levels: how a noisy quantity stood, as the median of the hours of the day before each hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detect.streams.nouns import NOTHING, Hours, Verdict

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY = 24
"""Hours."""
LEAST_HOURS = 4
"""A level rests on so many hours with readings."""


def windows(hour: Ints, width: int) -> tuple[NDArray[np.intp], Bools]:
    """For each hour the places (h, width) of the hours of the `width` hours that end with it, and which of them are there."""
    at = np.arange(len(hour))[:, None] - np.arange(width)
    there = (at >= 0) & (hour[np.maximum(at, 0)] > hour[:, None] - width)
    return np.maximum(at, 0), there


def levels(hours: Hours) -> Floats:
    """The median of the hourly means of the day before each hour (h,); NaN where too few are known."""
    at, there = windows(hours.hour, DAY)
    return of_sorted(np.sort(np.where(there, hours.mean[at], np.nan), axis=1), 0.5, LEAST_HOURS)


def daily(hour: Ints, values: Floats, days: range) -> Floats:
    """What `values` (h,) were so many days before each hour (h, len(days)); NaN where nobody spoke about then."""
    back = hour[:, None] - DAY * np.array(days)
    at = np.searchsorted(hour, back, side="right") - 1
    there = (at >= 0) & (hour[np.maximum(at, 0)] > back - DAY // 2)
    return np.where(there, values[np.maximum(at, 0)], np.nan)


def of_sorted(rows: Floats, q: float, least: int) -> Floats:
    """The quantile of each row, NaN (at the end) left out; NaN where fewer than `least` are known."""
    known = rows.shape[1] - np.isnan(rows).sum(axis=1)
    at = np.maximum(np.floor(q * (known - 1)).astype(np.intp), 0)
    return np.where(known >= least, np.take_along_axis(rows, at[:, None], axis=1)[:, 0], np.nan)


def until(hours: Hours, end: int) -> Hours:
    """The hours before the one with index `end`."""
    return Hours(hours.hour[:end], hours.samples[:end], hours.mean[:end], hours.low[:end], hours.high[:end])


def silent_verdict(size: int = 0) -> Verdict:
    """Not ready at any of so many hours."""
    return Verdict(
        np.full(size, np.nan, np.float32), np.full(size, NOTHING, np.int8), np.zeros(size, np.int64)
    )
