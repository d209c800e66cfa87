"""A reader: asks the file of readings while another process writes it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store.files import Connection
from store.readings.cold import ColdTier
from store.readings.errors import StoreAbsent, damage_named
from store.readings.questions import Questions
from store.readings.recent import Recent
from store.readings.schema import connect_reader


class Reader(Questions):
    """Read-only answers. May be shared by threads: one question at a time, the others wait.

    Opens the file with the first question, and again when the writer had to begin a new one.
    Every question may raise StoreAbsent and StoreDamaged.
    """

    def __init__(self, path: Path, cold: Callable[[Connection], ColdTier]) -> None:
        self._path, self._make_cold = path, cold
        self._con: Connection | None = None
        self._file = (0, 0)
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def _moment(self) -> Iterator[Connection]:
        with self._one_at_a_time, damage_named():
            con = self._connection()
            con.execute("BEGIN")
            try:
                self._recent.follow(con)
                yield con
            finally:
                con.execute("ROLLBACK")

    def _connection(self) -> Connection:
        try:
            found = os.stat(self._path)
        except FileNotFoundError as error:
            raise StoreAbsent(f"{self._path} does not exist yet") from error
        if self._con is None or (found.st_dev, found.st_ino) != self._file:
            self._close()
            con = connect_reader(self._path)
            self._con, self._file = con, (found.st_dev, found.st_ino)
            self._recent, self._cold = Recent(), self._make_cold(con)
        return self._con

    def _close(self) -> None:
        if self._con is not None:
            self._cold.close()
            self._con.close()
            self._con = None

    def close(self) -> None:
        """Release the file."""
        with self._one_at_a_time:
            self._close()
