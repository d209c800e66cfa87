"""What detect needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from detect.nouns import Finding
from ingest.nouns import Columns
from store.nouns import Buckets, Conflict, Feed, LedgerLine, SeriesInfo, StoredDeadLetter


class Readings(Protocol):
    """Kept readings, as `store.nouns.ReadingReader` answers for them."""

    def series(self) -> list[SeriesInfo]: ...
    def latest(self, series: Sequence[int] | None = None) -> Columns: ...
    def range(
        self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None
    ) -> Columns: ...
    def feed(self, after: int, max_readings: int = 200_000) -> list[Feed] | None: ...
    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> list[Conflict]: ...
    def position(self) -> int: ...


class Kept(Readings, Protocol):
    """Kept readings, also by equal intervals, and the ledger of what came."""

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets: ...
    def ledger(self, gateway: str | None, start_us: int, end_us: int) -> list[LedgerLine]: ...
    def dead_letters(
        self, gateway: str | None, before_id: int | None, limit: int
    ) -> list[StoredDeadLetter]: ...


class Rows(Protocol):
    """As much of `Readings` as judging one series asks for."""

    def range(
        self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None
    ) -> Columns: ...


class FindingLog(Protocol):
    """Findings as they were recorded."""

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        """The unretracted findings about these subjects that are open or end at or after `from_us`."""

    def open_findings(self) -> list[Finding]:
        """All unretracted findings that are still open."""

    def standing(self) -> list[Finding]:
        """All unretracted findings. Asked for only when everything is judged again."""
