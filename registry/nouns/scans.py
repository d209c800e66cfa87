"""Scans: what was scanned when and by whom, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from registry.nouns.placement import Placement


class Thing(NamedTuple):
    """An object of the registry."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Kept(NamedTuple):
    """A placement on record."""

    id: str
    value: Placement


class Move(NamedTuple):
    """What a scan changes; nothing if the thing is there already."""

    ends: tuple[Kept, ...]
    new: Placement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Two codes scanned one after the other, and what came of them."""

    id: str = ""
    """UUIDv7, given by the store."""
    principal: str
    client_id: str
    """Given by the scanning device, so that a scan that is sent again counts once."""
    first: str
    second: str
    """In canonical form."""
    time_us: int
    received_us: int
    note: str = ""
    subject: str
    place: str
    """`kind:key`."""
    placement: str | None = None
    """What it made; None = the thing was there already."""
    ended: tuple[str, ...] = ()
    undone_us: int | None = None
