"""Which buckets of a curve hold readings that are doubted, and how long a pause in it may be before it is a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.selection import Want, clip
from detect.nouns import SOFT_FAULTS, Finding, Kind
from detect.tracks import silence_us
from store.nouns import Buckets, ReadingReader
from store.repositories.findings import stored

_DOUBTS = SOFT_FAULTS | {Kind.SENTINEL, Kind.IMPOSSIBLE, Kind.SHARED_IDENTITY}
_DISPUTES_OF = 100
"""So many series are asked about disputed readings at once."""


class Doubts(NamedTuple):
    """What is doubted of a grid."""

    buckets: dict[int, list[int]]
    """Series → numbers of the buckets, ascending."""
    findings: dict[int, list[Finding]]
    """Series → the suspicions about its sensor that touch the grid, whoever may see them."""


def suspicions(connection: Any, wants: Sequence[Want], from_us: int, to_us: int) -> dict[int, list[Finding]]:
    """Series → what was found about its sensor that makes one doubt it, by start."""
    about: dict[str, list[int]] = {}
    for want in wants:
        for subject in (f"device:{want.info.device}:{want.info.quantity}", f"device:{want.info.device}"):
            about.setdefault(subject, []).append(want.info.id)
    found: dict[int, list[Finding]] = {}
    for one in stored(connection, sorted(about), from_us):
        if one.kind in _DOUBTS and one.start_us < to_us:
            for number in about[one.subject]:
                found.setdefault(number, []).append(one)
    return {number: sorted(own, key=lambda one: (one.start_us, one.id)) for number, own in found.items()}


def doubts(
    reader: ReadingReader, wants: Sequence[Want], grid: Buckets, suspected: Mapping[int, list[Finding]]
) -> Doubts:
    """The buckets with readings that cannot be or are disputed, or were taken while their sensor stood under suspicion."""
    if not len(grid.start_us):
        return Doubts({}, dict(suspected))
    first, last = int(grid.start_us[0]), int(grid.start_us[-1]) + grid.width_us
    disputed: dict[int, list[int]] = {}
    numbers = [want.info.id for want in wants]
    for at in range(0, len(numbers), _DISPUTES_OF):
        for one in reader.conflicts(numbers[at : at + _DISPUTES_OF], first, last):
            disputed.setdefault(one.series, []).append(one.time_us)
    row_of = {series: row for row, series in enumerate(grid.series.tolist())}
    found: dict[int, list[int]] = {}
    for want in wants:
        number = want.info.id
        spans = [(t, t + 1) for t in disputed.get(number, [])]
        heard = grid.count[row_of[number]] > 0
        marked = _touched(clip_all(want, spans, last), grid)
        under = [
            (one.start_us, last if one.end_us is None else one.end_us + 1)
            for one in suspected.get(number, [])
        ]
        marked |= _touched(clip_all(want, under, last), grid) & heard
        if grid.left_out is not None:
            marked |= grid.left_out[row_of[number]]
        if marked.any():
            found[number] = np.flatnonzero(marked).tolist()
    return Doubts(found, dict(suspected))


def clip_all(want: Want, spans: Sequence[tuple[int, int]], last_us: int) -> list[tuple[int, int]]:
    """Spans as far as they may be seen of a series."""
    return [cut for start, end in spans for cut in clip(want.intervals, start, min(end, last_us))]


def _touched(spans: Sequence[tuple[int, int]], grid: Buckets) -> NDArray[np.bool_]:
    """Which buckets some spans touch."""
    marked = np.zeros(len(grid.start_us), bool)
    first = int(grid.start_us[0])
    for start, end in spans:
        low = max((start - first) // grid.width_us, 0)
        marked[low : max(-(-(end - first) // grid.width_us), 0)] = True
    return marked


def gap_us(grid: Buckets, row: int) -> int:
    """From which pause on a curve is to be broken: as long as a sensor may be silent that speaks as often as this one does."""
    heard = np.flatnonzero(grid.count[row] > 0)
    if not len(heard):
        return grid.width_us
    usual = grid.width_us / float(np.median(grid.count[row][heard]))
    steps = np.diff(heard)
    between = float(np.median(steps)) * grid.width_us if len(steps) else usual
    return max(silence_us(round(max(usual, between) if between > grid.width_us else usual)), grid.width_us)
