"""Who is told of what people, and the system, did to a ticket: one line per change that somebody else must know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from detect.nouns import Json
from tickets.clerk.nouns import Happened
from tickets.clerk.sheet import Sheet, field_of, working
from tickets.clerk.world import World
from tickets.notices import Urgency
from tickets.nouns import SYSTEM, Hold, Ticket, TicketKind, TicketState
from tickets.stages import Path, path_of


class Line(NamedTuple):
    """What is told to whom when something happened."""

    happened: Callable[[Happened], bool]
    code: str
    to: Callable[[Ticket], str | None]
    """Of a ticket that names the customer concerned, also where an alarm about its goods opened it."""
    urgency: Urgency
    answer: bool = False
    """Repeated until it is answered."""
    acts: bool = False
    """Whoever reads it has to act: it says what was found and what to do first."""


def _became(state: TicketState) -> Callable[[Happened], bool]:
    return lambda event: field_of(event, "state") == state


def _customer(ticket: Ticket) -> str | None:
    """The customer, where one is concerned."""
    return f"customer:{ticket.customer}" if ticket.customer else None


def _confirming(ticket: Ticket) -> str | None:
    """The customer of a ticket that waits to be confirmed and rated."""
    return _customer(ticket) if path_of(ticket) is Path.LONG else None


def _waits_for_customer(event: Happened) -> bool:
    return field_of(event, "hold") == Hold.CUSTOMER


def _more_urgent(event: Happened) -> bool:
    old = event.old.get("priority") if isinstance(event.old, dict) else None
    new = field_of(event, "priority")
    return isinstance(old, str) and isinstance(new, str) and new < old


def _said_by_us(event: Happened) -> bool:
    return event.act == "updated"


def _said_by_customer(event: Happened) -> bool:
    return event.act == "commented" and field_of(event, "role") == "customer"


def _promised_anew(event: Happened) -> bool:
    return event.act == "promised_anew"


def _given_by_hand(event: Happened) -> bool:
    """A supervisor gave it to somebody; what the clerk itself gives away it tells at once."""
    return event.act == "assigned" and event.principal != SYSTEM


def _retracted(event: Happened) -> bool:
    return field_of(event, "findings_retracted") is True


TABLE = (
    Line(_became(TicketState.REPORTED), "received", _customer, Urgency.NORMAL),
    Line(_became(TicketState.RESOLVED), "resolved_confirm", _confirming, Urgency.NORMAL),
    Line(_became(TicketState.CONFIRMED), "survey", _confirming, Urgency.NORMAL),
    Line(_became(TicketState.REOPENED), "reopened", working, Urgency.HIGH),
    Line(_waits_for_customer, "pending_customer", _customer, Urgency.NORMAL),
    Line(_promised_anew, "promised_anew", _customer, Urgency.NORMAL),
    Line(_said_by_us, "commented", _customer, Urgency.NORMAL),
    Line(_said_by_customer, "commented", working, Urgency.HIGH),
    Line(_more_urgent, "priority_raised", working, Urgency.HIGH),
    Line(_given_by_hand, "assigned", working, Urgency.HIGH, answer=True, acts=True),
    Line(_retracted, "retracted", working, Urgency.NORMAL),
)


_TO_OWNERS = (
    (_became(TicketState.RESOLVED), "resolved_owners"),
    (_said_by_us, "commented"),
)
"""What each of several owners is told of work that is nobody's own: of its own lots alone, and nobody is asked."""


def tell(sheet: Sheet, world: World) -> None:
    """Tell of everything that happened since the clerk looked last; after a kill it looks again, and the outbox knows the cause."""
    concerned = replace(sheet.ticket, customer=world.sites.customer(sheet.ticket))
    for event in sheet.fresh:
        for line in TABLE:
            to = line.to(concerned) if line.happened(event) else None
            if to is not None and to != event.principal:
                say = world.brief if line.acts else world.params
                said = say(sheet.ticket, _said(event, sheet))
                step = f"{line.code}:{event.sequence}"
                sheet.tell(to, line.code, step, line.urgency, said, answer=line.answer)
        _tell_owners(event, sheet, world)


def _tell_owners(event: Happened, sheet: Sheet, world: World) -> None:
    """Goods of several customers are there: each learns of what is public, with its own lots and without the others."""
    ticket = sheet.ticket
    owners = world.sites.owners(ticket) if ticket.kind is TicketKind.GOODS and ticket.customer is None else {}
    if len(owners) < 2:
        return
    for code in [code for happened, code in _TO_OWNERS if happened(event)]:
        for customer, own in owners.items():
            lots: list[Json] = [*own]
            said = world.params(ticket, {**_said(event, sheet), "lots": lots})
            sheet.tell(f"customer:{customer}", code, f"{code}:{event.sequence}", Urgency.NORMAL, said)


def is_told(event: Happened) -> bool:
    """Whether an event is one of which somebody may have to be told."""
    return any(line.happened(event) for line in TABLE) or any(happened(event) for happened, _ in _TO_OWNERS)


def _said(event: Happened, sheet: Sheet) -> dict[str, Json]:
    """Who did it, why, and in what words."""
    words = sheet.words.get(str(field_of(event, "comment")), field_of(event, "done") or event.reason)
    return {"by": event.principal, "reason": event.reason, "words": words, "at_us": event.time_us}
