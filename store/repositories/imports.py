"""Uploads as they go on: their state changes one step at a time, whoever else would change it at the same moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from store.tables.imports import imports as table


class ImportState(StrEnum):
    """How far an upload is."""

    WAITING = "waiting"
    READING = "reading"
    """Rows are read and compared with the registry."""
    READY = "ready"
    """The preview is there, without errors."""
    FAULTY = "faulty"
    """The preview is there, with errors; nothing can be applied."""
    APPLYING = "applying"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The process that read or applied it ended; nothing was applied."""


RUNNING = frozenset({ImportState.WAITING, ImportState.READING, ImportState.APPLYING})
OVER = frozenset({ImportState.APPLIED, ImportState.CANCELLED, ImportState.INTERRUPTED})


class SheetCount(msgspec.Struct, frozen=True):
    """What the rows of one sheet come to."""

    sheet: str
    """As the file calls it."""
    list: str
    """Which list it is: `lots`, …"""
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """One upload."""

    id: str
    principal: str
    created_us: int
    updated_us: int
    files: list[dict[str, Any]]
    """`name` and `size`, in order."""
    settings: dict[str, Any]
    """`system`, `time_zone` and `list` as they were asked for."""
    state: ImportState = ImportState.WAITING
    rows_read: int = 0
    rows_total: int = 0
    sheets: tuple[SheetCount, ...] = ()
    faults: int = 0
    digest: str = ""
    """Of all that would change: two plans with the same one change the same."""
    sequence: int = 0
    """The newest event when it was planned."""
    why: str = ""
    """Why it is in this state, where that is not plain: `changed_meanwhile`, …"""


class ImportRepository:
    """The uploads within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job: Import) -> None:
        """A new upload."""
        self._connection.execute(insert(table), msgspec.to_builtins(job))

    def get(self, id: str) -> Import | None:
        """One upload."""
        row = self._connection.execute(select(table).where(table.c.id == id)).mappings().first()
        return _import(row) if row else None

    def page(self, before: str | None, limit: int, principal: str | None = None) -> list[Import]:
        """Uploads (of one principal), the newest first, those older than the id `before`."""
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.id < before)
        if principal is not None:
            query = query.where(table.c.principal == principal)
        return [_import(row) for row in self._connection.execute(query).mappings()]

    def running(self) -> list[Import]:
        """Those on which some process ought to be at work."""
        query = select(table).where(table.c.state.in_([str(state) for state in RUNNING]))
        return [_import(row) for row in self._connection.execute(query).mappings()]

    def step(self, id: str, of: Collection[ImportState], now_us: int, **fields: Any) -> bool:
        """Change it if it is in one of the states `of`; whether it was."""
        wanted = table.c.id == id, table.c.state.in_([str(state) for state in of])
        values = {name: msgspec.to_builtins(value) for name, value in fields.items()}
        done = self._connection.execute(update(table).where(*wanted).values(updated_us=now_us, **values))
        return done.rowcount == 1

    def forget(self, before_us: int) -> list[str]:
        """Drop uploads that nobody touched since; their ids."""
        old = table.c.updated_us < before_us
        ids = list(self._connection.execute(select(table.c.id).where(old)).scalars())
        self._connection.execute(delete(table).where(old))
        return ids


def _import(row: RowMapping) -> Import:
    return msgspec.convert({str(name): value for name, value in row.items()}, Import)
