"""How fast detection is on one core: streams, limits and surfaces over ten thousand series, trained models, and river beside them."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detect.engine import Engine
from detect.hours.courses import Joint
from detect.hours.learned import DailyCourses, Learned
from detect.nouns import Checkpoint, Finding, Goods, Limit, Severity, Watch
from detect.streams.catalogue import ALL
from detect.streams.nouns import NO_GROUP, Detector, Hours, Roster, Rows
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Columns
from store.nouns import Conflict, Feed, SeriesInfo

DEVICES = 5_000
SERIES = 2 * DEVICES
BATCH = 5_000
WARM_MINUTES = 180
"""So long everybody speaks before the clock runs: detectors know what is usual."""
MINUTES = 60
"""So many are timed: 120 batches, 600,000 readings."""
START_US = 20_000 * US_PER_DAY
HOURS = 60 * 24
"""Of the past a trained model knows, and of what it judges."""
REPEATS = 7
RIVER_READINGS = 3_000

Figures = dict[str, float | int | str]


def run(json_path: Path | None = None) -> Figures:
    """Measure, in seconds of processor time on this machine, and return the figures.

    `streaming_readings_per_s`: every streaming detector of the catalogue together. `engine_readings_per_s`: the whole
    step of the engine with them, limits, surfaces of goods, and silence. `…_ms_per_1000`: milliseconds of a trained model
    for 1,000 hours of temperature and humidity, each of them counted as one reading, and of river's HalfSpaceTrees for as many rows.
    """
    found: Figures = {"series": SERIES, "batch": BATCH}
    fleet = _Fleet()
    found["streaming_readings_per_s"] = round(_streaming(fleet))
    found |= _engine(fleet)
    past, judged = _course(seed=1), _course(seed=2)
    learned = DailyCourses().fit([past], seed=1)
    found["trained_ms_per_1000_readings"] = round(_trained(learned, judged), 2)
    found |= _river(judged)
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=2))
    return found


# ---------------------------------------------------------------------------------------------- ten thousand series


class _Fleet:
    """Temperature and humidity of 5,000 devices once a minute: a day's course, some unrest, a tenth of a degree."""

    def __init__(self) -> None:
        random = np.random.default_rng(1)
        minutes = WARM_MINUTES + MINUTES
        phase = random.uniform(0, 2 * np.pi, SERIES)
        level = np.where(np.arange(SERIES) % 2, 55.0, 5.0)
        course = np.sin(np.arange(minutes)[:, None] / 230 + phase)
        values = level + course + np.cumsum(random.normal(0, 0.03, (minutes, SERIES)), axis=0)
        self.values: NDArray[np.float64] = np.round(values + random.normal(0, 0.05, values.shape), 1)
        self.infos = [_info(n) for n in range(SERIES)]
        numbers = np.arange(SERIES, dtype=np.int32)
        self._numbers = [numbers[:BATCH], numbers[BATCH:]]

    def rows(self, minute: int, half: int) -> Columns:
        """One batch: what half of the devices say in a minute."""
        numbers = self._numbers[half]
        times = START_US + minute * US_PER_MINUTE + numbers.astype(np.int64) * 1_000
        return Columns(numbers, times, self.values[minute, numbers], np.zeros(BATCH, np.uint8))

    def batches(self, first: int, last: int) -> list[Columns]:
        """All batches of some minutes."""
        return [self.rows(minute, half) for minute in range(first, last) for half in (0, 1)]


def _info(number: int) -> SeriesInfo:
    device = number // 2
    gateway = f"g{device // 50}"
    return SeriesInfo(
        number, gateway, f"{gateway}/d{device}", ("temperature", "relative_humidity")[number % 2]
    )


def _watches(infos: Sequence[SeriesInfo]) -> list[Watch]:
    """Limits on both quantities and goods that lag two hours behind the air, in zones of ten devices."""
    limits = (
        Limit("b/high", "temperature", "high", 40.0, 0.5, 600_000_000, 3, Severity.ALARM),
        Limit("b/low", "temperature", "low", -20.0, 0.5, 600_000_000, 3, Severity.ALARM),
        Limit("b/damp", "relative_humidity", "high", 99.0, 1.0, 600_000_000, 3, Severity.WARNING),
        Limit("b/product", "product_temperature", "high", 40.0, 0.5, 600_000_000, 3, Severity.ALARM),
        Limit("b/dew", "dew_point_margin", "low", -30.0, 0.5, 600_000_000, 3, Severity.ALARM),
    )
    goods = (Goods("b", 2 * US_PER_HOUR),)
    return [
        Watch(
            info.device, info.gateway, f"z{number // 20}", START_US, None, US_PER_MINUTE, (), US_PER_HOUR,
            limits, ("b",), goods,
        )
        for number, info in enumerate(infos)
        if number % 2 == 0
    ]  # fmt: skip


def _streaming(fleet: _Fleet) -> float:
    """Readings per second of the detectors of the catalogue together."""
    detectors: list[Detector] = [make() for make in ALL]
    alone, nobody = np.full(SERIES, NO_GROUP, np.int32), np.zeros(SERIES, np.int64)
    for detector in detectors:
        detector.enter(Roster([info.quantity for info in fleet.infos], alone, nobody))

    def follow(batches: Sequence[Columns]) -> None:
        for rows in batches:
            for detector in detectors:
                detector.follow(Rows(rows.series, rows.time_us, rows.value))

    follow(fleet.batches(0, WARM_MINUTES))
    timed = fleet.batches(WARM_MINUTES, WARM_MINUTES + MINUTES)
    return len(timed) * BATCH / _seconds(lambda: follow(timed))


class _Store:
    """The fleet as kept readings: the feed tells what is put in, and nothing is ever late."""

    def __init__(self, fleet: _Fleet) -> None:
        self._fleet, self._minute, self._feed = fleet, 0, list[Feed]()
        self._position = 0

    def put(self, rows: Columns) -> None:
        """Keep one more batch."""
        self._position += 1
        received_us = int(rows.time_us[-1]) + 1_000_000
        self._minute = int((rows.time_us[0] - START_US) // US_PER_MINUTE)
        self._feed = [Feed(self._position, received_us, rows, Columns.empty())]

    def series(self) -> list[SeriesInfo]:
        """All."""
        return self._fleet.infos

    def latest(self, series: Sequence[int] | None = None) -> Columns:
        """What everybody said in the minute before the engine began."""
        rows = Columns.concat(self._fleet.batches(0, 1))
        return rows if series is None else rows.take(np.isin(rows.series, series))

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """What some series said."""
        last = min(self._minute, (end_us - START_US) // US_PER_MINUTE)
        minutes = np.arange(max((start_us - START_US) // US_PER_MINUTE, 0), last + 1)
        parts = []
        for number in sorted(series):
            times = START_US + minutes * US_PER_MINUTE + number * 1_000
            there = (times >= start_us) & (times < end_us)
            own = np.full(int(there.sum()), number, np.int32)
            values = self._fleet.values[minutes[there], number]
            parts.append(Columns(own, times[there], values, np.zeros(len(own), np.uint8)))
        return Columns.concat(parts).take(slice(0, limit))

    def feed(self, after: int, max_readings: int = 200_000) -> list[Feed] | None:
        """What was put in last, once."""
        told, self._feed = self._feed, []
        return told

    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> list[Conflict]:
        """None."""
        return []

    def position(self) -> int:
        """The last batch."""
        return self._position


class _NothingStored:
    """A record of findings on which nothing stands."""

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        """None."""
        return []

    def open_findings(self) -> list[Finding]:
        """None."""
        return []

    def standing(self) -> list[Finding]:
        """None."""
        return []


def _engine(fleet: _Fleet) -> Figures:
    """Readings per second of the whole engine, and its slowest step."""
    store, numbers = _Store(fleet), map(str, count())
    watches = _watches(fleet.infos)
    engine = Engine(store, _NothingStored(), lambda: watches, Checkpoint(), numbers.__next__, (), ALL)
    steps: list[float] = []
    for rows in fleet.batches(1, WARM_MINUTES + MINUTES):
        store.put(rows)
        began = time.process_time()
        engine.step()
        steps.append(time.process_time() - began)
    timed = steps[-2 * MINUTES :]
    return {
        "engine_readings_per_s": round(len(timed) * BATCH / sum(timed)),
        "engine_slowest_step_ms": round(max(timed) * 1e3, 1),
    }


# ---------------------------------------------------------------------------------------------- trained models


def _course(seed: int) -> Joint:
    """Two months of a room by hours."""
    random, hour = np.random.default_rng(seed), np.arange(HOURS)
    day = np.sin(hour * 2 * np.pi / 24)
    temperature = 20 + 2 * day + random.normal(0, 0.3, HOURS)
    humidity = 50 - 6 * day + random.normal(0, 1.0, HOURS)
    ones = np.ones(HOURS, np.int64)
    return Joint(*(Hours(hour + 480_000, ones, v, v - 0.5, v + 0.5) for v in (temperature, humidity)))


def _trained(learned: Learned, judged: Joint) -> float:
    """Milliseconds for 1,000 hours, the best of a few times."""
    best = min(_seconds(lambda: learned.judge(judged.temperature, judged.humidity)) for _ in range(REPEATS))
    return best * 1e3 * 1_000 / HOURS


def _river(judged: Joint) -> Figures:
    """river's HalfSpaceTrees over the same course, scaled to 0 … 1 as it wants it; it scores and learns row by row."""
    if find_spec("river") is None:
        return {"river": "not installed: pip install river, or make bench, which installs it"}
    anomaly = importlib.import_module("river.anomaly")
    scaled = [(v - v.min()) / (v.max() - v.min()) for v in (judged.temperature.mean, judged.humidity.mean)]
    rows = [{"t": float(t), "h": float(h)} for t, h in zip(*scaled, strict=True)]
    rows = (rows * (RIVER_READINGS // len(rows) + 1))[:RIVER_READINGS]
    model = anomaly.HalfSpaceTrees(seed=1)

    def follow() -> None:
        for row in rows:
            model.score_one(row)
            model.learn_one(row)

    return {"river_half_space_trees_ms_per_1000_readings": round(_seconds(follow) * 1e6 / len(rows), 2)}


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, all threads together."""
    began = time.process_time()
    work()
    return max(time.process_time() - began, 1e-9)
