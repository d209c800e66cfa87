"""What goes over the wire about clocks, policies, calendars and compensation."""

from __future__ import annotations

from typing import Any

import msgspec

from api.times import TimeText


class ClockView(msgspec.Struct, frozen=True):
    """One deadline of a ticket, with the steps by which it was reckoned."""

    name: str
    side: str
    """promise or target"""
    measure: str
    title: str
    rule: str
    policy: str
    calendar: str
    state: str
    """running, paused, met, missed, void"""
    due: TimeText | None
    """null while it is paused."""
    if_resumed: TimeText | None
    """When it would be due if what it waits for came now; null unless paused."""
    ended: TimeText | None
    allowed_s: float
    """Working time, like the two that follow."""
    spent_s: float
    late_s: float
    stopped_s: float
    """By the wall clock."""
    share: float
    """Of the allowance that is spent; more than 1 when late."""
    provisional: bool
    """It rests on holidays that are not announced yet."""
    steps: list[str]


class CompensationView(msgspec.Struct, frozen=True):
    """Compensation for lateness: what is proposed, and what a supervisor decided."""

    offer: str
    hours_late: int
    share: float
    amounts: dict[str, str]
    """Currency → amount."""
    final: bool
    """It will not grow any more, and can be decided on."""
    steps: list[str]
    decision: str | None
    """approve, reject, or null while nobody has decided."""
    decided_by: str | None
    reason: str | None


class ClocksView(msgspec.Struct, frozen=True):
    """All clocks of a ticket as of an instant."""

    as_of: TimeText
    deadline: TimeText | None
    deadline_why: str
    act_by: TimeText | None
    """The latest moment at which acting still helps; now, once it is past; null if nothing is to be done."""
    act_by_why: str
    too_late: bool
    """Damage can no longer be prevented: limit it."""
    clocks: list[ClockView]
    priority_why: list[str]
    compensation: CompensationView | None


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
