"""How people want to be told, as kept; an act on it is an event that never holds an address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace

from sqlalchemy import Connection, RowMapping, insert, select, update

from detect.nouns import Json
from store.messages import Habits
from store.repositories.records import By, expect, record
from store.tables.outbox import habits as table

_NAMES = tuple(field.name for field in fields(Habits))


def get(connection: Connection, to: str) -> Habits | None:
    """How somebody wants to be told; None if nobody said."""
    row = connection.execute(select(table).where(table.c.to == to)).mappings().first()
    return _habits_of(row) if row else None


def all_of(connection: Connection, who: Collection[str] | None = None) -> dict[str, Habits]:
    """How everybody wants to be told who said so, by `to`."""
    found = {row["to"]: _habits_of(row) for row in connection.execute(select(table)).mappings()}
    return found if who is None else {to: found[to] for to in who if to in found}


def put(connection: Connection, wanted: Habits, by: By, expected: int | None = None) -> Habits:
    """Keep how somebody wants to be told.

    Raises:
        OutdatedVersionError: it is not in version `expected` (0: there is none; None: whichever).
    """
    before = get(connection, wanted.to)
    expect("habits", wanted.to, expected, before.version if before else 0)
    after = replace(wanted, version=before.version + 1 if before else 1)
    row = {name: getattr(after, name) for name in _NAMES} | {"urls": list(after.urls)}
    if before is None:
        connection.execute(insert(table), [row])
    else:
        connection.execute(update(table).where(table.c.to == wanted.to).values(row))
    act = "changed" if before else "created"
    record(connection, by, act, f"habits:{wanted.to}", _told(before) if before else None, _told(after))
    return after


def _habits_of(row: RowMapping) -> Habits:
    values = {name: row[name] for name in _NAMES}
    return Habits(**values | {"urls": tuple(row["urls"])})


def _told(one: Habits) -> dict[str, Json]:
    """Without the addresses: they hold secrets, and events are kept for ever."""
    told: dict[str, Json] = {
        name: getattr(one, name) for name in _NAMES if name not in {"to", "urls", "version"}
    }
    return told | {"addresses": len(one.urls)}
