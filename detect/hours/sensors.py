"""Sensors by hours: drift against peers and long stays at one value, under the cause that tickets about a sensor go by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from detect.examining import Examiner, Judged, Span
from detect.hours.examiner import HourExaminer, Hourly
from detect.hours.peers import PeerDrift
from detect.hours.stuck import Stuck
from detect.nouns import Severity, Watch
from detect.streams.nouns import HourDetector
from ingest.nouns import US_PER_HOUR, SeriesKey

EVERY_US = 6 * US_PER_HOUR
"""Weeks are read for each look, and neither trouble is in a hurry: what is fast the streams tell."""


class SensorExaminer:
    """What a detector of hours says of sensors. Whatever is wrong with one sensor is one cause, so one ticket."""

    def __init__(self, detector: HourDetector, readings: Hourly) -> None:
        self._hours = HourExaminer(detector, readings, Severity.WARNING, EVERY_US)
        self.detector, self.every_us = detector.name, EVERY_US

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """See Examiner."""
        self._hours.expect(watches, series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """See Examiner."""
        return [
            one._replace(
                findings=[replace(f, cause=f"device:{f.evidence['device']}:sensor") for f in one.findings]
            )
            for one in self._hours.examine(touched, as_of_us)
        ]


def examiners(readings: Hourly) -> list[Examiner]:
    """All of them."""
    quantities = ("temperature", "relative_humidity")
    return [
        SensorExaminer(make(quantity), readings) for make in (PeerDrift, Stuck) for quantity in quantities
    ]
