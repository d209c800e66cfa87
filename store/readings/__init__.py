"""Readings at rest: one writer applies the journal, any number of readers ask meanwhile."""

from __future__ import annotations

from pathlib import Path

from store.files import NewerFormat, SetAside
from store.readings.embedded import EmbeddedStore
from store.readings.errors import ColdTierDown, StoreAbsent, StoreDamaged, StoreFull
from store.readings.reader import Reader
from store.readings.runs import Runs
from store.readings.writer import Limits, Writer


def open_store(
    path: Path, *, now_us: int, retention_days: int | None = None, limits: Limits | None = None
) -> EmbeddedStore:
    """The one writer of the readings at `path`; whole days are dropped after `retention_days`.

    A damaged file is set aside (`store.set_aside` says so), and the caller lets the new one `begin_at` what the journal
    still has. Raises NewerFormat, StoreAbsent if another process writes the file.
    """
    return EmbeddedStore(path, now_us=now_us, retention_days=retention_days, limits=limits)


def open_reader(path: Path) -> Reader:
    """Questions to the readings at `path`, which another process writes. The file may come into being later."""
    return Reader(path, Runs)


__all__ = [
    "ColdTierDown", "EmbeddedStore", "Limits", "NewerFormat", "Reader", "SetAside", "StoreAbsent", "StoreDamaged",
    "StoreFull", "Writer", "open_reader", "open_store",
]  # fmt: skip
