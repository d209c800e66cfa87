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


def _first_cells(page: str, table: str) -> list[str]:
    part = page.split(f"<!-- {table} -->")[1].split("<!-- end -->")[0]
    return [line.split(" | ")[0].removeprefix("| ") for line in part.splitlines() if line.startswith("| `")]


def test_every_line_of_the_table_is_on_the_page(page: str) -> None:
    """Each act as often as the table has it and in its order, each state in its row."""
    assert _first_cells(page, "transitions") == [f"`{way.act}`" for way in TABLE]
    for table in ("states", "foreign"):
        assert _first_cells(page, table) == [f"`{state}`" for state in TicketState]


def test_a_change_of_the_table_is_noticed(page: str) -> None:
    """A page with one word otherwise is filled differently."""
    assert filled(page.replace("`reported`", "`told`")) == page
