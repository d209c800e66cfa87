"""The clerk on a real database when people go: what they had goes on, their calls end, and a log-in is no news."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store import events
from store.repositories import clerk
from store.repositories.records import By, record
from store.repositories.users import UserRepository
from store.service import Place
from tests.store.test_clerk import Office
from tests.tickets.desk import HOUR, MIN, T0
from tests.tickets.staff import away
from tickets.clerk.attending import calls_for_look


@pytest.fixture
def office(place: Place) -> Iterator[Office]:
    """A desk with people, of each engine in turn."""
    made = Office(place)
    yield made
    made.database.close()


def test_who_falls_ill_or_may_not_come_in_keeps_nothing_unaccepted(office: Office) -> None:
    """An absence is entered, then the next one's account is disabled: at the next look the ticket is elsewhere, and calls end."""
    ticket = office.report()
    office.work()
    office.put(away("near", T0 - HOUR, T0 + 9 * HOUR))
    office.work(office.now_us + MIN)
    had = office.ticket(ticket.id).assignee
    assert had not in {None, "person:near"}
    assert office.acts(ticket)[-2:] == ["relieved", "assigned"]
    assert office.told("passed_on") == [(had, "passed_on")]
    assert office.answers() == {("person:near", f"ticket:{ticket.id}")}
    key = str(had).removeprefix("person:")
    with office.database.writing() as connection:
        UserRepository(connection).make(key, By("key:admin", office.now_us))
    office.work(office.now_us + MIN)
    assert office.ticket(ticket.id).assignee == had
    with office.database.writing() as connection:
        UserRepository(connection).disable(key, By("key:admin", office.now_us))
    office.work(office.now_us + MIN)
    assert office.ticket(ticket.id).assignee not in {None, "person:near", had}
    assert (had, f"ticket:{ticket.id}") in office.answers()
    last = office.ticket(ticket.id).assignee
    with office.database.writing() as connection:
        UserRepository(connection).enable(key, By("key:admin", office.now_us))
    office.work(office.now_us + MIN)
    assert office.ticket(ticket.id).assignee == last
    assert (last, f"ticket:{ticket.id}") not in office.answers()


def test_a_log_in_is_no_change_of_people(office: Office) -> None:
    """People come and go all day: no ticket is looked at for that."""
    office.report()
    office.work()
    with office.database.writing() as connection:
        before = events.last_sequence(connection)
        record(connection, By("person:near", T0), "logged_in", "user:near", None, None)
        record(connection, By("key:admin", T0), "disabled", "user:near", None, None)
        first, both = (clerk.touched(connection, before, limit, calls_for_look).kinds for limit in (1, 2))
    assert (first, both) == (frozenset(), frozenset({"user"}))
