"""Wet metal in simulated worlds, through the real engine: warm sea air over cold lead, cold lead in a warm shop, a coastal July.

The simulator knows what no sensor says: how warm the goods are and how much water lies on them.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest
from msgspec import structs

from detect.engine import Engine
from detect.nouns import Checkpoint, Finding, Kind
from registry.file import parse
from registry.nouns import Customer, Lot, PlaceKind, Placement, Product, RegistrySnapshot, SubjectKind
from registry.plan import watches
from simulators.registry_file import registry_toml
from simulators.scenario import Room, Scenario, Span, Weather, load
from simulators.world import World
from store.nouns import SeriesInfo
from tests.detect.memory import MemoryLog, MemoryReadings

HOUR_S = 3600.0
NOW_S = 1_795_307_100.0
"""A multiple of five minutes, so that goods are unloaded on the registry's grid."""


class Damp:
    """A scenario played through the engine, and what was true of the goods of one room at every hour or finer."""

    def __init__(
        self, scenario: Scenario, registry: RegistrySnapshot, room: int, every_s: float = HOUR_S
    ) -> None:
        names = [
            (f"{kind.gateway}/{name}", q)
            for kind in scenario.devices
            for name in kind.names()
            for q in kind.quantities
        ]
        self._series = {key: number for number, key in enumerate(names, 1)}
        infos = [SeriesInfo(n, device.split("/")[0], device, q) for (device, q), n in self._series.items()]
        self._readings, self.log = MemoryReadings(infos), MemoryLog()
        ids = map("f{}".format, itertools.count()).__next__
        self._engine = Engine(self._readings, self.log, lambda: watches(registry), Checkpoint(), ids)
        self.opened: dict[str, float] = {}
        """Finding → when it opened, s before the end."""
        self.truth: list[tuple[float, float, float]] = []
        """(s before the end, goods °C, water on them kg)."""
        world = World(scenario, NOW_S)
        at_s = NOW_S - scenario.history
        while at_s < NOW_S:
            at_s = min(at_s + every_s, NOW_S)
            self._hear(world, at_s)
            self.truth.append((at_s - NOW_S, *world.goods(room)))

    def _hear(self, world: World, at_s: float) -> None:
        rows = [
            (self._series[f"{r.gateway}/{r.device}", quantity], round(r.time_s * 1e6), value, 0)
            for r in world.advance(at_s)
            for quantity, value in r.values.items()
        ]
        self._readings.add(rows, round(at_s * 1e6))
        changes = self._engine.step().changes
        self.log.record(changes)
        for change in changes:
            self.opened.setdefault(change.finding.id, at_s - NOW_S)

    def found(self, kind: Kind, zone: str) -> list[Finding]:
        """What was found in a zone and stands, in order."""
        there = [
            f for f in self.log.findings.values() if (f.kind, f.zone) == (kind, zone) and not f.retracted
        ]
        return sorted(there, key=lambda f: f.start_us)


def before_end_s(finding: Finding) -> float:
    """When a finding began, in seconds before the end."""
    return finding.start_us / 1e6 - NOW_S


@pytest.fixture(scope="module")
def spring() -> Damp:
    """Nine days of March in Guangzhou."""
    scenario = load("huinantian")
    return Damp(scenario, parse(registry_toml(scenario)), room=0)


def test_lead_gets_wet_when_warm_sea_air_returns(spring: Damp) -> None:
    """Found before the water on the real (simulated) lead is a film of 10 g/m², as critical, and long enough."""
    first = spring.found(Kind.WET_METAL, "hall-open")[0]
    wet_s = next(at for at, _, water in spring.truth if water > 0.01 * 627)
    assert -9 * 86400 < before_end_s(first) < wet_s
    assert spring.opened[first.id] <= wet_s + HOUR_S
    assert first.severity == "critical"
    assert first.end_us is not None
    assert first.end_us - first.start_us > 6 * 3_600_000_000
    near = spring.found(Kind.TOO_LOW, "hall-open")[0]
    assert near.start_us <= first.start_us


def test_the_hall_that_kept_its_gates_shut_stays_dry(spring: Damp) -> None:
    """Nothing is found about its goods in the same weather (but that nobody saw them before the first reading)."""
    there = [f for f in spring.log.findings.values() if f.zone == "hall-shut"]
    assert [(f.kind, f.band) for f in there if f.kind is not Kind.UNWATCHED] == []


def unloaded(scenario: Scenario) -> RegistrySnapshot:
    """The scenario's registry, with the lot that is scanned out of the truck and into the shop."""
    registry = parse(registry_toml(scenario))
    at_us = round((NOW_S + scenario.moves[0].at) * 1e6)
    stays: Sequence[tuple[str, int, int | None]] = [
        ("truck", at_us - 24 * 3_600_000_000, at_us),
        ("shop", at_us, None),
    ]
    return replace(
        registry,
        customers=(Customer(key="c"),),
        products=(Product(key="lead", profile="lead"),),
        lots=(Lot(key="cold", customer="c", product="lead"),),
        placements=(
            *registry.placements,
            *(
                Placement(
                    subject_kind=SubjectKind.LOT, subject="cold", place_kind=PlaceKind.ZONE, place=place,
                    valid_from_us=from_us, valid_to_us=to_us,
                )
                for place, from_us, to_us in stays
            ),
        ),
    )  # fmt: skip


def test_cold_lead_gets_wet_in_a_warm_shop() -> None:
    """Found within 35 minutes of unloading; reckoned to be as cold as it is, and wet at least as long as it is."""
    scenario = load("cold-lead")
    damp = Damp(scenario, unloaded(scenario), room=1, every_s=300)
    (wet,) = damp.found(Kind.WET_METAL, "shop")
    moved_s = scenario.moves[0].at
    assert 0 <= before_end_s(wet) - moved_s < 300 + 1
    assert damp.opened[wet.id] - moved_s <= 35 * 60 + 300
    true_c = min(damp.truth, key=lambda known: abs(known[0] - before_end_s(wet)))[1]
    surface_c = wet.evidence["surface_c"]
    assert isinstance(surface_c, float)
    assert surface_c == pytest.approx(true_c, abs=1.0)
    settles_s = [
        at
        for (at, _, water), (_, _, after) in itertools.pairwise(damp.truth)
        if at > moved_s and after < water
    ]
    assert wet.end_us is None or wet.end_us / 1e6 - NOW_S >= settles_s[0]


def well_behaved(room: Room) -> Room:
    """A store with goods that follow the air, a slab that is as warm as the season, and no machine but a small dryer."""
    return structs.replace(
        room, name="store", weather="coast", ground_c=20.0, start_c=23.0, start_rh_pct=60.0, leak_per_h=0.15,
        doors_per_day=6.0, dryer_kg_h=4000.0, dryer_rh_pct=70.0,
    )  # fmt: skip


def test_a_coastal_july_leaves_no_humidity_alarm_standing() -> None:
    """Twelve damp days by the sea: no wet metal, no condensation, nothing too humid; whatever came close to the dew point is over."""
    spring = load("huinantian")
    scenario = structs.replace(
        spring, weather={"coast": Weather("newyork_2013_07.csv", "2013-07-22T23:00:00Z")}, history=Span(12 * 86400),
        rooms=(well_behaved(spring.rooms[1]),), events=(), quiet=(), truth=(),
        devices=(structs.replace(spring.devices[0], room="store"),),
    )  # fmt: skip
    damp = Damp(scenario, parse(registry_toml(scenario)), room=0)
    kinds = defaultdict(list)
    for finding in damp.log.findings.values():
        kinds[finding.kind].append(finding)
    assert not kinds[Kind.WET_METAL]
    assert not kinds[Kind.CONDENSATION]
    assert not [f for f in damp.log.open_findings() if f.zone == "store" and f.severity != "advice"]
    assert not [f for f in kinds[Kind.TOO_HIGH] if f.subject.endswith("relative_humidity")]
