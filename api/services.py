"""What the API needs from outside, as protocols; `keepwell/wiring.py` hands the real things in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from detect.nouns import Json
from store.nouns import ReadingReader


class Database(Protocol):
    """The service database: transactions that repositories work in."""

    def reading(self) -> AbstractContextManager[Any]:
        """A transaction that sees one state throughout."""

    def writing(self) -> AbstractContextManager[Any]:
        """A transaction that holds the write lock from its start."""


class EventRow(Protocol):
    """One change: who did what to which object, why, and what it was before and after."""

    @property
    def sequence(self) -> int: ...
    @property
    def time_us(self) -> int: ...
    @property
    def principal(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def old(self) -> Json: ...
    @property
    def new(self) -> Json: ...


class Events(Protocol):
    """The event table (`store.events` is one)."""

    def since(self, connection: Any, sequence: int, limit: int = ...) -> Sequence[EventRow]:
        """The events after `sequence`, in order."""

    def of_subject(
        self, connection: Any, subject: str, after: int = ..., limit: int = ...
    ) -> Sequence[EventRow]:
        """The history of one object, in order."""

    def last_sequence(self, connection: Any) -> int:
        """The sequence of the newest event, 0 if there is none."""


class Publisher(Protocol):
    """A way to put a repaired message on its topic again, through the broker."""

    def submit(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1 and wait for the broker's acknowledgement.

        Raises:
            ConnectionError: the broker did not take it.
        """


@dataclass(frozen=True, slots=True)
class Check:
    """One part that must be ready before the service is."""

    part: str
    ask: Callable[[], str | None]
    """None when ready, else the named reason why not. It may block for a moment, and an exception is a reason too."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the API works with."""

    readings: ReadingReader
    database: Database
    events: Events
    publisher: Publisher
    checks: tuple[Check, ...]
    unit_of: Callable[[str], str]
    """Quantity → the name of its one unit ("" if it has none or is unknown)."""
    now_us: Callable[[], int]
