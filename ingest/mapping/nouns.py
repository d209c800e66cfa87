"""The nouns of mappings: a mapping as it was read and checked, what is wrong with one, and what comes of a message."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ingest.mapping.paths import Path
from ingest.mapping.templates import Template
from ingest.nouns import EARLIEST_US, Decoded

FORMAT = 1

Text = Mapping[str, str]
"""Language → words; a text that is in one language only stands under "en" and "zh"."""


class Payload(StrEnum):
    """What the bytes of a message are."""

    JSON = "json"
    LINE_PROTOCOL = "line_protocol"
    TEXT = "text"
    CSV = "csv"


class Numbers(StrEnum):
    """What is done with a number that comes as text."""

    REFUSE = "refuse"
    POINT = "point"
    COMMA = "comma"


class Others(StrEnum):
    """What is done with a name that was found by a capture and that no list knows."""

    KEEP = "keep"
    LEAVE = "leave"


class Empty(StrEnum):
    """What is done with a message in which no value stands."""

    REFUSE = "refuse"
    SKIP = "skip"


class Distrusted(StrEnum):
    """What is done with a time that cannot be believed."""

    REFUSE = "refuse"
    RECEIPT = "receipt"


class SettingKind(StrEnum):
    """What can be filled in for a setting."""

    TEXT = "text"
    TIME_ZONE = "time_zone"
    GATEWAY = "gateway"
    TOPIC = "topic"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a mapping."""

    field: str
    """As in `message[1].values.temp.unit` (lists counted from 1); "" for the mapping as a whole."""
    code: str
    """The message's code, `mapping.…`, rendered by `texts`."""
    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


class InvalidMappingError(Exception):
    """Raised when a document is no mapping; it carries everything that is wrong."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{fault.field or 'mapping'}: {fault.code}" for fault in faults))


@dataclass(frozen=True, slots=True)
class Setting:
    """What has to be filled in before a mapping can be used."""

    name: str
    title: Text
    kind: SettingKind
    default: str | float | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """From the number in a message to a number in a unit."""

    unit: str = ""
    """"" = the quantity's own."""
    by: float = 1.0
    over: float = 1.0
    """A scale of 0.1 is a division by 10, so that 217 becomes 21.7 and not 21.700000000000003."""
    offset: float = 0.0

    def apply(self, figure: float) -> float:
        """`figure` in `unit`."""
        return figure * self.by / self.over + self.offset


AS_IS = Conversion()


@dataclass(frozen=True, slots=True)
class Name:
    """What a found name means: a quantity and how its numbers are converted."""

    quantity: str
    conversion: Conversion = AS_IS


@dataclass(frozen=True, slots=True)
class Value:
    """Where values stand, and what they are."""

    path: Path
    quantity: Template
    conversion: Conversion = AS_IS
    unit_at: Path | None = None
    words: Mapping[str, float] = dataclasses.field(default_factory=dict)
    absent: float | None = None
    device: Template | None = None
    """Where it differs from the record's."""
    numbers: Numbers = Numbers.REFUSE
    constant: Name | None = None
    """What it measures, if that does not depend on the message."""


@dataclass(frozen=True, slots=True)
class Time:
    """Where the time stands and how it is read."""

    at: tuple[Path, ...]
    format: str = "auto"
    zone: ZoneInfo | None = None
    distrust_before_us: int = EARLIEST_US
    distrusted: Distrusted = Distrusted.REFUSE


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of the record for its values to be taken."""

    at: Path
    test: Callable[[list[object]], bool]
    """Whether it holds of all that stands at the path."""


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record in a message."""

    at: Path
    where: tuple[Condition, ...]
    values: tuple[Value, ...]
    device: Template
    time: Time | None
    others: Others


@dataclass(frozen=True, slots=True)
class Status:
    """Where a message says whether the gateway is online."""

    at: Path
    online: frozenset[str]
    offline: frozenset[str]


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message."""

    topics: tuple[str, ...]
    """Patterns, as they were written."""
    gateway: Template
    payload: Payload = Payload.JSON
    separator: str = ","
    skip: bool = False
    status: Status | None = None
    records: tuple[Record, ...] = ()
    empty: Empty = Empty.REFUSE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway asks before it goes on, and what it is told."""

    topic: str
    """Pattern on which it asks."""
    where: tuple[Condition, ...]
    """What must hold of the question."""
    reply: Template
    """Topic of the answer."""
    says: bytes
    unasked: str
    """Topic of the answer for gateways that asked before anybody listened; "" if there is none."""


@dataclass(frozen=True, slots=True)
class GatewayMapping:
    """A mapping, checked, with its settings filled in."""

    key: str
    title: Text
    messages: tuple[Message, ...]
    names: Mapping[str, Name]
    gateways: Mapping[str, str]
    devices: Mapping[str, str]
    answers: tuple[Answer, ...] = ()


class Outcome(NamedTuple):
    """What comes of one message on a topic of a mapping."""

    gateway: str
    """Who speaks; where that is not known, the key of the mapping."""
    mapping: str
    decoded: Decoded
    """`reason` says why the whole message was refused."""
    online: bool | None = None
    """Whether the gateway says it is online; None if the message does not speak of that."""
