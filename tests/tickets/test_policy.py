"""Policy is data, versioned with validity, and a mistake in it is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.nouns import US_PER_HOUR
from tests.tickets.desk import T0, any_ticket
from tickets.nouns import Priority
from tickets.policy import DEFAULT, BadPolicy, load, with_deadline

TEXT = DEFAULT.read_text("utf-8")


def test_the_version_valid_at_the_time(tmp_path: Path) -> None:
    """A later version holds from its day on, an earlier one before; the order in the file does not matter."""
    later = (
        TEXT.replace('"2026-11"', '"2027-01"').replace("2001-01-01", "2027-01-01").replace("P2 = 4", "P2 = 1")
    )
    path = tmp_path / "policy.toml"
    path.write_text(later + TEXT, "utf-8")
    policies = load(path)
    assert [policies.at(T0 + days * 24 * US_PER_HOUR).version for days in (0, 40, 41, 42)] == [
        "2026-11", "2026-11", "2027-01", "2027-01",
    ]  # fmt: skip
    assert policies.at(0).version == "2026-11"


@pytest.mark.parametrize(
    ("grade", "hours", "code"),
    [("A", 4, "graded"), ("C", 12, "graded"), ("", 8, "ungraded"), ("diamond", 8, "ungraded")],
)
def test_deadline_by_priority_and_grade(grade: str, hours: int, code: str) -> None:
    """The hours of the grade from the start of the clock; a grade the policy does not know counts as none."""
    due = with_deadline(replace(any_ticket(), grade=grade), load().at(T0))
    assert due.priority is Priority.P2
    assert due.deadline_us - due.clock_from_us == hours * US_PER_HOUR
    assert due.deadline.code == f"ticket.deadline.{code}"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('critical = "P1"', 'critical = "P0"', "P0"),
        ("sentinel = {", "sentinels = {", "sentinel"),
        (', warning = "P4"', "", "warning"),
        ("none = {", "D = {", "hours.none"),
        ("P5 = 168", "P5 = -1", "-1"),
        ("goods = 30", 'goods = "30"', "30"),
        ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00", "offset"),
        ("[[policy]]", "[[rules]]", "policy"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    """A policy with a gap would leave a ticket without priority or deadline at night."""
    assert old in TEXT
    path = tmp_path / "policy.toml"
    path.write_text(TEXT.replace(old, new), "utf-8")
    with pytest.raises(BadPolicy, match=named):
        load(path)
