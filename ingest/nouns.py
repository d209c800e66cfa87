"""The nouns of ingest: what a message is turned into, and why one is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

US_PER_SECOND = 1_000_000
US_PER_MINUTE = 60 * US_PER_SECOND
US_PER_HOUR = 3_600 * US_PER_SECOND
US_PER_DAY = 24 * US_PER_HOUR

EARLIEST_US = 978_307_200 * US_PER_SECOND
"""2001-01-01T00:00:00Z: an older time stamp is a clock that was never set."""

MAX_AHEAD_US = 10 * US_PER_MINUTE
"""How far ahead of its receipt a time stamp may be before it is refused."""

IMPORT_SOURCE = "import"
"""Stands in the ledger, and beside conflicting values, where a gateway would: what a person uploaded as a file."""


class Flag(IntFlag):
    """What is known about one kept reading beside its value (bits of a byte)."""

    NO_TIME = 1  # the message carried no time, so the time is that of its receipt
    SENTINEL = 2  # the sensor's own code for "I have no value"
    IMPOSSIBLE = 4  # outside what the quantity can physically be
    DISPUTED = 8  # another value came for the same series and time
    IMPORTED = 16  # read from a file after the journey, never live


class Reason(StrEnum):
    """Why a message or a value was refused. The names are the contract of the ledger and of metrics."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_CBOR = "not_cbor"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    TOO_MANY_READINGS = "too_many_readings"
    WRONG_TYPE = "wrong_type"
    TEXT_NUMBER = "text_number"
    NOT_FINITE = "not_finite"
    CLOCK = "clock"
    BAD_TIME = "bad_time"
    UNKNOWN_UNIT = "unknown_unit"
    BAD_NAME = "bad_name"
    BAD_SENML = "bad_senml"
    NO_VALUES = "no_values"
    BAD_TOPIC = "bad_topic"
    BAD_GATEWAY = "bad_gateway"
    GATEWAY_MISMATCH = "gateway_mismatch"
    UNKNOWN_DEVICE = "unknown_device"
    TOO_MANY_SERIES = "too_many_series"
    RETAINED = "retained"
    UNMAPPED = "unmapped"
    SKIPPED = "skipped"
    NO_NAME = "no_name"
    NOT_LINE_PROTOCOL = "not_line_protocol"


class NotKept(Exception):
    """Raised when a batch could not be made durable (disk full, file locked); the same commit may be tried again."""


class Rejected(NamedTuple):
    """One or more values of a message that were refused, with the reason and where in the message."""

    reason: Reason
    detail: str
    values: int = 1


@dataclass(slots=True)
class Decoded:
    """One message, decoded: five lists of equal length (a value each), and what was refused.

    `reason` is set when the whole message was refused; the lists are then empty.
    """

    devices: list[str] = field(default_factory=list)
    """Device names as the gateway says them; "" is the gateway itself."""
    quantities: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    """Event times, µs UTC."""
    values: list[float] = field(default_factory=list)
    """In the quantity's one unit."""
    flags: list[int] = field(default_factory=list)
    """Flag.NO_TIME or 0."""
    rejected: list[Rejected] = field(default_factory=list)
    reason: Reason | None = None
    detail: str = ""


class SeriesKey(NamedTuple):
    """A series: what one device says of one quantity. `device` is the full name, "gateway/device"."""

    device: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Readings as columns of equal length: the only form in which readings travel inside."""

    series: NDArray[np.int32]
    time_us: NDArray[np.int64]
    value: NDArray[np.float64]
    flags: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.time_us)

    @staticmethod
    def empty() -> Columns:
        """No readings."""
        return Columns(
            np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint8)
        )

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Columns:
        """The readings at `index` (positions, a mask or a slice), in that order."""
        return Columns(self.series[index], self.time_us[index], self.value[index], self.flags[index])

    @staticmethod
    def concat(parts: list[Columns]) -> Columns:
        """All parts one behind the other."""
        if not parts:
            return Columns.empty()
        return Columns(
            np.concatenate([p.series for p in parts]),
            np.concatenate([p.time_us for p in parts]),
            np.concatenate([p.value for p in parts]),
            np.concatenate([p.flags for p in parts]),
        )


class NewSeries(msgspec.Struct, frozen=True, array_like=True):
    """A series seen for the first time, with the number it goes by from now on."""

    id: int
    gateway: str
    device: str
    quantity: str


class Count(msgspec.Struct, frozen=True, array_like=True):
    """A line of the ledger: per gateway and hour of receipt, how many of what (and why)."""

    gateway: str
    hour_us: int
    what: str
    """messages_received, messages_decoded, messages_rejected, values_received, values_rejected,
    values_kept, values_duplicate, values_conflicting, values_late"""
    reason: str
    n: int


class DeadLetter(msgspec.Struct, frozen=True, array_like=True):
    """A refused message, or one with refused values, kept for repair."""

    received_us: int
    gateway: str
    topic: str
    reason: str
    detail: str
    payload: bytes
    """Cut to the size limit of dead letters; `size` is the true size in bytes."""
    size: int


class SeenValue(msgspec.Struct, frozen=True, array_like=True):
    """A value of a message that somebody looked at, as it was kept."""

    device: str
    """Full name."""
    quantity: str
    time_us: int
    value: float
    flags: int
    new_series: bool
    said: float | None
    """The number before its unit was converted; None where nothing was."""
    said_unit: str


class SeenRefusal(msgspec.Struct, frozen=True, array_like=True):
    """What was refused of such a message."""

    reason: str
    detail: str
    values: int
    """0: the message as a whole."""


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """A message as it arrived while somebody looked at its gateway, and what was made of it."""

    received_us: int
    gateway: str
    topic: str
    qos: int
    retained: bool
    repeated: bool
    size: int
    payload: bytes
    """Cut to its beginning; `size` is the true size in bytes."""
    form: str
    """`ingest.watching.Form`"""
    mapping: str
    online: bool | None
    values: list[SeenValue]
    """The first of them."""
    total: int
    """How many values were kept."""
    refused: list[SeenRefusal]
    passed: int
    """Messages of this gateway that came since the one noted before and were not noted."""


class LinkChange(msgspec.Struct, frozen=True, array_like=True):
    """A gateway said (or its last will said) that it is online or offline."""

    gateway: str
    received_us: int
    online: bool


class Batch(msgspec.Struct, array_like=True):
    """What ingest commits at once: the readings of many messages and all that must be known of them.

    A batch without readings is a heartbeat: it says that nothing older than `received_us` is still under way.
    """

    received_us: int
    series: bytes
    """int32, little endian; likewise below: int64, float64, uint8, uint16."""
    time_us: bytes
    value: bytes
    flags: bytes
    source: bytes
    """Per reading, the position in `gateways` of the gateway that delivered it."""
    gateways: list[str]
    new_series: list[NewSeries]
    counts: list[Count]
    dead_letters: list[DeadLetter]
    links: list[LinkChange]

    def columns(self) -> Columns:
        """The readings of this batch, in the order of their arrival."""
        return Columns(
            np.frombuffer(self.series, "<i4"),
            np.frombuffer(self.time_us, "<i8"),
            np.frombuffer(self.value, "<f8"),
            np.frombuffer(self.flags, "u1"),
        )

    def sources(self) -> NDArray[np.uint16]:
        """Per reading, the position of its gateway in `gateways`."""
        return np.frombuffer(self.source, "<u2")
