"""Gaps of devices, followed by one series of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detect.condition.lives import LifeExaminer, Series, one_each
from detect.examining import Judged, Span
from detect.hours.examiner import Hourly
from detect.hours.gaps import GapPattern
from detect.nouns import Watch
from ingest.nouns import US_PER_HOUR

EVERY_US = 6 * US_PER_HOUR


class GapExaminer:
    """Lasting losses of devices that are not silent."""

    detector = GapPattern.name
    every_us = EVERY_US

    def __init__(self, readings: Hourly) -> None:
        self._readings = readings
        self._followed: LifeExaminer | None = None

    def expect(self, watches: Sequence[Watch], series: Series) -> None:
        """See Examiner."""
        chosen = one_each(series)
        detector = GapPattern(frozenset(key.quantity for key in chosen.values()))
        self._followed = LifeExaminer(detector, self._readings, EVERY_US)
        self._followed.expect(watches, chosen)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """See Examiner."""
        return self._followed.examine(touched, as_of_us) if self._followed else []
