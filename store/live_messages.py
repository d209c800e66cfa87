"""Messages as they arrive, kept for who looks: a small file beside the others that holds nothing anybody needs to keep.

Who asks writes which gateways to watch and until when; ingest writes the latest messages of these. The file may be lost
or damaged at any time: it is then made anew, and looking goes on. Nobody waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from pysqlite3 import dbapi2 as sqlite

from ingest.nouns import US_PER_HOUR, US_PER_MINUTE, Seen
from store import files

WATCHED_US = 10 * US_PER_MINUTE
"""So long a gateway is watched after somebody asked."""
MOST_WATCHED = 16
MOST_MESSAGES = 200
"""Of one gateway; older ones make room."""
_FORGOTTEN_US = US_PER_HOUR
"""So long after its last watch the messages of a gateway are gone."""
_WAIT_MS = 2_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS watch (gateway TEXT PRIMARY KEY, until_us INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (received_us INTEGER PRIMARY KEY, gateway TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS message_of ON message (gateway, received_us);
"""
_OF_GATEWAY = "SELECT body FROM message WHERE gateway = ? AND received_us"

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Seen)
_log = logging.getLogger(__name__)

T = TypeVar("T")


class TooManyWatchedError(Exception):
    """Raised when as many gateways are watched as may be at once."""


def _open(path: Path, wait_ms: int) -> files.Connection:
    connection = sqlite.connect(path, isolation_level=None, timeout=wait_ms / 1000)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=OFF")  # nothing here must outlive a power cut
    connection.executescript(_SCHEMA)
    return connection


class LiveMessages:
    """The side of who looks; each call has a connection of its own, from any thread."""

    def __init__(self, path: Path, now_us: Callable[[], int]) -> None:
        self._path, self._now_us = path, now_us

    def watch(self, gateway: str) -> int:
        """Have a gateway watched from now on; answers until when (µs).

        Raises:
            TooManyWatchedError: other gateways are watched, as many as may be.
        """
        return self._tried(lambda: self._watch(gateway))

    def newest(self, gateway: str, before_us: int | None = None, limit: int = 50) -> list[Seen]:
        """Its messages, newest first, received before a time."""
        end = 2**63 - 1 if before_us is None else before_us
        return self._ask(f"{_OF_GATEWAY} < ? ORDER BY received_us DESC LIMIT ?", gateway, end, limit)

    def since(self, gateway: str, after_us: int, limit: int = MOST_MESSAGES) -> list[Seen]:
        """Its messages received after a time, in order."""
        return self._ask(f"{_OF_GATEWAY} > ? ORDER BY received_us LIMIT ?", gateway, after_us, limit)

    def _watch(self, gateway: str) -> int:
        now_us = self._now_us()
        until_us = now_us + WATCHED_US
        with _transaction(self._path) as connection:
            connection.execute("DELETE FROM watch WHERE until_us < ?", (now_us - _FORGOTTEN_US,))
            connection.execute("DELETE FROM message WHERE gateway NOT IN (SELECT gateway FROM watch)")
            others = "SELECT count(*) FROM watch WHERE gateway != ? AND until_us > ?"
            if connection.execute(others, (gateway, now_us)).fetchone()[0] >= MOST_WATCHED:
                raise TooManyWatchedError
            connection.execute("INSERT OR REPLACE INTO watch VALUES (?, ?)", (gateway, until_us))
        return until_us

    def _ask(self, statement: str, *values: str | int) -> list[Seen]:
        def ask() -> list[Seen]:
            if not self._path.exists():
                return []
            connection = _open(self._path, _WAIT_MS)
            try:
                return [_decoder.decode(body) for (body,) in connection.execute(statement, values)]
            finally:
                connection.close()

        return self._tried(ask)

    def _tried(self, deed: Callable[[], T]) -> T:
        """Do it; on a damaged file, which nobody misses, once more with a new one."""
        try:
            return deed()
        except (files.DatabaseError, msgspec.MsgspecError) as error:
            if isinstance(error, files.OperationalError) and not files.is_damage(error):
                raise
            _log.warning("the messages kept for who looks were damaged, beginning anew: %s", error)
            for end in ("-wal", "-shm", ""):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)
            return deed()


@contextmanager
def _transaction(path: Path) -> Iterator[files.Connection]:
    connection = _open(path, _WAIT_MS)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()  # what was not committed is not kept


class LiveKeeper:
    """The side of ingest (`ingest.watching.Keeper`): it never raises and never waits."""

    def __init__(self, path: Path, now_us: Callable[[], int]) -> None:
        self._path, self._now_us = path, now_us
        self._connection: files.Connection | None = None
        self._file = 0
        """Which file is open, by its inode: another may lie there since."""
        self._told = ""

    def watched(self) -> frozenset[str]:
        """The gateways that somebody looks at now."""
        try:
            connection = self._opened()
            if connection is None:
                return frozenset()
            rows = connection.execute("SELECT gateway FROM watch WHERE until_us > ?", (self._now_us(),))
            return frozenset(gateway for (gateway,) in rows)
        except (files.DatabaseError, OSError) as error:
            self._trouble(error)
            return frozenset()

    def keep(self, seen: Sequence[Seen]) -> bool:
        """Whether these could be kept just now."""
        try:
            connection = self._opened()
            if connection is not None:
                self._write(connection, seen)
            return connection is not None
        except (files.DatabaseError, OSError) as error:
            self._trouble(error)
            return False

    def _write(self, connection: files.Connection, seen: Sequence[Seen]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT OR REPLACE INTO message VALUES (?, ?, ?)",
            [(one.received_us, one.gateway, _encoder.encode(one)) for one in seen],
        )
        for gateway in {one.gateway for one in seen}:
            connection.execute(
                "DELETE FROM message WHERE gateway = ?1 AND received_us <= (SELECT received_us FROM message"
                " WHERE gateway = ?1 ORDER BY received_us DESC LIMIT 1 OFFSET ?2)",
                (gateway, MOST_MESSAGES),
            )
        connection.execute("COMMIT")

    def _opened(self) -> files.Connection | None:
        """The file that lies there now; None if nobody ever looked."""
        try:
            file = self._path.stat().st_ino
        except FileNotFoundError:
            self._close()
            return None
        if self._connection is None or file != self._file:
            self._close()
            self._connection, self._file = _open(self._path, 0), file
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _trouble(self, error: Exception) -> None:
        """Begin anew with the next look; a file that is only locked is told of nowhere."""
        self._close()
        if str(error) != self._told and "locked" not in str(error):
            self._told = str(error)
            _log.warning("messages cannot be shown to who looks: %s", error)
