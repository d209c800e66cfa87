"""Live: the readings without what was imported, so that a logger's file can neither raise an alarm nor calm one.

Live findings are the same whether or not a file was imported: imported readings are left out, a live reading that is
disputed by imported values alone stays as it was received, and a series known from files alone is none that
could fall silent. What the files brought is told apart (`take_brought`), for `detect.imported`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from detect.ports import Readings
from ingest.nouns import IMPORT_SOURCE, US_PER_HOUR, Columns, Flag
from store.nouns import Conflict, Feed, SeriesInfo

_WIDER = 16
"""By how much the look back grows each time that nothing live was found."""


class Span(NamedTuple):
    """From the first to the last moment that imports changed."""

    first_us: int
    last_us: int


class LiveReadings:
    """`Readings` without the imported ones; one per engine."""

    def __init__(self, readings: Readings) -> None:
        self.all = readings
        """With the imported ones."""
        self.imported: set[int] = set()
        """Series of which imported readings were met so far."""
        self._live: set[int] = set()
        """Series that spoke live, among those whose newest reading is imported."""
        self._brought: dict[int, Span] = {}

    def brought(self) -> dict[int, Span]:
        """What imports have changed since `take_brought` was called last, by series."""
        return self._brought

    def take_brought(self) -> dict[int, Span]:
        """What imports have changed since this was asked last, by series."""
        brought, self._brought = self._brought, {}
        return brought

    def series(self) -> list[SeriesInfo]:
        """All series but those that are known from files alone."""
        newest = self.all.latest()
        only = {
            series
            for series, time_us in zip(*self._imported_in(newest), strict=True)
            if series not in self._live and self._before(series, time_us) is None
        }
        return [info for info in self.all.series() if info.id not in only]

    def latest(self, series: Sequence[int] | None = None) -> Columns:
        """The newest live reading of each series."""
        newest = self.all.latest(series)
        parts = [self._as_live(newest)]
        for number, time_us in zip(*self._imported_in(newest), strict=True):
            before = self._before(number, time_us)
            parts += [before] if before is not None else []
        if len(parts) == 1:
            return parts[0]
        whole = Columns.concat(parts)
        return whole.take(np.argsort(whole.series, kind="stable"))

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """Live readings with start_us <= time < end_us, sorted by (series, time); at most `limit`, the first ones."""
        rows = self.all.range(series, start_us, end_us, limit)
        live = self._as_live(rows)
        if limit is None or len(rows) < limit or len(live) == len(rows):
            return live
        return self._as_live(self.all.range(series, start_us, end_us)).take(slice(0, limit))

    def feed(self, after: int, max_readings: int = 200_000) -> list[Feed] | None:
        """The feed without what was imported, of which a note is taken."""
        found = self.all.feed(after, max_readings)
        return None if found is None else [self._feed(one) for one in found]

    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> list[Conflict]:
        """The values that came live beside another one."""
        found = self.all.conflicts(series, start_us, end_us)
        return [conflict for conflict in found if conflict.gateway != IMPORT_SOURCE]

    def position(self) -> int:
        """The last journal position applied."""
        return self.all.position()

    def _feed(self, feed: Feed) -> Feed:
        for rows in (feed.kept, feed.disputed):
            for series, time_us in zip(*self._imported_in(rows), strict=True):
                old = self._brought.get(series, Span(time_us, time_us))
                self._brought[series] = Span(min(old.first_us, time_us), max(old.last_us, time_us))
        disputed = self._as_live(feed.disputed)
        still = disputed.take((disputed.flags & int(Flag.DISPUTED)) != 0)
        return replace(feed, kept=self._as_live(feed.kept), disputed=still)

    def _imported_in(self, rows: Columns) -> tuple[list[int], list[int]]:
        """Series and times of the imported readings among some."""
        found = rows.take((rows.flags & int(Flag.IMPORTED)) != 0)
        self.imported.update(np.unique(found.series).tolist())
        return found.series.tolist(), found.time_us.tolist()

    def _as_live(self, rows: Columns) -> Columns:
        """The live ones of some readings, disputed only where live values differ."""
        if ((rows.flags & int(Flag.IMPORTED)) != 0).any():
            self._imported_in(rows)
            rows = rows.take((rows.flags & int(Flag.IMPORTED)) == 0)
        (at,) = np.nonzero(rows.flags & int(Flag.DISPUTED))
        if not len(at):
            return rows
        doubted = rows.take(at)
        span = int(doubted.time_us.min()), int(doubted.time_us.max()) + 1
        sources: dict[tuple[int, int], set[bool]] = {}
        for conflict in self.all.conflicts(np.unique(doubted.series).tolist(), *span):
            key = (conflict.series, conflict.time_us)
            sources.setdefault(key, set()).add(conflict.gateway == IMPORT_SOURCE)
        keys = zip(doubted.series.tolist(), doubted.time_us.tolist(), strict=True)
        cleared = at[np.array([sources.get(key) == {True} for key in keys], bool)]
        if not len(cleared):
            return rows
        flags = rows.flags.copy()
        flags[cleared] &= np.uint8(~int(Flag.DISPUTED) & 0xFF)
        return Columns(rows.series, rows.time_us, rows.value, flags)

    def _before(self, series: int, time_us: int) -> Columns | None:
        """The newest live reading of a series before a moment."""
        reach_us = US_PER_HOUR
        while True:
            from_us = max(time_us - reach_us, 0)
            rows = self._as_live(self.all.range([series], from_us, time_us))
            if len(rows):
                self._live.add(series)
                return rows.take(slice(len(rows) - 1, None))
            if not from_us:
                return None
            reach_us *= _WIDER
