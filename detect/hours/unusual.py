"""Unusual courses of placed devices: advice, told when the hours of a quarter of a day are over."""

from __future__ import annotations

from detect.examining import Examiner
from detect.hours.anomaly import SCALES, UnusualCourse
from detect.hours.examiner import HourExaminer, Hourly
from detect.nouns import Severity
from ingest.nouns import US_PER_HOUR

EVERY_US = 6 * US_PER_HOUR
"""Weeks are read for each look, and what is unusual for a day is in no hurry."""


def examiners(readings: Hourly) -> list[Examiner]:
    """One for each quantity."""
    return [HourExaminer(UnusualCourse(q), readings, Severity.ADVICE, EVERY_US) for q in SCALES]
