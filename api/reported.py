"""What measuring points showed over a period: asked of the readings as far as one may see them, by the hour where it is long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, product
from typing import NamedTuple

import numpy as np

from api.selection import Interval, Want
from detect.excursions import trusted
from ingest.nouns import US_PER_HOUR, Columns
from registry.reported import showing
from registry.reported.asked import Asked
from registry.reported.nouns import Cells, Piece, RowsOf, Shown
from store.nouns import ReadingReader, SeriesInfo

_EXACT = 100_000
"""So many readings in all are looked at one by one; beyond, hourly figures serve."""
_AT_ONCE = 100
"""Series of one question."""
OF_DEVICES = frozenset({
    "battery_level", "battery_voltage", "rssi", "snr", "spreading_factor", "frame_counter", "duty_cycle", "latitude", "longitude",
})  # fmt: skip
"""What tells of the device and where it is, and nothing of the goods."""


class Point(NamedTuple):
    """What one series showed while it counted, and what was asked of it."""

    info: SeriesInfo
    pieces: tuple[Piece, ...]
    asked: Asked
    shown: Shown


def points(reader: ReadingReader, wants: Sequence[Want], asked: Mapping[str, Asked]) -> list[Point]:
    """What each series showed in its intervals (which must be of the period), by device and quantity.

    Args:
        asked: by full name of the device.
    """
    own = [want for want in wants if want.intervals and want.info.quantity not in OF_DEVICES]
    cells = _cells(reader, own)
    exact = sum(int(one.n.sum()) for one in cells.values()) <= _EXACT
    return [
        _point(reader, want, cells[want.info.id], asked[want.info.device], exact=exact)
        for want in sorted(own, key=lambda want: (want.info.device, want.info.quantity))
    ]


def _point(reader: ReadingReader, want: Want, cells: Cells, asked: Asked, *, exact: bool) -> Point:
    pieces = tuple(Piece(*interval) for interval in want.intervals)
    rows_of, kinetic = _rows_of(reader, want), asked.kinetic_limit is not None
    kinetic = kinetic and want.info.quantity == "temperature"
    if exact:
        shown = showing.of_readings(pieces, rows_of, asked.patience, kinetic=kinetic)
    else:
        shown = showing.of_hours(pieces, cells, rows_of, asked.patience, kinetic=kinetic)
    return Point(want.info, pieces, asked, shown)


def _rows_of(reader: ReadingReader, want: Want) -> RowsOf:
    """The trusted readings of a series, and none beyond its intervals."""

    def rows(start_us: int, end_us: int) -> Columns:
        parts = [
            reader.range([want.info.id], max(a, start_us), min(b, end_us))
            for a, b in want.intervals
            if a < end_us and start_us < b
        ]
        return trusted(Columns.concat(parts))

    return rows


def _cells(reader: ReadingReader, wants: Sequence[Want]) -> dict[int, Cells]:
    """Series → its figures by the hour; those that counted at the same times are asked for together."""
    found: dict[int, list[Cells]] = {}
    by_time = sorted(wants, key=lambda want: (want.intervals, want.info.id))
    for intervals, group in groupby(by_time, key=lambda want: want.intervals):
        numbers = [want.info.id for want in group]
        parts = [numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE)]
        for some, interval in product(parts, intervals):
            for number, cells in _of_interval(reader, some, interval):
                found.setdefault(number, []).append(cells)
    return {number: Cells.join(parts) for number, parts in found.items()}


def _of_interval(
    reader: ReadingReader, numbers: list[int], interval: Interval
) -> Iterator[tuple[int, Cells]]:
    """Whole hours from hourly figures, and what is left of hours at both ends from readings."""
    piece = Piece(*interval)
    first_us, last_us = showing.hours_between(piece)
    ends = [(piece.from_us, first_us), (last_us, piece.to_us)] if first_us <= last_us else [(*piece,)]
    for start_us, end_us in ends:
        if start_us < end_us:
            rows = trusted(reader.range(numbers, start_us, end_us))
            for number in numbers:
                own = rows.take(rows.series == number)
                yield number, showing.cells_of(own, start_us, end_us)
    if first_us < last_us:
        yield from _of_hours(reader, numbers, first_us, last_us)


def _of_hours(
    reader: ReadingReader, numbers: list[int], first_us: int, last_us: int
) -> Iterator[tuple[int, Cells]]:
    grid = reader.aggregate(numbers, first_us, last_us, (last_us - first_us) // US_PER_HOUR)
    end_us = np.minimum(grid.start_us + grid.width_us, last_us)
    for row, number in enumerate(grid.series.tolist()):
        figures = (grid.count[row], grid.minimum[row], grid.mean[row], grid.maximum[row])
        yield number, Cells(grid.start_us, end_us, *figures)
