"""Sawtooth: the swings that a thermostat leaves in a room, and what they tell of the machine."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.machines.nouns import Floats

FEWEST_TURNS = 7
"""Three whole cycles: fewer say nothing of a day."""
_WINDOW_S = 3 * 3600.0
_SHARE = 0.5
"""A swing is one of at least this share of the usual spread within three hours."""


class Swings(NamedTuple):
    """The swings of a day, from turn to turn. Shapes: (n,)."""

    seconds: Floats
    change: Floats
    """Below 0 while the machine works."""


def turns(values: list[float], least: float) -> list[int]:
    """Where the course turns: alternating tops and bottoms at least `least` apart; the first and last swing are left open.

    >>> turns([0.0, 2.0, 1.8, 0.0, 0.1, 2.0, 0.0], 1.0)
    [0, 1, 3, 5]
    """
    found: list[int] = []
    heading, top, bottom = 0, 0, 0
    for at, value in enumerate(values):
        if value > values[top]:
            top = at
        if value < values[bottom]:
            bottom = at
        if heading >= 0 and value <= values[top] - least:
            found.append(top)
            heading, bottom = -1, at
        elif heading <= 0 and value >= values[bottom] + least:
            found.append(bottom)
            heading, top = 1, at
    return found


def swings(time_s: Floats, value: Floats, least: float) -> Swings | None:
    """The swings of a day; None where there are too few.

    Args:
        time_s: rising, (n,).
        value: turned so that the machine brings it down, (n,).
        least: what noise and resolution can do.
    """
    at = turns(value.tolist(), max(_SHARE * _usual_spread(time_s, value), least))
    if len(at) < FEWEST_TURNS:
        return None
    index = np.array(at)
    return Swings(np.diff(time_s[index]), np.diff(value[index]))


def _usual_spread(time_s: Floats, value: Floats) -> float:
    """The median over windows of three hours of the spread between their 10th and 90th percentile."""
    window: NDArray[np.int64] = (time_s // _WINDOW_S).astype(np.int64)
    cuts = np.flatnonzero(np.diff(window)) + 1
    parts = [part for part in np.split(value, cuts) if len(part) >= 4]
    return float(np.median([np.subtract(*np.percentile(part, (90, 10))) for part in parts])) if parts else 0.0
