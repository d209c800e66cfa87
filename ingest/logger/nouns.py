"""The nouns of logger files: how a file is to be read, what was found in it, and why it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Reason

MOST_ROWS = 500_000
MOST_COLUMNS = 256

Cell = str | float | int | bool | datetime | date | time | timedelta | None
"""A CSV has texts only, a workbook also numbers and times."""
Row = tuple[Cell, ...]


class FileState(StrEnum):
    """How far a file is."""

    PREVIEWED = "previewed"
    """Read, and nothing kept yet."""
    KEEPING = "keeping"
    """Its readings are on their way."""
    KEPT = "kept"
    """All were sent, and the store has applied them."""
    CANCELLED = "cancelled"
    """Somebody changed his mind; what had been sent by then stays kept."""
    FAILED = "failed"
    """The broker did not take all of it; to keep it again goes on."""


class Missing(StrEnum):
    """Why a file as a whole cannot be read: it is none, or a person has to say more. The names are part of the API."""

    NOT_A_TABLE = "logger_not_a_table"
    NO_HEADER = "logger_no_header"
    NO_READINGS = "logger_no_readings"
    TOO_MANY_ROWS = "logger_too_many_rows"
    WHICH_DAY_FIRST = "logger_which_day_first"
    WHICH_ZONE = "logger_which_zone"
    WHICH_DECIMAL = "logger_which_decimal"
    WHICH_DEVICE = "logger_which_device"


class UnreadableFileError(Exception):
    """Raised when nothing of a file can be used until its sender says more, or sends another one."""

    def __init__(self, missing: Missing, **params: str | int) -> None:
        super().__init__(missing)
        self.missing = missing
        self.params: Mapping[str, str | int] = params


class Target(NamedTuple):
    """The device that a file, or a column of it, is about."""

    gateway: str
    device: str
    """As the gateway says it; "" is the gateway itself."""
    full_name: str


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What a person says about a file; None and "" are found out."""

    targets: tuple[Target, ...] = ()
    """The device, or one per column of a quantity that comes several times, in the order of the columns."""
    time_zone: str = ""
    """IANA name of the zone in which local times are written."""
    day_first: bool | None = None
    decimal: str = ""
    """The decimal sign: "." or ","."""
    temperature_unit: str = ""
    """For a temperature without a unit."""


class Role(StrEnum):
    """What a column says."""

    TIME = "time"
    DATE = "date"
    CLOCK = "clock"
    DEVICE = "device"
    QUANTITY = "quantity"
    IGNORED = "ignored"


class Column(NamedTuple):
    """A column of the file."""

    at: int
    """Position in a row."""
    title: str
    role: Role
    quantity: str = ""
    unit: str = ""
    """As it is converted from; "" = not said."""

    @property
    def letter(self) -> str:
        """As a spreadsheet calls it: A, B, … Z, AA."""
        number, letters = self.at + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters


class Header(NamedTuple):
    """The row that names the columns."""

    row: int
    """Counted from 1, as a spreadsheet does."""
    columns: tuple[Column, ...]
    offset_min: int | None
    """Minutes east of UTC, where the title of the time says so ("Time (UTC+8)")."""

    def having(self, role: Role) -> list[Column]:
        """The columns of a role."""
        return [column for column in self.columns if column.role is role]


class Grid(NamedTuple):
    """A table before anybody knows what it says; its first row is row 1."""

    name: str
    """The sheet of a workbook; of a CSV what separates its cells."""
    encoding: str
    rows: list[Row]


class Refused(NamedTuple):
    """A value that is not kept, where it stands, and why."""

    row: int
    column: str
    """Letter and title: `C Temperature (°C)`."""
    reason: Reason
    says: str
    target: Target | None
    record: Mapping[str, object]
    """As it goes to ingest, which refuses it for the same reason."""
    values: int = 1


class SeriesOf(NamedTuple):
    """A series of the file."""

    target: Target
    quantity: str
    column: Column


@dataclass(frozen=True, slots=True)
class LoggerFile:
    """A file that can be read: every value in it is kept or refused. Arrays have a place per value, in the file's order."""

    grid: str
    encoding: str
    header: Header
    zone: str
    """IANA name, or an offset, in which its local times were read; "" if its times carry their own."""
    day_first: bool | None
    decimal: str
    rows: int
    """Below the header, blank ones left out."""
    series: list[SeriesOf]
    of_series: NDArray[np.int32]
    """Position in `series`."""
    row: NDArray[np.int32]
    time_us: NDArray[np.int64]
    value: NDArray[np.float64]
    refused: list[Refused] = field(default_factory=list)
    unit_assumed: bool = False
    """A temperature came without a unit and was taken for °C."""
