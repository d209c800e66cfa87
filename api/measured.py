"""Readings within the intervals one may see: page by page, the newest, and as min/mean/max of buckets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from api.selection import Interval, Want, clip
from ingest.nouns import US_PER_HOUR, Columns, Flag
from store.nouns import Buckets, ReadingReader

_UNTRUSTED = int(Flag.DISPUTED | Flag.SENTINEL | Flag.IMPOSSIBLE)
_CHUNK = 500_000


class _Segment(NamedTuple):
    series: int
    start_us: int
    end_us: int


def page(
    reader: ReadingReader,
    wants: Sequence[Want],
    start_us: int,
    end_us: int,
    after: tuple[int, int] | None,
    limit: int,
) -> Columns:
    """The first `limit` readings by (series, time) behind `after`, in the intervals that may be seen."""
    segments = _segments(wants, start_us, end_us, after)
    parts: list[Columns] = []
    left = limit
    for (start, end), group in groupby(segments, key=lambda s: (s.start_us, s.end_us)):
        if left <= 0:
            break
        part = reader.range([segment.series for segment in group], start, end, left)
        parts.append(part)
        left -= len(part)
    return Columns.concat(parts)


def newest(reader: ReadingReader, wants: Sequence[Want]) -> Columns:
    """The newest reading of each series; left out where the newest is not one that may be seen."""
    if not wants:
        return Columns.empty()
    found = reader.latest([want.info.id for want in wants])
    intervals = {want.info.id: want.intervals for want in wants}
    seen = [
        any(a <= time < b for a, b in intervals[series])
        for series, time in zip(found.series.tolist(), found.time_us.tolist(), strict=True)
    ]
    return found.take(np.array(seen, bool))


def buckets(reader: ReadingReader, wants: Sequence[Want], start_us: int, end_us: int, count: int) -> Buckets:
    """min/mean/max per bucket. Series that may be seen only in part are reckoned anew from their readings."""
    grid = reader.aggregate([want.info.id for want in wants], start_us, end_us, count)
    if not len(grid.start_us):
        return grid
    first, last = int(grid.start_us[0]), int(grid.start_us[-1]) + grid.width_us
    out = _copy(grid)
    row_of = {series: row for row, series in enumerate(grid.series.tolist())}
    for want in wants:
        if clip(want.intervals, first, last) != [(first, last)]:
            _reckon(reader, want, out, row_of[want.info.id], (first, min(last, max(end_us, first))))
    return out


def _segments(
    wants: Sequence[Want], start_us: int, end_us: int, after: tuple[int, int] | None
) -> list[_Segment]:
    """One (series, interval) after another in the order of the answer, beginning behind `after`."""
    out = []
    for want in wants:
        begin = start_us
        if after is not None and want.info.id <= after[0]:
            begin = max(start_us, after[1] + 1) if want.info.id == after[0] else end_us
        out += [_Segment(want.info.id, a, b) for a, b in clip(want.intervals, begin, end_us)]
    return out


def _copy(grid: Buckets) -> Buckets:
    return Buckets(
        grid.series, grid.start_us, grid.width_us,
        grid.count.copy(), grid.minimum.copy(), grid.mean.copy(), grid.maximum.copy(),
        None if grid.left_out is None else grid.left_out.copy(),
    )  # fmt: skip


def _reckon(reader: ReadingReader, want: Want, out: Buckets, row: int, span: tuple[int, int]) -> None:
    """Fill one row of `out` from the readings in the intervals that may be seen."""
    n = len(out.start_us)
    count, total = np.zeros(n, np.int64), np.zeros(n)
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    left_out = np.zeros(n, bool)
    by_hour = out.width_us % US_PER_HOUR == 0 and int(out.start_us[0]) % US_PER_HOUR == 0
    hours, rest = _split(clip(want.intervals, *span)) if by_hour else ([], clip(want.intervals, *span))
    for start, end in rest:
        for part in _chunks(reader, want.info.id, start, end):
            is_trusted = (part.flags & _UNTRUSTED) == 0
            at = (part.time_us - out.start_us[0]) // out.width_us
            left_out[at[~is_trusted]] = True
            trusted, at = part.take(is_trusted), at[is_trusted]
            count += np.bincount(at, minlength=n)
            total += np.bincount(at, weights=trusted.value, minlength=n)
            np.minimum.at(low, at, trusted.value)
            np.maximum.at(high, at, trusted.value)
    for start, end in hours:
        found = reader.aggregate([want.info.id], start, end, (end - start) // US_PER_HOUR)
        if found.left_out is not None:
            left_out[(found.start_us[found.left_out[0]] - out.start_us[0]) // out.width_us] = True
        some = found.count[0] > 0
        at = (found.start_us[some] - out.start_us[0]) // out.width_us
        np.add.at(count, at, found.count[0][some])
        np.add.at(total, at, found.mean[0][some] * found.count[0][some])
        np.minimum.at(low, at, found.minimum[0][some])
        np.maximum.at(high, at, found.maximum[0][some])
    if out.left_out is not None:
        out.left_out[row] = left_out
    empty = count == 0
    out.count[row] = count
    out.minimum[row] = np.where(empty, np.nan, low)
    out.mean[row] = np.where(empty, np.nan, total / np.maximum(count, 1))
    out.maximum[row] = np.where(empty, np.nan, high)


def _split(spans: Sequence[Interval]) -> tuple[list[Interval], list[Interval]]:
    """The whole hours of some spans, for which hourly figures serve, and what is left of them."""
    hours: list[Interval] = []
    rest: list[Interval] = []
    for start, end in spans:
        first, last = -(-start // US_PER_HOUR) * US_PER_HOUR, end // US_PER_HOUR * US_PER_HOUR
        if first >= last:
            rest.append((start, end))
            continue
        hours.append((first, last))
        rest += [(a, b) for a, b in ((start, first), (last, end)) if a < b]
    return hours, rest


def _chunks(reader: ReadingReader, series: int, start_us: int, end_us: int) -> Iterator[Columns]:
    """The readings of one series in parts of bounded size."""
    while start_us < end_us:
        part = reader.range([series], start_us, end_us, _CHUNK)
        yield part
        if len(part) < _CHUNK:
            return
        start_us = int(part.time_us[-1]) + 1
