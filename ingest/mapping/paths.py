"""Paths into a message: a small language of keys, list items, wildcards and captures.

It is not JSONPath: none of its libraries tells which key a wildcard met in a form that can be captured
(`temperature:{n}`), and one look-up costs them 3 to 11 µs, against less than 1 here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ingest.fields import MAX_NAME

Captures = Mapping[str, str]
"""Name → what stands for it in this message."""

Places = Iterator[tuple[str, object, Captures]]
"""(where it stands, what stands there, what was captured on the way)."""

NOTHING_CAPTURED: Final[Captures] = {}
MAX_STEPS = 16
MAX_CAPTURES = 3
"""In one key or topic level; with names of bounded length this bounds what a hostile one can cost."""

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_STEP = re.compile(
    rf"""\[(?:(?P<item>-?\d{{1,6}})|(?P<items>\*)|\{{(?P<item_name>{_NAME})\}})\]
    |"(?P<quoted>[^"]+)"
    |(?P<keys>\*)
    |(?P<key>(?:[^.\[\]{{}}*"]|\{{{_NAME}\}})+)""",
    re.VERBOSE,
)
_CAPTURE = re.compile(rf"\{{({_NAME})\}}")


class BadPathError(ValueError):
    """The text is no path; the message shows from where on."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an object."""

    key: str

    def children(self, value: object) -> Places:
        """The places one step further."""
        if isinstance(value, dict) and self.key in value:
            yield f".{self.key}", value[self.key], NOTHING_CAPTURED


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key of an object that fits a pattern; its named groups are captured. None = every key."""

    pattern: re.Pattern[str] | None

    def children(self, value: object) -> Places:
        """The places one step further."""
        if not isinstance(value, dict):
            return
        for key, child in value.items():
            found = self.pattern.fullmatch(key) if self.pattern and len(key) <= MAX_NAME else None
            if self.pattern is None or found:
                yield f".{key}", child, found.groupdict() if found else NOTHING_CAPTURED


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, counted from 0, or from -1 at its end."""

    index: int

    def children(self, value: object) -> Places:
        """The places one step further."""
        if isinstance(value, list) and -len(value) <= self.index < len(value):
            yield f"[{self.index}]", value[self.index], NOTHING_CAPTURED


@dataclass(frozen=True, slots=True)
class Items:
    """Every item of a list; its number is captured."""

    name: str | None

    def children(self, value: object) -> Places:
        """The places one step further."""
        if not isinstance(value, list):
            return
        for index, child in enumerate(value):
            yield f"[{index}]", child, {self.name: str(index)} if self.name else NOTHING_CAPTURED


Step = Key | Keys | Item | Items


@dataclass(frozen=True, slots=True)
class Path:
    """A way into a message."""

    text: str
    steps: tuple[Step, ...]
    from_root: bool
    """It starts at the message and not at the record."""

    @property
    def captures(self) -> frozenset[str]:
        """The names it captures."""
        names: set[str] = set()
        for step in self.steps:
            if isinstance(step, Keys) and step.pattern:
                names |= set(step.pattern.groupindex)
            elif isinstance(step, Items) and step.name:
                names.add(step.name)
        return frozenset(names)

    @property
    def many(self) -> bool:
        """Whether it may lead to several places."""
        return any(isinstance(step, Keys | Items) for step in self.steps)


HERE: Final = Path("", (), from_root=False)


def parse_path(text: str) -> Path:
    """Read a path as docs/mappings.md describes it.

    Raises:
        BadPathError: it is none.
    """
    from_root = text.startswith("$")
    rest = text[1:] if from_root else text
    if from_root and rest.startswith("."):
        rest = rest[1:]
        if not rest:
            raise BadPathError(text)
    steps: list[Step] = []
    at = 0
    while at < len(rest):
        if steps and rest[at] == ".":
            at += 1
        elif steps and rest[at] != "[":
            raise BadPathError(rest[at:])
        match = _STEP.match(rest, at)
        if match is None or len(steps) == MAX_STEPS:
            raise BadPathError(rest[at:] or text)
        steps.append(_step(match))
        at = match.end()
    return Path(text, tuple(steps), from_root)


def _step(match: re.Match[str]) -> Step:
    if match["item"]:
        return Item(int(match["item"]))
    if match["items"] or match["item_name"]:
        return Items(match["item_name"])
    if match["keys"]:
        return Keys(None)
    if match["quoted"]:
        return Key(match["quoted"])
    return Keys(pattern_of(match["key"])) if "{" in match["key"] else Key(match["key"])


def pattern_of(text: str) -> re.Pattern[str]:
    """A text with captures as a pattern, each capture as short as possible but not empty.

    Raises:
        BadPathError: a name is captured twice, two captures touch, or there are too many.
    """
    parts = _CAPTURE.split(text)
    names, between = parts[1::2], parts[2:-1:2]
    if len(set(names)) < len(names) or "" in between or len(names) > MAX_CAPTURES:
        raise BadPathError(text)
    spelled = (f"(?P<{part}>.+?)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    return re.compile("".join(spelled), re.DOTALL)


def first(path: Path, start: object) -> object:
    """What stands at a path, at the first place if it leads to several; None if nothing does."""
    value = start
    for number, step in enumerate(path.steps):
        if isinstance(step, Key):
            value = value.get(step.key) if isinstance(value, dict) else None
            continue
        found = _from(path.steps, number, value, NOTHING_CAPTURED, "")
        return next((one for _, one, _ in found if one is not None), None)
    return value


def every(path: Path, start: object, captures: Captures, where: str = "") -> Places:
    """(where it stands, value, captures) of everything at a path, nulls included; `where` is how `start` is written."""
    return _from(path.steps, 0, start, captures, where)


def _from(steps: tuple[Step, ...], number: int, value: object, captures: Captures, where: str) -> Places:
    if number == len(steps):
        yield where, value, captures
        return
    for name, child, more in steps[number].children(value):
        yield from _from(steps, number + 1, child, {**captures, **more} if more else captures, where + name)


def may_stand(path: Path, start: object) -> bool:
    """Whether `start` is of the kind from which a path leads on: an object, a list, or anything if it ends there."""
    if path.from_root:
        return True
    if not path.steps:
        return start is not None
    return isinstance(start, dict if isinstance(path.steps[0], Key | Keys) else list)
