"""The page about tickets says what the table of states says."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.tickets_page import filled
from tickets.nouns import TicketState
from tickets.states import TABLE


@pytest.fixture(scope="module")
def page(pytestconfig: pytest.Config) -> str:
    """docs/tickets.md."""
    return Path(pytestconfig.rootpath, "docs", "tickets.md").read_text("utf-8")


def test_the_tables_are_those_of_the_program(page: str) -> None:
    """Every table as it is now (else: `python -m api.tickets_page docs/tickets.md`)."""
    assert filled(page) == page


def test_every_line_of_the_table_is_on_the_page(page: str) -> None:
    """Each act as often as the table has it, each state in its row."""
    rows = [line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| `")]
    for act in {way.act for way in TABLE}:
        assert rows.count(f"`{act}`") == sum(way.act is act for way in TABLE), act
    for state in TicketState:
        assert rows.count(f"`{state}`") == 2, state


def test_a_change_of_the_table_is_noticed(page: str) -> None:
    """A page with one word otherwise is filled differently."""
    assert filled(page.replace("`reported`", "`told`")) == page
