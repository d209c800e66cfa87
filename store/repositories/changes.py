"""What happened to tickets, newest first: the part of the event table that people follow."""

from __future__ import annotations

from sqlalchemy import Connection, select

from store.events import Event
from store.tables.events import events

_COLUMNS = tuple(column for column in events.columns if column.name != "hash")


def of_tickets(connection: Connection, after: int, before: int, limit: int) -> list[Event]:
    """The newest events of tickets with after < number < before, the latest first."""
    query = (
        select(*_COLUMNS)
        .where(events.c.sequence > after, events.c.sequence < before)
        .where(events.c.subject >= "ticket:", events.c.subject < "ticket;")
        .order_by(events.c.sequence.desc())
        .limit(limit)
    )
    return [Event(*row) for row in connection.execute(query)]
