"""From the event table to deliveries: each event once per endpoint that wants it and may know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Connection

from notify.webhooks.messages import body, type_of, wanted
from store import events
from store.events import Event
from store.repositories import deliveries, webhooks
from store.repositories.deliveries import Made
from store.repositories.webhooks import Endpoint

PAGE = 500
"""So many events are followed in one transaction."""


class Database(Protocol):
    """The service database."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state throughout."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that holds the write lock from its start."""


class Tell(Protocol):
    """What an endpoint may know of an event; the policy of the API decides (`api.webhook_events` has one)."""

    def __call__(self, connection: Connection, event: Event, endpoint: Endpoint) -> Mapping[str, Any] | None:
        """The data of its message; None if the event is none of its business."""


class TimeText(Protocol):
    """How a time is written."""

    def __call__(self, us: int) -> str:
        """µs UTC as RFC 3339."""


class Follower:
    """Follows the events from the recorded position on; position and deliveries are one commit."""

    def __init__(self, database: Database, tell: Tell, text_of: TimeText) -> None:
        self._database = database
        self._tell = tell
        self._text_of = text_of

    def step(self, now_us: int) -> int:
        """Make the deliveries of the next events; how many events were looked at (0: nothing is new)."""
        with self._database.reading() as connection:
            if not self._behind(connection):
                return 0
        with self._database.writing() as connection:
            return self._follow(connection, now_us)

    def _behind(self, connection: Connection) -> bool:
        start = _start(connection, webhooks.all_of_them(connection))
        return start is not None and events.last_sequence(connection) > start

    def _follow(self, connection: Connection, now_us: int) -> int:
        endpoints = webhooks.all_of_them(connection)
        start = _start(connection, endpoints)
        if start is None:
            return 0
        rows = events.since(connection, start, PAGE)
        open_ones = [endpoint for endpoint in endpoints if endpoint.disabled is None]
        deliveries.make(connection, self._messages(connection, rows, open_ones), now_us)
        if rows:
            deliveries.move_to(connection, rows[-1].sequence)
        return len(rows)

    def _messages(
        self, connection: Connection, rows: Sequence[Event], endpoints: Sequence[Endpoint]
    ) -> list[Made]:
        made = []
        for event in rows:
            type = type_of(event)
            if type is None:
                continue
            for endpoint in endpoints:
                if event.sequence <= endpoint.from_sequence or not wanted(endpoint.types, type):
                    continue
                data = self._tell(connection, event, endpoint)
                if data is not None:
                    text = body(type, self._text_of(event.time_us), data)
                    made.append(Made(endpoint.id, event.sequence, type, text, event.subject))
        return made


def _start(connection: Connection, endpoints: Sequence[Endpoint]) -> int | None:
    """The event after which to go on; None while nobody wants to hear anything."""
    if not endpoints:
        return None
    return max(deliveries.position(connection) or 0, min(endpoint.from_sequence for endpoint in endpoints))
