"""Pauses: when a sensor said nothing for longer than it may, found without reading everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ingest.nouns import US_PER_HOUR
from registry.reported.nouns import Cells, Ints, Patience, Pause, Piece, RowsOf


def from_times(times: Ints, piece: Piece, gap_us: int) -> Iterator[Pause]:
    """The pauses longer than `gap_us` within a piece, by when there were readings (some before and behind it, too)."""
    edges = np.concatenate([
        [piece.from_us] if not len(times) or times[0] > piece.from_us else [],
        times,
        [piece.to_us] if not len(times) or times[-1] < piece.to_us else [],
    ]).astype(np.int64)  # fmt: skip
    long = np.flatnonzero(np.diff(edges) > gap_us)
    for at in long.tolist():
        start, end = max(int(edges[at]), piece.from_us), min(int(edges[at + 1]), piece.to_us)
        if start < end:
            yield Pause(start, end)


def usual_interval_us(cells: Cells) -> int | None:
    """How often a sensor speaks in most of its hours."""
    heard = cells.n > 0
    if not heard.any():
        return None
    return int(np.median((cells.to_us - cells.from_us)[heard] / cells.n[heard]))


def overlap_us(cells: Cells, pauses: Sequence[Pause]) -> Ints:
    """How much of each cell lies in a pause; (n,)."""
    lost = np.zeros(len(cells.from_us), np.int64)
    for start, end in pauses:
        last = int(np.searchsorted(cells.from_us, end, "left"))
        some = slice(int(np.searchsorted(cells.to_us, start, "right")), last)
        lost[some] += np.minimum(cells.to_us[some], end) - np.maximum(cells.from_us[some], start)
    return lost


def sparse(
    pieces: Sequence[Piece], cells: Cells, usual_us: int | None, patience: Patience, rows_of: RowsOf, most: int
) -> tuple[list[Pause], int]:  # fmt: skip
    """The pauses of a sensor, and how many hours with too few readings were not looked at reading by reading.

    Looked at are the hours around those without any reading, the longest stretches first, and then hours in which as many are
    missing as a pause takes, `most` places in all. What is not looked at is told in whole hours.
    """
    if usual_us is None:
        return [Pause(*piece) for piece in pieces if piece.to_us - piece.from_us > patience.gap_us], 0
    silent = _silent(cells)
    expected = ((cells.to_us - cells.from_us) - patience.gap_us / 2) / usual_us
    thin = np.flatnonzero((cells.n > 0) & (cells.n < np.floor(expected)))
    longest = sorted(silent, key=lambda one: (one.from_us - one.to_us, one.from_us))
    looked = longest[: most // 2]
    found = [one for one in longest[most // 2 :] if one.to_us - one.from_us > patience.gap_us]
    for one in looked:
        before = rows_of(one.from_us - US_PER_HOUR, one.from_us).time_us
        behind = rows_of(one.to_us, one.to_us + US_PER_HOUR).time_us
        start = int(before[-1]) if len(before) else one.from_us
        end = int(behind[0]) if len(behind) else one.to_us
        found += [Pause(start, end)] if end - start > patience.gap_us else []
    left = most - 2 * len(looked)
    near = list(_near(cells, thin))
    for start, end in near[:left]:
        times = rows_of(start - patience.gap_us, end + patience.gap_us).time_us
        found += [Pause(int(a), int(b)) for a, b in pairwise(times.tolist()) if b - a > patience.gap_us]
    unlooked = sum(-(-(end - start) // US_PER_HOUR) for start, end in near[left:])
    return sorted(set(_within(pieces, found, patience.gap_us))), unlooked


def _silent(cells: Cells) -> list[Pause]:
    """Stretches of hours without a reading, one behind the other."""
    found: list[Pause] = []
    for at in np.flatnonzero(cells.n == 0).tolist():
        start, end = int(cells.from_us[at]), int(cells.to_us[at])
        if found and found[-1].to_us == start:
            start = found.pop().from_us
        found.append(Pause(start, end))
    return found


def _near(cells: Cells, thin: Ints) -> Iterator[tuple[int, int]]:
    """Hours that are to be looked at, joined where they touch."""
    start = end = -1
    for at in thin.tolist():
        if int(cells.from_us[at]) != end:
            if start >= 0:
                yield start, end
            start = int(cells.from_us[at])
        end = int(cells.to_us[at])
    if start >= 0:
        yield start, end


def _within(pieces: Sequence[Piece], pauses: Sequence[Pause], gap_us: int) -> Iterator[Pause]:
    """Pauses cut to the time in which the sensor counted; one across two edges is one in each."""
    for one in pauses:
        if one.to_us - one.from_us <= gap_us:
            continue
        for piece in pieces:
            start, end = max(one.from_us, piece.from_us), min(one.to_us, piece.to_us)
            if start < end:
                yield Pause(start, end)
