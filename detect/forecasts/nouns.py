"""The nouns of forecasts: a room's past, what is coming outdoors, and when a limit will be passed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Limit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HORIZON_H = 48
"""How far ahead a room is foretold."""
HISTORY_H = 45 * 24
"""How much of its past a room is learned from."""


class Air(NamedTuple):
    """Temperature and dew point, °C, hour by hour; NaN where nobody knows. Shapes equal, the last axis is time."""

    temp_c: Floats
    dew_c: Floats


class Past(NamedTuple):
    """A zone's hours, and those outdoors beside it. Shapes: (n,); row i is the hour `first_hour` + i since 1970."""

    first_hour: int
    room: Air
    outdoors: Air
    """All NaN where nothing tells the weather."""


class Issue(NamedTuple):
    """A weather forecast as it was issued. Shapes: (v,), `valid_us` rising."""

    issued_us: int
    valid_us: Ints
    air: Air


class Passing(NamedTuple):
    """When a limit will be passed, over all members of a forecast. Times in hours from the origin, inf = not within it."""

    probability: float
    """Share of the members that pass it within the horizon."""
    p10_h: float
    p50_h: float
    p90_h: float
    """Of the members that pass it."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What a quantity is expected to be. Shapes: (h,)."""

    time_us: Ints
    p10: Floats
    p50: Floats
    p90: Floats


@dataclass(frozen=True, slots=True)
class Foretold:
    """A limit's forecast at one moment."""

    limit: Limit
    issued_us: int
    expires_us: int
    probability: float
    p10_us: int | None
    p50_us: int | None
    p90_us: int | None
    """None: not within the horizon."""
    model: str
    curve: Curve | None = None
