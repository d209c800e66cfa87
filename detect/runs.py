"""Runs: stretches of readings beyond a limit, found for all tracks at once.

A track is one series under one limit. A run begins with the first reading beyond the limit and ends with the first
one back inside by the deadband; between the two, readings in the deadband keep the state they find. All sums are
integers (µs, and thousandths of the unit times ms), so that the same readings give the same run to the last bit however
they are cut into batches.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

AREA_UNIT_PER_MINUTE = 2 * 1000 * 60_000
"""One unit-minute in the integers of `area2`: twice, thousandths, milliseconds."""


@dataclass(slots=True)
class Runs:
    """Runs as columns of equal length, in the order of (track, start)."""

    track: Ints
    start_us: Ints
    end_us: Ints
    """Time of the reading that was back inside, or -1 while the run goes on."""
    last_us: Ints
    """Time of the last reading beyond the limit (or in the deadband)."""
    samples: Ints
    beyond_us: Ints
    """Covered time between readings of the run: what the on-delay is compared with."""
    covered_us: Ints
    """`beyond_us` and the covered way back inside."""
    area2: Ints
    peak: Floats
    """Greatest signed value (side * value)."""
    last_excess: Ints
    """Thousandths beyond the limit at `last_us`, at least 0."""

    def __len__(self) -> int:
        return len(self.track)

    def take(self, index: NDArray[np.intp] | Bools) -> Runs:
        """The runs at `index`."""
        return Runs(*(getattr(self, f.name)[index] for f in fields(self)))

    @staticmethod
    def none(tracks: int = 0) -> Runs:
        """No runs (or, as the state of so many tracks, none open: start_us = -1)."""

        def zeros() -> Ints:
            return np.zeros(tracks, np.int64)

        return Runs(
            track=zeros(),
            start_us=zeros() - 1,
            end_us=zeros(),
            last_us=zeros(),
            samples=zeros(),
            beyond_us=zeros(),
            covered_us=zeros(),
            area2=zeros(),
            peak=np.zeros(tracks, np.float64),
            last_excess=zeros(),
        )

    def put(self, at: Ints, other: Runs) -> None:
        """Write `other` into this one at positions `at`."""
        for f in fields(self):
            getattr(self, f.name)[at] = getattr(other, f.name)


@dataclass(frozen=True, slots=True)
class Limits:
    """What each track is compared with; one entry a track."""

    side: Floats
    """+1: too high is beyond; -1: too low is."""
    limit: Floats
    deadband: Floats
    max_gap_us: Ints
    """A longer pause between two readings is unknown time: it adds nothing."""


def find(track: Ints, time_us: Ints, value: Floats, limits: Limits, open_runs: Runs) -> Runs:
    """All runs that the readings extend, end or begin.

    `track`, `time_us` and `value` are sorted by (track, time), each later than what `open_runs` (one row a track,
    start_us = -1 where nothing is open) has seen. Returned runs continue the open one of their track where there
    is one. The caller keeps those with end_us = -1 as the new open ones.
    """
    n = len(track)
    if n == 0:
        return Runs.none()
    first = np.ones(n, np.bool_)
    first[1:] = track[1:] != track[:-1]
    signed = limits.side[track] * value
    over = signed - limits.side[track] * limits.limit[track]
    was_open = open_runs.start_us[track] >= 0
    out = _state(over, limits.deadband[track], first, was_open)
    before = np.where(first, was_open, np.roll(out, 1))
    involved = out | before
    if not involved.any():
        return Runs.none()

    excess = np.maximum(np.rint(over * 1000.0), 0.0).astype(np.int64)
    previous_us = np.where(first, open_runs.last_us[track], np.roll(time_us, 1))
    previous_excess = np.where(first, open_runs.last_excess[track], np.roll(excess, 1))
    elapsed = np.where(before, time_us - previous_us, 0)
    elapsed[elapsed > limits.max_gap_us[track]] = 0
    area2 = (previous_excess + excess) * (elapsed // 1000)
    starts = involved & ((out & ~before) | first)
    return _gather(involved, starts, track, time_us, signed, out, elapsed, area2, excess, open_runs)


def _state(over: Floats, deadband: Floats, first: Bools, was_open: Bools) -> Bools:
    """Per reading: beyond the limit, or in the deadband on the way back."""
    beyond = over > 0
    decisive = beyond | (over <= -deadband)
    position = np.arange(len(over))
    group_start = np.maximum.accumulate(np.where(first, position, 0))
    last_decisive = np.maximum.accumulate(np.where(decisive, position, -1))
    known = last_decisive >= group_start
    return np.where(known, beyond[np.maximum(last_decisive, 0)], was_open)


def _gather(
    involved: Bools, starts: Bools, track: Ints, time_us: Ints, signed: Floats, out: Bools, elapsed: Ints, area2: Ints,
    excess: Ints, open_runs: Runs,
) -> Runs:  # fmt: skip
    """Sum the readings of each run, and what its open run had before."""
    rows = np.flatnonzero(involved)
    at = np.flatnonzero(starts[rows])
    last = np.append(at[1:], len(rows)) - 1
    head, tail = rows[at], rows[last]
    t = track[head]
    ended = ~out[tail]
    inside = out[rows]
    runs = Runs(
        track=t,
        start_us=time_us[head],
        end_us=np.where(ended, time_us[tail], -1),
        last_us=np.maximum.reduceat(np.where(inside, time_us[rows], -1), at),
        samples=np.add.reduceat(inside.astype(np.int64), at),
        beyond_us=np.add.reduceat(np.where(inside, elapsed[rows], 0), at),
        covered_us=np.add.reduceat(elapsed[rows], at),
        area2=np.add.reduceat(area2[rows], at),
        peak=np.maximum.reduceat(np.where(inside, signed[rows], -np.inf), at),
        last_excess=np.where(ended, 0, excess[tail]),
    )
    # Only the first run of a track in this call can continue an open one: a later one begins after a return.
    new_track = np.ones(len(t), np.bool_)
    new_track[1:] = t[1:] != t[:-1]
    _add_open(runs, new_track & (open_runs.start_us[t] >= 0), open_runs)
    return runs


def _add_open(runs: Runs, continued: Bools, open_runs: Runs) -> None:
    if not continued.any():
        return
    earlier = open_runs.take(runs.track[continued])
    runs.start_us[continued] = earlier.start_us
    runs.last_us[continued] = np.maximum(runs.last_us[continued], earlier.last_us)
    runs.peak[continued] = np.maximum(runs.peak[continued], earlier.peak)
    for name in ("samples", "beyond_us", "covered_us", "area2"):
        getattr(runs, name)[continued] += getattr(earlier, name)
