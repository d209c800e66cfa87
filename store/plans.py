"""What an upload would change and what is wrong with it, in a file of its own: paged, and dropped when it is done with."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from pysqlite3 import dbapi2

from detect.nouns import Json
from store import files
from store.repositories.bulk import Writing

MOST_FAULTS = 10_000
"""Faults that are kept; nobody reads more at once."""
_SCHEMA = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
CREATE TABLE change (
  position INTEGER PRIMARY KEY, rank INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, list TEXT NOT NULL,
  sheet TEXT NOT NULL, row INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, old TEXT, new TEXT NOT NULL,
  UNIQUE (kind, key)
);
CREATE TABLE fault (
  position INTEGER PRIMARY KEY, sheet TEXT NOT NULL, row INTEGER NOT NULL, letter TEXT NOT NULL, header TEXT NOT NULL,
  value TEXT NOT NULL, code TEXT NOT NULL, params TEXT NOT NULL
);
"""
_CHANGE = """
INSERT INTO change (rank, kind, key, list, sheet, row, id, version, old, new) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET new = excluded.new
"""
_BATCH = 500


class PlannedChange(NamedTuple):
    """One object that would be made or changed."""

    position: int
    kind: str
    key: str
    list: str
    sheet: str
    row: int
    old: dict[str, Json] | None
    new: dict[str, Json]


class PlannedFault(NamedTuple):
    """One thing that is wrong, with its place."""

    position: int
    sheet: str
    row: int
    column: str
    header: str
    value: str
    code: str
    params: dict[str, Json]


class PlanWriter:
    """Makes the file. Changes of one object replace each other."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._connection: Any = dbapi2.connect(path, isolation_level=None)
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")
        self._changes: list[tuple[Any, ...]] = []
        self.faults = 0

    def change(self, rank: int, list_name: str, sheet: str, row: int, writing: Writing, key: str) -> None:
        """One object; `rank` orders kinds so that none refers to a later one."""
        old = None if writing.old is None else _text(writing.old)
        self._changes.append((
            rank,
            writing.kind,
            key,
            list_name,
            sheet,
            row,
            writing.id,
            writing.version,
            old,
            _text(writing.new),
        ))
        if len(self._changes) >= _BATCH:
            self._flush()

    def fault(
        self, sheet: str, row: int, letter: str, header: str, value: str, code: str, params: Any
    ) -> None:
        """One thing that is wrong; of very many only the first are kept."""
        self.faults += 1
        if self.faults <= MOST_FAULTS:
            self._connection.execute(
                "INSERT INTO fault (sheet, row, letter, header, value, code, params) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (sheet, row, letter, header, value, code, json.dumps(params, ensure_ascii=False)),
            )

    def close(self) -> str:
        """Finish the file; the digest of all its changes."""
        self._flush()
        self._connection.execute("DELETE FROM change WHERE new = old")
        self._connection.execute("COMMIT")
        digest = sha256()
        query = "SELECT kind, key, version, new FROM change ORDER BY kind, key"
        for row in self._connection.execute(query):
            digest.update(repr(row).encode())
        self._connection.close()
        return digest.hexdigest()

    def _flush(self) -> None:
        self._connection.executemany(_CHANGE, self._changes)
        self._changes.clear()


class PlanReader:
    """Reads the file, a page at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def changes(self, after: int, limit: int, sheet: str | None = None) -> list[PlannedChange]:
        """Changes behind a position, in the order of the file."""
        query = "SELECT position, kind, key, list, sheet, row, old, new FROM change WHERE position > ?"
        rows = self._page(query, after, limit, sheet)
        return [PlannedChange._make((*row[:6], row[6] and _json(row[6]), _json(row[7]))) for row in rows]

    def changed(self, kinds: Collection[str]) -> Iterator[tuple[str, dict[str, Json], dict[str, Json]]]:
        """Kind, old and new of every object of these kinds that was there before."""
        marks = ", ".join("?" * len(kinds))
        query = f"SELECT kind, old, new FROM change WHERE old IS NOT NULL AND kind IN ({marks})"
        with self._reading() as connection:
            for kind, old, new in connection.execute(query, tuple(kinds)):
                yield kind, _json(old), _json(new)

    def faults(self, after: int, limit: int, sheet: str | None = None) -> list[PlannedFault]:
        """Faults behind a position, in the order in which they were found."""
        query = (
            "SELECT position, sheet, row, letter, header, value, code, params FROM fault WHERE position > ?"
        )
        rows = self._page(query, after, limit, sheet)
        return [PlannedFault._make((*row[:7], _json(row[7]))) for row in rows]

    def counts(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(sheet, list) → how many objects would be made and changed."""
        query = "SELECT sheet, list, SUM(version = 0), SUM(version > 0) FROM change GROUP BY sheet, list"
        with self._reading() as connection:
            return {
                (sheet, name): (made, changed) for sheet, name, made, changed in connection.execute(query)
            }

    def writings(self) -> Iterator[Writing]:
        """Everything to be written, each kind after those it refers to."""
        query = (
            "SELECT kind, key, id, version, old, new FROM change ORDER BY rank, version > 0 DESC, position"
        )
        with self._reading() as connection:
            for kind, key, id, version, old, new in connection.execute(query):
                yield Writing(kind, key, id, version, None if old is None else _json(old), _json(new))

    def _page(self, query: str, after: int, limit: int, sheet: str | None) -> list[Any]:
        also = "" if sheet is None else " AND sheet = ?"
        values = (after, limit) if sheet is None else (after, sheet, limit)
        with self._reading() as connection:
            found: list[Any] = connection.execute(
                f"{query}{also} ORDER BY position LIMIT ?", values
            ).fetchall()
        return found

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        if not self._path.exists():
            raise FileNotFoundError(self._path)
        with closing(files.connect_reading(self._path)) as connection:
            yield connection


def _text(row: Any) -> str:
    return msgspec.json.encode(row).decode()


def _json(text: str) -> dict[str, Json]:
    found: dict[str, Json] = msgspec.json.decode(text)
    return found
