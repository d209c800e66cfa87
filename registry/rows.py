"""Reads the rows of a registry file against their tables and collects every fault with its line."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, NamedTuple, TypeVar

from detect.nouns import Json
from registry import toml_lines
from registry.faults import Fault, FieldError
from registry.tables import Field
from registry.toml_lines import Path

T = TypeVar("T")


class Reference(NamedTuple):
    """A field that names another object."""

    path: Path
    kind: str
    key: str


@dataclass(slots=True)
class Rows:
    """A file being read: where things stand, and what was found wrong and referred to so far."""

    lines: Mapping[Path, int]
    faults: list[Fault] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    def fault(self, path: Path, code: str, **params: Json) -> None:
        """Note what is wrong at a path."""
        line = toml_lines.line_of(self.lines, path)
        self.faults.append(Fault(line, label(path), f"registry.file.{code}", params))

    def of(
        self, data: Mapping[str, Any], name: str, parent: Path = ()
    ) -> Iterator[tuple[Path, dict[str, Any]]]:
        """The rows of an array of tables, with their paths; anything else under that name is a fault."""
        found = data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            self.fault((*parent, name), "not_an_array", table=".".join(map(str, (*names(parent), name))))
            return
        for position, row in enumerate(found):
            yield (*parent, name, position), row

    def read(
        self, path: Path, row: Mapping[str, Any], table: Mapping[str, Field], besides: Collection[str] = ()
    ) -> dict[str, Any]:
        """The row's values by the names of the noun's attributes; fields in `besides` are left to the caller."""
        values: dict[str, Any] = {}
        for name, value in row.items():
            if name in besides:
                continue
            if name not in table:
                self.unknown((*path, name), name, [*table, *besides])
                continue
            values |= self._value((*path, name), value, table[name])
        for name, spec in table.items():
            if spec.required and name not in row:
                self.fault(path, "missing_field", field=name)
        return values

    def _value(self, path: Path, value: object, spec: Field) -> dict[str, Any]:
        try:
            found = spec.read(value)
        except FieldError as error:
            self.fault(path, error.code, **error.params)
            return {}
        if spec.refers:
            keys = found if isinstance(found, tuple) else (found,)
            self.references += [Reference(path, spec.refers, key) for key in keys]
        return {spec.attribute or str(path[-1]): found}

    def unknown(self, path: Path, name: str, allowed: list[str]) -> None:
        """Note a name that is not one of those allowed."""
        close = difflib.get_close_matches(name, allowed, 1)
        if close:
            self.fault(path, "misspelt_field", field=name, meant=close[0])
        else:
            self.fault(path, "unknown_field", field=name, allowed=", ".join(sorted(allowed)))


def label(path: Path) -> str:
    """The path as people write it: `zone[2].site`, counted from 1."""
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return parts.removeprefix(".")


def names(path: Path) -> list[str]:
    """The path without positions."""
    return [part for part in path if isinstance(part, str)]


def build(noun: type[T], values: Mapping[str, Any]) -> T | None:
    """The noun, unless a value that it needs could not be read."""
    needed = {f.name for f in fields(noun) if f.default is MISSING and f.default_factory is MISSING}  # type: ignore[arg-type]
    return noun(**values) if needed <= values.keys() else None
