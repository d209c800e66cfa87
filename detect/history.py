"""History: kept readings shown to an engine once more, as if each had come at the moment it was measured.

The feed hands them out step by step, and whatever else is asked for ends where the feed has come to: nothing of the
future is seen. When readings really came is not kept, so lateness is not played again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from detect.ports import Kept
from ingest.nouns import US_PER_DAY, Columns
from store.nouns import Buckets, Conflict, Feed, LedgerLine, SeriesInfo, StoredDeadLetter

MOST_READINGS = 2_000_000
"""About so many readings are held at a time, however long the window and however many the series."""
_MOST_SPAN_US = 8 * US_PER_DAY


class History:
    """`detect.ports.Kept` over readings of the past, from `from_us` to `to_us`, of some devices."""

    def __init__(
        self, readings: Kept, devices: Collection[str], from_us: int, to_us: int, step_us: int
    ) -> None:
        self._readings = readings
        self._to_us, self._step_us = to_us, step_us
        self._infos = [info for info in readings.series() if info.device in devices]
        self._series = [info.id for info in self._infos]
        self.as_of_us = from_us
        """Up to here everything has been handed out."""
        self.readings = 0
        """How many have been handed out."""
        self._position = 0
        before = self._rows(from_us - US_PER_DAY, from_us)
        self._newest = before.take(np.append(np.diff(before.series) != 0, True)[: len(before)])
        self._steps = self._all_steps(from_us)

    @property
    def over(self) -> bool:
        """Whether everything has been handed out."""
        return self.as_of_us >= self._to_us

    def series(self) -> list[SeriesInfo]:
        """The series of the devices."""
        return self._infos

    def position(self) -> int:
        """The number of the last step that was handed out."""
        return self._position

    def latest(self, series: Sequence[int] | None = None) -> Columns:
        """The newest readings of the day before the window; an engine asks when it begins."""
        return self._newest if series is None else self._newest.take(np.isin(self._newest.series, series))

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """See `ReadingReader`; up to `as_of_us`."""
        end_us = min(end_us, self.as_of_us)
        return self._readings.range(series, start_us, end_us, limit) if start_us < end_us else Columns.empty()

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
        """See `ReadingReader`; buckets that end after `as_of_us` are empty."""
        found = self._readings.aggregate(series, start_us, end_us, buckets)
        ahead = found.start_us + found.width_us > self.as_of_us
        if not ahead.any():
            return found
        count, low, mean, high = (
            np.where(ahead, nothing, part)
            for nothing, part in (
                (0, found.count), (np.nan, found.minimum), (np.nan, found.mean), (np.nan, found.maximum)
            )
        )  # fmt: skip
        return replace(found, count=count, minimum=low, mean=mean, maximum=high)

    def feed(self, after: int, max_readings: int = 200_000) -> list[Feed] | None:
        """The next step, or nothing once all is handed out."""
        step = next(self._steps, None)
        return [] if step is None else [step]

    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> list[Conflict]:
        """See `ReadingReader`; up to `as_of_us`."""
        return self._readings.conflicts(series, start_us, min(end_us, self.as_of_us))

    def ledger(self, gateway: str | None, start_us: int, end_us: int) -> list[LedgerLine]:
        """See `ReadingReader`; up to `as_of_us`."""
        return self._readings.ledger(gateway, start_us, min(end_us, self.as_of_us))

    def dead_letters(self, gateway: str | None, before_id: int | None, limit: int) -> list[StoredDeadLetter]:
        """See `ReadingReader`; those that came up to `as_of_us`."""
        found: list[StoredDeadLetter] = []
        while len(found) < limit and (page := self._readings.dead_letters(gateway, before_id, limit)):
            found += [one for one in page if one.letter.received_us < self.as_of_us]
            before_id = page[-1].id
        return found[:limit]

    def _rows(self, from_us: int, to_us: int) -> Columns:
        return self._readings.range(self._series, from_us, to_us) if self._series else Columns.empty()

    def _all_steps(self, from_us: int) -> Iterator[Feed]:
        span_us = self._step_us
        while from_us < self._to_us:
            to_us = min(from_us + span_us, self._to_us)
            rows = self._rows(from_us, to_us)
            yield from self._cut(rows, from_us, to_us)
            span_us = _next_span(span_us, len(rows), self._step_us)
            from_us = to_us

    def _cut(self, rows: Columns, from_us: int, to_us: int) -> Iterator[Feed]:
        """Some readings, sorted by series and time, as the steps in which they came."""
        number = (rows.time_us - from_us) // self._step_us
        order = np.argsort(number, kind="stable")
        steps = -(-(to_us - from_us) // self._step_us)
        bounds = np.searchsorted(number[order], np.arange(steps + 1))
        for step, (begin, end) in enumerate(pairwise(bounds.tolist())):
            self._position += 1
            self.readings += end - begin
            self.as_of_us = min(from_us + (step + 1) * self._step_us, to_us)
            yield Feed(self._position, self.as_of_us, rows.take(order[begin:end]), Columns.empty())


def _next_span(span_us: int, rows: int, step_us: int) -> int:
    """How much to read next, so that about MOST_READINGS are held: whole steps."""
    wanted = span_us * MOST_READINGS // max(rows, MOST_READINGS // 8)
    return max(min(wanted, _MOST_SPAN_US) // step_us, 1) * step_us
