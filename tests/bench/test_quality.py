"""Measures of detection against plain counting, published values, and the page they are written to."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.quality import metrics
from bench.quality.nouns import Table
from bench.quality.page import BEGIN, END, write

BOTH = st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=30).filter(
    lambda rows: 0 < sum(odd for odd, _ in rows) < len(rows)
)
MASK = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


@given(BOTH)
@settings(max_examples=50)
def test_auc_is_the_chance_of_the_right_order(rows: list[tuple[bool, int]]) -> None:
    """The area equals the share of pairs (faulty, sound) in the right order, a tie counting half."""
    odd = [score for faulty, score in rows if faulty]
    sound = [score for faulty, score in rows if not faulty]
    expected = np.mean([(a > b) + 0.5 * (a == b) for a in odd for b in sound])
    faulty, score = np.array([r[0] for r in rows]), np.array([r[1] for r in rows], float)
    assert metrics.auc(faulty, score) == pytest.approx(expected)


@given(MASK)
@settings(max_examples=50)
def test_events_are_counted_as_one_would_by_hand(rows: list[tuple[bool, bool]]) -> None:
    """Every run of labels is one event, every run of alerts one alert, and each is met or it is not."""
    odd, alert = (np.array(column) for column in zip(*rows, strict=True))
    met = metrics.events(odd, alert)
    assert met.events == _runs(odd)
    assert met.alerts == _runs(alert)
    both = odd & alert
    assert (met.found > 0) == both.any() == (met.alerts > met.false)
    assert met.found <= met.events
    assert met.false <= met.alerts


@pytest.mark.parametrize(
    ("events", "informed", "expected"),
    [
        ([(500, 620), (2000, 2100)], False, 0.091671),
        ([(500, 620), (2000, 2100)], True, 0.951499),
    ],
    ids=["chance", "informed"],
)
def test_volume_under_the_surface_has_the_value_of_its_authors_code(
    events: list[tuple[int, int]], informed: bool, expected: float
) -> None:
    """The values come from the package `vus` 0.0.6 (windows up to 100, 250 thresholds) on the same scores."""
    rng = np.random.default_rng(0)
    odd = np.zeros(3000, bool)
    for first, last in events:
        odd[first : last + 1] = True
    chance, noise = rng.random(3000), rng.random(3000)
    score = odd * 0.5 + noise * 0.6 if informed else chance
    assert metrics.vus_pr(odd, score) == pytest.approx(expected, abs=1e-6)


def test_a_rate_is_never_surer_than_the_count_allows() -> None:
    """Garwood's upper bounds for 0, 1 and 10 events, as tables have them (3.689, 5.572, 18.39)."""
    assert [round(metrics.at_most(n, 1), 3) for n in (0, 1, 10)] == [3.689, 5.572, 18.390]


def test_tables_are_written_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    """What stands around the marks stays; what stood between them goes; a page without marks is refused."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    table = Table("Faults", ("kind", "AUC"), [["spike", 0.98765], ["stuck", None]], "", [("AUC", False)])
    write(page, [table])
    text = page.read_text()
    assert text.startswith(f"before\n{BEGIN}")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert "| spike | 0.988 |\n| stuck | – |" in text
    assert "* AUC: **no**" in text
    page.write_text("nothing here")
    with pytest.raises(ValueError, match="marks"):
        write(page, [table])


def _runs(mask: np.ndarray) -> int:  # type: ignore[type-arg]
    return int(mask[0]) + sum(b and not a for a, b in pairwise(mask.tolist()))
