"""What goes over the wire about what devices can, what they fall short of, and what goods went through."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class ModelQuantityView(msgspec.Struct, frozen=True):
    """What devices of a model say of one quantity."""

    quantity: str
    unit: str
    resolution: float | None
    accuracy: float | None
    """±."""
    low: float | None
    high: float | None
    sentinels: list[float]


class CatalogueModelView(msgspec.Struct, frozen=True):
    """A model of the catalogue that comes with Keepwell."""

    key: str
    name: str
    manufacturer: str
    interval_s: float | None
    quantities: list[ModelQuantityView]
    battery: list[tuple[float, float]]
    """Volts, % left."""
    note: str
    """Where the figures come from."""


class CatalogueModelsView(msgspec.Struct, frozen=True):
    """All of them. A registry object of the same key takes its place."""

    items: list[CatalogueModelView]


class GapView(msgspec.Struct, frozen=True):
    """One way in which a device falls short of what a profile asks for."""

    kind: str
    device: str
    full_name: str
    place: str
    profile: str
    quantity: str
    unit: str
    """Of `required` and `actual`."""
    required: float | None
    actual: float | None
    message: str
    """What is wrong, and what to do."""


class GapsView(msgspec.Struct, frozen=True):
    """All gaps of devices beside goods, by device."""

    items: list[GapView]


class CalibrationDueView(msgspec.Struct, frozen=True):
    """A certificate of a device in use that has run out, or is about to."""

    device: str
    full_name: str
    place: str
    site: str | None
    quantity: str
    calibration: str
    """Key of the certificate's entry."""
    certificate: str
    done: TimeText
    due: TimeText
    overdue: bool
    deviation: float | None
    uncertainty: float | None


class CalibrationsDueView(msgspec.Struct, frozen=True):
    """Soonest first."""

    items: list[CalibrationDueView]
