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
"""The share of the messages that must be lost."""
LOSS_HOURS = 3 * DAY
"""Within so long."""
LEAST_SENT = 24
"""Of fewer messages no share is told."""
HOLD = DAY
RESTARTS = 3
"""So many within a day are too many: one may be a change of battery, two a second try."""
SILENT_HOURS = 12
"""Of a device that speaks once an hour or less; after a longer pause its counter is taken up anew."""
MOST_STEP = 20
"""A counter that grows by more than so many times what arrives was set, or is another device's."""
WRAP = 65_536
NEAR_WRAP = 2_000
"""A counter within this of its end, and as near its beginning in the next hour, has gone round."""


class Course(NamedTuple):
    """A counter by hours. Shapes: (h,)."""

    sent: Floats
    """Within LOSS_HOURS before."""
    received: Floats
    restarts: Floats
    """Within the day before."""


class Counter:
    """Lost messages and restarts. What it says of an hour depends on the 6 days before."""

    name: str = "message_counter"
    version: str = "1"
    kinds: tuple[Kind, ...] = (Kind.RESTARTING, Kind.LOST_MESSAGES)
    quantities: frozenset[str] = frozenset({"frame_counter"})
    look_back_hours: int = 6 * DAY

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say of each hour whether the device restarts (first), or loses messages."""
        if not len(hours.hour):
            return silent_verdict()
        course = self.course(hours)
        enough = course.sent >= LEAST_SENT
        lost = np.where(enough, lost_share(course) / LOST, 0.0)
        restarting = standing(hours.hour, course.restarts / RESTARTS, persist=1, hold=DAY)
        losing = standing(hours.hour, lost, persist=1, hold=HOLD)
        first = restarting.kind != NOTHING
        score = np.fmax(restarting.score, losing.score)
        score[0] = np.nan  # One hour alone says nothing of those before.
        return Verdict(
            score,
            np.where(first, 0, np.where(losing.kind != NOTHING, 1, NOTHING)).astype(np.int8),
            np.where(first, restarting.since_us, losing.since_us),
        )

    def course(self, hours: Hours) -> Course:
        """What was sent and received, and how often it began anew, before each hour."""
        before = np.append(np.nan, hours.high[:-1])
        anew = _anew(before, hours.low)
        steps = np.where(_close(hours), hours.high - before, hours.high - hours.low + 1)
        sent = np.where(steps < 0, steps + WRAP, steps)
        received = hours.samples.astype(float)
        # Where it began anew, or was set, nobody knows how many were sent.
        unknown = anew | (sent > MOST_STEP * np.maximum(received, np.append(0.0, received[:-1])))
        sent = np.where(unknown, received, np.maximum(sent, received))
        return Course(
            _sum(hours, sent, LOSS_HOURS), _sum(hours, received, LOSS_HOURS), _sum(hours, anew, DAY)
        )

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """What was counted until then."""
        course = self.course(until(hours, at + 1))
        return {
            "sent": int(course.sent[-1]), "received": int(course.received[-1]),
            "lost": round(float(lost_share(course)[-1]), 3), "restarts": int(course.restarts[-1]),
        }  # fmt: skip


def _anew(before: Floats, low: Floats) -> Bools:
    """Where a count is below the last one, and did not just go round."""
    around = (before > WRAP - NEAR_WRAP) & (before < WRAP) & (low < NEAR_WRAP)
    found: Bools = (low < before) & ~around
    return found


def _close(hours: Hours) -> Bools:
    """Where no silence lies before an hour: the hour before spoke too, or one of the last of a device that speaks seldom."""
    seldom = (hours.samples[1:] <= 1) & (hours.samples[:-1] <= 1)
    return np.append(False, np.diff(hours.hour) <= np.where(seldom, SILENT_HOURS, 1))


def lost_share(course: Course) -> Floats:
    """The share of what was sent that did not arrive."""
    share: Floats = 1 - course.received / np.maximum(course.sent, 1.0)
    return share


def _sum(hours: Hours, values: Floats | Bools, width: int) -> Floats:
    """Over the hours (h,) of the `width` hours that end with each."""
    at, there = windows(hours.hour, width)
    total: Floats = np.where(there, values[at], 0).sum(axis=1).astype(float)
    return total
