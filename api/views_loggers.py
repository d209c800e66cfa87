"""What goes over the wire about uploaded logger files."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class LoggerColumnView(msgspec.Struct, frozen=True):
    """A column of the file, and what it was taken for."""

    column: str
    """As a spreadsheet calls it: A, B, …"""
    title: str
    role: str
    """time, date, clock, device, quantity or ignored."""
    quantity: str
    unit: str
    """The unit its title names; "" if it names none."""


class LoggerSeriesView(msgspec.Struct, frozen=True):
    """A series that the file has values of."""

    device: str
    quantity: str
    unit: str
    values: int
    first: TimeText
    last: TimeText


class RefusedCountView(msgspec.Struct, frozen=True):
    """So many values are refused for one reason."""

    reason: str
    n: int
    message: str


class LoggerValueView(msgspec.Struct, frozen=True):
    """One cell of the file, and what becomes of it."""

    row: int
    column: str
    fate: str
    """kept, duplicate, conflicting, waiting or refused; before the file is kept: what it would be."""
    device: str | None
    quantity: str
    time: TimeText | None
    value: float | None
    flags: list[str]
    """sentinel or impossible, if it will be flagged so."""
    reason: str
    detail: str
    """Why it is refused, and what to do."""


class LoggerCountsView(msgspec.Struct, frozen=True):
    """What becomes of all values of the file; they add up to `values`."""

    values: int
    kept: int
    duplicate: int
    conflicting: int
    waiting: int
    refused: int


class LoggerFileLine(msgspec.Struct, frozen=True):
    """A file in a list."""

    id: str
    name: str
    size_bytes: int
    sha256: str
    uploaded: TimeText
    uploaded_by: str
    state: str


class LoggerFileView(LoggerFileLine, frozen=True):
    """A file: how it was read, what would be kept of it or was, and what not and why."""

    table: str
    """The sheet of a workbook; of a CSV what separates its cells."""
    encoding: str
    header_row: int
    rows: int
    columns: list[LoggerColumnView]
    time_zone: str
    """In which its local times were read; "" if its times carry their own."""
    day_first: bool | None
    decimal: str
    notes: list[str]
    series: list[LoggerSeriesView]
    counts: LoggerCountsView
    refused: list[RefusedCountView]
    sent: int
    to_send: int
    """Values sent so far, and in all: those refused go too, to be counted where all others are."""
