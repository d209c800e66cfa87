"""The journal: batches in the order in which they were committed, kept until they are applied everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from ingest.nouns import Batch, NewSeries, NotKept
from store import files
from store.readings.schema import MALFORMED, damage_mark

FORMAT = 1
PAGE_SIZE = 16_384
"""A batch is tens of kilobytes; large pages keep it in few of them."""

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batch (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    received_us INTEGER NOT NULL,
    fingerprints BLOB,
    body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, gateway TEXT NOT NULL, device TEXT NOT NULL, quantity TEXT NOT NULL,
    UNIQUE (device, quantity)
);
COMMIT;
"""
"""In one transaction: a reader that comes meanwhile sees no table yet, or all of them."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Batch)


class Journal:
    """The one writer's view. A batch is durable when `append` returns.

    Raises DatabaseError when the file proves damaged, in use or to a reader; opened again, it is set aside.
    """

    def __init__(self, path: Path, *, max_bytes: int = 8 << 30) -> None:
        self._path = path
        if damage_mark(path).exists():
            damage_mark(path).unlink()
            raise files.DatabaseError(MALFORMED)
        self._connection = files.connect(path, page_size=PAGE_SIZE)
        self._connection.executescript(_SCHEMA)
        self._connection.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?)", (FORMAT,))
        self._connection.execute("PRAGMA wal_autocheckpoint=2000")
        self._connection.execute(f"PRAGMA max_page_count={max_bytes // PAGE_SIZE}")
        (found,) = self._connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if found > FORMAT:
            raise files.NewerFormat(
                f"{path} has format {found}, this program knows {FORMAT}: use the newer program"
            )

    def append(self, batch: Batch, fingerprints: bytes | None = None) -> int:
        """Commit one batch with its new series, and return its position.

        Raises:
            NotKept: the disk is full or the file locked; nothing was written, and the same call may be made again.
        """
        row = (batch.received_us, fingerprints, _encoder.encode(batch))
        try:
            with _damage_marked(self._path):
                return self._insert(batch, row)
        except files.OperationalError as error:
            raise NotKept(str(error)) from error

    def _insert(self, batch: Batch, row: tuple[int, bytes | None, bytes]) -> int:
        connection = self._connection
        if not batch.new_series:
            return _position(connection.execute(_INSERT, row))
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(
                "INSERT INTO series VALUES (?, ?, ?, ?)",
                [(s.id, s.gateway, s.device, s.quantity) for s in batch.new_series],
            )
            position = _position(connection.execute(_INSERT, row))
            connection.execute("COMMIT")
        except files.DatabaseError:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return position

    def series(self) -> list[NewSeries]:
        """All series ever seen, by number."""
        return _series(self._connection)

    def adopt(self, series: list[NewSeries], position: int) -> None:
        """Continue after a journal that was lost: its series as the store knows them, and the position it had reached."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT OR IGNORE INTO series VALUES (?, ?, ?, ?)",
            [(s.id, s.gateway, s.device, s.quantity) for s in series],
        )
        (known,) = self._connection.execute("SELECT count(*) FROM sqlite_sequence").fetchone()
        statement = (
            "UPDATE sqlite_sequence SET seq = max(seq, ?)"
            if known
            else "INSERT INTO sqlite_sequence VALUES ('batch', ?)"
        )
        self._connection.execute(statement, (position,))
        self._connection.execute("COMMIT")

    def fingerprints_since(self, received_us: int) -> Iterator[bytes]:
        """The fingerprints committed since a time of receipt, newest batch first."""
        rows = self._connection.execute("SELECT received_us, fingerprints FROM batch ORDER BY position DESC")
        for received, fingerprints in rows:
            if received < received_us:
                return
            if fingerprints:
                yield fingerprints

    def forget(self, applied: int, before_us: int, most: int = 500) -> int:
        """Drop up to `most` batches that are applied (position <= `applied`) and older; return how many."""
        if damage_mark(self._path).exists():
            raise files.DatabaseError(f"{self._path} proved damaged when it was read")
        cursor = self._connection.execute(
            "DELETE FROM batch WHERE position IN (SELECT position FROM batch ORDER BY position LIMIT ?)"
            " AND position <= ? AND received_us < ?",
            (most, applied, before_us),
        )
        return int(cursor.rowcount)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def _series(connection: files.Connection) -> list[NewSeries]:
    return [
        NewSeries(*row)
        for row in connection.execute("SELECT id, gateway, device, quantity FROM series ORDER BY id")
    ]


_INSERT = "INSERT INTO batch (received_us, fingerprints, body) VALUES (?, ?, ?)"


def _position(cursor: Any) -> int:
    return int(cursor.lastrowid)


class JournalReader:
    """Reads a journal that another process writes, also where that had to begin a new file.

    A file that is only being made holds nothing yet. Every question raises DatabaseError where the file is damaged, and marks it for its writer to set aside.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        self._connection = files.connect_reading(self._path)
        self._inode = _inode(self._path)
        self._made = False

    def _is_made(self) -> bool:
        """Whether its writer has come so far as to make its tables: under load that may take a second."""
        if not self._made:
            row = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'batch'").fetchone()
            self._made = row is not None
        return self._made

    def read(self, after: int, most_bytes: int = 8 << 20, most: int = 200) -> list[tuple[int, Batch]]:
        """The batches behind position `after`, in order: at most `most` of them, and no more once `most_bytes` are read."""
        found: list[tuple[int, Batch]] = []
        size = 0
        with self._asking() as connection:
            if not self._is_made():
                return found
            rows = connection.execute(
                "SELECT position, body FROM batch WHERE position > ? ORDER BY position LIMIT ?", (after, most)
            )
            for position, body in rows:
                found.append((position, _decoded(body)))
                size += len(body)
                if size >= most_bytes:
                    break
        return found

    def series(self) -> list[NewSeries]:
        """All series the journal knows, by number."""
        with self._asking() as connection:
            return _series(connection) if self._is_made() else []

    def last(self) -> tuple[int, int]:
        """Position and time of receipt (µs) of the newest batch; (0, 0) while there is none."""
        with self._asking() as connection:
            if not self._is_made():
                return 0, 0
            row = connection.execute(
                "SELECT position, received_us FROM batch ORDER BY position DESC LIMIT 1"
            ).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    @contextmanager
    def _asking(self) -> Iterator[files.Connection]:
        """A connection to the file that is the journal now."""
        with _damage_marked(self._path):
            if self._inode != _inode(self._path):
                self.close()
                self._open()
            yield self._connection

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def _decoded(body: bytes) -> Batch:
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise files.DatabaseError(MALFORMED) from error


def _inode(path: Path) -> int:
    return os.stat(path).st_ino if path.exists() else 0


@contextmanager
def _damage_marked(path: Path) -> Iterator[None]:
    try:
        yield
    except files.DatabaseError as error:
        if files.is_damage(error):
            damage_mark(path).touch()
        raise


def open_journal(
    path: Path, now_us: int, *, max_bytes: int = 8 << 30
) -> tuple[Journal, files.SetAside | None]:
    """Open the journal for writing, setting a damaged file aside."""
    return files.open_or_set_aside(path, lambda p: Journal(p, max_bytes=max_bytes), now_us)
