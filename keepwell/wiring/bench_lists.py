"""The bench of long lists, for the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bench.lists import run
from keepwell.settings import Settings
from keepwell.wiring.first_key import build as first_key


def build(json_file: Path | None, say: Callable[[str], None]) -> None:
    """Measure, and tell the figures."""
    say(json.dumps(run(json_file, secret_of), indent=2))


def secret_of(data: Path) -> str:
    """The first key of a fresh data directory."""
    secret = first_key(Settings(data=data))
    assert secret is not None  # it is fresh
    return secret
