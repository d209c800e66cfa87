"""Frost from the air in a truck to the hold, and electronics that must wait: default rules, judged, ticketed, kept from leaving."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from math import log

import pytest

from detect.engine import Engine
from detect.goods.examiners import examiners
from detect.nouns import Change, Checkpoint, Finding, FindingChange, Kind, Severity
from keepwell.wiring.holds import FROST, hold
from registry import nouns as r
from registry.plan import watches
from registry.profiles import default_profiles
from store import events
from store.nouns import SeriesInfo
from store.repositories import desk
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service
from tests.detect.memory import MemoryLog, MemoryReadings
from texts import LANGUAGES, render
from tickets.explain import title, why
from tickets.places import RegistryPlaces
from tickets.policy import load
from tickets.raising import Raising

MINUTE, HOUR = 60_000_000, 3_600_000_000
T0 = 1_795_219_200_000_000
ARRIVED = T0 + 30 * HOUR
SERIES = [
    SeriesInfo(1, "t", "t/box", "temperature"),
    SeriesInfo(2, "g", "g/hall", "temperature"),
    SeriesInfo(3, "g", "g/hall", "relative_humidity"),
]


def placed(
    kind: str, subject: str, place: str, from_us: int, to_us: int | None = None, at: str = "zone"
) -> r.Placement:
    """Somebody or something is in a place."""
    return r.Placement(
        subject_kind=r.SubjectKind(kind), subject=subject, place_kind=r.PlaceKind(at), place=place,
        valid_from_us=from_us, valid_to_us=to_us,
    )  # fmt: skip


GOODS = {"blue": "paint", "toilets": "smart-wc", "tiles": "tile"}
REGISTRY = r.RegistrySnapshot(
    customers=(r.Customer(key="c"),), sites=(r.Site(key="s", time_zone="Asia/Shanghai"),),
    profiles=tuple(default_profiles()[key] for key in ("paint-waterborne", "electronics", "ceramic-tile")),
    products=(
        r.Product(key="paint", profile="paint-waterborne"), r.Product(key="smart-wc", profile="electronics"),
        r.Product(key="tile", profile="ceramic-tile"),
    ),
    zones=(r.Zone(key="truck", kind=r.ZoneKind.TRUCK), r.Zone(key="hall", site="s")),
    gateways=(r.Gateway(key="t"), r.Gateway(key="g")),
    devices=(
        r.Device(key="box", gateway="t", device="box", interval_us=15 * MINUTE),
        r.Device(key="hall", gateway="g", device="hall", interval_us=15 * MINUTE),
    ),
    lots=tuple(r.Lot(key=key, customer="c", product=product) for key, product in GOODS.items()),
    shipments=(r.Shipment(key="trip", zone="truck", departed_us=T0, arrived_us=ARRIVED),),
    placements=(
        placed("device", "box", "truck", T0 - HOUR), placed("device", "hall", "hall", T0 - HOUR),
        *(placed("lot", key, "trip", T0, ARRIVED, "shipment") for key in GOODS),
        *(placed("lot", key, "hall", ARRIVED) for key in GOODS),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceDatabase]:
    """A service database that knows the registry."""
    there = open_service(tmp_path_factory.mktemp("frost") / "service.sqlite", T0)
    with there.writing() as connection:
        RegistryRepository(connection).apply(REGISTRY, By("key:test", T0))
    yield there
    there.close()


class Follower:
    """The engine over readings in memory; what it finds is recorded as the detect process does."""

    def __init__(self, database: ServiceDatabase) -> None:
        self.readings, self.log, self._database = MemoryReadings(list(SERIES)), MemoryLog(), database
        self._raising = Raising(load(), RegistryPlaces(REGISTRY), r.uuid7)
        self.engine = Engine(
            self.readings, self.log, lambda: watches(REGISTRY), Checkpoint(), map("f{}".format, itertools.count()).__next__,
            examiners(self.readings, self.log),
        )  # fmt: skip

    def record(self, changes: list[FindingChange], at_us: int) -> None:
        """As one commit."""
        self.log.record(changes)
        with self._database.writing() as connection:
            desk.record(connection, changes, self._raising, at_us)
            hold(connection, changes, at_us)

    def travel(self, until_us: int) -> None:
        """10 °C at loading, then -15 °C in the truck; the hall is at 18 °C and 40 %; a batch every three hours."""
        for begin_us in range(T0, until_us, 3 * HOUR):
            times = range(begin_us, min(begin_us + 3 * HOUR, until_us), 15 * MINUTE)
            truck = [(1, t, 10.0 if t < T0 + HOUR else -15.0, 0) for t in times if t < ARRIVED + HOUR]
            hall = [(s, t, v, 0) for t in times for s, v in ((2, 18.0), (3, 40.0))]
            self.readings.add(truck + hall, begin_us + 3 * HOUR)
            for _ in range(2):
                self.record(self.engine.step().changes, begin_us + 3 * HOUR)

    def of(self, kind: Kind) -> list[Finding]:
        """What stands of a kind."""
        found = [f for f in self.log.findings.values() if f.kind is kind and not f.retracted]
        return sorted(found, key=lambda f: f.start_us)


@pytest.fixture(scope="module")
def arrived(database: ServiceDatabase) -> Follower:
    """The journey and a day in the hall."""
    follower = Follower(database)
    follower.travel(ARRIVED + 24 * HOUR)
    return follower


def test_paint_that_froze_on_its_way_is_on_hold_and_electronics_wait(
    arrived: Follower, database: ServiceDatabase
) -> None:
    """Paint freezes in the truck and thaws in the hall; toilets wait there, as advice; tiles bear all of it."""
    truck, hall = arrived.of(Kind.FREEZE_THAW)
    assert (truck.zone, hall.zone, truck.severity) == ("truck", "hall", Severity.CRITICAL)
    assert truck.start_us - T0 == pytest.approx(HOUR + 7.3 * HOUR * log(25 / 15), abs=20 * MINUTE)
    assert hall.start_us == ARRIVED
    (cold, *_) = [
        f for f in arrived.of(Kind.TOO_LOW) if f.zone == "truck" and f.severity is Severity.CRITICAL
    ]
    assert cold.cause == truck.cause  # one alarm, one ticket
    assert hall.end_us is not None
    assert (truck.evidence["thawed"], hall.evidence["thawed"]) == (False, True)
    with database.reading() as connection:
        statuses = {one.key: str(one.status) for one in RegistryRepository(connection).snapshot().lots}
        told = [e for e in events.of_subject(connection, "lot:blue") if e.principal == FROST]
    assert statuses == {"blue": "hold", "toilets": "available", "tiles": "available"}
    assert [(e.act, e.reason) for e in told] == [("changed", "hold.freeze_thaw")]
    (waiting,) = arrived.of(Kind.CONDITIONING)
    assert (waiting.zone, waiting.severity, waiting.band.split("@")[0]) == (
        "hall",
        Severity.ADVICE,
        "electronics/acclimatise",
    )
    assert waiting.end_us is not None
    assert 3 * HOUR < waiting.end_us - ARRIVED < 6 * HOUR


def test_frost_and_waiting_are_told_in_both_languages(arrived: Follower) -> None:
    """Title and reasons without a gap."""
    places = RegistryPlaces(REGISTRY)
    for found in (*arrived.of(Kind.FREEZE_THAW), *arrived.of(Kind.CONDITIONING)):
        for lang, text in itertools.product(
            LANGUAGES, (title(found, places.of(found)), why(found, places.of(found), [found]))
        ):
            said = render(text.code, text.params, lang, "Asia/Shanghai")
            assert "{" not in said
            assert "–" not in said or "p50" in text.code


def test_a_frost_taken_back_is_noted_and_releases_nothing(
    arrived: Follower, database: ServiceDatabase
) -> None:
    """Only a person knows whether paint is well."""
    (found, _) = arrived.of(Kind.FREEZE_THAW)
    arrived.record([FindingChange(Change.RETRACTED, replace(found, retracted="late_readings"))], T0)
    with database.reading() as connection:
        told = [(e.act, e.reason) for e in events.of_subject(connection, "lot:blue") if e.principal == FROST]
        lot = next(one for one in RegistryRepository(connection).snapshot().lots if one.key == "blue")
    assert told == [("changed", "hold.freeze_thaw"), ("noted", "hold.retracted")]
    assert lot.status is r.LotStatus.HOLD
