"""The nouns of forecasts: a room's past, what is coming outdoors, and when a limit will be passed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
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
    plans: Floats
    """Shares of each hour for which doors are planned to stand open, and machines to be off: (2, n + h + 1), into the future."""


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


class PlanKind(StrEnum):
    """What is planned for a zone that lets the weather in."""

    DOORS_OPEN = "doors_open"
    """Deliveries, airing."""
    MACHINES_OFF = "machines_off"
    """Heating off at night, a shutdown, maintenance."""


class Plan(NamedTuple):
    """A planned event."""

    kind: PlanKind
    from_us: int
    to_us: int


class NoForecast(StrEnum):
    """Why nothing is foretold of a zone or a limit."""

    NO_LIMITS = "no_limits"
    """Nothing is watched there that can be foretold."""
    TOO_YOUNG = "too_young"
    """Less than a day is known of it."""
    NO_READINGS = "no_readings"
    """It is silent: there is no present to start from."""
    NO_HUMIDITY = "no_humidity"
    """The limit needs a dew point, and nobody measures humidity."""
    NOT_LEARNED_YET = "not_learned_yet"
    """Its turn to be learned comes within the hour."""


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
    lag_us: int
    """By how much the goods lag that it is about."""
    issued_us: int
    expires_us: int
    """Not renewed until then, it is no longer gone by."""
    probability: float
    """That the limit is passed within the horizon."""
    soon: float
    """That it is passed within the time for which passing is announced."""
    p10_us: int | None
    p50_us: int | None
    p90_us: int | None
    """When, if it is; None: no member passes it."""
    value: float | None
    """Now."""
    model: str
    none: NoForecast | None = None
    """Why nothing is said (all else means nothing then)."""
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class ZoneForecast:
    """All limits of a zone, or why none."""

    zone: str
    foretold: tuple[Foretold, ...]
    none: NoForecast | None = None
