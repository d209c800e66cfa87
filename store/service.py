"""The service database: everything kept that is not a reading, behind transactions that cannot lose an update."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError

from store import files
from store.files import SetAside
from store.tables import LAYOUT

_READERS = 8

_write_json = partial(json.dumps, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


class ServiceDatabase:
    """The service database, shared by threads and processes.

    One thread of a process writes at a time; the others wait for it up to 30 s, as they do for other processes
    (`sqlalchemy.exc.TimeoutError`, `OperationalError` after that). Do not nest `writing()` in `writing()`.
    """

    def __init__(self, path: Path, set_aside: SetAside | None = None) -> None:
        self.path = path
        self.set_aside = set_aside
        """The damaged file that was found at opening and put aside: an alarm is due."""
        self._writer = _engine(path, "BEGIN IMMEDIATE", size=1)
        self._reader = _engine(path, "BEGIN", size=_READERS)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start; committed at the end, rolled back on an error."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout, waits for nobody and cannot write."""
        with self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Release all connections."""
        self._writer.dispose()
        self._reader.dispose()


def open_service(path: Path, now_us: int) -> ServiceDatabase:
    """Open (or make) the service database and bring it to today's layout, all steps in one transaction.

    A damaged file is renamed and a new one begun: see `ServiceDatabase.set_aside`.

    Raises:
        NewerFormat: a newer program wrote the file; it is left untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(path):
        _, set_aside = files.open_or_set_aside(path, _check, now_us)
        database = ServiceDatabase(path, set_aside)
        try:
            _bring_up_to_date(database)
        except BaseException:
            database.close()
            raise
    return database


def _engine(path: Path, begin: str, size: int) -> Engine:
    wait_s = files.BUSY_TIMEOUT_MS / 1000
    address = f"file:{quote(str(path.absolute()))}?mode=rw"  # never makes a file: that is for open_service
    engine = create_engine(
        "sqlite+pysqlite://",
        module=dbapi2,
        creator=lambda: dbapi2.connect(address, uri=True, timeout=wait_s, check_same_thread=False),
        json_serializer=_write_json,
        json_deserializer=msgspec.json.decode,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait_s,
    )
    # SQLAlchemy's recipe for SQLite: the driver never begins by itself, we say how each transaction begins.
    event.listen(engine, "connect", _on_connect(path, read_only=begin == "BEGIN"))
    event.listen(engine, "checkout", _same_file(path))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _on_connect(path: Path, *, read_only: bool) -> Callable[[Any, Any], None]:
    def configure(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=1")
        connection.execute(f"PRAGMA query_only={int(read_only)}")
        record.info["inode"] = os.stat(path).st_ino

    return configure


def _same_file(path: Path) -> Callable[[Any, Any, Any], None]:
    """Another process may have set the file aside; a connection to the old one must not be used any more."""

    def check(_connection: Any, record: Any, _proxy: Any) -> None:
        if not path.exists() or os.stat(path).st_ino != record.info["inode"]:
            raise DisconnectionError(f"{path} was replaced")

    return check


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Processes that start together check, set aside and migrate one after another."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check(path: Path) -> None:
    """Raise DatabaseError if the file is damaged."""
    connection = files.connect(path)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if verdict != "ok":
        raise files.DatabaseError("database disk image is malformed")


def _bring_up_to_date(database: ServiceDatabase) -> None:
    with database.writing() as connection:
        if _layout(connection) != LAYOUT:
            # Alembic is hardly ever needed, and takes as long to load as all the rest of a process.
            import_module("store.migrating").migrate(connection, database.path)


def _layout(connection: Connection) -> str | None:
    """The layout a file says it has; None of a new one."""
    known = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    if known is None:
        return None
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
