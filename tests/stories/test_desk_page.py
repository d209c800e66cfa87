"""docs/desk.md: its commands take a cold store from its alarm to a closed ticket, and say what the page shows."""

from __future__ import annotations

from pathlib import Path

from tests.brokers import ROOT
from tests.stories.page import assert_does_what_it_says


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    """Called in turn, accepted, solved, decided on, confirmed by link, rated, closed; and the history is whole."""
    assert_does_what_it_says(ROOT / "docs/desk.md", tmp_path)
