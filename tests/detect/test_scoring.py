"""The scorer: neighbours count as far as they were complete, pieces do not matter, faults by code stand for a day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Json, Kind
from detect.scoring.nouns import NO_GROUP, Entrant, Given, Said
from detect.scoring.scorer import Scorer
from detect.streams.nouns import NOTHING, Hours, Verdict

SECOND = 1_000_000
HOUR = 3_600 * SECOND
T0 = 480_000 * HOUR


class Neighbours:
    """Says at each hour how many neighbours it was told of for that hour, of ten."""

    name, version = "neighbours", "1"
    kinds: tuple[Kind, ...] = (Kind.DRIFT,)
    quantities = frozenset({"temperature"})
    look_back_hours = 5

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        known = sum(np.isin(hours.hour, peer.hour).astype(int) for peer in peers) + np.zeros(len(hours.hour))
        return Verdict(
            (known / 10).astype(np.float32),
            np.full(len(known), NOTHING, np.int8),
            np.zeros(len(known), np.int64),
        )

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        return {}


def rows(series: Sequence[int], time_us: Sequence[int], value: Sequence[float] | None = None) -> Given:
    values = np.array(value if value is not None else [20.0] * len(series))
    return Given(np.array(series, np.int32), np.array(time_us, np.int64), values, ~np.isnan(values))


def scorer(groups: Sequence[int], quantity: str = "temperature") -> Scorer:
    one = Scorer([], [Neighbours()])
    one.enter([Entrant(quantity, group) for group in groups])
    return one


def in_pieces(one: Scorer, given_rows: Given, cuts: Sequence[int]) -> Said:
    said = [one.follow(given_rows.take(part)) for part in np.split(np.arange(len(given_rows.series)), cuts)]
    return Said(np.concatenate([s.score for s in said]), np.concatenate([s.kind for s in said]))


def test_neighbours_that_come_in_turn_are_known() -> None:
    """Three in a room, read in turn: each hour is judged with both others, an hour later; one alone has none."""
    series, time_us = np.tile([0, 1, 2, 3], 40), np.repeat(T0 + np.arange(40) * HOUR // 4, 4)
    said = scorer([7, 7, 7, NO_GROUP]).follow(rows(series.tolist(), time_us.tolist()))
    assert (said.score[series == 0][12:] == np.float32(0.2)).all()
    assert not said.score[series == 3].any()


def test_neighbours_that_come_later_are_not() -> None:
    """Where each series comes as a whole, the first knows of nobody, the second of the first."""
    times = (T0 + np.arange(40) * HOUR // 4).tolist()
    said = scorer([7, 7]).follow(rows([0] * 40 + [1] * 40, times * 2))
    assert not said.score[:40].any()
    assert said.score[79] == np.float32(0.1)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_neither_pieces_nor_what_follows_matter(data: st.DataObject) -> None:
    """Any mix of neighbours, late rows and rows without value: cut anywhere, each row is answered the same."""
    n = data.draw(st.integers(5, 60))
    series = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    times = data.draw(st.lists(st.integers(0, 20), min_size=n, max_size=n))
    values = data.draw(st.lists(st.sampled_from([20.0, 21.0, 85.0, float("nan")]), min_size=n, max_size=n))
    at = np.sort(times) if data.draw(st.booleans()) else np.array(times)
    given_rows = rows(series, (T0 + at * HOUR // 2).tolist(), values)
    cuts = sorted(data.draw(st.sets(st.integers(1, n - 1), max_size=5)))
    whole, pieces = (
        in_pieces(scorer([1, 1, 1, 2]), given_rows, []),
        in_pieces(scorer([1, 1, 1, 2]), given_rows, cuts),
    )
    half = scorer([1, 1, 1, 2]).follow(given_rows.take(np.arange(n // 2)))
    for one, other, part in zip(whole, pieces, half, strict=True):
        assert np.array_equal(one, other)
        assert np.array_equal(one[: n // 2], part)


def test_a_fault_by_code_stands_for_a_day() -> None:
    """-127 at hour 1, again at 20, and nothing more: one finding until hour 44."""
    one = scorer([NO_GROUP])
    value = [4.0, -127.0, 4.0, -127.0, 4.0, 4.0, 4.0]
    said = one.follow(rows([0] * 7, [T0 + h * HOUR for h in (0, 1, 10, 20, 43, 45, 46)], value))
    assert [one.kinds[k] if k >= 0 else None for k in said.kind] == [None, *[Kind.SENTINEL] * 4, None, None]
    assert said.score.tolist() == [0, 1, 0.5, 1, 0.5, 0, 0]
    (found,) = one.findings()
    assert (found.start_us, found.raised_us, found.end_us) == (T0 + HOUR, T0 + HOUR, T0 + 43 * HOUR)
