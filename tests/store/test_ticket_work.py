"""Deeds as kept: ticket, sheet, survey and event in one transaction; whatever anybody tries, the table is obeyed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from registry.nouns import Role, uuid7
from store import events
from store.repositories import desk, ticket_work, tickets
from store.repositories.records import By, NoSuchObjectError, OutdatedVersionError
from store.repositories.ticket_filter import TicketOrder, counts, in_order, position
from store.repositories.tickets import RefusedError, TicketFilter
from store.service import Place, ServiceDatabase, open_service
from tests.tickets.desk import HOUR, MIN, T0, Somewhere, finding, opened
from tickets.acting import draft
from tickets.answers import back_to_work
from tickets.deeds import Correction, Deed, Sheet
from tickets.nouns import (
    Category,
    Hold,
    Line,
    Priority,
    Refusal,
    Ticket,
    TicketKind,
    TicketState,
)
from tickets.policy import load
from tickets.raising import Raising
from tickets.stages import path_of
from tickets.states import TABLE, Act, Actor
from tickets.working import perform, verb

POLICY = load().at(T0)
RAISING = Raising(load(), Somewhere("B", ("lot-1",)), uuid7)
WANG = Actor("person:wang", Role.ENGINEER)
CLIENT = Actor("link:1", Role.CUSTOMER, "c1")


@pytest.fixture
def database(place: Place) -> Iterator[ServiceDatabase]:
    """A new service database, of each engine in turn."""
    opened_database = open_service(place, T0)
    yield opened_database
    opened_database.close()


def new(database: ServiceDatabase, kind: TicketKind = TicketKind.CUSTOMER, **more: Any) -> Ticket:
    """A ticket opened by hand."""
    made = draft(uuid7(T0), kind, "wet", "", "customer:c1", Priority.P3, WANG, T0, POLICY, customer="c1")
    with database.writing() as connection:
        return tickets.open_by_hand(connection, replace(made, **more), By(WANG.principal, T0))


def do(
    database: ServiceDatabase,
    ticket: Ticket,
    deed: Deed,
    actor: Actor = WANG,
    now_us: int = T0 + HOUR,
    version: int | None = None,
) -> Ticket:
    """A deed, as any way in does it."""
    decide = partial(perform, actor=actor, now_us=now_us, policy=POLICY)
    with database.writing() as connection:
        return ticket_work.perform(
            connection, ticket.id, deed, version, decide, By(actor.principal, now_us, deed.reason)
        )


def test_what_is_written_is_read_again(database: ServiceDatabase) -> None:
    """Sheet and survey come back as they were; a ticket without either has empty ones."""
    ticket = new(database)
    with database.reading() as connection:
        assert ticket_work.sheet_of(connection, ticket.id) == Sheet()
        assert ticket_work.survey_of(connection, ticket.id) is None
    do(database, ticket, Deed(Act.PLAN, plan="dry", steps=("a", "b")))
    do(database, ticket, Deed(Act.RESOLVE, resolution="fixed", found="rain", done="dried"))
    do(database, ticket, Deed(Act.CONFIRM), CLIENT)
    do(database, ticket, Deed(Act.SURVEY, score=3, text="好"), CLIENT)
    with database.reading() as connection:
        sheet, survey = (
            ticket_work.sheet_of(connection, ticket.id),
            ticket_work.survey_of(connection, ticket.id),
        )
    assert sheet == Sheet(plan="dry", steps=("a", "b"), resolution="fixed", found="rain", done="dried")
    assert survey is not None
    assert (survey.score, survey.text, survey.customer) == (3, "好", "c1")
    do(database, ticket, Deed(Act.REOPEN, "again"), CLIENT)
    do(database, ticket, Deed(Act.RESOLVE))
    do(database, ticket, Deed(Act.CONFIRM), CLIENT)
    do(database, ticket, Deed(Act.SURVEY, score=5), CLIENT)
    with database.reading() as connection:
        again = ticket_work.survey_of(connection, ticket.id)
    assert again is not None
    assert again.score == 5


def test_what_is_refused_leaves_no_trace(database: ServiceDatabase) -> None:
    """A refusal, another version, an unknown ticket: no row and no event changes."""
    ticket = new(database)
    with database.reading() as connection:
        before = events.last_sequence(connection)
    with pytest.raises(RefusedError) as refused:
        do(database, ticket, Deed(Act.SURVEY, score=3), CLIENT)
    assert refused.value.refusal is Refusal.NOT_FROM_HERE
    with pytest.raises(OutdatedVersionError):
        do(database, ticket, Deed(Act.START), version=7)
    with pytest.raises(NoSuchObjectError):
        do(database, ticket, Deed(Act.MERGE, into="nowhere"))
    with database.reading() as connection:
        assert tickets.get(connection, ticket.id) == ticket
        assert events.last_sequence(connection) == before


def test_a_customers_answer_ends_the_hold_in_the_same_transaction(database: ServiceDatabase) -> None:
    """The comment, what it does to the ticket, and both events."""
    ticket = do(database, new(database), Deed(Act.HOLD, "which?", hold=Hold.CUSTOMER))
    by = By(CLIENT.principal, T0 + 2 * HOUR)
    with database.writing() as connection:
        said = tickets.comment(
            connection, ticket.id, "this one", by, public=True, role="customer", customer="c1",
            answered=back_to_work(by.time_us),
        )  # fmt: skip
    with database.reading() as connection:
        after = tickets.get(connection, ticket.id)
        (kept,) = tickets.comments_of(connection, ticket.id)
        told = [(event.principal, event.act) for event in tickets.history(connection, ticket.id)]
    assert after is not None
    assert (after.state, after.hold, kept) == (TicketState.REPORTED, None, said)
    assert told[-2:] == [("link:1", "commented"), ("system", "resume")]


def test_two_reopen_the_same_cause_at_once(database: ServiceDatabase) -> None:
    """Two done tickets of one cause, reopened by twelve threads: one becomes live, the others are told so."""
    one = new(database, TicketKind.GOODS, cause="cause:a", state=TicketState.CLOSED, ended_us=T0)
    two = new(database, TicketKind.GOODS, cause="cause:a", state=TicketState.CLOSED, ended_us=T0)
    barrier, outcomes = Barrier(12), []

    def reopen(ticket: Ticket) -> None:
        barrier.wait()
        try:
            outcomes.append(do(database, ticket, Deed(Act.REOPEN, "again")).id)
        except RefusedError as error:
            outcomes.append(error.refusal)

    threads = [Thread(target=reopen, args=(ticket,)) for ticket in (one, two) * 6]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([found for found in outcomes if not isinstance(found, Refusal)]) == 1
    assert {found for found in outcomes if isinstance(found, Refusal)} <= {
        Refusal.ANOTHER_IS_LIVE,
        Refusal.NOT_FROM_HERE,
    }
    with database.reading() as connection:
        assert len(tickets.find(connection, TicketFilter(live=True))) == 1


def test_orders_have_no_two_in_one_place(database: ServiceDatabase) -> None:
    """In every order each ticket has a place of its own, and reading on from it neither repeats nor skips."""
    for number in range(7):
        new(
            database,
            priority=Priority(1 + number % 3),
            deadline_us=T0 + number % 2,
            act_by_us=T0 if number % 3 else None,
        )
    for order in TicketOrder:
        with database.reading() as connection:
            whole = in_order(connection, TicketFilter(), order, None, 100)
            places = [position(ticket, order) for ticket in whole]
            assert places == sorted(set(places))
            found, after = [], None
            while page := in_order(connection, TicketFilter(), order, after, 2):
                found += page
                after = position(page[-1], order)
        assert [ticket.number for ticket in found] == [ticket.number for ticket in whole]


def test_counts(database: ServiceDatabase) -> None:
    """Overdue, too late, unassigned and unconfirmed are counted among what the filter asks for."""
    late = new(database, act_by_us=T0 - 1, deadline_us=T0 - 1)
    new(database, TicketKind.SENSOR, assignee="person:wang", deadline_us=T0 + HOUR)
    silent = do(database, new(database), Deed(Act.RESOLVE))
    do(database, silent, Deed(Act.CLOSE_UNANSWERED, "silent"), Actor("person:boss", Role.SUPERVISOR))
    with database.reading() as connection:
        found = counts(connection, TicketFilter(), T0)
        assert (found.overdue, found.act_by_past, found.unassigned, found.unconfirmed) == (1, 1, 1, 1)
        assert sum(n for *_, n in found.rows) == 3
        assert counts(connection, TicketFilter(kinds=[TicketKind.SENSOR]), T0).unconfirmed == 0
        (unconfirmed,) = tickets.find(connection, TicketFilter(unconfirmed=True))
        assert unconfirmed.id == silent.id
        (overdue,) = tickets.find(connection, TicketFilter(overdue_at_us=T0))
        assert overdue.id == late.id


class Life(RuleBasedStateMachine):
    """Tickets raised and opened, and anybody trying anything on them, in a real database."""

    ids = Bundle("ids")

    @initialize()
    def begin(self) -> None:
        """An empty desk."""
        self.folder = tempfile.TemporaryDirectory()
        self.database = open_service(Path(self.folder.name) / "service.sqlite", T0)
        self.now_us = T0

    def teardown(self) -> None:
        """Put everything away."""
        self.database.close()
        self.folder.cleanup()

    @rule(target=ids, cause=st.sampled_from(["cause:a", "cause:b"]), days=st.integers(0, 3))
    def raise_one(self, cause: str, days: int) -> Any:
        """A finding, maybe long after the last: it joins, reopens or opens."""
        self.now_us += days * 24 * HOUR + MIN
        one = finding(cause, start_us=self.now_us, end_us=self.now_us + MIN)
        with self.database.writing() as connection:
            found = desk.record(connection, opened(one), RAISING, self.now_us)
        return multiple(*(one.ticket.id for one in found))

    @rule(target=ids, kind=st.sampled_from(list(TicketKind)), category=st.sampled_from(list(Category)))
    def open_one(self, kind: TicketKind, category: Category) -> str:
        """Somebody opens one."""
        return new(self.database, kind, category=category).id

    @rule(
        id=ids,
        other=st.none() | ids,
        act=st.sampled_from(list(Act)),
        role=st.sampled_from([
            Role.ENGINEER,
            Role.ENGINEER,
            Role.SUPERVISOR,
            Role.CUSTOMER,
            Role.SYSTEM,
            Role.VIEWER,
        ]),
        reason=st.sampled_from(["", "because", "because"]),
        hold=st.sampled_from(list(Hold)),
        score=st.sampled_from([None, 1, 5]),
        line=st.sampled_from([None, *Line]),
        right=st.builds(
            Correction, st.sampled_from([None, *Category]), st.none(), st.sampled_from([None, *Priority])
        ),
    )
    def try_something(
        self, id: str, other: str | None, act: Act, role: Role, reason: str, hold: Hold, score: int | None,
        line: Line | None, right: Correction,
    ) -> None:  # fmt: skip
        """It is done as the table says, with its version, its reason and its event; or refused without a trace."""
        self.now_us += MIN
        deed = Deed(
            act, reason, hold, proof="notice 7", line=line, tried="reset", score=score, due_us=self.now_us + HOUR,
            correction=right, into=other,
        )  # fmt: skip
        with self.database.reading() as connection:
            before, last = tickets.get(connection, id), events.last_sequence(connection)
        assert before is not None
        try:
            do(self.database, before, deed, Actor("person:x", role), self.now_us)
        except RefusedError:
            with self.database.reading() as connection:
                assert tickets.get(connection, id) == before
                assert events.last_sequence(connection) == last
            return
        self._check(before, deed, role, last)

    def _check(self, before: Ticket, deed: Deed, role: Role, last: int) -> None:
        """One line of the table allowed it; one version on; the event has the reason and the state."""
        with self.database.reading() as connection:
            after = tickets.get(connection, before.id)
            (event,) = [
                event
                for event in tickets.history(connection, before.id)
                if event.sequence > last and event.act == verb(deed.act)
            ]
        assert after is not None
        (line,) = [
            way
            for way in TABLE
            if way.act is deed.act
            and before.state in way.sources
            and path_of(before) in way.paths
            and role in way.roles
        ]
        assert after.version == before.version + 1
        wanted = line.target or (before.held_from if deed.act is Act.RESUME else None) or before.state
        assert after.state is wanted
        assert event.reason == deed.reason
        assert deed.reason or not line.reason
        told = event.new if isinstance(event.new, dict) else {}
        assert told.get("state", str(before.state)) == str(after.state)

    @invariant()
    def it_holds_together(self) -> None:
        """At most one live ticket per cause; holds are of the pending; parts have one level; ends have their time."""
        if not hasattr(self, "database"):
            return
        with self.database.reading() as connection:
            known = {ticket.id: ticket for ticket in tickets.find(connection, TicketFilter())}
        live = [ticket.cause for ticket in known.values() if ticket.live and ticket.cause]
        assert len(live) == len(set(live))
        for ticket in known.values():
            assert (ticket.hold is not None) == (ticket.state is TicketState.PENDING)
            assert (ticket.ended_us is None) == ticket.live
            assert (ticket.merged_into is not None) == (ticket.state is TicketState.MERGED)
            if ticket.parent_id is not None:
                assert ticket.parent_id != ticket.id
                assert known[ticket.parent_id].parent_id is None


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
