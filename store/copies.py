"""A service database that is only looked at: a copy on somebody's desk, or the one a service works on. Nothing is changed in it.

It is not brought to today's layout, not set aside if it is damaged, and may lie where nothing can be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pysqlite3 import dbapi2
from sqlalchemy import Connection, NullPool, create_engine

_HEADER = b"SQLite format 3\x00"


@contextmanager
def looking_at(path: Path) -> Iterator[Connection]:
    """A connection that reads one state of it.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no service database.
    """
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise ValueError(f"{path} is no service database")
    engine = create_engine(
        "sqlite+pysqlite://", module=dbapi2, creator=lambda: _connect(path), poolclass=NullPool
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _connect(path: Path) -> Any:
    """Beside a writer, whose newest commits lie in the file's WAL; a file alone is read as it lies there, nothing is made beside it."""
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    alone = not path.with_name(f"{path.name}-wal").exists()
    try:
        return _checked(dbapi2.connect(f"{address}&immutable=1" if alone else address, uri=True), path)
    except dbapi2.DatabaseError as error:
        raise ValueError(f"{path} cannot be read: {error}") from None


def _checked(connection: Any, path: Path) -> Any:
    found = connection.execute(
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('event', 'event_head')"
    ).fetchone()
    if found != (2,):
        connection.close()
        raise ValueError(f"{path} is no service database")
    return connection
