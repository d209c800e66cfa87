"""The rules of the house for its files; each rule is also shown an offence that it must notice."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

MOST_LINES = 400
PRODUCT = {
    "ingest",
    "store",
    "detect",
    "tickets",
    "registry",
    "notify",
    "api",
    "simulators",
    "keepwell",
    "texts",
    "bench",
}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "core"}
# In pieces, so that this file keeps the rules that it checks.
REGISTRY_HOST = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", r"registry\.npm" + "js", r"deb\.debian" + r"\.org"])
)
MACHINE_PATH = re.compile(r"(^|[^a-zA-Z0-9_.])/(wo" + "rk|fa" + r"rm)/", re.MULTILINE)
UNFINISHED = re.compile(r"\b(TO" + "DO|FIX" + r"ME|XX" + r"X)\b")

# 报警 is the trade's word for an alarm and 货安 the product's name; these two are not.
FOREIGN_WORDS = re.compile("告" + "警|维" + "好")


def _docstring_first(path: Path, text: str) -> bool:
    if path.suffix != ".py" or not text:
        return True
    return text.startswith(('"""', 'r"""')) and bool(ast.get_docstring(ast.parse(text)))


def _short_enough(path: Path, text: str) -> bool:
    return path.suffix != ".py" or text.count("\n") <= MOST_LINES


def _finished(path: Path, text: str) -> bool:
    return UNFINISHED.search(text) is None


def _names_no_registry(path: Path, text: str) -> bool:
    return REGISTRY_HOST.search(text) is None


def _names_no_machine_path(path: Path, text: str) -> bool:
    return MACHINE_PATH.search(text) is None


def _words_of_the_trade(path: Path, text: str) -> bool:
    return path.parts[0] == "tests" or FOREIGN_WORDS.search(text) is None


def _telling_name(path: Path, text: str) -> bool:
    return path.suffix != ".py" or not VAGUE_NAMES.intersection(path.with_suffix("").parts)


def _no_package_under_tests(path: Path, text: str) -> bool:
    return path.parts[0] != "tests" or path.name != "__init__.py"


def _own_sqlite(path: Path, text: str) -> bool:
    return (
        path.parts[0] not in PRODUCT or re.search(r"^\s*(import|from) sqlite3\b", text, re.MULTILINE) is None
    )


def _tests_say_what_they_try(path: Path, text: str) -> bool:
    if path.parts[0] != "tests" or not path.name.startswith("test_") or path.suffix != ".py":
        return True
    functions = (
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return all(ast.get_docstring(function) for function in functions if function.name.startswith("test_"))


Rule = Callable[[Path, str], bool]
SOURCE, TEST = Path("ingest/a.py"), Path("tests/ingest/test_a.py")
RULES: dict[str, tuple[Rule, Path, str]] = {
    "first a docstring": (_docstring_first, SOURCE, "import os\n"),
    "at most 400 lines": (_short_enough, SOURCE, '"""A."""\n' + "x = 1\n" * MOST_LINES),
    "nothing unfinished": (_finished, SOURCE, "# TO" + "DO: later"),
    "no registry host": (_names_no_registry, Path("a.lock"), "--index-url https://py" + "pi.org/simple"),
    "no path of a machine": (_names_no_machine_path, Path("README.md"), "see /wo" + "rk/main"),
    "words of the trade": (_words_of_the_trade, Path("texts/zh/tickets.toml"), 'title = "温度告' + '警"'),
    "a telling name": (_telling_name, Path("ingest/utils.py"), ""),
    "no package under tests": (_no_package_under_tests, Path("tests/ingest/__init__.py"), ""),
    "SQLite from the wheel": (_own_sqlite, SOURCE, "import sqlite3\n"),
    "a test says what it tries": (_tests_say_what_they_try, TEST, "def test_a():\n    assert 1\n"),
}


@pytest.mark.parametrize("name", RULES)
def test_every_file_keeps_the_rule(name: str, root: Path, tracked: list[Path]) -> None:
    """No tracked text file offends against the rule."""
    keeps = RULES[name][0]
    offenders = []
    for path in tracked:
        try:
            text = (root / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if not keeps(path, text):
            offenders.append(str(path))

    assert offenders == []


@pytest.mark.parametrize("name", RULES)
def test_the_rule_notices_an_offence(name: str) -> None:
    """A planted offence is found, so the rule can fail."""
    keeps, path, text = RULES[name]

    assert not keeps(path, text)
