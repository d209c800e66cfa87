"""The link to the broker: in which state it is and why, what happened to it, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import NamedTuple


class Link(StrEnum):
    """How we stand with the broker."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    REFUSED = "refused"


class Cause(StrEnum):
    """Why there is no connection, or not all of one."""

    NONE = "none"
    NOT_YET = "not_yet"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    SILENT = "silent"
    CLOSED = "closed_by_broker"
    MALFORMED = "malformed_packet"
    UNAVAILABLE = "broker_unavailable"
    BAD_CREDENTIALS = "bad_credentials"
    NOT_AUTHORISED = "not_authorised"
    PROTOCOL_VERSION = "protocol_version"
    CLIENT_ID = "client_id"
    CERTIFICATE = "certificate"
    SUBSCRIPTION = "subscription_refused"
    STOPPED = "stopped"


REFUSALS = frozenset({
    Cause.BAD_CREDENTIALS, Cause.NOT_AUTHORISED, Cause.PROTOCOL_VERSION, Cause.CLIENT_ID, Cause.CERTIFICATE,
    Cause.SUBSCRIPTION,
})  # fmt: skip
"""Causes that a person has to remove: trying again at full speed would only fill the broker's log."""

CONNACK_CAUSES = {
    "Unsupported protocol version": Cause.PROTOCOL_VERSION,
    "Client identifier not valid": Cause.CLIENT_ID,
    "Server unavailable": Cause.UNAVAILABLE,
    "Server busy": Cause.UNAVAILABLE,
    "Bad user name or password": Cause.BAD_CREDENTIALS,
    "Not authorized": Cause.NOT_AUTHORISED,
    "Banned": Cause.NOT_AUTHORISED,
}
"""paho's names of CONNACK reason codes, the same for MQTT 3.1.1 and 5; any other one is UNAVAILABLE."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """The state with its reason, for health and logs."""

    link: Link
    cause: Cause
    detail: str = ""


class EventKind(StrEnum):
    """What can happen to a link."""

    CONNECTED = "connected"
    SESSION_NEW = "session_new"
    """The broker knew no session of ours: what it received while we were away, it did not keep for us."""
    LOST = "lost"
    REFUSED = "refused"


class LinkEvent(NamedTuple):
    """Something that happened to the link."""

    kind: EventKind
    at_us: int
    cause: Cause
    detail: str

    def told(self) -> str:
        """As a line of the log."""
        cause = "" if self.cause is Cause.NONE else f" ({self.cause.value})"
        return f"{self.kind.value}{cause} {self.detail}".rstrip()


class Backoff:
    """Exponential waiting with jitter. A connection counts as a success only when it has lasted."""

    FIRST_S = 0.25
    CAP_S = 8.0
    LASTED_S = 10.0

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failures = 0

    def wait_s(self, cause: Cause, lasted_s: float) -> float:
        """How long to wait after a connection that lasted `lasted_s` seconds ended, or failed, by `cause`.

        The second client with the same id, which the broker closes each time, thereby slows down too.
        """
        self._failures = 0 if lasted_s >= self.LASTED_S else self._failures
        full_s = self.CAP_S if cause in REFUSALS else min(self.CAP_S, self.FIRST_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        return full_s * self._random.uniform(0.5, 1.0)
