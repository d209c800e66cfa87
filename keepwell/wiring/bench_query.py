"""The query bench, for the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bench.query import run


def build(json_file: Path | None, say: Callable[[str], None]) -> None:
    """Measure, and tell the figures."""
    for name, figures in run(json_file).items():
        say(f"{name}: {json.dumps(figures)}")
