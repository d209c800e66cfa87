"""Checks that every detector passes, and worlds of readings to run them on.

Each check takes a maker of detectors and raises AssertionError with what is wrong. A new detector is put into its catalogue
(detect/streams/catalogue.py, detect/hours/catalogue.py), and tests/detect/test_checks.py runs them all over it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detect.streams.nouns import NO_GROUP, NOTHING, Detector, Roster, Rows, Verdict

Maker = Callable[[], Detector]
HOUR_US = 3_600_000_000
START_US = 1_700_000_000_000_000
SERIES = 6
OTHER = "a quantity that nobody judges"
USUAL = {"relative_humidity": 55.0, "battery_voltage": 3.0, "battery_level": 80.0, "rssi": -80.0, "snr": 7.0}
"""Levels of a world, by quantity; 20 elsewhere."""
FASTER = {"sudden": 24}
"""Detectors that follow what is sampled so many times faster, by name: their worlds pass so much faster."""


def roster(detector: Detector, series: int = SERIES) -> Roster:
    """Series of all the quantities it judges, in turn, alone in their rooms."""
    quantities = sorted(detector.quantities)
    which = [quantities[i % len(quantities)] for i in range(series)]
    return Roster(which, np.full(series, NO_GROUP, np.int32), np.zeros(series, np.int64))


def world(detector: Detector, seed: int = 1, hours: int = 40, interval_us: int = 120_000_000) -> Rows:
    """Readings of six series, each with a fault of its own: none, spikes, noise, a stay at one value, a jump, a long pause."""
    random = np.random.default_rng(seed)
    n = hours * HOUR_US // interval_us
    interval_us //= FASTER.get(detector.name, 1)
    quantity = roster(detector).quantity
    parts = [_course(random, n, interval_us, USUAL.get(quantity[i], 20.0), i) for i in range(SERIES)]
    time_us = np.concatenate([time for time, _ in parts])
    series = np.repeat(np.arange(SERIES, dtype=np.int32), [len(time) for time, _ in parts])
    order = np.argsort(time_us, kind="stable")
    return Rows(series[order], time_us[order], np.concatenate([value for _, value in parts])[order])


def _course(
    random: np.random.Generator, n: int, interval_us: int, level: float, fault: int
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Times and values of one series: a daily wave and a wandering, sampled irregularly, with a fault after a while."""
    wait_us = np.maximum(random.exponential(0.2, n) * interval_us + 0.8 * interval_us, 1)
    time_us = START_US + np.cumsum(wait_us.astype(np.int64))
    day = np.sin(2 * np.pi * (time_us - START_US) / (24 * HOUR_US))
    value = level + 0.5 * day + np.cumsum(random.normal(0, 0.01, n))
    bad = slice(2 * n // 3, 2 * n // 3 + n // 6)
    value[bad] += _FAULTS[fault](random, n // 6)
    if fault == 3:
        value[bad] = value[bad.start]
    late = np.where(np.arange(n) >= n // 2, 30 * HOUR_US if fault == 5 else 0, 0)
    return time_us + late, np.round(value, 2)


_FAULTS: Sequence[Callable[[np.random.Generator, int], NDArray[Any]]] = (
    lambda _, n: np.zeros(n),
    lambda random, n: 15.0 * (random.random(n) < 0.05),
    lambda random, n: random.normal(0, 3, n),
    lambda _, n: np.zeros(n),
    lambda random, n: 25 + random.normal(0, 1, n),
    lambda _, n: np.linspace(0, 5, n),
)


def entered(make: Maker, series: int = SERIES) -> Detector:
    detector = make()
    detector.enter(roster(detector, series))
    return detector


def said(detector: Detector, rows: Rows, cuts: Sequence[int] = ()) -> Verdict:
    """Follow rows in batches that end before each of `cuts`."""
    bounds = [0, *cuts, len(rows.series)]
    return joined([detector.follow(some(rows, slice(a, b))) for a, b in pairwise(bounds)])


def joined(parts: Sequence[Verdict]) -> Verdict:
    return Verdict(
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.since_us for part in parts]),
    )


def some(rows: Rows, which: slice | NDArray[np.bool_]) -> Rows:
    return Rows(rows.series[which], rows.time_us[which], rows.value[which])


def alike(one: Verdict, other: Verdict, what: str) -> None:
    """Raise unless two verdicts are the same to the last bit."""
    columns: list[tuple[str, NDArray[Any], NDArray[Any]]] = [
        ("score", one.score, other.score), ("kind", one.kind, other.kind), ("since_us", one.since_us, other.since_us)
    ]  # fmt: skip
    for name, a, b in columns:
        differ = np.flatnonzero(~((a == b) | ((a != a) & (b != b))))
        assert not len(differ), (
            f"{what}: {name} differs at {len(differ)} rows, first at {differ[0]}: {a[differ[0]]}, {b[differ[0]]}"
        )


def at(verdict: Verdict, which: NDArray[Any]) -> Verdict:
    return Verdict(verdict.score[which], verdict.kind[which], verdict.since_us[which])


def check_any_cut_says_the_same(make: Maker) -> None:
    """However rows are cut into batches, down to one by one."""
    rows = world(make())
    whole = said(entered(make), rows)
    random = np.random.default_rng(2)
    n = len(rows.series)
    for cuts in (np.unique(random.integers(1, n, 60)), np.arange(n // 2, n // 2 + 300), np.arange(7, n, 997)):
        alike(whole, said(entered(make), rows, cuts.tolist()), "cut into batches")


def check_other_series_do_not_matter(make: Maker) -> None:
    """Each series alone, or sorted by series, is judged as among others (unless they share a room)."""
    rows = world(make())
    whole = said(entered(make), rows)
    for series in range(SERIES):
        own = rows.series == series
        alike(at(whole, own), said(entered(make), some(rows, own)), f"series {series} alone")
    order = np.argsort(rows.series, kind="stable")
    by_series = said(entered(make), Rows(rows.series[order], rows.time_us[order], rows.value[order]))
    alike(at(whole, order), by_series, "sorted by series")


def check_looks_back_as_far_as_it_says(make: Maker) -> None:
    """Followed anew from `look_back_us` before a moment, it says the same from that moment on; at slow sampling too."""
    for interval_us, hours in (
        (120_000_000, 60),
        (600_000_000, 120),
        (1_500_000_000, 200),
        (3_600_000_000, 400),
    ):
        rows = world(make(), seed=3, hours=hours, interval_us=interval_us)
        whole = said(entered(make), rows)
        for share in (0.5, 0.62, 0.7, 0.76, 0.8, 0.85, 0.93):
            moment_us = int(rows.time_us[int(share * len(rows.series))])
            near = rows.time_us >= moment_us - make().look_back_us
            anew = said(entered(make), some(rows, near))
            after = rows.time_us[near] >= moment_us
            alike(
                at(whole, rows.time_us >= moment_us),
                at(anew, after),
                f"followed anew, sampled every {interval_us} µs",
            )


def check_not_ready_is_not_normal(make: Maker) -> None:
    """At its first reading, and at the first one after a pause longer than the look-back, a series has no score."""
    detector = entered(make, 1)
    moments = np.array([START_US, START_US + detector.look_back_us + HOUR_US])
    for moment_us in moments.tolist():
        found = detector.follow(Rows(np.zeros(1, np.int32), np.array([moment_us]), np.array([20.0])))
        assert np.isnan(found.score).all(), f"score {found.score} at the first reading it knows: say NaN"
        assert (found.kind == NOTHING).all(), "a finding at the first reading it knows"


def check_pauses_begin_anew(make: Maker) -> None:
    """What was before a pause longer than the look-back is as if it had never been."""
    rows = world(make(), seed=4)
    detector = entered(make)
    detector.follow(rows)
    later = rows._replace(time_us=rows.time_us + 80 * HOUR_US + detector.look_back_us)
    alike(said(entered(make), later), detector.follow(later), "after a long pause")


def check_says_what_can_be_said(make: Maker) -> None:
    """Scores are in 0…1, kinds are its own, and what stands began at or before its row and after 2001."""
    detector = entered(make)
    rows = world(detector, seed=5)
    found = detector.follow(rows)
    score = found.score[~np.isnan(found.score)]
    assert len(score), "never ready"
    assert ((score >= 0) & (score <= 1)).all(), f"scores from {score.min()} to {score.max()}"
    assert ((found.kind >= NOTHING) & (found.kind < len(detector.kinds))).all(), "kinds that it does not have"
    stands = found.kind != NOTHING
    assert not np.isnan(found.score[stands]).any(), "a finding without a score"
    assert (found.since_us[stands] <= rows.time_us[stands]).all(), "a finding that begins after its row"
    assert (found.since_us[stands] > rows.time_us[stands] - detector.look_back_us).all(), (
        "it began before the look-back"
    )
    assert (found.since_us[~stands] == 0).all(), "a beginning of nothing"


def check_leaves_other_quantities_alone(make: Maker) -> None:
    """Rows of a quantity that it does not judge get no score and no finding, and change nothing for others."""
    detector, rows = make(), world(make())
    known = roster(detector)
    detector.enter(Roster([OTHER, *known.quantity[1:]], known.group, known.interval_us))
    found = detector.follow(rows)
    foreign = rows.series == 0
    assert np.isnan(found.score[foreign]).all(), "it scores another quantity"
    assert (found.kind[foreign] == NOTHING).all(), "it finds something in another quantity"
    alike(
        at(said(entered(make), rows), ~foreign),
        at(found, ~foreign),
        "beside a quantity that it does not judge",
    )


def check_constant_input_is_nothing(make: Maker) -> None:
    """A series that never moved is not stuck: nobody knows how long it stays at one value."""
    detector = entered(make)
    rows = world(detector)
    found = detector.follow(rows._replace(value=np.full(len(rows.value), 20.0)))
    assert (found.kind == NOTHING).all(), f"{(found.kind != NOTHING).sum()} findings in constant readings"


def check_same_seed_same_result(make: Maker) -> None:
    """Two detectors say the same, and reading does not change what is read."""
    rows = world(make(), seed=6)
    kept = Rows(rows.series.copy(), rows.time_us.copy(), rows.value.copy())
    alike(said(entered(make), rows), said(entered(make), rows), "a second detector")
    for given, was in ((rows.series, kept.series), (rows.time_us, kept.time_us), (rows.value, kept.value)):
        assert np.array_equal(given, was), "it changed what it read"


def check_forgets(make: Maker) -> None:
    """A forgotten series begins anew; the others go on."""
    rows = world(make(), seed=7)
    half = len(rows.series) // 2
    detector, untouched = entered(make), entered(make)
    for one in (detector, untouched):
        one.follow(some(rows, slice(0, half)))
    detector.forget([2, 4])
    rest = some(rows, slice(half, None))
    forgotten = np.isin(rest.series, [2, 4])
    found = detector.follow(rest)
    alike(at(said(entered(make), rest), forgotten), at(found, forgotten), "forgotten series")
    alike(at(untouched.follow(rest), ~forgotten), at(found, ~forgotten), "series not forgotten")


def check_series_may_emerge(make: Maker) -> None:
    """A series that is entered later is judged as if it had always been known."""
    rows = world(make(), seed=8)
    detector = entered(make, 3)
    half = len(rows.series) // 2
    early = rows.series[:half] < 3
    first = detector.follow(some(some(rows, slice(0, half)), early))
    detector.enter(roster(detector))
    second = detector.follow(some(rows, slice(half, None)))
    there = (rows.series < 3) | (np.arange(len(rows.series)) >= half)
    alone = said(entered(make), some(rows, there))
    alike(alone, joined([first, second]), "emerging series")


def check_memory_is_bounded(make: Maker) -> None:
    """Following ten times as many rows needs no more memory."""
    detector = entered(make)
    rows = world(detector)
    detector.follow(rows)
    before = len(pickle.dumps(detector))
    for i in range(1, 6):
        detector.follow(rows._replace(time_us=rows.time_us + i * 80 * HOUR_US))
    after = len(pickle.dumps(detector))
    assert after <= 1.1 * before + 1000, f"from {before} to {after} bytes"


def check_works_in_columns(make: Maker) -> None:
    """A batch of thousands of rows costs far less than as many calls."""
    detector = entered(make, 2000)
    series = np.arange(2000, dtype=np.int32)
    times = [START_US + i * 60_000_000 for i in range(12)]
    single = [Rows(series[:1], np.array([t]), np.array([20.0])) for t in times]
    full = [Rows(series, np.full(2000, t + 1), np.full(2000, 20.0)) for t in times]
    per_call = min(_seconds(detector, rows) for rows in single[1:])
    per_batch = min(_seconds(detector, rows) for rows in full[1:])
    assert per_batch < 200 * per_call, f"2000 rows cost {per_batch / per_call:.0f} times as much as one"


def _seconds(detector: Detector, rows: Rows) -> float:
    began = perf_counter()
    detector.follow(rows)
    return perf_counter() - began


CHECKS: Sequence[Callable[[Maker], None]] = (
    check_any_cut_says_the_same,
    check_other_series_do_not_matter,
    check_looks_back_as_far_as_it_says,
    check_not_ready_is_not_normal,
    check_pauses_begin_anew,
    check_says_what_can_be_said,
    check_leaves_other_quantities_alone,
    check_constant_input_is_nothing,
    check_same_seed_same_result,
    check_forgets,
    check_series_may_emerge,
    check_memory_is_bounded,
    check_works_in_columns,
)
