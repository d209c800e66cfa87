"""What replays begin with: one installation for a whole module, since nothing in these stories is killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import ROOT
from tests.replays.questions import Installation

SHARED = Path(os.environ.get("KEEPWELL_SHARED_DATA", ROOT / "../shared/data"))


def recording(name: str) -> Path:
    """A real recording; the test is skipped where it is absent."""
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"{name} lies in ../shared/data or KEEPWELL_SHARED_DATA, and neither is here")
    return file


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Not started: a module first says what its registry knows."""
    made = Installation(tmp_path_factory.mktemp("installation"))
    try:
        yield made
    finally:
        made.clean_up()
