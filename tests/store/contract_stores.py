"""The implementations the contract is held against: how each is opened, and which clauses it keeps in a weaker form."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from store.readings import Limits, open_reader, open_store

NOW_US = 20_010 * 86_400_000_000
SMALL = Limits(recent_readings=64, recent_chunks=4, feed_readings=200, feed_chunks=6)
"""So small that sealing and trimming happen all the time."""


class Embedded:
    """Readings in one SQLite file."""

    name = "embedded"
    examples = 60

    def __init__(self, limits: Limits = SMALL) -> None:
        self._folder = TemporaryDirectory()
        self.path = Path(self._folder.name, "readings.sqlite")
        self._limits = limits
        self.store = open_store(self.path, now_us=NOW_US, limits=limits)
        self.reader = open_reader(self.path)

    def reopen(self) -> None:
        """Close the writer and open it again."""
        self.store.close()
        self.store = open_store(self.path, now_us=NOW_US, limits=self._limits)

    def close(self) -> None:
        """Forget everything."""
        self.reader.close()
        self.store.close()
        self._folder.cleanup()
