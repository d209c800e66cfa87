"""The nouns of detect: what is expected of a device, and what a detector noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple
from zlib import crc32

import msgspec

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class Severity(StrEnum):
    """How bad it is for the goods, from a hint to certain harm."""

    ADVICE = "advice"
    WARNING = "warning"
    ALARM = "alarm"
    CRITICAL = "critical"


class Kind(StrEnum):
    """What kind of trouble a finding is."""

    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"
    CONDENSATION = "condensation"
    WET_METAL = "wet_metal"
    BUDGET_USED = "budget_used"
    SILENT_QUANTITY = "silent_quantity"
    SILENT_DEVICE = "silent_device"
    SILENT_GATEWAY = "silent_gateway"
    SILENT_SITE = "silent_site"
    UNWATCHED = "unwatched"
    SENTINEL = "sentinel"
    IMPOSSIBLE = "impossible"
    SHARED_IDENTITY = "shared_identity"
    SPIKE = "spike"
    NOISE = "noise"
    STUCK = "stuck"
    DRIFT = "drift"
    CALIBRATION_OVERDUE = "calibration_overdue"
    WETNESS = "wetness"
    FREEZE_THAW = "freeze_thaw"
    FAST_CHANGE = "fast_change"
    CONDITIONING = "conditioning"
    MEAN_KINETIC = "mean_kinetic_temperature"
    PREDICTED_BREACH = "predicted_breach"
    LOW_BATTERY = "low_battery"
    WEAK_RADIO = "weak_radio"
    LOST_MESSAGES = "lost_messages"
    RESTARTING = "restarting"
    GAP_PATTERN = "gap_pattern"
    CLOCK_FAULT = "clock_fault"
    MAINS_LOST = "mains_lost"
    ANOMALY = "anomaly"
    SUDDEN_CHANGE = "sudden_change"
    DEGRADING_EQUIPMENT = "degrading_equipment"
    FAILED_EQUIPMENT = "failed_equipment"
    INSPECTION_DUE = "inspection_due"


GOODS_KINDS = frozenset({
    Kind.TOO_HIGH, Kind.TOO_LOW, Kind.CONDENSATION, Kind.WET_METAL, Kind.BUDGET_USED, Kind.UNWATCHED,
    Kind.WETNESS, Kind.FREEZE_THAW, Kind.FAST_CHANGE, Kind.CONDITIONING, Kind.MEAN_KINETIC,
    Kind.PREDICTED_BREACH,
})  # fmt: skip
"""Kinds that are about the goods; all others are work on a sensor, a gateway or a machine."""


SOFT_FAULTS = frozenset({Kind.SPIKE, Kind.NOISE, Kind.STUCK, Kind.DRIFT})
"""Suspicions about a sensor: what it says is doubted, but not disbelieved."""


EQUIPMENT_KINDS = frozenset({Kind.DEGRADING_EQUIPMENT, Kind.FAILED_EQUIPMENT, Kind.INSPECTION_DUE})
"""Kinds that are work on the machines that keep the climate."""


PRODUCT_TEMPERATURE = "product_temperature"
DEW_POINT_MARGIN = "dew_point_margin"
SURFACE_HUMIDITY = "surface_humidity"
SOURCES: Mapping[str, frozenset[str]] = MappingProxyType({
    PRODUCT_TEMPERATURE: frozenset({"temperature", "surface_temperature"}),
    DEW_POINT_MARGIN: frozenset({"relative_humidity"}),
    SURFACE_HUMIDITY: frozenset({"relative_humidity"}),
})
"""Derived quantity → the measured ones of which at least one must be heard lest its goods are unwatched.

The margin and the humidity at the surface need temperature too, but humidity never comes without it.
"""
TIME_OF_WETNESS = "time_of_wetness"
FREEZE_THAW = "freeze_thaw"
RATE_OF_CHANGE = "rate_of_change"
CONDITIONING = "conditioning"
MEAN_KINETIC = "mean_kinetic_temperature"
EXAMINED: Mapping[str, frozenset[str]] = MappingProxyType({
    TIME_OF_WETNESS: frozenset({"relative_humidity"}),
    FREEZE_THAW: frozenset({"temperature", "surface_temperature"}),
    RATE_OF_CHANGE: frozenset({"temperature", "surface_temperature"}),
    CONDITIONING: frozenset({"temperature", "surface_temperature"}),
    MEAN_KINETIC: frozenset({"temperature"}),
})
"""What a limit may name that is judged over a longer time (`detect.goods`) → as in `SOURCES`."""
WET_METAL_BAND = "wet-metal"
"""The name of the band whose condensation makes metal unfit for a melting pot; guidance goes by this name too."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """High excursions that a label allows if the mean kinetic temperature stays within its limit (°C, µs)."""

    low: float
    """Below this nothing is excused."""
    high: float
    most: float
    """Between `high` and this it may be for `most_us` at a stretch."""
    most_us: int
    coverage: float = 0.9
    """Share of the window that must rest on readings lest nothing is said."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit band of a profile: beyond `limit` on `side` for `on_delay_us` and `min_samples` is an excursion.

    Beside what is measured, `quantity` may be one that is derived: `product_temperature` (°C), `dew_point_margin` (K,
    surface minus dew point of the air) or `surface_humidity` (%); or one that is judged over a longer time:
    `time_of_wetness` (h within `window_us`), `freeze_thaw` (°C at which it freezes), `rate_of_change` (K/h over
    `window_us`), `conditioning` (K between goods and room), `mean_kinetic_temperature` (°C over `window_us`).
    """

    band: str
    """The band's name in its profile, unique there ("high", "frost", …)."""
    quantity: str
    side: Literal["high", "low"]
    limit: float
    deadband: float
    """The condition ends when the value is back inside by this much (same unit as the limit)."""
    on_delay_us: int
    min_samples: int
    severity: Severity
    budget_us: int = 0
    """If > 0, not the single event counts: the time beyond `limit` within any `window_us` may be so long."""
    window_us: int = 0
    source: str = ""
    """Where the figure comes from: a message code or a text."""
    off: str = ""
    """Why the rule is switched off: a message code or a text; "" = it is on."""
    stages: tuple[str, ...] = ()
    """Where goods must be for it to hold: `storage`, `loading`, `transport`, `arrived`; empty = anywhere."""
    cycles: int = 0
    """How many times the goods may freeze within `window_us`."""
    allowed: Allowed | None = None
    """What a mean kinetic temperature may excuse."""


class Stop(NamedTuple):
    """Goods were in a place (a shipment and its vehicle are two names of one) from–to."""

    places: tuple[str, ...]
    from_us: int
    to_us: int


def settling_us(lag_us: int) -> int:
    """How long goods remember where they came from: six time constants leave 0.25 % of a difference."""
    return 6 * lag_us


class Goods(NamedTuple):
    """Goods beside a device that follow the air alike."""

    profile: str
    lag_us: int
    """First-order time constant by which they follow the air; 0 = at once."""
    form: str = ""
    """Form of stock, where it is not the profile's own."""
    since_us: int | None = None
    """When they arrived, while they still remember another place; None = they have settled here."""
    path: tuple[Stop, ...] = ()
    """Where they were in the time before that they remember, in order."""

    @property
    def name(self) -> str:
        """Tells them from others of their profile; "" for those in the profile's own form that have settled."""
        if self.since_us is None:
            return f"@{self.form}" if self.form else ""
        came = self.path[-1].places[-1] if self.path else ""
        way = crc32(repr(self.path).encode())
        return f"@{self.form}@{came}@{self.since_us // 1_000_000}@{way:08x}"


@dataclass(frozen=True, slots=True)
class Watch:
    """What is expected of one device during one interval: where it hangs and what the goods there tolerate.

    The watches of a device do not overlap in time. A device without a watch is not expected to speak.
    """

    device: str
    gateway: str
    zone: str
    """Key of the zone (or shipment) whose goods are beside the device."""
    valid_from_us: int
    valid_to_us: int | None
    interval_us: int
    """How often the device is expected to speak."""
    quantities: tuple[str, ...]
    """What the device is expected to say; empty = whatever it says."""
    unwatched_us: int
    """How long the zone may be without a trusted reading (the strictest profile present)."""
    limits: tuple[Limit, ...]
    profiles: tuple[str, ...] = ()
    goods: tuple[Goods, ...] = ()
    """The goods present by profile, lag and whence they came; a profile that is not named here follows at once."""
    live: bool = True
    """False: a logger that is read out later; nobody expects it to speak, nor the goods to be watched by it alone."""
    recorded_us: int = 0
    """When the registry learned of it: nobody can be expected to speak before."""
    site: str = ""
    """Key of the site where its gateway is, if it is at one: all of them silent at once have one cause."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a detector noticed: kind, subject, interval in event time, evidence.

    Two findings are the same noticing when (detector, subject, kind, band) agree and their intervals overlap.
    """

    id: str
    """UUIDv7."""
    detector: str
    detector_version: str
    kind: Kind
    subject: str
    """`device:{gateway/device}:{quantity}`, `device:…`, `zone:…`, `gateway:…` or `site:…`."""
    band: str
    """The limit band for excursions, else ""."""
    zone: str | None
    """Where the goods are that this is about, if any."""
    cause: str
    """Findings of one cause are one alarm: `zone:z1:temperature:high`, `gateway:g1:silent`, …"""
    severity: Severity
    start_us: int
    end_us: int | None
    """None while it goes on."""
    peak: float | None
    """The worst value (excursions), else None."""
    area: float | None
    """Degree-minutes (or unit-minutes) beyond the limit, over covered time."""
    coverage: float
    """Share of the interval (to the last reading while open) that rests on readings, 0…1."""
    samples: int
    """Readings in the interval."""
    received_us: int
    """Receipt of the reading that decided it."""
    evidence: dict[str, Json] = field(default_factory=dict)
    """Parameters of the explanation: limit, profile, last value, …"""
    retracted: str | None = None
    """The reason (a message code) when it turned out not to have been."""
    model: str | None = None
    """Name and version of the trained model behind it, if any."""


class Change(StrEnum):
    """What happened to a finding."""

    OPENED = "opened"
    EXTENDED = "extended"
    CLOSED = "closed"
    REVISED = "revised"
    RETRACTED = "retracted"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding as it is now, what happened to it, and with which other (merge, split)."""

    change: Change
    finding: Finding
    other_id: str | None = None


class Looks(msgspec.Struct, array_like=True):
    """How far the examiners have looked."""

    detectors: list[str] = []
    """Those that have looked; another one is new."""
    paces: dict[int, tuple[int, bytes]] = {}
    """By how often they look: the as-of time of the last look, and what was touched since that lies before it."""


class Checkpoint(msgspec.Struct, array_like=True):
    """Where detection stands. It is recorded in the commit that records what a step found."""

    position: int = 0
    as_of_us: int = 0
    due: list[tuple[str, str, int, int]] = []
    """Windows (level, name, start, end) whose silence is to be judged once nobody there is catching up."""
    lagged: dict[str, int] = {}
    """Per gateway, when it last delivered readings that were old on arrival."""
    watches: str = ""
    """Digest of the watches by which all was judged; if they are others after a restart, all is judged again."""
    looks: Looks = msgspec.field(default_factory=Looks)
    dirty: bytes = b""
    """Series that are still to be followed anew, with the moment from which on."""
