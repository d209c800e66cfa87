"""Simulated rooms with fresh seeds under recorded weather: what their probes said, and what weather forecasts would have."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.quality.recordings import folder
from detect.forecasts.nouns import Air, Issue
from detect.psychrometrics import dew_point_c
from ingest.nouns import US_PER_HOUR
from simulators.climate import AIR_KG_M3, Climate, Drive, Rooms
from simulators.machines import Machines, Plant
from simulators.psychrometrics import mixing_ratio, saturation_hpa

Floats = NDArray[np.float64]
STEP_S, SAID_EVERY = 300.0, 3
"""Steps of five minutes; probes speak every quarter of an hour."""
PER_HOUR = 4
WEATHER_FADE, WEATHER_NEAR_K, WEATHER_FAR_K, WEATHER_GROWS_H = 0.93, 0.7, 1.4, 30.0
"""Errors of weather forecasts: 0.7 K at once, 2.1 K in the end, most of that within two days, alike from hour to hour."""


class Sky(NamedTuple):
    """Recorded weather, by the hour on the hour: (n,)."""

    first_hour: int
    air: Air


class Told(NamedTuple):
    """What the probes of n rooms said each quarter of an hour: (quarters, rooms), the first a quarter after the sky's first hour."""

    temp_c: Floats
    rh_pct: Floats

    def hours(self) -> Air:
        """Mean temperature and the dew point at its highest humidity, by the hour, (hours, rooms), as forecasts see a room."""
        whole = len(self.temp_c) // PER_HOUR * PER_HOUR
        temp = self.temp_c[:whole].reshape(-1, PER_HOUR, self.temp_c.shape[1]).mean(axis=1)
        humidity = self.rh_pct[:whole].reshape(-1, PER_HOUR, self.rh_pct.shape[1]).max(axis=1)
        return Air(temp, dew_point_c(temp, humidity))


def sky(file: str, station: str, begin: str, days: int) -> Sky:
    """Some days of a recording; gaps are bridged."""
    with gzip.open(folder() / "weather" / f"{file}.csv.gz", "rt") as lines:
        rows = [r for r in csv.DictReader(lines) if (r.get("station") or r.get("origin")) == station]
    hour = np.array([int(datetime.fromisoformat(r["time_hour"]).timestamp()) // 3600 for r in rows])
    first = int(datetime.fromisoformat(begin).timestamp()) // 3600
    wanted = np.arange(first, first + 24 * days + 1)
    series = []
    for column in ("temp_c", "dewpoint_c"):
        value = np.array([float(r[column]) if r[column] not in {"", "NA"} else np.nan for r in rows])
        known = ~np.isnan(value)
        series.append(np.interp(wanted, hour[known], value[known]))
    return Sky(first, Air(series[0], np.minimum(series[1], series[0])))


def outdoors(sky: Sky) -> Air:
    """Hourly means as a probe outdoors would give them, (n - 1,)."""
    return Air(*((x[:-1] + x[1:]) / 2 for x in sky.air))


def issued(sky: Sky, rng: np.random.Generator) -> list[Issue]:
    """A weather forecast every six hours for three days: the truth with errors that grow."""
    found = []
    for at in range(0, len(sky.air.temp_c) - 1, 6):
        length = min(72, len(sky.air.temp_c) - at)
        ahead = np.arange(length)
        spread = WEATHER_NEAR_K + WEATHER_FAR_K * (1 - np.exp(-ahead / WEATHER_GROWS_H))
        temp = sky.air.temp_c[at : at + length] + spread * _wandering(length, rng)
        dew = sky.air.dew_c[at : at + length] + spread * _wandering(length, rng)
        valid_us = (sky.first_hour + at + ahead) * US_PER_HOUR
        found.append(Issue((sky.first_hour + at) * US_PER_HOUR, valid_us, Air(temp, np.minimum(dew, temp))))
    return found


def _wandering(length: int, rng: np.random.Generator) -> Floats:
    """A stationary series with standard deviation 1 that is alike from hour to hour."""
    steps = rng.standard_normal(length) * np.sqrt(1 - WEATHER_FADE**2)
    state, found = rng.standard_normal(), np.empty(length)
    for i in range(length):
        state = WEATHER_FADE * state + steps[i]
        found[i] = state
    return found


def simulate(sky: Sky, n: int, cold: bool, rng: np.random.Generator) -> Told:
    """n stores of all sizes under one sky: goods, walls, leaks and doors at random; half of them heated or dried."""
    rooms = _rooms(sky, n, rng)
    plant = _plant(n, cold, rooms.air_kg / AIR_KG_M3, rng)
    start_c = np.full(n, float(sky.air.temp_c[:240].mean())) + np.where(plant.heater_w > 0, 5.0, 0.0)
    climate = Climate(rooms, start_c, np.full(n, 60.0), np.repeat(start_c[:, None], 3, axis=1))
    machines, healthy = Machines(plant), {name: np.ones(n) for name in ("heater", "cooler", "dryer")}
    doors = _doors(len(sky.air.temp_c) - 1, n, rng)
    water = mixing_ratio(saturation_hpa(sky.air.dew_c))
    per_hour = int(3600 / STEP_S)
    temps, humidities = [], []
    for step in range((len(sky.air.temp_c) - 1) * per_hour):
        at = step / per_hour
        hour, share = int(at), at - int(at)
        out_c = np.full(n, sky.air.temp_c[hour] * (1 - share) + sky.air.temp_c[hour + 1] * share)
        out_w = np.full(n, water[hour] * (1 - share) + water[hour + 1] * share)
        works = machines.step(STEP_S, climate.air_c, climate.rh_pct, healthy)
        climate.step(
            STEP_S, Drive(out_c, out_w, doors[step // SAID_EVERY], works.heat_w, works.coil_kg_s, works.coil_c)
        )  # fmt: skip
        if step % SAID_EVERY == SAID_EVERY - 1:
            temps.append(climate.air_c.copy())
            humidities.append(climate.rh_pct.copy())
    temp, humidity = np.array(temps), np.array(humidities)
    return Told(
        temp + rng.normal(0, 0.08, temp.shape), np.clip(humidity + rng.normal(0, 0.7, humidity.shape), 1, 100)
    )


def _rooms(sky: Sky, n: int, rng: np.random.Generator) -> Rooms:
    volume = np.exp(rng.uniform(np.log(400), np.log(8000), n))
    floor = volume / rng.uniform(4, 8, n)
    walls = floor * rng.uniform(1.8, 3.0, n) + 2 * volume ** (2 / 3)
    goods = volume * rng.uniform(5, 60, n) * rng.choice([130.0, 460.0, 800.0, 2500.0], n)
    masses = [walls * np.exp(rng.uniform(np.log(2e4), np.log(1.2e5), n)), floor * np.exp(rng.uniform(np.log(1e5), np.log(5e5), n)), goods]  # fmt: skip
    return Rooms(
        air_kg=volume * AIR_KG_M3,
        mass_j_k=np.stack(masses, axis=1),
        mass_m2=np.stack([walls, floor, np.exp(rng.uniform(np.log(60), np.log(900), n))], axis=1),
        behind_w_k=np.stack(
            [walls * rng.uniform(0.4, 2.0, n), floor * rng.uniform(0.1, 0.6, n), np.zeros(n)], axis=1
        ),
        ground_c=np.full(n, 0.6 * float(sky.air.temp_c[:720].mean()) + 8),
        leak_per_h=np.exp(rng.uniform(np.log(0.1), np.log(1.5), n)),
        door_per_h=rng.uniform(2, 8, n),
        source_kg_s=rng.uniform(0, 1e-4, n) * volume / 3600,
    )


def _plant(n: int, cold: bool, volume: Floats, rng: np.random.Generator) -> Plant:
    """Half of the stores are kept: heated where it is cold, dried where it is damp, some by too weak a machine."""
    kept = rng.random(n) < 0.5
    heated, dried, none = kept & cold, kept & (not cold), np.zeros(n)
    return Plant(
        heater_w=np.where(heated, np.exp(rng.uniform(np.log(4e3), np.log(6e4), n)), 0.0),
        heater_c=np.where(heated, rng.uniform(8, 16, n), -99.0),
        cooler_w=none, cooler_c=np.full(n, 99.0), band_k=np.ones(n), defrost_every_s=none, defrost_s=none,
        dryer_kg_s=np.where(dried, volume * rng.uniform(0.3, 1.5, n) * AIR_KG_M3 / 3600, 0.0),
        dryer_rh_pct=np.where(dried, rng.uniform(50, 70, n), 999.0),
    )  # fmt: skip


def _doors(hours: int, n: int, rng: np.random.Generator) -> Floats:
    """Whether each door stands open in each quarter of an hour, on six days of the week: (quarters, rooms)."""
    quarter = np.arange(hours * PER_HOUR)
    of_day = (quarter / PER_HOUR + 8) % 24
    workday = (quarter // (24 * PER_HOUR)) % 7 < 6
    opens, shuts, share = rng.integers(7, 10, n), rng.integers(16, 20, n), rng.uniform(0.02, 0.5, n)
    at_work = (of_day[:, None] >= opens) & (of_day[:, None] < shuts) & workday[:, None]
    return (at_work & (rng.random((len(quarter), n)) < share)).astype(float)
