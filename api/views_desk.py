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
    """UUIDv7."""
    detector: str
    """The detector that noticed it."""
    detector_version: str
    """In which version; with it the same readings give the same finding."""
    model: str | None
    """`name@version` of the trained model behind it; null where there is none."""
    kind: str
    """What it is: too_high, condensation, silent_gateway, predicted_breach, …"""
    subject: str
    """What it is about: `device:<gateway>/<device>:<quantity>`, `zone:<key>`, `gateway:<key>`, `site:<key>`, `equipment:<key>`, …"""
    band: str
    """The rule that was broken, `profile/band` (goods in a form: `profile/band@form`); empty where there is none."""
    zone: str | None
    """Key of the zone or shipment whose goods are concerned; null where that is not known."""
    cause: str
    """What alarms and tickets are raised by: findings of one cause are one alarm."""
    severity: str
    """advice, warning, alarm or critical."""
    start: TimeText
    """Event time at which it began."""
    end: TimeText | None
    """null while it goes on."""
    peak: float | None
    """The worst value, in the unit of the quantity that `subject` or `cause` names."""
    area_unit_minutes: float | None
    """Beyond the limit, over covered time: degree-minutes for temperatures."""
    coverage: float
    """Share of the interval that rests on readings, 0…1."""
    samples: int
    """How many readings it rests on."""
    received: TimeText
    """Receipt of the reading that decided it."""
    retracted: str | None
    """Why it turned out not to have been."""
    imported: bool
    """It rests on a logger's file that was uploaded later: over long since, and nobody was called."""


class FindingFull(FindingView, frozen=True, kw_only=True):
    """A finding with its evidence, and what it was merged into or split off from (id → how)."""

    evidence: dict[str, Any]
    """What it was judged by: limit, value, quantity, profile, first readings, …; it depends on the kind."""
    links: dict[str, str]
    """Id of the other finding → merged or split."""


class TicketView(msgspec.Struct, frozen=True):
    """Work for a person, in one line."""

    id: str
    """UUIDv7."""
    number: str
    """For people: KW-000123."""
    version: int
    """Counts the changes; the ETag is made of it."""
    kind: str
    """Whose work it is: goods, sensor, gateway, equipment, customer or internal."""
    title: str
    """What it is, where and how bad, in the language asked for."""
    subject: str
    """What it is about: `zone:<key>`, `device:<gateway>/<device>:<quantity>`, `gateway:<key>`, `customer:<key>`, …"""
    zone: str | None
    """Key of the zone or shipment; null where there is none."""
    site: str | None
    """Key of the site; null where there is none, or where one may not know of it."""
    lots: list[str]
    """Keys of the lots concerned that one may know of."""
    priority: str
    """P1 (most urgent) to P5."""
    state: str
    """new, reported, assessed, planned, in_progress, pending, reopened, resolved, confirmed, surveyed, improvement, closed,
    cancelled, merged or withdrawn."""
    live: bool
    """Work is still to be done."""
    deadline: TimeText
    """When the solution is due, on the clocks of its place."""
    opened_at: TimeText
    """When it was opened."""
    opened_by: str | None
    """`system`, `person:<key>`, `key:<id>` or `link:<id>`; null where one is not told."""
    since: TimeText
    """Event time at which the oldest of its findings began."""
    assignee: str | None
    """Who has it, as a principal; null while nobody does, or where one is not told."""
    category: str = "technical"
    """quality, delivery, technical or feedback."""
    phase: str = "after_sale"
    """pre_sale, in_sale or after_sale."""
    customer: str | None = None
    """Who reported it, or for whom it is done."""
    hold: str | None = None
    """What a pending ticket waits for."""
    line: str = "first"
    """first, or expert."""
    team: str | None = None
    """Key of the team that has it; null if none does, and for customers."""
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
    taken_up: bool = False
    """A person has acted on it: accepted it, answered it, begun."""


class CommentView(msgspec.Struct, frozen=True):
    """What somebody said on a ticket, or what the system noted there."""

    id: str
    """UUIDv7."""
    time: TimeText
    """When it was said."""
    principal: str | None
    """null where one is not told who at the desk it was."""
    text: str
    """The words; the system's notes in the language asked for."""
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
    """When it happened."""
    principal: str | None
    """Who did it; null where one is not told."""
    act: str
    """What was done, as a verb in the past: opened, accepted, escalated, …"""
    state: str | None
    """The state it came into, if it changed."""
    reason: str | None
    """Why, in the words of whoever did it, or a message code of the system; null for customers."""
    changed: dict[str, Any]
    """The fields that changed, with what they became; empty for customers."""
    at: TimeText | None = None
    """When it was done, where that was told later; clocks go by it."""


class VerdictView(msgspec.Struct, frozen=True):
    """What engineers said last of a ticket."""

    verdict: str
    """true, false or duplicate."""
    reason: str
    """Why, in the words of whoever said it."""
    began: TimeText | None
    """When the trouble really began, if it is known."""
    principal: str
    """Who said it: the person, where one is known, else the key."""
    time: TimeText
    """When it was said."""


class SurveyView(msgspec.Struct, frozen=True):
    """What the customer answered to the one question."""

    score: int
    """1 … 5, 5 is the best."""
    text: str
    """What the customer wrote with it."""
    time: TimeText
    """When it was answered."""


class WorkView(msgspec.Struct, frozen=True):
    """What is written down about the work. Customers read what was done, what was promised and their own answer."""

    plan: str
    """What is to be done; empty until it is planned, and for customers."""
    steps: list[str]
    """The same step by step."""
    tried: str
    """What the first line tried before it handed over."""
    resolution: str
    """One of `resolutions` in `GET /tickets/states`; empty until it is resolved, or if none was chosen."""
    found: str
    """What was found; empty for customers."""
    done: str
    """What was done."""
    improvement: str
    """What will be better, where that was asked for; empty for customers."""
    improvement_owner: str | None
    """Who sees to it, as a principal."""
    wished: TimeText | None
    """By when it was wanted: a wish."""
    promised: TimeText | None
    """The new date that was promised for feedback."""
    unconfirmed: bool
    """Closed although the customer never confirmed it."""
    survey: SurveyView | None
    """What the customer answered; null until then, and for other customers."""
    asks_improvement: bool
    """The customer was so little content that somebody has to say what will be better."""


class PartView(msgspec.Struct, frozen=True):
    """A ticket that is part of another, in one line."""

    number: str
    """For people: KW-000123."""
    title: str
    """What it is, in the language asked for."""
    state: str
    """As of the ticket itself."""
    live: bool
    """Work is still to be done on it."""


class TicketFull(TicketView, frozen=True, kw_only=True):
    """A ticket that explains itself: why it was raised, why this deadline, what happened so far, what can be done."""

    time_zone: str
    """IANA name: on whose clocks the times in sentences, the deadline and act-by are."""
    why: str
    """Why it was raised, with the readings behind it; of tickets by hand the description."""
    remedy: list[CardView]
    """What to do about it, step by step, first for the finding that speaks for all; empty where no finding stands behind it."""
    deadline_why: str
    """By which rule of which policy it is due then."""
    reason: str
    """Why it is in its state, in the words of whoever set it, or a message code of the system; empty for customers."""
    cause: str | None
    """Cause of the alarm that opened it; null if a person or another system did."""
    decided_received: TimeText | None
    """Receipt of the reading that decided it; null if no reading did."""
    merged_into: str | None
    """Id of the ticket in which a merged one goes on; null where one may not see that ticket."""
    merged_number: str | None
    """The number of that ticket, for people."""
    goes_on: str | None
    """The same as a sentence; where one may not see that ticket, it says no more than that there is one. null if not merged."""
    findings_retracted: bool
    """All its findings turned out not to have been."""
    findings: list[FindingView]
    """The findings behind it that one may see, retracted ones included; at most 200."""
    comments: list[CommentView]
    """What was said that is meant for the reader, the oldest first."""
    history: list[Step]
    """What happened, the oldest first; customers are told less."""
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
