"""Promises 5 and 6: one cause is one finding and one ticket; silence and sensor faults are never about the goods."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from detect.nouns import Checkpoint, Finding, FindingChange, Kind, Limit, Severity, Watch
from ingest.nouns import Flag
from registry.nouns import uuid7
from store.nouns import SeriesInfo
from store.repositories import desk
from store.repositories.tickets import TicketFilter
from store.repositories.tickets import find as find_tickets
from store.service import ServiceDatabase, open_service
from tests.detect.memory import MemoryLog, MemoryReadings
from tests.detect.worlds import CHILLED, MINUTE, T0, Said, World
from tests.tickets.desk import Somewhere
from tickets.policy import load
from tickets.raising import Raising

SECOND = 1_000_000
HUMID = Limit("p/humid", "relative_humidity", "high", 80.0, 1.0, 0, 1, Severity.ALARM)
QUANTITIES = ("temperature", "relative_humidity", "battery_voltage")


def installation(devices: int, gateways: int = 1, unwatched_min: int = 15, zones: int = 20) -> World:
    """Devices of three quantities, spread evenly over gateways and zones, expected every minute."""
    series, watches = [], []
    for n in range(devices):
        gateway = f"g{n % gateways}"
        name = f"{gateway}/d{n}"
        series += [SeriesInfo(3 * n + i, gateway, name, q) for i, q in enumerate(QUANTITIES)]
        watches.append(
            Watch(
                name,
                gateway,
                f"z{n % zones}",
                T0,
                None,
                MINUTE,
                (),
                unwatched_min * MINUTE,
                (*CHILLED, HUMID),
            )
        )
    return World(watches, readings=MemoryReadings(series), receipt_us=T0)


def speak(world: World, minutes: range, silent: Collection[str] = (), receipt_us: int | None = None) -> None:
    """Every series not named (by quantity, device or gateway) speaks once a minute, 10 ms after the one before it."""
    assert isinstance(world.readings, MemoryReadings)
    for minute in minutes:
        at_us = T0 + minute * MINUTE
        rows = [
            Said(s.id, at_us + s.id // 3 * 10_000, 5.0)
            for s in world.readings.series()
            if not {s.gateway, s.device, f"{s.device}:{s.quantity}"}.intersection(silent)
        ]
        world.receive(rows, at_us + 30 * SECOND if receipt_us is None else receipt_us)
        world.step()


def heartbeats(world: World, from_min: int, to_min: int) -> None:
    """Time passes without readings, a heartbeat a minute."""
    for minute in range(from_min, to_min):
        world.receive([], T0 + minute * MINUTE)
        world.step()


def standing(world: World) -> list[Finding]:
    """Findings on record that were not retracted."""
    return [f for f in world.log.findings.values() if not f.retracted]  # type: ignore[attr-defined]


def counts(world: World) -> Counter[Kind]:
    """How many findings of which kind were ever opened, the retracted ones too."""
    return Counter(f.kind for f in world.log.findings.values())  # type: ignore[attr-defined]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ServiceDatabase]:
    """A new service database."""
    opened = open_service(tmp_path / "service.sqlite", T0)
    yield opened
    opened.close()


def at_the_desk(world: World, database: ServiceDatabase) -> None:
    """Record what the world finds in the service database too."""
    log, raising = world.log, Raising(load(), Somewhere("B", ("lot-1",)), uuid7)
    assert isinstance(log, MemoryLog)

    def record(changes: Sequence[FindingChange], _checkpoint: Checkpoint, now_us: int) -> None:
        log.record(changes)
        with database.writing() as connection:
            desk.record(connection, changes, raising, now_us)

    world.record = record


def test_a_dead_gateway_is_one_ticket(database: ServiceDatabase) -> None:
    """2,000 devices behind it: one finding, the unwatched zones carry its cause, one ticket, no minute takes 2 s."""
    world = installation(2_000)
    at_the_desk(world, database)
    speak(world, range(2))
    longest = 0.0
    for minute in range(2, 20):
        began = time.perf_counter()
        heartbeats(world, minute, minute + 1)
        longest = max(longest, time.perf_counter() - began)
    assert counts(world) == {Kind.SILENT_GATEWAY: 1, Kind.UNWATCHED: 20}
    assert {f.cause for f in standing(world)} == {"gateway:g0:silent"}
    with database.reading() as connection:
        assert len(find_tickets(connection, TicketFilter())) == 1
    assert longest < 2.0


def test_a_gateway_that_catches_up_raises_nothing() -> None:
    """What it buffered fills the gap: nothing while it delivers, nothing stands afterwards, and nothing new was opened."""
    world = installation(20)
    speak(world, range(3))
    heartbeats(world, 3, 40)
    raised = set(world.log.findings)  # type: ignore[attr-defined]
    for minute in range(3, 40):
        speak(world, range(minute, minute + 1), receipt_us=T0 + 40 * MINUTE + minute * SECOND)
    speak(world, range(41, 45))
    assert set(world.log.findings) == raised  # type: ignore[attr-defined]
    assert standing(world) == []


def test_a_silent_device_while_its_gateway_speaks() -> None:
    """One finding about the device, none about its three quantities, its gateway or its zone."""
    world = installation(20, zones=4)
    speak(world, range(3))
    speak(world, range(3, 30), silent={"g0/d7"})
    assert [(f.kind, f.subject) for f in standing(world)] == [(Kind.SILENT_DEVICE, "device:g0/d7")]
    assert sum(counts(world).values()) == 1


def test_a_silent_quantity_while_its_device_speaks() -> None:
    """One finding about the quantity alone."""
    world = installation(4, zones=2)
    speak(world, range(3))
    speak(world, range(3, 30), silent={"g0/d1:battery_voltage"})
    (found,) = standing(world)
    assert (found.kind, found.subject) == (Kind.SILENT_QUANTITY, "device:g0/d1:battery_voltage")
    assert sum(counts(world).values()) == 1


def test_never_heard_and_never_placed() -> None:
    """A placed device that never spoke is silent since the registry learned of it; one nobody placed is not expected."""
    world = installation(4, zones=2)
    world.watches.append(replace(world.watches[0], device="g0/new", recorded_us=T0 + 5 * MINUTE))
    world.start()
    assert isinstance(world.readings, MemoryReadings)
    world.readings.known.append(SeriesInfo(12, "g0", "g0/free", "temperature"))
    speak(world, range(3))
    speak(world, range(3, 20), silent={"g0/free"})
    (found,) = standing(world)
    assert (found.subject, found.start_us, found.end_us) == ("device:g0/new", T0 + 5 * MINUTE, None)


@pytest.mark.parametrize(("goods", "allowed_min"), [("chilled", 15), ("paint", 60), ("metal", 240)])
def test_unwatched_by_what_the_goods_allow(goods: str, allowed_min: int) -> None:
    """A zone is unwatched after the time of its profile, not a minute earlier."""
    world = installation(2, zones=1, unwatched_min=allowed_min)
    speak(world, range(3))
    heartbeats(world, 3, 3 + allowed_min - 1)
    assert counts(world)[Kind.UNWATCHED] == 0
    heartbeats(world, 3 + allowed_min - 1, 3 + allowed_min + 2)
    assert counts(world)[Kind.UNWATCHED] == 1


def test_unwatched_at_once_in_an_excursion() -> None:
    """Gone silent while too warm: unwatched as soon as the devices are silent, not after the hour of its profile."""
    world = installation(1, zones=1, unwatched_min=60)
    world.receive([Said(0, T0, 13.0), Said(1, T0, 50.0)], T0)
    world.step()
    heartbeats(world, 1, 6)
    assert counts(world)[Kind.UNWATCHED] == 1
    assert counts(world)[Kind.TOO_HIGH] == 1


def test_sentinels_and_disputes_are_not_about_the_goods() -> None:
    """85 °C for an hour is one finding about the sensor; disputed readings far beyond the limit are no excursion."""
    world = installation(2, zones=1)
    assert isinstance(world.readings, MemoryReadings)
    for minute in range(60):
        at_us = T0 + minute * MINUTE
        rows = [Said(0, at_us, 85.0, int(Flag.SENTINEL)), Said(1, at_us, 50.0), Said(4, at_us, 50.0)]
        rows += [Said(3, at_us, 20.0), Said(3, at_us, 5.0)]
        world.receive(rows, at_us)
        world.step()
    found = {f.kind: f for f in standing(world) if f.detector != "silence"}
    assert set(found) == {Kind.SENTINEL, Kind.SHARED_IDENTITY}
    assert (found[Kind.SENTINEL].samples, found[Kind.SHARED_IDENTITY].samples) == (60, 60)
