"""The log of a ticket: what happened to it, in the order in which it happened, also where that was written down later.

An event may say when it really happened (`new.at_us`): the customer was answered at nine, and it was entered at noon.
The log is then read as if it had been entered at nine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from detect.nouns import Json
from tickets.happened import Happened
from tickets.nouns import SYSTEM, TicketState

S = TicketState
PATH = (
    S.NEW, S.REPORTED, S.REOPENED, S.ASSESSED, S.PLANNED, S.IN_PROGRESS, S.RESOLVED, S.CONFIRMED, S.SURVEYED,
    S.IMPROVEMENT, S.CLOSED,
)  # fmt: skip
"""The states in the order in which a ticket reaches them."""
NOT_STAFF = ("link:", "contact:", "customer:")
"""How the names of principals begin who ask rather than answer."""
ANSWERS = frozenset({"responded", "updated", "promised_anew"})
"""Acts that answer the customer, whoever does them."""
ANSWERED_STATES = frozenset({S.ASSESSED, S.PLANNED, S.IN_PROGRESS, S.RESOLVED})
"""States into which only somebody who has dealt with the matter brings a ticket. Accepting changes no state: it answers nobody."""


class Entry(NamedTuple):
    """One thing that happened."""

    at_us: int
    """When it happened."""
    told_us: int
    """When it was written down."""
    principal: str
    act: str
    reason: str
    old: Mapping[str, Json]
    new: Mapping[str, Json]

    @property
    def state(self) -> TicketState | None:
        """The state into which it brought the ticket; None if it stayed."""
        found = self.new.get("state")
        return TicketState(str(found)) if found is not None else None


@dataclass(frozen=True, slots=True)
class Log:
    """What happened to a ticket, in order."""

    entries: tuple[Entry, ...] = ()
    steps: frozenset[str] = frozenset()
    """The names of what the system has done already: warnings, calls, proposals."""

    def until(self, now_us: int) -> tuple[Entry, ...]:
        """What had happened by then."""
        return tuple(entry for entry in self.entries if entry.at_us <= now_us)


def read(events: Iterable[Happened]) -> Log:
    """The log that some events tell; they come in the order in which they were written down."""
    entries = [_entry(event) for event in events]
    opened_us = entries[0].at_us if entries else 0
    in_order = sorted(
        (entry._replace(at_us=max(entry.at_us, opened_us)) for entry in entries),
        key=lambda entry: entry.at_us,
    )
    steps = frozenset(str(entry.new["step"]) for entry in entries if entry.new.get("step") is not None)
    return Log(tuple(in_order), steps)


def answers(entry: Entry, asked_by: str) -> bool:
    """Whether an act counts as an answer to the customer: of staff, and more than taking the ticket.

    Args:
        asked_by: the principal who opened the ticket.
    """
    if entry.principal == SYSTEM or not _staff(entry, asked_by):
        return False
    return entry.act in ANSWERS or entry.state in ANSWERED_STATES or _public(entry)


def updates(entry: Entry, asked_by: str) -> bool:
    """Whether the customer was told how things stand."""
    told = entry.act in ANSWERS or _public(entry)
    return told and entry.principal != SYSTEM and _staff(entry, asked_by)


def _public(entry: Entry) -> bool:
    return entry.act == "commented" and entry.new.get("public") is True


def _staff(entry: Entry, asked_by: str) -> bool:
    """Keys act for machines and customers: a key that opened the ticket is the customer's, a person is staff."""
    if entry.principal.startswith(NOT_STAFF) or entry.new.get("role") == "customer":
        return False
    return entry.principal.startswith("person:") or entry.principal != asked_by


def _entry(event: Happened) -> Entry:
    old = event.old if isinstance(event.old, Mapping) else {}
    new = event.new if isinstance(event.new, Mapping) else {}
    happened = new.get("at_us")
    at_us = min(happened, event.time_us) if isinstance(happened, int) else event.time_us
    return Entry(at_us, event.time_us, event.principal, event.act, event.reason, old, new)
