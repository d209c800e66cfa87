"""Templates of names: text with captures and with what stands at a path of the message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingest.mapping.paths import BadPathError, Captures, Path, first, parse_path

_REFERENCE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class BadTemplateError(ValueError):
    """The text is no template; the message shows what cannot be read."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A place for what a topic or a path captured."""

    name: str


Part = str | Capture | Path


@dataclass(frozen=True, slots=True)
class Template:
    """A name, or how it is put together."""

    text: str
    parts: tuple[Part, ...] = ()
    constant: str | None = None
    """The name itself, if nothing of the message goes into it."""

    @property
    def captures(self) -> frozenset[str]:
        """The captures it needs."""
        return frozenset(part.name for part in self.parts if isinstance(part, Capture))

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths it looks up."""
        return tuple(part for part in self.parts if isinstance(part, Path))

    def fill(self, captures: Captures, root: object, record: object) -> str | None:
        """The name; None if one of its parts is not in the message, or is neither text nor a whole number."""
        if self.constant is not None:
            return self.constant
        words: list[str] = []
        for part in self.parts:
            word = _word(part, captures, root, record)
            if not word:
                return None
            words.append(word)
        return "".join(words)


NO_TEMPLATE: Final = Template("", constant="")


def parse_template(text: str) -> Template:
    """Read a template as docs/mappings.md describes it.

    Raises:
        BadTemplateError: it is none.
    """
    parts: list[Part] = []
    for odd, piece in enumerate(_REFERENCE.split(text)):
        if odd % 2:
            parts.append(_reference(piece))
        elif "{" in piece or "}" in piece:
            raise BadTemplateError(piece)
        elif piece:
            parts.append(piece)
    is_constant = all(isinstance(part, str) for part in parts)
    return Template(text, tuple(parts), "".join(map(str, parts)) if is_constant else None)


def _reference(piece: str) -> Part:
    if _NAME.fullmatch(piece):
        return Capture(piece)
    if piece.startswith("@."):
        piece = piece[2:]
    elif piece.startswith("@["):
        piece = piece[1:]
    elif not piece.startswith("$"):
        raise BadTemplateError(f"{{{piece}}}")
    try:
        return parse_path(piece)
    except BadPathError as error:
        raise BadTemplateError(f"{{{piece}}}") from error


def _word(part: Part, captures: Captures, root: object, record: object) -> str | None:
    if isinstance(part, str):
        return part
    if isinstance(part, Capture):
        return captures.get(part.name)
    found = first(part, root if part.from_root else record)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found) if found.bit_length() <= 64 else None
    return found if isinstance(found, str) else None
