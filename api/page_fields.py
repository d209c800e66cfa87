"""What the page's forms are made of, taken from the registry itself: `python -m api.page_fields web/src`.

For every list its path, who may read and change it, and its fields with their types: `views/setup/shapes.json`. What lists, fields
and choices are called and mean, from the catalogue: `texts/<language>/fields.json`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from api.list_templates import needed
from api.page_words import put_word
from api.registry_wire import SHAPES
from api.routes.registry import act_of, writing_act_of
from registry.lists.nouns import Column, Sheet
from registry.lists.sheets import SHEETS
from registry.nouns import GATEWAY_PATTERN, KEY_PATTERN, KINDS
from texts import LANGUAGES, Language, catalogue

GROUPS = ("lists.sheet.", "lists.field.", "lists.help.", "lists.word.", "unit.")
_LISTS = {sheet.kind: sheet for sheet in SHEETS.values() if not sheet.part}
_PARTS = {(sheet.kind, sheet.part): sheet for sheet in SHEETS.values() if sheet.part}
_LAST = ("external_number", "external_system")
"""Fields that come behind the others in a form."""
_ELSEWHERE = frozenset({"profile"})
"""Kinds that have a view of their own."""
_WORDS = {"days": "weekday"}
"""What the words of several choices in one cell are called; a column has words only for one."""


def shapes() -> str:
    """The lists with their fields, in the order in which each refers only to lists before it."""
    kinds = ["organisation", *(kind for kind in _LISTS if kind in KINDS and kind not in _ELSEWHERE)]
    found = [_shape(kind) for kind in kinds]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def words(lang: Language) -> str:
    """What lists, fields and choices are called in one language."""
    found: dict[str, Any] = {}
    for code, sentence in sorted(catalogue(lang).items()):
        if code.startswith(GROUPS):
            put_word(found, code.removeprefix("lists.").split("."), sentence)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def write(source: Path) -> None:
    """Write everything below the page's sources."""
    (source / "views/setup/shapes.json").write_text(shapes(), "utf-8")
    for lang in LANGUAGES:
        (source / f"texts/{lang}/fields.json").write_text(words(lang), "utf-8")


def _shape(kind: str) -> dict[str, Any]:
    plural = KINDS[kind].field
    schema = SHAPES[kind].model_json_schema(by_alias=True)
    return {
        "list": plural, "path": f"/api/v1/{plural.replace('_', '-')}", "template": _LISTS[kind].name if kind in _LISTS else None,
        "read": act_of(kind), "write": writing_act_of(kind),
        "key": GATEWAY_PATTERN if kind == "gateway" else KEY_PATTERN,
        "fields": _fields(schema, schema, _LISTS.get(kind), kind),
    }  # fmt: skip


def _fields(
    schema: Mapping[str, Any], root: Mapping[str, Any], sheet: Sheet | None, kind: str = ""
) -> list[dict[str, Any]]:
    columns = {column.field: column for column in sheet.columns} if sheet else {}
    required = schema.get("required", [])
    names = _ordered(schema["properties"], columns)
    found = []
    for name in names:
        part = _PARTS.get((kind, name))
        field = {
            "name": name, "text": name, "required": name in required,
            **_field(schema["properties"][name], root, part),
        }  # fmt: skip
        if name.endswith("_s"):
            field["type"] = "seconds"
        column = columns.get(name)
        if column:
            field |= _told(column)
            field["required"] |= bool(sheet and needed(sheet, column))
            _refer(field, column)
        found.append(field)
    return found


def _ordered(names: Iterable[str], columns: Mapping[str, Column]) -> list[str]:
    order = list(columns)
    return sorted(names, key=lambda name: (name in _LAST, order.index(name) if name in order else len(order)))


def _told(column: Column) -> dict[str, Any]:
    words = _WORDS.get(column.field, column.words)
    return {"text": column.text} | ({"words": words} if words else {})


def _refer(field: dict[str, Any], column: Column) -> None:
    """A field that names another object, or several."""
    if column.refers and field["type"] in {"text", "texts"}:
        field["type"] = "ref" if field["type"] == "text" else "refs"
        field["refers"] = f"/api/v1/{KINDS[column.refers].field.replace('_', '-')}"


def _field(prop: Mapping[str, Any], root: Mapping[str, Any], part: Sheet | None) -> dict[str, Any]:
    """Type, whether it may be empty (null), its choices, and what holds if nothing is said."""
    options = [_resolved(one, root) for one in prop.get("anyOf", [prop])]
    nullable = any(one.get("type") == "null" for one in options)
    real = [one for one in options if one.get("type") != "null"]
    found = {"type": _type(real, root, part), "nullable": nullable}
    choices = next((one["enum"] for one in (*real, *_items(real, root)) if "enum" in one), None)
    if choices:
        found["choices"] = choices
    if part:
        items = _items(real, root)[0]
        found["fields"] = [one for one in _fields(items, root, part) if one["name"] not in _LAST]
    return found


def _type(real: list[Mapping[str, Any]], root: Mapping[str, Any], part: Sheet | None) -> str:
    types = {str(each) for one in real for each in _types(one)}
    first = real[0]
    if part:
        return "parts"
    if "array" in types:
        item = _items(real, root)[0]
        return {"array": "pairs", "number": "numbers"}.get(
            str(item.get("type")), "choices" if "enum" in item else "texts"
        )
    if "enum" in first:
        return "choice"
    if first.get("format") == "date-time":
        return "time"
    if "[0-5][0-9]" in first.get("pattern", ""):
        return "clock"
    if {"string", "number"} <= types:
        return "amount"
    plain = {"boolean": "flag", "integer": "integer", "number": "number"}
    return next((plain[one] for one in plain if one in types), "text")


def _types(one: Mapping[str, Any]) -> list[str]:
    named = one.get("type", "string")
    return named if isinstance(named, list) else [named]


def _items(real: list[Mapping[str, Any]], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [_resolved(one["items"], root) for one in real if "items" in one]


def _resolved(one: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    named = one.get("$ref", "")
    found: Mapping[str, Any] = root["$defs"][named.rsplit("/", 1)[-1]] if named else one
    return found


if __name__ == "__main__":
    write(Path(sys.argv[1]))
