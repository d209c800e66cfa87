"""Where things stand in a TOML text: the line of every table, element and key (`tomllib` does not tell).

The text must be valid TOML. A path is a tuple of keys and positions: ("zone", 2, "site") is the key `site` in the
third `[[zone]]`. What stands inside an inline table has the line where that table begins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
_HEADER = re.compile(r"[ \t]*(\[\[?)")
_TOKEN = re.compile(
    r"""(\"\"\"(?:\\[\s\S]|[^\\])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(#[^\n]*)|([\[\]{}\n])"""
)


def lines_of(text: str) -> dict[Path, int]:
    """Path → line (from 1) of all tables, elements of arrays and keys."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for line, start, end in _statements(text):
        statement = text[start:end]
        header = _HEADER.match(statement)
        if header:
            table = _open(_keys(statement, header.end()), header[1] == "[[", counts)
            _note(found, table, line)
            continue
        path = table + tuple(_keys(statement, 0))
        _note(found, path, line)
        for position, offset in enumerate(_elements(statement)):
            found[*path, position] = line + statement.count("\n", 0, offset)
    return found


def line_of(found: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it that has one."""
    while path and path not in found:
        path = path[:-1]
    return found.get(path, 1)


def _note(found: dict[Path, int], path: Path, line: int) -> None:
    for length in range(1, len(path) + 1):
        found.setdefault(path[:length], line)


def _open(keys: list[str], is_array: bool, counts: dict[Path, int]) -> Path:
    """The path of the table that a header opens; arrays on the way count with their last element."""
    path: Path = ()
    for position, key in enumerate(keys):
        path += (key,)
        if is_array and position == len(keys) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _statements(text: str) -> Iterator[tuple[int, int, int]]:
    """(line, start, end) of each header or `key = value`, which may go over several lines."""
    start, line, depth, first = 0, 1, 0, 1
    for token in _TOKEN.finditer(text + "\n"):
        mark = token[3]
        line_before = line
        line += token[0].count("\n")
        depth += (mark in {"[", "{"}) - (mark in {"]", "}"}) if mark else 0
        if mark == "\n" and depth == 0:
            statement = text[start : token.start()]
            if statement.strip() and not statement.lstrip().startswith("#"):
                yield first, start, token.start()
            start, first = token.end(), line_before + 1


def _keys(statement: str, at: int) -> list[str]:
    """The dotted key at a position."""
    keys = []
    while match := _KEY.match(statement, at):
        quoted, literal, bare = match.groups()
        keys.append(tomllib.loads(f'k = "{quoted}"')["k"] if quoted is not None else literal or bare or "")
        at = match.end()
        if statement[at : at + 1] != ".":
            break
        at += 1
    return keys


def _elements(statement: str) -> Iterator[int]:
    """Offsets of the inline tables that are elements of the array which is the statement's value."""
    depth = 0
    for token in _TOKEN.finditer(statement, statement.index("=")):
        mark = token[3]
        if mark == "{" and depth == 1:
            yield token.start()
        if mark in {"[", "{"}:
            depth += 1
        elif mark in {"]", "}"}:
            depth -= 1
