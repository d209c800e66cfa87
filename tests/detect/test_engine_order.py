"""Promise 3: the same readings give the same findings whatever the order of arrival."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from detect.engine import Engine
from detect.nouns import Checkpoint, Kind, Limit, Severity, Watch
from store.nouns import SeriesInfo
from tests.detect.memory import MemoryLog, MemoryReadings

MINUTE = 60_000_000
T0 = 1_700_000_000_000_000
SERIES = [
    SeriesInfo(1, "g", "g/a", "temperature"),
    SeriesInfo(2, "g", "g/b", "temperature"),
    SeriesInfo(3, "g", "g/b", "relative_humidity"),
]
LIMITS = (
    Limit("p/high", "temperature", "high", 8.0, 0.5, 10 * MINUTE, 3, Severity.ALARM),
    Limit("p/worse", "temperature", "high", 12.0, 0.0, 0, 1, Severity.CRITICAL),
    Limit("p/low", "temperature", "low", 2.0, 0.5, 5 * MINUTE, 2, Severity.ALARM),
)
WATCHES = [
    Watch("g/a", "g", "z1", T0, None, 5 * MINUTE, (), 60 * MINUTE, LIMITS),
    Watch("g/b", "g", "z1", T0, T0 + 300 * MINUTE, 5 * MINUTE, (), 60 * MINUTE, LIMITS),
    Watch("g/b", "g", "z2", T0 + 300 * MINUTE, None, 5 * MINUTE, (), 30 * MINUTE, LIMITS[:1]),
]


def judge(batches: list[list[tuple[int, int, float]]], end_us: int, restart_every: int = 0) -> MemoryLog:
    """Run the engine over batches received one after the other, then let an hour of heartbeats pass."""
    readings, log = MemoryReadings(SERIES), MemoryLog()
    ids = (f"f{i}" for i in itertools.count())
    engine = Engine(readings, log, lambda: WATCHES, Checkpoint(), lambda: next(ids))
    checkpoint = Checkpoint()
    for n, batch in enumerate(batches):
        readings.add([(*row, 0) for row in batch], end_us + n * 1000)
        step = engine.step()
        log.record(step.changes)
        checkpoint = step.checkpoint
        if restart_every and n % restart_every == restart_every - 1:
            engine = Engine(readings, log, lambda: WATCHES, checkpoint, lambda: next(ids))
    for n in range(3):
        readings.add([], end_us + 20 * MINUTE + n * MINUTE)
    for _ in range(4):
        log.record(engine.step().changes)
    return log


values = st.sampled_from([5.0, 7.6, 7.9, 8.1, 9.0, 12.5, 1.0, 2.2, 3.0])
rows = st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(0, 110), values), min_size=1, max_size=70)


@settings(max_examples=300, deadline=None)
@given(rows, st.randoms(use_true_random=False), st.integers(1, 12), st.integers(0, 3))
def test_any_order_any_batches_any_restarts(
    drawn: list[tuple[int, int, float]], random: object, size: int, restart_every: int
) -> None:
    """Permuted, split otherwise, duplicated and interrupted: the findings are those of the ordered run."""
    unique = {(s, t): v for s, t, v in drawn}
    ordered = [
        (s, T0 + t * 6 * MINUTE, v)
        for (s, t), v in sorted(unique.items(), key=lambda kv: (kv[0][1], kv[0][0]))
    ]
    end_us = T0 + 111 * 6 * MINUTE
    expected = judge([[row] for row in ordered], end_us).facts()

    shuffled = ordered + ordered[: len(ordered) // 3]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    batches = [shuffled[i : i + size] for i in range(0, len(shuffled), size)]

    assert judge(batches, end_us, restart_every).facts() == expected


def test_a_plain_excursion_is_found() -> None:
    """Four readings above 8 °C for 15 minutes are one excursion with the right figures."""
    values_ = [5, 5, 9, 9, 10, 9, 5, 5, 5]
    batches = [[(1, T0 + i * 5 * MINUTE, float(v))] for i, v in enumerate(values_)]

    log = judge(batches, T0 + 45 * MINUTE)

    (found,) = [f for f in log.findings.values() if f.kind is Kind.TOO_HIGH]
    assert (found.start_us, found.end_us) == (T0 + 10 * MINUTE, T0 + 30 * MINUTE)
    assert found.peak == 10.0
    assert found.samples == 4
    assert found.coverage == 1.0
    assert found.area == 22.5
