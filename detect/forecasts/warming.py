"""Warming: sudden failures of cooled zones, looked for every two minutes in those that are warmer than usual right now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np

from detect.excursions import trusted
from detect.forecasts.announcing import SUDDEN
from detect.forecasts.nouns import Floats, Foretold
from detect.forecasts.sudden import P10_P90, STEP_MIN, Rise, members, minutes_to, rise_of, usual_top
from detect.forecasts.zones import Zone
from detect.nouns import Limit
from detect.ports import Rows
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE

DAYS = 5
"""So many days tell how long doors and defrosting last here."""
LIVES_US = 30 * US_PER_MINUTE
MODEL = f"{SUDDEN} failure 1"
JUST_NOW_US = 15 * US_PER_MINUTE
SHADE_K = 0.3
REACH_K = 15.0
"""A limit farther off than this is not reached suddenly."""


class _Usual(NamedTuple):
    """A probe's last days, read once a day."""

    day: int
    minutes_us: Floats
    value: Floats
    level: float
    """Below this nothing warms; a shade lower than the level of the moment, which other hours go into."""


class Warming:
    """Foretells high limits of temperature; the last days of each probe that once was warmer than usual are held."""

    def __init__(self, readings: Rows) -> None:
        self._readings = readings
        self._usual: dict[int, _Usual] = {}

    def foretell(
        self, zone: Zone, touched: Mapping[int, object], outdoors_c: float | None, as_of_us: int
    ) -> list[Foretold]:
        """What the probes of a zone that spoke just now say of its high limits; nothing while all is as usual."""
        limits = [
            limit for limit, _ in zone.limits if limit.quantity == "temperature" and limit.side == "high"
        ]
        numbers = [
            p.temperature for p in zone.probes if p.temperature is not None and p.temperature in touched
        ]
        found: list[Foretold] = []
        for number in numbers if limits else []:
            rise = self._rise(number, as_of_us)
            if rise is not None and any(0 < limit.limit - rise.value[-1] < REACH_K for limit in limits):
                found += _foretold(limits, rise, outdoors_c, zone.key, as_of_us)
        return found

    def _rise(self, number: int, as_of_us: int) -> Rise | None:
        usual = self._usual.get(number)
        day = as_of_us // US_PER_DAY
        if usual is None or usual.day != day:
            self._usual[number] = usual = self._read(number, day, as_of_us)
        newest = trusted(self._readings.range([number], as_of_us - JUST_NOW_US, as_of_us))
        if not len(newest) or newest.value[-1] < usual.level:
            return None
        from_us = int(usual.minutes_us[-1]) + 1 if len(usual.minutes_us) else as_of_us - US_PER_HOUR
        rows = trusted(self._readings.range([number], from_us, as_of_us))
        times = np.concatenate([usual.minutes_us, rows.time_us.astype(np.float64)])
        value = np.concatenate([usual.value, rows.value])
        if len(value) < 3:
            return None
        return rise_of((times - as_of_us) / US_PER_MINUTE, value)

    def _read(self, number: int, day: int, as_of_us: int) -> _Usual:
        rows = trusted(self._readings.range([number], as_of_us - DAYS * US_PER_DAY, as_of_us))
        level = usual_top(rows.value)[0] - SHADE_K if len(rows) else -np.inf
        return _Usual(day, rows.time_us.astype(np.float64), rows.value, level)


def _foretold(
    limits: Sequence[Limit], rise: Rise, outdoors_c: float | None, zone: str, as_of_us: int
) -> list[Foretold]:
    paths = members(rise, outdoors_c, crc32(f"{zone}:{as_of_us}".encode()))
    return [
        _one(limit, rise, paths, as_of_us) for limit in limits if 0 < limit.limit - rise.value[-1] < REACH_K
    ]


def _one(limit: Limit, rise: Rise, paths: Floats, as_of_us: int) -> Foretold:
    minutes = minutes_to(limit.limit, paths)
    reached = minutes[np.isfinite(minutes)]
    chance = rise.failing * len(reached) / len(minutes)
    p10_us = p50_us = p90_us = None
    if len(reached):
        quantiles = np.quantile(reached, (P10_P90[0], 0.5, P10_P90[1])).tolist()
        p10_us, p50_us, p90_us = (as_of_us + round(max(m, STEP_MIN) * US_PER_MINUTE) for m in quantiles)
    return Foretold(
        limit, 0, as_of_us, as_of_us + LIVES_US, round(chance, 4), round(chance, 4), p10_us, p50_us, p90_us,
        float(rise.value[-1]), MODEL,
    )  # fmt: skip
