"""Counters: messages that a device sent, by its own count, and that never arrived; and a count that begins anew.

A device that numbers its messages tells what was lost on the way: between two hours its counter grows by as many as
it sent. A count that falls back means that the device has started again. Hours after a silence are left out,
for that is told of elsewhere; 16-bit counters (LoRaWAN) begin anew after 65,535 without that being a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detect.hours.levels import DAY, Bools, Floats, silent_verdict, until, windows
from detect.hours.standing import standing
from detect.nouns import Json, Kind
from detect.streams.nouns import NOTHING, Hours, Verdict

LOST = 0.25
"""The share of a day's messages that must be lost."""
LEAST_SENT = 12
"""Of fewer messages a day no share is told."""
PERSIST, HOLD = 12, DAY
RESTARTS = 3
"""So many within a day are too many: one may be a change of battery, two a second try."""
SILENT_INTERVALS = 6
"""Of a device that speaks once an hour or less; after a longer pause its counter is taken up anew."""
WRAP = 65_536
NEAR_WRAP = 2_000
"""A counter within this of its end, and as near its beginning in the next hour, has gone round."""


class Course(NamedTuple):
    """A counter by hours, each figure over the day before. Shapes: (h,)."""

    sent: Floats
    received: Floats
    restarts: Floats


class Counter:
    """Lost messages and restarts. What it says of an hour depends on the 4 days before."""

    name: str = "frame_counter"
    version: str = "1"
    kinds: tuple[Kind, ...] = (Kind.RESTARTING, Kind.LOST_MESSAGES)
    quantities: frozenset[str] = frozenset({"frame_counter"})
    look_back_hours: int = 4 * DAY

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say of each hour whether the device restarts (first), or loses messages."""
        if not len(hours.hour):
            return silent_verdict()
        course = self.course(hours)
        enough = course.sent >= LEAST_SENT
        lost = np.where(enough, _lost(course) / LOST, 0.0)
        restarting = standing(hours.hour, course.restarts / RESTARTS, persist=1, hold=DAY)
        losing = standing(hours.hour, lost, persist=PERSIST, hold=HOLD)
        first = restarting.kind != NOTHING
        return Verdict(
            np.fmax(restarting.score, losing.score),
            np.where(first, 0, np.where(losing.kind != NOTHING, 1, NOTHING)).astype(np.int8),
            np.where(first, restarting.since_us, losing.since_us),
        )

    def course(self, hours: Hours) -> Course:
        """What was sent and received, and how often it began anew, within the day before each hour."""
        before = np.append(np.nan, hours.high[:-1])
        anew = _anew(before, hours.low)
        steps = np.where(_close(hours), hours.high - before, hours.high - hours.low + 1)
        sent = np.where(steps < 0, steps + WRAP, steps)
        received = hours.samples.astype(float)
        # Where it began anew nobody knows how many were sent.
        sent = np.where(anew, received, np.maximum(sent, received))
        return Course(_of_day(hours, sent), _of_day(hours, received), _of_day(hours, anew))

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """What was counted within the day before."""
        course = self.course(until(hours, at + 1))
        return {
            "sent": int(course.sent[-1]), "received": int(course.received[-1]),
            "lost": round(float(_lost(course)[-1]), 3), "restarts": int(course.restarts[-1]),
        }  # fmt: skip


def _anew(before: Floats, low: Floats) -> Bools:
    """Where a count is below the last one, and did not just go round."""
    around = (before > WRAP - NEAR_WRAP) & (before < WRAP) & (low < NEAR_WRAP)
    found: Bools = (low < before) & ~around
    return found


def _close(hours: Hours) -> Bools:
    """Where no silence lies before an hour: the hour before spoke too, or of a device that speaks less often one of three."""
    apart = np.diff(hours.hour)
    seldom = len(apart) > 0 and np.median(hours.samples) <= 1
    reach = SILENT_INTERVALS * float(np.median(apart)) if seldom else 1.0
    return np.append(False, apart <= reach)


def _lost(course: Course) -> Floats:
    share: Floats = 1 - course.received / np.maximum(course.sent, 1.0)
    return share


def _of_day(hours: Hours, values: Floats | Bools) -> Floats:
    at, there = windows(hours.hour, DAY)
    total: Floats = np.where(there, values[at], 0).sum(axis=1).astype(float)
    return total
