"""What goes over the wire about lists themselves."""

from __future__ import annotations

from typing import Any

import msgspec


class ColumnView(msgspec.Struct, frozen=True):
    """One column of a list."""

    field: str
    header: str
    help: str
    required: bool
    """A new object needs it."""
    refers: str
    """The kind of object it names, "" if none."""
    choices: list[str]
    example: str


class ListView(msgspec.Struct, frozen=True):
    """One list."""

    name: str
    title: str
    columns: list[ColumnView]


class ListsView(msgspec.Struct, frozen=True):
    """All lists."""

    lists: list[ListView]


LISTS: dict[str, Any] = {
    "lists": [{
        "name": "lots", "title": "Lots",
        "columns": [{
            "field": "status", "header": "Status", "help": "Whether the goods may leave.", "required": False, "refers": "",
            "choices": ["available", "on hold", "released", "rejected"], "example": "available",
        }],
    }],
}  # fmt: skip
