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


class BeyondView(msgspec.Struct, frozen=True):
    """For how long goods were beyond a limit."""

    band: str
    side: str
    limit: float
    duration_s: float
    budget_s: float | None
    """What the profile allows within any window, if it is such a limit."""


class ExposureView(msgspec.Struct, frozen=True):
    """What goods went through in one place, in one quantity; no figure stands without its coverage."""

    quantity: str
    unit: str
    devices: int
    samples: int
    min: float | None
    mean: float | None
    max: float | None
    """The mean is weighted by time; null where no trusted reading was there."""
    coverage: float
    """Share of the stay that rests on readings, 0…1."""
    imported_share: float
    """Share of the covered time that rests on files uploaded later, 0…1."""
    beyond: list[BeyondView]


class StayView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """Goods were in a place for a time."""

    place: str
    start: TimeText
    end: TimeText
    quantities: list[ExposureView]
    """None where no device was beside the goods."""


class LotExposureView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """What a lot went through, place by place."""

    lot: str
    start: TimeText
    end: TimeText
    stays: list[StayView]
