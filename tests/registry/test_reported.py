"""What measuring points show: hourly figures against every reading, for any rhythm, any pieces and any pauses."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.nouns import US_PER_HOUR, US_PER_MINUTE, Columns
from registry.reported.nouns import Cells, Patience, Piece
from registry.reported.showing import cells_of, of_hours, of_readings

DAY = 24 * US_PER_HOUR
PATIENCE = Patience(10 * US_PER_MINUTE, 15 * US_PER_MINUTE)


def rows(times: list[int]) -> Columns:
    """A slow wave, read at these times."""
    time_us = np.array(sorted(set(times)), np.int64)
    value = 5.0 + 3.0 * np.sin(time_us / DAY * 2 * np.pi)
    return Columns(np.ones(len(time_us), np.int32), time_us, value, np.zeros(len(time_us), np.uint8))


def cells(every: Columns, piece: Piece) -> Cells:
    """The hours of a piece, as the store would tell them."""
    edges = [piece.from_us, *range(-(-piece.from_us // US_PER_HOUR) * US_PER_HOUR, piece.to_us, US_PER_HOUR)]
    edges = sorted({*edges, piece.to_us})
    return Cells.join([
        cells_of(every.take((every.time_us >= a) & (every.time_us < b)), a, b)
        for a, b in pairwise(edges)
    ])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 90), st.integers(24 * 60, 3 * 24 * 60),
    st.lists(st.tuples(st.integers(0, 3 * 24 * 60), st.integers(1, 600)), max_size=4),
)  # fmt: skip
def test_hours_tell_what_readings_tell(begin: int, length: int, holes: list[tuple[int, int]]) -> None:
    """Lowest and highest with their times, the same pauses of an hour or more; mean and coverage nearly."""
    piece = Piece(begin * US_PER_MINUTE, (begin + length) * US_PER_MINUTE)
    minutes = set(range(begin, begin + length)) - {m for a, n in holes for m in range(a, a + n)}
    every = rows([minute * US_PER_MINUTE for minute in minutes])

    def rows_of(start: int, end: int) -> Columns:
        return every.take((every.time_us >= start) & (every.time_us < end))

    exact = of_readings([piece], rows_of, PATIENCE, kinetic=True)
    rough = of_hours([piece], cells(every, piece), rows_of, PATIENCE, kinetic=True)
    assert (rough.samples, rough.minimum, rough.maximum) == (exact.samples, exact.minimum, exact.maximum)
    assert (rough.minimum_us, rough.maximum_us) == (exact.minimum_us, exact.maximum_us)
    long = {one for one in exact.pauses if one.to_us - one.from_us >= 2 * US_PER_HOUR}
    assert long <= set(rough.pauses)
    assert rough.coverage == pytest.approx(exact.coverage, abs=0.05 + 15 / length)
    if exact.coverage > 0.5:
        assert rough.mean == pytest.approx(exact.mean, abs=0.15)
        assert rough.kinetic == pytest.approx(exact.kinetic, abs=0.2)


def test_nothing_was_heard() -> None:
    """One gap as long as the period, and no figure."""
    piece, none = Piece(0, DAY), rows([])
    for found in (
        of_readings([piece], lambda _a, _b: none, PATIENCE, kinetic=True),
        of_hours([piece], cells(none, piece), lambda _a, _b: none, PATIENCE, kinetic=True),
    ):
        assert (found.samples, found.mean, found.coverage) == (0, None, 0.0)
        assert found.pauses == (piece,)


def test_two_pieces_are_not_one() -> None:
    """What happened between two stays counts for nothing, and the time between is no gap."""
    every = rows([minute * US_PER_MINUTE for minute in range(6 * 60)])
    pieces = [Piece(0, US_PER_HOUR), Piece(5 * US_PER_HOUR, 6 * US_PER_HOUR)]

    def rows_of(start: int, end: int) -> Columns:
        inside = np.zeros(len(every), bool)
        for a, b in pieces:
            inside |= (every.time_us >= max(a, start)) & (every.time_us < min(b, end))
        return every.take(inside)

    found = of_readings(pieces, rows_of, PATIENCE, kinetic=False)
    assert (found.samples, found.pauses, found.coverage) == (120, (), 1.0)
    both = Cells.join([cells(every, piece) for piece in pieces])
    assert of_hours(pieces, both, rows_of, PATIENCE, kinetic=False).pauses == ()
