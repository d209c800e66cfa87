"""Reading a logger's file: which grid, which columns, and of every cell a value or the reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from ingest.fields import Fault, shown
from ingest.logger import figures
from ingest.logger.grids import grids_of
from ingest.logger.headers import find_header
from ingest.logger.moments import Moments, NoMomentError, has_own_zone, orders_in
from ingest.logger.nouns import (
    Cell,
    Column,
    Grid,
    Header,
    HowToRead,
    LoggerFile,
    Missing,
    Refused,
    Role,
    Row,
    SeriesOf,
    Target,
    UnreadableFileError,
)
from ingest.nouns import Reason
from ingest.timestamps import clock_fault

_LONGEST_RAW = 100
_TRIED_FOR_ZONE = 50

Find = Callable[[str], Target | None]
"""The device that a text in a column of devices means."""


def read_logger_file(content: bytes, how: HowToRead, find: Find, now_us: int) -> LoggerFile:
    """Everything that a file says.

    Args:
        find: looks devices up, for files with a column of devices.
        now_us: times more than 10 minutes later are refused (`clock`).

    Raises:
        UnreadableFileError: it is no table of readings, or a person must say more (which zone, which order of dates).
    """
    grid, header = _grid(content)
    rows = [(n, row) for n, row in enumerate(grid.rows[header.row :], start=header.row + 1) if _says(row)]
    table = _Table(grid, header, rows, how, find, now_us)
    table.read()
    if not table.values and not table.refused:
        raise UnreadableFileError(Missing.NO_READINGS, row=header.row)
    return table.file()


def _grid(content: bytes) -> tuple[Grid, Header]:
    """The grid with a header that names most."""
    found: list[tuple[int, Grid, Header]] = []
    for grid in grids_of(content):
        header = find_header(grid.rows)
        if header is not None:
            named = sum(column.role is not Role.IGNORED for column in header.columns)
            found.append((named, grid, header))
    if not found:
        raise UnreadableFileError(Missing.NO_HEADER)
    _, grid, header = max(found, key=lambda one: one[0])
    return grid, header


def _says(row: Row) -> bool:
    return any(cell is not None and cell != "" for cell in row)


class _Untimely(NamedTuple):
    """Why the time of a row cannot be, and what ingest is told instead, so that it refuses it too."""

    reason: Reason
    says: str
    raw: object


@dataclass(slots=True)
class _Table:
    """The rows below a header, read one by one."""

    grid: Grid
    header: Header
    rows: Sequence[tuple[int, Row]]
    how: HowToRead
    find: Find
    now_us: int
    refused: list[Refused] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    unit_assumed: bool = False
    _times: list[int] = field(default_factory=list)
    _at_row: list[int] = field(default_factory=list)
    _of_series: list[int] = field(default_factory=list)
    _series: dict[tuple[Target, int], int] = field(default_factory=dict)
    _targets: dict[int, Target] = field(default_factory=dict)
    """By column, where the file has no column of devices."""
    _found: dict[str, Target | None] = field(default_factory=dict)
    _zone_name: str = ""
    _day_first: bool | None = None
    _decimal: str = "."

    def read(self) -> None:
        """Read all rows."""
        measured = self.header.having(Role.QUANTITY)
        device = next(iter(self.header.having(Role.DEVICE)), None)
        if self.how.targets or device is None or _most_alike(measured) > 1:
            self._targets = _by_column(measured, self.how.targets)
            device = None
        self._decimal = figures.decimal_sign(
            (_at(row, column) for _, row in self.rows for column in measured), self.how.decimal
        )
        moments = Moments(self._zone(), self._order())
        for number, row in self.rows:
            self._read_row(number, row, moments, device, measured)

    def file(self) -> LoggerFile:
        """What was read."""
        columns = {column.at: column for column in self.header.columns}
        series = [SeriesOf(target, columns[index].quantity, columns[index]) for target, index in self._series]
        return LoggerFile(
            self.grid.name, self.grid.encoding, self.header, self._zone_name, self._day_first, self._decimal,
            len(self.rows), series, np.array(self._of_series, np.int32), np.array(self._at_row, np.int32),
            np.array(self._times, np.int64), np.array(self.values, np.float64), self.refused, self.unit_assumed,
        )  # fmt: skip

    def _clock_columns(self) -> tuple[Column, Column | None]:
        whole, clock = self.header.having(Role.TIME), self.header.having(Role.CLOCK)
        return (whole[0], None) if whole else (self.header.having(Role.DATE)[0], clock[0])

    def _days(self) -> Iterator[tuple[Cell, Cell]]:
        day, clock = self._clock_columns()
        for _, row in self.rows:
            yield _at(row, day), _at(row, clock) if clock else None

    def _zone(self) -> tzinfo | None:
        """The zone of local times: as said, else as the title says, else the times must carry their own."""
        if self.how.time_zone:
            self._zone_name = self.how.time_zone
            return ZoneInfo(self.how.time_zone)
        if self.header.offset_min is not None:
            hours, minutes = divmod(abs(self.header.offset_min), 60)
            self._zone_name = f"{'-' if self.header.offset_min < 0 else '+'}{hours:02d}:{minutes:02d}"
            return timezone(timedelta(minutes=self.header.offset_min))
        some = [pair for pair in self._days() if pair[0] not in (None, "")][:_TRIED_FOR_ZONE]
        if some and not any(has_own_zone(*pair) for pair in some):
            raise UnreadableFileError(Missing.WHICH_ZONE, example=_shown(some[0]))
        return None

    def _order(self) -> bool | None:
        """Whether the day comes before the month: as said, else as the dates show."""
        if self.how.day_first is not None:
            self._day_first = self.how.day_first
            return self._day_first
        unclear, day_first, month_first = orders_in(day for day, _ in self._days())
        if unclear and not (day_first or month_first):
            example = next(iter(self._days()), ("", None))
            raise UnreadableFileError(Missing.WHICH_DAY_FIRST, example=_shown(example))
        self._day_first = day_first if unclear else None
        return self._day_first

    def _read_row(
        self, number: int, row: Row, moments: Moments, device: Column | None, measured: Sequence[Column]
    ) -> None:
        told = [column for column in measured if _at(row, column) not in (None, "")]
        moment = self._moment(row, moments) if told else 0
        for target, columns in self._whose(number, row, device, told).items():
            if isinstance(moment, _Untimely):
                self._refuse_row(number, row, target, columns, moment)
                continue
            for column in columns:
                self._read_cell(number, column, target, moment, _at(row, column))

    def _moment(self, row: Row, moments: Moments) -> int | _Untimely:
        day, clock = self._clock_columns()
        written = _at(row, day), _at(row, clock) if clock else None
        try:
            time_us = moments.read(*written)
        except NoMomentError as error:
            # Not as a text: ingest must not find a time in what is none here.
            raw = {"written": _shown(written)}
            return _Untimely(Reason.BAD_TIME, f"{shown(_shown(written))} {error}", raw)
        fault = clock_fault(time_us, self.now_us)
        return (
            _Untimely(fault.reason, f"{shown(_shown(written))} {fault.says}", time_us) if fault else time_us
        )

    def _whose(
        self, number: int, row: Row, device: Column | None, told: Sequence[Column]
    ) -> dict[Target, list[Column]]:
        """The measured cells of a row by device; those of an unknown one are refused."""
        whose: dict[Target, list[Column]] = {}
        if device is None:
            for column in told:
                whose.setdefault(self._targets[column.at], []).append(column)
            return whose
        name = str(_at(row, device) or "").strip()
        if name not in self._found:
            self._found[name] = self.find(name) if name else None
        target = self._found[name]
        if target is not None:
            return {target: list(told)}
        says = f"no device {shown(name)} is registered"
        if told:
            self.refused.append(
                Refused(number, _place(device), Reason.UNKNOWN_DEVICE, says, None, {}, len(told))
            )
        return {}

    def _refuse_row(
        self, number: int, row: Row, target: Target, columns: Sequence[Column], moment: _Untimely
    ) -> None:
        """All values of a row whose time cannot be."""
        record: dict[str, object] = {"time": moment.raw}
        for column in columns:
            cell = _at(row, column)
            record[column.quantity] = cell if isinstance(cell, int | float) else str(cell)[:_LONGEST_RAW]
        place = _place(self._clock_columns()[0])
        self.refused.append(Refused(number, place, moment.reason, moment.says, target, record, len(columns)))

    def _read_cell(self, number: int, column: Column, target: Target, time_us: int, cell: Cell) -> None:
        unit = column.unit
        if not unit and column.quantity.endswith("temperature"):
            unit = self.how.temperature_unit
        figure = figures.read_figure(cell, column.quantity, unit, self._decimal)
        if figure.value is None:
            return
        if isinstance(figure.value, Fault):
            record: dict[str, object] = {"time": time_us, column.quantity: figure.raw}
            if figure.unit:
                record["unit"] = {column.quantity: figure.unit}
            reason, says = figure.value
            self.refused.append(Refused(number, _place(column), reason, says, target, record))
            return
        self.unit_assumed |= not figure.unit and column.quantity.endswith("temperature")
        key = (target, column.at)
        self._of_series.append(self._series.setdefault(key, len(self._series)))
        self._at_row.append(number)
        self._times.append(time_us)
        self.values.append(figure.value)


def _most_alike(measured: Sequence[Column]) -> int:
    """In how many columns a quantity stands at most."""
    return max(Counter(column.quantity for column in measured).values(), default=0)


def _by_column(measured: Sequence[Column], targets: Sequence[Target]) -> dict[int, Target]:
    """The device of each measured column: the n-th column of a quantity is the n-th device's.

    Raises:
        UnreadableFileError: the devices named are not as many as that needs.
    """
    if len(targets) != _most_alike(measured):
        titles = ", ".join(column.title for column in measured)[:200]
        raise UnreadableFileError(
            Missing.WHICH_DEVICE, columns=_most_alike(measured), devices=len(targets), titles=titles
        )
    met: Counter[str] = Counter()
    found: dict[int, Target] = {}
    for column in measured:
        found[column.at] = targets[met[column.quantity]]
        met[column.quantity] += 1
    return found


def _at(row: Row, column: Column) -> Cell:
    return row[column.at] if column.at < len(row) else None


def _place(column: Column) -> str:
    return f"{column.letter} {column.title}".strip()


def _shown(written: tuple[object, object]) -> str:
    return " ".join(str(part)[:_LONGEST_RAW] for part in written if part is not None)
