"""Alarms as kept: found by state and place, and acknowledged by people."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, tuple_, update

from detect.nouns import Kind
from store.repositories.desk import tell
from store.repositories.records import By, NoSuchObjectError, expect
from store.repositories.ticket_rows import alarm_of, alarm_row
from store.tables.tickets import alarms as table
from tickets.nouns import Alarm, TicketEvent

Position = tuple[int, str]
"""Where a page ends: since when the last alarm is active, and its id."""


@dataclass(frozen=True, slots=True)
class AlarmFilter:
    """Which alarms are asked for; None asks for all."""

    active: bool | None = None
    acked: bool | None = None
    kinds: Collection[Kind] | None = None
    zones: Collection[str] | None = None
    cause: str | None = None
    ticket_id: str | None = None


def get(connection: Connection, id: str) -> Alarm | None:
    """An alarm by its id."""
    row = connection.execute(select(table).where(table.c.id == id)).mappings().first()
    return alarm_of(row) if row else None


def find(
    connection: Connection, which: AlarmFilter, after: Position | None = None, limit: int = 100
) -> list[Alarm]:
    """Alarms, the latest first, at most `limit`, behind the one at `after`."""
    order = (table.c.active_since_us.desc(), table.c.id.desc())
    query = select(table).where(*_conditions(which)).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(tuple_(table.c.active_since_us, table.c.id) < after)
    return [alarm_of(row) for row in connection.execute(query).mappings()]


def acknowledge(
    connection: Connection, id: str, version: int | None, decide: Callable[[Alarm], Alarm], by: By
) -> Alarm:
    """Acknowledge an alarm (`decide`: `tickets.alarms.acknowledge`); one that was acknowledged before stays as it is.

    Raises:
        NoSuchObjectError: there is no such alarm.
        OutdatedVersionError: it is not in `version` (None: in whichever).
    """
    before = get(connection, id)
    if before is None:
        raise NoSuchObjectError("alarm", id)
    expect("alarm", before.cause, version, before.version)
    after = decide(before)
    if after == before:
        return before
    row = alarm_row(after)
    connection.execute(update(table).where(table.c.id == row.pop("id")).values(row))
    told = TicketEvent(
        "acknowledged", f"alarm:{after.cause}", by.reason,
        {"state": before.state, "acked_by": before.acked_by}, {"state": after.state, "acked_by": after.acked_by},
    )  # fmt: skip
    tell(connection, told, by.principal, by.time_us)
    return after


def _conditions(which: AlarmFilter) -> list[ColumnElement[bool]]:
    among = ((table.c.kind, which.kinds), (table.c.zone, which.zones))
    conditions: list[ColumnElement[bool]] = [
        column.in_(list(values)) for column, values in among if values is not None
    ]
    exact = (
        (table.c.active, which.active), (table.c.acked, which.acked), (table.c.cause, which.cause),
        (table.c.ticket_id, which.ticket_id),
    )  # fmt: skip
    return conditions + [column == value for column, value in exact if value is not None]
