"""Shipments followed in the detect process: real readings, the real service database, restarts, late positions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from ingest.nouns import Batch, NewSeries
from keepwell.detecting import Detecting
from keepwell.settings import Settings
from keepwell.wiring import detect as wiring
from registry.nouns import (
    Device,
    Gateway,
    Leg,
    PlaceKind,
    Placement,
    Shipment,
    Site,
    Stage,
    SubjectKind,
    Zone,
)
from store import events
from store.readings import Writer, open_store
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service

MIN = 60_000_000
NOW = time.time_ns() // 1000
T0 = NOW - 600 * MIN
BY = By("key:clerk", T0)
WAY = (
    [(0.0, n) for n in range(30)]
    + [(n - 29.0, n) for n in range(30, 130)]
    + [(100.0, n) for n in range(130, 160)]
)
"""(km driven northwards, minute): half an hour at the origin, 100 km in 100 minutes, then there."""


@dataclass
class Installation:
    """Readings and registry of one installation, and the detect process over them."""

    settings: Settings
    store: Writer
    database: ServiceDatabase
    process: Detecting
    applied: int = 0
    built: list[Detecting] = field(default_factory=list)

    def restart(self) -> None:
        """The process dies and another one begins."""
        self.process = wiring.build(self.settings, lambda found: None)

    def positions(self, way: list[tuple[float, int]]) -> None:
        """The tracker in the truck says where it is."""
        self.applied += 1
        new = (
            [NewSeries(1, "g", "g/t", "latitude"), NewSeries(2, "g", "g/t", "longitude")]
            if self.applied == 1
            else []
        )
        rows = sorted(
            [(1, T0 + n * MIN, 21.0 + km / 111.195) for km, n in way]
            + [(2, T0 + n * MIN, 109.0) for _, n in way]
        )
        series, times, values = zip(*rows, strict=True)
        batch = Batch(
            received_us=NOW, series=np.array(series, "<i4").tobytes(), time_us=np.array(times, "<i8").tobytes(),
            value=np.array(values, "<f8").tobytes(), flags=np.zeros(len(rows), "u1").tobytes(),
            source=np.zeros(len(rows), "<u2").tobytes(), gateways=["g"], new_series=new, counts=[], dead_letters=[], links=[],
        )  # fmt: skip
        self.store.apply([(self.applied, batch)])

    def shipment(self) -> Shipment:
        """As it is on record."""
        with self.database.reading() as connection:
            stored = RegistryRepository(connection).get(Shipment, "s")
        assert stored is not None
        return stored.value

    def put(self, change: Callable[[Shipment], Shipment]) -> None:
        """A clerk edits it."""
        with self.database.writing() as connection:
            RegistryRepository(connection).put(change(self.shipment()), BY)

    def until(self, holds: Callable[[Shipment], bool], seconds: float = 8.0) -> Shipment:
        """Let the process work until something holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.process.step()
            if holds(self.shipment()):
                return self.shipment()
            time.sleep(0.02)
        raise AssertionError(self.shipment())

    def acts(self) -> list[str]:
        """Who changed the shipment, in order."""
        with self.database.reading() as connection:
            return [event.principal for event in events.of_subject(connection, "shipment:s")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    """Two sites 100 km apart, a truck with a tracker, a planned shipment."""
    settings = Settings(data=tmp_path)
    store, database = open_store(settings.readings, now_us=NOW), open_service(settings.service, NOW)
    with database.writing() as connection:
        registry = RegistryRepository(connection)
        for value in (
            Site(key="a", time_zone="Asia/Shanghai", latitude=21.0, longitude=109.0),
            Site(key="b", time_zone="Asia/Shanghai", latitude=21.0 + 100 / 111.195, longitude=109.0),
            Zone(key="truck"),
            Gateway(key="g"),
            Device(key="t", gateway="g", device="t"),
            Shipment(key="s", zone="truck", origin="a", destination="b", expected_departure_us=T0 + 20 * MIN),
        ):
            registry.put(value, BY)  # fmt: skip
        registry.placements.place(
            Placement(subject_kind=SubjectKind.DEVICE, subject="t", place_kind=PlaceKind.ZONE, place="truck"),
            BY,
        )
    found = Installation(settings, store, database, wiring.build(settings, lambda found: None))
    yield found
    store.close()
    database.close()


def test_a_truck_is_followed_from_gate_to_gate(house: Installation) -> None:
    """Loading, transport, arrived; with restarts between; each change is one event of the geofence."""
    house.positions(WAY[:20])
    house.until(lambda s: s.stage is Stage.LOADING)
    house.restart()
    house.positions(WAY[20:70])
    left = house.until(lambda s: s.stage is Stage.TRANSPORT)
    house.positions(WAY[70:])
    house.restart()
    there = house.until(lambda s: s.stage is Stage.ARRIVED)
    assert left.departed_us == there.departed_us == T0 + 30 * MIN
    assert there.arrived_us == T0 + 129 * MIN
    house.restart()
    for _ in range(5):
        house.process.step()
        time.sleep(0.12)
    assert house.acts() == ["key:clerk", "system:geofence", "system:geofence", "system:geofence"]


def test_late_positions_and_a_persons_word(house: Installation) -> None:
    """What comes late corrects what was told; what a person says stays, and what a person takes back is told again."""
    house.positions([fix for n, fix in enumerate(WAY) if n < 10 or 60 <= n < 90])
    first = house.until(lambda s: s.stage is Stage.TRANSPORT)
    assert first.departed_us == T0 + 60 * MIN
    house.positions(WAY[10:60])
    house.until(lambda s: s.departed_us == T0 + 30 * MIN)
    house.put(lambda s: replace(s, departed_us=T0 + 25 * MIN))
    house.positions(WAY[90:])
    there = house.until(lambda s: s.stage is Stage.ARRIVED)
    assert (there.departed_us, there.arrived_us) == (T0 + 25 * MIN, T0 + 129 * MIN)
    house.put(lambda s: replace(s, departed_us=None))
    house.until(lambda s: s.departed_us == T0 + 30 * MIN)


def test_positions_that_contradict_a_person_stop_nothing(house: Installation) -> None:
    """A second leg entered as begun before the first can have ended: the entry holds, and detection goes on."""
    legs = (
        Leg(origin="a", destination="b", zone="truck"),
        Leg(origin="b", destination="a", departed_us=T0 + 50 * MIN),
    )
    house.put(lambda s: replace(s, legs=legs))
    house.positions(WAY)
    for _ in range(8):
        house.process.step()
        time.sleep(0.12)
    assert house.shipment().legs[1].departed_us == T0 + 50 * MIN
