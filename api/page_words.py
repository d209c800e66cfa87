"""The words of the trade for the page, taken from the catalogue: `python -m api.page_words web/src/texts`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from texts import LANGUAGES, Language, catalogue

GROUPS = (
    "alarm.state.", "hold.", "quantity.", "severity.", "ticket.act.", "ticket.category.", "ticket.kind.", "ticket.line.",
    "ticket.owner.", "ticket.phase.", "ticket.state.", "lists.word.role.", "policy.name.", "profile.note.", "reject.", "cells.", "unit.",
)  # fmt: skip
"""What the page calls by the names that messages and the API use."""


def words(lang: Language) -> str:
    """`words.json` of one language: nested objects, sorted."""
    found: dict[str, Any] = {}
    for code, sentence in sorted(catalogue(lang).items()):
        if code.startswith(GROUPS):
            put_word(found, _path(code), sentence)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _path(code: str) -> list[str]:
    """Where a sentence stands; what to do about a refusal stands beside why it was refused, not below it."""
    group, *rest = code.split(".")
    return [f"{group}_fix", rest[0]] if rest[-1] == "fix" else [group, *rest]


def put_word(into: dict[str, Any], path: list[str], sentence: str) -> None:
    """Put a sentence where its code leads, into nested objects."""
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = sentence


def write(folder: Path) -> Mapping[Path, str]:
    """Write the words of every language below `folder`."""
    files = {folder / lang / "words.json": words(lang) for lang in LANGUAGES}
    for path, text in files.items():
        path.write_text(text, "utf-8")
    return files


if __name__ == "__main__":
    write(Path(sys.argv[1]))
