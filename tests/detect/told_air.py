"""One real finding of every kind that is about how the air goes: an unusual course, a sudden change."""

from __future__ import annotations

import numpy as np

from detect.examining import Span
from detect.hours.unusual import examiners
from detect.nouns import Finding, Watch
from detect.running import advance, finding
from detect.stays import Stay
from detect.streams.nouns import NO_GROUP, Roster, Rows
from detect.streams.sudden import Sudden
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_SECOND, SeriesKey
from store.nouns import SeriesInfo
from tests.detect.memory import MemoryReadings

T0 = 1_700_006_400_000_000
DAYS = 12
END_US = T0 + DAYS * US_PER_DAY
DETECTORS = ("unusual_temperature", "sudden")


def findings() -> list[Finding]:
    """What is said of a room that is warm for a day, and of one into which steam comes."""
    return [*unusual(), *sudden()]


def unusual() -> list[Finding]:
    """Hourly readings with a daily wave, ten degrees more on the eleventh day."""
    readings = MemoryReadings([SeriesInfo(1, "g", "g/a", "temperature")])
    rows = [
        (1, T0 + n * US_PER_HOUR, 20 + np.sin(n * np.pi / 12) + 10 * (n // 24 == 10), 0)
        for n in range(DAYS * 24)
    ]
    readings.add(rows, END_US)
    watch = Watch("g/a", "g", "z1", T0, None, US_PER_HOUR, (), US_PER_DAY, ())
    found = []
    for examiner in examiners(readings):
        examiner.expect([watch], {1: SeriesKey("g/a", "temperature")})
        for judged in examiner.examine({1: Span(T0, END_US - 1)}, END_US):
            found += judged.findings
    return found


def sudden() -> list[Finding]:
    """Readings every five seconds, thirty per cent more from the hundredth on."""
    detector, n = Sudden(), 200
    detector.enter(Roster(["relative_humidity"], np.full(1, NO_GROUP, np.int32), np.zeros(1, np.int64)))
    time_us = T0 + np.arange(n) * 5 * US_PER_SECOND
    value = np.where(np.arange(n) < 100, 45.0, 75.0)
    verdict = detector.follow(Rows(np.zeros(n, np.int32), time_us, value))
    stay = Stay("g/a", "z1", T0, END_US, 5 * US_PER_SECOND)
    runs = advance({}, detector.kinds, (time_us, value), verdict, 0)
    key = SeriesKey("g/a", "relative_humidity")
    return [finding(run, detector, key, stay, END_US) for run in runs]
