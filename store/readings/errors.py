"""What can go wrong with the file of readings, as facts the caller decides upon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import zstandard

from store import files


class StoreDamaged(Exception):
    """The file of readings is damaged. Opening it again for writing sets it aside and begins a new one."""


class StoreAbsent(Exception):
    """There is no file of readings yet, or another process writes it. Worth trying again."""


class StoreFull(Exception):
    """Too much waits for InfluxDB, which does not take it: the journal has to hold the rest. Worth trying again."""


class ColdTierDown(Exception):
    """Sealed readings cannot be reached just now (InfluxDB is down). Worth trying again."""


@contextmanager
def damage_named() -> Iterator[None]:
    """Turn what SQLite and zstandard say of a damaged file into StoreDamaged."""
    try:
        yield
    except zstandard.ZstdError as error:
        raise StoreDamaged(f"a page cannot be decompressed: {error}") from error
    except files.DatabaseError as error:
        if files.is_damage(error):
            raise StoreDamaged(str(error)) from error
        raise
