"""How good an alarm system is to the people in front of it: the figures of EEMUA 191 and ISA-18.2, from its history.

All is columnar: a year with 100,000 transitions takes a fraction of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_HOUR, US_PER_MINUTE

Times = NDArray[np.int64]
WINDOW_US = 10 * US_PER_MINUTE
MOST_HOURS = 7 * 24
"""So many hours are told one by one."""
CROWDED = 10
"""More alarms than this within ten minutes nobody can answer; from as many on a flood begins."""
FLOOD_ENDS = 5
"""Fewer than this within ten minutes, and it is over."""
CHATTER = 3
"""So many transitions within a minute are chattering."""
FLEETING_US = US_PER_MINUTE
"""Over before anybody can have done anything."""
STALE_US = 24 * US_PER_HOUR
US_PER_DAY = 24 * US_PER_HOUR


class Turn(IntEnum):
    """What a row of the history is."""

    RAISED = 1
    RETURNED = -1
    ACKED = 0


@dataclass(frozen=True, slots=True)
class History:
    """Transitions of alarms in the order in which they happened; all columns are (n,)."""

    time_us: Times
    alarm: NDArray[np.int32]
    """A number per alarm, from 0."""
    turn: NDArray[np.int8]
    quiet: NDArray[np.bool_]
    """Nobody was told: shelved, suppressed, out of service, or one of many comings while it flapped."""


class Episode(NamedTuple):
    """The times at which alarms were raised and returned; (e,) each, in the order of raising."""

    alarm: NDArray[np.int32]
    raised_us: Times
    returned_us: Times
    """The end of the history where it goes on."""
    open: NDArray[np.bool_]
    quiet: NDArray[np.bool_]


class Load(NamedTuple):
    """How much people were told."""

    alarms: int
    per_hour: float
    per_day: float
    windows: int
    """Stretches of ten minutes."""
    average: float
    """Alarms per ten minutes."""
    most: int
    crowded_share: float
    """Share of the stretches with more than ten."""


class Floods(NamedTuple):
    """Times at which more came than people can answer."""

    floods: int
    time_share: float
    alarms: int
    longest_us: int


def episodes(history: History, end_us: int) -> Episode:
    """Raisings paired with the next return of the same alarm; raised again before that is one episode."""
    moved = history.turn != Turn.ACKED
    order = np.lexsort((np.flatnonzero(moved), history.alarm[moved]))
    alarm, turn = history.alarm[moved][order], history.turn[moved][order]
    time_us, quiet = history.time_us[moved][order], history.quiet[moved][order]
    first = np.ones(len(alarm), bool)
    first[1:] = alarm[1:] != alarm[:-1]
    before = np.r_[np.int8(Turn.RETURNED), turn[:-1]]
    begins = (turn == Turn.RAISED) & (first | (before == Turn.RETURNED))
    ends = (turn == Turn.RETURNED) & ~first & (before == Turn.RAISED)
    number = np.cumsum(begins) - 1
    returned = np.full(int(begins.sum()), end_us, np.int64)
    is_open = np.ones(len(returned), bool)
    returned[number[ends]], is_open[number[ends]] = time_us[ends], False
    sort = np.argsort(time_us[begins], kind="stable")
    return Episode(
        alarm[begins][sort], time_us[begins][sort], returned[sort], is_open[sort], quiet[begins][sort]
    )


def load(raised_us: Times, from_us: int, to_us: int) -> Load:
    """How much came to people: per hour, per day, per ten minutes on the clock.

    Args:
        raised_us: when they were told of an alarm, sorted, within [from, to).
    """
    windows = max(1, -(-(to_us - from_us) // WINDOW_US))
    counts = np.bincount((raised_us - from_us) // WINDOW_US, minlength=windows)
    hours = (to_us - from_us) / US_PER_HOUR
    n = len(raised_us)
    return Load(
        n,
        n / hours,
        n / hours * 24,
        windows,
        n / windows,
        int(counts.max()),
        float((counts > CROWDED).mean()),
    )


class Hourly(NamedTuple):
    """What came to people in each of some hours on the clock, in order."""

    hour_us: Times
    alarms: Times
    most: Times
    """In the worst ten minutes of the hour."""


def hourly(raised_us: Times, from_us: int, to_us: int) -> Hourly:
    """The last hours of [from, to), those of a week at most.

    Args:
        raised_us: when they were told of an alarm, within [from, to).
    """
    end = -(-to_us // US_PER_HOUR)
    first = max(from_us // US_PER_HOUR, end - MOST_HOURS)
    per_hour = US_PER_HOUR // WINDOW_US
    at = raised_us[raised_us >= first * US_PER_HOUR] // WINDOW_US - first * per_hour
    counts = np.bincount(at, minlength=(end - first) * per_hour).reshape(-1, per_hour)
    return Hourly(np.arange(first, end, dtype=np.int64) * US_PER_HOUR, counts.sum(axis=1), counts.max(axis=1))


def floods(raised_us: Times, from_us: int, to_us: int) -> Floods:
    """Floods: from the tenth alarm within ten minutes on, until fewer than five came within the last ten.

    Args:
        raised_us: sorted.
    """
    n = len(raised_us)
    if n < CROWDED:
        return Floods(0, 0.0, 0, 0)
    begins = np.flatnonzero(raised_us[CROWDED - 1 :] - raised_us[: n - CROWDED + 1] < WINDOW_US) + CROWDED - 1
    # After alarm i the last ten minutes hold fewer than five once the fifth last is ten minutes old.
    fades = raised_us[max(0, FLOOD_ENDS - 1) :]
    leaves = raised_us[: n - FLOOD_ENDS + 1] + WINDOW_US
    calm = np.flatnonzero(np.r_[fades[1:], np.iinfo(np.int64).max] > leaves) + FLOOD_ENDS - 1
    count = alarms = longest = total = 0
    at = 0
    while (k := int(np.searchsorted(begins, at))) < len(begins):
        start = int(begins[k])
        last = int(calm[np.searchsorted(calm, start)])
        end_us = min(int(raised_us[last - FLOOD_ENDS + 1]) + WINDOW_US, to_us)
        lasted = end_us - int(raised_us[start])
        count, total, longest = count + 1, total + lasted, max(longest, lasted)
        alarms += last - max(start - CROWDED + 1, at) + 1
        at = last + 1
    return Floods(count, total / (to_us - from_us), alarms, longest)


def chattering(history: History) -> NDArray[np.int32]:
    """The alarms that came or went three times or more within a minute."""
    moved = history.turn != Turn.ACKED
    order = np.lexsort((history.time_us[moved], history.alarm[moved]))
    alarm, time_us = history.alarm[moved][order], history.time_us[moved][order]
    near = CHATTER - 1
    if len(alarm) <= near:
        return np.empty(0, np.int32)
    hit = (alarm[near:] == alarm[:-near]) & (time_us[near:] - time_us[:-near] <= US_PER_MINUTE)
    return np.unique(alarm[near:][hit])


def ack_delays_us(history: History) -> Times:
    """How long each raising that people were told of waited for its first acknowledgement; those never answered are left out."""
    spoken = (history.turn == Turn.ACKED) | ((history.turn == Turn.RAISED) & ~history.quiet)
    order = np.lexsort((np.flatnonzero(spoken), history.alarm[spoken]))
    alarm, turn = history.alarm[spoken][order], history.turn[spoken][order]
    time_us = history.time_us[spoken][order]
    answered = (turn[1:] == Turn.ACKED) & (turn[:-1] == Turn.RAISED) & (alarm[1:] == alarm[:-1])
    return np.asarray(time_us[1:][answered] - time_us[:-1][answered], np.int64)


def stale(found: Episode, to_us: int) -> NDArray[np.int32]:
    """The alarms that go on at the end and have done so for more than a day."""
    return np.unique(found.alarm[found.open & (to_us - found.raised_us > STALE_US)])


def standing(found: Episode) -> int:
    """How many alarms go on at the end."""
    return len(np.unique(found.alarm[found.open]))


def worst(found: Episode, most: int = 10) -> list[tuple[int, int]]:
    """(alarm, how often) of those that came most often, the most frequent first, of equals the lower number."""
    counts = np.bincount(found.alarm[~found.quiet]) if len(found.alarm) else np.empty(0, np.int64)
    order = np.lexsort((np.arange(len(counts)), -counts))[:most]
    return [(int(one), int(counts[one])) for one in order if counts[one]]
