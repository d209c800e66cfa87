"""Sudden failures: a truck whose cooling fails is foretold in minutes, one whose doors open is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detect.examining import Span
from detect.forecasts.examiner import Forecasts
from detect.forecasts.forecaster import Forecaster
from detect.forecasts.sudden import members, minutes_to, rise_of
from detect.forecasts.warming import Warming
from detect.nouns import Kind, Limit, Severity, Watch
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Columns
from tests.detect.test_forecasts import BEGIN_US, SERIES, Beside, Kept, Log

Floats = NDArray[np.float64]


def compartment(minutes: Floats, fails_at: float | None) -> Floats:
    """A truck at 4 °C with doors every four hours; from `fails_at` on it warms towards 30 °C."""
    bump = np.clip(1 - np.abs(minutes % 240 - 6) / 6, 0, 1) * 2.5
    value = 4 + 0.3 * np.sin(minutes / 9) + bump + np.random.default_rng(1).normal(0, 0.05, len(minutes))
    if fails_at is None:
        return np.asarray(value)
    since = np.maximum(minutes - fails_at, 0)
    return np.asarray(value + 1.2 * (1 - np.exp(-since / 8)) + 24 * (1 - np.exp(-since / 480)))


def test_a_sudden_failure_is_foretold_and_a_door_is_not() -> None:
    """Forty minutes into a failure it is nearly sure, with the truth in its interval; at a door it is not."""
    minutes = np.arange(0, 5 * 1440, 2.0)
    failing = compartment(minutes, 7000.0)
    at = 7040 // 2
    rise = rise_of(minutes[: at + 1] - minutes[at], failing[: at + 1])
    assert rise is not None
    assert rise.failing > 0.9
    reached = minutes_to(8.0, members(rise, 30.0, 1))
    truth = (np.argmax(failing[at:] > 8.0)) * 2.0
    p10, p90 = np.quantile(reached[np.isfinite(reached)], (0.1, 0.9))
    assert p10 <= truth <= p90
    door = compartment(minutes, None)
    chances = [rise_of(minutes[: n + 1] - minutes[n], door[: n + 1]) for n in range(3360, 3480, 2)]
    assert max((one.failing for one in chances if one), default=0.0) < 0.6


class Trucked:
    """A probe's readings every two minutes, as the store would answer."""

    def __init__(self, value: Floats) -> None:
        self.value = value

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        step_us = 2 * US_PER_MINUTE
        first = max(-(-(start_us - BEGIN_US) // step_us), 0)
        last = min(-(-(end_us - BEGIN_US) // step_us), len(self.value))
        at = np.arange(first, max(last, first))
        flags = np.zeros(len(at), np.uint8)
        return Columns(np.zeros(len(at), np.int32), BEGIN_US + at * step_us, self.value[at], flags)


def test_a_failing_truck_is_announced_half_an_hour_ahead_and_a_sound_one_never() -> None:
    """The examiner looks every two minutes: a finding before the limit, none in a day of doors."""
    high = Limit("p/high", "temperature", "high", 8.0, 0.2, 10 * US_PER_MINUTE, 2, Severity.ALARM)
    watch = Watch("g/in", "g", "truck", 0, None, US_PER_HOUR, (), US_PER_DAY, (high,))
    minutes = np.arange(0, 6 * 1440, 2.0)
    found = {}
    for name, fails_at in (("failing", 7800.0), ("sound", None)):
        value, log = compartment(minutes, fails_at), Log()
        examiner = Forecasts(Forecaster(Kept({}), Beside()), Warming(Trucked(value)), log)
        examiner.expect([watch], {0: SERIES[0]})
        for look in range(7700 // 2, 7960 // 2):
            as_of_us = BEGIN_US + look * 2 * US_PER_MINUTE
            examiner.examine({0: Span(as_of_us - 1, as_of_us - 1)}, as_of_us)
            for judged in examiner.examine({}, as_of_us):
                log.findings |= {(f.band, f.start_us): f for f in judged.findings}
        found[name] = [f for f in log.findings.values() if f.kind is Kind.PREDICTED_BREACH]
        if name == "failing":
            limit_us = BEGIN_US + int(minutes[np.argmax((value > 8.0) & (minutes > 7800))]) * US_PER_MINUTE
    assert found["sound"] == []
    assert limit_us - found["failing"][0].start_us >= 30 * US_PER_MINUTE
    assert found["failing"][0].model == "sudden failure 1"
