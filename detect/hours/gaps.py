"""Gaps: a device that loses a lasting share of its readings, or always at the same hours, without falling silent.

How many readings an hour should bring is what the registry says of the device, or what it reaches in its best hours if that is
less: a device that was set to speak less often than was agreed loses nothing. Whole hours without a word
count as lost only where the same hours are missing day by day; else they are silence, of which is told elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detect.hours.levels import DAY, Bools, Floats, Ints, silent_verdict, until
from detect.hours.standing import standing
from detect.nouns import Json, Kind
from detect.streams.nouns import Hours, Verdict
from ingest.nouns import US_PER_HOUR

DAYS = 7
"""A pattern shows within so many days."""
SPAN = DAYS * DAY
BEST = 0.9
"""The share of its hours that bring no more than what a device can reach."""
PAST = 28
"""Days in which its best hours are sought, so that a loss that lasts does not become what is expected."""
SILENT_INTERVALS = 6
"""A longer pause is silence."""
LOST = 0.25
"""The share of readings whose loss is a pattern."""
BAD_HOUR = 0.6
"""An hour of the day is bad if so much of it is lost, over the days."""
GOOD_REST = 0.1
"""What the other hours may lose at most, if the bad ones are to stand out."""
MOST_BAD = 10
"""So many bad hours a day are no longer a few."""
LEAST_KNOWN = 2 * DAY
"""Hours with readings within the span."""
HOLD = DAY


class Course(NamedTuple):
    """Losses by hours, over the span before each. Shapes: (h,)."""

    expected: Floats
    """An hour."""
    spread: Floats
    """Share of the readings lost while it was not silent."""
    bad: Floats
    """How many hours of the day are bad, while the rest is good; else 0."""
    bad_lost: Floats
    """Share of all readings that is lost with them."""


class GapPattern:
    """Lasting losses. What it says of an hour depends on the 30 days before."""

    name: str = "gap_pattern"
    version: str = "1"
    kinds: tuple[Kind, ...] = (Kind.GAP_PATTERN,)
    look_back_hours: int = (PAST + 2) * DAY

    def __init__(self, quantities: frozenset[str] = frozenset({"temperature"})) -> None:
        """`quantities`: those by which devices are followed; all readings of a device come in one message, as a rule."""
        self.quantities = quantities

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Say of each hour whether readings are being lost; nothing is said where nobody knows how often it speaks."""
        if not len(hours.hour) or interval_us <= 0:
            return silent_verdict(len(hours.hour))
        course = self.course(hours, interval_us)
        odd = np.fmax(course.spread / LOST, np.where(course.bad > 0, 1.0, 0.0))
        return standing(hours.hour, odd, persist=1, hold=HOLD)

    def course(self, hours: Hours, interval_us: int) -> Course:
        """What was lost within the days before each hour."""
        at = hours.hour - hours.hour[0]
        spoken, heard = _dense(hours, at, interval_us)
        expected = np.minimum(US_PER_HOUR / interval_us, _best(hours))
        lost = 1 - np.minimum(spoken / _held(expected, at), 1.0)
        spread = _rolling(lost * heard, SPAN) / np.maximum(_rolling(heard, SPAN), 1)
        bad, bad_lost = _same_hours(lost)
        enough = _rolling(spoken > 0, SPAN)[at] >= LEAST_KNOWN
        none = np.where(enough, 0.0, np.nan)
        return Course(expected, spread[at] + none, np.where(enough, bad[at], 0.0), bad_lost[at] + none)

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """What is lost, and whether at the same hours."""
        begun = until(hours, at + 1)
        usual = round(US_PER_HOUR / max(float(np.quantile(begun.samples, BEST)), 1.0))
        course = self.course(begun, usual)
        same = bool(course.bad[-1] > 0)
        lost = float((course.bad_lost if same else course.spread)[-1])
        return {
            "lost": round(lost, 3), "expected": round(float(course.expected[-1]), 1),
            "pattern": "same_hours" if same else "spread",
        }  # fmt: skip


def _dense(hours: Hours, at: Ints, interval_us: int) -> tuple[Floats, Floats]:
    """Readings at every hour from the first to the last (0 where there are none), and 1 where it was not silent."""
    spoken, heard = np.zeros(int(at[-1]) + 1), np.zeros(int(at[-1]) + 1)
    spoken[at], heard[at] = hours.samples, 1.0
    longest = max(-(-SILENT_INTERVALS * interval_us // US_PER_HOUR), 1)
    pause = np.append(0, np.diff(hours.hour))
    for back in range(1, int(longest)):  # the hours of a short pause, before the one that ends it
        heard[at[(pause > back) & (pause <= longest)] - back] = 1.0
    return spoken, heard


def _held(values: Floats, at: Ints) -> Floats:
    """Values at some hours, held until the next of them."""
    held: Floats = np.repeat(values, np.diff(at, append=at[-1] + 1))
    return held


def _rolling(values: Floats | Bools, width: int) -> Floats:
    """The sum of each value and the `width` - 1 before it."""
    total = np.concatenate([np.zeros(width), np.cumsum(values, dtype=np.float64)])
    rolled: Floats = total[width:] - total[:-width]
    return rolled


def _best(hours: Hours) -> Floats:
    """What its best hours bring, within PAST before the day of each hour (h,); 1 on the first day."""
    day = hours.hour // DAY
    days, begin = np.unique(day, return_index=True)
    first = begin[np.searchsorted(days, days - PAST)]
    best = [
        np.quantile(hours.samples[a:b], BEST) if a < b else 1.0 for a, b in zip(first, begin, strict=True)
    ]
    found: Floats = np.maximum(np.array(best), 1.0)[np.searchsorted(days, day)]
    return found


def _same_hours(lost: Floats) -> tuple[Floats, Floats]:
    """How many hours of the day stand out as bad (0 if none do), and the share of everything that they lose. Shapes: (h,)."""
    days = [np.concatenate([np.zeros(DAY * back), lost])[: len(lost)] for back in range(DAYS)]
    mean = np.mean(days, axis=0)
    often = np.sum([day >= BAD_HOUR for day in days], axis=0) >= DAYS - 2
    bad = (mean >= BAD_HOUR) & often
    count = _rolling(bad, DAY)
    rest = _rolling(np.where(bad, 0.0, mean), DAY) / np.maximum(DAY - count, 1)
    ready = np.arange(len(lost)) >= SPAN - 1
    stands_out = ready & (count > 0) & (count <= MOST_BAD) & (rest <= GOOD_REST)
    return np.where(stands_out, count, 0.0), _rolling(np.where(bad, mean, 0.0), DAY) / DAY
