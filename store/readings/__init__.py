"""Readings at rest: one writer applies the journal, any number of readers ask meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from store.files import Connection, NewerFormat, SetAside
from store.readings.cold import ColdWriter
from store.readings.errors import ColdTierDown, StoreAbsent, StoreDamaged, StoreFull
from store.readings.keeping import KeptRuns
from store.readings.limits import INFLUX_LIMITS, InfluxSettings, Limits
from store.readings.reader import Reader
from store.readings.runs import Runs
from store.readings.writer import Writer


def open_store(
    path: Path, *, now_us: int, retention_days: int | None = None, limits: Limits | None = None
) -> Writer:
    """The one writer of the readings at `path`; whole days are dropped after `retention_days`.

    A damaged file is set aside (`store.set_aside` says so), and the caller lets the new one `begin_at` what the journal
    still has. Raises NewerFormat, StoreAbsent if another process writes the file.
    """
    return Writer(path, lambda con: KeptRuns(con, retention_days), now_us, limits)


def open_reader(path: Path) -> Reader:
    """Questions to the readings at `path`, which another process writes. The file may come into being later."""
    return Reader(path, Runs)


def open_influx_store(
    path: Path, influx: InfluxSettings, *, now_us: int, limits: Limits = INFLUX_LIMITS
) -> Writer:
    """Like `open_store`, but sealed readings lie in InfluxDB; recent ones and all accounts stay in the file at `path`.

    An InfluxDB that is down lets readings wait in the file; `store.waiting` says why. Only readings older than the
    newest of their series then have to wait in the journal, because they cannot be judged (ColdTierDown).
    """
    return Writer(path, _influx(influx), now_us, limits)


def open_influx_reader(path: Path, influx: InfluxSettings) -> Reader:
    """Like `open_reader`, with the sealed readings in InfluxDB. Questions that need them may raise ColdTierDown."""
    return Reader(path, _influx(influx))


def _influx(settings: InfluxSettings) -> Callable[[Connection], ColdWriter]:
    """InfluxDB as cold tier. Its client takes a second and 20 MB to import, which those without it do not pay."""
    kind: Callable[[InfluxSettings], ColdWriter] = import_module("store.readings.influx").Influx
    return lambda con: kind(settings)


__all__ = [
    "INFLUX_LIMITS",
    "ColdTierDown",
    "InfluxSettings",
    "Limits",
    "NewerFormat",
    "Reader",
    "SetAside",
    "StoreAbsent",
    "StoreDamaged",
    "StoreFull",
    "Writer",
    "open_influx_reader",
    "open_influx_store",
    "open_reader",
    "open_store",
]
