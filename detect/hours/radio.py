"""Radio: a device that is received much worse than it used to be, and loses readings by it.

How weak is too weak differs from one radio to the next, so that a level alone says nothing: it must have fallen well below
the device's own past, be where receivers begin to lose messages, and readings must really be missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detect.hours.levels import DAY, Floats, daily, levels, of_sorted, silent_verdict, until, windows
from detect.hours.standing import standing
from detect.nouns import Json, Kind
from detect.streams.nouns import Hours, Verdict

PAST = range(3, 60)
"""The days before that are the device's own past."""
BEST = 0.8
"""What was reached on one of five days of it is what it can reach, however long it has been weak since."""
LEAST_PAST = 3
"""Days of it that must be known."""
LOST = 0.2
"""The share of its readings that must be missing, against what it said in its past."""
PERSIST, HOLD = 12, 2 * DAY


class Radio(NamedTuple):
    """When a quantity of radio is weak, in its unit."""

    fall: float
    """So far below its past."""
    limits: tuple[float, ...]
    """Where receivers begin to lose messages, from the least to the most sensitive kind."""
    reach: float
    """So much above such a limit it is near it."""


KINDS = {
    "rssi": Radio(8.0, (-90.0, -120.0), 10.0),
    "snr": Radio(5.0, (-7.5, -20.0), 5.0),
}
"""dBm: Bluetooth, Zigbee and Wi-Fi go to about -90, LoRa to -123 … -137 by its spreading factor. dB: LoRa demodulates to -7.5
(SF7) … -20 (SF12), by Semtech's SX1276 data sheet."""


class Course(NamedTuple):
    """Reception by hours. Shapes: (h,)."""

    level: Floats
    before: Floats
    lost: Floats


class WeakRadio:
    """Reception that got weak. What it says of an hour depends on the 65 days before."""

    version: str = "1"
    kinds: tuple[Kind, ...] = (Kind.WEAK_RADIO,)
    look_back_hours: int = 65 * DAY

    def __init__(self, quantity: str) -> None:
        self.name = f"weak_{quantity}"
        self.quantities = frozenset({quantity})
        self._radio = KINDS[quantity]

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say of each hour whether the device is received too weakly."""
        if not len(hours.hour):
            return silent_verdict()
        course = self.course(hours)
        near = course.level <= self._limit(course.level) + self._radio.reach
        fallen = (course.before - course.level) / self._radio.fall
        odd = np.where(near, np.minimum(fallen, course.lost / LOST), 0.0)
        known = ~np.isnan(fallen) & ~np.isnan(course.lost)
        return standing(hours.hour, np.where(known, np.maximum(odd, 0.0), np.nan), persist=PERSIST, hold=HOLD)

    def course(self, hours: Hours) -> Course:
        """How well it is received at each hour, how well in its past, and what share of its readings is missing now."""
        level, spoken = levels(hours), _spoken(hours)
        past, usual = (np.sort(daily(hours.hour, part, PAST), axis=1) for part in (level, spoken))
        expected = of_sorted(usual, BEST, LEAST_PAST)
        lost = np.clip(1 - spoken / np.maximum(expected, 1.0), 0.0, 1.0)
        return Course(level, of_sorted(past, BEST, LEAST_PAST), lost)

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """How weak it was at that hour."""
        course = self.course(until(hours, at + 1))
        level = float(course.level[-1])
        return {
            "value": round(level, 1), "formerly": round(float(course.before[-1]), 1),
            "limit": float(self._limit(np.array([level]))[0]), "lost": round(float(course.lost[-1]), 3),
        }  # fmt: skip

    def _limit(self, level: Floats) -> Floats:
        """The limit of the kind of receiver that can still hear such a level."""
        short, far = self._radio.limits
        return np.where(level >= short - self._radio.reach, short, far)


def _spoken(hours: Hours) -> Floats:
    """Readings within the day before each hour (h,)."""
    at, there = windows(hours.hour, DAY)
    total: Floats = np.where(there, hours.samples[at], 0).sum(axis=1).astype(float)
    return total
