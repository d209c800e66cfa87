"""The service database in PostgreSQL: one writing transaction at a time, over all processes, as with SQLite.

Everybody who writes first takes one advisory lock, held until the end of the transaction. Only so are event numbers
without gap and committed in their order, and only so may what was read be written back one larger.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from store.documents import JSON_OPTIONS
from store.files import BUSY_TIMEOUT_MS

WRITERS_LOCK = 0x6B65_6570_7765_6C6C
"""The advisory lock of who writes (`keepwell` in ASCII); advisory locks are counted per database."""
_READERS = 8
_DEFAULTS = {
    "application_name": "keepwell",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Parameters that the address may say otherwise: a server whose host is gone is missed within a minute."""
_LEFT_BEHIND_MS = 300_000
"""A writing transaction in which nothing is done for so long belongs to a process that is gone or stopped."""
_SERVER = (
    f"-c lock_timeout={BUSY_TIMEOUT_MS} -c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 "
    f"-c tcp_keepalives_count=3"
)
_TRIAL = ("一", "é", "a_b", "a-c", "ab", "Z", " b", "😀")
"""Words that every language sorts otherwise than their bytes."""


class UnfitDatabaseError(OSError):
    """Raised when a database cannot hold what is kept; the message says what to do."""


class ServiceAwayError(ConnectionError):
    """Raised when the server cannot be reached at opening; the message says why, without the password."""


def engines(url: str) -> tuple[Engine, Engine]:
    """(who writes, who reads)."""
    writer = _engine(url, size=1, read_only=False)
    event.listen(writer, "begin", _wait_for_the_others)
    return writer, _engine(url, size=_READERS, read_only=True)


@contextmanager
def ready(url: str) -> Iterator[None]:
    """Make sure that the database can be reached, holds every character, and sorts as SQLite and Python do.

    Raises:
        ServiceAwayError: it cannot be reached.
        UnfitDatabaseError: its encoding or its order is another one.
    """
    try:
        with psycopg.connect(**parameters(url)) as connection:
            _judge(connection)
    except psycopg.OperationalError as error:
        raise ServiceAwayError(f"{describe(url)}: {error}") from None
    yield


def describe(url: str) -> str:
    """An address as it may be shown: without user and password."""
    known = conninfo_to_dict(url)
    return f"postgresql://{known.get('host', 'localhost')}/{known.get('dbname', '')}"


def _judge(connection: psycopg.Connection[Any]) -> None:
    if connection.info.parameter_status("server_encoding") == "UTF8":
        asked = "SELECT word FROM unnest(%s::text[]) AS word ORDER BY word"
        if [word for (word,) in connection.execute(asked, [list(_TRIAL)])] == sorted(_TRIAL):
            return
    name = connection.info.dbname
    raise UnfitDatabaseError(
        f"the database {name} does not keep texts as UTF-8 in the order of their bytes (lists would skip and repeat): "
        f"make it with CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
    )


def _engine(url: str, size: int, *, read_only: bool) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://",
        **JSON_OPTIONS,
        use_native_hstore=False,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        pool_pre_ping=True,  # the server may have been started anew since
    )

    def connect(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> Any:
        connection = psycopg.connect(**{**parameters(url, read_only=read_only), **options})
        if read_only:  # one state throughout
            connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        return connection

    event.listen(engine, "do_connect", connect)
    return engine


def parameters(url: str, *, read_only: bool = True) -> dict[str, Any]:
    """What libpq is told: an address that names something wins over our defaults."""
    known: dict[str, Any] = {**_DEFAULTS, **conninfo_to_dict(url)}
    ours = _SERVER if read_only else f"{_SERVER} -c idle_in_transaction_session_timeout={_LEFT_BEHIND_MS}"
    return known | {"options": f"{ours} {known.get('options', '')}".strip()}


def _wait_for_the_others(connection: Connection) -> None:
    """READ COMMITTED: what is read behind the lock is what the one before has committed."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
