"""The figures of a day of a machine, from what was measured in its room, at itself and outdoors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.machines.nouns import Figure, Floats, Task, Value
from detect.machines.recovery import recoveries
from detect.machines.sawtooth import Swings, swings
from detect.psychrometrics import vapour_hpa

HOURS = 24
_DAY_S = 86_400.0
_FEWEST = 48
"""Readings of a probe in a day, that its swings can be spoken of; one each half hour."""
_FEWEST_A_PHASE = 2
_LEAST_SWING = {Task.COOLING: 0.3, Task.HEATING: 0.3, Task.DRYING: 1.5}
"""K or %: about six times what a good probe flickers."""
_LEAST_RISE = 2.0
"""A door is only followed where it raised the room by this many of the least swings."""
_HARDEST_H = 6
_DEFROST_S = (180.0, 3600.0)
_BEYOND = 0.25
"""Of the spread of the room: how far past where the machine usually begins a pause takes it, to be a defrost."""
_STANDBY_SHARE = 0.3
_STANDBY_W = 20.0
_GRAMS = 622.0
_SEA_LEVEL_HPA = 1013.25


class Course(NamedTuple):
    """Readings of one series within a day: seconds since it began, rising, and values. Shapes: (n,)."""

    time_s: Floats
    value: Floats


NOBODY = Course(np.empty(0), np.empty(0))


class Seen(NamedTuple):
    """What was measured in one day; a course that nobody measured is empty."""

    task: Task
    room: Sequence[Course]
    """One per probe."""
    warmth: Course = NOBODY
    running: Course = NOBODY
    """0 … 1."""
    door: Course = NOBODY
    outdoor_c: Course = NOBODY
    outdoor_rh: Course = NOBODY


def running_of_power(power: Course) -> Course:
    """Whether a machine runs, by the power it draws: more than 30 % of what it draws at most that day, and no mere standby."""
    if not len(power.value):
        return power
    most = float(np.percentile(power.value, 98))
    return Course(power.time_s, (power.value > max(_STANDBY_SHARE * most, _STANDBY_W)).astype(np.float64))


def figures(seen: Seen) -> dict[Figure, Value]:
    """The figures of a day; those that nothing was measured for are left out."""
    sign = -1.0 if seen.task is Task.HEATING else 1.0
    found = _of_room(seen.room, sign)
    if not found:
        return found
    found |= _of_load(seen, sign)
    found |= _of_swings(seen, sign) | _of_running(seen.running, seen.room, sign)
    if len(seen.door.value):
        found[Figure.DOOR] = _mean(seen.door)
    return found


def _of_room(room: Sequence[Course], sign: float) -> dict[Figure, Value]:
    heard = [course for course in room if len(course.value)]
    if not heard:
        return {}
    covered = max(_coverage(course) for course in heard)
    samples = sum(len(course.value) for course in heard)
    mean = float(np.mean([np.mean(course.value) for course in heard]))
    worst = float(np.median([np.percentile(sign * course.value, 95) for course in heard])) * sign
    return {Figure.ROOM: Value(mean, samples, covered), Figure.WORST: Value(worst, samples, covered)}


def _of_load(seen: Seen, sign: float) -> dict[Figure, Value]:
    """How hard the outdoors press on the room, hour by hour."""
    found: dict[Figure, Value] = {}
    if len(seen.warmth.value):
        found[Figure.WARMTH] = _mean(seen.warmth)
    inside = _hourly(_together(seen.room))
    outside = _hourly(seen.outdoor_c)
    if seen.task is Task.DRYING:
        inside = grams_per_kg(_hourly(seen.warmth), inside)
        outside = grams_per_kg(outside, _hourly(seen.outdoor_rh))
    load = sign * (outside - inside)
    known = np.isfinite(load)
    if known.sum() < HOURS // 2:
        return found
    share = float(known.mean())
    filled = np.interp(np.arange(HOURS), np.flatnonzero(known), load[known])
    hardest = np.convolve(filled, np.full(_HARDEST_H, 1 / _HARDEST_H), "valid").max()
    found[Figure.LOAD] = Value(float(filled.mean()), int(known.sum()), share)
    found[Figure.LOAD_PEAK] = Value(float(hardest), int(known.sum()), share)
    return found


def _together(courses: Sequence[Course]) -> Course:
    """The readings of several probes as one course."""
    return Course(
        np.concatenate([NOBODY.time_s, *(one.time_s for one in courses)]),
        np.concatenate([NOBODY.value, *(one.value for one in courses)]),
    )


def grams_per_kg(temp_c: Floats, rh_pct: Floats) -> Floats:
    """Water in the air, g per kg of dry air at sea level; NaN stays NaN."""
    vapour = vapour_hpa(temp_c, rh_pct)
    return np.asarray(_GRAMS * vapour / (_SEA_LEVEL_HPA - vapour))


def _of_swings(seen: Seen, sign: float) -> dict[Figure, Value]:
    """What the sawtooth of the probe that speaks most tells."""
    course = max(seen.room, key=lambda one: len(one.value), default=NOBODY)
    if len(course.value) < _FEWEST:
        return {}
    least = _LEAST_SWING[seen.task]
    found: dict[Figure, Value] = {}
    returns = recoveries(course.time_s, sign * course.value, _shut(seen.door), _LEAST_RISE * least)
    if len(returns):
        found[Figure.RECOVERY_S] = Value(float(np.median(returns)), len(returns))
    found_swings = swings(course.time_s, sign * course.value, least)
    if found_swings is not None:
        found |= _of_cycles(found_swings, float(np.median(np.diff(course.time_s))))
    return found


def _of_cycles(found: Swings, gap_s: float) -> dict[Figure, Value]:
    """Of cycles that the probe hardly catches (fewer than two readings a phase) nothing is said."""
    falling = found.change < 0
    number = int(falling.sum())
    covered = float(found.seconds.sum()) / _DAY_S
    on, off = found.seconds[falling], found.seconds[~falling]
    if min(np.median(on), np.median(off)) < _FEWEST_A_PHASE * gap_s:
        return {}
    said = {
        Figure.DUTY_SEEN: on.sum() / found.seconds.sum(),
        Figure.CYCLE_S: np.median(on) + np.median(off),
        Figure.ON_S: np.median(on),
        Figure.SWING: np.median(np.abs(found.change)),
        Figure.PULL_DOWN: np.median(-found.change[falling] / on) * 3600.0,
    }
    return {figure: Value(float(value), number, covered) for figure, value in said.items()}


def _of_running(running: Course, room: Sequence[Course], sign: float) -> dict[Figure, Value]:
    if len(running.value) < _FEWEST:
        return {}
    found = {Figure.DUTY: _mean(running)}
    course = max(room, key=lambda one: len(one.value), default=NOBODY)
    if not len(course.value):
        return found
    lasted = _defrosts(running, np.interp(running.time_s, course.time_s, sign * course.value))
    if lasted:
        found[Figure.DEFROSTS] = Value(float(len(lasted)), len(lasted))
        found[Figure.DEFROST_S] = Value(float(np.median(lasted)), len(lasted))
    return found


def _defrosts(running: Course, room: Floats) -> list[float]:
    """How long the pauses lasted in which the room got worse than where the machine usually begins, s."""
    on = running.value >= 0.5
    edges = np.flatnonzero(np.diff(on.astype(np.int8)))
    begins = edges[~on[edges]]
    if len(begins) < 3:
        return []
    high = float(np.median(room[begins])) + _BEYOND * float(np.subtract(*np.percentile(room, (90, 10))))
    pauses = [(a, b) for a, b in pairwise(edges.tolist()) if not on[b] and room[a + 1 : b + 1].max() > high]
    lasted = [float(running.time_s[b] - running.time_s[a]) for a, b in pauses]
    return [seconds for seconds in lasted if _DEFROST_S[0] <= seconds <= _DEFROST_S[1]]


def _shut(door: Course) -> Floats:
    """When doors were shut."""
    open_: NDArray[np.bool_] = door.value > 0.5
    return np.asarray(door.time_s[1:][open_[:-1] & ~open_[1:]])


def _hourly(course: Course) -> Floats:
    """Means of the 24 hours; NaN where nothing was said."""
    hour: NDArray[np.int64] = np.clip(course.time_s // 3600.0, 0, HOURS - 1).astype(np.int64)
    number = np.bincount(hour, minlength=HOURS).astype(np.float64)
    total = np.bincount(hour, course.value, minlength=HOURS)
    return np.asarray(np.divide(total, number, out=np.full(HOURS, np.nan), where=number > 0))


def _mean(course: Course) -> Value:
    """The mean of the day, hours alike however often they spoke."""
    return Value(float(np.nanmean(_hourly(course))), len(course.value), _coverage(course))


def _coverage(course: Course) -> float:
    """The share of the day's half hours in which something was said."""
    return len(np.unique(course.time_s // 1800.0)) / (2 * HOURS)
