"""Gaps: a device that loses a lasting share of its readings, or always at the same hours, without falling silent.

How many readings an hour should bring is what the registry says of the device, or what it reaches in its best hours if that is
less: a device that was set to speak less often than was agreed loses nothing. Whole hours without a word
count as lost only where the same hours are missing day by day; else they are silence, of which is told elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from detect.hours.levels import DAY, Bools, Floats, silent_verdict, until
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
        spoken, heard = _dense(hours, interval_us)
        at = hours.hour - hours.hour[0]
        days, heard = (sliding_window_view(part, SPAN)[at] for part in (spoken, heard))
        enough = (days > 0).sum(axis=1) >= LEAST_KNOWN
        expected = np.minimum(US_PER_HOUR / interval_us, _best(hours))
        lost = 1 - np.minimum(np.nan_to_num(days) / expected[:, None], 1.0)
        spread = np.where(heard, lost, 0.0).sum(axis=1) / np.maximum(heard.sum(axis=1), 1)
        bad, bad_lost = _same_hours(np.where(np.isnan(days), np.nan, lost))
        none = np.where(enough, 0.0, np.nan)
        return Course(expected, spread + none, np.where(enough, bad, 0.0), bad_lost + none)

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


def _dense(hours: Hours, interval_us: int) -> tuple[Floats, Bools]:
    """Readings at every hour since SPAN before the first (NaN before it, 0 where there are none), and where it was not silent."""
    at = hours.hour - hours.hour[0] + SPAN - 1
    spoken = np.zeros(int(at[-1]) + 1)
    spoken[: SPAN - 1] = np.nan
    spoken[at] = hours.samples
    longest = max(-(-SILENT_INTERVALS * interval_us // US_PER_HOUR), 1)
    pause = np.append(0, np.diff(hours.hour))
    heard = np.zeros(len(spoken), np.bool_)
    heard[at] = True
    for back in range(1, int(longest)):  # the hours of a short pause, before the one that ends it
        heard[at[(pause > back) & (pause <= longest)] - back] = True
    return spoken, heard


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
    by_hour = lost.reshape(len(lost), DAYS, DAY)
    ready = ~np.isnan(by_hour[:, 0]).any(axis=1)
    mean = np.nan_to_num(by_hour).mean(axis=1)
    often = (np.nan_to_num(by_hour) >= BAD_HOUR).sum(axis=1) >= DAYS - 2
    bad = (mean >= BAD_HOUR) & often
    count = bad.sum(axis=1)
    rest = np.where(bad, 0.0, mean).sum(axis=1) / np.maximum(DAY - count, 1)
    stands_out = ready & (count > 0) & (count <= MOST_BAD) & (rest <= GOOD_REST)
    return np.where(stands_out, count, 0).astype(float), np.where(bad, mean, 0.0).sum(axis=1) / DAY
