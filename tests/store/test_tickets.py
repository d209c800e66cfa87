"""Findings, alarms and tickets as kept: recorded once, found again, moved by people, each act with its event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from detect.nouns import Change, FindingChange, Kind, Severity
from registry.nouns import uuid7
from store import events
from store.repositories import alarms, desk, findings, tickets
from store.repositories.alarms import AlarmFilter
from store.repositories.findings import FindingFilter
from store.repositories.records import By, NoSuchObjectError, OutdatedVersionError
from store.repositories.tickets import RefusedError, TicketFilter
from store.service import Place, ServiceDatabase, open_service
from tests.tickets.desk import ENGINEER, HOUR, MIN, T0, Somewhere, closed, finding, opened, retracted
from tickets.acting import act, draft, take_over
from tickets.alarms import acknowledge
from tickets.nouns import SYSTEM, AlarmState, Priority, Refusal, Ticket, TicketKind, TicketOpened, TicketState
from tickets.policy import load
from tickets.raising import Raising
from tickets.states import Act

POLICY = load().at(T0)
RAISING = Raising(load(), Somewhere("B", ("lot-1",)), uuid7)
WANG = By(ENGINEER.principal, T0 + HOUR, "looked at it")


@pytest.fixture
def database(place: Place) -> Iterator[ServiceDatabase]:
    """A new service database."""
    opened_database = open_service(place, T0)
    yield opened_database
    opened_database.close()


def _record(
    database: ServiceDatabase, changes: list[FindingChange], now_us: int = T0 + 5 * MIN
) -> list[TicketOpened]:
    with database.writing() as connection:
        return desk.record(connection, changes, RAISING, now_us)


def _one(database: ServiceDatabase) -> Ticket:
    with database.reading() as connection:
        (ticket,) = tickets.find(connection, TicketFilter())
    return ticket


def _do(
    database: ServiceDatabase, ticket: Ticket, what: Act, version: int | None = None, reason: str = "because"
) -> Ticket:
    def decide(found: Ticket) -> Ticket | Refusal:
        return act(found, what, ENGINEER, WANG.time_us, POLICY, reason)

    with database.writing() as connection:
        return tickets.change(connection, ticket.id, version, what, decide, WANG)


def _count(database: ServiceDatabase) -> int:
    with database.reading() as connection:
        return events.last_sequence(connection)


def test_what_is_recorded_is_found_again(database: ServiceDatabase) -> None:
    """Finding, alarm and ticket come back as they were, by id, number and link."""
    one = finding()
    (raised,) = _record(database, opened(one))
    with database.reading() as connection:
        assert findings.by_ids(connection, [one.id]) == {one.id: one}
        assert findings.find(connection, FindingFilter(ticket_id=raised.ticket.id)) == [one]
        assert tickets.get(connection, raised.ticket.id) == raised.ticket
        assert tickets.by_number(connection, 1) == raised.ticket
        (alarm,) = alarms.find(connection, AlarmFilter(active=True, acked=False))
        assert (alarm.cause, alarm.ticket_id) == (one.cause, raised.ticket.id)
        assert alarms.get(connection, alarm.id) == alarm
    assert raised.ticket.lots == ("lot-1",)


def test_everything_has_its_event_in_the_same_transaction(database: ServiceDatabase) -> None:
    """Finding, alarm and ticket each tell what happened; a transaction that fails tells nothing."""
    one = finding()
    (raised,) = _record(database, opened(one))
    with pytest.raises(RuntimeError), database.writing() as connection:  # noqa: PT012
        desk.record(connection, opened(finding("cause:b")), RAISING, T0)
        raise RuntimeError
    with database.reading() as connection:
        told = [(event.principal, event.act, event.subject) for event in events.since(connection, 0)]
        assert len(tickets.find(connection, TicketFilter())) == 1
    assert told == [
        (SYSTEM, "opened", f"finding:{one.id}"),
        (SYSTEM, "raised", f"alarm:{one.cause}"),
        (SYSTEM, "opened", f"ticket:{raised.ticket.id}"),
    ]


def test_the_same_changes_again_change_nothing(database: ServiceDatabase) -> None:
    """A batch that is applied again after a crash leaves every row and the event table as they are."""
    one, two, three = finding(), finding(start_us=T0 + MIN), finding("cause:b")
    changes = [
        *opened(one, two, three),
        FindingChange(Change.EXTENDED, replace(one, samples=99)),
        closed(two, T0 + 9 * MIN),
        FindingChange(Change.MERGED, replace(three, retracted="merged"), one.id),
    ]
    _record(database, changes)
    before, count = _one(database), _count(database)
    assert _record(database, changes, T0 + HOUR) == []
    assert (_one(database), _count(database)) == (before, count)
    with database.reading() as connection:
        assert findings.links(connection, three.id) == [(Change.MERGED, one.id)]


def test_across_transactions_as_in_one(database: ServiceDatabase) -> None:
    """Findings that come one by one, with everything loaded anew each time, join, retract and reopen alike."""
    one, two = finding(severity=Severity.WARNING), finding(start_us=T0 + MIN, severity=Severity.CRITICAL)
    for change in [*opened(one, two), retracted(two)]:
        _record(database, [change])
    assert (_one(database).priority, _one(database).why.params["findings"]) == (Priority.P3, 1)
    _do(database, _one(database), Act.RESOLVE)
    (again,) = _record(database, opened(finding(start_us=WANG.time_us + 20 * MIN)), T0 + 2 * HOUR)
    assert (again.reopened, again.ticket.state, again.ticket.number) == (True, TicketState.REOPENED, 1)


def test_withdrawn_or_noted(database: ServiceDatabase) -> None:
    """Nobody had taken up the first; on the second somebody had only said a word, and that is enough."""
    one, two = finding("cause:a"), finding("cause:b")
    first, second = (ticket.ticket for ticket in _record(database, opened(one, two)))
    with database.writing() as connection:
        tickets.comment(connection, second.id, "看过了", WANG)
    _record(database, [retracted(one), retracted(two)], T0 + 2 * HOUR)
    with database.reading() as connection:
        withdrawn, kept = tickets.get(connection, first.id), tickets.get(connection, second.id)
        assert withdrawn is not None
        assert kept is not None
        assert (withdrawn.state, kept.state, kept.findings_retracted) == (
            TicketState.WITHDRAWN,
            TicketState.NEW,
            True,
        )
        said, noted = tickets.comments_of(connection, second.id)
    assert (said.body, said.note) == ("看过了", None)
    assert noted.note is not None
    assert noted.note.code == "ticket.note.retracted"


def test_a_finding_recorded_as_retracted_at_once(database: ServiceDatabase) -> None:
    """It is on record, and nobody is disturbed."""
    wrong = finding()
    assert _record(database, [*opened(wrong), retracted(wrong)]) == []
    with database.reading() as connection:
        assert findings.find(connection, FindingFilter()) == []
        assert len(findings.find(connection, FindingFilter(include_retracted=True))) == 1
        assert tickets.find(connection, TicketFilter()) == []


def test_an_act_needs_the_version_that_was_seen(database: ServiceDatabase) -> None:
    """Of two people who act on what they saw, the second is told that it has changed."""
    _record(database, opened(finding()))
    seen = _one(database)
    started = _do(database, seen, Act.START, seen.version)
    with pytest.raises(OutdatedVersionError):
        _do(database, seen, Act.CANCEL, seen.version)
    assert _one(database) == started
    assert (started.assignee, started.taken_up_by) == ("user:wang", "user:wang")


def test_a_refused_act_changes_nothing(database: ServiceDatabase) -> None:
    """The refusal is named; no row, no event."""
    _record(database, opened(finding()))
    before, count = _one(database), _count(database)
    with pytest.raises(RefusedError) as refused:
        _do(database, before, Act.CONFIRM)
    assert refused.value.refusal is Refusal.NOT_FROM_HERE
    assert (_one(database), _count(database)) == (before, count)
    with pytest.raises(NoSuchObjectError):
        _do(database, replace(before, id="none"), Act.START)


def test_reopening_beside_a_live_ticket_is_refused(database: ServiceDatabase) -> None:
    """One live ticket per cause, also by hand; and the database itself would refuse."""
    (first,) = _record(database, opened(finding()))
    _do(database, first.ticket, Act.RESOLVE)
    (second,) = _record(database, opened(finding(start_us=T0 + 9 * HOUR)))
    assert second.ticket.number == 2
    with pytest.raises(RefusedError) as refused:
        _do(database, first.ticket, Act.REOPEN)
    assert refused.value.refusal is Refusal.ANOTHER_IS_LIVE


def test_merged_tickets_are_worked_on_in_one(database: ServiceDatabase) -> None:
    """Alarms and findings of the merged ticket go over, and what comes later goes there too."""
    first, second = (
        t.ticket
        for t in _record(database, opened(finding("cause:a", severity=Severity.WARNING), finding("cause:b")))
    )

    def decide(ticket: Ticket, target: Ticket) -> Ticket | Refusal:
        return act(ticket, Act.MERGE, ENGINEER, WANG.time_us, POLICY, target=target)

    with database.writing() as connection:
        taken = tickets.merge(connection, second.id, first.id, second.version, decide, take_over, WANG)
    assert (taken.id, taken.priority) == (first.id, Priority.P2)
    assert _record(database, opened(finding("cause:b", severity=Severity.CRITICAL, start_us=T0 + MIN))) == []
    with database.reading() as connection:
        merged, target = tickets.get(connection, second.id), tickets.get(connection, first.id)
        assert merged is not None
        assert target is not None
        assert (merged.state, merged.merged_into, target.priority) == (
            TicketState.MERGED,
            first.id,
            Priority.P1,
        )
        assert len(findings.find(connection, FindingFilter(ticket_id=first.id))) == 3
        assert len(alarms.find(connection, AlarmFilter(ticket_id=first.id))) == 2


def test_the_history_of_a_ticket(database: ServiceDatabase) -> None:
    """Who did what, when, why, with what was before and after."""
    _record(database, opened(finding()))
    ticket = _do(database, _one(database), Act.START)
    with database.reading() as connection:
        opening, starting = tickets.history(connection, ticket.id)
    assert (opening.act, opening.principal) == ("opened", SYSTEM)
    assert (starting.act, starting.principal, starting.reason) == ("start", "user:wang", "looked at it")
    assert starting.old == {"state": "new", "assignee": None}
    assert starting.new == {"state": "in_progress", "assignee": "user:wang"}


def test_a_ticket_by_hand_gets_the_next_number(database: ServiceDatabase) -> None:
    """People and alarms share one row of numbers."""
    _record(database, opened(finding()))
    by_hand = draft(
        uuid7(T0), TicketKind.CUSTOMER, "门坏了", "关不上", "zone:z1", Priority.P3, ENGINEER, T0, POLICY, "z1"
    )
    with database.writing() as connection:
        kept = tickets.open_by_hand(connection, by_hand, WANG)
        assert tickets.get(connection, kept.id) == kept
    assert kept.name == "KW-000002"
    (third,) = _record(database, opened(finding("cause:c")))
    assert third.ticket.number == 3


def test_an_alarm_is_acknowledged_once(database: ServiceDatabase) -> None:
    """The first acknowledgement is told, a second one changes nothing; an old version is refused."""
    _record(database, opened(finding()))
    with database.writing() as connection:
        (alarm,) = alarms.find(connection, AlarmFilter())
        acked = alarms.acknowledge(
            connection, alarm.id, alarm.version, partial(acknowledge, principal="user:li"), WANG
        )
        count = events.last_sequence(connection)
        assert (
            alarms.acknowledge(connection, alarm.id, None, partial(acknowledge, principal="user:wu"), WANG)
            == acked
        )
        assert events.last_sequence(connection) == count
        with pytest.raises(OutdatedVersionError):
            alarms.acknowledge(
                connection, alarm.id, alarm.version, partial(acknowledge, principal="user:wu"), WANG
            )
        with pytest.raises(NoSuchObjectError):
            alarms.acknowledge(connection, "none", None, partial(acknowledge, principal="user:wu"), WANG)
    assert (acked.state, acked.acked_by) == (AlarmState.ACTIVE_ACKED, "user:li")


def test_tickets_are_listed_by_filter_and_page(database: ServiceDatabase) -> None:
    """Every filter filters, pages join without gap or repetition while tickets are added."""
    for i in range(7):
        kind = Kind.SENTINEL if i % 2 else Kind.TOO_HIGH
        _record(database, opened(finding(f"cause:{i}", kind, zone=f"z{i % 3}")), T0 + i * MIN)
    _do(database, _find(database, TicketFilter(cause="cause:3"))[0], Act.START)
    expected = [
        (TicketFilter(states=[TicketState.IN_PROGRESS]), [4]),
        (TicketFilter(kinds=[TicketKind.SENSOR]), [6, 4, 2]),
        (TicketFilter(priorities=[Priority.P2]), [7, 5, 3, 1]),
        (TicketFilter(zones=["z0"]), [7, 4, 1]),
        (TicketFilter(sites=["elsewhere"]), []),
        (TicketFilter(since_us=T0 + 5 * MIN), [7, 6]),
        (TicketFilter(kinds=[TicketKind.GOODS], zones=["z1", "z2"]), [5, 3]),
    ]
    for which, numbers in expected:
        assert [ticket.number for ticket in _find(database, which)] == numbers, which
    first = _find(database, TicketFilter(), limit=3)
    _record(database, opened(finding("cause:8")))
    second = _find(database, TicketFilter(), first[-1].number, 3)
    third = _find(database, TicketFilter(), second[-1].number, 3)
    assert [ticket.number for ticket in (*first, *second, *third)] == [7, 6, 5, 4, 3, 2, 1]


def _find(
    database: ServiceDatabase, which: TicketFilter, after: int | None = None, limit: int = 100
) -> list[Ticket]:
    with database.reading() as connection:
        return tickets.find(connection, which, after, limit)
