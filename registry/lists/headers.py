"""Finds the header of a list: which row it is, which sheet it belongs to, and what each column is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from registry.lists.cells import folded, shown
from registry.lists.nouns import Cell, Column, Fault, Sheet, Where
from registry.lists.sheets import SHEETS
from texts import LANGUAGES, catalogue

LOOK_AHEAD = 20
"""Rows in which a header may stand below titles and notes."""
_BESIDE = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：?？]")
_EXPLAINING = frozenset({"说明", "填写说明", "help", "explanations", "readme"})


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is to be read."""

    sheet: Sheet
    table: str
    header_row: int
    """From 1."""
    columns: Mapping[int, tuple[Column, str]]
    """Position from 0 → the column and its header as written."""
    faults: tuple[Fault, ...] = ()


def layout_of(table: str, rows: Sequence[Sequence[Cell]], wanted: str = "") -> Layout | Fault | None:
    """How to read a table from its first rows; None for one that holds only explanations.

    Args:
        table: its name (of the sheet, or of a file without its ending).
        rows: the first `LOOK_AHEAD` rows.
        wanted: the name of the sheet it is meant to be; "" = as its name or its header says.
    """
    if not wanted and folded(table) in _EXPLAINING:
        return None
    sheets = _candidates(table, wanted)
    if not sheets:
        return Fault(Where(table, 1), "fault.no_such_sheet", {"known": ", ".join(SHEETS)})
    ranked = [
        (len(found), named, -number, number, sheet, found)
        for number, row in enumerate(rows[:LOOK_AHEAD])
        for sheet, named in sheets
        for found in [_matches(sheet, row)]
    ]
    best = max(ranked, key=lambda rank: rank[:3], default=None)
    if best is None or best[0] < (1 if best[1] else 2):
        return Fault(Where(table, 1), "fault.no_header", {"rows": str(LOOK_AHEAD)})
    return _layout(best[4], table, best[3], rows[best[3]], best[5])


def name_of_sheet(name: str) -> Sheet | None:
    """The sheet of that name, in either language."""
    return _sheet_names().get(_bare(name))


def letter(position: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _candidates(table: str, wanted: str) -> list[tuple[Sheet, bool]]:
    """The sheets that it may be, and whether its name says so."""
    if wanted:
        return [(SHEETS[wanted], True)] if wanted in SHEETS else []
    named = name_of_sheet(table)
    if named:
        return [(named, True)]
    return [(sheet, False) for sheet in SHEETS.values()]


def _matches(sheet: Sheet, row: Sequence[Cell]) -> dict[int, Column]:
    known = _headers(sheet.name)
    found = {}
    for position, cell in enumerate(row):
        column = _column(known, shown(cell)) if isinstance(cell, str) else None
        if column:
            found[position] = column
    return found


def _column(known: Mapping[str, Column], header: str) -> Column | None:
    return known.get(folded(header)) or known.get(_bare(header))


def _bare(header: str) -> str:
    """A header without what stands in brackets after it, and without marks."""
    return folded(_BESIDE.sub("", header)) or folded(header)


def _layout(
    sheet: Sheet, table: str, number: int, row: Sequence[Cell], found: Mapping[int, Column]
) -> Layout:
    columns: dict[int, tuple[Column, str]] = {}
    faults = []
    first: dict[str, int] = {}
    for position, cell in enumerate(row):
        header, column = shown(cell), found.get(position)
        where = Where(table, number + 1, letter(position), header, header)
        if column is None and header:
            faults.append(Fault(where, "notice.unknown_column"))
        elif column and column.target in first:
            faults.append(Fault(where, "fault.column_twice", {"column": letter(first[column.target])}))
        elif column:
            columns[position], first[column.target] = (column, header), position
    return Layout(sheet, table, number + 1, columns, tuple(faults))


@cache
def _headers(name: str) -> Mapping[str, Column]:
    """Header, folded → column. What a column is called wins over what people also call another."""
    sheet = SHEETS[name]
    also = {folded(text): column for column in sheet.columns for text in column.also}
    titles = {folded(title): column for column in sheet.columns for title in _titles(column)}
    own = {folded(column.field): column for column in sheet.columns}
    return also | titles | own


def _titles(column: Column) -> Iterable[str]:
    for lang in LANGUAGES:
        title = catalogue(lang).get(f"lists.field.{column.text}")
        if title:
            yield title
            yield _bare(title)


@cache
def _sheet_names() -> Mapping[str, Sheet]:
    found: dict[str, Sheet] = {}
    for sheet in SHEETS.values():
        titles = (catalogue(lang).get(f"lists.sheet.{sheet.name}", "") for lang in LANGUAGES)
        for name in (*sheet.also, *titles, sheet.name):
            found[_bare(name)] = sheet
    return found
