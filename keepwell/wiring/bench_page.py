"""The bench of the page, for the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bench.page import run
from keepwell.settings import Settings
from keepwell.wiring.first_key import secret_of
from keepwell.wiring.user_acts import UserActs


def build(json_file: Path | None, say: Callable[[str], None]) -> None:
    """Measure, and tell the figures."""
    say(json.dumps(run(json_file, secret_of, _let_in, say), indent=2))


def _let_in(data: Path, key: str, password: str) -> None:
    """Give a person of a data directory a password."""
    acts = UserActs(Settings(data=data))
    person = acts.person(key)
    assert person is not None  # the bench has registered this person
    acts.add(person, password, "bench")
