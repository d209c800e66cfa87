"""Readings and findings held in memory, for judging thousands of small histories; the real store has its own tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detect.nouns import Finding, FindingChange
from ingest.nouns import IMPORT_SOURCE, Columns, Flag
from store.nouns import Buckets, Conflict, Feed, SeriesInfo

UNUSABLE = Flag.SENTINEL | Flag.IMPOSSIBLE | Flag.DISPUTED


class MemoryReadings:
    """(series, time) is unique; another value makes a reading disputed."""

    def __init__(self, series: list[SeriesInfo]) -> None:
        self.known = series
        self._kept: dict[tuple[int, int], tuple[float, int]] = {}
        self._times: dict[int, list[int]] = {}
        self._conflicts: set[tuple[int, int, float, str]] = set()
        self.batches: list[Feed] = []
        self.forgotten = 0
        """The feed no longer reaches back before this position."""

    def add(self, rows: Sequence[tuple[int, int, float, int]], received_us: int) -> None:
        """Keep rows (series, time, value, flags) as one batch."""
        fresh, disputed = {}, {}
        for series, time_us, value, flags in rows:
            key = (series, time_us)
            old = self._kept.get(key)
            if old is None:
                self._kept[key] = fresh[key] = (value, flags)
                self._times.setdefault(series, []).append(time_us)
            elif old[0] != value:
                gateway = IMPORT_SOURCE if flags & Flag.IMPORTED else "g"
                disputed |= {} if self._is_told(key, value, gateway) else {key: old}
                if not any(conflict[:3] == (*key, value) for conflict in self._conflicts):
                    self._conflicts.add((series, time_us, value, gateway))
        self.batches.append(
            Feed(len(self.batches) + 1, received_us, self._columns(fresh), self._columns(disputed))
        )

    def _is_told(self, key: tuple[int, int], value: float, gateway: str) -> bool:
        """Whether it is known that values differ: this one, or one that came live, or another of a file."""
        beside = [conflict for conflict in self._conflicts if conflict[:2] == key]
        return any(c[2] == value or c[3] != IMPORT_SOURCE or gateway == IMPORT_SOURCE for c in beside)

    def _columns(self, rows: dict[tuple[int, int], tuple[float, int]]) -> Columns:
        keys = sorted(rows)
        disputed = {(s, t) for s, t, _, _ in self._conflicts} if self._conflicts else set()
        flags = [rows[k][1] | (int(Flag.DISPUTED) if k in disputed else 0) for k in keys]
        return Columns(
            np.array([k[0] for k in keys], np.int32),
            np.array([k[1] for k in keys], np.int64),
            np.array([rows[k][0] for k in keys], np.float64),
            np.array(flags, np.uint8),
        )

    def series(self) -> list[SeriesInfo]:
        return self.known

    def position(self) -> int:
        return len(self.batches)

    def latest(self, series: Sequence[int] | None = None) -> Columns:
        newest = {(s, max(times)) for s, times in self._times.items() if series is None or s in series}
        return self._columns({key: self._kept[key] for key in newest})

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        wanted = {(s, t) for s in set(series) for t in self._times.get(s, ()) if start_us <= t < end_us}
        columns = self._columns({key: self._kept[key] for key in wanted})
        return columns if limit is None else columns.take(slice(0, limit))

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
        width = -(-(end_us - start_us) // buckets)
        at = np.arange(start_us, end_us, width)
        counts, lows, means, highs = (np.full((len(series), len(at)), np.nan) for _ in range(4))
        for row, number in enumerate(series):
            rows = self.range([number], start_us, end_us)
            rows = rows.take((rows.flags & UNUSABLE) == 0)
            for bucket in range(len(at)):
                own = rows.value[(rows.time_us - start_us) // width == bucket]
                counts[row, bucket] = len(own)
                if len(own):
                    lows[row, bucket], means[row, bucket], highs[row, bucket] = (
                        own.min(),
                        own.mean(),
                        own.max(),
                    )
        whole = counts.astype(np.int64)
        return Buckets(np.array(series, np.int32), at, width, whole, lows, means, highs)

    def feed(self, after: int, max_readings: int = 200_000) -> list[Feed] | None:
        return None if after < self.forgotten else self.batches[after : after + 5]

    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> list[Conflict]:
        return [
            Conflict(s, t, v, 0, gateway)
            for s, t, v, gateway in sorted(self._conflicts)
            if s in series and start_us <= t < end_us
        ]


class MemoryLog:
    """Findings as they would be recorded."""

    def __init__(self) -> None:
        self.findings: dict[str, Finding] = {}

    def record(self, changes: Sequence[FindingChange]) -> None:
        for change in changes:
            self.findings[change.finding.id] = change.finding

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        return [
            f
            for f in self.findings.values()
            if f.subject in subjects and not f.retracted and (f.end_us is None or f.end_us >= from_us)
        ]

    def open_findings(self) -> list[Finding]:
        return [f for f in self.findings.values() if not f.retracted and f.end_us is None]

    def standing(self) -> list[Finding]:
        return [f for f in self.findings.values() if not f.retracted]

    def facts(self) -> set[tuple[object, ...]]:
        """What must be equal between two runs (promise 3)."""
        return {
            (f.detector, f.subject, f.kind, f.start_us, f.end_us, f.peak, f.area, f.coverage)
            for f in self.findings.values()
            if not f.retracted
        }
