"""Reads the rows of a table by its layout: cells become values, and what cannot be read is named by its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from registry.faults import FieldError
from registry.lists.cells import folded, is_empty, shown
from registry.lists.headers import Layout, letter
from registry.lists.nouns import CLEARED, LISTED, Cell, Column, Fault, Row, Sheet, Where

EXAMPLE = re.compile(r"\s*[(（\[]?\s*(示例|例|example)\s*[)）\]:：]", re.IGNORECASE)
"""How the first cell of an example row begins; such rows are not read."""
_CLEARING = frozenset({"清空", "clear", "none", "null"})
"""Words that empty a field, beside dashes. An empty cell leaves it as it is."""
_DASHES = re.compile(r"[-–—−－/／\\]+")


def read_rows(
    layout: Layout, rows: Iterable[Sequence[Cell]], system: str = LISTED
) -> Iterator[tuple[Row, list[Fault]]]:
    """Each row below the header that says anything, with what could be read of it, and the faults of its cells.

    Args:
        rows: all rows of the table, from its first.
        system: the external system of numbers for which the row names none.
    """
    columns = {column.target: (letter(at), header) for at, (column, header) in layout.columns.items()}
    for number, cells in enumerate(rows, 1):
        if number <= layout.header_row or _says_nothing(cells):
            continue
        given = {column.field: cells[at] for at, (column, _) in layout.columns.items() if at < len(cells)}
        values, faults = read_values(layout.sheet, given, clearing=True)
        row = Row(layout.sheet, layout.table, number, with_system(values, system), columns)
        yield row, [_placed(row, layout, *fault, given) for fault in faults]


def read_values(
    sheet: Sheet, given: Mapping[str, Any], *, clearing: bool
) -> tuple[dict[str, Any], list[tuple[Column, FieldError]]]:
    """Cells by field become values by attribute; with `clearing` a dash empties a field and an empty cell says nothing."""
    values: dict[str, Any] = {}
    faults = []
    for column in sheet.columns:
        if column.field not in given:
            continue
        cell = given[column.field]
        if cell is None or is_empty(cell):
            if not clearing:
                values[column.target] = CLEARED
            continue
        if clearing and isinstance(cell, str) and _clears(cell):
            values[column.target] = CLEARED
            continue
        try:
            values[column.target] = column.read(cell)
        except FieldError as error:
            faults.append((column, error))
    return values, faults


def _says_nothing(cells: Sequence[Cell]) -> bool:
    """An empty row, or the example of a template."""
    first = next((shown(cell) for cell in cells if not is_empty(cell)), "")
    return not first or EXAMPLE.match(first) is not None


def _clears(cell: str) -> bool:
    return _DASHES.fullmatch(cell.strip()) is not None or folded(cell) in _CLEARING


def with_system(values: dict[str, Any], system: str) -> dict[str, Any]:
    """A number without a system is one of the list's own; a system without a number says nothing."""
    if isinstance(values.get("external_number"), str):
        values.setdefault("external_system", system)
    elif values.get("external_number") is CLEARED:
        values["external_system"] = CLEARED
    else:
        values.pop("external_system", None)
    return values


def _placed(row: Row, layout: Layout, column: Column, error: FieldError, given: Mapping[str, Any]) -> Fault:
    place, header = row.columns[column.target]
    where = Where(layout.table, row.number, place, header, shown(given[column.field])[:200])
    return Fault(where, f"fault.{error.code}", error.params)
