"""Budgets: time beyond a limit that adds up. Over a rolling window of whole days (UTC) it may not pass the budget.

A reading beyond the limit counts until the next one, unless that comes later than the series' gap: unknown time counts
nothing. At any moment of a day the time used is that of the window's days before it and of the day so far. Within a day
it only grows, so the budget is passed at one moment, known to the µs; at midnight the oldest day drops out, so it is
only then that a finding ends (or when the goods leave).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Limit
from ingest.nouns import US_PER_DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Counted(NamedTuple):
    """Stretches that readings cover, each from one to the next, in order of time; (n,)."""

    start_us: Ints
    end_us: Ints
    beyond: NDArray[np.bool_]


class Used(NamedTuple):
    """What readings say about the time beyond a limit, µs."""

    beyond_us: int
    covered_us: int


def window_days(limit: Limit) -> int:
    """A budget's window in whole days, at least one."""
    return max(-(-limit.window_us // US_PER_DAY), 1)


def counted(time_us: Ints, value: Floats, limit: Limit, gap_us: int) -> Counted:
    """What trusted readings of one series (in order of time) cover, and where they are beyond the limit."""
    return stretches(time_us, beyond(value[:-1], limit), gap_us)


def stretches(time_us: Ints, is_beyond: NDArray[np.bool_], gap_us: int) -> Counted:
    """From each reading to the next one, (n,) → (n - 1,), without pauses longer than the gap."""
    start_us, end_us = time_us[:-1], time_us[1:]
    known = end_us - start_us <= gap_us
    return Counted(start_us[known], end_us[known], is_beyond[known])


def beyond(value: Floats, limit: Limit) -> NDArray[np.bool_]:
    """Per value: is it beyond the limit?"""
    side = 1.0 if limit.side == "high" else -1.0
    return np.asarray(side * (value - limit.limit) > 0)


def used(found: Counted, from_us: int, to_us: int) -> Used:
    """The time beyond the limit, and the time covered at all, in [from, to): for a window, or for a lot's stay."""
    length = np.maximum(np.minimum(found.end_us, to_us) - np.maximum(found.start_us, from_us), 0)
    return Used(int(length[found.beyond].sum()), int(length.sum()))


def used_by_day(found: Counted) -> dict[int, int]:
    """Day (since 1970) → time beyond the limit, µs; days without any are left out."""
    days: dict[int, int] = {}
    start_us, end_us = found.start_us[found.beyond], found.end_us[found.beyond]
    whole = start_us // US_PER_DAY == (end_us - 1) // US_PER_DAY
    number, place = np.unique(start_us[whole] // US_PER_DAY, return_inverse=True)
    sums = np.zeros(len(number), np.int64)
    np.add.at(sums, place, (end_us - start_us)[whole])
    for day, length in zip(number.tolist(), sums.tolist(), strict=True):
        days[day] = length
    for start, end in zip(start_us[~whole].tolist(), end_us[~whole].tolist(), strict=True):
        for day in range(start // US_PER_DAY, (end - 1) // US_PER_DAY + 1):
            part = min(end, (day + 1) * US_PER_DAY) - max(start, day * US_PER_DAY)
            days[day] = days.get(day, 0) + part
    return days


def before(days: dict[int, int], day: int, window: int) -> int:
    """What the days of a window before its last one have used."""
    return sum(days.get(number, 0) for number in range(day - window + 1, day))


def moment_used(found: Counted, day: int, left_us: int) -> int:
    """When on a day the time beyond the limit has grown to `left_us`; it must be more than that in the end."""
    from_us = day * US_PER_DAY
    start_us = np.maximum(found.start_us, from_us)[found.beyond]
    length = np.maximum(np.minimum(found.end_us[found.beyond], from_us + US_PER_DAY) - start_us, 0)
    total = np.cumsum(length)
    at = int(np.searchsorted(total, left_us, side="right"))
    return int(start_us[at]) + left_us - int(total[at] - length[at])


def spells(
    days: dict[int, int], found: Counted, limit: Limit, first_day: int, last_day: int, begun_us: int | None
) -> list[tuple[int, int | None]]:
    """From when to when the budget was passed, from one midnight to the end of a day; None = it still is then.

    Args:
        days: what each day used, from one window before `first_day` on.
        found: what readings cover in these days.
        limit: the budget.
        first_day: the day from which on to look.
        last_day: the present day.
        begun_us: when it was passed, if it was at the beginning of `first_day`.
    """
    window, result, start_us = window_days(limit), list[tuple[int, int | None]](), begun_us
    for day in range(first_day, last_day + 1):
        spent_us = before(days, day, window)
        if start_us is not None and spent_us <= limit.budget_us:
            result.append((start_us, day * US_PER_DAY))
            start_us = None
        if start_us is None and spent_us + days.get(day, 0) > limit.budget_us:
            left_us = limit.budget_us - spent_us
            start_us = day * US_PER_DAY if left_us < 0 else moment_used(found, day, left_us)
    return result if start_us is None else [*result, (start_us, None)]
