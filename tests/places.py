"""Where tests keep a service database: a file, or a database of a PostgreSQL server that the tests start."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from pysqlite3 import dbapi2 as sqlite

from bench.postgres import MISSING, PostgresServer, find_programs
from store.service import Place, open_service
from tests.brokers import missing

ENGINES = ("sqlite", "postgresql")


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server of one's own; without programs the test is skipped (in CI it fails)."""
    programs = find_programs()
    if programs is None:
        missing(MISSING)
    server = PostgresServer(programs, durable=False)
    try:
        server.start()
        yield server
    finally:
        server.close()


class Places:
    """New service databases of one engine."""

    def __init__(self, folder: Path, server: PostgresServer | None) -> None:
        self._folder, self._server = folder, server
        self._made: list[str] = []
        self._ready: list[str] = []

    def new(self) -> Place:
        """An empty database that is not made yet."""
        if self._server is None:
            return self._new_file()
        self._made.append(self._server.create())
        return self._server.url(self._made[-1])

    def _new_file(self) -> Path:
        self._made.append("")
        return self._folder / f"service-{len(self._made)}.sqlite"

    def ready(self) -> Place:
        """An empty database of today's layout."""
        if self._server is None:
            place = self._new_file()
            shutil.copyfile(blank_file(), place)
            return place
        used = _used.setdefault(self._server, [])
        if not used:
            used.append(self._server.create(_template(self._server)))
        self._ready.append(used.pop())
        return self._server.url(self._ready[-1])

    def drop(self) -> None:
        """Drop them; those that are still as they were made are emptied, which is much faster than to make another."""
        if self._server is None:
            return
        for name in self._ready:
            url = self._server.url(name)
            if url in _spoiled:
                self._made.append(name)
            else:
                self._server.execute(_EMPTY, name)
                _used[self._server].append(name)
        for name in self._made:
            self._server.drop(name)


@cache
def blank_file() -> Path:
    """An SQLite file of today's layout to copy: to make its tables anew takes a hundred times as long."""
    folder = Path(tempfile.mkdtemp(prefix="keepwell-blank-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_service(folder / "service.sqlite", 0).close()
    return folder / "service.sqlite"


def _template(server: PostgresServer) -> str:
    """A database that others are copied from, which nobody uses."""
    if server not in _templates:
        _templates[server] = server.create()
        open_service(server.url(_templates[server]), 0).close()
    return _templates[server]


_templates: dict[PostgresServer, str] = {}
_used: dict[PostgresServer, list[str]] = {}
"""Databases that are empty again."""
_spoiled: set[Place] = set()
"""Those whose tables are not what they were."""
_EMPTY = """
DO $$ DECLARE name text; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'DELETE FROM ' || quote_ident(name);
  END LOOP;
END $$
"""
"""Whatever of a test is still connected goes; then all rows, past the triggers that keep them."""


def place_of(text: str) -> Place:
    """A place from a command line."""
    return text if text.startswith("postgresql:") else Path(text)


@contextmanager
def raw(place: Place, *, past_triggers: bool = False) -> Iterator[Callable[..., list[Any]]]:
    """Statements behind the service's back, as somebody with the engine's own shell would give them; `?` is a parameter.

    Args:
        past_triggers: no trigger keeps the event table as it is, as who owns the database can have it.
    """
    if isinstance(place, Path):
        file = sqlite.connect(place, isolation_level=None)
        try:
            for trigger in ("event_is_never_deleted", "event_is_never_changed") if past_triggers else ():
                file.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            yield lambda statement, *values: file.execute(statement, values).fetchall()
        finally:
            file.close()
        return
    with psycopg.connect(place, autocommit=True) as connection:

        def execute(statement: str, *values: object) -> list[Any]:
            done = connection.execute(translated(statement, place).replace("?", "%s"), values or None)
            return done.fetchall() if done.description else []

        if past_triggers:
            execute("SET session_replication_role = replica")
        yield execute


def spoil(place: Place) -> None:
    """Its tables are not what they were: it cannot be used for another test."""
    _spoiled.add(place)


def translated(statement: str, place: Place) -> str:
    """A statement in SQLite's words, as the engine there says it."""
    return (
        statement
        if isinstance(place, Path)
        else statement.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')")
    )
