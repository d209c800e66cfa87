"""The nouns of scoring: rows as they came, what is said of each, and what was found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Json, Kind, Severity
from detect.streams.nouns import NO_GROUP as NO_GROUP


class Given(NamedTuple):
    """Rows in order of arrival. Shapes: (n,)."""

    series: NDArray[np.int32]
    """Numbers from 0, given out as series appear."""
    time_us: NDArray[np.int64]
    value: NDArray[np.float64]
    told: NDArray[np.bool_]
    """False: the row has no time or no value; it is answered, but nothing follows from it."""

    def take(self, at: NDArray[np.intp]) -> Given:
        """The rows at these places, in that order."""
        return Given(self.series[at], self.time_us[at], self.value[at], self.told[at])


class Followed(NamedTuple):
    """The rows that detectors follow: per series their times rise. Shapes: (m,)."""

    series: NDArray[np.int32]
    time_us: NDArray[np.int64]
    value: NDArray[np.float64]
    number: NDArray[np.int64]
    """Which row of all it is, counted from the beginning."""

    def take(self, at: NDArray[np.intp]) -> Followed:
        """The rows at these places, in that order."""
        return Followed(self.series[at], self.time_us[at], self.value[at], self.number[at])


class Entrant(NamedTuple):
    """A series at its first row."""

    quantity: str
    group: int
    """Series of one group share a room; NO_GROUP where nobody said."""


class Said(NamedTuple):
    """What stands at each row. Shapes: (n,)."""

    score: NDArray[np.float64]
    """0 … 1; from 0.5 on a finding stands. 0 where nothing can be said yet."""
    kind: NDArray[np.int16]
    """Index into the kinds of the scorer, NOTHING where nothing stands."""


class Found(NamedTuple):
    """A finding of one detector on one series."""

    series: int
    detector: str
    kind: Kind
    start_us: int
    end_us: int | None
    """The row at which it stood no longer; None while it goes on."""
    raised_us: int
    """The row at which it was first said."""
    severity: Severity
    evidence: dict[str, Json]
