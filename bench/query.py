"""How fast kept readings answer: ten million in ten thousand series, asked as a dashboard asks."""

from __future__ import annotations

import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_DAY, US_PER_MINUTE, Batch, NewSeries
from store.readings import Reader, open_reader, open_store
from store.readings.schema import FORMAT

SERIES = 10_000
DENSE = 200
"""Series with 30 days at 60 s; the others have the last day at 10 min. Together 10.05 million readings."""
DAYS = 30
START_US = 20_000 * US_PER_DAY
END_US = START_US + DAYS * US_PER_DAY
ROUNDS_PER_BATCH = 100
SITE = [*range(100), *range(DENSE, SERIES, 49)]
"""100 dense and 200 other series, spread over all numbers."""
REPEATS = 30
TIDYING = 100
"""Steps of housekeeping that an idle store has behind it."""
FINISHED = "finished.json"

Figures = dict[str, float | int]


def run(json_path: Path | None = None) -> dict[str, Figures]:
    """Build the readings (once; kept in the temporary folder), ask, and return what was measured; times in ms.

    `fresh` opens a new reader for each question, `warm` asks one reader again and again.
    """
    folder = Path(tempfile.gettempdir(), f"keepwell-bench-query-{FORMAT}")
    if not (folder / FINISHED).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / FINISHED).write_text(json.dumps(_build(folder / "readings.sqlite")))
    found: dict[str, Figures] = {"store": json.loads((folder / FINISHED).read_text())}
    questions: dict[str, Callable[[Reader], object]] = {
        "latest_of_all_series": lambda reader: reader.latest(),
        "one_series_30_days_500_buckets": lambda reader: reader.aggregate([77], START_US, END_US, 500),
        "site_by_hour_for_a_day": lambda reader: reader.aggregate(SITE, END_US - US_PER_DAY, END_US, 24),
        "one_series_24_h_raw": lambda reader: reader.range([77], END_US - US_PER_DAY, END_US),
    }
    for name, question in questions.items():
        found[name] = _measure(folder / "readings.sqlite", question)
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=2))
    return found


def _build(path: Path) -> Figures:
    """Apply everything in the order of time, as the store process does; returns rates and sizes."""
    store = open_store(path, now_us=END_US)
    started, used, worst = time.perf_counter(), time.process_time(), 0.0
    n = 0
    for position, (batch, size) in enumerate(_batches(), 1):
        before = time.perf_counter()
        store.apply([(position, batch)])
        store.tend(batch.received_us)
        worst, n = max(worst, time.perf_counter() - before), n + size
    took, used = time.perf_counter() - started, time.process_time() - used
    for _ in range(TIDYING):
        store.tend(END_US + US_PER_DAY)
    store.close()
    return {
        "readings": n,
        "applied_per_s": round(n / took),
        "cpu_ns_per_reading": round(used / n * 1e9),
        "worst_apply_ms": round(worst * 1e3, 1),
        "bytes_per_reading": round(path.stat().st_size / n, 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _batches() -> Iterator[tuple[Batch, int]]:
    """The readings in rounds of a minute, some thousand a batch."""
    chance = np.random.default_rng(1)
    level = chance.uniform(2, 25, SERIES)
    series: list[NDArray[np.int64]] = []
    times: list[NDArray[np.int64]] = []
    new = [NewSeries(i, "g", f"g/{i}", "temperature") for i in range(SERIES)]
    for minute in range(DAYS * 24 * 60):
        of_all = minute >= (DAYS - 1) * 24 * 60 and minute % 10 == 0
        series.append(np.arange(SERIES if of_all else DENSE))
        times.append(np.full(len(series[-1]), START_US + minute * US_PER_MINUTE))
        if len(series) < ROUNDS_PER_BATCH and not of_all:
            continue
        yield _batch(np.concatenate(series), np.concatenate(times), level, chance, new)
        series, times, new = [], [], []
    if series:
        yield _batch(np.concatenate(series), np.concatenate(times), level, chance, new)


def _batch(
    series: NDArray[np.int64],
    time_us: NDArray[np.int64],
    level: NDArray[np.float64],
    chance: np.random.Generator,
    new: list[NewSeries],
) -> tuple[Batch, int]:
    """A batch of temperatures that swing with the day, with some noise, in hundredths."""
    n = len(series)
    swing = 3 * np.sin(time_us / US_PER_DAY * 2 * np.pi + series)
    value = np.round(level[series] + swing + chance.normal(0, 0.1, n), 2)
    batch = Batch(
        received_us=int(time_us[-1]),
        series=series.astype("<i4").tobytes(),
        time_us=time_us.astype("<i8").tobytes(),
        value=value.astype("<f8").tobytes(),
        flags=bytes(n),
        source=bytes(2 * n),
        gateways=["g"],
        new_series=new,
        counts=[],
        dead_letters=[],
        links=[],
    )
    return batch, n


def _measure(path: Path, question: Callable[[Reader], object]) -> Figures:
    """Median and 95th percentile in ms, of fresh and of warm readers."""
    fresh, warm = [], []
    for _ in range(REPEATS):
        started = time.perf_counter()
        reader = open_reader(path)
        question(reader)
        fresh.append(time.perf_counter() - started)
        started = time.perf_counter()
        question(reader)
        warm.append(time.perf_counter() - started)
        reader.close()
    found: Figures = {}
    for name, seconds in (("fresh", fresh), ("warm", warm)):
        found[f"{name}_median_ms"] = round(float(np.median(seconds)) * 1e3, 2)
        found[f"{name}_p95_ms"] = round(float(np.percentile(seconds, 95)) * 1e3, 2)
    return found
