"""The nouns of a report: where a sensor counted, hourly figures, and what a measuring point showed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
RowsOf = Callable[[int, int], Columns]
"""(from, to) → the trusted readings of one series in [from, to), by time."""


class Basis(StrEnum):
    """On what the figures of a measuring point rest."""

    READINGS = "readings"
    """Every single reading."""
    HOURS = "hours"
    """Hourly figures; readings were looked at where it was lowest and highest, and where some are missing."""


class Piece(NamedTuple):
    """A sensor counted from–to (`to_us` exclusive)."""

    from_us: int
    to_us: int


class Patience(NamedTuple):
    """How long a sensor may pause."""

    gap_us: int
    """A longer pause is a gap."""
    silence_us: int
    """A longer pause is unknown time."""


class Cells(NamedTuple):
    """Figures of hours and of what is left of hours at the ends of pieces, in order of time; (n,) each."""

    from_us: Ints
    to_us: Ints
    n: Ints
    minimum: Floats
    mean: Floats
    maximum: Floats

    @staticmethod
    def join(parts: list[Cells]) -> Cells:
        """All parts in order of time."""
        columns = [np.concatenate(found) for found in zip(*parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Cells(*(column[order] for column in columns))


class Pause(NamedTuple):
    """Nothing was heard from–to; whole hours where readings were not looked at."""

    from_us: int
    to_us: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a measuring point showed while it counted; None where there was no reading."""

    basis: Basis
    samples: int
    minimum: float | None
    minimum_us: int | None
    mean: float | None
    """Weighted by time."""
    maximum: float | None
    maximum_us: int | None
    kinetic: float | None
    """The mean kinetic temperature, if that was asked for."""
    coverage: float
    """Share of the time that rests on readings, 0…1."""
    interval_us: int | None
    """The median pause between two readings."""
    pauses: tuple[Pause, ...]
    """Longer than a sensor may pause, in order."""
    unlooked: int
    """Hours with fewer readings than usual that were not looked at reading by reading."""
