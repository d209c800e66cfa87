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


class Told(Protocol):
    """What endpoints may know of events, within one transaction."""

    def __call__(self, event: Event, endpoint: Endpoint) -> Mapping[str, Any] | None:
        """The data of the message; None if the event is none of the endpoint's business."""


class Tell(Protocol):
    """Decides what endpoints may know, by the policy of the API (`api.webhook_events` has one)."""

    def __call__(self, connection: Connection) -> Told:
        """As things stand in a transaction."""


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
        self._passed = 0
        """The last event up to which, since the recorded position, none made a message: not worth a commit each."""

    def step(self, now_us: int) -> int:
        """Make the deliveries of the next events; how many events were looked at (0: nothing is new).

        What is told is made up while only reading; the write lock is held for the rows alone.
        """
        with self._database.reading() as connection:
            endpoints = webhooks.all_of_them(connection)
            start = _start(connection, endpoints)
            if start is None:
                return 0
            rows = events.since(connection, max(start, self._passed), PAGE)
            open_ones = [endpoint for endpoint in endpoints if endpoint.disabled is None]
            made = self._messages(connection, rows, open_ones)
        if not rows:
            return 0
        last = rows[-1].sequence
        if made or last - start >= PAGE:
            self._keep(made, start, last, now_us)
        self._passed = last
        return len(rows)

    def _keep(self, made: Sequence[Made], start: int, last: int, now_us: int) -> None:
        """Record deliveries and position, unless somebody else moved on meanwhile; then theirs are made already."""
        with self._database.writing() as connection:
            there = {endpoint.id for endpoint in webhooks.all_of_them(connection)}
            if (deliveries.position(connection) or 0) > start:
                return
            deliveries.make(connection, [one for one in made if one.endpoint in there], now_us)
            deliveries.move_to(connection, last)

    def _messages(
        self, connection: Connection, rows: Sequence[Event], endpoints: Sequence[Endpoint]
    ) -> list[Made]:
        made: list[Made] = []
        told = self._tell(connection)
        for event in rows:
            type = type_of(event)
            if type is None:
                continue
            for endpoint in endpoints:
                if event.sequence <= endpoint.from_sequence or not wanted(endpoint.types, type):
                    continue
                data = told(event, endpoint)
                if data is not None:
                    text = body(type, self._text_of(event.time_us), data)
                    made.append(Made(endpoint.id, event.sequence, type, text, event.subject))
        return made


def _start(connection: Connection, endpoints: Sequence[Endpoint]) -> int | None:
    """The event after which to go on; None while nobody wants to hear anything."""
    if not endpoints:
        return None
    return max(deliveries.position(connection) or 0, min(endpoint.from_sequence for endpoint in endpoints))
