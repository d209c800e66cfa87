"""What the clerk is handed about a ticket, and what it makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tickets import happened
from tickets.deeds import Deed
from tickets.notices import Notice
from tickets.nouns import Alarm, Ticket, TicketEvent


class Happened(happened.Happened, Protocol):
    """An event with its number and what it is about, as the event table has it."""

    @property
    def sequence(self) -> int: ...
    @property
    def subject(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket with all that happened to it."""

    ticket: Ticket
    log: Sequence[Happened]
    """Its events, in order."""
    alarms: Sequence[Alarm] = ()
    """Those on which it works."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Comment id → what was said, of what is fresh."""
    seen: int = 0
    """The last event that the clerk has dealt with: nobody is told again of what lies before."""

    @property
    def fresh(self) -> Sequence[Happened]:
        """What happened since."""
        return [event for event in self.log if event.sequence > self.seen]


@dataclass(frozen=True, slots=True)
class Other:
    """An event of something that is no ticket, with the ticket that works on it."""

    event: Happened
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a ticket that the clerk has looked at; to be persisted in one commit."""

    before: Ticket
    ticket: Ticket
    """`before` itself if nothing about it changed."""
    events: Sequence[TicketEvent] = field(default=())
    notices: Sequence[Notice] = field(default=())
    deeds: Sequence[Deed] = field(default=())
    """What is then to be done to it as the system, by the table of states."""
    wake_us: int | None = None
    """When it is to be looked at again though nothing happens; None: only when something does."""
    settled: bool = False
    """Work is done: what waits to be told of it is not told any more, but for these notices."""
