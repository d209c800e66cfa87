"""Courses: how a place went hour by hour over the last day, temperature and humidity together, as rows for a model."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.streams.nouns import Hours

DAY = 24
NAME = "learned_course"
"""Models of courses, by name and by the version of how they learn and judge."""
VERSION = "1"
PERSIST = 3
"""So many odd hours on end make a finding."""
HOLD = 72
"""Hours for which it stands after the last of them."""
LEAST_HOURS = 18
"""A day of which fewer hours are known is no course."""
Floats = NDArray[np.float64]


class Joint(NamedTuple):
    """One place by hours: its temperature (°C) and its relative humidity (%), which may have no hours at all."""

    temperature: Hours
    humidity: Hours


class Courses(NamedTuple):
    """The days that end with each hour. Shapes: (n,), (n, 24 or 48)."""

    hour: NDArray[np.int64]
    """Their last hours, rising; only hours whose day is known well enough."""
    rows: Floats
    """24 temperatures from the oldest to the newest, and 24 humidities behind them where these are asked for."""


def nothing() -> Hours:
    """A quantity that was never measured."""
    whole, real = np.empty(0, np.int64), np.empty(0)
    return Hours(whole, whole, real, real, real)


def dense(hours: Hours, first: int, last: int) -> Floats:
    """Means (last - first + 1,) at every hour from `first` to `last`; NaN where nothing was said."""
    out = np.full(last - first + 1, np.nan)
    inside = (hours.hour >= first) & (hours.hour <= last)
    out[hours.hour[inside] - first] = hours.mean[inside]
    return out


def courses(place: Joint, *, humid: bool) -> Courses:
    """The courses of a place, by temperature alone or with humidity.

    A missing hour has the value of the hour before it (the first of a day: that of the next known one).
    """
    parts = (place.temperature, place.humidity) if humid else (place.temperature,)
    if any(len(part.hour) == 0 for part in parts):
        return Courses(np.empty(0, np.int64), np.empty((0, DAY * len(parts))))
    first = min(int(part.hour[0]) for part in parts) - DAY + 1
    last = max(int(part.hour[-1]) for part in parts)
    days = [np.lib.stride_tricks.sliding_window_view(dense(p, first, last), DAY) for p in parts]
    known = np.logical_and.reduce([_known(day) for day in days])
    hour = np.arange(first + DAY - 1, last + 1)[known]
    return Courses(hour, np.hstack([_filled(day[known]) for day in days]))


def _known(days: Floats) -> NDArray[np.bool_]:
    there = ~np.isnan(days)
    known: NDArray[np.bool_] = there[:, -1] & (there.sum(axis=1) >= LEAST_HOURS)
    return known


def _filled(days: Floats) -> Floats:
    """Gaps (n, 24) filled forwards, and before the first known hour backwards."""
    at = np.where(np.isnan(days), -1, np.arange(DAY))
    last = np.maximum.accumulate(at, axis=1)
    first = np.argmax(at >= 0, axis=1)
    return np.take_along_axis(days, np.where(last < 0, first[:, None], last), axis=1)
