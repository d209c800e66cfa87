"""Runs: sealed readings in the file itself. The runs of a day share no key."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_DAY, US_PER_HOUR, Columns
from store.files import Connection
from store.readings.cache import Cache
from store.readings.columns import Index, Ints, Mask, columns_of, day_and_key, ranges
from store.readings.pages import Hours, expand, expand_flags, expand_keys
from store.readings.run import PAGES_PER_RUN, Directory, Page, Run, RunWriter

HOURS_PER_DAY = 24


class Runs:
    """The sealed readings of a file: finding, reading, writing and dropping them."""

    may_repeat_recent = False

    def __init__(self, con: Connection) -> None:
        self._con = con
        self._pages: Cache[Page] = Cache(256)
        self._directories: Cache[Run] = Cache(256)
        self._last_id = 0

    def put(self, rows: Columns, now_us: int) -> None:
        """Seal readings: a new run for each day. To be called in a transaction; `rows` in any order."""
        days, keys = day_and_key(rows.series, rows.time_us)
        order = np.lexsort((keys, days)) if np.ptp(days) else np.argsort(keys, kind="stable")
        days, keys, value, flags = days[order], keys[order], rows.value[order], rows.flags[order]
        starts = np.flatnonzero(np.diff(days, prepend=-1))
        for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(days)], strict=True):
            run = RunWriter(self._con, self.next_id(), int(days[start]))
            run.add(keys[start:stop], value[start:stop], flags[start:stop])
            run.close(now_us)

    def next_id(self) -> int:
        """The number of the next run, never given twice (a merge may hold one that has no row yet)."""
        if not self._last_id:
            self._last_id = int(self._con.execute("SELECT coalesce(max(id), 0) FROM run").fetchone()[0])
        self._last_id += 1
        return self._last_id

    def drop_strays(self) -> None:
        """Delete the pages of runs that were never finished. To be called in a transaction, before any writing."""
        known = {id for (id,) in self._con.execute("SELECT id FROM run")}
        at = 0
        while row := self._con.execute(
            "SELECT id FROM page WHERE id>=? ORDER BY id LIMIT 1", (at,)
        ).fetchone():
            id = row[0] // PAGES_PER_RUN
            at = (id + 1) * PAGES_PER_RUN
            if id not in known:
                self.drop([id])

    def find(self, series: NDArray[np.int32], time_us: Ints) -> tuple[Mask, Columns]:
        """Which (series, time), sorted so, are sealed, and the readings as asked for with value and flags where they are."""
        found = np.zeros(len(series), bool)
        value, flags = np.full(len(series), np.nan), np.zeros(len(series), np.uint8)
        days, keys = day_and_key(series, time_us)
        for day in np.unique(days).tolist():
            asked = np.flatnonzero(days == day)
            for run in self.runs(int(time_us[asked].min()), int(time_us[asked].max()) + 1):
                for number in run.pages.pages(keys[asked], keys[asked] + 1).tolist():
                    page = self.page(run, number)
                    near = asked[slice(*np.searchsorted(keys[asked], (page.keys[0], page.keys[-1] + 1)))]
                    at = np.searchsorted(page.keys, keys[near])
                    here = page.keys[at] == keys[near]
                    hit, at = near[here], at[here]
                    found[hit], value[hit], flags[hit] = True, page.value[at], page.flags[at]
        return found, Columns(series, time_us, value, flags)

    def read(self, series: NDArray[np.int32], start_us: int, end_us: int) -> list[Columns]:
        """The readings of some series (ascending) in [start_us, end_us), in parts."""
        parts = []
        for run in self.runs(start_us, end_us):
            low, high = _keys(series, run.day, start_us, end_us)
            for number in run.pages.pages(low, high).tolist():
                page = self.page(run, number)
                at = _within(page.keys, low, high)
                if len(at):
                    parts.append(columns_of(run.day, page.keys[at], page.value[at], page.flags[at]))
        return parts

    def hours(
        self, series: NDArray[np.int32], start_us: int, end_us: int
    ) -> tuple[NDArray[np.int32], Ints, Hours]:
        """Series and hour (µs) and figures of the hours in [start_us, end_us) (whole hours), several per hour possibly."""
        parts, of_series, hour_us = [], [np.empty(0, np.int32)], [np.empty(0, np.int64)]
        for run in self.runs(start_us, end_us):
            low, high = (-(-k // US_PER_HOUR) for k in _keys(series, run.day, start_us, end_us))
            pages = Hours.unpack([self._hours(run, number) for number in run.hours.pages(low, high).tolist()])
            parts.append(pages.take(_within(pages.key, low, high)))
            key = parts[-1].key
            of_series.append((key // HOURS_PER_DAY).astype(np.int32))
            hour_us.append(run.day * US_PER_DAY + key % HOURS_PER_DAY * US_PER_HOUR)
        return np.concatenate(of_series), np.concatenate(hour_us), Hours.concat(parts)

    def runs(self, start_us: int, end_us: int) -> Iterator[Run]:
        """The runs that may hold readings of [start_us, end_us), by day."""
        found = self._con.execute(
            "SELECT id FROM run WHERE day BETWEEN ? AND ? AND first_us < ? AND last_us >= ? ORDER BY day, id",
            (start_us // US_PER_DAY, (end_us - 1) // US_PER_DAY, end_us, start_us),
        ).fetchall()
        return (self.run(id) for (id,) in found)

    def run(self, id: int) -> Run:
        """One run's directories."""
        if (known := self._directories.get(id)) is not None:
            return known
        day, pages, hours = self._con.execute(
            "SELECT day, pages, hours FROM run WHERE id=?", (id,)
        ).fetchone()
        return self._directories.put(id, Run(id, day, Directory.unpack(pages), Directory.unpack(hours)))

    def page(self, run: Run, number: int) -> Page:
        """The decoded readings of a page."""
        id = run.id * PAGES_PER_RUN + number
        if (known := self._pages.get(id)) is not None:
            return known
        keys, value, flags = self._con.execute(
            "SELECT keys, vals, flags FROM page WHERE id=?", (id,)
        ).fetchone()
        decoded = expand_keys(keys)
        return self._pages.put(
            id, Page(decoded, expand(value, np.float64), expand_flags(flags, len(decoded)))
        )

    def _hours(self, run: Run, number: int) -> bytes:
        row = self._con.execute(
            "SELECT columns FROM hours WHERE id=?", (run.id * PAGES_PER_RUN + number,)
        ).fetchone()
        return bytes(row[0])

    def drop(self, ids: list[int]) -> None:
        """Delete runs. To be called in a transaction."""
        for id in ids:
            pages = (id * PAGES_PER_RUN, (id + 1) * PAGES_PER_RUN)
            self._con.execute("DELETE FROM run WHERE id=?", (id,))
            self._con.execute("DELETE FROM page WHERE id>=? AND id<?", pages)
            self._con.execute("DELETE FROM hours WHERE id>=? AND id<?", pages)

    def close(self) -> None:
        """Nothing: the connection belongs to writer or reader."""


def _within(keys: Ints, low: Ints, high: Ints) -> Index:
    """Where `keys` lie in the intervals [low, high); all three ascending."""
    if not len(keys):
        return np.empty(0, np.intp)
    some = slice(int(np.searchsorted(high, keys[0], "right")), int(np.searchsorted(low, keys[-1], "right")))
    return ranges(np.searchsorted(keys, low[some]), np.searchsorted(keys, high[some]))


def _keys(series: NDArray[np.int32], day: int, start_us: int, end_us: int) -> tuple[Ints, Ints]:
    """The keys [low, high) that [start_us, end_us) has on this day, for each series."""
    base = series.astype(np.int64) * US_PER_DAY
    start = min(max(start_us - day * US_PER_DAY, 0), US_PER_DAY)
    return base + start, base + min(max(end_us - day * US_PER_DAY, 0), US_PER_DAY)
