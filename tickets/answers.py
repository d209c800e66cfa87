"""Waiting for the customer: which reminder or closing is due for a ticket whose work is done, computed from its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from detect.nouns import Json
from ingest.nouns import US_PER_HOUR
from tickets.deeds import CONTENT
from tickets.happened import Happened
from tickets.nouns import Hold, Refusal, Ticket
from tickets.nouns import TicketState as S
from tickets.stages import Path, path_of
from tickets.states import MACHINERY, Act, move

REMINDERS_US = (48 * US_PER_HOUR, 120 * US_PER_HOUR)
"""After which times a customer who has not confirmed is reminded: two days, five days."""
CLOSES_US = 168 * US_PER_HOUR
"""After which time the desk goes on without an answer: seven days."""
APART_US = 24 * US_PER_HOUR
"""The least time between two reminders, and between the last and the closing."""
SHORT_CLOSES_US = 24 * US_PER_HOUR
"""After which time resolved work that concerns no customer is closed."""


class Ask(StrEnum):
    """What is to be done about a ticket that waits."""

    REMIND = "remind"
    """Ask the customer again; an event `reminded` with `new.step` says that it was done."""
    CLOSE = "close"
    """Do `act` as the system, with `reason`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is due, or will be."""

    step: str
    """Its name, unique on this ticket: `answer:<when it was resolved>:1`."""
    ask: Ask
    at_us: int
    act: Act | None = None
    """For closing: by which act."""
    reason: str = ""
    """For closing: the message code of why."""


def due_steps(ticket: Ticket, events: Sequence[Happened], now_us: int) -> list[Step]:
    """What is due by `now_us` and was not done: one reminder, or the closing, or nothing.

    Two reminders precede every closing: after a standstill of the service those that were missed are sent first, a
    day apart, and the closing follows a day after the last of them.
    """
    return [step for step in pending_answers(ticket, events) if step.at_us <= now_us][:1]


def pending_answers(ticket: Ticket, events: Sequence[Happened]) -> list[Step]:
    """What is still to come for a ticket in its present state, in order of time; nothing if nobody is waited for."""
    since_us = _since_us(ticket, events)
    if since_us is None:
        return []
    path = path_of(ticket)
    if ticket.state is S.RESOLVED and path is Path.LONG:
        return _reminded(events, since_us)
    if ticket.state is S.RESOLVED:
        return [_close(Act.CLOSE, since_us, since_us + SHORT_CLOSES_US, "ticket.closing.settled")]
    if ticket.state is S.CONFIRMED:
        return [_close(Act.CLOSE_UNANSWERED, since_us, since_us + CLOSES_US, "ticket.closing.unrated")]
    if ticket.state is S.SURVEYED and _score(events) >= CONTENT:
        return [_close(Act.CLOSE_WITHOUT_IMPROVEMENT, since_us, since_us, "ticket.closing.content")]
    return []


def back_to_work(now_us: int) -> Callable[[Ticket], Ticket | Refusal | None]:
    """What the customer's word makes of a ticket that waits for it (for `store.repositories.tickets.comment`); None: nothing."""

    def decide(ticket: Ticket) -> Ticket | Refusal | None:
        if ticket.state is not S.PENDING or ticket.hold is not Hold.CUSTOMER:
            return None
        return move(ticket, Act.RESUME, MACHINERY, now_us, "ticket.way.answered")

    return decide


def _reminded(events: Sequence[Happened], since_us: int) -> list[Step]:
    """The reminders that were not sent and the closing: never before seven days, each at least a day after the one before."""
    news = [(event.time_us, _new(event)) for event in events if event.act == "reminded"]
    sent = {str(new.get("step")): time_us for time_us, new in news}
    steps, last_us = [], since_us
    for number, after_us in enumerate(REMINDERS_US, 1):
        name, at_us = f"answer:{since_us}:{number}", max(since_us + after_us, last_us + APART_US)
        if name not in sent:
            steps.append(Step(name, Ask.REMIND, at_us))
        last_us = sent.get(name, at_us)
    closes_us = max(since_us + CLOSES_US, last_us + APART_US)
    return [*steps, _close(Act.CLOSE_UNANSWERED, since_us, closes_us, "ticket.closing.unanswered")]


def _close(act: Act, since_us: int, at_us: int, reason: str) -> Step:
    return Step(f"answer:{since_us}:close", Ask.CLOSE, at_us, act, reason)


def _since_us(ticket: Ticket, events: Sequence[Happened]) -> int | None:
    """When the ticket came into its present state."""
    times = [event.time_us for event in events if _new(event).get("state") == ticket.state]
    return times[-1] if times else None


def _score(events: Sequence[Happened]) -> int:
    scores = [_new(event).get("score") for event in events if event.act == "surveyed"]
    last = scores[-1] if scores else None
    return last if isinstance(last, int) else 0


def _new(event: Happened) -> Mapping[str, Json]:
    return event.new if isinstance(event.new, dict) else {}
