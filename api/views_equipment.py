"""The views of equipment: figures over time, strength, failure window, peers, and inspections with why they are due."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class FigurePoint(msgspec.Struct, frozen=True):
    """A figure of one day (UTC)."""

    day: str
    value: float
    samples: int
    coverage: float


class FigureView(msgspec.Struct, frozen=True):
    """One figure over time, for a chart; `name` is explained in docs/equipment.md."""

    name: str
    unit: str
    trend_per_day: float | None
    """Theil–Sen over the last 30 days; null with fewer than 5."""
    points: list[FigurePoint]


class WindowView(msgspec.Struct, frozen=True):
    """Until when the room can be kept within its limit: of such courses 10, 50 and 90 % are shorter."""

    p10: TimeText
    p50: TimeText
    p90: TimeText


class PeersView(msgspec.Struct, frozen=True):
    """The machine among those of its kind and model."""

    machines: int
    median_wear: float
    z: float


class StandingView(msgspec.Struct, frozen=True):
    """A finding that goes on."""

    id: str
    kind: str
    severity: str
    since: TimeText


class DueView(msgspec.Struct, frozen=True):
    """When a machine is due for inspection, and why then."""

    equipment: str
    name: str
    zone: str
    site: str | None
    state: str
    """overdue, due (within the days asked for), later, never (none on record), unplanned."""
    due: TimeText | None
    by_calendar: TimeText | None
    reason: str | None
    """date, worse, stretched or never."""
    said: str
    """The reason as a sentence."""
    strength_percent: float | None
    last_done: TimeText | None
    checks: str
    """The check list."""


class InspectionView(msgspec.Struct, frozen=True):
    """An inspection that was done."""

    id: str
    equipment: str
    done: TimeText
    result: str
    readings: dict[str, float]
    note: str
    by: str


class ConditionView(msgspec.Struct, frozen=True):
    """How a machine stands."""

    key: str
    name: str
    zone: str
    kind: str
    model: str
    last_day: str | None
    """The last day of which anything is known."""
    strength_percent: float | None
    """As a share of what it was; null while it has shown too little."""
    wear: float | None
    """How many times as long as it used to it runs against the same load."""
    window: WindowView | None
    peers: PeersView | None
    standing: list[StandingView]
    inspection: DueView
    inspections: list[InspectionView]
    figures: list[FigureView]


class DuesView(msgspec.Struct, frozen=True):
    """Inspections, the most urgent first."""

    inspections: list[DueView]
