"""Outlook: day by day how a machine stands, whether it decays, and when its room can no longer be held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from detect.machines.nouns import US_PER_DAY, Day, Figure, Floats, Machine, Value
from detect.machines.prognosis import Window, decay, window
from detect.machines.wear import FIRST_DAYS, OVER_DAYS, Course, Wear, course_of, judge

WORN, SURE = 1.14, 2.4
"""It decays when over three days it runs 14 % longer than it used to, and that is 2.4 standard errors …"""
WORN_AT_ONCE, SURE_AT_ONCE = 1.35, 3.0
"""… or on the last day alone 35 % longer and 3."""
_A_DAY_ALONE = float(np.sqrt(OVER_DAYS))
_STILL_WORN = 1.07
"""What decayed the day before still does while it runs so much longer."""
BRIDGE_DAYS = 3
"""Days of which nothing is known, or on which it seems as ever, that do not end a decay."""
FEWEST_PEERS = 3
FEWEST_DAYS = 5
"""With fewer there is no trend."""
REMEMBERED_DAYS = 120
"""What lies further back says nothing of a day."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a machine stands at the end of a day."""

    day: int
    wear: float
    spread: float
    decays: bool
    window: Window | None
    """Where it decays and the room has a limit."""
    began_day: int | None
    """Since when it decays, as the fall of its strength tells."""

    @property
    def condition(self) -> float:
        """Its strength as a share of what it was, %."""
        return 100.0 * min(1.0, 1.0 / max(self.wear, 1e-6))

    def figures(self) -> dict[Figure, Value]:
        """The outlook as figures of its day."""
        found = {
            Figure.WEAR: Value(self.wear), Figure.SPREAD: Value(self.spread),
            Figure.CONDITION: Value(self.condition),
        }  # fmt: skip
        if self.window is None:
            return found
        names = (Figure.P10_DAYS, Figure.P50_DAYS, Figure.P90_DAYS)
        return found | {name: Value(days) for name, days in zip(names, self.window, strict=True)}


def outlooks(machine: Machine, days: Sequence[Day], from_day: int = 0) -> list[Outlook]:
    """The outlook at the end of each of a machine's days from one on; days at which nothing can be said are left out.

    Args:
        days: in order; those before a repair say nothing of those after it.
    """
    found: list[Outlook] = []
    cuts = [0, *(reset // US_PER_DAY + 1 for reset in sorted(machine.resets_us)), 1 << 40]
    for first, behind in pairwise(cuts):
        own = [day for day in days if first <= day.day < behind]
        if len(own) > FIRST_DAYS:
            found += _of_one_life(machine, course_of(own, machine.sign), from_day)
    return found


def _of_one_life(machine: Machine, course: Course, from_day: int) -> list[Outlook]:
    found: list[Outlook] = []
    before = False
    for until in range(max(FIRST_DAYS, from_day - course.first_day) + 1, len(course.duty) + 1):
        own = course.cut(until - REMEMBERED_DAYS, until)
        wear = judge(own)
        if wear is None:
            continue
        day = course.first_day + until - 1
        before = _decays(wear, before)
        fall = decay(wear.strength) if before else None
        ahead = window(own, fall, _turned(machine)) if fall else None
        found.append(
            Outlook(day, wear.wear, wear.spread, before, ahead, own.first_day + fall.began if fall else None)
        )
    return found


def _turned(machine: Machine) -> float | None:
    return None if machine.limit is None else machine.sign * machine.limit


def _decays(wear: Wear, before: bool) -> bool:
    over = wear.wear
    last = float(wear.strength[-1])
    alone = 1.0 / last if last == last else 0.0
    gradual = over > WORN and over - 1.0 > SURE * wear.spread
    at_once = alone > WORN_AT_ONCE and alone - 1.0 > SURE_AT_ONCE * _A_DAY_ALONE * wear.spread
    return gradual or at_once or (before and over > _STILL_WORN)


def episodes(found: Sequence[Outlook]) -> list[tuple[int, int]]:
    """First and last index of each stretch of decay; short breaks do not end one."""
    decaying = [at for at, one in enumerate(found) if one.decays]
    stretches: list[tuple[int, int]] = []
    for at in decaying:
        if stretches and found[at].day - found[stretches[-1][1]].day <= BRIDGE_DAYS:
            stretches[-1] = (stretches[-1][0], at)
        else:
            stretches.append((at, at))
    return stretches


def trend(points: Sequence[tuple[int, float]]) -> float | None:
    """Change per day of (day, value): the median of the slopes between all pairs (Theil–Sen); None for fewer than five."""
    if len(points) < FEWEST_DAYS:
        return None
    day, value = (np.array(column, np.float64) for column in zip(*points, strict=True))
    first, second = np.triu_indices(len(day), 1)
    return float(np.median((value[second] - value[first]) / (day[second] - day[first])))


@dataclass(frozen=True, slots=True)
class Peers:
    """A machine among its like."""

    machines: int
    median: float
    """Their wear."""
    z: float
    """How far the machine is off, in robust standard deviations of its like."""

    @property
    def words(self) -> str:
        """Whether it gets weaker alone, or its like do too."""
        return "alone" if self.median < _STILL_WORN else "together"


def among(own: float, others: Sequence[float]) -> Peers | None:
    """A machine's wear among that of its like; None where there are fewer than three."""
    if len(others) < FEWEST_PEERS:
        return None
    wear: Floats = np.array(others)
    median = float(np.median(wear))
    width = max(1.4826 * float(np.median(np.abs(wear - median))), 0.03)
    return Peers(len(others), median, (own - median) / width)
