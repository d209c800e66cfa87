"""What goes over the wire as a report of a place, a shipment or a lot: everything that is printed, and how it can be checked."""

from __future__ import annotations

import msgspec

from api.times import TimeText
from api.views_exposure import LotExposureView

_SPAN = {"start": "from", "end": "to"}


class ReportedThingView(msgspec.Struct, frozen=True):
    """What a report is about."""

    kind: str
    """zone, shipment or lot."""
    key: str
    name: str


class CountedView(msgspec.Struct, frozen=True, rename=_SPAN):
    """From–to."""

    start: TimeText
    end: TimeText


class GapSpanView(msgspec.Struct, frozen=True, rename=_SPAN):
    """A pause that was longer than it may be."""

    start: TimeText
    end: TimeText
    duration_s: float


class PointView(msgspec.Struct, frozen=True):
    """What a measuring point (a device and what it measures) showed while it counted."""

    device: str
    quantity: str
    unit: str
    counted: list[CountedView]
    """When: while the device was in the place, or beside the goods."""
    samples: int
    min: float | None
    min_at: TimeText | None
    mean: float | None
    """Weighted by time."""
    max: float | None
    max_at: TimeText | None
    mean_kinetic_c: float | None
    """Over the whole period; null unless the goods' profile limits it."""
    mean_kinetic_limit_c: float | None
    coverage: float
    """Share of the time that rests on readings, 0…1."""
    interval_s: float | None
    """How often it recorded: the median pause."""
    required_interval_s: float | None
    """How often the strictest profile of the goods there wants it to."""
    interval: str
    """met, not_met, unknown (too few readings) or not_required."""
    gap_from_s: float
    """A longer pause is a gap."""
    gaps: list[GapSpanView]
    """The longest of them, in order of time."""
    gaps_left_out: int
    hours_not_looked_at: int
    """Hours in which readings are missing, but that were not looked at reading by reading."""
    basis: str
    """readings: each was looked at; hours: hourly figures, exact but for the mean and the pauses within an hour."""


class HeldLimitView(msgspec.Struct, frozen=True, rename=_SPAN):
    """A limit as it held from–to."""

    quantity: str
    unit: str
    profile: str
    band: str
    side: str
    limit: float
    deadband: float
    severity: str
    on_delay_s: float
    budget_s: float | None
    window_s: float | None
    place: str
    start: TimeText
    end: TimeText


class LimitsView(msgspec.Struct, frozen=True, rename=_SPAN):
    """The limits that held over a period."""

    start: TimeText
    end: TimeText
    items: list[HeldLimitView]


class ReportedExcursionView(msgspec.Struct, frozen=True, rename=_SPAN):
    """An excursion, and what came of it."""

    id: str
    kind: str
    severity: str
    device: str
    """"" where it is about the place as a whole."""
    quantity: str
    unit: str
    place: str
    band: str
    limit: float | None
    start: TimeText
    end: TimeText | None
    """null while it goes on."""
    peak: float | None
    area_unit_minutes: float | None
    coverage: float
    ticket: str | None
    """The number of its ticket."""
    verdict: str | None
    """What was said of the ticket: true, false or duplicate; null for whom that is none of their business."""


class LotDecisionView(msgspec.Struct, frozen=True):
    """The status of a lot was changed."""

    lot: str
    time: TimeText
    before: str | None
    status: str
    by: str
    """"" for who sees only their own."""
    reason: str


class ReportedActView(msgspec.Struct, frozen=True):
    """Somebody did something."""

    sequence: int
    time: TimeText
    by: str
    act: str
    subject: str
    reason: str


class ReportedCalibrationView(msgspec.Struct, frozen=True):
    """A certificate of a measuring point that held in the period."""

    device: str
    quantity: str
    standing: str
    """valid, overdue (it ran out within the period or before) or missing."""
    certificate: str | None
    done: TimeText | None
    due: TimeText | None
    deviation: float | None
    uncertainty: float | None


class VerificationView(msgspec.Struct, frozen=True):
    """With this `keepwell verify --report` tells whether a saved report is what was given out."""

    head: int
    """Number of the last event that was sealed when the report was made."""
    head_hash: str
    sha256: str
    """Over the report in its canonical form, without this field."""


class ReportView(msgspec.Struct, frozen=True, rename=_SPAN):
    """A report of a place, a shipment or a lot over a period."""

    about: ReportedThingView
    start: TimeText
    end: TimeText
    """At most the moment at which it was made."""
    made: TimeText
    points: list[PointView]
    limits: list[HeldLimitView]
    excursions: list[ReportedExcursionView]
    excursions_left_out: int
    decisions: list[LotDecisionView]
    acts: list[ReportedActView]
    """In order; acts of people, not of the system."""
    acts_left_out: int
    calibrations: list[ReportedCalibrationView]
    exposure: LotExposureView | None
    """Of a lot."""
    verification: VerificationView
