"""Messages as they arrive, noted while somebody looks at their gateway: what they said and what became of it.

Nobody looks most of the time, and then none of this is called. While somebody does, only so many messages a second are
noted: a picture for people and not an account; accounts are the ledger and the dead letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Final, Protocol

import numpy as np

from ingest import senml
from ingest.decode import Kind, Limits, is_cbor, parse_json
from ingest.fields import Fault, Said
from ingest.nouns import US_PER_SECOND, Rejected, Seen, SeenRefusal, SeenValue
from ingest.series import SeriesNumbers

MOST_PER_SECOND: Final = 50
MOST_BYTES_PER_SECOND: Final = 1_000_000
"""The last message of a second may go beyond."""
MOST_HELD: Final = 200
"""Noted, and not yet handed to the keeper."""
SHOWN_BYTES: Final = 8_192
SHOWN_VALUES: Final = 50


class Form(StrEnum):
    """As what a message was read."""

    NATIVE = "native"
    SENML_JSON = "senml_json"
    SENML_CBOR = "senml_cbor"
    MAPPING = "mapping"
    STATUS = "status"
    IMPORT = "import"
    UNREAD = "unread"
    """Neither JSON nor CBOR, or on a topic that nothing reads."""


class Arrived(Protocol):
    """What is noted of an MQTT message beside what was made of it."""

    @property
    def topic(self) -> str: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def qos(self) -> int: ...
    @property
    def dup(self) -> bool: ...
    @property
    def retain(self) -> bool: ...
    @property
    def size(self) -> int: ...


class Keeper(Protocol):
    """Where what is noted goes, and who looks. Neither of the two ever raises, or waits."""

    def watched(self) -> frozenset[str]:
        """The gateways that somebody looks at now."""

    def keep(self, seen: Sequence[Seen]) -> bool:
        """Whether these could be kept; if not, they may be handed over again."""


class Nobody:
    """Nobody ever looks."""

    def watched(self) -> frozenset[str]:
        """No gateway."""
        return frozenset()

    def keep(self, seen: Sequence[Seen]) -> bool:
        """Nothing to keep."""
        return True


@dataclass(slots=True)
class Taken:
    """What was made of one message, as the pipeline saw it."""

    gateway: str
    kind: Kind | None
    """None: on a topic that is none of ours."""
    mapping: str = ""
    online: bool | None = None
    refused: list[Rejected] = field(default_factory=list)
    """0 values: the message as a whole."""
    said: list[Said] = field(default_factory=list)
    numbers: Sequence[int] = ()
    times: Sequence[int] = ()
    values: Sequence[float] = ()
    flags: Sequence[int] = ()


class Watcher:
    """Notes messages of the gateways that are looked at. Belongs to the one thread of ingest."""

    def __init__(self, keeper: Keeper | None = None, limits: Limits | None = None) -> None:
        self._keeper = keeper or Nobody()
        self._limits = limits or Limits()
        self.gateways: frozenset[str] = frozenset()
        """Whose messages are noted; empty: nobody looks."""
        self._held: list[Seen] = []
        self._passed: Counter[str] = Counter()
        self._second = self._messages = self._bytes = 0

    def look(self) -> None:
        """Ask who is looked at."""
        self.gateways = self._keeper.watched()
        if not self.gateways:
            self._held, self._passed = [], Counter()

    def flush(self) -> None:
        """Hand over what was noted; what cannot be kept just now waits, and the oldest of too much is let go."""
        if self._held:
            self._held = [] if self._keeper.keep(self._held) else self._held[-MOST_HELD:]

    def has_room(self, received_us: int) -> bool:
        """Whether another message of this second is noted."""
        second = received_us // US_PER_SECOND
        if second != self._second:
            self._second, self._messages, self._bytes = second, 0, 0
        return self._messages < MOST_PER_SECOND and self._bytes < MOST_BYTES_PER_SECOND

    def passed_over(self, gateway: str) -> None:
        """A message of a gateway came for which there was no room."""
        if gateway in self.gateways:
            self._passed[gateway] += 1

    def note(self, message: Arrived, received_us: int, taken: Taken, series: SeriesNumbers) -> None:
        """Note one message."""
        self._messages += 1
        self._bytes += len(message.payload)
        seen = Seen(
            received_us=received_us, gateway=taken.gateway, topic=_printable(message.topic), qos=message.qos, retained=message.retain,
            repeated=message.dup, size=message.size, payload=message.payload[:SHOWN_BYTES],
            form=_form(message.payload, taken, self._limits).value, mapping=taken.mapping, online=taken.online,
            values=_values(taken, series), total=len(taken.values),
            refused=[SeenRefusal(one.reason.value, _printable(one.detail[:500]), one.values) for one in taken.refused[:SHOWN_VALUES]],
            passed=self._passed.pop(taken.gateway, 0),
        )  # fmt: skip
        self._held.append(seen)


def _printable(text: str) -> str:
    """Bytes that were no UTF-8 as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _form(payload: bytes, taken: Taken, limits: Limits) -> Form:
    if taken.mapping:
        return Form.MAPPING
    if taken.kind in {Kind.STATUS, Kind.IMPORT}:
        return Form(taken.kind.value)
    return Form.UNREAD if taken.kind is None or not payload else form_of(payload, limits)


def form_of(payload: bytes, limits: Limits) -> Form:
    """As what a telemetry payload is read."""
    if is_cbor(payload):
        return Form.SENML_CBOR
    parsed = parse_json(payload, limits)
    if isinstance(parsed, Fault):
        return Form.UNREAD
    records = parsed if isinstance(parsed, list) else [parsed]
    return Form.SENML_JSON if any(senml.is_record(record) for record in records) else Form.NATIVE


def _values(taken: Taken, series: SeriesNumbers) -> list[SeenValue]:
    """The first values; each with what the message said, where that was in another unit."""
    numbers = np.array(taken.numbers[:SHOWN_VALUES], np.int32)
    values = np.array(taken.values[:SHOWN_VALUES], np.float64)
    flags = np.array(taken.flags[:SHOWN_VALUES], np.uint8) | series.flags(numbers, values)
    said = {(one.quantity, one.converted): one for one in reversed(taken.said)}
    fresh = {one.id for one in series.fresh}
    found: list[SeenValue] = []
    rows = zip(numbers.tolist(), taken.times, values.tolist(), flags.tolist(), strict=False)
    for number, time_us, value, bits in islice(rows, SHOWN_VALUES):
        key = series.key_of(number)
        meant = said.get((key.quantity, value))
        found.append(
            SeenValue(
                key.device, key.quantity, time_us, value, bits, number in fresh,
                meant.value if meant else None, meant.unit if meant else "",
            )
        )  # fmt: skip
    return found


__all__ = ["Arrived", "Form", "Keeper", "Nobody", "Taken", "Watcher", "form_of"]
