"""Recent readings in memory: those not sealed yet, and the newest of each series. Writer and readers mirror the file so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Columns
from store.files import Connection
from store.readings.columns import Ints, Mask, locate, merged, pack, pick, unpack
from store.readings.schema import meta

BLOCK = 1024
"""Series per row of the table `latest`."""
NEVER = np.iinfo(np.int64).min
MANY_PARTS = 16


class Recent:
    """A mirror of the chunks that are not sealed and of the newest reading of each series."""

    def __init__(self) -> None:
        self.position = 0
        self.sealed = -1
        self.newest = Columns.empty()
        """By series number; time NEVER where nothing is known."""
        self.n = 0
        self._parts: list[Columns] = []
        self._touched: set[int] = set()

    def follow(self, con: Connection) -> None:
        """Take over what the file has that the mirror has not."""
        numbers = meta(con)
        if numbers["sealed"] != self.sealed or numbers["position"] < self.position:
            self._begin(con, numbers["sealed"])
        if numbers["position"] == self.position:
            return
        rows = con.execute("SELECT kept FROM chunk WHERE position > ? ORDER BY position", (self.position,))
        for (kept,) in rows.fetchall():
            self.add(unpack(kept))
        self.position = numbers["position"]

    def _begin(self, con: Connection, sealed: int) -> None:
        self.sealed = self.position = sealed
        self.n, self._parts, self._touched = 0, [], set()
        self.newest = Columns.empty()
        for block, packed in con.execute("SELECT block, columns FROM latest").fetchall():
            part = unpack(packed)
            self.make_room((block + 1) * BLOCK - 1)
            where = slice(block * BLOCK, (block + 1) * BLOCK)
            self.newest.time_us[where] = part.time_us
            self.newest.value[where] = part.value
            self.newest.flags[where] = part.flags

    def make_room(self, series: int) -> None:
        """Have a place for every series up to this number."""
        have = len(self.newest)
        if series < have:
            return
        size = max(BLOCK, have)
        while size <= series:
            size *= 2
        more = size - have
        self.newest = Columns.concat([
            self.newest,
            Columns(
                np.arange(have, size, dtype=np.int32),
                np.full(more, NEVER),
                np.full(more, np.nan),
                np.zeros(more, np.uint8),
            ),
        ])

    def add(self, rows: Columns) -> None:
        """Take in kept readings, sorted by (series, time)."""
        if not len(rows):
            return
        self.make_room(int(rows.series[-1]))
        self._parts.append(rows)
        self.n += len(rows)
        ends = np.append(np.flatnonzero(rows.series[1:] != rows.series[:-1]), len(rows) - 1)
        newer = ends[rows.time_us[ends] > self.newest.time_us[rows.series[ends]]]
        series = rows.series[newer]
        self.newest.time_us[series] = rows.time_us[newer]
        self.newest.value[series] = rows.value[newer]
        self.newest.flags[series] = rows.flags[newer]
        blocks = series // BLOCK
        self._touched.update(blocks[np.diff(blocks, prepend=-1) != 0].tolist())

    def rows(self) -> Columns:
        """All readings that are not sealed, sorted."""
        if len(self._parts) > 1:
            self._parts = [merged(self._parts)]
        return self._parts[0] if self._parts else Columns.empty()

    def _few_parts(self) -> list[Columns]:
        if len(self._parts) > MANY_PARTS:
            self.rows()
        return self._parts

    def find(self, series: NDArray[np.int32], time_us: Ints) -> tuple[Mask, Columns]:
        """Which (series, time) are here, and the readings as asked for with value and flags where they are."""
        found = np.zeros(len(series), bool)
        value, flags = np.full(len(series), np.nan), np.zeros(len(series), np.uint8)
        for part in self._few_parts():
            low, high = part.time_us.min(), part.time_us.max()
            asked = np.flatnonzero(~found & (time_us >= low) & (time_us <= high))
            if not len(asked):
                continue
            here, at = locate(part, series[asked], time_us[asked])
            hit, at = asked[here], at[here]
            found[hit], value[hit], flags[hit] = True, part.value[at], part.flags[at]
        return found, Columns(series, time_us, value, flags)

    def read(self, series: NDArray[np.int32], start_us: int, end_us: int) -> list[Columns]:
        """The readings of some series in [start_us, end_us), in parts."""
        return [pick(part, series, start_us, end_us) for part in self._few_parts()]

    def latest(self, series: NDArray[np.int32] | None) -> Columns:
        """The newest reading of each series (or of those named) that has one."""
        if series is None:
            return self.newest.take(self.newest.time_us != NEVER)
        known = series[(series >= 0) & (series < len(self.newest))]
        rows = self.newest.take(known.astype(np.intp))
        return rows.take(rows.time_us != NEVER)

    def save_newest(self, con: Connection) -> None:
        """Write the blocks of `latest` that changed since they were written."""
        rows = []
        for block in sorted(self._touched):
            rows.append((block, pack(self.newest.take(slice(block * BLOCK, (block + 1) * BLOCK)))))
        con.executemany("INSERT OR REPLACE INTO latest VALUES(?, ?)", rows)

    def seal(self) -> None:
        """All that was here is sealed: forget the readings, keep the newest ones."""
        self.sealed = self.position
        self.n, self._parts, self._touched = 0, [], set()
