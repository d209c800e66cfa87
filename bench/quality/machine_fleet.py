"""A fleet of simulated rooms, each kept by one machine: recorded weather, doors, deliveries, and machines that decay or stop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.quality.rooms import sky
from simulators.climate import AIR_J_KGK, AIR_KG_M3, FILM_W_M2K, GOODS, Climate, Drive, Rooms
from simulators.machines import Machines, Plant
from simulators.psychrometrics import mixing_ratio, saturation_hpa

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Minutes = NDArray[np.float32]
STEP_S = 60.0
A_DAY = 1440
KINDS = ("cooling", "heating", "drying")
MACHINES = {"cooling": "cooler", "heating": "heater", "drying": "dryer"}
_LONG_MIN = 30
"""So long beyond the limit without a break is a breach."""
_FROM = {
    "guangzhou": ("guangzhou_2013_2014_hourly", "guangzhou"), "shenyang": ("shenyang_2013_2014_hourly", "shenyang"),
}  # fmt: skip


class Fleet(NamedTuple):
    """What n rooms are like and what becomes of their machines, each (n,)."""

    kind: NDArray[np.str_]
    place: NDArray[np.str_]
    start_h: NDArray[np.int64]
    """Hour of the two recorded years at which a room begins."""
    set_point: Floats
    limit: Floats
    """Of the goods' temperature, or of the humidity within six hours."""
    chilled: Bools
    measured: Bools
    """Whether the machine tells when it runs; else only the room shows it."""
    interval_min: NDArray[np.int64]
    begun_min: NDArray[np.int64]
    """When it begins to decay; -1 = never."""


class Played(NamedTuple):
    """What happened. Shapes: (n, minutes), and `breach_min` (n,), -1 = none."""

    fleet: Fleet
    value: Minutes
    """What the room's probe says: °C, or % where it is dried."""
    temp_c: Minutes
    running: Bools
    door: Bools
    outdoor_c: Minutes
    outdoor_mixing: Minutes
    health: Minutes
    breach_min: NDArray[np.int64]


def fleet(n: int, days: int, rng: np.random.Generator) -> Fleet:
    """Rooms at random: cold rooms in spring and summer, heated stores in winter, dry stores from February on."""
    kind = rng.choice(KINDS, n, p=[0.6, 0.2, 0.2])
    cool, heat = kind == "cooling", kind == "heating"
    chilled = cool & (rng.random(n) < 0.6)
    day = np.where(
        cool, rng.integers(100, 200, n), np.where(heat, rng.integers(285, 340, n), rng.integers(40, 170, n))
    )
    year = np.where(heat, 0, rng.integers(0, 2, n))
    cold_set = np.where(chilled, rng.uniform(3.5, 5, n), rng.uniform(17, 20, n))
    set_point = np.where(cool, cold_set, np.where(heat, rng.uniform(12, 17, n), rng.uniform(64, 68, n)))
    return Fleet(
        kind=kind,
        place=np.where(cool, rng.choice(["guangzhou", "shenyang"], n), np.where(heat, "shenyang", "guangzhou")),
        start_h=(year * 365 + day) * 24,
        set_point=set_point,
        limit=np.where(cool, np.where(chilled, 8.0, 25.0), np.where(heat, 5.0, 80.0)),
        chilled=chilled,
        measured=rng.random(n) < 0.5,
        interval_min=rng.choice([1, 2, 5], n),
        begun_min=np.where(rng.random(n) < 0.55, rng.integers(25 * A_DAY, (days - 15) * A_DAY, n), -1),
    )  # fmt: skip


def play(own: Fleet, days: int, rng: np.random.Generator) -> Played:
    """Let the days pass, a minute a step, all rooms at once."""
    n, minutes = len(own.kind), days * A_DAY
    rooms, plant, doors_a_day = _built(own, rng)
    out_c, out_mixing = _weather(own, days)
    door = _doors(doors_a_day, days, rng)
    health = _health(own, days, rng)
    warm = (rng.random((n, days)) < 0.1) & (own.kind == "cooling")[:, None]
    warmer_k = rng.uniform(0.2, 0.8, n)
    start_c = np.where(own.kind == "drying", out_c[:, :48].mean(1), own.set_point)
    start_rh = np.where(own.kind == "drying", own.set_point, 55.0)
    climate = Climate(rooms, start_c, start_rh, np.repeat(start_c[:, None], 3, axis=1))
    machines = Machines(plant)
    said = np.zeros((4, n, minutes), np.float32)
    running = np.zeros((n, minutes), bool)
    of_machine = np.array([KINDS.index(kind) for kind in own.kind]), np.arange(n)
    probe = np.stack([climate.air_c, climate.rh_pct])
    follow = -np.expm1(-STEP_S / 120.0)
    for m in range(minutes):
        hour, share = divmod(m, 60)
        outdoor_c = out_c[:, hour] + (out_c[:, hour + 1] - out_c[:, hour]) * share / 60
        outdoor_mixing = out_mixing[:, hour] + (out_mixing[:, hour + 1] - out_mixing[:, hour]) * share / 60
        if m % A_DAY == 600:
            climate.mass_c[:, GOODS] += np.where(warm[:, m // A_DAY], warmer_k, 0.0)
        strength = dict.fromkeys(MACHINES.values(), health[:, m].astype(np.float64))
        out = machines.step(STEP_S, climate.air_c, climate.rh_pct, strength)
        climate.step(
            STEP_S,
            Drive(
                outdoor_c, outdoor_mixing, door[:, m] * np.float64(0.8), out.heat_w, out.coil_kg_s, out.coil_c
            ),
        )
        probe += follow * (np.stack([climate.air_c, climate.rh_pct]) - probe)
        running[:, m] = np.stack([out.running[MACHINES[kind]] for kind in KINDS])[of_machine]
        said[0, :, m], said[1, :, m], said[2, :, m], said[3, :, m] = (
            probe[0],
            probe[1],
            outdoor_c,
            outdoor_mixing,
        )
    drying = (own.kind == "drying")[:, None]
    value = np.where(drying, said[1], said[0]) + rng.normal(size=running.shape) * np.where(drying, 0.25, 0.05)
    value = np.round(value, 2).astype(np.float32)
    return Played(own, value, said[0], running, door, said[2], said[3], health, _breaches(own, value))


def _built(own: Fleet, rng: np.random.Generator) -> tuple[Rooms, Plant, Floats]:
    """Rooms with machines for 0.75 to 1.4 times the load on a design day, and how often their doors open a day."""
    n, cool, heat, dry = len(own.kind), *(own.kind == kind for kind in KINDS)
    volume = np.exp(rng.uniform(np.log(150), np.log(3000), n))
    floor_m2 = volume ** (2 / 3)
    wall_m2 = 5 * floor_m2 * rng.uniform(0.9, 1.2, n)
    wall_w = np.where(own.chilled, rng.uniform(0.25, 0.5, n), rng.uniform(0.4, 1.0, n))
    floor_w = np.where(own.chilled, 0.2, 0.4)
    goods_kg = volume * np.exp(rng.uniform(np.log(30), np.log(250), n))
    leak = np.where(dry, rng.uniform(0.03, 0.1, n), rng.uniform(0.05, 0.4, n))
    door_per_h, doors_a_day = rng.uniform(2, 8, n), np.exp(rng.uniform(np.log(3), np.log(20), n))
    air_kg, ground_c = volume * AIR_KG_M3, np.where(heat, 8.0, 15.0)
    exchange = leak + doors_a_day * 4 / A_DAY * door_per_h
    outside_w_k = wall_m2 / (1 / wall_w + 1 / FILM_W_M2K) + exchange * air_kg * AIR_J_KGK / 3600
    design_k = np.abs(np.where(cool, 38.0, -26.0) - own.set_point) * np.where(cool, 1.25, 1.0)
    load_w = outside_w_k * design_k + floor_m2 * floor_w * np.abs(ground_c - own.set_point)
    power_w = load_w * rng.uniform(0.75, 1.4, n)
    goods_j = goods_kg * np.where(dry, 300.0, rng.uniform(800, 3300, n))
    wall_j = wall_m2 * np.where(own.chilled, 2.5e4, 8e4)
    goods_m2 = goods_kg / 1000 * rng.uniform(1.5, 4, n)
    rooms = Rooms(
        air_kg=air_kg, mass_j_k=np.stack([wall_j, floor_m2 * 3e5, goods_j], 1),
        mass_m2=np.stack([wall_m2, floor_m2, goods_m2], 1),
        behind_w_k=np.stack([wall_m2 * wall_w, floor_m2 * floor_w, np.zeros(n)], 1), ground_c=ground_c,
        leak_per_h=leak, door_per_h=door_per_h, source_kg_s=np.zeros(n),
    )  # fmt: skip
    plant = Plant(
        heater_w=np.where(heat, power_w, 0.0), heater_c=np.where(heat, own.set_point, -99.0),
        cooler_w=np.where(cool, power_w, 0.0), cooler_c=np.where(cool, own.set_point, 99.0),
        band_k=rng.uniform(1.5, 3.0, n),
        defrost_every_s=np.where(own.chilled, rng.choice([6, 8, 12], n) * 3600.0, 0.0),
        defrost_s=np.where(own.chilled, rng.uniform(600, 1500, n), 0.0),
        dryer_kg_s=np.where(dry, exchange * air_kg / 3600 * 0.008 / 0.003 * rng.uniform(0.9, 1.8, n), 0.0),
        dryer_rh_pct=np.where(dry, own.set_point, 999.0),
    )  # fmt: skip
    return rooms, plant, doors_a_day


def _weather(own: Fleet, days: int) -> tuple[Floats, Floats]:
    """Temperature and mixing ratio outdoors by the hour, (n, hours)."""
    air = {place: sky(*_FROM[place], "2013-01-01T00:00:00+08:00", 729).air for place in _FROM}
    begin = list(zip(own.place.tolist(), own.start_h.tolist(), strict=True))
    hours = days * 24 + 2
    temp = np.stack([air[place].temp_c[start : start + hours] for place, start in begin])
    dew = np.stack([air[place].dew_c[start : start + hours] for place, start in begin])
    return temp, mixing_ratio(saturation_hpa(dew))


def _doors(often: Floats, days: int, rng: np.random.Generator) -> Bools:
    """Two to eight minutes open, mostly before noon; few on weekends, on one day in fourteen three times as many."""
    door = np.zeros((len(often), days * A_DAY), bool)
    busy = np.where(rng.random((len(often), days)) < 0.07, 3.0, np.where(np.arange(days) % 7 >= 5, 0.4, 1.0))
    for room, day in np.ndindex(busy.shape):
        number = rng.poisson(often[room] * busy[room, day])
        begins = day * A_DAY + (rng.normal(660, 180, number) % A_DAY).astype(int)
        for begin, lasts in zip(begins.tolist(), rng.integers(2, 9, number).tolist(), strict=True):
            door[room, begin : begin + lasts] = True
    return door


def _health(own: Fleet, days: int, rng: np.random.Generator) -> Minutes:
    """1 until it decays; then to almost nothing within 5 to 45 days: straight, ever faster, or in steps (half of the heaters)."""
    n, minutes = len(own.kind), np.arange(days * A_DAY)
    lasts = np.exp(rng.uniform(np.log(5), np.log(45), n)) * A_DAY
    least = rng.uniform(0.03, 0.2, n)
    share = np.clip((minutes - own.begun_min[:, None]) / lasts[:, None], 0, 1)
    steps = (own.kind == "heating") & (rng.random(n) < 0.5)
    share = np.where(steps[:, None], np.floor(share * 4) / 4, share ** rng.choice([1.0, 1.6], n)[:, None])
    decaying = (own.begun_min >= 0)[:, None]
    wandering = 1 + 0.002 * np.cumsum(rng.normal(size=(n, days)), axis=1).clip(-25, 25).repeat(A_DAY, axis=1)
    return (np.where(decaying, 1 - (1 - least[:, None]) * share, 1.0) * wandering).astype(np.float32)


def _breaches(own: Fleet, value: Minutes) -> NDArray[np.int64]:
    """When what follows the room (goods within two hours, humidity within six) is half an hour beyond the limit; -1 = never."""
    keep = np.exp(-STEP_S / np.where(own.kind == "drying", 6.0, 2.0) / 3600)
    state, beyond_for = value[:, 0].astype(np.float64), np.zeros(len(own.kind), np.int64)
    found = np.full(len(own.kind), -1)
    for m in range(value.shape[1]):
        state = keep * state + (1 - keep) * value[:, m]
        beyond = np.where(own.kind == "heating", state < own.limit, state > own.limit)
        beyond_for = np.where(beyond, beyond_for + 1, 0)
        found = np.where((found < 0) & (beyond_for >= _LONG_MIN), m, found)
    return found
