"""The nouns of lists: cells, columns, sheets, rows, and what is wrong with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from detect.nouns import Json

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What a cell of a workbook holds; in CSV it is always text, in JSON it may also be a list."""
Reader = Callable[[Any], Any]
"""A cell that is not empty becomes a value, or `registry.faults.FieldError` says why not."""

LISTED: Final = "list"
"""The external system of a number for which no system is given: it is a clerk's own."""


class Cleared:
    """The one value `CLEARED`: the field becomes what it is in a new object."""


CLEARED: Final = Cleared()


class LocalTime(NamedTuple):
    """A date and time without offset: it means a clock that only the whole row tells."""

    when: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet."""

    field: str
    """Its name in JSON and in a header of programs."""
    read: Reader
    attribute: str = ""
    """The noun's attribute, where that is another."""
    label: str = ""
    """The end of the codes of its header and its explanation (`lists.field.…`, `lists.help.…`); "" = the field."""
    also: tuple[str, ...] = ()
    """Other headers that people write over it."""
    required: bool = False
    """A new object needs it."""
    refers: str = ""
    """The kind it names by key, number or name."""
    clock: str = ""
    """The attribute that names the site (or the place on a site) by whose clock a time without offset is read."""
    words: str = ""
    """The enumeration whose words it holds (`lists.word.…`)."""
    places: bool = False
    """It says where the object is now: a placement, not a field."""
    example: str | tuple[str, str] = ""
    """As a clerk would write it, or (English, Chinese); the value itself for an enumeration."""

    @property
    def target(self) -> str:
        """The noun's attribute."""
        return self.attribute or self.field

    @property
    def text(self) -> str:
        """The end of the codes of its texts."""
        return self.label or self.field


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """One list: a kind of object, its columns, and by what a row is known again."""

    name: str
    """As in `/api/v1/{name}`, in file names and in the names of a workbook's sheets."""
    kind: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...] = ("name",)
    """The attributes that together name an object where neither key nor number does."""
    part: str = ""
    """Rows are not objects but parts of one: the attribute (a tuple) they make up, all rows of one object together."""
    parent: str = ""
    """Of a part: the attribute that names the object."""
    also: tuple[str, ...] = ()
    """Other names of such a sheet."""
    spans: tuple[tuple[str, str], ...] = ()
    """Attributes (start, end) of which the second must be later."""

    def column(self, attribute: str) -> Column | None:
        """The column of an attribute."""
        return _columns(self).get(attribute)


@cache
def _columns(sheet: Sheet) -> Mapping[str, Column]:
    return {column.target: column for column in sheet.columns}


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a list, as people find it: sheet, row from 1, letter and header of the column."""

    sheet: str
    row: int
    column: str = ""
    header: str = ""
    value: str = ""
    """What stands there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or worth knowing, with its place."""

    where: Where
    code: str
    """`fault.…` (nothing can be applied) or `notice.…` (worth knowing); its text is `lists.<code>`."""
    params: dict[str, Json] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read: values by attribute; references are still as written, times without offset still local."""

    sheet: Sheet
    table: str
    """The name of the sheet as the file calls it."""
    number: int
    """From 1, as a spreadsheet counts."""
    values: Mapping[str, Any]
    columns: Mapping[str, tuple[str, str]]
    """Attribute → (letter, header)."""
    sound: bool = True
    """False: a cell could not be read, so only what else is wrong with the row is of interest."""

    def where(self, attribute: str = "") -> Where:
        """The place of an attribute's cell, or of the row."""
        letter, header = self.columns.get(attribute, ("", ""))
        value = self.values.get(attribute, "")
        return Where(self.table, self.number, letter, header, value if isinstance(value, str) else "")
