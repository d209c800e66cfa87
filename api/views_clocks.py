"""What goes over the wire about clocks, policies, calendars and compensation."""

from __future__ import annotations

from typing import Any

import msgspec

from api.times import TimeText


class ClockView(msgspec.Struct, frozen=True):
    """One deadline of a ticket, with the steps by which it was reckoned."""

    name: str
    """`promise:resolution`, `target:stage:planned`, …: unique in a ticket."""
    side: str
    """promise or target"""
    measure: str
    """first_response, arrival, update, resolution, stage, feedback_answer or feedback_close."""
    title: str
    """Side and measure in the language asked for."""
    rule: str
    """Name of the policy's rule by which it runs."""
    policy: str
    """The version of the policy."""
    calendar: str
    """Name of the policy's calendar in whose working time it counts."""
    state: str
    """running, paused, met, missed, void"""
    due: TimeText | None
    """null while it is paused."""
    if_resumed: TimeText | None
    """When it would be due if what it waits for came now; null unless paused."""
    ended: TimeText | None
    """When it was met or became void; null while it runs."""
    allowed_s: float
    """Working time, like the two that follow."""
    spent_s: float
    """Of it, what is gone."""
    late_s: float
    """Of it, what went beyond the allowance."""
    stopped_s: float
    """By the wall clock."""
    share: float
    """Of the allowance that is spent; more than 1 when late."""
    provisional: bool
    """It rests on holidays that are not announced yet."""
    steps: list[str]
    """How the due date was reckoned, sentence by sentence."""


class CompensationView(msgspec.Struct, frozen=True):
    """Compensation for lateness: what is proposed, and what a supervisor decided."""

    offer: str
    """Name of the policy's offer."""
    hours_late: int
    """Begun hours of working time beyond allowance and grace."""
    share: float
    """Of the value of the goods concerned, 0…1, as capped."""
    amounts: dict[str, str]
    """Currency → amount."""
    final: bool
    """It will not grow any more, and can be decided on."""
    steps: list[str]
    """How it was reckoned, sentence by sentence."""
    decision: str | None
    """approve, reject, or null while nobody has decided."""
    decided_by: str | None
    """Who decided, as a principal."""
    reason: str | None
    """Why it was decided so."""


class ClocksView(msgspec.Struct, frozen=True):
    """All clocks of a ticket as of an instant."""

    as_of: TimeText
    """The instant as of which all this holds."""
    deadline: TimeText | None
    """When the solution is due; null if nothing is promised or asked, or while no date can be named."""
    deadline_why: str
    """By which rule."""
    act_by: TimeText | None
    """The latest moment at which acting still helps; now, once it is past; null if nothing is to be done."""
    act_by_why: str
    """Why one has to act by then."""
    too_late: bool
    """Damage can no longer be prevented: limit it."""
    clocks: list[ClockView]
    """All deadlines; customers read promises only."""
    priority_why: list[str]
    """Why it is as urgent as it is, sentence by sentence; empty for customers."""
    compensation: CompensationView | None
    """What is proposed for lateness; null if nothing is, and for customers."""


class PolicyView(msgspec.Struct, frozen=True):
    """A version of the policy."""

    version: str
    valid_from: TimeText
    in_force: bool
    shipped: bool
    """It came with the software."""
    reason: str
    principal: str | None
    created: TimeText | None


class PolicyFull(PolicyView, frozen=True, kw_only=True):
    """A version with all that it says."""

    document: dict[str, Any]


class PoliciesView(msgspec.Struct, frozen=True):
    """All versions, the one that becomes valid last first."""

    items: list[PolicyView]


class TemplateView(msgspec.Struct, frozen=True):
    """A ready-made part of a policy."""

    name: str
    toml: str
    document: dict[str, Any]


class TemplatesView(msgspec.Struct, frozen=True):
    """All ready-made parts."""

    items: list[TemplateView]


class SpanView(msgspec.Struct, frozen=True):
    """A stretch of working time."""

    start: TimeText
    end: TimeText


class DayView(msgspec.Struct, frozen=True):
    """A date on the wall clock of the place."""

    date: str
    worked: bool
    reason: str
    """weekly, holiday, make_up, closed, open"""
    name: str
    """Of the holiday."""
    provisional: bool
    """Its year is not announced yet."""


class CalendarView(msgspec.Struct, frozen=True):
    """What a calendar makes of some days."""

    name: str
    time_zone: str
    working_s: float
    provisional_years: list[int]
    days: list[DayView]
    spans: list[SpanView]
