"""What becomes of each value of a logger's file: told before it is sent, and again once the store has applied it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.logger.nouns import LoggerFile
from ingest.nouns import Columns, Flag
from store.nouns import ReadingReader

Fates = NDArray[np.uint8]
"""A `Fate` per value of a file, in its order."""

_CHUNK = 200_000
_VALUES_A_MESSAGE = 4_000
_REFUSALS_A_MESSAGE = 100


class Fate(IntEnum):
    """What becomes of a value that can be read."""

    KEPT = 0
    DUPLICATE = 1
    CONFLICTING = 2
    WAITING = 3
    """Sent, or about to be, and not in the store yet."""


class Part(NamedTuple):
    """One message to the import topic."""

    topic: str
    payload: bytes
    values: int


def foretell(file: LoggerFile, readings: ReadingReader) -> Fates:
    """What will become of each value: a time that has a reading already, or comes twice in the file, is not kept again."""
    fates = np.zeros(len(file.value), np.uint8)
    for at, rows in _by_series(file, readings):
        order = at[np.argsort(file.time_us[at], kind="stable")]
        times, bits = file.time_us[order], file.value[order].view(np.int64)
        first = np.ones(len(order), bool)
        first[1:] = times[1:] != times[:-1]
        reference = bits[first][np.cumsum(first) - 1]
        stored, where = _located(rows, times)
        reference[stored] = rows.value[where[stored]].view(np.int64)
        told = np.where(bits == reference, Fate.DUPLICATE, Fate.CONFLICTING).astype(np.uint8)
        told[first & ~stored] = Fate.KEPT
        fates[order] = told
    return fates


def look_up(file: LoggerFile, foretold: Fates, readings: ReadingReader) -> Fates:
    """What has become of each value by now, given what was foretold before any was sent."""
    fates = foretold.copy()
    for at, rows in _by_series(file, readings):
        own = at[foretold[at] == Fate.KEPT]
        stored, where = _located(rows, file.time_us[own])
        told = np.full(len(own), Fate.WAITING, np.uint8)
        found = rows.take(where[stored])
        same = found.value.view(np.int64) == file.value[own[stored]].view(np.int64)
        imported = (found.flags & int(Flag.IMPORTED)) != 0
        # What came live while the file was under way was first.
        kept = np.where(imported, Fate.KEPT, Fate.DUPLICATE)
        told[stored] = np.where(same, kept, Fate.CONFLICTING)
        fates[own] = told
    return fates


def counts(fates: Fates) -> dict[str, int]:
    """How many values of each fate."""
    n = np.bincount(fates, minlength=len(Fate)).tolist()
    return {fate.name.lower(): n[fate] for fate in Fate}


def parts(file: LoggerFile) -> Iterator[Part]:
    """The file as messages in the native format, gateway by gateway; what it was refused for, ingest refuses too."""
    for gateway, records in _records(file).items():
        yield from _messages(gateway, records, _VALUES_A_MESSAGE)
    refused: dict[str, list[tuple[dict[str, Any], int]]] = {}
    for one in file.refused:
        if one.target is not None:
            named = {"device": one.target.device} if one.target.device else {}
            refused.setdefault(one.target.gateway, []).append(({**named, **one.record}, one.values))
    for gateway, records in refused.items():
        yield from _messages(gateway, records, _REFUSALS_A_MESSAGE)


def values_to_send(file: LoggerFile) -> int:
    """How many values `parts` carries."""
    return len(file.value) + sum(one.values for one in file.refused if one.target is not None)


def _records(file: LoggerFile) -> dict[str, list[tuple[dict[str, Any], int]]]:
    """Per gateway the records with how many values each has: one per device and row."""
    out: dict[str, list[tuple[dict[str, Any], int]]] = {}
    last: tuple[int, object] = (-1, None)
    columns = (file.row.tolist(), file.of_series.tolist(), file.time_us.tolist(), file.value.tolist())
    for row, series, time_us, value in zip(*columns, strict=True):
        target, quantity = file.series[series].target, file.series[series].quantity
        records = out.setdefault(target.gateway, [])
        if last != (row, target):
            named = {"device": target.device} if target.device else {}
            records.append(({**named, "time": time_us}, 0))
            last = (row, target)
        record, n = records[-1]
        record[quantity] = value
        records[-1] = (record, n + 1)
    return out


def _messages(gateway: str, records: list[tuple[dict[str, Any], int]], most: int) -> Iterator[Part]:
    topic = f"keepwell/v1/{gateway}/import"
    batch: list[dict[str, Any]] = []
    values = 0
    for record, n in records:
        if batch and values + n > most:
            yield Part(topic, msgspec.json.encode(batch), values)
            batch, values = [], 0
        batch.append(record)
        values += n
    if batch:
        yield Part(topic, msgspec.json.encode(batch), values)


def _by_series(file: LoggerFile, readings: ReadingReader) -> Iterator[tuple[NDArray[np.intp], Columns]]:
    """Per series of the file the positions of its values, and what is stored between its first and last time."""
    number = {(info.device, info.quantity): info.id for info in readings.series()}
    # Two columns may be of one series: what counts is the series.
    groups: dict[tuple[str, str], list[int]] = {}
    for position, series in enumerate(file.series):
        groups.setdefault((series.target.full_name, series.quantity), []).append(position)
    for key, positions in groups.items():
        (at,) = np.nonzero(np.isin(file.of_series, positions))
        if len(at):
            first_us, last_us = int(file.time_us[at].min()), int(file.time_us[at].max())
            yield at, _stored(readings.range, number.get(key), first_us, last_us + 1)


def _stored(ask: Callable[..., Columns], number: int | None, start_us: int, end_us: int) -> Columns:
    """The readings of one series, asked for in parts of bounded size."""
    found: list[Columns] = []
    while number is not None and start_us < end_us:
        part = ask([number], start_us, end_us, _CHUNK)
        found.append(part)
        start_us = int(part.time_us[-1]) + 1 if len(part) == _CHUNK else end_us
    return Columns.concat(found)


def _located(rows: Columns, times: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Which times have a reading among sorted ones of one series, and where."""
    where = np.searchsorted(rows.time_us, times)
    if not len(rows):
        return np.zeros(len(times), bool), where
    where = np.minimum(where, len(rows) - 1)
    return rows.time_us[where] == times, where
