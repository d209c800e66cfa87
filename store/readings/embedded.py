"""The embedded store: readings, recent and sealed, in one SQLite file."""

from __future__ import annotations

import os
from pathlib import Path

from store import files
from store.files import SetAside
from store.readings import schema
from store.readings.keeping import KeptRuns
from store.readings.writer import Limits, Writer, open_file


class EmbeddedStore(Writer):
    """Readings in one SQLite file."""

    def __init__(
        self, path: Path, *, now_us: int, retention_days: int | None = None, limits: Limits | None = None
    ) -> None:
        self._lock = schema.lock(path)
        (con, recent), self.set_aside = files.open_or_set_aside(path, open_file, now_us)
        cold = KeptRuns(con, retention_days)
        with schema.transaction(con):
            cold.drop_strays()
        super().__init__(path, con, cold, recent, limits or Limits())

    set_aside: SetAside | None
    """The damaged file that was renamed, if there was one. The store is then empty and its position 0."""

    def close(self) -> None:
        """Release files and connections."""
        super().close()
        os.close(self._lock)
