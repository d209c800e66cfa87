"""What goes over the wire about readings, the ledger, dead letters and events."""

from __future__ import annotations

from typing import Any

import msgspec

from api.times import TimeText


class HealthView(msgspec.Struct, frozen=True):
    """Alive, or ready for work."""

    status: str
    parts: dict[str, str]


class SeriesView(msgspec.Struct, frozen=True):
    """A series: what one device says of one quantity."""

    series: int
    gateway: str
    device: str
    quantity: str
    unit: str
    """The unit of all its values; empty for a quantity without one."""


class ReadingView(msgspec.Struct, frozen=True):
    """One reading: event time, value in `unit`, and what is known against it."""

    series: int
    device: str
    quantity: str
    unit: str
    time: TimeText
    value: float
    flags: list[str]
    """no_time, sentinel, impossible, disputed, imported."""
    deviation: float | msgspec.UnsetType | None = msgspec.UNSET
    """Only if asked for: indicated minus true, by the certificate of that time; null where none says."""
    corrected: float | msgspec.UnsetType | None = msgspec.UNSET
    """Only if asked for: the value less the deviation, for reading; the value stays as it came and is judged so."""


class SuspicionView(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A sensor stood under suspicion."""

    finding: str
    kind: str
    start: TimeText
    end: TimeText | None
    """null while it lasts."""


class Buckets(msgspec.Struct, frozen=True):
    """What a curve is drawn of."""

    device: str
    quantity: str
    unit: str
    count: list[int]
    min: list[float | None]
    mean: list[float | None]
    max: list[float | None]
    gap_s: float
    """A pause longer than this is a gap in the curve; shorter ones are how often the sensor speaks."""
    doubted: list[int]
    """Numbers of the buckets that rest on readings which are doubted: disputed, or taken while the sensor stood under suspicion."""
    suspicions: list[SuspicionView]
    """Why, for who may know what is found about sensors."""


class BucketsOfSeries(Buckets, frozen=True):
    """min/mean/max of one series, a value per bucket; null where a bucket is empty."""

    series: int


class BucketsView(msgspec.Struct, frozen=True):
    """Downsampled readings on one grid of equal intervals. Disputed, sentinel and impossible ones are left out."""

    width_s: float
    start: list[TimeText]
    items: list[BucketsOfSeries]


class GoodsView(msgspec.Struct, frozen=True):
    """Goods that follow the air alike."""

    form: str
    """Form of stock, where it is not the profile's own."""
    lag_s: float
    """Time constant by which they follow the air; 0: they are as warm as the air."""
    since: TimeText | None
    """When they came, while they still remember another place; null: they have settled."""
    came_from: str | None
    probed: bool
    """Whether a probe on their surface counts before the estimate, as long as it is heard."""


class DerivedBuckets(Buckets, frozen=True):
    """min/mean/max of what follows for some goods from one device's readings; null where nothing is known."""

    goods: GoodsView


class DerivedView(msgspec.Struct, frozen=True):
    """A derived quantity on one grid of equal intervals, reckoned from every trusted reading as the detectors do."""

    width_s: float
    start: list[TimeText]
    items: list[DerivedBuckets]
    left_out: int
    """More goods than are shown: settled ones come first, then those that came last."""


class RejectedCount(msgspec.Struct, frozen=True):
    """How many were refused for one reason."""

    reason: str
    n: int


class Messages(msgspec.Struct, frozen=True):
    """received = decoded + rejected"""

    received: int
    decoded: int
    rejected: list[RejectedCount]
    adds_up: bool


class Values(msgspec.Struct, frozen=True):
    """received = kept + duplicate + conflicting + rejected; `late` are kept ones behind the newest of their series"""

    received: int
    kept: int
    duplicate: int
    conflicting: int
    rejected: list[RejectedCount]
    late: int
    adds_up: bool


class LedgerHour(msgspec.Struct, frozen=True):
    """What came from one gateway in one hour of receipt, and what became of it."""

    gateway: str
    hour: TimeText
    messages: Messages
    values: Values


class LedgerView(msgspec.Struct, frozen=True):
    """A page of the ledger, and whether all its lines add up."""

    items: list[LedgerHour]
    adds_up: bool
    next: str | None


class DeadLetterView(msgspec.Struct, frozen=True):
    """A refused message, kept for repair."""

    id: int
    received: TimeText
    gateway: str
    topic: str
    reason: str
    detail: str
    size_bytes: int
    """Size of the message as it came; the payload kept may be shorter."""
    complete: bool
    """Whether the whole payload was kept, so that it can be submitted again as it is."""
    message: str
    fix: str
    """What to change, in a sentence."""


class DeadLetterFull(DeadLetterView, frozen=True):
    """A dead letter with its payload."""

    payload_text: str | None
    """The payload as text; null if it is not UTF-8."""
    payload_base64: str


class SubmittedView(msgspec.Struct, frozen=True):
    """A message that was put on its topic again."""

    topic: str
    size_bytes: int


class PlacementView(msgspec.Struct, frozen=True):
    """A lot or device was in a place from–to."""

    id: str
    version: int
    subject_kind: str
    subject: str
    place_kind: str
    place: str
    valid_from: TimeText
    valid_to: TimeText | None
    """Exclusive; null while it lasts."""
    set_by: str
    how: str


class KeyView(msgspec.Struct, frozen=True):
    """A key without its secret."""

    id: str
    name: str
    hint: str
    """The secret's first characters behind `kw_`."""
    role: str
    customer: str | None
    gateway: str | None
    site: str | None
    carrier: str | None
    person: str | None
    """Who acts with it, if it was given out for one person."""
    created: TimeText
    expires: TimeText | None
    last_used: TimeText | None
    revoked: TimeText | None


class IssuedView(KeyView, frozen=True, kw_only=True):
    """A new key with its secret, which is shown this once."""

    secret: str


class EventView(msgspec.Struct, frozen=True):
    """One change: who did what to which object, why, and what it was before and after."""

    sequence: int
    time: TimeText
    principal: str
    act: str
    subject: str
    reason: str
    old: Any
    new: Any
