"""Simulated trucks with fresh seeds: cooling that fails on the road, among doors and defrosting, foretold minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.quality.rooms import sky
from bench.quality.scores import Score
from detect.forecasts.announcing import DOUBTFUL, OVERDUE_US, SUDDEN_IN_A_ROW, SUDDEN_SURE
from detect.forecasts.sudden import P10_P90, members, minutes_to, rise_of
from detect.forecasts.warming import DAYS, LIVES_US
from ingest.nouns import US_PER_MINUTE
from simulators.climate import AIR_KG_M3, Climate, Drive, Rooms
from simulators.machines import Machines, Plant
from simulators.psychrometrics import mixing_ratio, saturation_hpa

Floats = NDArray[np.float64]
SEED = 95_479
TRUCKS, DAYS_OUT, LOOK_MIN = 120, 8, 2
STEP_S = 60.0
LIMIT_C, STAYS_MIN = 8.0, 10
AHEAD_MIN = 30.0
WARMER_K = 0.8
"""Nothing warms while a truck is nearer than this to what it usually is: such looks are skipped here to save time."""


class Journey(NamedTuple):
    """What a truck's probe said every two minutes, and when its cooling began to fail (inf = never), in looks."""

    value: Floats
    fails: float


def trucks() -> dict[str, Score]:
    """The scores of the relaxations, and of a straight line through the last twenty minutes, as announced in the service."""
    above = sky("guangzhou_2013_2014_hourly", "guangzhou", "2014-06-20T00:00:00+08:00", DAYS_OUT)
    zero = Score(0, 0, 0, 0, 0, 0.0)
    found = {"relaxations": zero, "straight line": zero}
    for number, journey in enumerate(
        _journeys(above.air.temp_c, above.air.dew_c, np.random.default_rng(SEED))
    ):
        found["relaxations"] += _scored(journey, above.air.temp_c, number)
        found["straight line"] += _line(journey)
    return found


def _breach(journey: Journey) -> int | None:
    """The first look after the failure from which it stays beyond the limit; doors are shut by then."""
    over, need = journey.value > LIMIT_C, STAYS_MIN // LOOK_MIN
    first = int(journey.fails) if np.isfinite(journey.fails) else len(over)
    stays = np.convolve(over, np.ones(need), "valid") == need
    later = np.flatnonzero(stays[first:])
    return first + int(later[0]) if len(later) else None


class _Standing(NamedTuple):
    """An announcement: at which look, its P10 and P90 in looks, when it was renewed, how often doubted in a row."""

    at: int
    p10: float
    p90: float
    renewed: int
    doubts: int


def _scored(journey: Journey, outdoors_c: Floats, number: int) -> Score:
    value, breach = journey.value, _breach(journey)
    begin, end = 2 * 24 * 60 // LOOK_MIN, len(value) if breach is None else breach
    usual = float(np.median(value[:begin]))
    standing: _Standing | None = None
    false = 0
    for look in range(begin, end):
        if standing is None and (value[look] < usual + WARMER_K or value[look] >= LIMIT_C):
            continue
        chance, passes = _chance(value, look, float(outdoors_c[look * LOOK_MIN // 60]), number)
        if standing is None:
            standing = _opened(look, passes) if chance is not None and chance >= SUDDEN_SURE else None
            continue
        if _came(value, standing.at, look):
            standing = None
            continue
        standing = _went_on(standing, look, chance)
        if standing is None:
            false += 1
    hours = (end - begin) * LOOK_MIN / 60
    if breach is None:
        return Score(0, 0, 0, false, 0, hours)
    lead = (breach - standing.at) * LOOK_MIN if standing else -1.0
    held = standing is not None and standing.p10 <= breach <= standing.p90
    return Score(1, int(lead >= AHEAD_MIN), int(standing is not None), false, int(held), hours)


def _chance(value: Floats, look: int, outdoors_c: float, number: int) -> tuple[float | None, Floats]:
    """How likely it passes the limit, and the minutes of those members that do; None while nothing rises."""
    first = max(look - DAYS * 24 * 60 // LOOK_MIN, 0)
    rise = rise_of(np.arange(first - look, 1, dtype=np.float64) * LOOK_MIN, value[first : look + 1])
    if rise is None:
        return None, np.empty(0)
    if rise.failing < DOUBTFUL:
        return rise.failing, np.empty(0)
    minutes = minutes_to(LIMIT_C, members(rise, outdoors_c, number * 10_000 + look))
    reached = minutes[np.isfinite(minutes)]
    return rise.failing * len(reached) / len(minutes), reached


def _opened(look: int, passes: Floats) -> _Standing:
    p10, p90 = (np.quantile(passes, P10_P90) / LOOK_MIN).tolist()
    return _Standing(look, look + p10, look + p90, look, 0)


def _went_on(standing: _Standing, look: int, chance: float | None) -> _Standing | None:
    """What becomes of an announcement at a look; None if it is taken back."""
    if look > standing.p90 + OVERDUE_US / US_PER_MINUTE / LOOK_MIN:
        return None
    if chance is None:
        expired = (look - standing.renewed) * LOOK_MIN > LIVES_US / US_PER_MINUTE
        return None if expired else standing
    doubts = standing.doubts + 1 if chance < DOUBTFUL else 0
    return None if doubts >= SUDDEN_IN_A_ROW else standing._replace(renewed=look, doubts=doubts)


def _came(value: Floats, first: int, look: int) -> bool:
    """Whether it has been beyond the limit for long enough (a door, long open) since it was announced."""
    need = STAYS_MIN // LOOK_MIN
    return look - first >= need and bool((value[look - need + 1 : look + 1] > LIMIT_C).all())


def _line(journey: Journey) -> Score:
    """Announced when a straight line through the last twenty minutes meets the limit within two hours."""
    value, breach = journey.value, _breach(journey)
    begin, end = 2 * 24 * 60 // LOOK_MIN, len(value) if breach is None else breach
    at, false = None, 0
    for look in range(begin, end):
        slope = (value[look] - value[look - 10]) / 10
        meets = slope > 0 and value[look] < LIMIT_C and (LIMIT_C - value[look]) / slope <= 120 / LOOK_MIN
        if at is None and meets:
            at = look
        elif at is not None and slope <= 0:
            false, at = false + 1, None
    hours = (end - begin) * LOOK_MIN / 60
    if breach is None:
        return Score(0, 0, 0, false, 0, hours)
    lead = (breach - at) * LOOK_MIN if at is not None else -1.0
    return Score(1, int(lead >= AHEAD_MIN), int(at is not None), false, 0, hours)


# ---------------------------------------------------------------------- the trucks


def _journeys(temp_c: Floats, dew_c: Floats, rng: np.random.Generator) -> Iterator[Journey]:
    steps = int(DAYS_OUT * 86_400 / STEP_S)
    rooms, plant = _trucks(rng), _plant(rng)
    begins = np.where(
        rng.random(TRUCKS) < 0.7, rng.uniform(5, DAYS_OUT - 1, TRUCKS) * 86_400 / STEP_S, np.inf
    )
    over = rng.choice([1.0, 1.0, 1.0, 30.0, 90.0], TRUCKS)
    left = rng.choice([0.0, 0.0, 0.0, 0.1], TRUCKS)
    doors = _doors(steps, begins, rng)
    climate = Climate(rooms, np.full(TRUCKS, 4.0), np.full(TRUCKS, 70.0), np.full((TRUCKS, 3), 4.0))
    machines, water, sound = Machines(plant), mixing_ratio(saturation_hpa(dew_c)), np.ones(TRUCKS)
    said = []
    for step in range(steps):
        hour, share = divmod(step * STEP_S / 3600, 1.0)
        at = int(hour)
        out_c = np.full(TRUCKS, temp_c[at] * (1 - share) + temp_c[at + 1] * share)
        out_w = np.full(TRUCKS, water[at] * (1 - share) + water[at + 1] * share)
        cooler = 1 - np.clip((step - begins) / over, 0, 1) * (1 - left)
        works = machines.step(STEP_S, climate.air_c, climate.rh_pct, {"heater": sound, "cooler": cooler, "dryer": sound})  # fmt: skip
        climate.step(STEP_S, Drive(out_c, out_w, doors[step], works.heat_w, works.coil_kg_s, works.coil_c))
        if step % LOOK_MIN == LOOK_MIN - 1:
            said.append(climate.air_c.copy())
    value = np.array(said) + rng.normal(0, 0.05, (len(said), TRUCKS))
    for truck in range(TRUCKS):
        yield Journey(value[:, truck], begins[truck] / LOOK_MIN)


def _trucks(rng: np.random.Generator) -> Rooms:
    volume = rng.uniform(25, 60, TRUCKS)
    floor = volume / 2.2
    walls = floor * 2 + 11.4 * np.sqrt(floor)
    goods = rng.uniform(800, 6000, TRUCKS) * rng.uniform(1500, 3600, TRUCKS)
    none = np.zeros(TRUCKS)
    return Rooms(
        air_kg=volume * AIR_KG_M3,
        mass_j_k=np.stack(
            [walls * rng.uniform(1e4, 2e4, TRUCKS), floor * rng.uniform(2e4, 6e4, TRUCKS), goods], axis=1
        ),
        mass_m2=np.stack([walls, floor, rng.uniform(15, 45, TRUCKS)], axis=1),
        behind_w_k=np.stack([walls * rng.uniform(0.35, 0.8, TRUCKS), none, none], axis=1),
        ground_c=np.full(TRUCKS, 10.0),
        leak_per_h=rng.uniform(0.2, 0.8, TRUCKS),
        door_per_h=rng.uniform(30, 120, TRUCKS),
        source_kg_s=none,
    )


def _plant(rng: np.random.Generator) -> Plant:
    none = np.zeros(TRUCKS)
    return Plant(
        heater_w=none, heater_c=np.full(TRUCKS, -99.0), cooler_w=rng.uniform(4500, 8000, TRUCKS),
        cooler_c=rng.uniform(3.5, 5.0, TRUCKS), band_k=rng.uniform(0.8, 1.6, TRUCKS),
        defrost_every_s=rng.uniform(5, 9, TRUCKS) * 3600, defrost_s=rng.uniform(4, 18, TRUCKS) * 60,
        dryer_kg_s=none, dryer_rh_pct=np.full(TRUCKS, 999.0),
    )  # fmt: skip


def _doors(steps: int, begins: Floats, rng: np.random.Generator) -> Floats:
    """Opened three to ten times a day for up to five minutes; a truck whose cooling fails is on the road, shut."""
    found = np.zeros((steps, TRUCKS))
    for truck in range(TRUCKS):
        for at in rng.integers(0, steps, rng.poisson(rng.uniform(3, 10) * DAYS_OUT)).tolist():
            found[at : at + int(rng.integers(1, 6)), truck] = 1.0
        if np.isfinite(begins[truck]):
            found[int(begins[truck]) :, truck] = 0.0
    return found
