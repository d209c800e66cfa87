"""The scenarios that ship: well-formed, in agreement with their registry, and true to their own ground truth."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from detect.nouns import Kind
from registry.file import parse
from registry.nouns import RegistrySnapshot
from simulators.registry_file import registry_toml
from simulators.scenario import FOLDER, Fault, Scenario, ScenarioError, Span, load
from simulators.sensors import Sensors
from simulators.world import Reading, World

NAMES = sorted(path.stem for path in FOLDER.glob("*.toml") if not path.name.endswith(".registry.toml"))
NOW_S = 1_795_307_000.0


def registry_of(name: str) -> RegistrySnapshot:
    """The hand-written registry of a scenario, else the generated one."""
    written = FOLDER / f"{name}.registry.toml"
    return parse(written.read_text("utf-8") if written.exists() else registry_toml(load(name)))


def test_the_promised_scenarios_are_there() -> None:
    """The demonstration and one scenario for each family of trouble."""
    assert {"demo", "storm", "disorder", "faults"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_and_its_registry_agree(name: str) -> None:
    """The same gateways, devices, quantities and zones; titles in both languages; no room without a title's words."""
    scenario, registry = load(name), registry_of(name)
    played = {
        f"{kind.gateway}/{device}": (kind.room, set(kind.quantities))
        for kind in scenario.devices
        for device in kind.names()
    }
    place = {p.subject: p.place for p in registry.placements if p.subject_kind == "device"}
    room = {machine.key: machine.zone for machine in registry.equipment}
    described = {
        d.full_name: (room.get(place[d.key], place[d.key]), set(d.quantities)) for d in registry.devices
    }
    assert described == played
    assert {room.name for room in scenario.rooms} == {zone.key for zone in registry.zones}
    assert {gateway.name for gateway in scenario.gateways} == {gateway.key for gateway in registry.gateways}
    assert scenario.title
    assert any("一" <= letter <= "鿿" for letter in scenario.title_zh)


@pytest.mark.parametrize("name", NAMES)
def test_ground_truth_speaks_the_public_words(name: str) -> None:
    """Every truth has a kind that detectors use, a subject that exists, and a side exactly for limits."""
    scenario, registry = load(name), registry_of(name)
    assert scenario.truth
    for truth in scenario.truth:
        assert truth.kind in set(Kind)
        assert truth.zone or truth.device or truth.gateway
        assert truth.zone is None or truth.zone in {zone.key for zone in registry.zones}
        assert (truth.side is not None) == (truth.kind in (Kind.TOO_HIGH, Kind.TOO_LOW))
        assert truth.part == "history" or truth.within > 0


@pytest.fixture(scope="module")
def demo_day() -> dict[str, list[Reading]]:
    """The demonstration's readings by zone: the day, then 40 s live that begin 3 s after the day's end."""
    scenario = load("demo")
    world = World(scenario, NOW_S)
    readings = world.advance(NOW_S)
    world.go_live(NOW_S + 3)
    for tick in range(1, 173):
        readings += world.advance(NOW_S + tick / 4)
    room = {(k.gateway, name): k.room for k in scenario.devices for name in k.names()}
    zones = defaultdict(list)
    for reading in readings:
        zones[room[reading.gateway, reading.device]].append(reading)
    return zones


def beyond_s(readings: list[Reading], device: str, quantity: str, limit: float, sign: int) -> float:
    """The longest time for which a device is beyond a limit without a break."""
    longest, since = 0.0, None
    for reading in readings:
        if reading.device == device and quantity in reading.values:
            beyond = sign * (reading.values[quantity] - limit) > 0
            since = (since or reading.time_s) if beyond else None
            longest = max(longest, reading.time_s - since if since else 0.0)
    return longest


def test_the_demo_day_really_harms_the_goods(demo_day: dict[str, list[Reading]]) -> None:
    """In the readings themselves: the lead hall above 80 % for an hour, paint below 4 °C for ten minutes, a truck above 8 °C."""
    day = {zone: [r for r in found if r.time_s <= NOW_S] for zone, found in demo_day.items()}
    assert beyond_s(day["gz-lead-hall"], "hall-001", "relative_humidity", 80, +1) > 3600
    assert beyond_s(day["sy-paint-store"], "paint-001", "temperature", 4, -1) > 1200
    assert beyond_s(day["truck-1"], "front", "temperature", 8.2, +1) > 1200
    sentinels = [r for r in day["sy-paint-store"] if r.values.get("temperature") == 85.0]
    assert {r.device for r in sentinels} == {"paint-003"}
    assert len(sentinels) > 10


def test_the_demo_excursion_opens_while_one_watches(demo_day: dict[str, list[Reading]]) -> None:
    """Truck 2 is well all day; live, its rear probe passes 8 °C for 5 s and 3 readings within 20 s."""
    rear = [
        (r.time_s - NOW_S - 3, r.values["temperature"]) for r in demo_day["truck-2"] if r.device == "rear"
    ]
    assert all(2.0 <= value <= 7.5 for at, value in rear if at < 4.0)
    warm = [at for at, value in rear if value > 8.0]
    assert len([at for at in warm if at <= 20]) >= 8
    assert warm[0] < 12


def test_the_demo_day_is_of_the_promised_size(demo_day: dict[str, list[Reading]]) -> None:
    """20–60 thousand values in the day, and no series has two readings of one time."""
    values = sum(len(r.values) for found in demo_day.values() for r in found if r.time_s <= NOW_S)
    assert 20_000 <= values <= 60_000
    keys = [(r.gateway, r.device, r.time_s) for found in demo_day.values() for r in found]
    assert len(keys) == len(set(keys))


def test_the_same_seed_gives_the_same_day() -> None:
    """A scenario is a function of its file and of now."""
    scenario = load("disorder")
    assert World(scenario, NOW_S).advance(NOW_S) == World(scenario, NOW_S).advance(NOW_S)


GOOD = (FOLDER / "faults.toml").read_text("utf-8")
WRONG = [
    ('room = "hall-faults"', 'room = "elsewhere"', "there is no room 'elsewhere'"),
    ('weather = "newyork"', 'weather = "paris"', "there is no weather 'paris'"),
    ('behind = "30 s"', 'behind = "-30 s"', "the clock of 'slow-clock' would run ahead"),
    ('history = "6 h"', 'history = "6 hours"', "is not a span"),
    ("seed = 7", "seeds = 7", "unknown field `seeds`"),
    ('device = "faults/stuck"', 'device = "faults/struck"', "there is no device and quantity"),
]


@pytest.mark.parametrize(("good", "bad", "says"), WRONG)
def test_a_wrong_scenario_says_what_is_wrong(tmp_path: Path, good: str, bad: str, says: str) -> None:
    """Unknown names, spans without a unit, unknown fields and clocks that run ahead are named."""
    assert good in GOOD
    file = tmp_path / "wrong.toml"
    file.write_text(GOOD.replace(good, bad, 1), "utf-8")
    with pytest.raises(ScenarioError, match=says):
        load(file)


def said(fault: Fault | None, hours: list[float]) -> list[float]:
    """What one thermometer at a true 20 °C says at these hours of the live part."""
    sensors = Sensors(
        ["g/d"], [("temperature",)], np.array([0.0]), [fault] if fault else [], np.random.default_rng(1)
    )
    true = np.array([[20.0 + 0.5 * len(hours), 50.0, 10.0, 0.0, 3.6, 1.0, 0.0, 0.0, 10.0, 80.0]])
    return [float(sensors.measure(true + hour, np.array([0]), hour * 3600)[0, 0]) for hour in hours]


def fault(kind: str, size: float = 0.0) -> Fault:
    """A fault from the first hour to the third."""
    return Fault("g/d", "temperature", kind, Span(3600), Span(3 * 3600), size)  # type: ignore[arg-type]


def test_each_fault_falsifies_in_its_own_way_and_then_ends() -> None:
    """Readings at hours 0 … 4 of a probe that should say 22.5, 23.5, …: only hours 1 and 2 are touched."""
    hours = [0.0, 1.0, 2.0, 3.0, 4.0]
    true = said(None, hours)
    assert true == [22.5, 23.5, 24.5, 25.5, 26.5]
    expected = {
        ("sentinel", -127.0): [-127.0, -127.0],
        ("stuck", 0.0): [23.5, 23.5],
        ("drift", 2.0): [23.5, 26.5],
        ("offset", 3.0): [26.5, 27.5],
    }
    for (kind, size), touched in expected.items():
        assert said(fault(kind, size), hours) == [true[0], *touched, *true[3:]], kind
    spiked = said(fault("spike", 50.0), hours)
    assert [abs(a - b) for a, b in zip(spiked, true, strict=True)] == [0, 50, 50, 0, 0]
    noisy = said(fault("noise", 5.0), hours)
    assert noisy[1] != true[1]
    assert noisy[3:] == true[3:]
    assert [value == value for value in said(fault("dead"), hours)] == [True, False, False, True, True]


def test_no_device_speaks_of_what_it_does_not_measure() -> None:
    """Each reading has exactly the quantities of its device, unless a probe is dead."""
    scenario: Scenario = load("faults")
    for reading in World(scenario, NOW_S).advance(NOW_S):
        if reading.device == "good":
            assert set(reading.values) == {"temperature", "relative_humidity"}
        if reading.device == "dead" and reading.time_s > NOW_S - 7200 + 10:
            assert not reading.values
