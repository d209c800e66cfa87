"""The condition of devices through the engine, on the real store and desk: batteries, mains power, clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.condition.all import examiners
from detect.condition.mains import MainsExaminer
from detect.engine import Engine
from detect.nouns import Finding, Kind, Watch
from ingest.nouns import (
    US_PER_DAY,
    US_PER_HOUR,
    US_PER_MINUTE,
    Count,
    DeadLetter,
    Flag,
    NewSeries,
)
from registry.nouns import uuid7
from simulators.scenario import load
from simulators.world import World
from store.nouns import SeriesInfo
from store.readings import open_reader, open_store
from store.repositories import tickets
from store.repositories.tickets import TicketFilter
from store.service import open_service
from tests.detect.memory import MemoryLog, MemoryReadings
from tests.detect.test_real_store import RealLog
from tests.detect.worlds import Said, disordered
from tests.detect.worlds import World as Judged
from tests.store.contract import Row, batch
from texts import LANGUAGES, formats, render
from tickets.nouns import Ticket, TicketKind
from tickets.remedy import remedy

T0 = 1_700_006_400_000_000  # a midnight
SERIES = [
    NewSeries(1, "g", "g/a", "battery_voltage"),
    NewSeries(2, "g", "g/a", "temperature"),
    NewSeries(3, "g", "g/b", "battery_voltage"),
    NewSeries(4, "g", "g", "mains_power"),
    NewSeries(5, "h", "h", "mains_power"),
]
DYING, WARMTH, SOUND, MAINS_G, MAINS_H = (series.id for series in SERIES)


def watch(device: str, zone: str, from_us: int = T0, to_us: int | None = None) -> Watch:
    return Watch(device, device.split("/")[0], zone, from_us, to_us, US_PER_HOUR, (), 1_000 * US_PER_DAY, ())


MOVED = [
    watch("g/a", "z1", T0, T0 + 12 * US_PER_DAY),
    watch("g/a", "z2", T0 + 12 * US_PER_DAY),
    watch("g/b", "z1"),
]
"""The dying one is carried to another room half-way; its battery goes with it."""


class House:
    """An engine over a real store and a real desk."""

    def __init__(
        self, folder: Path, series: Sequence[NewSeries] = SERIES, watches: Sequence[Watch] = MOVED
    ) -> None:
        self._series, self._watches = [*series], [*watches]
        self._store = open_store(folder / "readings.sqlite", now_us=T0)
        self._reader = open_reader(folder / "readings.sqlite")
        self._database = open_service(folder / "service.sqlite", T0)
        self.log = RealLog(self._database)
        self._position = 0
        self.start()

    def start(self) -> None:
        """An engine that goes on from the record."""
        looking = examiners(self._reader, self.log, dict, lambda: {"g": "harbour", "h": "harbour"})
        self._engine = Engine(
            self._reader, self.log, lambda: self._watches, self.log.checkpoint(), lambda: uuid7(T0), looking
        )

    def receive(self, rows: Sequence[Row], at_us: int, **more: list[object]) -> None:
        """What came by a time, judged and recorded."""
        self._position += 1
        more |= {"new_series": [*self._series]} if self._position == 1 else {}
        self._store.apply([(self._position, batch(rows, at_us, **more))])
        for _ in range(2):
            step = self._engine.step()
            self.log.commit(step.changes, step.checkpoint, at_us)

    def found(self, kind: Kind) -> list[Finding]:
        """Findings of a kind that stand, in order."""
        return sorted((f for f in self.log.standing() if f.kind is kind), key=lambda f: f.start_us)

    def tickets(self, about: str) -> list[Ticket]:
        """Those of a cause."""
        with self._database.reading() as connection:
            return [t for t in tickets.find(connection, TicketFilter()) if t.cause == about]

    def close(self) -> None:
        for one in (self._store, self._reader, self._database):
            one.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


def told(ticket: Ticket) -> str:
    """Title and reason without a gap in both languages; the English title."""
    for lang in LANGUAGES:
        for text in (ticket.title, ticket.why):
            assert formats.NOTHING not in render(text.code, text.params, lang, ticket.time_zone)
    return render(ticket.title.code, ticket.title.params, "en", ticket.time_zone)


def hour(number: int, volts: float, celsius: float) -> list[Row]:
    """What two devices say in an hour; 122.15 °C is impossible, as ingest flags it."""
    at_us = T0 + number * US_PER_HOUR + 7 * US_PER_MINUTE
    noise = 0.01 * np.sin(number * 1.7)
    flags = int(Flag.IMPOSSIBLE) if celsius > 100 else 0
    return [
        Row(DYING, at_us, volts + noise, 0),
        Row(WARMTH, at_us, celsius, flags),
        Row(SOUND, at_us, 2.95 - number * 1e-5 + noise, 0),
    ]


def test_a_battery_dies_and_is_changed(house: House) -> None:
    """One ticket, days before, that names the date; the sensor that runs away joins it; a fresh battery ends it."""
    fall = [2.65 - 0.35 * n / (24 * 24) for n in range(26 * 24)]
    course = [*((v, 21.0 if v > 2.3 else 122.15) for v in fall), *((3.0, 21.0) for _ in range(4 * 24))]
    raised = None
    for first in range(0, len(course), 24):
        rows = [row for n in range(first, first + 24) for row in hour(n, *course[n])]
        house.receive(rows, T0 + (first + 24) * US_PER_HOUR)
        raised = raised or (first + 24 if house.tickets("device:g/a:sensor") else None)
        if first == 20 * 24:
            house.start()
    (found,) = house.found(Kind.LOW_BATTERY)
    (ticket,) = house.tickets("device:g/a:sensor")
    assert not house.tickets("device:g/b:sensor")
    assert raised is not None
    assert 24 * 24 - raised >= 4 * 24
    assert ticket.kind is TicketKind.SENSOR
    assert told(ticket).startswith("Battery low: g/a: at its end about 2023-12-")
    assert (found.zone, found.subject) == ("z2", "device:g/a:battery_voltage")
    assert found.end_us is not None
    assert remedy([found])[0].key == "flat-battery"
    assert found.cause == house.found(Kind.IMPOSSIBLE)[0].cause


def test_the_power_of_a_site_fails(house: House) -> None:
    """Two gateways without mains are one ticket, at once; a flicker is none; a gateway that falls silent is explained."""

    def minutes(first: int, last: int, g: float | None, h: float | None) -> None:
        for n in range(first, last):
            at_us = T0 + n * US_PER_MINUTE
            rows = [Row(s, at_us, v, 0) for s, v in ((MAINS_G, g), (MAINS_H, h)) if v is not None]
            house.receive(rows, at_us + 1_000_000)

    minutes(0, 10, 1.0, 1.0)
    house.receive([Row(MAINS_H, T0 + 10 * US_PER_MINUTE, 0.0, 0)], T0 + 10 * US_PER_MINUTE + 1)
    house.receive([Row(MAINS_H, T0 + 10 * US_PER_MINUTE + 20_000_000, 1.0, 0)], T0 + 11 * US_PER_MINUTE)
    minutes(12, 20, 1.0, 1.0)
    assert not house.found(Kind.MAINS_LOST)
    minutes(20, 23, 0.0, 0.0)
    assert len(house.found(Kind.MAINS_LOST)) == 2
    house.start()
    minutes(23, 42, None, 0.0)
    (ticket,) = house.tickets("site:harbour:mains")
    assert ticket.kind is TicketKind.GATEWAY
    assert told(ticket).startswith("No mains power: ")
    assert {f.subject: f.evidence["silence"] for f in house.found(Kind.MAINS_LOST)} == {
        "gateway:g": "silent", "gateway:h": "speaks",
    }  # fmt: skip
    minutes(42, 45, 1.0, 1.0)
    assert [f.end_us for f in house.found(Kind.MAINS_LOST)] == [T0 + 42 * US_PER_MINUTE] * 2


def test_a_failure_told_once_is_noticed_by_whoever_looks_next(house: House) -> None:
    """A device that speaks only when something changes, and a restart in the minute after it spoke."""
    house.receive([Row(MAINS_G, T0, 1.0, 0)], T0)
    house.receive([Row(MAINS_G, T0 + 90_000_000, 0.0, 0)], T0 + 125_000_000)
    house.start()
    for n in (3, 4):
        house.receive([], T0 + n * US_PER_MINUTE + 1)
    (found,) = house.found(Kind.MAINS_LOST)
    assert (found.start_us, found.end_us) == (T0 + 90_000_000, None)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.booleans(), min_size=5, max_size=40), st.randoms(use_true_random=False))
def test_interruptions_are_the_same_in_any_order(on: list[bool], random: Random) -> None:
    """Late, shuffled, with restarts: what was off from when to when is a function of the readings."""
    said = [Said(1, T0 + n * 2 * US_PER_MINUTE, float(v)) for n, v in enumerate([True, *on])]
    told = []
    for batches in ([said], disordered(said, random, 6)):
        world = Judged(
            [watch("g/a", "z1")], MemoryReadings([SeriesInfo(1, "g", "g/a", "mains_power")]),
            receipt_us=T0 + US_PER_DAY, examiners=lambda readings: [MainsExaminer(readings, dict)],
        )  # fmt: skip
        for n, rows in enumerate(batches):
            world.receive(rows, T0 + US_PER_DAY + n * US_PER_MINUTE)
            world.step()
            if random.random() < 0.2:
                world.start()
        world.settle(T0 + 2 * US_PER_DAY)
        assert isinstance(world.log, MemoryLog)
        kept = [f for f in world.log.findings.values() if f.kind is Kind.MAINS_LOST and not f.retracted]
        told.append(sorted((f.start_us, f.end_us or 0, f.samples) for f in kept))
    assert told[0] == told[1]
    edges = np.diff([1, *map(int, on)])
    assert len(told[0]) == int((edges < 0).sum())


def refused(at_us: int, n: int, ahead_us: int) -> dict[str, list[object]]:
    """What ingest writes down of values whose time it refuses."""
    hour_us = at_us // US_PER_HOUR * US_PER_HOUR
    words = f'"{_text(at_us + ahead_us)}" is more than 10 minutes ahead of its receipt'
    counts = [
        Count("g", hour_us, "messages_received", "", n), Count("g", hour_us, "messages_decoded", "", n),
        Count("g", hour_us, "values_received", "", n), Count("g", hour_us, "values_rejected", "clock", n),
    ]  # fmt: skip
    return {"counts": [*counts], "dead_letters": [DeadLetter(at_us, "g", "t", "clock", words, b"", 0)]}


def _text(time_us: int) -> str:
    return f"{np.datetime64(time_us, 'us')}Z"


def test_a_gateway_on_the_wrong_time_zone(house: House) -> None:
    """Everything of it is refused for its clock, eight hours ahead: told within the hour, over when it is set."""
    for n in range(30):
        at_us = T0 + n * 10 * US_PER_MINUTE
        house.receive([], at_us, **refused(at_us, 5, 8 * US_PER_HOUR))
    (found,) = house.found(Kind.CLOCK_FAULT)
    assert (found.subject, found.evidence["fault"]) == ("gateway:g", "time_zone")
    assert found.evidence["offset_us"] == 8 * US_PER_HOUR
    assert "time zone" in told(house.tickets("gateway:g:silent")[0])
    house.start()
    for n in range(30, 60):
        at_us = T0 + n * 10 * US_PER_MINUTE
        house.receive([Row(WARMTH, at_us, 21.0, 0)], at_us + 1)
    assert [f.end_us for f in house.found(Kind.CLOCK_FAULT)] == [T0 + 5 * US_PER_HOUR]
    assert len(house.tickets("gateway:g:silent")) == 1


def test_a_few_refusals_after_power_on_are_no_fault(house: House) -> None:
    """Three values with the year 1970 among hundreds, before the time server was asked."""
    more = refused(T0, 3, 8 * US_PER_HOUR)
    more["counts"].append(Count("g", T0, "values_received", "", 400))
    house.receive([], T0, **more)
    for n in range(1, 20):
        house.receive([], T0 + n * 10 * US_PER_MINUTE)
    assert not house.found(Kind.CLOCK_FAULT)


@pytest.mark.parametrize(("lag_h", "fault"), [(5.0, "time_zone"), (1.27, "behind")])
def test_a_device_that_lags_by_a_constant_time(house: House, lag_h: float, fault: str) -> None:
    """Fresh readings, all equally old: not buffered, but wrong; over when they are fresh again, whoever looks then."""
    for n in range(12):
        at_us = T0 + n * 10 * US_PER_MINUTE
        house.receive([Row(WARMTH, at_us - round(lag_h * US_PER_HOUR), 21.0, 0)], at_us)
    (found,) = house.found(Kind.CLOCK_FAULT)
    assert (found.subject, found.evidence["fault"], found.end_us) == ("device:g/a", fault, None)
    house.start()
    for n in range(12, 16):
        at_us = T0 + n * 10 * US_PER_MINUTE
        house.receive([Row(WARMTH, at_us, 21.0, 0)], at_us)
    (found,) = house.found(Kind.CLOCK_FAULT)
    assert found.end_us is not None


def test_a_backlog_is_no_clock_fault(house: House) -> None:
    """A gateway that catches up with six hours sends what is old, but less and less so."""
    for n in range(30):
        at_us = T0 + US_PER_DAY + n * 10 * US_PER_MINUTE
        house.receive([Row(WARMTH, at_us - max(6 * US_PER_HOUR - n * 20 * US_PER_MINUTE, 0), 21.0, 0)], at_us)
    assert not house.found(Kind.CLOCK_FAULT)


def test_the_scenario_finds_what_it_says(tmp_path: Path) -> None:
    """`condition`, played into the engine: the battery that falls and the power that fails, and nothing of the one that holds."""
    scenario, now_s = load("condition"), (T0 + 20 * US_PER_DAY) / 1e6
    keys = [
        (f"{kind.gateway}/{kind.name}", quantity) for kind in scenario.devices for quantity in kind.quantities
    ]
    series = [
        NewSeries(n, "store-gw", device, quantity) for n, (device, quantity) in enumerate(keys, start=1)
    ]
    devices = sorted({device for device, _ in keys})
    house = House(tmp_path, series, [watch(device, "store") for device in devices])
    said = sorted(World(scenario, now_s).advance(now_s), key=lambda reading: reading.time_s)
    numbers = {key: n for n, key in enumerate(keys, start=1)}
    for day in range(16):
        until_s = now_s - (15 - day) * 86_400
        rows = [
            Row(numbers[f"store-gw/{r.device}", quantity], round(r.time_s * 1e6), value, 0)
            for r in said
            if until_s - 86_400 <= r.time_s < until_s
            for quantity, value in r.values.items()
        ]
        house.receive(rows, round(until_s * 1e6))
    told_of = {
        (f.kind, str(f.evidence["device"]))
        for f in house.log.standing()
        if f.kind in {Kind.LOW_BATTERY, Kind.MAINS_LOST, Kind.GAP_PATTERN, Kind.CLOCK_FAULT}
    }
    house.close()
    assert told_of == {(Kind(truth.kind), truth.device) for truth in scenario.truth}
