"""Runs against a state machine that takes one reading at a time: the same to the last bit, however the readings are cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detect import runs
from detect.runs import Limits, Runs
from tests.detect import runs_oracle

SECOND = 1_000_000
VALUES = st.sampled_from([4.0, 7.4, 7.5, 7.9, 8.0, 8.001, 8.4, 9.25, 30.0, -1.0])
GAPS = st.sampled_from([1, 60 * SECOND, 299 * SECOND + 999, 300 * SECOND, 300 * SECOND + 1, 7_000 * SECOND])
TRACK = st.lists(st.tuples(GAPS, VALUES), max_size=40)
LIMITS = Limits(
    side=np.array([1.0, 1.0, -1.0]),
    limit=np.array([8.0, 8.0, 8.0]),
    deadband=np.array([0.5, 0.0, 0.5]),
    max_gap_us=np.array([300 * SECOND] * 3, np.int64),
)


def told(track: list[tuple[int, float]], number: int) -> list[tuple[object, ...]]:
    """What the oracle says of one track."""
    found = runs_oracle.runs(
        track,
        float(LIMITS.side[number]),
        float(LIMITS.limit[number]),
        float(LIMITS.deadband[number]),
        300 * SECOND,
    )
    return [
        (number, r.start_us, -1 if r.end_us is None else r.end_us, r.last_us, r.samples, r.beyond_us, r.covered_us,
         r.area2, r.peak)
        for r in found
    ]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.tuples(TRACK, TRACK, TRACK), st.lists(st.integers(0, 130), max_size=8))
def test_any_cut_into_batches(drawn: tuple[list[tuple[int, float]], ...], cuts: list[int]) -> None:
    """Start, end, samples, covered time, area and peak of every run are those of the state machine."""
    tracks = []
    for steps in drawn:
        times = np.cumsum([gap for gap, _ in steps], dtype=np.int64).tolist()
        tracks.append(list(zip(times, (value for _, value in steps), strict=True)))
    rows = sorted((time, n, value) for n, track in enumerate(tracks) for time, value in track)
    bounds = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    open_runs, found = Runs.none(3), {}
    for a, b in pairwise(bounds):
        batch = sorted((n, time, value) for time, n, value in rows[a:b])
        some = runs.find(
            np.array([r[0] for r in batch], np.int64), np.array([r[1] for r in batch], np.int64),
            np.array([r[2] for r in batch], np.float64), LIMITS, open_runs,
        )  # fmt: skip
        open_runs.start_us[some.track[some.end_us >= 0]] = -1
        still_open = some.take(some.end_us < 0)
        open_runs.put(still_open.track, still_open)
        for i in range(len(some)):
            found[int(some.track[i]), int(some.start_us[i])] = (
                int(some.track[i]), int(some.start_us[i]), int(some.end_us[i]), int(some.last_us[i]),
                int(some.samples[i]), int(some.beyond_us[i]), int(some.covered_us[i]), int(some.area2[i]),
                float(some.peak[i]),
            )  # fmt: skip
    assert sorted(found.values()) == sorted(r for n, track in enumerate(tracks) for r in told(track, n))
