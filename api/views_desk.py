"""What goes over the wire about findings, alarms and tickets."""

from __future__ import annotations

from typing import Any

import msgspec

from api.times import TimeText
from api.views_clocks import ClocksView
from api.views_rules import CardView


class FindingView(msgspec.Struct, frozen=True):
    """What a detector noticed."""

    id: str
    detector: str
    detector_version: str
    model: str | None
    kind: str
    subject: str
    band: str
    zone: str | None
    cause: str
    severity: str
    start: TimeText
    end: TimeText | None
    """null while it goes on."""
    peak: float | None
    """The worst value, in the unit of the quantity that `subject` or `cause` names."""
    area_unit_minutes: float | None
    """Beyond the limit, over covered time: degree-minutes for temperatures."""
    coverage: float
    """Share of the interval that rests on readings, 0…1."""
    samples: int
    received: TimeText
    """Receipt of the reading that decided it."""
    retracted: str | None
    """Why it turned out not to have been."""
    imported: bool
    """It rests on a logger's file that was uploaded later: over long since, and nobody was called."""


class FindingFull(FindingView, frozen=True, kw_only=True):
    """A finding with its evidence, and what it was merged into or split off from (id → how)."""

    evidence: dict[str, Any]
    links: dict[str, str]


class AlarmView(msgspec.Struct, frozen=True):
    """The condition behind a cause."""

    id: str
    version: int
    cause: str
    kind: str
    subject: str
    zone: str | None
    severity: str
    state: str
    """normal, active_unacked, active_acked, returned_unacked"""
    active_since: TimeText
    returned: TimeText | None
    acked_by: str | None
    ticket: str | None
    """Id of the ticket that works on it, or did last."""


class TicketView(msgspec.Struct, frozen=True):
    """Work for a person, in one line."""

    id: str
    number: str
    """For people: KW-000123."""
    version: int
    kind: str
    title: str
    subject: str
    zone: str | None
    site: str | None
    lots: list[str]
    priority: str
    state: str
    live: bool
    deadline: TimeText
    opened_at: TimeText
    opened_by: str | None
    since: TimeText
    """Event time at which the oldest of its findings began."""
    assignee: str | None


class CommentView(msgspec.Struct, frozen=True):
    """What somebody said on a ticket, or what the system noted there."""

    id: str
    time: TimeText
    principal: str
    text: str
    note: bool
    """Whether the system noted it."""


class Step(msgspec.Struct, frozen=True):
    """One thing that happened to a ticket."""

    time: TimeText
    principal: str | None
    act: str
    state: str | None
    """The state it came into, if it changed."""
    reason: str | None
    changed: dict[str, Any]


class VerdictView(msgspec.Struct, frozen=True):
    """What engineers said last of a ticket."""

    verdict: str
    """true, false or duplicate."""
    reason: str
    began: TimeText | None
    """When the trouble really began, if it is known."""
    principal: str
    time: TimeText


class TicketFull(TicketView, frozen=True, kw_only=True):
    """A ticket that explains itself: why it was raised, why this deadline, what happened so far, what can be done."""

    time_zone: str
    why: str
    remedy: list[CardView]
    """What to do about it, step by step; empty for work on sensors."""
    deadline_why: str
    reason: str
    """In the words of who set the present state."""
    cause: str | None
    decided_received: TimeText | None
    """Receipt of the reading that decided it; null if no reading did."""
    merged_into: str | None
    findings_retracted: bool
    findings: list[FindingView]
    comments: list[CommentView]
    history: list[Step]
    acts: list[str]
    """What one's role can do to it now."""
    verdict: VerdictView | None = None
    """What engineers said of it; customers are not told."""
    asks_verdict: bool = False
    """It is done, and nobody said yet whether it was right."""
    clocks: ClocksView | None = None
    """What was promised and asked, how it stands, and by when to act."""
