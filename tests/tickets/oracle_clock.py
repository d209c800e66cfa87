"""A dumb clock: it walks from minute to minute of UTC, asks the wall clock of each, and counts. It shares no code with ours.

Everything is an array of minutes since `START`; only the asking of zones and the counting are done for whole arrays at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from chinese_calendar import constants

START = datetime(2025, 9, 20, tzinfo=UTC)
MINUTES = 440 * 1440
"""Until early in December 2026."""
MIN_US = 60_000_000
START_US = int(START.timestamp()) * 1_000_000
FAR = 16 * 1440
"""So many minutes behind the last thing that happens, the walk ends."""


@dataclass(frozen=True)
class Hours:
    """A calendar as the oracle sees it."""

    shifts: tuple[tuple[tuple[int, ...], int, int], ...]
    """(days of the week, from, to) in minutes since midnight, `to` beyond 1440 for the next day; () = always."""
    country: str
    closed: frozenset[date]
    open: frozenset[date]
    open_as: int


@cache
def wall(zone: str) -> tuple[np.ndarray, np.ndarray]:
    """(ordinal of the date, minute of the day) that the wall clock shows, for each minute."""
    ahead = np.concatenate([_ahead(ZoneInfo(zone), hour) for hour in range(0, MINUTES, 60)])
    shown = np.arange(MINUTES) + ahead
    return (START.toordinal() + shown // 1440).astype(np.int32), (shown % 1440).astype(np.int32)


def _ahead(clock: ZoneInfo, first: int) -> np.ndarray:
    """By how many minutes the wall clock is ahead in each minute of an hour; asked of each where the hour does not end as it began."""

    def asked(minute: int) -> int:
        ahead = (START + timedelta(minutes=minute)).astimezone(clock).utcoffset()
        assert ahead is not None
        return ahead // timedelta(minutes=1)

    if asked(first) == asked(first + 59):
        return np.full(60, asked(first), np.int32)
    return np.array([asked(minute) for minute in range(first, first + 60)], np.int32)


def shifts_of(hours: Hours, day: date) -> list[tuple[int, int]]:
    """The shifts that begin on a date."""
    own = [(a, b) for days, a, b in hours.shifts if day.weekday() in days]
    instead = own or [(a, b) for days, a, b in hours.shifts if hours.open_as in days]
    if day in hours.closed:
        return []
    if day in hours.open:
        return instead
    if hours.country == "CN":
        if day in constants.holidays:
            return []
        return instead if day in constants.workdays and day.weekday() > 4 else own
    return [] if hours.country and day in _free(hours.country) else own


@cache
def _free(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country, years=(2025, 2026))


@cache
def working(hours: Hours, zone: str) -> np.ndarray:
    """Whether each minute is worked: its wall clock shows a time within a shift of today, or of yesterday's night."""
    if not hours.shifts:
        return np.ones(MINUTES, bool)
    dates, minutes = wall(zone)
    found = np.zeros(MINUTES, bool)
    for ordinal in range(int(dates.min()) - 1, int(dates.max()) + 1):
        for begin, end in shifts_of(hours, date.fromordinal(ordinal)):
            lo, hi = np.searchsorted(dates, np.array([ordinal - 1, ordinal + 3], np.int32))
            today, now = dates[lo:hi], minutes[lo:hi]
            found[lo:hi] |= (today == ordinal) & (now >= begin) & (now < end)
            found[lo:hi] |= (today == ordinal + 1) & (now < end - 1440)
    return found


@dataclass
class Walked:
    """What the walk found, in minutes."""

    state: str
    due: int | None
    spent: int
    stopped: int
    reached: dict[int, int]


def walk(
    opened: int, now: int, stop: int | None, worked: np.ndarray, allowed: np.ndarray, counts: np.ndarray,
    shares: list[int],
) -> Walked:  # fmt: skip
    """One clock, minute by minute.

    Args:
        stop: the minute at which it was met; None: it stops when its `counts` says that all is done.
        worked, allowed, counts: for each minute from `opened` on: working time, allowance, 0 counts / 1 paused / 2 done.
    """
    going = counts == 0
    ticks = worked & going
    if stop is not None:
        ticks = ticks & (np.arange(opened, opened + len(ticks)) < stop)
    hundredfold = (np.cumsum(ticks, dtype=np.int32) - ticks) * 100
    reached: dict[int, int] = {}
    for share in shares:
        there = going & (hundredfold >= allowed * share)
        at = int(np.argmax(there))
        if there[at] and (stop is None or opened + at < stop):
            reached[share] = opened + at
    until = min(now, stop) if stop is not None else now
    spent = int(ticks[: until - opened].sum())
    stopped = int((counts[: until - opened] == 1).sum())
    here = int(counts[now - opened])
    ended = stop if stop is not None else (_since(counts, now - opened) + opened if here == 2 else None)
    breach = reached.get(100)
    if breach is not None and (breach <= now if ended is None else breach < ended):
        return Walked("missed", breach, spent, stopped, reached)
    if ended is not None:
        return Walked("met", breach, spent, stopped, reached)
    return Walked(
        "paused" if here == 1 else "running", None if here == 1 else breach, spent, stopped, reached
    )


def _since(counts: np.ndarray, at: int) -> int:
    """Since which minute it has been done without a break."""
    otherwise = np.flatnonzero(counts[:at] != 2)
    return int(otherwise[-1]) + 1 if len(otherwise) else 0
