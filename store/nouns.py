"""The nouns of store: what can be asked of the readings, and what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Batch, Columns, Count, DeadLetter, LinkChange, NewSeries


@dataclass(frozen=True, slots=True)
class Buckets:
    """min/mean/max of series over equal intervals.

    Shapes: `series` (s,), `start_us` (b,), all others (s, b). An empty bucket has count 0 and NaN.
    Disputed, sentinel and impossible readings are left out.
    """

    series: NDArray[np.int32]
    start_us: NDArray[np.int64]
    width_us: int
    count: NDArray[np.int64]
    minimum: NDArray[np.float64]
    mean: NDArray[np.float64]
    maximum: NDArray[np.float64]
    left_out: NDArray[np.bool_] | None = None
    """Whether readings of a bucket were left out, as far as single readings were looked at; None: they were not."""


class Conflict(NamedTuple):
    """A different value that came for a series and time that already had one."""

    series: int
    time_us: int
    value: float
    received_us: int
    gateway: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What one apply (one or several journal batches) changed in the store, as detectors read it."""

    position: int
    """Of the last batch."""
    received_us: int
    """Of the last batch: the as-of time."""
    kept: Columns
    """New readings, sorted by (series, time); duplicates and conflicts are not among them, disputed ones are."""
    disputed: Columns
    """Readings that became disputed in this batch (their first value)."""
    links: tuple[LinkChange, ...] = ()
    first_received_us: int = 0
    """Of the first batch, for measuring how long the oldest reading waited."""


class LedgerLine(NamedTuple):
    """One figure of the ledger."""

    gateway: str
    hour_us: int
    what: str
    reason: str
    n: int


class StoredDeadLetter(NamedTuple):
    """A dead letter with the number it goes by."""

    id: int
    letter: DeadLetter


class SeriesInfo(NamedTuple):
    """A series with its number."""

    id: int
    gateway: str
    device: str
    quantity: str


class ReadingReader(Protocol):
    """Questions about kept readings. Safe to ask from other processes while one writes."""

    def series(self) -> list[SeriesInfo]:
        """All series, by number."""

    def position(self) -> int:
        """The last journal position applied."""

    def latest(self, series: Sequence[int] | None = None) -> Columns:
        """The newest reading of each series (of all, or of those named), by series number."""

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """Readings with start_us <= time < end_us, sorted by (series, time); at most `limit`, the first ones."""

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
        """min/mean/max of each series over at most `buckets` equal intervals covering [start_us, end_us).

        Where that allows hourly rollups to serve, the width is rounded up to whole hours and the start down
        to a whole hour; the answer says what was used.
        """

    def feed(self, after: int, max_readings: int = 200_000) -> list[Feed] | None:
        """What was changed after position `after`, in order; None if that is no longer held (or `after` lies ahead)."""

    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> list[Conflict]:
        """The values kept beside disputed readings."""

    def ledger(self, gateway: str | None, start_us: int, end_us: int) -> list[LedgerLine]:
        """Ledger lines of the hours of receipt in [start_us, end_us), by gateway and hour."""

    def dead_letters(self, gateway: str | None, before_id: int | None, limit: int) -> list[StoredDeadLetter]:
        """Newest first, ids below `before_id`."""

    def dead_letter(self, id: int) -> StoredDeadLetter | None:
        """One dead letter."""

    def links(self) -> list[LinkChange]:
        """What each gateway said last of being online."""


class ReadingStore(ReadingReader, Protocol):
    """The one writer's view: applies journal batches, each exactly once, and keeps house."""

    def apply(self, batches: Sequence[tuple[int, Batch]]) -> None:
        """Apply journal batches (position, batch) in order, in one commit; positions already applied change nothing."""

    def tend(self, now_us: int) -> None:
        """Housekeeping that is due: merging, sealing, retention."""

    def close(self) -> None:
        """Release files and connections."""


__all__ = [
    "Batch",
    "Buckets",
    "Columns",
    "Conflict",
    "Count",
    "DeadLetter",
    "Feed",
    "LedgerLine",
    "NewSeries",
    "ReadingReader",
    "ReadingStore",
    "SeriesInfo",
    "StoredDeadLetter",
]
