"""A run: one UTC day's readings sorted by (series, time), cut into pages, with their hourly figures beside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_DAY
from store.files import Connection
from store.readings.columns import Index, Ints, ranges
from store.readings.pages import HOURS_PAGE, PAGE, Hours, squeeze, squeeze_flags, squeeze_keys

PAGES_PER_RUN = 1 << 20
"""Page p of run r has the number r × PAGES_PER_RUN + p."""


class Page(NamedTuple):
    """Decoded readings of a page."""

    keys: Ints
    value: NDArray[np.float64]
    flags: NDArray[np.uint8]


class Directory(NamedTuple):
    """First and last key of each page of a run."""

    first: Ints
    last: Ints

    def pages(self, low: Ints, high: Ints) -> Index:
        """The pages that may hold keys of the intervals [low, high)."""
        start = np.searchsorted(self.last, low, "left")
        return np.unique(ranges(start, np.searchsorted(self.first, high, "left")))

    def pack(self) -> bytes:
        """As bytes."""
        return np.concatenate([self.first, self.last]).tobytes()

    @staticmethod
    def unpack(packed: bytes) -> Directory:
        """Out of `pack`."""
        return Directory(*np.frombuffer(packed, np.int64).reshape(2, -1))


class Run(NamedTuple):
    """Where one run's readings and hours are."""

    id: int
    day: int
    pages: Directory
    hours: Directory


class RunWriter:
    """Writes one run, in slices of ascending keys. The run can be seen when it is closed."""

    def __init__(self, con: Connection, id: int, day: int) -> None:
        self._con, self.id, self.day = con, id, day
        self._pages: list[tuple[int, int]] = []
        self._hours: list[tuple[int, int]] = []
        self._n = 0
        self._first_us, self._last_us = US_PER_DAY, 0

    def add(self, keys: Ints, value: NDArray[np.float64], flags: NDArray[np.uint8]) -> None:
        """Write the next readings; all of an hour of a series must be in one slice."""
        if not len(keys):
            return
        rows = []
        for i in range(0, len(keys), PAGE):
            part = slice(i, i + PAGE)
            number = self.id * PAGES_PER_RUN + len(self._pages)
            rows.append((number, squeeze_keys(keys[part]), squeeze(value[part]), squeeze_flags(flags[part])))
            self._pages.append((int(keys[i]), int(keys[part][-1])))
        self._con.executemany("INSERT INTO page VALUES(?, ?, ?, ?)", rows)
        self._add_hours(Hours.of(keys, value, flags))
        of_day = keys % US_PER_DAY
        self._first_us = min(self._first_us, int(of_day.min()))
        self._last_us = max(self._last_us, int(of_day.max()))
        self._n += len(keys)

    def _add_hours(self, hours: Hours) -> None:
        rows = []
        for i in range(0, len(hours), HOURS_PAGE):
            part = hours.take(slice(i, i + HOURS_PAGE))
            rows.append((self.id * PAGES_PER_RUN + len(self._hours), part.pack()))
            self._hours.append((int(part.key[0]), int(part.key[-1])))
        self._con.executemany("INSERT INTO hours VALUES(?, ?)", rows)

    def close(self, made_us: int) -> None:
        """Make the run visible."""
        start = self.day * US_PER_DAY
        pages, hours = (np.array(d, np.int64).reshape(-1, 2).T for d in (self._pages, self._hours))
        self._con.execute(
            "INSERT INTO run VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.id, self.day, self._n, start + self._first_us, start + self._last_us, made_us,
                Directory(*pages).pack(), Directory(*hours).pack(),
            ),
        )  # fmt: skip
