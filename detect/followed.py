"""Followed: all surfaces at once, batch by batch, as their air is heard in order.

A surface keeps two states: by the chain of the present period (`detect.lag`) and by that of the next one, once it has
begun. Whatever cannot be followed (late, doubted, unknown so far, too much of one series at once) is named, to be
recalled from the store instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.lag import period_us, settling_us_each, steps
from detect.nouns import settling_us
from detect.pairing import Derived, Heard, Moments, Said, derive, moments
from detect.recalled import Lanes, of_quantity
from detect.surfaces import QUANTITIES, Role, Surfaces
from ingest.nouns import Columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_STEPS = 64
"""So many temperatures of one air are followed in one batch; more are quicker recalled from the store."""


class Unfollowed(NamedTuple):
    """From when to when an air said something that cannot be followed."""

    first_us: int
    last_us: int


class Followed:
    """The state of all airs and surfaces that still go on at `as_of_us`; `series`: how many series there are."""

    def __init__(self, surfaces: Surfaces, series: int, as_of_us: int) -> None:
        self._surfaces = surfaces
        airs, each = surfaces.airs, surfaces.surfaces
        self._from = np.array([air.from_us for air in airs], np.int64)
        self._to = np.array([air.to_us for air in airs], np.int64)
        self._gap = np.array([air.gap_us for air in airs], np.int64)
        self._lag = np.array([s.lag_us for s in each], np.int64)
        self._period = np.array([period_us(s.lag_us) for s in each], np.int64)
        self._begin = np.array([s.begin_us for s in each], np.int64)
        self._end = np.array([s.end_us for s in each], np.int64)
        self._fresh = np.array([s.fresh for s in each], np.bool_)
        self._virtual = np.full((len(each), len(QUANTITIES)), -1, np.int32)
        for number, (surface, quantity) in enumerate(surfaces.names):
            self._virtual[surface, QUANTITIES.index(quantity)] = number
        self.heard = Heard.nothing(len(airs))
        self.front_us = np.full(len(airs), -1, np.int64)
        """Up to when each air was heard; what is not newer is late."""
        self.this = np.full(len(each), np.nan)
        self.next = np.full(len(each), np.nan)
        self.known: Bools = np.zeros(len(each), np.bool_)
        """Whether the state of a surface was ever taken up."""
        going = [[s for s in some if each[s].end_us > as_of_us] for some in surfaces.of_air]
        self._start, self._count, self._flat = _rows_of(going)
        voices = [surfaces.listening.get(number, []) for number in range(series)]
        live = [[(a, r) for a, r in some if airs[a].to_us > as_of_us and going[a]] for some in voices]
        self._voice_start, self._voice_count, self._voice_air = _rows_of([[a for a, _ in v] for v in live])
        self._voice_role = np.array([r for some in live for _, r in some], np.int64)

    def go_on(self, before: Followed) -> None:
        """Take up what an older one knew of the surfaces that are in both."""
        old = {key: number for number, key in enumerate(before._surfaces.keys)}
        for number, key in enumerate(self._surfaces.keys):
            there = old.get(key)
            if there is None or not before.known[there]:
                continue
            here_air, old_air = self._surfaces.surfaces[number], before._surfaces.surfaces[there]
            same = self._surfaces.airs[here_air.air].series == before._surfaces.airs[old_air.air].series
            if same and here_air.path == old_air.path:
                self._copy(number, here_air.air, before, there, old_air.air)

    def _copy(self, number: int, air: int, before: Followed, there: int, old_air: int) -> None:
        self.this[number], self.next[number] = before.this[there], before.next[there]
        self.known[number] = True
        self.heard.time_us[air], self.heard.value[air] = (
            before.heard.time_us[old_air],
            before.heard.value[old_air],
        )
        self.front_us[air] = before.front_us[old_air]

    def forget(self) -> None:
        """Nothing of what is known still holds: everything will be recalled."""
        self.known[:] = False

    def take_up(self, number: int, lanes: Lanes) -> None:
        """The state of a surface, recalled."""
        self.this[number], self.next[number] = lanes
        self.known[number] = True

    # ------------------------------------------------------------------ a batch

    def said(self, rows: Columns) -> Said:
        """The rows that are said of airs that go on, for each of them."""
        count = self._voice_count[rows.series]
        (at,) = np.nonzero(count)
        each = np.repeat(at, count[at])
        entry = _spread(self._voice_start[rows.series[at]], count[at])
        air, role = self._voice_air[entry], self._voice_role[entry]
        found = Said(air, rows.time_us[each], role, rows.value[each])
        inside = (found.time_us >= self._from[air]) & (found.time_us < self._to[air])
        return found.take(inside).sorted()

    def unfollowed(self, said: Said) -> dict[int, Unfollowed]:
        """The airs that have to be recalled instead, with the span of what they said."""
        late = said.time_us <= self.front_us[said.air]
        temperature = said.role == Role.AIR
        times = np.bincount(said.air[temperature], minlength=len(self._from))
        many = (times > MOST_STEPS) & (times * 32 > times.sum())
        odd = late | many[said.air] | self._unknown(said)
        return dict(spans(said.take(np.isin(said.air, said.air[odd]))))

    def _unknown(self, said: Said) -> Bools:
        """Per row: does a surface of its air need it whose state is not known?"""
        (live,) = np.nonzero(self._count[said.air])
        count = self._count[said.air[live]]
        surface = self._flat[_spread(self._start[said.air[live]], count)]
        row = np.repeat(live, count)
        needed = (said.time_us[row] >= self._begin[surface]) & (said.time_us[row] < self._end[surface])
        unborn = np.isnan(self.this[surface]) & (said.role[row] == Role.AIR)
        found = np.zeros(len(said.air), np.bool_)
        found[row[needed & (~self.known[surface] | unborn)]] = True
        return found

    def follow(self, said: Said) -> Columns:
        """Let all airs go on; the derived values as readings of virtual series, sorted by (series, time)."""
        if not len(said.time_us):
            return Columns.empty()
        found = moments(said, self.heard)
        count = self._count[found.air]
        moment = np.repeat(np.arange(len(found)), count)
        surface = self._flat[_spread(self._start[found.air], count)]
        inside = (found.time_us[moment] >= self._begin[surface]) & (
            found.time_us[moment] < self._end[surface]
        )
        moment, surface = moment[inside], surface[inside]
        state = self._step(said, found, moment, surface)
        self._remember(found)
        each = _each(found, moment)
        return self._columns(each, surface, derive(each, state, self._gap[each.air], self._fresh[surface]))

    def _step(self, said: Said, found: Moments, moment: Ints, surface: Ints) -> Floats:
        """Advance the surfaces by the temperatures; the state of each at each moment."""
        order = np.lexsort((moment, surface))
        by, surface = moment[order], surface[order]
        is_step = found.spoke[by, Role.AIR]
        state = np.full(len(by), np.nan)
        first = np.append(True, surface[1:] != surface[:-1])
        # The state at a moment is that at its last temperature: number the temperatures of each surface from 1 on.
        nth = np.cumsum(is_step) - np.repeat(
            (np.cumsum(is_step) - is_step)[first], np.diff(np.append(np.flatnonzero(first), len(first)))
        )
        state = np.where(nth == 0, self.this[surface], np.nan)
        steps_at = np.flatnonzero(is_step)
        before_us, before_c = self._before(found, by[steps_at])
        for rank in range(1, int(nth.max(initial=0)) + 1):
            chosen = nth[steps_at] == rank
            at = steps_at[chosen]
            self._advance(
                surface[at], found.time_us[by[at]], found.value[by[at], Role.AIR],
                before_us[chosen], before_c[chosen],
            )  # fmt: skip
            now = nth == rank
            state[now] = self.this[surface[now]]
        back = np.empty(len(by), np.float64)
        back[order] = state
        return back

    def _before(self, found: Moments, at: Ints) -> tuple[Ints, Floats]:
        """The temperature before that of each of some moments."""
        previous = np.maximum(at - 1, 0)
        same = (at > 0) & (found.air[previous] == found.air[at])
        air = found.air[at]
        before_us = np.where(same, found.at_us[previous, Role.AIR], self.heard.time_us[air, Role.AIR])
        before_c = np.where(same, found.value[previous, Role.AIR], self.heard.value[air, Role.AIR])
        return before_us, before_c

    def _advance(
        self, surface: Ints, time_us: Ints, air_c: Floats, before_us: Ints, before_c: Floats
    ) -> None:
        """One more temperature of some surfaces, each of them once."""
        lag, period = self._lag[surface], self._period[surface]
        m, c = steps(time_us - before_us, before_c, air_c, lag)
        moved = time_us // period - before_us // period
        this, ahead = m * self.this[surface] + c, m * self.next[surface] + c
        begun = ~np.isnan(self.next[surface])
        now = np.where(moved == 0, this, np.where((moved == 1) & begun, ahead, air_c))
        next_from_us = (time_us // period + 1) * period - settling_us_each(lag)
        goes_on = np.where((moved == 0) & begun, ahead, air_c)
        self.this[surface] = now
        self.next[surface] = np.where(time_us >= next_from_us, goes_on, np.nan)

    def _remember(self, found: Moments) -> None:
        last = np.flatnonzero(np.append(found.air[1:] != found.air[:-1], True))
        air = found.air[last]
        self.heard.time_us[air], self.heard.value[air] = found.at_us[last], found.value[last]
        self.front_us[air] = np.maximum(self.front_us[air], found.time_us[last])

    def _columns(self, found: Moments, surface: Ints, derived: Derived) -> Columns:
        parts = []
        for place, quantity in enumerate(QUANTITIES):
            number, value = self._virtual[surface, place], of_quantity(derived, quantity)
            told = (number >= 0) & ~np.isnan(value)
            if told.any():
                flags = np.zeros(int(told.sum()), np.uint8)
                parts.append(Columns(number[told], found.time_us[told], value[told], flags))
        if not parts:
            return Columns.empty()
        whole = Columns.concat(parts)
        return whole.take(np.lexsort((whole.time_us, whole.series)))

    # ------------------------------------------------------------------ how far a change reaches

    def reach_us(self, surface: int, time_us: int) -> int:
        """Up to when a surface may be another because of what its air said at a moment."""
        there = self._surfaces.surfaces[surface]
        period, settling = period_us(there.lag_us), settling_us(there.lag_us)
        number = time_us // period
        carried = 2 if time_us >= (number + 1) * period - settling else 1
        air = self._surfaces.airs[there.air]
        return min((number + carried) * period + air.gap_us, there.end_us)


def spans(said: Said) -> Iterator[tuple[int, Unfollowed]]:
    """From when to when each air said something."""
    if not len(said.air):
        return
    first = np.flatnonzero(np.append(True, said.air[1:] != said.air[:-1]))
    last = np.append(first[1:], len(said.air)) - 1
    for a, b in zip(first.tolist(), last.tolist(), strict=True):
        yield int(said.air[a]), Unfollowed(int(said.time_us[a]), int(said.time_us[b]))


def _rows_of(lists: list[list[int]]) -> tuple[Ints, Ints, Ints]:
    """Lists of numbers as (start, count, flat)."""
    count = np.array([len(some) for some in lists], np.int64)
    start = np.cumsum(count) - count
    return start, count, np.array([n for some in lists for n in some], np.int64)


def _spread(start: Ints, count: Ints) -> Ints:
    """start, start+1, … so many each."""
    total = int(count.sum())
    begin = np.cumsum(count) - count
    return np.repeat(start - begin, count) + np.arange(total)


def _each(found: Moments, at: Ints) -> Moments:
    return Moments(
        found.air[at], found.time_us[at], found.spoke[at], found.at_us[at], found.value[at], found.row[at]
    )
