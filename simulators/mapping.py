"""A mapping file: how the lines of somebody's CSV or log become readings.

TOML in `mappings/`: see `hast_lora.toml` and `iot_temp_kaggle.toml` for every part of it.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import isfinite
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

FOLDER = Path(__file__).parent / "mappings"
_EPOCH = {"epoch_s": 1.0, "epoch_ms": 1e3, "epoch_us": 1e6, "epoch_ns": 1e9}
_NUMBERS = {
    10: re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    16: re.compile(r"(0[xX])?[0-9a-fA-F]{1,8}"),
}
"""Stricter than Python, which also takes 1_000, nan and inf."""
_PLACE = re.compile(r"\{([^}]*)\}")
Cells = Mapping[str, str]


class MappingError(ValueError):
    """A mapping file that cannot be used; the text names the place and the reason."""


class UnreadableError(ValueError):
    """A line that is no reading; the text is the reason it is counted under."""


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines that match `pattern` (a regular expression, from the line's start) are counted as `name`."""

    name: str
    pattern: str


class Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the file is made of lines."""

    delimiter: str = ","
    encoding: str = "utf-8"
    comments: tuple[str, ...] = ("#",)
    """What a comment line starts with."""
    header: bool = False
    """The first line that is nothing else names the columns."""
    columns: tuple[str, ...] = ()
    """The columns' names by position, where no header names them."""
    kinds: tuple[Kind, ...] = ()


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the time stands and how: `epoch_s|ms|us|ns`, `iso8601`, or a strptime format; `zone` where it names none."""

    column: str
    format: str
    zone: str = "UTC"


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A quantity: number in `column` × `scale` + `offset`. `quantity` may contain `{column}`s, as `device` may."""

    column: str
    quantity: str
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    """Sent along; the receiver converts."""
    base: Literal[10, 16] = 10


class LogMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file as it is written."""

    title: str
    values: tuple[Value, ...]
    time: When | None = None
    """Without it the readings are sent without a time, and count as measured when they are received."""
    device: str = ""
    """A template with `{column}`s; "" = the gateway is its own device."""
    lines: Lines = Lines()
    constants: dict[str, str] = {}
    """Columns that the file does not have, for use in templates."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line as a reading. A value that is no number stays the text that it is: the receiver's to refuse, by name."""

    device: str
    time_s: float | None
    values: dict[str, float | str]
    units: dict[str, str]


class Reader:
    """Reads line after line by a mapping; remembers only the header."""

    def __init__(self, mapping: LogMapping) -> None:
        """Raises MappingError where a time zone, a pattern or a column is wrong."""
        self._mapping, self._columns = mapping, mapping.lines.columns
        try:
            self._kinds = [(kind.name, re.compile(kind.pattern)) for kind in mapping.lines.kinds]
            self._when = _clock(mapping.time) if mapping.time else None
        except (re.error, LookupError, ValueError) as error:
            raise MappingError(f"{mapping.title}: {error}") from error
        if not mapping.lines.header and not self._columns:
            raise MappingError(f"{mapping.title}: neither a header nor names of columns")
        if self._columns:
            self._check_columns()

    def read(self, line: str) -> Record | str:
        """A reading, or the word for what the line is instead: `blank`, `comment`, `header` or a kind of the mapping.

        Raises UnreadableError: `columns`, `time`, `device` or `no_values`; MappingError: a header without a column that
        the mapping names.
        """
        text = line.strip("\r\n\ufeff")  # the last is what some programs begin a file with
        if not text.strip():
            return "blank"
        if text.lstrip().startswith(self._mapping.lines.comments):
            return "comment"
        for name, pattern in self._kinds:
            if pattern.match(text):
                return name
        cells = _cells(text, self._mapping.lines.delimiter)
        if not self._columns:
            self._columns = tuple(cells)
            self._check_columns()
            return "header"
        return self._record(cells)

    def _check_columns(self) -> None:
        missing = _used(self._mapping) - {*self._columns, *self._mapping.constants}
        if missing:
            raise MappingError(f"{self._mapping.title}: there is no column {min(missing)!r}")

    def _record(self, written: list[str]) -> Record:
        if len(written) != len(self._columns):
            raise UnreadableError("columns")
        cells = {**self._mapping.constants, **dict(zip(self._columns, written, strict=True))}
        device = _fill(self._mapping.device, cells)
        if self._mapping.device and not device:
            raise UnreadableError("device")
        time_s = self._time(cells)
        values: dict[str, float | str] = {}
        units: dict[str, str] = {}
        for rule in self._mapping.values:
            if cells[rule.column]:
                quantity = _fill(rule.quantity, cells)
                values[quantity] = _number(cells[rule.column], rule)
                units |= {quantity: rule.unit} if rule.unit else {}
        if not values:
            raise UnreadableError("no_values")
        return Record(device, time_s, values, units)

    def _time(self, cells: Cells) -> float | None:
        when = self._mapping.time
        if self._when is None or when is None:
            return None
        try:
            return self._when(cells[when.column])
        except ValueError:
            raise UnreadableError("time") from None


def load(path_or_name: str | Path) -> LogMapping:
    """The mapping of that name in `mappings/`, or of that file. Raises MappingError, FileNotFoundError."""
    path = Path(path_or_name)
    if path.suffix != ".toml":
        path = FOLDER / f"{path_or_name}.toml"
        if not path.exists():
            known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml") if "." not in file.stem))
            raise MappingError(
                f"there is no mapping {path_or_name}: expected a .toml file, or one of {known}"
            )
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), LogMapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MappingError(f"{path.name}: {error}") from error


def _used(mapping: LogMapping) -> set[str]:
    """All columns that a mapping names, in templates too."""
    templates = [mapping.device, *(value.quantity for value in mapping.values)]
    named = {column for template in templates for column in _PLACE.findall(template)}
    return (
        named
        | {value.column for value in mapping.values}
        | ({mapping.time.column} if mapping.time else set())
    )


def _cells(text: str, delimiter: str) -> list[str]:
    """The cells of a line; quoted ones may contain the delimiter."""
    if '"' not in text:
        return [cell.strip() for cell in text.split(delimiter)]
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter, skipinitialspace=True))]
    except csv.Error:  # a cell beyond the reader's limit
        raise UnreadableError("columns") from None


def _fill(template: str, cells: Cells) -> str:
    """The template with each `{column}` replaced by the cell; other braces cannot occur."""
    if "{" not in template:
        return template
    return _PLACE.sub(lambda match: cells[match[1]], template)


def _number(text: str, rule: Value) -> float | str:
    if not _NUMBERS[rule.base].fullmatch(text):
        return text
    number = float(int(text, 16)) if rule.base == 16 else float(text)
    if not isfinite(number):
        return text
    # Twelve digits: 2358 × 0.01 is 23.58 and not 23.580000000000002.
    return float(f"{number * rule.scale + rule.offset:.12g}")


def _clock(when: When) -> Callable[[str], float]:
    if when.format in _EPOCH:
        per_second = _EPOCH[when.format]
        return lambda text: float(text) / per_second
    zone: tzinfo = ZoneInfo(when.zone)
    if when.format == "iso8601":
        return lambda text: _aware(datetime.fromisoformat(text), zone).timestamp()
    return lambda text: _aware(datetime.strptime(text, when.format), zone).timestamp()  # noqa: DTZ007 - zone follows


def _aware(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
