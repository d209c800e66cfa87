"""Verdicts: what engineers say of tickets, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from detect.nouns import Finding
from tickets.nouns import Ticket, TicketKind, TicketState

DONE = frozenset({
    TicketState.RESOLVED, TicketState.CONFIRMED, TicketState.SURVEYED, TicketState.IMPROVEMENT, TicketState.CLOSED,
})  # fmt: skip


class Said(StrEnum):
    """What engineers say of a ticket."""

    TRUE = "true"
    """There was trouble, and it was right to call."""
    FALSE = "false"
    """There was none: nobody need have been called."""
    DUPLICATE = "duplicate"
    """There was, and another ticket said so."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said last of one ticket."""

    ticket_id: str
    verdict: Said
    reason: str
    began_us: int | None
    """When the trouble really began, by whoever was there."""
    principal: str
    time_us: int


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of a ticket, for one of its findings."""

    said: Said
    ticket: int
    """Its number."""
    finding: Finding
    began_us: int | None = None


def asks(ticket: Ticket, verdict: Verdict | None) -> bool:
    """Whether a ticket wants a verdict: it is done, detection raised it, and nobody said whether that was right."""
    return (
        verdict is None
        and ticket.state in DONE
        and ticket.cause is not None
        and ticket.kind is not TicketKind.CUSTOMER
    )
