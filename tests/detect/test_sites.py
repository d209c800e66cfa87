"""Storms above the gateway: a whole site silent is one ticket, whatever the order; replays hold silence back, but not forever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detect.nouns import Kind
from store.repositories.tickets import TicketFilter
from store.repositories.tickets import find as find_tickets
from store.service import ServiceDatabase, open_service
from tests.detect.memory import MemoryReadings
from tests.detect.test_storms import at_the_desk, counts, heartbeats, installation, speak, standing
from tests.detect.worlds import MINUTE, T0, Said, World

SECOND = 1_000_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ServiceDatabase]:
    """A new service database."""
    opened = open_service(tmp_path / "service.sqlite", T0)
    yield opened
    opened.close()


def sited(devices: int, gateways: int = 3, zones: int = 6) -> World:
    """Several gateways of one site."""
    world = installation(devices, gateways=gateways, zones=zones)
    world.watches = [replace(watch, site="harbour") for watch in world.watches]
    world.start()
    return world


def test_a_dark_site_is_one_ticket(database: ServiceDatabase) -> None:
    """Three gateways with 60 devices fall silent at once: one finding, its zones carry its cause, one ticket."""
    world = sited(60)
    at_the_desk(world, database)
    speak(world, range(3))
    heartbeats(world, 3, 30)
    assert counts(world) == {Kind.SILENT_SITE: 1, Kind.UNWATCHED: 6}
    assert {f.cause for f in standing(world)} == {"site:harbour:silent"}
    (site,) = [f for f in standing(world) if f.kind is Kind.SILENT_SITE]
    assert site.evidence["gateway_names"] == ["g0", "g1", "g2"]
    with database.reading() as connection:
        assert len(find_tickets(connection, TicketFilter())) == 1


def test_gateways_that_end_their_last_minute_apart_are_one_finding() -> None:
    """Their last words lie up to a minute apart, and the clock passes between: still nothing but the site is ever told."""
    world = sited(6, zones=1)
    speak(world, range(2))
    for n, lost in enumerate([{"g0", "g1", "g2"}, {"g1", "g2"}, {"g2"}]):
        rows = [
            Said(s.id, T0 + 2 * MINUTE + n * 20 * SECOND, 5.0)
            for s in world.readings.series()
            if s.gateway in lost
        ]
        world.receive(rows, T0 + 2 * MINUTE + n * 20 * SECOND + SECOND)
        world.step()
    for seconds in range(180, 600, 10):
        world.receive([], T0 + seconds * SECOND)
        world.step()
    assert counts(world) == {Kind.SILENT_SITE: 1}


def test_one_gateway_of_a_site_is_a_gateway() -> None:
    """Two others go on: the finding is about the gateway, and comes no later than twice the time it may be silent."""
    world = sited(6, zones=1)
    speak(world, range(3))
    speak(world, range(3, 10), silent={"g1"})
    assert [(f.kind, f.subject) for f in standing(world)] == [(Kind.SILENT_GATEWAY, "gateway:g1")]
    assert sum(counts(world).values()) == 1


def test_the_last_gateway_falls_silent_later() -> None:
    """One died an hour before: it keeps its finding, since then the others are the site's."""
    world = sited(6, zones=1)
    speak(world, range(3))
    speak(world, range(3, 60), silent={"g1"})
    heartbeats(world, 60, 80)
    found = {(f.kind, f.subject) for f in standing(world) if f.kind is not Kind.UNWATCHED}
    assert found == {(Kind.SILENT_GATEWAY, "gateway:g1"), (Kind.SILENT_SITE, "site:harbour")}


def test_a_site_that_replays_raises_nothing_more_and_nothing_stands() -> None:
    """The line comes back and each gateway sends what it buffered, one after the other: the same record as if in time."""
    world = sited(12, zones=2)
    speak(world, range(3))
    heartbeats(world, 3, 40)
    told = set(world.log.findings)  # type: ignore[attr-defined]
    others = {"g0": {"g1", "g2"}, "g1": {"g0", "g2"}, "g2": {"g0", "g1"}}
    for n, gateway in enumerate(others):
        for minute in range(3, 41):
            receipt_us = T0 + 40 * MINUTE + (n * 40 + minute) * SECOND
            speak(world, range(minute, minute + 1), others[gateway], receipt_us)
    speak(world, range(41, 50))
    new = [f for id, f in world.log.findings.items() if id not in told]  # type: ignore[attr-defined]
    assert {f.kind for f in new} <= {Kind.SILENT_GATEWAY}
    assert standing(world) == []


def test_a_late_clock_is_no_replay() -> None:
    """A gateway whose clock is two and a half minutes late lags all the time: its silent device is found all the same."""
    world = installation(10, zones=1)
    assert isinstance(world.readings, MemoryReadings)
    for seconds in range(0, 900, 5):
        at_us = T0 + seconds * SECOND
        rows = [
            Said(s.id, at_us - 150 * SECOND + s.id, 5.0)
            for s in world.readings.series()
            if s.id // 3 == seconds // 5 % 10 and (seconds < 300 or s.device != "g0/d7")
        ]
        world.receive(rows, at_us)
        world.step()
    assert [(f.kind, f.subject) for f in standing(world)] == [(Kind.SILENT_DEVICE, "device:g0/d7")]
