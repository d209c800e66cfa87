"""The implementations the contract is held against: how each is opened, and which clauses InfluxDB keeps more weakly.

Weaker with InfluxDB, and therefore tested for the embedded store alone:
* a value that is no number (ingest refuses it) stays in accounts and `latest` but cannot be written to InfluxDB;
* retention is InfluxDB's own;
* when the local file is lost, what InfluxDB has is written over by what the journal still brings, and counted as kept again;
* while InfluxDB is down, readings not newer than the newest of their series wait in the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from store.readings import (
    InfluxSettings,
    Limits,
    open_influx_reader,
    open_influx_store,
    open_reader,
    open_store,
)
from store.readings.reader import Reader
from store.readings.writer import Writer
from tests.store.contract_influx import InfluxServer

NOW_US = 20_010 * 86_400_000_000
SMALL = Limits(recent_readings=64, recent_chunks=4, feed_readings=200, feed_chunks=6)
"""So small that sealing and trimming happen all the time."""


class Bench:
    """A store in a folder of its own, with a reader beside it."""

    def __init__(self, open_writer: Callable[[Path], Writer], open_beside: Callable[[Path], Reader]) -> None:
        self._folder = TemporaryDirectory()
        self.path = Path(self._folder.name, "readings.sqlite")
        self._open = open_writer
        self.store = open_writer(self.path)
        self.reader = open_beside(self.path)

    def reopen(self) -> None:
        """Close the writer and open it again."""
        self.store.close()
        self.store = self._open(self.path)

    def close(self) -> None:
        """Forget everything."""
        self.reader.close()
        self.store.close()
        self._folder.cleanup()


class Embedded:
    """Readings in one SQLite file."""

    examples = 60

    def __call__(self, limits: Limits = SMALL) -> Bench:
        """A new, empty store."""
        return Bench(lambda path: open_store(path, now_us=NOW_US, limits=limits), open_reader)


class InfluxDB:
    """Sealed readings in InfluxDB; each store has a database of its own."""

    examples = 14

    def __init__(self, server: InfluxServer) -> None:
        self.server = server

    def __call__(self, limits: Limits = SMALL) -> Bench:
        """A new, empty store."""
        settings = InfluxSettings(
            self.server.url, self.server.new_bucket(), token="user:secret", timeout_ms=5_000
        )
        return Bench(
            lambda path: open_influx_store(path, settings, now_us=NOW_US, limits=limits),
            lambda path: open_influx_reader(path, settings),
        )
