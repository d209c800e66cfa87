"""What goes over the wire about mappings and what they would make of a message."""

from __future__ import annotations

from typing import Any

import msgspec

from api.times import TimeText


class SettingView(msgspec.Struct, frozen=True):
    """What a mapping asks for."""

    name: str
    title: str
    kind: str
    """text, time_zone, gateway, topic or number"""
    default: str | float | None


class ReadyView(msgspec.Struct, frozen=True):
    """A ready-made mapping."""

    key: str
    title: str
    note: str
    settings: list[SettingView]


class ReadyFull(ReadyView, frozen=True):
    """A ready-made mapping with its document (docs/mappings.md)."""

    document: dict[str, Any]


class MappingView(msgspec.Struct, frozen=True):
    """A mapping and what it does."""

    key: str
    version: int
    """For If-Match; it counts every change, switching on and off too."""
    state: str
    """draft, active or off"""
    active: int | None
    """Number of the version by which messages are read."""
    latest: int
    """Number of the newest version."""


class VersionView(msgspec.Struct, frozen=True):
    """One version, which never changes."""

    number: int
    made: TimeText
    made_by: str
    reason: str
    ready: str
    """Key of the ready-made mapping it was taken from; empty if it was written here."""


class VersionFull(VersionView, frozen=True):
    """One version with its document (docs/mappings.md) and what was filled in."""

    document: dict[str, Any]
    settings: dict[str, Any]


class MappingFull(MappingView, frozen=True):
    """A mapping with its newest version, and which others there are."""

    title: str
    topics: list[str]
    """The MQTT filters that its newest version reads."""
    overlaps: list[str]
    """Keys of other active mappings that read some of the same topics: the more literal pattern wins there."""
    document: dict[str, Any]
    settings: dict[str, Any]
    versions: list[VersionView]


class SaidView(msgspec.Struct, frozen=True):
    """A number as the message said it, in its own unit."""

    value: float
    unit: str


class WouldKeep(msgspec.Struct, frozen=True):
    """A value that would be kept."""

    device: str
    """Full name of the device, as its series goes by it."""
    quantity: str
    value: float
    unit: str
    time: TimeText
    flags: list[str]
    """no_time (the time of receipt), sentinel, impossible"""
    new_series: bool
    """Whether this would be the first value of its series."""
    known_quantity: bool
    """Whether the quantity is one that rules and detectors know."""
    said: SaidView | None = None
    """What it was converted from; null where it was kept as it came."""


class WouldRefuse(msgspec.Struct, frozen=True):
    """What would be refused, and why."""

    reason: str
    """The name that ledger and metrics use."""
    detail: str
    """Where in the message, and what stands there."""
    values: int
    """How many values; 0 if the message as a whole."""
    message: str
    fix: str


class TriedView(msgspec.Struct, frozen=True):
    """What would become of one message."""

    topic: str
    received: TimeText
    retained: bool
    payload_text: str | None
    """The beginning of the payload; null if it is not UTF-8."""
    gateway: str
    online: bool | None
    """What the message says of the gateway's state; null if nothing."""
    keeps: list[WouldKeep]
    refuses: list[WouldRefuse]


class TrialView(msgspec.Struct, frozen=True):
    """What a mapping would make of messages. Nothing was kept."""

    mapping: str
    topics: list[str]
    """The MQTT filters that the mapping reads."""
    messages: list[TriedView]
