"""Drift against peers: a sensor that slowly parts from what the others in its room make one expect of it.

Once a day (UTC) a ridge regression learns, from the weeks before, how the series goes with each of its peers: a probe beside a
door or in the sun follows the others in its own way. What the peers do not explain is what is left; it drifts if that
stays away from nothing over a day. Being far for some hours only raises the score: that may be a door, or a fault that others
name. Everything is done once for each peer left out, and the least counts: so a peer that drifts makes nobody else suspect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detect.hours.courses import dense
from detect.hours.standing import standing
from detect.nouns import Json, Kind
from detect.streams.nouns import Hours, Verdict

Floats = NDArray[np.float64]
DAY = 24
PAST, GAP = 14 * DAY, 2 * DAY
"""It learns from so many hours, which end so many before the day: a drift that has begun is not yet learned."""
LEAST = 36
"""Hours in common from which anything can be learned; while the past is that short there is no gap."""
MOST_PEERS = 8
"""Those that were nearest to it in the past."""
RIDGE = 0.1
"""Weight of the penalty, in squares of the quantity's scale an hour: without it, peers that go alike get absurd weights."""
COMMON = 0.7
"""A peer is one if it spoke in so large a share of the hours that are learned from."""
SHORT, LONG, LEAST_LONG = 3, DAY, 18
"""Hours over which the median of what is left is taken; of the long span so many must be known."""
SHORT_FAR, LONG_FAR = (2.5, 12.0), (0.7, 3.5)
"""From where on it drifts: in the quantity's scale, and in usual deviations of what is left; the greater counts."""
WIDE = 4
"""An hour that spans more than this (in the quantity's scale) is left out."""
GAIN = 0.35
"""Where the room as a whole is away from its usual level, so large a share of that may be left: nobody knows how a sensor follows so far."""
ALMOST = 0.9
"""Of the threshold; what was far for some hours only reaches this."""
PERSIST, HOLD = 1, 6
SCALES = {"temperature": 1.0, "surface_temperature": 1.0, "relative_humidity": 4.0}
"""How much of each quantity is about as much: 1 °C and 4 %."""


class PeerDrift:
    """Judges one quantity of a series by the others of its room.

    It needs two peers: of two sensors that part nobody knows which one is wrong. It works badly where rooms are wide and the sun
    comes in: in an office of 40 m half of the drifts of 1 °C are never found, the others a day after they are complete. Sensors that all drift
    alike are not found at all.
    """

    version = "1"
    kinds: tuple[Kind, ...] = (Kind.DRIFT,)
    look_back_hours = PAST + GAP + LONG + DAY + HOLD + PERSIST

    def __init__(self, quantity: str) -> None:
        self.name = f"peer_drift_{quantity}"
        self.quantities = frozenset({quantity})
        self._quantity, self._scale = quantity, SCALES[quantity]

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say of each hour whether it drifts away from its peers."""
        spoken = [peer for peer in peers if len(peer.hour)]
        if not len(hours.hour) or len(spoken) < 2:
            return standing(hours.hour, np.full(len(hours.hour), np.nan), persist=PERSIST, hold=HOLD)
        odd = self._odd(hours, spoken)[hours.hour - hours.hour[0]]
        return standing(hours.hour, odd, persist=PERSIST, hold=HOLD)

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """Where it stands itself; what it should be is its peers' to say."""
        return {"value": round(float(hours.mean[at]), 3), "quantity": self._quantity}

    def _odd(self, hours: Hours, peers: Sequence[Hours]) -> Floats:
        """How odd it is, in units of the threshold, at every hour of the span."""
        first, last = int(hours.hour[0]), int(hours.hour[-1])
        own = _calm(hours, first, last, self._scale)
        others = np.stack([_calm(peer, first, last, self._scale) for peer in peers], axis=1)
        left, told, spread = (np.full(others.shape, np.nan) for _ in range(3))
        for day in range(-first % DAY, len(own), DAY):
            learned = _learned(own, others, day, self._scale)
            if learned is not None:
                span = slice(day, day + DAY)
                left[span], told[span] = _left(own[span], others[span], learned)
                spread[span] = learned.spread
        short, long = (
            _median(left, width, least) / self._far(far, spread, _median(told, width, least))
            for far, width, least in ((SHORT_FAR, SHORT, SHORT), (LONG_FAR, LONG, LEAST_LONG))
        )
        return np.fmax(np.minimum(_least(short), ALMOST), _least(long))

    def _far(self, far: tuple[float, float], spread: Floats, told: Floats) -> Floats:
        """From where on what is left is too much (h, p)."""
        return np.maximum(np.maximum(far[0] * self._scale, far[1] * spread), GAIN * np.abs(told))


def _calm(hours: Hours, first: int, last: int, scale: float) -> Floats:
    """Means at every hour of a span, (h,); NaN also where it went so far up and down that a mean says nothing: an hour of
    spikes or noise, of an open door, or of a fault that others name."""
    wide = hours.high - hours.low > WIDE * scale
    return dense(hours._replace(mean=np.where(wide, np.nan, hours.mean)), first, last)


class _Learned(NamedTuple):
    """How a series goes with its peers, for each of them left out (p) or not among the nearest."""

    chosen: NDArray[np.intp]
    middle: Floats
    """Of the series itself (1,) and of the chosen ones (m,)."""
    weights: Floats
    """(p, m)"""
    centre: Floats
    spread: Floats
    """(p,): median and usual deviation of what was left in the past."""


def _learned(own: Floats, others: Floats, day: int, scale: float) -> _Learned | None:
    """Learn for the day that begins at an index; None if too little is known."""
    for gap in (GAP, 0):
        past = slice(max(day - gap - PAST, 0), max(day - gap, 0))
        known = np.isfinite(own[past])
        if known.sum() >= LEAST:
            return _fitted(own[past][known], others[past][known], scale)
    return None


def _fitted(own: Floats, others: Floats, scale: float) -> _Learned | None:
    there = np.flatnonzero(np.isfinite(others).mean(axis=0) >= COMMON)
    if len(there) < 2:
        return None
    apart = own[:, None] - others[:, there]
    nearness = _middle(np.abs(apart - _middle(apart)))
    chosen = there[np.argsort(nearness, kind="stable")[:MOST_PEERS]]
    middle = np.append(_middle(own[:, None]), _middle(others[:, chosen]))
    course = _filled(others[:, chosen] - middle[1:])
    weights = _weights(course, own - middle[0], scale)
    every = np.repeat(weights[-1:], others.shape[1], axis=0)
    every[chosen] = weights[:-1]
    left = (own - middle[0])[:, None] - course @ every.T
    centre = _middle(left)
    return _Learned(chosen, middle, every, centre, 1.4826 * _middle(np.abs(left - centre)))


def _weights(course: Floats, own: Floats, scale: float) -> Floats:
    """Ridge regression of `own` (n,) on `course` (n, m), with each column left out in turn and with none: (m + 1, m)."""
    m = course.shape[1]
    stays = ~np.eye(m + 1, m, dtype=bool)
    penalty = RIDGE * scale**2 * len(own) * np.eye(m)
    products = (course.T @ course) * (stays[:, :, None] & stays[:, None, :]) + penalty
    return np.asarray(np.linalg.solve(products, ((course.T @ own) * stays)[:, :, None])[:, :, 0])


def _filled(course: Floats) -> Floats:
    """Where a peer is silent it is taken to go as the others do on the average."""
    known = np.isfinite(course)
    mean = np.where(known, course, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known, course, mean[:, None])


def _left(own: Floats, others: Floats, learned: _Learned) -> tuple[Floats, Floats]:
    """What the peers do not explain, and what they do, (h, p) each; NaN where more than half of them are silent."""
    course = others[:, learned.chosen] - learned.middle[1:]
    told = np.einsum("hm,pm->hp", _filled(course), learned.weights)
    told[np.isfinite(course).mean(axis=1) < 0.5] = np.nan
    return (own - learned.middle[0])[:, None] - told - learned.centre, told


def _middle(values: Floats) -> Floats:
    """The (lower) median of each column (h, m), of which one is known at least."""
    ranked = np.sort(values, axis=0)
    return np.asarray(ranked[(np.isfinite(values).sum(axis=0) - 1) // 2, np.arange(values.shape[1])])


def _median(left: Floats, width: int, least: int) -> Floats:
    """The median of each column over the `width` hours that end with each (h, p); NaN where fewer than `least` are known."""
    before = np.full((width - 1, left.shape[1]), np.nan)
    ranked = np.sort(sliding_window_view(np.concatenate((before, left)), width, axis=0), axis=2)
    known = np.isfinite(ranked).sum(axis=2)
    at = np.maximum((known - 1) // 2, 0)
    return np.where(known >= least, np.take_along_axis(ranked, at[:, :, None], axis=2)[:, :, 0], np.nan)


def _least(odd: Floats) -> Floats:
    """The least (h,) of those that agree in their sign, 0 where they do not."""
    low, high = odd.min(axis=1), odd.max(axis=1)
    return np.where(low > 0, low, np.where(high < 0, -high, odd[:, 0] * 0))
