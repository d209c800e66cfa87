"""One real finding of every kind that suspects a sensor: spike, noise and drift by readings, stuck by hours."""

from __future__ import annotations

import numpy as np

from detect.examining import Span
from detect.hours.sensors import examiners
from detect.nouns import Finding, Watch
from detect.running import advance, finding
from detect.stays import Stay
from detect.streams.nouns import NO_GROUP, Roster, Rows
from detect.streams.suspicion import Suspicion
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, SeriesKey
from store.nouns import SeriesInfo
from tests.detect.memory import MemoryReadings

T0 = 1_700_006_400_000_000
DAYS = 8
DETECTORS = ("suspicion", "stuck_temperature")
KEY = SeriesKey("g/a", "temperature")


def findings() -> list[Finding]:
    """What is said of three faults in one day, and of a sensor that does not move for two days."""
    return [*suspected(), *stuck()]


def suspected() -> list[Finding]:
    """A reading every minute: two that leap, two hours of noise, and two far off and noisy."""
    random, n = np.random.default_rng(1), 24 * 60
    value = 4 + np.cumsum(random.normal(0, 0.02, n))
    value[[200, 210]] += 20
    value[500:620] += random.normal(0, 1, 120)
    value[900:1020] += 20 + random.normal(0, 1, 120)
    detector = Suspicion()
    detector.enter(Roster(["temperature"], np.full(1, NO_GROUP, np.int32), np.zeros(1, np.int64)))
    time_us = T0 + np.arange(n) * US_PER_MINUTE
    verdict = detector.follow(Rows(np.zeros(n, np.int32), time_us, value))
    runs = advance({}, detector.kinds, (time_us, value), verdict, 0)
    stay = Stay(KEY.device, "z1", T0, T0 + US_PER_DAY, US_PER_MINUTE)
    return [finding(run, detector, KEY, stay, T0 + US_PER_DAY) for run in runs]


def stuck() -> list[Finding]:
    """Hourly readings with a daily wave; the same value since the seventh day."""
    readings = MemoryReadings([SeriesInfo(1, "g", KEY.device, KEY.quantity)])
    hours = np.minimum(np.arange(DAYS * 24), 6 * 24)
    rows = [
        (1, T0 + at * US_PER_HOUR, 20 + float(np.sin(hour * np.pi / 12.5)), 0)
        for at, hour in enumerate(hours.tolist())
    ]
    end_us = T0 + DAYS * US_PER_DAY
    readings.add(rows, end_us)
    watch = Watch(KEY.device, "g", "z1", T0, None, US_PER_HOUR, (), US_PER_DAY, ())
    found: list[Finding] = []
    for examiner in examiners(readings):
        examiner.expect([watch], {1: KEY})
        for judged in examiner.examine({1: Span(T0, end_us - 1)}, end_us):
            found += judged.findings
    return found
