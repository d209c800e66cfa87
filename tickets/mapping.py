"""What other ticket systems call our states, and which of ours theirs are: one table per system.

Their names are those of the default installation: Zammad's ticket states, ServiceNow's incident states with the reason
of On Hold, Jira Service Management's default statuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from tickets.nouns import Hold, Line, Ticket
from tickets.nouns import TicketState as S


class System(StrEnum):
    """Systems whose words we know."""

    ZAMMAD = "zammad"
    SERVICENOW = "servicenow"
    JIRA = "jira"


class Foreign(NamedTuple):
    """A state in another system's words."""

    state: str
    reason: str | None = None
    """Why it is on hold, where the system has names for that."""


_OUT: Mapping[S, tuple[str, str, str]] = {
    # ours: Zammad, ServiceNow, Jira
    S.NEW: ("new", "New", "Open"),
    S.REPORTED: ("new", "New", "Waiting for support"),
    S.ASSESSED: ("open", "In Progress", "Waiting for support"),
    S.PLANNED: ("open", "In Progress", "Waiting for support"),
    S.IN_PROGRESS: ("open", "In Progress", "In progress"),
    S.PENDING: ("pending reminder", "On Hold", "Waiting for support"),
    S.REOPENED: ("open", "In Progress", "Waiting for support"),
    S.RESOLVED: ("pending close", "Resolved", "Resolved"),
    S.CONFIRMED: ("closed", "Resolved", "Resolved"),
    S.SURVEYED: ("closed", "Resolved", "Resolved"),
    S.IMPROVEMENT: ("closed", "Resolved", "Resolved"),
    S.CLOSED: ("closed", "Closed", "Closed"),
    S.CANCELLED: ("closed", "Canceled", "Canceled"),
    S.MERGED: ("merged", "Closed", "Closed"),
    S.WITHDRAWN: ("removed", "Canceled", "Canceled"),
}

_IN: Mapping[System, Mapping[str, S]] = {
    System.ZAMMAD: {
        "new": S.NEW, "open": S.IN_PROGRESS, "pending reminder": S.PENDING, "pending close": S.RESOLVED,
        "closed": S.CLOSED, "merged": S.MERGED, "removed": S.WITHDRAWN,
    },
    System.SERVICENOW: {
        "New": S.NEW, "In Progress": S.IN_PROGRESS, "On Hold": S.PENDING, "Resolved": S.RESOLVED, "Closed": S.CLOSED,
        "Canceled": S.CANCELLED,
    },
    System.JIRA: {
        "Open": S.NEW, "Waiting for support": S.ASSESSED, "Waiting for customer": S.PENDING,
        "In progress": S.IN_PROGRESS, "Escalated": S.IN_PROGRESS, "Resolved": S.RESOLVED, "Closed": S.CLOSED,
        "Canceled": S.CANCELLED,
    },
}  # fmt: skip

HOLDS: Mapping[Hold, str] = {
    Hold.CUSTOMER: "Awaiting Caller",
    Hold.FORCE_MAJEURE: "Awaiting Problem",
    Hold.PART: "Awaiting Vendor",
    Hold.VENDOR: "Awaiting Vendor",
    Hold.CARRIER: "Awaiting Vendor",
    Hold.OTHER: "Awaiting Problem",
}
"""ServiceNow's reasons of On Hold."""


def foreign(system: System, state: S, hold: Hold | None = None, line: Line = Line.FIRST) -> Foreign:
    """What `system` calls a state; Jira knows who is waited for, and that the experts have it."""
    name = _OUT[state][list(System).index(system)]
    if system is System.SERVICENOW and state is S.PENDING:
        return Foreign(name, HOLDS[hold or Hold.OTHER])
    if system is System.JIRA and state is S.PENDING and hold is Hold.CUSTOMER:
        return Foreign("Waiting for customer")
    if system is System.JIRA and state is S.IN_PROGRESS and line is Line.EXPERT:
        return Foreign("Escalated")
    return Foreign(name)


def foreign_of(system: System, ticket: Ticket) -> Foreign:
    """What `system` would call a ticket's state."""
    return foreign(system, ticket.state, ticket.hold, ticket.line)


def ours(system: System, name: str) -> S | None:
    """Which of our states another system's name means, whatever its capitals; None for a name it does not have."""
    known = {theirs.lower(): state for theirs, state in _IN[system].items()}
    return known.get(name.strip().lower())


def names(system: System) -> list[str]:
    """Every state of another system that we know."""
    return list(_IN[system])
