"""The stages of a ticket: which path it takes, and who has to take the next step at each of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tickets.nouns import Category, Ticket, TicketKind
from tickets.nouns import TicketState as S


class Path(StrEnum):
    """Through which stages a ticket goes once its work is done."""

    LONG = "long"
    """A customer is concerned: it confirms, is asked how it was, and what could be better is followed up."""
    SHORT = "short"
    """Nobody outside is concerned: done when it is resolved."""
    FEEDBACK = "feedback"
    """What a customer had to say: answered and closed by the desk, or promised anew; no survey about a survey."""


class Owner(StrEnum):
    """Who has to take the next step."""

    DISPATCH = "dispatch"
    """Whoever dispatches, and the supervisor where that finds nobody."""
    ASSIGNEE = "assignee"
    CUSTOMER = "customer"
    """Reminded twice; after seven days the desk goes on without."""
    DESK = "desk"
    """First line: what is left to do needs no visit."""
    IMPROVER = "improver"
    """Who took on the improvement."""
    NOBODY = "nobody"


STAGES: Mapping[S, Owner] = {
    S.NEW: Owner.ASSIGNEE,
    S.REPORTED: Owner.ASSIGNEE,
    S.ASSESSED: Owner.ASSIGNEE,
    S.PLANNED: Owner.ASSIGNEE,
    S.IN_PROGRESS: Owner.ASSIGNEE,
    S.PENDING: Owner.ASSIGNEE,
    S.REOPENED: Owner.ASSIGNEE,
    S.RESOLVED: Owner.CUSTOMER,
    S.CONFIRMED: Owner.CUSTOMER,
    S.SURVEYED: Owner.DESK,
    S.IMPROVEMENT: Owner.IMPROVER,
    S.CLOSED: Owner.NOBODY,
    S.CANCELLED: Owner.NOBODY,
    S.MERGED: Owner.NOBODY,
    S.WITHDRAWN: Owner.NOBODY,
}
"""Who owns each stage, once somebody has the ticket; until then whoever dispatches does. The time limits of the stages are policy."""


def path_of(ticket: Ticket) -> Path:
    """The path a ticket takes now.

    Goods take the customer's path only where one customer is concerned: it reported, it has the contract, or its lots
    alone are there (then there is a grade). Sensor, gateway, equipment and internal work asks no customer.
    """
    if ticket.kind is TicketKind.CUSTOMER:
        return Path.FEEDBACK if ticket.category is Category.FEEDBACK else Path.LONG
    concerned = ticket.kind is TicketKind.GOODS and bool(
        ticket.customer or (ticket.grade and not ticket.shared)
    )
    return Path.LONG if concerned else Path.SHORT


def owner_of(ticket: Ticket) -> Owner:
    """Who has to take the next step on a ticket."""
    owner = STAGES[ticket.state]
    if owner is Owner.ASSIGNEE and ticket.assignee is None:
        return Owner.DISPATCH
    if owner is Owner.CUSTOMER and path_of(ticket) is not Path.LONG:
        return Owner.DESK
    return owner
