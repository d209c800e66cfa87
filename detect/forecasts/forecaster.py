"""The forecaster: learns every zone once a day, and says at any moment when its limits will be passed.

A zone's model is that of the last boundary between days of its own (they are spread over the day), learned from the 45 days
before it; so what is said is a function of the kept readings, the registry and the moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from zlib import crc32

import numpy as np

from detect.examining import Span
from detect.forecasts.course import Courses, Model, courses, presents, train
from detect.forecasts.hours import Aside, Heard, Hourly, air_of, aside_of, by_issues, heard, joined, planned
from detect.forecasts.lagging import lagged
from detect.forecasts.nouns import (
    HISTORY_H,
    HORIZON_H,
    Curve,
    Floats,
    Foretold,
    Issue,
    NoForecast,
    Passing,
    Past,
    Plan,
    ZoneForecast,
)
from detect.forecasts.outdoors import filled
from detect.forecasts.passing import first_beyond, passing, values
from detect.forecasts.zones import Probe, Zone, probe_of, zones_at
from detect.nouns import DEW_POINT_MARGIN, PRODUCT_TEMPERATURE, Limit, Watch
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE, SeriesKey

MODEL = "room"
VERSION = "2"
SOON_H = 16.0
"""Passing is announced when it is likely within so many hours."""
LIVES_US = 3 * US_PER_HOUR
"""A forecast that is not renewed is not gone by any longer."""
FRESH_H = 2
"""A zone that said nothing for longer has no present to start from."""
AGAIN_H = 6
"""So much before the model was learned is read again at each look: readings come late."""
BLUR_H = 0.75
"""Hours blur a moment by so much either way: half of one, and the dampest reading may be any within it."""
COLUMN = {"temperature": 0, PRODUCT_TEMPERATURE: 0, "relative_humidity": 1, DEW_POINT_MARGIN: 2}
"""Quantity → which of the differences between probes concerns it."""


class Surroundings(Protocol):
    """What is known beside the readings."""

    def outdoors(self, zone: str) -> Sequence[str]:
        """Full names of the devices that hang outdoors at the zone's site."""

    def issues(self, zone: str, from_us: int) -> Sequence[Issue]:
        """The weather forecasts of the zone's site issued since then, in order of issue."""

    def plans(self, zone: str, from_us: int, to_us: int) -> Sequence[Plan]:
        """What is planned for the zone between two moments."""


@dataclass(slots=True)
class _Learned:
    """A zone with its model and the past it was learned from."""

    zone: Zone
    hour: int
    model: Model | None
    past: Past
    aside: Aside
    series: frozenset[int]
    """What was read for it: its own series, and those outdoors."""


class Forecaster:
    """One per process. It holds about 250 KB per zone."""

    def __init__(self, readings: Hourly, surroundings: Surroundings) -> None:
        self._readings, self._surroundings = readings, surroundings
        self._watches: Sequence[Watch] = ()
        self._numbers: dict[SeriesKey, int] = {}
        self._learned: dict[str, _Learned] = {}
        self._outdoors_c: dict[str, float] = {}

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know the devices that are placed and the series that exist."""
        self._watches = watches
        self._numbers = {key: number for number, key in series.items()}

    def zones(self, at_us: int) -> dict[str, Zone]:
        """The zones in which devices hang at a moment."""
        return zones_at(self._watches, self._numbers, at_us)

    def zone(self, key: str, at_us: int) -> Zone | None:
        """One of them; None if no device hangs there."""
        own = (watch for watch in self._watches if watch.zone == key)
        return zones_at(own, self._numbers, at_us).get(key)

    def outdoors_c(self, zone: str) -> float | None:
        """The temperature outdoors when the zone was looked at last, if anything tells it."""
        return self._outdoors_c.get(zone)

    def model(self, zone: Zone, as_of_us: int) -> Model | None:
        """The zone's model of the day; learns it if its day is new."""
        if not self.is_learned(zone, as_of_us):
            self._learned[zone.key] = self._learn(zone, _boundary(zone.key, as_of_us))
        return self._learned[zone.key].model

    def is_learned(self, zone: Zone, as_of_us: int) -> bool:
        """Whether the zone's model of the day is at hand, so that a look costs little."""
        held = self._learned.get(zone.key)
        return held is not None and held.zone == zone and held.hour == _boundary(zone.key, as_of_us)

    def forget(self, touched: Mapping[int, Span]) -> None:
        """Have those zones learned anew of which readings came that are older than what is read again anyway."""
        for key, held in list(self._learned.items()):
            again_us = (held.hour - AGAIN_H) * US_PER_HOUR
            if any(number in touched and touched[number].first_us < again_us for number in held.series):
                del self._learned[key]

    def foretell(self, zone: Zone, as_of_us: int, *, curves: bool = False) -> ZoneForecast:
        """When each limit of a zone will be passed, as of a moment; learns the zone if its day is new."""
        if not zone.limits:
            return ZoneForecast(zone.key, (), NoForecast.NO_LIMITS)
        model = self.model(zone, as_of_us)
        learned = self._learned[zone.key]
        if model is None:
            return ZoneForecast(zone.key, (), NoForecast.TOO_YOUNG)
        past = self._now(learned, as_of_us)
        if np.isnan(past.room.temp_c[-FRESH_H - 1 :]).all():
            return ZoneForecast(zone.key, (), NoForecast.NO_READINGS)
        outdoors = past.outdoors.temp_c[~np.isnan(past.outdoors.temp_c)]
        if len(outdoors):
            self._outdoors_c[zone.key] = float(outdoors[-1])
        at = np.array([len(past.room.temp_c) - 1])
        issues = self._surroundings.issues(zone.key, as_of_us - 2 * HORIZON_H * US_PER_HOUR)
        hour_us = (past.first_hour + len(past.room.temp_c)) * US_PER_HOUR
        # What was issued since the last hour that is known is known now, not only once that hour is over.
        issues = [i._replace(issued_us=min(i.issued_us, hour_us)) for i in issues if i.issued_us <= as_of_us]
        found = courses(model, presents(model.room, model.newest, past, at, issues))
        foretold = [
            _foretold(limit, lag_us, learned, past, found, as_of_us, curves) for limit, lag_us in zone.limits
        ]
        return ZoneForecast(zone.key, tuple(foretold))

    def _learn(self, zone: Zone, hour: int) -> _Learned:
        past, said = self._read(zone, hour - HISTORY_H, hour)
        issues = self._surroundings.issues(zone.key, (hour - HISTORY_H) * US_PER_HOUR)
        model = train(past, [i for i in issues if i.issued_us < hour * US_PER_HOUR], crc32(zone.key.encode()))
        return _Learned(zone, hour, model, past, aside_of(zone.probes, said), frozenset(said.mean))

    def _now(self, learned: _Learned, as_of_us: int) -> Past:
        """The past up to the hour that is now: the running one from its middle on, else the one before."""
        to = (as_of_us + US_PER_HOUR // 2) // US_PER_HOUR
        newer, _ = self._read(learned.zone, learned.hour - AGAIN_H, max(to, learned.hour))
        return joined(learned.past, newer)

    def _read(self, zone: Zone, first_hour: int, to_hour: int) -> tuple[Past, Heard]:
        hours = to_hour - first_hour
        outside = [probe_of(device, self._numbers) for device in self._surroundings.outdoors(zone.key)]
        said = heard(self._readings, [*zone.series, *_series(outside)], first_hour, hours)
        outdoors = air_of(outside, said.mean, said.mean, hours)
        if np.isnan(outdoors.temp_c).all():
            issues = self._surroundings.issues(zone.key, (first_hour - HORIZON_H) * US_PER_HOUR)
            outdoors = by_issues(issues, first_hour, hours)
        from_us, to_us = first_hour * US_PER_HOUR, (to_hour + HORIZON_H + 1) * US_PER_HOUR
        plans = planned(self._surroundings.plans(zone.key, from_us, to_us), first_hour, hours)
        # Limits are passed by single readings: a room is as damp in an hour as its dampest one.
        room = air_of(zone.probes, said.mean, said.highest, hours)
        return Past(first_hour, room, outdoors, plans), said


def _series(probes: Sequence[Probe]) -> list[int]:
    return [n for probe in probes for n in (probe.temperature, probe.humidity) if n is not None]


def _boundary(zone: str, as_of_us: int) -> int:
    """The hour at which the zone's last day of its own began."""
    own = crc32(zone.encode()) % 24
    hour = as_of_us // US_PER_HOUR
    return (hour - own) // 24 * 24 + own


def _foretold(
    limit: Limit, lag_us: int, learned: _Learned, past: Past, found: Courses, as_of_us: int, curves: bool
) -> Foretold:
    """One limit. The origin of all times is the middle of the hour that is now."""
    origin_us = (past.first_hour + len(past.room.temp_c) - 1) * US_PER_HOUR + US_PER_HOUR // 2
    lag_h = lag_us / US_PER_HOUR
    goods_c = np.array([lagged(filled(past.room.temp_c), lag_h)[-1]])
    value = values(limit.quantity, found, lag_h, goods_c)
    model = f"{MODEL} {VERSION}@{datetime.fromtimestamp(learned.hour * 3600, UTC):%Y-%m-%dT%HZ}"
    if np.isnan(value).all():
        return Foretold(
            limit, lag_us, as_of_us, as_of_us + LIVES_US, 0.0, 0.0, None, None, None, None, model, NoForecast.NO_HUMIDITY
        )  # fmt: skip
    aside = learned.aside.above if limit.side == "high" else learned.aside.below
    first_h = first_beyond(limit, value, aside[COLUMN.get(limit.quantity, 1)])[0]
    counts = found.counts[0]
    passed = passing(first_h, counts)
    now_h = (as_of_us - origin_us) / US_PER_HOUR
    soon = float((first_h[counts] <= now_h + SOON_H).mean())
    times = _times(passed, origin_us, as_of_us)
    curve = _curve(value[0][counts], origin_us) if curves else None
    return Foretold(
        limit, lag_us, as_of_us, as_of_us + LIVES_US, round(passed.probability, 4), round(soon, 4), *times,
        float(value[0, 0, 0]), model, None, curve,
    )  # fmt: skip


def _times(passed: Passing, origin_us: int, as_of_us: int) -> tuple[int | None, int | None, int | None]:
    """Moments, none before now, or None for never."""
    if not passed.probability:
        return None, None, None
    hours = (passed.p10_h - BLUR_H, passed.p50_h, passed.p90_h + BLUR_H)
    early, middle, late = (max(origin_us + round(h * 60) * US_PER_MINUTE, as_of_us) for h in hours)
    return early, middle, late


def _curve(members: Floats, origin_us: int) -> Curve:
    p10, p50, p90 = np.quantile(members, (0.1, 0.5, 0.9), axis=0)
    return Curve(origin_us + np.arange(members.shape[1]) * US_PER_HOUR, p10, p50, p90)
