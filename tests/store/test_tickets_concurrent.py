"""One cause, one ticket: also when twenty processes raise the same alarm at the same moment, and when one is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.synchronize import Barrier

import pytest

from detect.nouns import Finding
from registry.nouns import uuid7
from store import events
from store.repositories import alarms, desk, findings, tickets
from store.repositories.alarms import AlarmFilter
from store.repositories.findings import FindingFilter
from store.repositories.once import KeyReusedError, forget, once
from store.repositories.tickets import TicketFilter
from store.service import Place, ServiceDatabase, open_service
from tests.tickets.desk import T0, Somewhere, finding, opened
from tickets.policy import load
from tickets.raising import Raising

WRITERS = 20
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["store.service", "store.repositories.desk", "tests.tickets.desk"])


def _raise_alarm(place: Place, start: Barrier, one: Finding) -> None:
    raising = Raising(load(), Somewhere(), uuid7)
    database = ServiceDatabase(place)
    start.wait(timeout=120)
    with database.writing() as connection:
        desk.record(connection, opened(one), raising, T0)
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("same", [True, False], ids=["one finding", "a finding each"])
def test_twenty_writers_at_once_are_one_ticket(place: Place, same: bool) -> None:
    """Whether they saw the same finding or each its own: one alarm, one ticket, every finding on it, no gap in the events."""
    open_service(place, T0).close()
    shared = finding()
    start = PROCESSES.Barrier(WRITERS)
    writers = [
        PROCESSES.Process(target=_raise_alarm, args=(place, start, shared if same else finding()))
        for _ in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=150)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    database = open_service(place, T0)
    with database.reading() as connection:
        (ticket,) = tickets.find(connection, TicketFilter())
        assert len(alarms.find(connection, AlarmFilter())) == 1
        assert len(findings.find(connection, FindingFilter(ticket_id=ticket.id))) == (1 if same else WRITERS)
        acts = [event.act for event in tickets.history(connection, ticket.id)]
        numbers = [event.sequence for event in events.since(connection, 0)]
    database.close()
    assert numbers == list(range(1, len(numbers) + 1))
    assert acts == ["opened"] + ["joined"] * (0 if same else WRITERS - 1)


def _raise_for_ever(place: Place) -> None:
    raising = Raising(load(), Somewhere(), uuid7)
    database = open_service(place, T0)
    for i in range(1_000_000):
        with database.writing() as connection:
            desk.record(connection, opened(finding(f"cause:{i}:a"), finding(f"cause:{i}:b")), raising, T0)


@pytest.mark.slow
def test_killed_in_the_middle_nothing_is_half(place: Place) -> None:
    """After kill -9 every finding has its alarm, every alarm its ticket, and each of them its event."""
    database = open_service(place, T0)
    writer = PROCESSES.Process(target=_raise_for_ever, args=(place,))
    writer.start()
    _wait_for_tickets(database, 10)
    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join(timeout=30)
    with database.reading() as connection:
        found = findings.find(connection, FindingFilter(), limit=1_000_000)
        raised = alarms.find(connection, AlarmFilter(), limit=1_000_000)
        kept = tickets.find(connection, TicketFilter(), limit=1_000_000)
        assert events.last_sequence(connection) == 3 * len(found)
    database.close()
    assert len(found) % 2 == 0
    assert {alarm.ticket_id for alarm in raised} == {ticket.id for ticket in kept}
    assert (
        {one.cause for one in found} == {alarm.cause for alarm in raised} == {ticket.cause for ticket in kept}
    )


def test_a_request_with_a_key_is_done_once(place: Place) -> None:
    """Its repetition gets the same answer; another request with the same key is refused; other people's keys are theirs."""
    done: list[int] = []

    def act() -> str:
        done.append(1)
        return f"answer {len(done)}"

    database = open_service(place, T0)
    with database.writing() as connection:
        assert once(connection, "user:li", "k1", "digest", T0, act) == "answer 1"
        assert once(connection, "user:li", "k1", "digest", T0 + 5, act) == "answer 1"
        assert once(connection, "user:wu", "k1", "digest", T0, act) == "answer 2"
        assert once(connection, "user:li", None, "digest", T0, act) == "answer 3"
        with pytest.raises(KeyReusedError):
            once(connection, "user:li", "k1", "another", T0, act)
        assert forget(connection, T0 + 1) == 2
        assert once(connection, "user:li", "k1", "another", T0, act) == "answer 4"
    database.close()


def _wait_for_tickets(database: ServiceDatabase, count: int) -> None:
    for _ in range(1200):
        with database.reading() as connection:
            if len(tickets.find(connection, TicketFilter(), limit=count)) >= count:
                return
        time.sleep(0.05)
    raise AssertionError("the writer did not get going")
