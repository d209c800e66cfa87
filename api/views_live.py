"""What goes over the wire about messages as they arrive."""

from __future__ import annotations

import msgspec

from api.times import TimeText
from api.views_mappings import WouldKeep, WouldRefuse


class ArrivedView(msgspec.Struct, frozen=True):
    """A message as it arrived, and what was made of it."""

    received: TimeText
    topic: str
    qos: int
    retained: bool
    repeated: bool
    """The broker delivered it before and got no acknowledgement."""
    size_bytes: int
    payload_text: str | None
    """The payload, or its beginning; null if it is not UTF-8."""
    payload_base64: str | None
    """The same as base64 where it is no text; else null."""
    payload_cut: bool
    """Only the beginning is shown."""
    form: str
    """As what it was read: native, senml_json, senml_cbor, mapping, status, import, or unread."""
    mapping: str | None
    """The key of the mapping that read it."""
    online: bool | None
    """What it says of the gateway's state; null if nothing."""
    keeps: list[WouldKeep]
    """The values that were kept, at most 50."""
    kept: int
    """How many were."""
    refuses: list[WouldRefuse]
    passed: int
    """Messages that came between the one before and this, and are not shown because so many come."""


class MessagesView(msgspec.Struct, frozen=True):
    """The latest messages of a gateway, newest first."""

    items: list[ArrivedView]
    watched_until: TimeText
    """Messages are noted until then; every question puts it off."""
    next: str | None
