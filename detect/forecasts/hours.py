"""A zone's past, hour by hour, put together from its probes and from what tells the weather beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from detect.forecasts.nouns import HORIZON_H, Air, Floats, Ints, Issue, Past, Plan, PlanKind
from detect.forecasts.zones import Probe
from detect.psychrometrics import dew_point_c
from ingest.nouns import US_PER_HOUR
from store.nouns import Buckets

LATELY_H = 7 * 24
"""How far back probes of a zone are compared with each other."""


class Hourly(Protocol):
    """As much of the kept readings as is asked here."""

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
        """See `store.nouns.ReadingReader`."""


class Aside(NamedTuple):
    """How far the most extreme probes of a zone stand from its mean, ≥ 0, each (temperature, humidity, dew-point margin)."""

    above: tuple[float, float, float]
    below: tuple[float, float, float]


def means(readings: Hourly, series: Sequence[int], first_hour: int, hours: int) -> dict[int, Floats]:
    """Hourly means of series, NaN where nothing was heard: (hours,) each."""
    if not series or hours <= 0:
        return {number: np.full(max(hours, 0), np.nan) for number in series}
    asked = sorted(set(series))
    start_us = first_hour * US_PER_HOUR
    found = readings.aggregate(asked, start_us, start_us + hours * US_PER_HOUR, hours)
    rows: dict[int, Floats] = {}
    at = found.start_us // US_PER_HOUR - first_hour
    inside = (at >= 0) & (at < hours)
    for number, mean in zip(found.series.tolist(), found.mean, strict=True):
        rows[number] = np.full(hours, np.nan)
        rows[number][at[inside]] = mean[inside]
    return {number: rows.get(number, np.full(hours, np.nan)) for number in asked}


def air_of(probes: Sequence[Probe], rows: dict[int, Floats], hours: int) -> Air:
    """The mean over the probes, of those that were heard in each hour: (hours,) each."""
    temps, dews = [np.full(hours, np.nan)], [np.full(hours, np.nan)]
    for probe in probes:
        if probe.temperature is not None:
            temps.append(rows[probe.temperature])
        if probe.temperature is not None and probe.humidity is not None:
            dews.append(dew_point_c(rows[probe.temperature], rows[probe.humidity]))
    return Air(_mean(np.stack(temps)), _mean(np.stack(dews)))


def aside_of(probes: Sequence[Probe], rows: dict[int, Floats]) -> Aside:
    """How the probes of a zone differ from each other lately."""
    each: tuple[list[float], list[float], list[float]] = ([], [], [])
    for probe in probes:
        if probe.temperature is None:
            continue
        temp = rows[probe.temperature][-LATELY_H:]
        each[0].append(_level(temp))
        if probe.humidity is not None:
            humidity = rows[probe.humidity][-LATELY_H:]
            each[1].append(_level(humidity))
            each[2].append(_level(temp - dew_point_c(temp, humidity)))
    above, below = [], []
    for levels in each:
        known = [level for level in levels if level == level]
        mean = sum(known) / len(known) if known else 0.0
        above.append(max(known, default=mean) - mean)
        below.append(mean - min(known, default=mean))
    return Aside((above[0], above[1], above[2]), (below[0], below[1], below[2]))


def by_issues(issues: Sequence[Issue], first_hour: int, hours: int) -> Air:
    """The weather that was, where only forecasts tell of it: what the newest issue before each hour said, (hours,) each."""
    middle = (first_hour + np.arange(hours)) * US_PER_HOUR + US_PER_HOUR // 2
    temp, dew = np.full(hours, np.nan), np.full(hours, np.nan)
    for number, issue in enumerate(issues):
        next_us = (
            issues[number + 1].issued_us if number + 1 < len(issues) else issue.issued_us + 12 * US_PER_HOUR
        )
        own = (middle >= issue.issued_us) & (middle < next_us)
        own &= (middle >= issue.valid_us[0]) & (middle <= issue.valid_us[-1])
        temp[own] = np.interp(middle[own], issue.valid_us, issue.air.temp_c)
        dew[own] = np.interp(middle[own], issue.valid_us, issue.air.dew_c)
    return Air(temp, dew)


def planned(plans: Sequence[Plan], first_hour: int, hours: int) -> Floats:
    """The share of each hour for which doors are to be open, and machines off: (2, hours + h + 1)."""
    begin = (first_hour + np.arange(hours + HORIZON_H + 1)) * US_PER_HOUR
    found = np.zeros((2, len(begin)))
    for plan in plans:
        row = 0 if plan.kind is PlanKind.DOORS_OPEN else 1
        within = np.minimum(begin + US_PER_HOUR, plan.to_us) - np.maximum(begin, plan.from_us)
        found[row] = np.minimum(found[row] + np.maximum(within, 0) / US_PER_HOUR, 1.0)
    return found


def joined(before: Past, after: Past) -> Past:
    """A past with newer hours in place of what it said of them (they may overlap, without a gap between)."""
    keep = after.first_hour - before.first_hour

    def both(old: Floats, new: Floats) -> Floats:
        return np.concatenate([old[:keep], new])

    return Past(
        before.first_hour,
        Air(both(before.room.temp_c, after.room.temp_c), both(before.room.dew_c, after.room.dew_c)),
        Air(both(before.outdoors.temp_c, after.outdoors.temp_c), both(before.outdoors.dew_c, after.outdoors.dew_c)),
        np.concatenate([before.plans[:, :keep], after.plans], axis=1),
    )  # fmt: skip


def _level(series: Floats) -> float:
    known = series[~np.isnan(series)]
    return float(known.mean()) if len(known) else float("nan")


def _mean(rows: Floats) -> Floats:
    """The mean over rows of what is known, NaN where nothing is."""
    known: Ints = (~np.isnan(rows)).sum(axis=0)
    total = np.nansum(rows, axis=0)
    return np.where(known > 0, total / np.maximum(known, 1), np.nan)
