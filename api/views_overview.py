"""What goes over the wire about how every place stands now."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class WorstView(msgspec.Struct, frozen=True):
    """The alarm that matters most in a place."""

    alarm: str
    """Its id."""
    kind: str
    severity: str
    subject: str
    zone: str | None
    since: TimeText
    ticket: str | None
    """The id of its ticket."""


class BreachView(msgspec.Struct, frozen=True):
    """The foretold breach that comes first: between when and when, each null if it may not come at all."""

    zone: str
    band: str
    quantity: str
    side: str
    limit: float
    unit: str
    probability: float
    p10: TimeText | None
    p50: TimeText | None
    p90: TimeText | None


class OpenWorkView(msgspec.Struct, frozen=True):
    """The live tickets of a place."""

    live: int
    overdue: int
    act_by_past: int
    by_priority: dict[str, int]
    """P1 … P5, only those there are."""
    deadline: TimeText | None
    """The earliest; it may be past."""
    act_by: TimeText | None


class PlaceView(msgspec.Struct, frozen=True):
    """A site, or one of its zones (or a zone that travels: it has no site)."""

    site: str | None
    zone: str | None
    name: str
    latitude: float | None
    longitude: float | None
    time_zone: str | None
    state: str
    """excursion, foretold, trouble, silent, calm or no_data."""
    worst: WorstView | None
    breach: BreachView | None
    work: OpenWorkView
    newest_reading: TimeText | None
    zones: list[PlaceView] | None
    """Where they were asked for, the worst first."""


class OverviewView(msgspec.Struct, frozen=True):
    """How every place stands: goods at risk first."""

    as_of: TimeText
    states: dict[str, int]
    """How many places stand how, whatever `state` was asked for."""
    items: list[PlaceView]
    elsewhere: OpenWorkView
    """Live tickets that are about none of these places."""
