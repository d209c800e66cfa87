"""docs/first-hour.md: its commands, in their order, take an empty installation to watched goods, and say what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

from tests.brokers import ROOT
from tests.stories.page import assert_does_what_it_says, pattern


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    """From lists to a certificate, as it stands there."""
    assert_does_what_it_says(ROOT / "docs/first-hour.md", tmp_path)


def test_what_is_shown_is_compared() -> None:
    """A page that shows another answer is found out: only `…` may stand for something else."""
    assert re.search(pattern("lots: … new\n"), "lots: 2 new", re.DOTALL)
    assert not re.search(pattern("lots: 3 new\n"), "lots: 2 new", re.DOTALL)
