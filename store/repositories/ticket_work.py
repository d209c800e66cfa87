"""Deeds on tickets as kept: the ticket, its sheet, the survey and the event of each act, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from detect.nouns import Json
from store.repositories import tickets as rows
from store.repositories.records import By
from store.repositories.ticket_rows import ticket_of
from store.repositories.tickets import RefusedError
from store.tables.ticket_work import survey_answers, ticket_sheets
from store.tables.tickets import IS_LIVE
from store.tables.tickets import tickets as table
from tickets.deeds import Around, Deed, Done, Sheet, Survey
from tickets.nouns import Refusal, Ticket

_PARTS = 200


class Decide(Protocol):
    """What a deed makes of a ticket (`tickets.working.perform` with actor, time and policy filled in)."""

    def __call__(self, ticket: Ticket, deed: Deed, sheet: Sheet, around: Around) -> Done | Refusal:
        """The ticket after the deed, or why not."""


def perform(
    connection: Connection,
    id: str,
    deed: Deed,
    version: int | None,
    decide: Decide,
    by: By,
    told: Mapping[str, Json] | None = None,
) -> Ticket:
    """Do a deed to a ticket, if it is in `version` (None: in whichever); return it as it is then (after a merge: the other).

    Args:
        told: added to its event.

    Raises:
        NoSuchObjectError: there is no such ticket, or none that `deed.into` names.
        OutdatedVersionError: it is in another version.
        RefusedError: it cannot be done, with the reason. Nothing was written.
    """
    found = rows.locked(connection, [id, *([deed.into] if deed.into else [])])
    before = rows.expected(found, id, version)
    sheet = sheet_of(connection, id)
    other = rows.expected(found, deed.into, None) if deed.into else None
    done = decide(before, deed, sheet, _around(connection, id, other))
    if isinstance(done, Refusal):
        raise RefusedError(before, done)
    rows.keep(connection, before, done.ticket)
    _write(connection, id, sheet, done)
    rows.tell_of(connection, done.act, before, done.ticket, by, {**done.told, **(told or {})})
    if other is not None and done.other is not None:
        return rows.hand_to(connection, done.ticket, other, done.other, by)
    return done.ticket


def open_with(
    connection: Connection, draft: Ticket, sheet: Sheet, by: By, told: Mapping[str, Json]
) -> Ticket:
    """Keep a ticket that somebody opens, with what its sheet says from the start; `told` is added to its event."""
    ticket = rows.open_by_hand(connection, draft, by, told)
    _keep_sheet(connection, ticket.id, Sheet(), sheet)
    return ticket


def sheet_of(connection: Connection, id: str) -> Sheet:
    """What is written down about the work on a ticket."""
    row = connection.execute(select(ticket_sheets).where(ticket_sheets.c.ticket_id == id)).mappings().first()
    return msgspec.convert({str(k): v for k, v in row.items() if k != "ticket_id"}, Sheet) if row else Sheet()


def survey_of(connection: Connection, id: str) -> Survey | None:
    """What the customer answered last."""
    row = (
        connection.execute(select(survey_answers).where(survey_answers.c.ticket_id == id)).mappings().first()
    )
    return msgspec.convert({str(k): v for k, v in row.items()}, Survey) if row else None


def parts_of(connection: Connection, id: str) -> list[Ticket]:
    """The tickets that are part of one, by number, at most 200."""
    query = select(table).where(table.c.parent_id == id).order_by(table.c.number).limit(_PARTS)
    return [ticket_of(row) for row in connection.execute(query).mappings()]


def _around(connection: Connection, id: str, other: Ticket | None) -> Around:
    parts = select(func.count()).select_from(table).where(table.c.parent_id == id)
    children = int(connection.execute(parts).scalar_one())
    live = int(connection.execute(parts.where(IS_LIVE)).scalar_one()) if children else 0
    return Around(other, live, children)


def _write(connection: Connection, id: str, before: Sheet, done: Done) -> None:
    _keep_sheet(connection, id, before, done.sheet)
    if done.survey is not None:
        kept = survey_of(connection, id) is not None
        _keep(connection, survey_answers, id, msgspec.to_builtins(done.survey), kept=kept)


def _keep_sheet(connection: Connection, id: str, before: Sheet, after: Sheet) -> None:
    if after != before:
        there = select(ticket_sheets.c.ticket_id).where(ticket_sheets.c.ticket_id == id)
        kept = connection.execute(there).first() is not None
        _keep(connection, ticket_sheets, id, msgspec.to_builtins(after) | {"ticket_id": id}, kept=kept)


def _keep(connection: Connection, where: Any, id: str, row: dict[str, Any], *, kept: bool) -> None:
    if kept:
        connection.execute(update(where).where(where.c.ticket_id == id).values(row))
    else:
        connection.execute(insert(where), [row])
