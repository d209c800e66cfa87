"""The form in which the corpus of foreign messages says what a gateway sends and what must become of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from ingest.nouns import Reason

RECEIVED: Final = "2026-11-21T08:01:00Z"
"""When every message of the corpus is received; the times in them are about a minute earlier."""
NOW: Final = None
"""For the time of a value: that of receipt, and flagged as such."""


def at_us(text: str) -> int:
    """An RFC 3339 time as µs UTC."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


class Kept(NamedTuple):
    """A value that must be kept, in its quantity's one unit."""

    device: str
    quantity: str
    value: float
    time: str | None = NOW


@dataclass(frozen=True, slots=True)
class ForeignMessage:
    """A message as a gateway of that kind publishes it, and what must become of it."""

    mapping: str
    """The key of the ready-made mapping that must take it."""
    name: str
    topic: str
    payload: bytes
    gateway: str = ""
    kept: tuple[Kept, ...] = ()
    rejected: Mapping[Reason, int] = field(default_factory=dict)
    """Refused values by reason."""
    reason: Reason | None = None
    """Of the message as a whole; None if it is decoded, passed over or says a state."""
    online: bool | None = None
    """What it says of the gateway's link."""
    skipped: bool = False
    """Known to carry nothing for us: counted and left out."""

    def __str__(self) -> str:
        return f"{self.mapping}: {self.name}"


def packed(payload: Any) -> bytes:
    """Bytes and texts as they are, anything else as JSON."""
    if isinstance(payload, bytes):
        return payload
    return (payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)).encode()


class Sender:
    """A kind of gateway: one topic on which most of its messages come, and the id under which they are kept."""

    def __init__(self, mapping: str, topic: str, gateway: str) -> None:
        self._mapping, self._topic, self._gateway = mapping, topic, gateway
        self.messages: list[ForeignMessage] = []

    def says(
        self,
        name: str,
        payload: Any,
        *kept: Kept,
        topic: str | None = None,
        gateway: str | None = None,
        **fate: Any,
    ) -> None:
        """Add a message. `fate` holds `rejected`, `reason`, `online` or `skipped`."""
        self.messages.append(
            ForeignMessage(
                self._mapping,
                name,
                topic or self._topic,
                packed(payload),
                self._gateway if gateway is None else gateway,
                kept,
                **fate,
            )
        )
