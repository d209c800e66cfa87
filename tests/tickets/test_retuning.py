"""Retuning: which figures verdicts may move, and which they never do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detect.nouns import Limit, Severity
from tests.tickets.desk import HOUR, MIN, T0, finding
from tickets.outcomes import Tally
from tickets.retuning import Candidate, Untouched, better, candidates, factor, untouched
from tickets.verdicts import Said, Word

HALL = Limit("warm", "temperature", "high", 25.0, 0.5, 10 * MIN, 2, Severity.WARNING)


def word(said: Said, ticket: int, minutes: int, peak: float = 26.0, start: int = 0) -> Word:
    """What was said of a ticket about a finding that lasted so long."""
    start_us = T0 + (start or 10 * ticket) * HOUR
    return Word(said, ticket, finding(start_us=start_us, end_us=start_us + minutes * MIN, peak=peak))


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        (replace(HALL, side="low", limit=2.0), Untouched.PROTECTED),
        (replace(HALL, side="low", limit=0.0, quantity="product_temperature"), Untouched.PROTECTED),
        (replace(HALL, limit=8.0), Untouched.PROTECTED),
        (replace(HALL, limit=-18.0), Untouched.PROTECTED),
        (replace(HALL, quantity="dew_point_margin", side="low", limit=2.0), Untouched.PROTECTED),
        (replace(HALL, quantity="surface_humidity", limit=95.0), Untouched.PROTECTED),
        (replace(HALL, severity=Severity.CRITICAL), Untouched.PROTECTED),
        (replace(HALL, budget_us=HOUR, window_us=24 * HOUR), Untouched.BUDGET),
        (HALL, None),
        (replace(HALL, quantity="relative_humidity", limit=60.0), None),
    ],
)
def test_what_keeps_goods_from_harm_is_never_loosened(limit: Limit, why: Untouched | None) -> None:
    """Freezing, wet metal, 2–8 °C and critical rules stay, whatever was said."""
    assert untouched(limit) is why
    words = [word(Said.FALSE, n, 15) for n in range(9)]
    found = candidates(limit, words)
    assert found is why if why else isinstance(found, list)


def test_a_delay_is_longer_than_the_false_ones_and_much_shorter_than_the_true_ones() -> None:
    """In steps of five minutes; never more than half way to the shortest that was true."""
    false = [word(Said.FALSE, n, minutes) for n, minutes in enumerate((20, 25, 40))]
    found = candidates(HALL, [*false, word(Said.TRUE, 9, 180, peak=31.0)])
    assert isinstance(found, list)
    delays = [one.change.on_delay_us for one in found if one.figure == "on_delay"]
    assert delays == [30 * MIN, 45 * MIN]
    found = candidates(HALL, [*false, word(Said.TRUE, 9, 60, peak=31.0)])
    assert isinstance(found, list)
    assert [c.change.on_delay_us for c in found if c.figure == "on_delay"] == [30 * MIN]


def test_a_limit_moves_no_farther_than_half_way_to_true_trouble() -> None:
    """And not at all where the mildest trouble was milder than the false ones."""
    false = [word(Said.FALSE, n, 300, peak=25.4) for n in range(3)]
    found = candidates(HALL, [*false, word(Said.TRUE, 9, 300, peak=27.0)])
    assert isinstance(found, list)
    assert [c.change.limit for c in found if c.figure == "limit"] == [25.5]
    assert candidates(HALL, [*false, word(Said.TRUE, 9, 20, peak=25.4)]) is Untouched.NOTHING_BETTER


def test_a_value_that_hovers_speaks_for_a_wider_deadband() -> None:
    """False ones that come one upon another."""
    false = [
        Word(Said.FALSE, n, word(Said.FALSE, n, 250, peak=29.0, start=5 * n + 1).finding) for n in range(4)
    ]
    found = candidates(HALL, [*false, word(Said.TRUE, 9, 30, peak=26.0)])
    assert [c.figure for c in found] == ["deadband"] if isinstance(found, list) else False


def test_one_false_ticket_speaks_for_nothing() -> None:
    """However many findings it had."""
    assert candidates(HALL, [word(Said.FALSE, 1, 15), word(Said.FALSE, 1, 20)]) is Untouched.TOO_FEW


def test_more_verdicts_shift_the_proposal() -> None:
    """What is chosen has no more missed and the fewest false ones; more false words, another choice."""
    a, b = (Candidate("on_delay", HALL_CHANGE) for HALL_CHANGE in ({}, {}))  # type: ignore[arg-type]
    before = Tally(findings=9, tickets=6, said_false=4, missed=[3])
    tried = [
        (a, Tally(tickets=4, said_false=2, missed=[3])),
        (b, Tally(tickets=2, said_false=0, missed=[3, 4])),
    ]
    assert better(before, tried) == tried[0]
    assert better(before, tried[1:]) is None
    assert better(replace_tally(before, said_false=2), tried[:1]) is None


def replace_tally(tally: Tally, said_false: int) -> Tally:
    """The same with another count."""
    return Tally(
        tally.findings, tally.tickets, tally.reopened, tally.said_true, said_false, missed=tally.missed
    )


def test_a_model_gets_a_higher_threshold_but_not_beyond_true_trouble() -> None:
    """Five per cent above the oddest false one, at most half way to the mildest true one, at most twice."""
    assert factor([1.2, 1.1], []) == pytest.approx(1.26)
    assert factor([1.2, 1.6], [1.8]) == pytest.approx(1.4)
    assert factor([5.0, 1.1], []) == 2.0
    assert factor([1.2], []) is Untouched.TOO_FEW
    assert factor([1.2, 1.3], [1.0]) is Untouched.NOTHING_BETTER
