"""Showing: the figures of a measuring point, exactly from its readings or, over long times, from hourly figures.

A mean is weighted by time: of readings, the way between two is taken as straight; of hours, each mean weighs as long as its hour
was covered. What lies between two readings that are further apart than the sensor may be silent is unknown and adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detect.goods.kinetic import mean_kinetic_c
from ingest.nouns import US_PER_HOUR, Columns
from registry.reported.nouns import Basis, Cells, Floats, Ints, Patience, Pause, Piece, RowsOf, Shown
from registry.reported.pauses import from_times, overlap_us, sparse, usual_interval_us

_MOST_LOOKS = 24
"""Stretches of a series that are looked at reading by reading, at most."""
Ways = tuple[Ints, Floats]
"""How long each way between two readings is, and its mean value."""


def of_readings(pieces: Sequence[Piece], rows_of: RowsOf, patience: Patience, *, kinetic: bool) -> Shown:
    """What a measuring point showed, from every reading of it."""
    inside: list[Columns] = []
    ways: list[Ways] = []
    pauses: list[Pause] = []
    steps: list[Ints] = []
    for piece in pieces:
        wide = rows_of(piece.from_us - patience.silence_us, piece.to_us + patience.silence_us)
        there = (wide.time_us >= piece.from_us) & (wide.time_us < piece.to_us)
        inside.append(wide.take(there))
        steps.append(np.diff(inside[-1].time_us))
        ways.append(_ways(wide, piece, patience.silence_us))
        pauses += from_times(wide.time_us, piece, patience.gap_us)
    rows = Columns.concat(inside)
    lengths, middles = (np.concatenate(found) for found in zip(*ways, strict=True))
    between = np.concatenate(steps)
    some = len(rows) > 0
    low, high = (int(rows.value.argmin()), int(rows.value.argmax())) if some else (0, 0)
    return Shown(
        basis=Basis.READINGS, samples=len(rows),
        minimum=float(rows.value[low]) if some else None, minimum_us=int(rows.time_us[low]) if some else None,
        mean=_weighted(middles, lengths, rows.value),
        maximum=float(rows.value[high]) if some else None, maximum_us=int(rows.time_us[high]) if some else None,
        kinetic=mean_kinetic_c(middles, lengths.astype(np.float64)) if kinetic and lengths.sum() else None,
        coverage=_coverage(pieces, pauses, patience.silence_us, heard=some),
        interval_us=int(np.median(between)) if len(between) else None, pauses=tuple(pauses), unlooked=0,
    )  # fmt: skip


def of_hours(
    pieces: Sequence[Piece], cells: Cells, rows_of: RowsOf, patience: Patience, *, kinetic: bool
) -> Shown:
    """What a measuring point showed, from hourly figures of the pieces' time."""
    heard = cells.n > 0
    usual_us = usual_interval_us(cells)
    pauses, unlooked = sparse(pieces, cells, usual_us, patience, rows_of, _MOST_LOOKS)
    lengths = (cells.to_us - cells.from_us) - overlap_us(
        cells, [one for one in pauses if one.to_us - one.from_us > patience.silence_us]
    )
    known = heard & (lengths > 0)
    weight, mean = lengths[known].astype(np.float64), cells.mean[known]
    if not heard.any():
        return Shown(Basis.HOURS, 0, None, None, None, None, None, None, 0.0, None, tuple(pauses), unlooked)
    low, high = int(np.nanargmin(cells.minimum)), int(np.nanargmax(cells.maximum))
    return Shown(
        Basis.HOURS, int(cells.n.sum()),
        float(cells.minimum[low]), _when(cells, low, rows_of, lowest=True),
        _weighted(mean, lengths[known], cells.mean[heard]),
        float(cells.maximum[high]), _when(cells, high, rows_of, lowest=False),
        mean_kinetic_c(mean, weight) if kinetic and len(weight) else None,
        _coverage(pieces, pauses, patience.silence_us, heard=True), usual_us, tuple(pauses), unlooked,
    )  # fmt: skip


def cells_of(rows: Columns, from_us: int, to_us: int) -> Cells:
    """Readings of less than an hour as a figure."""
    some = len(rows) > 0
    figures = (rows.value.min(), rows.value.mean(), rows.value.max()) if some else (np.nan, np.nan, np.nan)
    return Cells(
        np.array([from_us]), np.array([to_us]), np.array([len(rows)]), *(np.array([one]) for one in figures)
    )


def hours_between(piece: Piece) -> tuple[int, int]:
    """The whole hours within a piece: from when to when; empty if the end is not behind the beginning."""
    return -(-piece.from_us // US_PER_HOUR) * US_PER_HOUR, piece.to_us // US_PER_HOUR * US_PER_HOUR


def _when(cells: Cells, at: int, rows_of: RowsOf, *, lowest: bool) -> int:
    """At which moment of its hour it was lowest or highest."""
    rows = rows_of(int(cells.from_us[at]), int(cells.to_us[at]))
    if not len(rows):
        return int(cells.from_us[at])
    return int(rows.time_us[rows.value.argmin() if lowest else rows.value.argmax()])


def _ways(rows: Columns, piece: Piece, silence_us: int) -> Ways:
    """The ways between readings that are not too far apart, cut to the piece."""
    begin, end = rows.time_us[:-1], rows.time_us[1:]
    start, stop = np.maximum(begin, piece.from_us), np.minimum(end, piece.to_us)
    near = (end - begin <= silence_us) & (start < stop)
    begin, end, start, stop = begin[near], end[near], start[near], stop[near]
    first, last = rows.value[:-1][near], rows.value[1:][near]
    halfway = ((start - begin) + (stop - begin)) / (2.0 * (end - begin))
    return stop - start, first + (last - first) * halfway


def _weighted(value: Floats, weight: Ints, beside: Floats) -> float | None:
    """The mean by weight; the plain one of `beside` where nothing has any."""
    total = int(weight.sum())
    if total:
        return float((value * weight).sum() / total)
    return float(beside.mean()) if len(beside) else None


def _coverage(pieces: Sequence[Piece], pauses: Sequence[Pause], silence_us: int, *, heard: bool) -> float:
    whole = sum(piece.to_us - piece.from_us for piece in pieces)
    if not whole or not heard:
        return 0.0
    unknown = sum(one.to_us - one.from_us for one in pauses if one.to_us - one.from_us > silence_us)
    return round(max(whole - unknown, 0) / whole, 4)
