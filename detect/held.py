"""Held readings: many windows of many series judged at once are read in one question, and cut out of memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detect.ports import Readings
from ingest.nouns import US_PER_MINUTE, Columns

MOST_READINGS = 2_000_000
"""What may be held at once, reckoned at a reading a minute."""


class Held:
    """Answers `range` from memory for what `hold` took, else from the store."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._rows = Columns.empty()
        self._start_us = self._end_us = 0
        self._bounds: dict[int, tuple[int, int]] = {}

    def hold(self, series: NDArray[np.int64], start_us: int, end_us: int) -> bool:
        """Take the readings of these series (ascending) in [start_us, end_us), if they are not too many."""
        if len(series) * ((end_us - start_us) // US_PER_MINUTE + 1) > MOST_READINGS:
            return False
        self._rows = self._readings.range(series.tolist(), start_us, end_us)
        self._start_us, self._end_us = start_us, end_us
        first = np.searchsorted(self._rows.series, series, "left").tolist()
        last = np.searchsorted(self._rows.series, series, "right").tolist()
        self._bounds = dict(zip(series.tolist(), zip(first, last, strict=True), strict=True))
        return True

    def release(self) -> None:
        """Hold nothing any more."""
        self._rows = Columns.empty()
        self._start_us = self._end_us = 0
        self._bounds = {}

    def covers(self, start_us: int, end_us: int) -> bool:
        """Whether [start_us, end_us) is held at all."""
        return self._start_us <= start_us and end_us <= self._end_us

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """Readings with start_us <= time < end_us, sorted by (series, time); at most `limit`, the first ones."""
        if limit or not self.covers(start_us, end_us) or any(s not in self._bounds for s in series):
            return self._readings.range(series, start_us, end_us, limit)
        parts = [self._cut(number, start_us, end_us) for number in sorted(series)]
        return parts[0] if len(parts) == 1 else Columns.concat(parts)

    def all(self, series: Sequence[int]) -> Columns:
        """All that is held of these series, which must be among those taken."""
        parts = [self._rows.take(slice(*self._bounds[number])) for number in sorted(series)]
        return parts[0] if len(parts) == 1 else Columns.concat(parts)

    def _cut(self, number: int, start_us: int, end_us: int) -> Columns:
        first, last = self._bounds[number]
        times = self._rows.time_us[first:last]
        return self._rows.take(
            slice(first + int(times.searchsorted(start_us)), first + int(times.searchsorted(end_us)))
        )
