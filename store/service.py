"""The service database: everything kept that is not a reading, behind transactions that cannot lose an update.

It is an SQLite file (`store.service_sqlite`) or a database of a PostgreSQL server (`store.service_postgres`); whoever
uses it cannot tell which.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from store import service_sqlite
from store.files import SetAside
from store.tables import LAYOUT

BUSY: tuple[type[Exception], ...] = (OperationalError, InterfaceError, InternalError, PoolTimeout)
"""What a transaction fails with when the database is busy or away, or has just become a replica: it may pass."""

Place = Path | str
"""Where a service database is: an SQLite file, or the address of a PostgreSQL database (`postgresql://…`)."""


class ServiceDatabase:
    """The service database, shared by threads and processes.

    One thread of one process writes at a time; the others wait for it up to 30 s (`sqlalchemy.exc.TimeoutError`,
    `OperationalError` after that). Do not nest `writing()` in `writing()`.
    """

    def __init__(self, place: Place, set_aside: SetAside | None = None) -> None:
        self.place = place
        self.set_aside = set_aside
        """The damaged file that was found at opening and put aside: an alarm is due."""
        self._writer, self._reader = _engines(place)

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


def open_service(place: Place, now_us: int) -> ServiceDatabase:
    """Open (or make) the service database and bring it to today's layout, all steps in one transaction.

    A damaged file is renamed and a new one begun: see `ServiceDatabase.set_aside`.

    Raises:
        NewerFormat: a newer program wrote it; it is left untouched.
        ConnectionError: the PostgreSQL server cannot be reached.
        OSError: the PostgreSQL database is of another encoding or order.
    """
    with _ready(place, now_us) as set_aside:
        database = ServiceDatabase(place, set_aside)
        try:
            _bring_up_to_date(database)
        except BaseException:
            database.close()
            raise
    return database


def describe(place: Place) -> str:
    """A place as it may be shown: without a password."""
    return str(place) if isinstance(place, Path) else _postgres().describe(place)


def _engines(place: Place) -> tuple[Engine, Engine]:
    return service_sqlite.engines(place) if isinstance(place, Path) else _postgres().engines(place)


def _ready(place: Place, now_us: int) -> AbstractContextManager[SetAside | None]:
    return service_sqlite.ready(place, now_us) if isinstance(place, Path) else _postgres().ready(place)


class _Postgres(Protocol):
    """The module `store.service_postgres`."""

    def engines(self, url: str) -> tuple[Engine, Engine]: ...
    def ready(self, url: str) -> AbstractContextManager[None]: ...
    def describe(self, url: str) -> str: ...


def _postgres() -> _Postgres:
    """Its driver is an extra (`keepwell[postgres]`), and loaded where it is needed only."""
    module: Any = import_module("store.service_postgres")
    loaded: _Postgres = module
    return loaded


def _bring_up_to_date(database: ServiceDatabase) -> None:
    with database.writing() as connection:
        if _layout(connection) != LAYOUT:
            # Alembic is hardly ever needed, and takes as long to load as all the rest of a process.
            import_module("store.migrating").migrate(connection, describe(database.place))


def _layout(connection: Connection) -> str | None:
    """The layout a database says it has; None of a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
