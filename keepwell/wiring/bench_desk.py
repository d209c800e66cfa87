"""The bench of the desk, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.desk import run


def build(json_file: Path | None, say: Callable[[str], None], postgres: str = "") -> None:
    """Measure, and tell the figures."""
    for engine, figures in run(json_file, say, postgres)["engines"].items():
        say(f"{engine}: {', '.join(f'{name} {figure}' for name, figure in figures.items())}")
