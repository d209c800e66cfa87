"""Harms: what adds up over all places of a lot: hours of wetness, frosts, the highest mean kinetic temperature."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from detect.budgets import Counted, used_by_day, window_days
from detect.excursions import trusted
from detect.goods import kinetic
from detect.goods.wetness import hours_a_year, iso_class, wet
from detect.nouns import FREEZE_THAW, MEAN_KINETIC, Limit
from detect.runs import Limits, Runs, find
from ingest.nouns import US_PER_DAY, US_PER_HOUR
from registry.exposed.courses import Course, Ints, QuantitiesOf
from registry.exposed.nouns import ENOUGH, Frost, Frosts, Mean, Wetness
from registry.exposure import Beside, RowsOf, joined

FREEZES_C, THAWS_C, HOLD_US = 0.0, 2.0, US_PER_HOUR
"""Where the goods' profile says nothing of frost: water, as in its default rules."""
Spans = tuple[Ints, Ints]


def wet_spans(beside: Sequence[Beside], quantities_of: QuantitiesOf, rows_of: RowsOf) -> tuple[Spans, Spans]:
    """When it was wet by any device beside the goods, and when any could tell; each from–to, in order and apart."""
    found = [
        _wet(one, rows_of)
        for one in beside
        if {"temperature", "relative_humidity"} <= {*quantities_of(one.device)}
    ]
    begin = _column([one.start_us for one in found])
    end = _column([one.end_us for one in found])
    is_wet = np.concatenate([one.beyond for one in found]) if found else np.zeros(0, np.bool_)
    return joined(begin[is_wet], end[is_wet]), joined(begin, end)


def _wet(one: Beside, rows_of: RowsOf) -> Counted:
    both = [
        trusted(rows_of(one.device, quantity, one.from_us - one.max_gap_us, one.to_us))
        for quantity in ("relative_humidity", "temperature")
    ]
    found = wet(both[0], both[1], one.max_gap_us, one.to_us)
    inside = found.end_us > one.from_us
    return Counted(
        np.maximum(found.start_us, one.from_us)[inside], found.end_us[inside], found.beyond[inside]
    )


def _column(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def wetness(wet_us: int, covered_us: int, whole_us: int) -> Wetness:
    """Hours of wetness as a record tells them."""
    year, coverage = hours_a_year(wet_us, covered_us), round(covered_us / whole_us, 4)
    known = year is not None and coverage >= ENOUGH
    return Wetness(
        wet_us, covered_us, coverage, year, iso_class(year) if known and year is not None else None
    )


def length_us(spans: Spans) -> int:
    """How long spans are together."""
    return int((spans[1] - spans[0]).sum())


def most_used_us(spans: Spans, limit: Limit) -> int:
    """The most that spans take of any window of whole days."""
    days = used_by_day(Counted(*spans, np.ones(len(spans[0]), np.bool_)))
    window = window_days(limit)
    return max((sum(days.get(day - back, 0) for back in range(window)) for day in days), default=0)


def frosts(course: Course, limits: Sequence[Limit], lag_us: int, whole_us: int) -> Frosts:
    """How often goods froze, by the strictest limit on that among theirs."""
    own = max((one for one in limits if one.quantity == FREEZE_THAW), key=lambda one: one.limit, default=None)
    freezes_c, hold_us = (own.limit, own.on_delay_us) if own else (FREEZES_C, HOLD_US)
    thaws_c = own.limit + own.deadband if own else THAWS_C
    rows = course.rows(course.goods_c)
    runs = find(
        np.zeros(len(rows), np.int64), rows.time_us, rows.value,
        Limits(
            side=np.array([-1.0]), limit=np.array([math.nextafter(freezes_c, math.inf)]),
            deadband=np.array([thaws_c - freezes_c]), max_gap_us=np.array([course.gap_us]),
        ), Runs.none(1),
    )  # fmt: skip
    runs = runs.take(runs.beyond_us >= hold_us)
    events = tuple(
        Frost(int(runs.start_us[i]), int(runs.end_us[i]) if runs.end_us[i] >= 0 else None, round(-float(runs.peak[i]), 2))
        for i in range(len(runs))
    )  # fmt: skip
    covered = np.minimum(np.diff(rows.time_us), course.gap_us).sum()
    thawed = sum(event.to_us is not None for event in events)
    return Frosts(freezes_c, thaws_c, hold_us, lag_us, thawed, events, round(float(covered) / whole_us, 4))


def means(course: Course, limits: Sequence[Limit], to_us: int) -> tuple[Mean, ...]:
    """For each limit on the mean kinetic temperature the window in which it was highest."""
    return tuple(
        _highest(course, one, to_us) for one in limits if one.quantity == MEAN_KINETIC and one.allowed
    )


def _highest(course: Course, limit: Limit, to_us: int) -> Mean:
    rows, allowed = course.rows(course.air_c), limit.allowed
    assert allowed is not None  # `means` took only such limits
    found: tuple[kinetic.Window, int] | None = None
    for end_us in _ends(rows.time_us, limit.window_us, to_us):
        from_us = end_us - limit.window_us
        part = slice(*rows.time_us.searchsorted([from_us - course.gap_us, end_us]))
        window = kinetic.window(rows.take(part), from_us, end_us, course.gap_us, allowed.high)
        if window.kinetic_c is not None and (
            found is None or window.kinetic_c > (found[0].kinetic_c or -math.inf)
        ):
            found = window, end_us
    if found is None:
        return Mean(limit.window_us, limit.limit, None, None, None, 0.0, kinetic.Says.COVERAGE)
    window, end_us = found
    return Mean(
        limit.window_us, limit.limit, round(window.kinetic_c or 0.0, 3), end_us - limit.window_us, end_us,
        round(window.covered_us / limit.window_us, 4), kinetic.says(window, limit.limit, limit.window_us, allowed),
    )  # fmt: skip


def _ends(times: Ints, window_us: int, to_us: int) -> list[int]:
    """Where windows end: every midnight (UTC), or every hour where they are a day or less; and the end of all."""
    if not len(times):
        return []
    step_us = US_PER_DAY if window_us > US_PER_DAY else US_PER_HOUR
    first_us = min(int(times[0]) + window_us, to_us)
    last_us = min(int(times[-1]) + step_us, to_us)
    return [*range(-(-first_us // step_us) * step_us, last_us, step_us), last_us]
