"""The quality bench, for the command line: its tables go into docs/detection.md where that is here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.quality.run import run

PAGE = Path("docs/detection.md")


def build(json_file: Path | None, say: Callable[[str], None]) -> None:
    """Measure on the recordings and on simulated worlds, tell the tables, and write them down."""
    run(json_file, PAGE if PAGE.exists() else None, say)
