"""The nouns of a back-test's outcome: counts, leads, bars of a picture, and what it cannot know."""

from __future__ import annotations

from typing import Any

import msgspec


class Interval(msgspec.Struct, frozen=True):
    """A finding as a bar in a picture. Times in µs."""

    kind: str
    subject: str
    band: str
    severity: str
    start_us: int
    end_us: int | None
    raised_us: int
    peak: float | None
    coverage: float
    said: str | None
    """What engineers said of the like: true, false, duplicate; null = nobody said anything."""
    model: str | None = None


class Tally(msgspec.Struct, frozen=True):
    """One side: with the rule, or as it is now."""

    findings: int = 0
    tickets: int = 0
    reopened: int = 0
    said_true: int = 0
    said_false: int = 0
    said_duplicate: int = 0
    unsaid: int = 0
    missed: list[int] = []
    """Numbers of tickets that engineers called true and of which this side says nothing."""


class Lead(msgspec.Struct, frozen=True):
    """How early: from being raised to what it announced, in seconds (negative: afterwards)."""

    breaches: int = 0
    """What came: excursions of the goods of severity alarm or worse, and what engineers dated."""
    announced: int = 0
    """Of these, told before they began."""
    p10_s: float | None = None
    p50_s: float | None = None
    p90_s: float | None = None


class ZoneOutcome(msgspec.Struct, frozen=True):
    """What would have happened in one zone."""

    zone: str
    coverage: float
    """Share of the hours of the window in which a device there was heard, 0…1."""
    before: Tally
    after: Tally
    before_intervals: list[Interval]
    after_intervals: list[Interval]
    breaches: list[tuple[int, int | None]]


class Note(msgspec.Struct, frozen=True):
    """What a back-test cannot know, as message code and parameters."""

    code: str
    params: dict[str, Any] = {}


class Outcome(msgspec.Struct, frozen=True):
    """What a back-test says."""

    rule: str
    from_us: int
    to_us: int
    devices: int
    readings: int
    before: Tally
    after: Tally
    before_lead: Lead
    after_lead: Lead
    zones: list[ZoneOutcome]
    notes: list[Note]
    took_s: float = 0.0
