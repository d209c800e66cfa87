"""The cold tier: where readings lie once they are sealed. The file itself (runs.py), or InfluxDB (influx.py)."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Columns
from store.readings.columns import Ints, Mask
from store.readings.pages import Hours


class ColdTier(Protocol):
    """Sealed readings. `series` are ascending without repetition. May raise ColdTierDown."""

    may_repeat_recent: bool
    """Whether it may have readings that are recent too, because it is not sealed in one commit with the file."""

    def find(self, series: NDArray[np.int32], time_us: Ints) -> tuple[Mask, Columns]:
        """Which (series, time), sorted so, are sealed, and the readings as asked for with value and flags where they are."""

    def read(self, series: NDArray[np.int32], start_us: int, end_us: int) -> list[Columns]:
        """The readings of some series in [start_us, end_us), in parts in any order."""

    def hours(
        self, series: NDArray[np.int32], start_us: int, end_us: int
    ) -> tuple[NDArray[np.int32], Ints, Hours]:
        """Series, hour (µs) and figures of the hours in [start_us, end_us), both whole; several per hour possibly.

        Sentinel and impossible readings are left out; disputed ones are counted, the caller corrects that.
        """

    def close(self) -> None:
        """Release connections of its own."""


class ColdWriter(ColdTier, Protocol):
    """The one writer's view."""

    def put(self, rows: Columns, now_us: int) -> None:
        """Seal readings (keys not sealed before, in any order). Called in the transaction that forgets them elsewhere."""

    def tend(self, now_us: int) -> None:
        """One small step of housekeeping that is due."""
