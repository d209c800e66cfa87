"""Reading the fields of a mapping's document: each of the right kind, everything wrong noted with its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from typing import Final, TypeVar

from ingest.mapping.nouns import Fault, Text
from ingest.mapping.paths import HERE, BadPathError, Path, parse_path
from ingest.mapping.templates import NO_TEMPLATE, BadTemplateError, Template, parse_template

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

LANGUAGES: Final = ("en", "zh")
MAX_TEXT = 2_000
MAX_FAULTS = 100
MAX_ROWS = 500
_SHOWN = 60


class Faults:
    """What is wrong with a document, gathered."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, field: str, code: str, /, **params: str | int) -> None:
        """Note one thing; the code is the end of `mapping.…`."""
        if len(self.found) < MAX_FAULTS:
            self.found.append(Fault(field, f"mapping.{code}", params))


class Table:
    """One table of the document. Every reader answers with what it found, or the fallback and a fault noted."""

    def __init__(self, faults: Faults, place: str, row: Mapping[str, object]) -> None:
        self.faults, self.place, self.row = faults, place, row

    def field(self, name: str) -> str:
        """How a field of this table is named to people."""
        return f"{self.place}.{name}" if self.place else name

    def fault(self, name: str, code: str, /, **params: str | int) -> None:
        """Note that a field is wrong."""
        self.faults.add(self.field(name), code, **params)

    def only(self, allowed: Collection[str]) -> None:
        """No other fields than these."""
        for name in self.row:
            if name not in allowed:
                near = get_close_matches(str(name), allowed, 1)
                code = "unknown_field_near" if near else "unknown_field"
                self.fault(str(name)[:_SHOWN], code, near=near[0] if near else "")

    def text(self, name: str, fallback: str = "") -> str:
        """A text."""
        return self._typed(name, str, "text", fallback) if name in self.row else fallback

    def flag(self, name: str) -> bool:
        """True or false."""
        return self._typed(name, bool, "flag", False) if name in self.row else False

    def number(self, name: str, fallback: float) -> float:
        """A finite number."""
        value = self.row.get(name, fallback)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            self.fault(name, "not_number", found=shown(value))
            return fallback
        return float(value)

    def choice(self, name: str, kind: type[E], fallback: E) -> E:
        """One of the words of an enum."""
        value = self.row.get(name, fallback)
        if not isinstance(value, str) or value not in set(kind):
            self.fault(name, "not_one_of", found=shown(value), allowed=", ".join(kind))
            return fallback
        return kind(str(value))

    def rows(self, name: str) -> list[Table]:
        """A list of tables."""
        value = self.row.get(name, [])
        if (
            not isinstance(value, list)
            or len(value) > MAX_ROWS
            or not all(isinstance(r, dict) for r in value)
        ):
            self.fault(name, "not_tables")
            return []
        return [
            Table(self.faults, f"{self.field(name)}[{number}]", row)
            for number, row in enumerate(value, start=1)
        ]

    def table(self, name: str) -> Table | None:
        """A table, None if there is none."""
        value = self.row.get(name)
        if value is None:
            return None
        if (
            not isinstance(value, dict)
            or len(value) > MAX_ROWS
            or not all(isinstance(key, str) for key in value)
        ):
            self.fault(name, "not_table")
            return None
        return Table(self.faults, self.field(name), value)

    def words(self, name: str) -> dict[str, str]:
        """A table of texts."""
        table = self.table(name)
        return {key: table.text(key) for key in table.row} if table else {}

    def spoken(self, name: str, fallback: str = "") -> Text:
        """A text for people: in one language, or in several."""
        value = self.row.get(name, fallback)
        if isinstance(value, dict):
            table = Table(self.faults, self.field(name), value)
            table.only(LANGUAGES)
            said = {lang: table.text(lang) for lang in LANGUAGES if lang in value}
            return {lang: said.get(lang) or next(iter(said.values()), "") for lang in LANGUAGES}
        return dict.fromkeys(LANGUAGES, self.text(name, fallback))

    def path(self, name: str) -> Path:
        """A path; the record itself if there is none."""
        return self._parsed(name, parse_path, BadPathError, "bad_path", HERE) if name in self.row else HERE

    def template(self, name: str, fallback: Template = NO_TEMPLATE) -> Template:
        """A template."""
        if name not in self.row:
            return fallback
        return self._parsed(name, parse_template, BadTemplateError, "bad_template", fallback)

    def _parsed(
        self, name: str, parse: Callable[[str], T], error_kind: type[ValueError], code: str, fallback: T
    ) -> T:
        try:
            return parse(self.text(name))
        except error_kind as error:
            self.fault(name, code, found=shown(str(error)))
            return fallback

    def _typed(self, name: str, kind: type[T], code: str, fallback: T) -> T:
        value = self.row[name]
        if not isinstance(value, kind) or (isinstance(value, str) and len(value) > MAX_TEXT):
            self.fault(name, f"not_{code}", found=shown(value))
            return fallback
        return value


def shown(value: object) -> str:
    """The beginning of a value, printable."""
    text = str(value)[:_SHOWN] if isinstance(value, str | int | float | bool) else type(value).__name__
    return "".join(char if char.isprintable() else "?" for char in text)


def _finite(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # an integer beyond any double
        return False
