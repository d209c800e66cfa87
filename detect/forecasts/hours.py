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


class Heard(NamedTuple):
    """What series said in each hour: number → (hours,), NaN where nothing was heard."""

    lowest: dict[int, Floats]
    mean: dict[int, Floats]
    highest: dict[int, Floats]


def heard(readings: Hourly, series: Sequence[int], first_hour: int, hours: int) -> Heard:
    """The lowest reading, the mean and the highest reading of series in each hour."""
    blank = np.full(max(hours, 0), np.nan)
    rows = Heard(*({number: blank for number in series} for _ in range(3)))
    if not series or hours <= 0:
        return rows
    start_us = first_hour * US_PER_HOUR
    found = readings.aggregate(sorted(set(series)), start_us, start_us + hours * US_PER_HOUR, hours)
    at = found.start_us // US_PER_HOUR - first_hour
    inside = (at >= 0) & (at < hours)
    for kept, said in zip(rows, (found.minimum, found.mean, found.maximum), strict=True):
        for number, values in zip(found.series.tolist(), said, strict=True):
            kept[number] = blank.copy()
            kept[number][at[inside]] = values[inside]
    return rows


def air_of(
    probes: Sequence[Probe], temperature: dict[int, Floats], humidity: dict[int, Floats], hours: int
) -> Air:
    """The mean over the probes, of those that were heard in each hour: (hours,) each."""
    temps, dews = [np.full(hours, np.nan)], [np.full(hours, np.nan)]
    for probe in probes:
        if probe.temperature is not None:
            temps.append(temperature[probe.temperature])
        if probe.temperature is not None and probe.humidity is not None:
            dews.append(dew_point_c(temperature[probe.temperature], humidity[probe.humidity]))
    return Air(_mean(np.stack(temps)), _mean(np.stack(dews)))


def aside_of(probes: Sequence[Probe], said: Heard) -> Aside:
    """How the probes of a zone differ from each other lately, at the dampest reading of each hour; how much drier one gets."""
    temps, humidities, margins, driest = [], [], [], []
    for probe in probes:
        if probe.temperature is None:
            continue
        temp = said.mean[probe.temperature][-LATELY_H:]
        temps.append(_level(temp))
        if probe.humidity is not None:
            humidity = said.highest[probe.humidity][-LATELY_H:]
            humidities.append(_level(humidity))
            margins.append(_level(temp - dew_point_c(temp, humidity)))
            driest.append(_level(said.lowest[probe.humidity][-LATELY_H:]))
    apart = [_apart(*levels) for levels in ((temps, temps), (humidities, driest), (margins, margins))]
    (warm, cold), (damp, dry), (wide, narrow) = apart
    return Aside((warm, damp, wide), (cold, dry, narrow))


def _apart(high: Sequence[float], low: Sequence[float]) -> tuple[float, float]:
    """How far above the mean of the first the highest of them stands, and how far below it the lowest of the second."""
    known = [level for level in high if level == level]
    mean = sum(known) / len(known) if known else 0.0
    least = min((level for level in low if level == level), default=mean)
    return max(known, default=mean) - mean, mean - least


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
