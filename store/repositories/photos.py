"""Photos on tickets: who took them, when, and who may see them; each has its event, signed with the hash of its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, RowMapping, func, insert, select

from detect.nouns import Json
from registry.nouns import uuid7
from store.repositories.desk import tell
from store.repositories.records import By
from store.repositories.tickets import expected, locked, take_notice
from store.tables.photos import ticket_photos as table
from tickets.nouns import Photo, TicketEvent

MOST = 50
"""Photos of one ticket."""
_PAGE = 1000


class TooManyError(Exception):
    """Raised when a ticket has as many photos as it may have."""


def add(connection: Connection, draft: Photo, by: By, role: str) -> Photo:
    """Keep a photo whose files are written. Who sends one has taken notice of the ticket.

    Args:
        draft: all but its id; received now, by whom `by` names.
        role: of who sends it, for the event.

    Raises:
        NoSuchObjectError: there is no such ticket.
        TooManyError: it has `MOST` already.
    """
    ticket = expected(locked(connection, [draft.ticket_id]), draft.ticket_id, None)
    own = select(func.count()).select_from(table).where(table.c.ticket_id == draft.ticket_id)
    if connection.execute(own).scalar_one() >= MOST:
        raise TooManyError
    photo = replace(draft, id=uuid7(by.time_us), time_us=by.time_us, principal=by.principal)
    connection.execute(insert(table), [_row(photo)])
    take_notice(connection, ticket, by)
    told: dict[str, Json] = {
        "photo": photo.id, "public": photo.public, "role": role, "sha256": photo.sha256, "original": photo.original,
        "taken_us": photo.at_us, **({"customer": photo.customer} if photo.customer else {}),
    }  # fmt: skip
    event = TicketEvent("photographed", f"ticket:{photo.ticket_id}", by.reason, {}, told)
    tell(connection, event, by.principal, by.time_us)
    return photo


def of_ticket(connection: Connection, ticket_id: str) -> list[Photo]:
    """The photos of a ticket in the order in which they came."""
    query = select(table).where(table.c.ticket_id == ticket_id).order_by(table.c.time_us, table.c.id)
    return [_photo(row) for row in connection.execute(query).mappings()]


def hashes(connection: Connection) -> Iterator[str]:
    """The files that all photos name."""
    after = ""
    columns = (table.c.id, table.c.sha256, table.c.thumbnail)
    while page := connection.execute(
        select(*columns).where(table.c.id > after).order_by(table.c.id).limit(_PAGE)
    ).all():
        for row in page:
            yield from (row.sha256, row.thumbnail)
        after = page[-1].id


def _row(photo: Photo) -> dict[str, object]:
    return {column.name: getattr(photo, column.name) for column in table.columns}


def _photo(row: RowMapping) -> Photo:
    return Photo(**{str(name): value for name, value in row.items()})
