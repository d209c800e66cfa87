"""The nouns of streams: rows in, verdicts out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Json, Kind

NO_GROUP = -1
"""The group of a series that shares its room with no other."""
NOTHING = -1
"""The kind of a row at which nothing stands."""


class Rows(NamedTuple):
    """Readings of several series mixed, in the order in which they came; per series their times rise.

    Shapes: (n,). `value` is finite, in the quantity's one unit.
    """

    series: NDArray[np.int32]
    time_us: NDArray[np.int64]
    value: NDArray[np.float64]


class Roster(NamedTuple):
    """What is known of each series, by its number: its quantity, the room it shares with others, how often it speaks.

    Shapes: (s,). `group` is NO_GROUP where there is none, `interval_us` 0 where nobody said.
    """

    quantity: Sequence[str]
    group: NDArray[np.int32]
    interval_us: NDArray[np.int64]


class Verdict(NamedTuple):
    """What a detector says at each row (or hour). Shapes: (n,)."""

    score: NDArray[np.float32]
    """0 … 1, high = odd; NaN = not ready, which is not the same as normal."""
    kind: NDArray[np.int8]
    """What stands at this row: an index into the detector's `kinds`, or NOTHING."""
    since_us: NDArray[np.int64]
    """When that began (event time, µs; it may have begun long before it was noticed); 0 where nothing stands."""


class Detector(Protocol):
    """Follows every reading. What it says at a row depends on that row and earlier ones of the last `look_back_us` alone.

    So a series that is followed anew from `look_back_us` before comes to the same verdicts, and the verdicts are the
    same however the rows are cut into batches.
    """

    name: str
    version: str
    kinds: tuple[Kind, ...]
    quantities: frozenset[str]
    """What it judges; rows of other quantities get NaN and NOTHING."""
    look_back_us: int

    def enter(self, roster: Roster) -> None:
        """Know these series; a longer roster adds to the former one."""

    def follow(self, rows: Rows) -> Verdict:
        """Say something at every row."""

    def forget(self, series: Sequence[int]) -> None:
        """These series begin anew, as if they had never spoken."""


class Hours(NamedTuple):
    """One series by hours: whole hours with readings, rising; hours without any are absent. Shapes: (h,)."""

    hour: NDArray[np.int64]
    """Hours since 1970-01-01T00:00Z."""
    samples: NDArray[np.int64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class HourDetector(Protocol):
    """Judges a series by its hours. What it says of an hour depends on that hour and the `look_back_hours` before."""

    name: str
    version: str
    kinds: tuple[Kind, ...]
    quantities: frozenset[str]
    look_back_hours: int

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say something of each hour of a series. `peers`: the others of its quantity in its room, by hours too."""

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """What stands behind what it said of the hour with index `at`."""
