"""SQLite files as this project opens them: durable, shared between processes, and set aside when damaged."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

from pysqlite3 import dbapi2 as sqlite

Connection: TypeAlias = Any
"""The driver has no type stubs."""
DatabaseError: type[Exception] = sqlite.DatabaseError
OperationalError: type[Exception] = sqlite.OperationalError

BUSY_TIMEOUT_MS = 30_000

T = TypeVar("T")


class SetAside(NamedTuple):
    """A damaged file that was renamed so that work could go on."""

    path: Path
    kept_as: Path
    why: str


class NewerFormat(Exception):
    """Raised when a file was written by a newer program than this one."""


def connect(path: Path, *, page_size: int = 4096) -> Connection:
    """A connection that writes: WAL, every commit reaches the disk before it returns."""
    connection = sqlite.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
    connection.execute(f"PRAGMA page_size={page_size}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return connection


def connect_reading(path: Path) -> Connection:
    """A connection that cannot write; it fails with OperationalError while the file does not exist."""
    connection = sqlite.connect(
        f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000
    )
    connection.execute("PRAGMA query_only=1")
    return connection


def copy(path: Path, target: Path) -> None:
    """One state of a database as a file of its own, whoever writes meanwhile. `target` must be new."""
    source = connect_reading(path)
    copied = sqlite.connect(target, isolation_level=None)
    try:
        source.backup(copied)
        copied.execute("PRAGMA journal_mode=DELETE")
    finally:
        copied.close()
        source.close()


def is_damage(error: Exception) -> bool:
    """Whether the error says that the file itself is broken (and not busy, full or unreadable)."""
    return str(error) in {
        "file is not a database",
        "database disk image is malformed",
        "malformed database schema",
    } or str(error).startswith("malformed database schema")


def open_or_set_aside(path: Path, opener: Callable[[Path], T], now_us: int) -> tuple[T, SetAside | None]:
    """Open a file; if it is damaged, rename it (with its WAL) and open a new one in its place."""
    try:
        return opener(path), None
    except DatabaseError as error:
        if not is_damage(error):
            raise
        kept_as = path.with_name(f"{path.name}.damaged-{now_us}")
        for suffix in ("-wal", "-shm", ""):
            part = path.with_name(path.name + suffix)
            if part.exists():
                os.replace(part, kept_as.with_name(kept_as.name + suffix))
        return opener(path), SetAside(path, kept_as, str(error))
