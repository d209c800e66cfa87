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
    category: str = "technical"
    """quality, delivery, technical or feedback."""
    phase: str = "after_sale"
    customer: str | None = None
    """Who reported it, or for whom it is done."""
    hold: str | None = None
    """What a pending ticket waits for."""
    line: str = "first"
    """first, or expert."""
    team: str | None = None
    parent: str | None = None
    """Id of the ticket of which it is part."""
    act_by: TimeText | None = None
    """The latest moment at which acting still prevents damage."""
    owner: str = "dispatch"
    """Who has to take the next step: dispatch, assignee, customer, desk, improver, nobody."""
    foreign_state: str | None = None
    """What the system asked for (`system=`) would call the state."""
    foreign_reason: str | None = None
    """There, what it is on hold for."""


class CommentView(msgspec.Struct, frozen=True):
    """What somebody said on a ticket, or what the system noted there."""

    id: str
    time: TimeText
    principal: str | None
    """null where one is not told who at the desk it was."""
    text: str
    note: bool
    """Whether the system noted it."""
    public: bool = False
    """Whether the customer concerned reads it."""
    customer: str | None = None
    """The customer who said it."""
    at: TimeText | None = None
    """When it was said, where that was told later."""


class Step(msgspec.Struct, frozen=True):
    """One thing that happened to a ticket."""

    time: TimeText
    principal: str | None
    act: str
    state: str | None
    """The state it came into, if it changed."""
    reason: str | None
    changed: dict[str, Any]
    at: TimeText | None = None
    """When it was done, where that was told later; clocks go by it."""


class VerdictView(msgspec.Struct, frozen=True):
    """What engineers said last of a ticket."""

    verdict: str
    """true, false or duplicate."""
    reason: str
    began: TimeText | None
    """When the trouble really began, if it is known."""
    principal: str
    time: TimeText


class SurveyView(msgspec.Struct, frozen=True):
    """What the customer answered to the one question."""

    score: int
    """1 … 5, 5 is the best."""
    text: str
    time: TimeText


class WorkView(msgspec.Struct, frozen=True):
    """What is written down about the work. Customers read what was done, what was promised and their own answer."""

    plan: str
    steps: list[str]
    tried: str
    resolution: str
    """One of `resolutions` in `GET /tickets/states`; empty until it is resolved, or if none was chosen."""
    found: str
    done: str
    improvement: str
    improvement_owner: str | None
    wished: TimeText | None
    """By when it was wanted: a wish."""
    promised: TimeText | None
    """The new date that was promised for feedback."""
    unconfirmed: bool
    """Closed although the customer never confirmed it."""
    survey: SurveyView | None
    asks_improvement: bool
    """The customer was so little content that somebody has to say what will be better."""


class PartView(msgspec.Struct, frozen=True):
    """A ticket that is part of another, in one line."""

    number: str
    title: str
    state: str
    live: bool


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
    work: WorkView | None = None
    """What is written down about the work."""
    parts: list[PartView] = []
    """The tickets that are part of it."""
    path: str = "short"
    """long (a customer confirms), short, feedback."""
    clocks: ClocksView | None = None
    """What was promised and asked, how it stands, and by when to act."""
