"""What goes over the wire about codes, scans and journeys."""

from __future__ import annotations

import msgspec

from api.problems import ProblemView
from api.times import TimeText, text_of, text_of_optional
from registry.nouns import Scan


class ObjectView(msgspec.Struct, frozen=True):
    """An object of the registry, and where it is now (null for what is nowhere, or never anywhere)."""

    kind: str
    key: str
    name: str
    place_kind: str | None
    place: str | None


class IdentityView(msgspec.Struct, frozen=True):
    """What a code names: in general (`names`), and in this registry (`objects`; several only where a number is not unique)."""

    names: str
    """product, lot, shipment, place, asset, object (a label of ours) or other."""
    canonical: str
    text: str
    """For people."""
    identifiers: dict[str, str]
    """GS1 application identifier → value."""
    objects: list[ObjectView]


class ScanView(msgspec.Struct, frozen=True):
    """Two scans and what came of them."""

    id: str
    client_id: str
    first: str
    second: str
    subject: str
    """`kind:key` of what was placed."""
    place: str
    time: TimeText
    """When it was scanned."""
    received: TimeText
    by: str
    note: str
    placement: str | None
    """The placement that it made; null if the thing was there already."""
    ended: list[str]
    """The placements that it ended."""
    undone: TimeText | None


class FixView(msgspec.Struct, frozen=True):
    """Where something was; degrees WGS 84."""

    time: TimeText
    latitude: float
    longitude: float
    device: str
    leg: int | None
    """The leg whose vehicle said so, from 0; null for a device among the goods."""


class PositionView(FixView, frozen=True, kw_only=True):
    """The newest position."""

    age_s: float


class LegView(msgspec.Struct, frozen=True):
    """How one leg goes."""

    mode: str
    origin: str | None
    destination: str | None
    carrier: str | None
    vehicle: str
    stage: str
    expected_departure: TimeText | None
    expected_arrival: TimeText | None
    departed: TimeText | None
    arrived: TimeText | None
    late_by_s: float | None
    """0: not late; null: nobody expects it at a time."""


class ProgressView(msgspec.Struct, frozen=True):
    """How far a shipment has come."""

    shipment: str
    stage: str
    """planned, loading, transport or arrived."""
    expected_arrival: TimeText | None
    arrived: TimeText | None
    late_by_s: float | None
    position: PositionView | None
    legs: list[LegView]


class ScanOutcome(msgspec.Struct, frozen=True):
    """One of many scans: kept, or refused with its problem."""

    client_id: str
    scan: ScanView | None
    problem: ProblemView | None


class ScanOutcomes(msgspec.Struct, frozen=True):
    """The outcomes, in the order of the request."""

    items: list[ScanOutcome]


def scan_view(scan: Scan) -> ScanView:
    """A scan."""
    return ScanView(
        scan.id, scan.client_id, scan.first, scan.second, scan.subject, scan.place, text_of(scan.time_us),
        text_of(scan.received_us), scan.principal, scan.note, scan.placement, list(scan.ended),
        text_of_optional(scan.undone_us),
    )  # fmt: skip
