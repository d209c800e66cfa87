"""How the embedded broker is, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Condition(StrEnum):
    """How the broker is."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    NEARLY_FULL = "nearly_full"
    DRAINING = "draining"
    """The store was full: it runs on its reserve, lets Keepwell read, and turns gateways away until half is free."""
    UNRESPONSIVE = "unresponsive"
    DOWN = "down"


class BrokerEventKind(StrEnum):
    """What can happen to the broker."""

    STARTED = "started"
    ADOPTED = "adopted"
    REPLACED = "replaced"
    """A server of an earlier Keepwell ran with another configuration and was stopped."""
    DIED = "died"
    HUNG = "hung"
    FULL = "full"
    DRAINED = "drained"


class BrokerEvent(NamedTuple):
    """Something that happened to the broker."""

    kind: BrokerEventKind
    at_us: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BrokerState:
    """How the broker is, and how full."""

    condition: Condition
    used_bytes: int = 0
    limit_bytes: int = 0
