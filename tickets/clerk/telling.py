"""Who is told of what people, and the system, did to a ticket: one line per change that somebody else must know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from detect.nouns import Json
from tickets.clerk.nouns import Happened
from tickets.clerk.sheet import Sheet, field_of, working
from tickets.clerk.world import World
from tickets.nouns import SYSTEM, Hold, Ticket, TicketState
from tickets.notices import Urgency


class Line(NamedTuple):
    """What is told to whom when something happened."""

    happened: Callable[[Happened], bool]
    code: str
    to: Callable[[Ticket], str | None]
    urgency: Urgency


def _became(state: TicketState) -> Callable[[Happened], bool]:
    return lambda event: field_of(event, "state") == state


def _customer(ticket: Ticket) -> str | None:
    """The customer, of a ticket that is the customer's to follow."""
    return f"customer:{ticket.customer}" if ticket.customer and ticket.reported else None


def _waits_for_customer(event: Happened) -> bool:
    return field_of(event, "hold") == Hold.CUSTOMER


def _more_urgent(event: Happened) -> bool:
    old = event.old.get("priority") if isinstance(event.old, dict) else None
    new = field_of(event, "priority")
    return isinstance(old, str) and isinstance(new, str) and new < old


def _said_by_us(event: Happened) -> bool:
    return event.act == "commented" and field_of(event, "public") is True and not _by_customer(event)


def _said_by_customer(event: Happened) -> bool:
    return event.act == "commented" and _by_customer(event)


def _by_customer(event: Happened) -> bool:
    return field_of(event, "by_customer") is True


def _retracted(event: Happened) -> bool:
    return field_of(event, "findings_retracted") is True


TABLE = (
    Line(_became(TicketState.REPORTED), "received", _customer, Urgency.NORMAL),
    Line(_became(TicketState.RESOLVED), "resolved_confirm", _customer, Urgency.NORMAL),
    Line(_became(TicketState.CONFIRMED), "survey", _customer, Urgency.LOW),
    Line(_became(TicketState.REOPENED), "reopened", working, Urgency.HIGH),
    Line(_waits_for_customer, "pending_customer", _customer, Urgency.NORMAL),
    Line(_said_by_us, "commented", _customer, Urgency.NORMAL),
    Line(_said_by_customer, "commented", working, Urgency.HIGH),
    Line(_more_urgent, "priority_raised", working, Urgency.HIGH),
    Line(_retracted, "retracted", working, Urgency.NORMAL),
)


def tell(sheet: Sheet, world: World) -> None:
    """Tell of everything that happened since the clerk looked last; after a kill it looks again, and the outbox knows the cause."""
    for event in sheet.fresh:
        for line in TABLE:
            to = line.to(sheet.ticket)
            if line.happened(event) and to != event.principal:
                sheet.tell(to, line.code, f"{line.code}:{event.sequence}", line.urgency, world.params(sheet.ticket, _said(event)))


def _said(event: Happened) -> Mapping[str, Json]:
    return {"by": event.principal if event.principal != SYSTEM else None, "at_us": event.time_us, "reason": event.reason}
