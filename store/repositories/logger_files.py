"""Uploaded logger files: kept as they came, with what was said of them and what became of their readings."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from detect.nouns import Json
from ingest.logger.nouns import FileState
from registry.nouns import uuid7
from store.repositories.records import By, NoSuchObjectError, record
from store.tables.logger_files import logger_files as table


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as kept."""

    id: str
    name: str
    size: int
    sha256: str
    how: Json
    """How it is read: devices, zone, order of dates, decimal sign."""
    uploaded_us: int
    uploaded_by: str
    state: FileState
    sent: int
    """Values sent so far, refused ones too."""
    became: Mapping[str, int]
    """Fate → how many values, once that is certain."""


_SHOWN = (
    table.c.id, table.c.name, table.c.size, table.c.sha256, table.c.how, table.c.uploaded_us, table.c.uploaded_by,
    table.c.state, table.c.sent, table.c.became,
)  # fmt: skip


class LoggerFileRepository:
    """The files within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, content: bytes, sha256: str, how: Json, by: By) -> StoredFile:
        """Keep a file that was read, and nothing of it yet."""
        found = StoredFile(
            uuid7(by.time_us), name, len(content), sha256, how, by.time_us, by.principal, FileState.PREVIEWED, 0, {}
        )  # fmt: skip
        row = {column.name: getattr(found, column.name) for column in _SHOWN} | {"became": None}
        self._connection.execute(insert(table), row | {"content": zlib.compress(content, 6)})
        new: Json = {"name": name, "size": len(content), "sha256": sha256, "how": how}
        record(self._connection, by, "uploaded", f"logger_file:{found.id}", None, new)
        return found

    def get(self, id: str) -> StoredFile | None:
        """One file."""
        row = self._connection.execute(select(*_SHOWN).where(table.c.id == id)).mappings().first()
        return _stored(row) if row else None

    def content(self, id: str) -> bytes:
        """The file as it came."""
        packed = self._connection.execute(select(table.c.content).where(table.c.id == id)).scalar_one()
        return zlib.decompress(packed)

    def page(self, before: str | None, limit: int) -> list[StoredFile]:
        """The newest files, of those that came before the one with an id."""
        query = select(*_SHOWN).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.id < before)
        return [_stored(row) for row in self._connection.execute(query).mappings()]

    def in_state(self, states: Collection[FileState]) -> list[StoredFile]:
        """All files in some states, oldest first."""
        query = select(*_SHOWN).where(table.c.state.in_([str(s) for s in states])).order_by(table.c.id)
        return [_stored(row) for row in self._connection.execute(query).mappings()]

    def before(self, id: str) -> bytes | None:
        """What was found of each value before any was sent, as `note_before` was told."""
        packed = self._connection.execute(select(table.c.before).where(table.c.id == id)).scalar_one()
        return None if packed is None else zlib.decompress(packed)

    def note_before(self, id: str, found: bytes) -> None:
        """Note what was found of each value before any is sent."""
        self._set(id, before=zlib.compress(found, 6))

    def note_sent(self, id: str, sent: int) -> None:
        """How far it is: no event, for nothing but a figure counts on."""
        self._set(id, sent=sent)

    def move(self, id: str, state: FileState, by: By, became: Mapping[str, int] | None = None) -> StoredFile:
        """Change the state of a file, with the event that says so.

        Raises:
            NoSuchObjectError: there is no such file.
        """
        old = self.get(id)
        if old is None:
            raise NoSuchObjectError("logger_file", id)
        changed: dict[str, Any] = {"state": str(state)}
        if became is not None:
            changed["became"] = dict(became)
        self._set(id, **changed)
        new: Json = {"state": str(state), "sent": old.sent, "became": dict(became or {})}
        record(self._connection, by, str(state), f"logger_file:{id}", {"state": str(old.state)}, new)
        found = self.get(id)
        assert found is not None  # it was there a moment ago in this transaction
        return found

    def _set(self, id: str, **values: Any) -> None:
        self._connection.execute(update(table).where(table.c.id == id).values(**values))


def _stored(row: RowMapping) -> StoredFile:
    values = {str(name): value for name, value in row.items()}
    return StoredFile(**{**values, "state": FileState(values["state"]), "became": values["became"] or {}})
