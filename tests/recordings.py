"""Where real recordings are: beside the checkout, or where KEEPWELL_RECORDINGS says. They are not part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "shared" / "data"


def recording(name: str) -> Path:
    """A file or folder of the recordings; the test is skipped, with the reason, where it is absent."""
    path = Path(os.environ.get("KEEPWELL_RECORDINGS", BESIDE)) / name
    if not path.exists():
        pytest.skip(f"the recording {name} is not here; KEEPWELL_RECORDINGS names the folder")
    return path
