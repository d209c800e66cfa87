"""Figures: the cells of a measured column as numbers, with a decimal point or comma, perhaps with their unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ingest.fields import Fault, measured
from ingest.logger.headers import plain, unit_in
from ingest.logger.nouns import Cell, Missing, UnreadableFileError

_WITH_POINT = re.compile(r"[+-]?\d+\.\d+")
_WITH_COMMA = re.compile(r"[+-]?\d+,\d+")
_LIKE_THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}")
_NUMBER_AND_UNIT = re.compile(r"([+-\u2212]?\d+(?:[.,]\d+)?)\s*([^\d\s].{0,11})?")
_LONGEST_RAW = 100


class Figure(NamedTuple):
    """A cell of a measured column."""

    value: float | Fault | None
    """In the quantity's unit; None if the cell is empty."""
    raw: object
    """As ingest is told it, if it is a fault."""
    unit: str
    """That the raw value is told with, if any."""


def decimal_sign(cells: Iterable[Cell], said: str) -> str:
    """The decimal sign of a file: as said, else as its cells write it.

    Raises:
        UnreadableFileError: they write "1,234" and nothing that tells what it means.
    """
    if said:
        return said
    point = comma = clear = False
    for cell in cells:
        if not isinstance(cell, str):
            continue
        number = cell.strip().split(" ")[0]
        point |= bool(_WITH_POINT.match(number))
        if _WITH_COMMA.match(number):
            comma = True
            clear |= not _LIKE_THOUSANDS.fullmatch(number)
    if comma and not point and not clear:
        raise UnreadableFileError(Missing.WHICH_DECIMAL)
    return "," if comma and not point else "."


def read_figure(cell: Cell, quantity: str, unit: str, decimal: str) -> Figure:
    """One cell. A unit in the cell counts more than the one of its column."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return Figure(None, None, unit)
    if not isinstance(cell, str):
        raw: object = cell if isinstance(cell, bool | int | float) else str(cell)
        return Figure(measured(quantity, raw, unit or None), raw, unit)
    text = cell.strip()[:_LONGEST_RAW]
    found = _NUMBER_AND_UNIT.fullmatch(text)
    wrong_sign = "." if decimal == "," else ","
    if found is None or wrong_sign in found[1]:
        return Figure(measured(quantity, text, None), text, "")
    number = float(found[1].replace(",", ".").replace("\u2212", "-"))
    if found[2]:
        unit = unit_in(plain(f"({found[2]})")) or found[2].strip()
    return Figure(measured(quantity, number, unit or None), number, unit)
