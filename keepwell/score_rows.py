"""Rows of a file to be scored: CSV in, columns of numbers out, whatever is in them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

from detect.scoring.nouns import NO_GROUP, Entrant, Given
from ingest.nouns import EARLIEST_US
from keepwell.score_cells import numbers, times_us

REQUIRED = ("time", "series", "value")
DEFAULT_QUANTITY = "temperature"
CHUNK = 100_000
"""Rows that are looked at together, however long the file is."""
PER_SERIES, MOST_CHUNKS = 30, 3
"""Among many series more are, so that each has some: up to three times as many."""
LATEST_US = 4_102_444_800_000_000
"""2100-01-01T00:00:00Z: a later time stamp is none."""


class BadFile(ValueError):
    """Raised when a file is no table of readings; the words say where and what is expected."""


class Columns(NamedTuple):
    """Where each column stands; -1 where there is none."""

    time: int
    series: int
    value: int
    quantity: int
    group: int


class Chunk(NamedTuple):
    """Some rows as they came."""

    times: Sequence[str]
    names: Sequence[str]
    given: Given
    entrants: Sequence[Entrant]
    """Series that appear here for the first time, in order."""


@dataclass(slots=True)
class Book:
    """Gives numbers to series and groups as they appear, and counts what could not be read."""

    names: list[tuple[str, str]] = field(default_factory=list)
    """Name and quantity of each series, by its number."""
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0
    first_unreadable: int = 0
    """The line of the first row whose time or value could not be read."""


def chunks(file: TextIO, book: Book, name: str) -> Iterator[Chunk]:
    """The rows of a file, chunk by chunk.

    Raises:
        BadFile: there is no header, or it lacks a column.
    """
    reader = csv.reader(file)
    columns = _columns(next(reader, None), name)
    done = 0
    size = CHUNK
    while rows := list(islice(reader, size)):
        yield _chunk(rows, columns, book, done)
        done += len(rows)
        size = min(max(CHUNK, PER_SERIES * len(book.names)), MOST_CHUNKS * CHUNK)


def _columns(header: list[str] | None, name: str) -> Columns:
    expected = "expected time,series,value and optionally quantity and group"
    if header is None:
        raise BadFile(f"{name}, line 1: the file is empty; {expected}")
    found = [cell.strip().lower() for cell in header]
    missing = [column for column in REQUIRED if column not in found]
    if missing:
        raise BadFile(
            f"{name}, line 1: the header {','.join(header)!r} has no {', '.join(missing)}; {expected}"
        )
    twice = [column for column in Columns._fields if found.count(column) > 1]
    if twice:
        raise BadFile(f"{name}, line 1: the header has {', '.join(twice)} twice; {expected}")
    return Columns(*(found.index(c) if c in found else -1 for c in Columns._fields))


def _chunk(rows: list[list[str]], columns: Columns, book: Book, done: int) -> Chunk:
    """`done`: rows before these. A row that is too short has empty cells at its end; an empty line is no reading."""
    width = max(columns) + 1
    if any(len(row) < width for row in rows):
        rows = [row + [""] * (width - len(row)) for row in rows]
    whole = list(zip(*(row[:width] for row in rows), strict=True))
    empty = ("",) * len(rows)
    times, names, values, quantities, groups = (whole[c] if c >= 0 else empty for c in columns)
    entrants: list[Entrant] = []
    series = _numbers(names, quantities, groups, book, entrants)
    time_us, value = times_us(times), numbers(values)
    told = (time_us >= EARLIEST_US) & (time_us < LATEST_US) & np.isfinite(value)
    unreadable = np.flatnonzero(~told)
    if len(unreadable) and not book.unreadable:
        book.first_unreadable = done + int(unreadable[0]) + 2
    book.unreadable += len(unreadable)
    return Chunk(times, names, Given(series, time_us, value, told), entrants)


def _numbers(names: Sequence[str], quantities: Sequence[str], groups: Sequence[str], book: Book, entrants: list[Entrant]) -> NDArray[np.int32]:  # fmt: skip
    """The number of each row's series; a series is what one name says of one quantity. Its first row says its group."""
    out = []
    for key, group in zip(zip(names, quantities, strict=True), groups, strict=True):
        number = book.numbers.get(key)
        if number is None:
            number = _entered(key, group, book, entrants)
        out.append(number)
    return np.array(out, np.int32)


def _entered(key: tuple[str, str], group: str, book: Book, entrants: list[Entrant]) -> int:
    name, quantity = key[0].strip(), key[1].strip().lower() or DEFAULT_QUANTITY
    known = book.numbers.get((name, quantity))
    if known is None:
        room = group.strip()
        number = book.groups.setdefault(room, len(book.groups)) if room else NO_GROUP
        entrants.append(Entrant(quantity, number))
        known = book.numbers[name, quantity] = len(book.names)
        book.names.append((name, quantity))
    book.numbers[key] = known
    return known
