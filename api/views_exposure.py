"""What goes over the wire about what goods went through: place by place, and as one record over all of them."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class BeyondView(msgspec.Struct, frozen=True):
    """For how long goods were beyond a limit."""

    band: str
    side: str
    limit: float
    duration_s: float
    area: float
    """Unit-minutes beyond it, at each moment by the device that is farthest beyond."""
    budget_s: float | None
    """What the profile allows within any window, if it is such a limit."""


class ExposureView(msgspec.Struct, frozen=True):
    """What goods went through in one place, or in all, in one quantity; no figure stands without its coverage."""

    quantity: str
    unit: str
    devices: int
    samples: int
    min: float | None
    mean: float | None
    max: float | None
    """The mean is weighted by time; null where no trusted reading was there."""
    coverage: float
    """Share of the time that rests on readings, 0…1."""
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


class PassageView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A link of the chain of places."""

    place: str | None
    """null: nobody knows where the goods were."""
    stage: str | None
    """storage, loading, transport or arrived."""
    start: TimeText
    end: TimeText
    devices: int


class AgainstView(msgspec.Struct, frozen=True):
    """How goods did under one limit over all places where it held; a budget goes on from place to place."""

    band: str
    quantity: str
    unit: str
    side: str
    limit: float
    severity: str
    held_s: float
    beyond_s: float
    inside_s: float
    area: float
    longest_s: float
    budget_s: float | None
    window_s: float | None
    most_used_s: float | None
    """The most that was used of a budget within any window."""
    coverage: float
    """Share of `held_s` that rests on readings."""
    standing: str
    """within, beyond, or unknown where too little was measured to say that all was well."""


class WetnessView(msgspec.Struct, frozen=True):
    """Hours of wetness (ISO 9223): relative humidity above 80 % and temperature above 0 °C."""

    wet_h: float
    coverage: float
    hours_a_year: float | None
    iso_class: str | None


class FrostView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """The goods froze, and thawed if there is an end."""

    start: TimeText
    end: TimeText | None
    lowest_c: float


class FrostsView(msgspec.Struct, frozen=True):
    """How often the goods froze and thawed, by their own temperature."""

    freezes_c: float
    thaws_c: float
    hold_s: float
    lag_s: float
    cycles: int
    events: list[FrostView]
    coverage: float


class MeanKineticView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """The window with the highest mean kinetic temperature, and what that says; it excuses nothing that was cold."""

    window_s: float
    limit_c: float
    mean_kinetic_c: float | None
    start: TimeText | None
    end: TimeText | None
    coverage: float
    says: str


class ExposedFindingView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A finding about these goods."""

    id: str
    kind: str
    severity: str
    place: str
    band: str
    start: TimeText
    end: TimeText | None
    coverage: float


class ExposureFileView(msgspec.Struct, frozen=True):
    """An uploaded logger file that may have told of it."""

    id: str
    name: str


class WholeExposureView(msgspec.Struct, frozen=True):
    """A lot's exposure over all its places as one record."""

    standing: str
    """within, beyond, or unknown: no verdict without enough readings."""
    watched: float
    """Share of the time in which a thermometer beside the goods told anything."""
    passages: list[PassageView]
    quantities: list[ExposureView]
    limits: list[AgainstView]
    wetness: WetnessView
    frosts: FrostsView
    mean_kinetic: list[MeanKineticView]
    findings: list[ExposedFindingView]
    files: list[ExposureFileView] | None
    """null for whom files are none of their business."""


class LotExposureView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """What a lot went through, place by place, and over all of them."""

    lot: str
    start: TimeText
    end: TimeText
    stays: list[StayView]
    whole: WholeExposureView | None
    """null where no place of it is known."""
