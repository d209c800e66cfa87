"""The bench of long lists, for the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bench.lists import run
from keepwell.wiring.first_key import secret_of


def build(json_file: Path | None, say: Callable[[str], None]) -> None:
    """Measure, and tell the figures."""
    say(json.dumps(run(json_file, secret_of), indent=2))
