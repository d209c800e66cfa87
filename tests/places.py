"""Where tests keep a service database: a file, or a database of a PostgreSQL server that the tests start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

    def new(self) -> Place:
        """An empty database that is not made yet."""
        if self._server is None:
            self._made.append("")
            return self._folder / f"service-{len(self._made)}.sqlite"
        self._made.append(self._server.create())
        return self._server.url(self._made[-1])

    def ready(self) -> Place:
        """An empty database of today's layout."""
        if self._server is None:
            return self.new()
        self._made.append(self._server.create(_template(self._server)))
        return self._server.url(self._made[-1])

    def drop(self) -> None:
        """Drop them all."""
        for name in self._made if self._server else ():
            assert self._server is not None
            self._server.drop(name)


_templates: dict[PostgresServer, str] = {}


def _template(server: PostgresServer) -> str:
    """A database that others are copied from: much faster than to make all tables again."""
    if server not in _templates:
        name = server.create()
        open_service(server.url(name), 0).close()
        _templates[server] = name
    return _templates[server]
