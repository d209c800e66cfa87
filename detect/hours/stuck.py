"""Stuck for long: a sensor that has said one and the same value for many hours, though it used to move.

Many series are flat by nature: a cold store at night, a coarse sensor, air that is saturated. So what counts is how long this one used to
stay at one value in the weeks before, and whether the others in its room stand still as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.hours.courses import dense
from detect.hours.standing import rolling_max
from detect.nouns import Json, Kind
from detect.streams.nouns import NOTHING, Hours, Verdict
from ingest.nouns import US_PER_HOUR

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
DAY = 24
LEAST = 15
"""No shorter stay is remarkable, in hours."""
TIMES = 3
"""Nor one that is not so many times as long as the longest before."""
PAST, LONGEST = 28 * DAY, 14 * DAY
"""What is looked back on, and how long a stay counts at most."""
LEAST_KNOWN, MOVING = 72, 0.5
"""So many hours of the past must be known, and so large a share of them must have moved."""
SATURATED = 98.5
"""% relative humidity from which on a sensor that says the same all the time may be right."""


class Stuck:
    """Judges one quantity by the stays at one value, by hours.

    It works badly on what moves less than the sensor resolves for weeks and then settles for good: that is told once.
    """

    version = "1"
    kinds: tuple[Kind, ...] = (Kind.STUCK,)
    look_back_hours = PAST + LONGEST + DAY

    def __init__(self, quantity: str) -> None:
        self.name = f"stuck_{quantity}"
        self.quantities = frozenset({quantity})
        self._most = SATURATED if quantity == "relative_humidity" else np.inf

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say of each hour whether the value has been the same for too long, unless half of the peers stand still too."""
        n = len(hours.hour)
        if not n:
            return Verdict(np.empty(0, np.float32), np.empty(0, np.int8), np.empty(0, np.int64))
        own = _stays(hours, int(hours.hour[0]), int(hours.hour[-1]))
        odd = np.where(self._excused(own, hours, peers), 0, own.lasted / _remarkable(own))
        odd = np.where(_ready(own), odd, np.nan)[hours.hour - hours.hour[0]]
        lasted = own.lasted[hours.hour - hours.hour[0]]
        stands = odd >= 1
        return Verdict(
            (odd / (1 + odd)).astype(np.float32),
            np.where(stands, 0, NOTHING).astype(np.int8),
            np.where(stands, (hours.hour + 1 - lasted) * US_PER_HOUR, 0),
        )

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """The value at which it is stuck."""
        return {"value": round(float(hours.mean[at]), 3)}

    def _excused(self, own: _Stays, hours: Hours, peers: Sequence[Hours]) -> NDArray[np.bool_]:
        first, last = int(hours.hour[0]), int(hours.hour[-1])
        still = [_stays(peer, first, last).lasted >= own.lasted / 2 for peer in peers if len(peer.hour)]
        flat = np.mean(still, axis=0) >= 0.5 if still else np.zeros(len(own.lasted), np.bool_)
        return np.asarray(flat | (own.value >= self._most))


class _Stays(NamedTuple):
    """A series at every hour of a span. Shapes: (h,)."""

    value: Floats
    """The last one that was known."""
    known: NDArray[np.bool_]
    lasted: Whole
    """For how many hours it has been the same, silent ones among them; 0 if it moved."""


def _stays(hours: Hours, first: int, last: int) -> _Stays:
    mean = dense(hours, first, last)
    known = np.isfinite(mean)
    every = np.arange(len(mean))
    newest = np.maximum.accumulate(np.where(known, every, 0))
    value = mean[newest]
    flat = known & (dense(hours._replace(mean=hours.high - hours.low), first, last) == 0)
    same = np.append(False, value[1:] == value[:-1]) & flat[newest]
    since = np.maximum.accumulate(np.where(same, 0, every))
    return _Stays(value, known, np.minimum(every - since, LONGEST))


def _remarkable(own: _Stays) -> Floats:
    """From how many hours on a stay is remarkable (h,), by the longest that had ended before."""
    ended = np.append(np.where(own.lasted[1:] == 0, own.lasted[:-1], 0), 0)
    before = np.append(0, rolling_max(ended.astype(np.float64), PAST)[:-1])
    return np.asarray(np.maximum(TIMES * before, LEAST))


def _ready(own: _Stays) -> NDArray[np.bool_]:
    """Where enough is known of the time before the present stay, and it moved in it."""
    known = np.append(0, np.cumsum(own.known))
    moved = np.append(0, np.cumsum(own.known & (own.lasted == 0)))
    begun = np.arange(len(own.lasted)) + 1 - own.lasted
    back = np.maximum(begun - PAST, 0)
    past, moving = known[begun] - known[back], moved[begun] - moved[back]
    return np.asarray((past >= LEAST_KNOWN) & (moving >= MOVING * past))
