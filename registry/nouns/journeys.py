"""Journeys as positions tell them: who says where a shipment is, where it was, and what was told of it last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.nouns.words import Stage


class Source(NamedTuple):
    """A device whose positions are a shipment's from–to (`to_us` exclusive)."""

    device: str
    """Full name."""
    leg: int | None
    """The leg whose vehicle it is in; None = it travels with the goods on all legs."""
    from_us: int
    to_us: int


@dataclass(frozen=True, slots=True)
class Fixes:
    """Positions in order of time; all columns have shape (n,), degrees WGS 84."""

    time_us: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]

    @classmethod
    def none(cls) -> Fixes:
        """No position at all."""
        return cls(np.empty(0, np.int64), np.empty(0), np.empty(0))

    def after(self, time_us: int) -> Fixes:
        """Those at or after a time."""
        kept = self.time_us >= time_us
        return Fixes(self.time_us[kept], self.latitude[kept], self.longitude[kept])


@dataclass(frozen=True, slots=True)
class Told:
    """What positions told of a shipment, as it was last written into it: a person's other entry wins over it."""

    departed_us: tuple[int | None, ...] = ()
    arrived_us: tuple[int | None, ...] = ()
    """Of each leg; of the shipment itself where it has none."""
    stage: Stage = Stage.PLANNED
