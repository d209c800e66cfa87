"""Waiting for the customer: two reminders, seven days, never twice, never too early; and who is not waited for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.desk import HOUR, T0, any_ticket
from tickets.answers import CLOSES_US, REMINDERS_US, Ask, Step, back_to_work, due_steps, pending_answers
from tickets.nouns import Category, Hold, Ticket, TicketKind
from tickets.nouns import TicketState as S
from tickets.states import Act

DAY = 24 * HOUR


@dataclass
class Event:
    """An event as the table keeps it."""

    time_us: int
    act: str
    new: dict[str, Any] = field(default_factory=dict)


RESOLVED = any_ticket(TicketKind.CUSTOMER, S.RESOLVED)
DONE = [Event(T0 - HOUR, "opened", {"state": "reported"}), Event(T0, "resolve", {"state": "resolved"})]


def lived(ticket: Ticket, log: list[Event], until_us: int, every_us: int) -> list[tuple[int, Step]]:
    """What a clerk does that looks every so often, with what it does in the log."""
    log, done = [*log], []
    for now_us in range(T0, until_us + 1, every_us):
        for step in due_steps(ticket, log, now_us):  # type: ignore[arg-type]
            done.append((now_us - T0, step))
            if step.ask is Ask.CLOSE:
                return done
            log.append(Event(now_us, "reminded", {"step": step.step}))
    return done


def test_two_reminders_and_seven_days() -> None:
    """After 48 h, after 5 days, and after 7 days it is closed without an answer."""
    done = lived(RESOLVED, DONE, T0 + 10 * DAY, HOUR)
    assert [(at_us // HOUR, step.ask, step.act) for at_us, step in done] == [
        (48, Ask.REMIND, None), (120, Ask.REMIND, None), (168, Ask.CLOSE, Act.CLOSE_UNANSWERED)
    ]  # fmt: skip
    assert len({step.step for _, step in done}) == 3


@given(st.integers(1, 20 * 24))
def test_however_seldom_anybody_looks(every_h: int) -> None:
    """Whatever the standstill: two reminders before the closing, in order, a day apart, nothing twice, nothing early."""
    done = lived(RESOLVED, DONE, T0 + 90 * DAY, every_h * HOUR)
    assert [step.ask for _, step in done] == [Ask.REMIND, Ask.REMIND, Ask.CLOSE]
    times = [at_us for at_us, _ in done]
    assert all(at_us >= due_us for at_us, due_us in zip(times, (*REMINDERS_US, CLOSES_US), strict=True))
    assert all(later - before >= DAY for before, later in pairwise(times))


def test_what_was_done_is_not_done_again() -> None:
    """The same question with the same log has the same answer; with the reminder in the log it is not asked again."""
    now_us = T0 + 50 * HOUR
    (step,) = due_steps(RESOLVED, DONE, now_us)  # type: ignore[arg-type]
    assert due_steps(RESOLVED, DONE, now_us) == [step]  # type: ignore[arg-type]
    log = [*DONE, Event(now_us, "reminded", {"step": step.step})]
    assert due_steps(RESOLVED, log, now_us) == []  # type: ignore[arg-type]


def test_a_second_resolution_begins_anew() -> None:
    """Reopened and resolved again: the reminders of the first time do not count."""
    log = [
        *DONE, Event(T0 + 2 * DAY, "reminded", {"step": f"answer:{T0}:1"}), Event(T0 + 3 * DAY, "reopen", {"state": "reopened"}),
        Event(T0 + 4 * DAY, "resolve", {"state": "resolved"}),
    ]  # fmt: skip
    found = pending_answers(RESOLVED, log)  # type: ignore[arg-type]
    assert [(step.at_us - T0) // DAY for step in found] == [6, 9, 11]


def test_who_is_not_waited_for() -> None:
    """Live, closed and cancelled tickets have nothing pending; short ones close after a day, feedback too."""
    for state in set(S) - {S.RESOLVED, S.CONFIRMED, S.SURVEYED}:
        log = [*DONE, Event(T0 + 1, "x", {"state": str(state)})]
        assert pending_answers(replace(RESOLVED, state=state), log) == []  # type: ignore[arg-type]
    for ticket in (any_ticket(TicketKind.SENSOR, S.RESOLVED), replace(RESOLVED, category=Category.FEEDBACK)):
        (step,) = pending_answers(ticket, DONE)  # type: ignore[arg-type]
        assert (step.ask, step.act, step.at_us) == (Ask.CLOSE, Act.CLOSE, T0 + DAY)


def test_confirmed_and_not_rated() -> None:
    """Nobody is chased for a rating: after seven days it is closed, as confirmed."""
    log = [*DONE, Event(T0 + DAY, "confirm", {"state": "confirmed"})]
    (step,) = pending_answers(replace(RESOLVED, state=S.CONFIRMED), log)  # type: ignore[arg-type]
    assert (step.ask, step.act, step.at_us) == (Ask.CLOSE, Act.CLOSE_UNANSWERED, T0 + 8 * DAY)


def test_the_content_are_left_alone() -> None:
    """4 and 5 close by themselves; 3 waits for a person, 1 and 2 ask for an improvement."""
    rated = replace(RESOLVED, state=S.SURVEYED)
    for score in range(1, 6):
        log = [*DONE, Event(T0 + DAY, "surveyed", {"state": "surveyed", "score": score})]
        acts = [step.act for step in due_steps(rated, log, T0 + DAY)]  # type: ignore[arg-type]
        assert acts == ([Act.CLOSE_WITHOUT_IMPROVEMENT] if score >= 4 else [])


def test_the_customers_word_ends_a_hold_for_the_customer() -> None:
    """Only a hold for the customer; waiting for a part goes on."""
    pending = replace(any_ticket(state=S.PENDING), held_from=S.PLANNED, hold=Hold.CUSTOMER)
    back = back_to_work(T0)(pending)
    assert isinstance(back, Ticket)
    assert (back.state, back.hold, back.reason) == (S.PLANNED, None, "ticket.way.answered")
    for hold in set(Hold) - {Hold.CUSTOMER}:
        assert back_to_work(T0)(replace(pending, hold=hold)) is None
    assert back_to_work(T0)(any_ticket()) is None
