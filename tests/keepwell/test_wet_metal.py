"""Wet metal from the air to the hold: cold lead unloaded into a warm shop, judged, ticketed and kept from leaving."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from math import exp, log
from pathlib import Path

import pytest

from detect.engine import Engine
from detect.nouns import Change, Checkpoint, Finding, FindingChange, Kind, Limit, Severity
from keepwell.wiring.holds import PRINCIPAL, hold
from registry.nouns import (
    ALWAYS_US,
    Customer,
    Device,
    Gateway,
    Lot,
    LotStatus,
    PlaceKind,
    Placement,
    Product,
    Profile,
    ProfileVersion,
    RegistrySnapshot,
    Site,
    SubjectKind,
    Zone,
    uuid7,
)
from registry.plan import watches
from store import events
from store.nouns import SeriesInfo
from store.repositories import desk
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service
from tests.detect.memory import MemoryLog, MemoryReadings
from tickets.explain import title
from tickets.places import RegistryPlaces
from tickets.policy import load
from tickets.raising import Raising

MINUTE = 60_000_000
HOUR = 60 * MINUTE
T0 = 1_774_224_000_000_000
"""2026-03-23T00:00:00Z, a midnight: the night's arrival is followed over a change of periods."""
ARRIVED = T0 - 90 * MINUTE
LAG_US = round(2.54 * HOUR)
WET = Limit("wet-metal", "dew_point_margin", "low", 0.0, 0.0, 30 * MINUTE, 2, Severity.CRITICAL)
LEAD = Profile(
    key="lead",
    form="bundle",
    versions=(ProfileVersion(limits=(WET,), lag_us=LAG_US, unwatched_us=4 * HOUR, interval_us=5 * MINUTE),),
)
SERIES = [
    SeriesInfo(1, "t", "t/box", "temperature"),
    SeriesInfo(2, "g", "g/shop", "temperature"),
    SeriesInfo(3, "g", "g/shop", "relative_humidity"),
]


def placed(kind: SubjectKind, subject: str, place: str, from_us: int, to_us: int | None = None) -> Placement:
    """Somebody or something is in a zone."""
    return Placement(
        subject_kind=kind, subject=subject, place_kind=PlaceKind.ZONE, place=place, valid_from_us=from_us, valid_to_us=to_us
    )  # fmt: skip


def lot(key: str, status: LotStatus = LotStatus.AVAILABLE, product: str = "lead") -> Lot:
    """A batch of the customer's."""
    return Lot(key=key, customer="c", product=product, status=status)


REGISTRY = RegistrySnapshot(
    customers=(Customer(key="c"),),
    sites=(Site(key="works", time_zone="Asia/Shanghai"),),
    profiles=(LEAD, Profile(key="tiles", versions=(ProfileVersion(),))),
    products=(Product(key="lead", profile="lead"), Product(key="tiles", profile="tiles")),
    zones=(Zone(key="truck"), Zone(key="shop", site="works")),
    gateways=(Gateway(key="t"), Gateway(key="g")),
    devices=(Device(key="box", gateway="t", device="box"), Device(key="probe", gateway="g", device="shop")),
    lots=(
        lot("cold-1"), lot("cold-2"), lot("freed", LotStatus.RELEASED), lot("old"), lot("tiles", product="tiles"),
    ),
    placements=(
        placed(SubjectKind.DEVICE, "box", "truck", ALWAYS_US),
        placed(SubjectKind.DEVICE, "probe", "shop", ALWAYS_US),
        *(placed(SubjectKind.LOT, key, "truck", ARRIVED - 40 * HOUR, ARRIVED + n) for n, key in enumerate(["cold-1", "cold-2", "freed", "tiles"])),
        *(placed(SubjectKind.LOT, key, "shop", ARRIVED + n) for n, key in enumerate(["cold-1", "cold-2", "freed", "tiles"])),
        placed(SubjectKind.LOT, "old", "shop", ALWAYS_US),
    ),
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ServiceDatabase]:
    """A service database that knows the registry."""
    there = open_service(tmp_path / "service.sqlite", T0)
    with there.writing() as connection:
        RegistryRepository(connection).apply(REGISTRY, By("key:test", T0))
    yield there
    there.close()


class Follower:
    """The engine over readings in memory; what it finds is recorded as the detect process does."""

    def __init__(self, database: ServiceDatabase) -> None:
        self.readings, self.log, self._database = MemoryReadings(list(SERIES)), MemoryLog(), database
        ids = map("f{}".format, itertools.count())
        self._raising = Raising(load(), RegistryPlaces(REGISTRY), uuid7)
        self.engine = Engine(self.readings, self.log, lambda: watches(REGISTRY), Checkpoint(), ids.__next__)

    def hear(self, at_us: int, rows: list[tuple[int, float]]) -> list[FindingChange]:
        """One batch, judged and recorded."""
        self.readings.add([(series, at_us, value, 0) for series, value in rows], at_us)
        changes = self.engine.step().changes
        self.record(changes, at_us)
        return changes

    def record(self, changes: list[FindingChange], at_us: int) -> None:
        """As one commit."""
        self.log.record(changes)
        with self._database.writing() as connection:
            desk.record(connection, changes, self._raising, at_us)
            hold(connection, changes, at_us)


def unload(follower: Follower, minutes: int) -> list[tuple[int, Finding]]:
    """The truck is at 8 °C for two days, the shop at 24 °C and 70 %; (when, finding) of all that opens."""
    opened = []
    for at_us in range(ARRIVED - 18 * HOUR, ARRIVED + minutes * MINUTE + 1, 5 * MINUTE):
        for change in follower.hear(at_us, [(1, 8.0), (2, 24.0), (3, 70.0)]):
            opened += [(at_us, change.finding)] if change.change is Change.OPENED else []
    return [(at_us, found) for at_us, found in opened if found.detector == "excursion"]


def statuses(database: ServiceDatabase) -> dict[str, LotStatus]:
    """Lot → status."""
    with database.reading() as connection:
        return {one.key: one.status for one in RegistryRepository(connection).snapshot().lots}


def test_cold_lead_in_a_warm_shop(database: ServiceDatabase) -> None:
    """Found half an hour after unloading, wet for 2.57 h by the exact solution, named, and on hold: only what is wet."""
    follower = Follower(database)
    ((at_us, found),) = unload(follower, 4 * 60)
    assert (found.kind, found.zone, found.severity) == (Kind.WET_METAL, "shop", Severity.CRITICAL)
    assert (found.start_us, at_us) == (ARRIVED, ARRIVED + 30 * MINUTE)
    assert found.evidence["surface_c"] == pytest.approx(8.0, abs=0.01)
    assert found.evidence["dew_point_c"] == pytest.approx(18.19, abs=0.01)
    assert (found.evidence["came_from"], found.evidence["surface_is"]) == ("truck", "reckoned")
    (ended,) = [f for f in follower.log.findings.values() if f.kind is Kind.WET_METAL]
    wet_us = LAG_US * log((24 - 8) / (24 - 18.188268))
    assert wet_us == pytest.approx(2.57 * HOUR, rel=0.002)
    assert ended.end_us is not None
    assert 0 <= ended.end_us - ARRIVED - wet_us < 5 * MINUTE
    assert ended.peak == pytest.approx(8 - 18.188, abs=0.01)
    assert title(found, None).code == "finding.wet_metal.title"
    assert statuses(database) == {
        "cold-1": "hold", "cold-2": "hold", "freed": "released", "old": "available", "tiles": "available"
    }  # fmt: skip


def test_the_surface_follows_the_exact_solution(database: ServiceDatabase) -> None:
    """At every reading after unloading the margin is that of 24 - 16 exp(-t/τ), across a midnight too."""
    follower = Follower(database)
    ((_, found),) = unload(follower, 30)
    points = found.evidence["readings"]
    assert isinstance(points, list)
    assert len(points) >= 6
    for time_us, margin in (point for point in points if isinstance(point, list)):
        surface = 24 - 16 * exp(-(time_us - ARRIVED) / LAG_US)
        assert margin == pytest.approx(surface - 18.188268, abs=0.002)


def test_a_hold_is_on_record_and_outlives_its_reason(database: ServiceDatabase) -> None:
    """The event names machine and reason; a retraction is noted and releases nothing; a second finding changes nothing."""
    follower = Follower(database)
    ((_, found),) = unload(follower, 30)
    gone = replace(found, retracted="late_readings")
    follower.record([FindingChange(Change.RETRACTED, gone)], T0)
    assert statuses(database)["cold-1"] is LotStatus.HOLD
    with database.reading() as connection:
        told = [e for e in events.of_subject(connection, "lot:cold-1") if e.principal == PRINCIPAL]
    assert [(e.act, e.reason) for e in told] == [("changed", "hold.wet_metal"), ("noted", "hold.retracted")]


def test_unknown_goods_are_said_to_be_assumed(database: ServiceDatabase) -> None:
    """Nothing was ever heard from the truck: the goods are taken to be as warm as the shop, and nothing is wet."""
    follower = Follower(database)
    for at_us in range(ARRIVED - HOUR, ARRIVED + 3 * HOUR, 5 * MINUTE):
        changes = follower.hear(at_us, [(2, 24.0), (3, 99.9)])
        assert not [c for c in changes if c.finding.kind is Kind.WET_METAL]
