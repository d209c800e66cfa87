"""What the tests of the house look at: the repository's root and the files that git tracks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tracked(root: Path) -> list[Path]:
    """Every tracked file that is still there, relative to the root."""
    if not (root / ".git").exists():
        pytest.skip("not a git checkout, so which files belong to the house is unknown")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True
    ).stdout.decode()
    return [Path(name) for name in listed.split("\0") if name and (root / name).is_file()]
