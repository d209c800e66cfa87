"""The service database as one SQLite file: BEGIN IMMEDIATE for who writes, a damaged file set aside."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pysqlite3 import dbapi2
from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError

from store import files
from store.documents import JSON_OPTIONS
from store.files import SetAside

_READERS = 8


def engines(path: Path) -> tuple[Engine, Engine]:
    """(who writes, who reads)."""
    return _engine(path, "BEGIN IMMEDIATE", size=1), _engine(path, "BEGIN", size=_READERS)


@contextmanager
def ready(path: Path, now_us: int) -> Iterator[SetAside | None]:
    """Hold other processes off while the file is opened; a damaged one has been put aside then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(path):
        _, set_aside = files.open_or_set_aside(path, _check, now_us)
        yield set_aside


def _engine(path: Path, begin: str, size: int) -> Engine:
    wait_s = files.BUSY_TIMEOUT_MS / 1000
    address = f"file:{quote(str(path.absolute()))}?mode=rw"  # never makes a file: that is for open_service
    engine = create_engine(
        "sqlite+pysqlite://",
        module=dbapi2,
        creator=lambda: dbapi2.connect(address, uri=True, timeout=wait_s, check_same_thread=False),
        **JSON_OPTIONS,
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
