"""Housekeeping of the file: merging runs, dropping days whose time is over, giving disk space back."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.nouns import US_PER_DAY, US_PER_HOUR
from store.files import Connection
from store.readings.merging import due, merge
from store.readings.runs import Runs
from store.readings.schema import transaction

LEDGER_DAYS = 400
FREE_SHARE = 8
"""Space is given back when more than 1/FREE_SHARE of the file is unused …"""
FREE_PAGES = 256
"""… and more than so many pages; that many are given back at a time."""
RETENTION_EVERY_US = US_PER_HOUR


class KeptRuns(Runs):
    """The sealed readings as their one writer sees them: kept in few runs, and no longer than wanted."""

    def __init__(self, con: Connection, retention_days: int | None) -> None:
        super().__init__(con)
        self._retention_days = retention_days
        self._merging: Iterator[None] | None = None
        self._swept_us = 0
        with transaction(con):
            self.drop_strays()

    def tend(self, now_us: int) -> None:
        """One small step: of a merge, else of retention, else of giving space back."""
        if self._merging is None and (ids := due(self._con, now_us)):
            self._merging = merge(self._con, self, ids, now_us)
        if self._merging is not None:
            if next(self._merging, self) is self:
                self._merging = None
        elif now_us - self._swept_us >= RETENTION_EVERY_US:
            self._swept_us = now_us
            self._sweep(now_us)
        else:
            self._give_back()

    def _sweep(self, now_us: int) -> None:
        with transaction(self._con):
            self._con.execute("DELETE FROM ledger WHERE hour_us < ?", (now_us - LEDGER_DAYS * US_PER_DAY,))
            if self._retention_days is None:
                return
            first_day = now_us // US_PER_DAY - self._retention_days
            over = self._con.execute("SELECT id FROM run WHERE day < ?", (first_day,)).fetchall()
            self.drop([id for (id,) in over])
            self._con.execute("DELETE FROM conflict WHERE time_us < ?", (first_day * US_PER_DAY,))

    def _give_back(self) -> None:
        free = self._con.execute("PRAGMA freelist_count").fetchone()[0]
        pages = self._con.execute("PRAGMA page_count").fetchone()[0]
        if free > FREE_PAGES and free * FREE_SHARE > pages:
            self._con.execute(f"PRAGMA incremental_vacuum({FREE_PAGES})").fetchall()
