"""Alarms as kept: each person's acknowledgement, what is due, the shadow of a dead gateway, a year of history in time."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from api.alarm_quality import Asked, quality
from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from registry.nouns import uuid7
from store import events
from store.messages import Channel, Message
from store.repositories import alarm_history, alarms, desk, maintenance
from store.repositories.alarms import AlarmFilter
from store.repositories.outbox import message_row
from store.repositories.records import By
from store.service import ServiceDatabase, open_service
from store.tables.events import events as event_table
from store.tables.outbox import messages
from tests.tickets.desk import HOUR, MIN, T0, Somewhere, closed, finding, opened
from tickets.alarming import shelving
from tickets.alarming.nouns import Alarm, AlarmState, Shelving, StillSort
from tickets.alarming.states import Act
from tickets.alarms import acknowledge
from tickets.notices import Urgency
from tickets.policy import load
from tickets.raising import Raising

RAISING = Raising(load(), Somewhere(), uuid7)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ServiceDatabase]:
    """A new service database."""
    opened_database = open_service(tmp_path / "service.sqlite", T0)
    yield opened_database
    opened_database.close()


def record(database: ServiceDatabase, changes: list[FindingChange], now_us: int = T0 + 5 * MIN) -> None:
    """Findings come."""
    with database.writing() as connection:
        desk.record(connection, changes, RAISING, now_us)


def wake(database: ServiceDatabase, now_us: int) -> int:
    """The clerk looks; how many tickets that opened."""
    with database.writing() as connection:
        return len(desk.wake(connection, RAISING, now_us))


def of_cause(database: ServiceDatabase, cause: str) -> Alarm:
    """The alarm of a cause."""
    with database.reading() as connection:
        (alarm,) = alarms.find(connection, AlarmFilter(cause=cause))
    return alarm


def ack(database: ServiceDatabase, id: str, who: str) -> Alarm:
    """A person acknowledges."""
    with database.writing() as connection:
        by = By(who, T0 + HOUR, "seen")
        return alarms.acknowledge(connection, id, None, lambda one: acknowledge(one, who), by)


def test_each_person_acknowledges_each_call_once(database: ServiceDatabase) -> None:
    """Two people, one of them twice: two rows, two events; after it came again nobody has."""
    one = finding(severity=Severity.WARNING)
    record(database, opened(one))
    alarm = of_cause(database, one.cause)
    for who in ("user:li", "user:wu", "user:li"):
        ack(database, alarm.id, who)
    with database.reading() as connection:
        assert [found.principal for found in alarms.acks_of(connection, of_cause(database, one.cause))] == [
            "user:li",
            "user:wu",
        ]
        acts = [event.act for event in events.of_subject(connection, f"alarm:{one.cause}")]
    assert acts == ["raised", "acknowledged", "acknowledged"]
    record(database, [closed(one, T0 + HOUR)], T0 + HOUR)
    record(database, opened(finding(start_us=T0 + 3 * HOUR, severity=Severity.WARNING)), T0 + 3 * HOUR)
    again = of_cause(database, one.cause)
    with database.reading() as connection:
        assert (again.calls, again.state, alarms.acks_of(connection, again)) == (
            2,
            AlarmState.ACTIVE_UNACKED,
            [],
        )


def test_due_when_a_shelf_ends_and_not_again(database: ServiceDatabase) -> None:
    """Found by its time, woken once; twice at the same moment changes nothing, not even an event."""
    one = finding(severity=Severity.WARNING)
    record(database, opened(one))
    alarm = of_cause(database, one.cause)
    wish = shelving.Wish("user:li", "known", T0 + 2 * HOUR, Shelving.TIMED)
    with database.writing() as connection:
        alarms.change(
            connection, alarm.id, None, lambda _: Act.SHELVED, lambda a: shelving.shelve(a, wish, T0 + HOUR, None),
            By("user:li", T0 + HOUR, "known"),
        )  # fmt: skip
        assert alarms.due(connection, T0 + 2 * HOUR - 1) == []
        assert [a.id for a in alarms.due(connection, T0 + 2 * HOUR)] == [alarm.id]
    for _ in range(2):
        wake(database, T0 + 2 * HOUR)
        with database.reading() as connection:
            told = [(e.act, e.reason) for e in events.of_subject(connection, f"alarm:{one.cause}")]
        assert told[2:] == [("unshelved", "alarm.unshelved.expired")]
    assert of_cause(database, one.cause).state is AlarmState.ACTIVE_UNACKED


def silent_gateway(start_us: int = T0) -> Finding:
    """A gateway that says nothing any more."""
    return finding(
        "gateway:g1:silent", Kind.SILENT_GATEWAY, Severity.WARNING, start_us, None, "gateway:g1", None, {}
    )


def test_the_shadow_of_a_dead_gateway(database: ServiceDatabase) -> None:
    """A device behind it is suppressed by its alarm, whichever was known first, and speaks for itself when it is back."""
    mute = finding(
        "device:g1/p1:silent", Kind.SILENT_DEVICE, Severity.WARNING, T0 - HOUR, None, "device:g1/p1", None, {}
    )
    other = finding(
        "device:g2/p1:silent", Kind.SILENT_DEVICE, Severity.WARNING, T0, None, "device:g2/p1", None, {}
    )
    dead = silent_gateway()
    record(database, opened(mute, other))
    record(database, opened(dead), T0 + 6 * MIN)
    wake(database, T0 + 7 * MIN)
    assert of_cause(database, mute.cause).suppressed_by == "alarm:gateway:g1:silent"
    assert of_cause(database, other.cause).state is AlarmState.ACTIVE_UNACKED
    later = finding(
        "device:g1/p2:silent", Kind.SILENT_DEVICE, Severity.WARNING, T0, None, "device:g1/p2", None, {}
    )
    record(database, opened(later), T0 + 8 * MIN)
    assert of_cause(database, later.cause).state is AlarmState.SUPPRESSED
    record(database, [closed(dead, T0 + 9 * MIN)], T0 + 9 * MIN)
    wake(database, T0 + 10 * MIN)
    assert of_cause(database, mute.cause).state is AlarmState.ACTIVE_UNACKED
    assert of_cause(database, later.cause).state is AlarmState.ACTIVE_UNACKED


def test_a_window_that_is_moved_holds_back_longer(database: ServiceDatabase) -> None:
    """What is held back waits for the window as it is now; called off, it calls at the next look."""
    with database.writing() as connection:
        by = By("user:li", T0, "work")
        still = maintenance.add(connection, StillSort.MAINTENANCE, "gateway:g1", T0, T0 + HOUR, by)
    dead = silent_gateway(T0 + MIN)
    record(database, opened(dead))
    with database.writing() as connection:
        maintenance.change(connection, still.id, None, T0, T0 + 2 * HOUR, replace(by, time_us=T0 + 30 * MIN))
    assert wake(database, T0 + 90 * MIN) == 0
    assert of_cause(database, dead.cause).state is AlarmState.SUPPRESSED
    with database.writing() as connection:
        maintenance.end(connection, still.id, None, replace(by, time_us=T0 + 100 * MIN))
    assert wake(database, T0 + 100 * MIN) == 1
    assert wake(database, T0 + 100 * MIN) == 0
    assert of_cause(database, dead.cause).state is AlarmState.ACTIVE_UNACKED


def test_goods_are_never_held_back(database: ServiceDatabase) -> None:
    """The gateway is worked on and its zone unwatched: an alarm about goods, and a ticket, at once."""
    with database.writing() as connection:
        maintenance.add(
            connection, StillSort.MAINTENANCE, "zone:z1", T0, T0 + HOUR, By("user:li", T0, "work")
        )
    blind = finding(
        "gateway:g1:silent", Kind.UNWATCHED, Severity.CRITICAL, T0 + MIN, None, "zone:z1", "z1", {}
    )
    record(database, opened(silent_gateway(T0 + MIN), blind))
    alarm = of_cause(database, blind.cause)
    assert alarm.state is AlarmState.ACTIVE_UNACKED
    assert alarm.ticket_id is not None


def test_the_state_kept_is_the_state(database: ServiceDatabase) -> None:
    """What is asked for by state is what has that state."""
    some = [
        finding(f"zone:z{i}:temperature:high", severity=random.Random(i).choice(list(Severity)))
        for i in range(20)
    ]
    record(database, opened(*some))
    record(
        database,
        [FindingChange(Change.CLOSED, replace(one, end_us=T0 + HOUR)) for one in some[::2]],
        T0 + HOUR,
    )
    with database.reading() as connection:
        every = alarms.find(connection, AlarmFilter(), limit=100)
        for state in AlarmState:
            found = alarms.find(connection, AlarmFilter(states=[state]), limit=100)
            assert {one.id for one in found} == {one.id for one in every if one.state is state}
        latched = alarms.find(connection, AlarmFilter(latched=True), limit=100)
        assert {one.id for one in latched} == {one.id for one in every if one.latched}
    assert latched


def test_a_year_of_history_in_time(database: ServiceDatabase) -> None:
    """100,000 events of 200 alarms among others: read, counted and advised in about a second of one core, less than two on a busy machine."""
    causes = [f"zone:z{i}:temperature:high" for i in range(200)]
    record(database, opened(*(finding(cause) for cause in causes)))
    rng = random.Random(3)
    rows = [
        {
            "time_us": T0 + i * 300_000_000, "principal": "system", "act": "raised" if i % 2 else "returned",
            "subject": f"alarm:{rng.choice(causes)}" if i % 3 else f"finding:{i}", "reason": "", "old": {},
            "new": {"state": "active_unacked", "active": True},
        }
        for i in range(150_000)
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(event_table), rows)
    asked = Asked(T0, T0 + 366 * 24 * HOUR * 2, None, 1, "UTC", "en")
    begun = time.process_time()
    with database.reading() as connection:
        found = quality(connection, asked, lambda _: True)
    lasted = time.process_time() - begun
    assert found.load.alarms == 50_000 + 200
    assert lasted < 2.0, lasted


def test_calls_at_night_are_counted(database: ServiceDatabase) -> None:
    """Calls that went out between 22 and 6 h count for the evening before; other messages and calls that failed do not."""
    shanghai = 8 * HOUR
    sent = [
        ("li", Channel.VOICE, T0 + 23 * HOUR - shanghai), ("li", Channel.VOICE, T0 + 26 * HOUR - shanghai),
        ("li", Channel.SMS, T0 + 26 * HOUR - shanghai), ("wu", Channel.VOICE, T0 + 12 * HOUR - shanghai),
        ("wu", Channel.VOICE, None),
    ]  # fmt: skip
    made = [
        Message(
            f"{number:036d}",
            f"{number:036d}",
            person,
            "ticket:1",
            "escalated",
            channel,
            "lane",
            Urgency.CRITICAL,
            T0,
            sent_us=at,
        )
        for number, (person, channel, at) in enumerate(sent)
    ]
    with database.writing() as connection:
        assert alarm_history.calls(connection, T0, T0 + 48 * HOUR, "UTC") == {}
        connection.execute(messages.insert(), [message_row(one) for one in made])
        found = alarm_history.calls(connection, T0 - 48 * HOUR, T0 + 48 * HOUR, "Asia/Shanghai")
    assert found == {("li", "2026-11-21"): 2}
