"""The detect bench, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.detect import run


def build(json_file: Path | None, say: Callable[[str], None]) -> None:
    """Measure, and tell the figures."""
    for name, figure in run(json_file).items():
        say(f"{name}: {figure}")
