"""Suspicion: readings that look like the sensor's fault rather than like air: spikes, noise, a stuck value, drift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Kind
from detect.streams import signs
from detect.streams.nouns import NOTHING, Roster, Rows, Verdict
from detect.streams.stretches import Floats, Longs, Places, Since, Stretches, Tail, order_of, stretches_of
from detect.streams.usual import HOURS, Hourly, Usual, summary
from ingest.nouns import US_PER_DAY, US_PER_HOUR

FLOORS = {"temperature": 2.0, "surface_temperature": 2.0, "relative_humidity": 8.0}
"""A leap that is not remarkable in any room, in the quantity's unit."""
SATURATED = {"relative_humidity": 98.5}
"""From here on a sensor that says the same all the time may be right."""
PAUSE_US = 3 * US_PER_HOUR // 2
"""After such a pause a series begins anew: what it did before says nothing of the next step."""
LONGEST_STAY_US = 4 * US_PER_HOUR
"""A stay at one value counts so much at most, so that no longer past is needed to know it."""
NOISE_US, DRIFT_US = US_PER_HOUR, US_PER_HOUR // 3
"""Unrest is told when it has lasted so long: steam and people come and go. Far off it is told sooner."""
LASTING, LONGEST_UNREST_US = 24, 5 * US_PER_HOUR
"""And over so many readings: the unrest of the dozen that is looked at lasts for some by chance. Where that takes longer than the
second figure nothing is told, for no further can be looked back."""
ROUGHER = np.float32(2)
"""So many times as far forth and back as usual is noise: the air that a machine cools by fits and starts goes forth and back as well."""
SPIKE_FLOORS = np.float32(1.5)
"""A spike leaps by so many such leaps at least."""
SPIKE_US = 600_000_000
"""So long at most a spike of several readings lasts."""
STEEP = np.float32(1.5)
"""So many leaps straight on within a window are as odd as what is told."""
FAR = 8
"""How many leaps off its level a reading is as odd as what is told."""
AT_ONCE_US = 90_000_000
"""Air that was elsewhere for long needs longer than this to be back."""
SPIKE, NOISE, STUCK, DRIFT = range(4)


class Suspicion:
    """Names what a single sensor does that air does not.

    It works badly where the air itself does it: a value that jumps by several degrees and comes back within five readings and ten
    minutes is taken for a spike, and a thermometer in the stream of a heater that switches every minute for noisy. Series that are
    read less often than every ninety minutes, or that usually stay at one value for an hour and a half, are not called stuck.
    """

    name: str = "suspicion"
    version: str = "1"
    kinds: tuple[Kind, ...] = (Kind.SPIKE, Kind.NOISE, Kind.STUCK, Kind.DRIFT)
    quantities: frozenset[str] = frozenset(FLOORS)
    look_back_us: int = US_PER_DAY

    def __init__(self) -> None:
        self._floor: Floats = np.empty(0, np.float32)
        self._saturated: Floats = np.empty(0, np.float32)
        self._values = Tail(signs.WINDOW, np.float32)
        self._times = Tail(signs.LONGEST_SPIKE, np.int64)
        self._age: Longs = np.empty(0, np.int64)
        self._flat, self._rough = Since(), Since()
        self._hourly = Hourly()

    def enter(self, roster: Roster) -> None:
        """Know these series; a longer roster adds to the former one."""
        known, size = len(self._floor), len(roster.quantity)
        more = [FLOORS.get(quantity, 0.0) for quantity in roster.quantity[known:]]
        self._floor = np.append(self._floor, np.array(more, np.float32))
        most = [SATURATED.get(quantity, np.inf) for quantity in roster.quantity[known:]]
        self._saturated = np.append(self._saturated, np.array(most, np.float32))
        self._age = np.append(self._age, np.zeros(size - known, np.int64))
        for part in (self._values, self._times, self._flat, self._rough, self._hourly):
            part.grow(size)

    def forget(self, series: Sequence[int]) -> None:
        """These series begin anew, as if they had never spoken."""
        which = np.asarray(series, np.int64)
        self._age[which] = 0
        self._values.forget(which)
        self._times.forget(which)
        self._hourly.forget(which)

    def follow(self, rows: Rows) -> Verdict:
        """Say something at every row."""
        n = len(rows.series)
        said = Verdict(np.full(n, np.nan, np.float32), np.full(n, NOTHING, np.int8), np.zeros(n, np.int64))
        at = _judged(self._floor[rows.series] > 0)
        if isinstance(at, slice):
            return self._follow(*rows)
        found = self._follow(rows.series[at], rows.time_us[at], rows.value[at])
        said.score[at], said.kind[at], said.since_us[at] = found
        return said

    def _follow(self, series: NDArray[np.int32], time_us: Longs, value: NDArray[np.float64]) -> Verdict:
        """As `follow`, for rows that are judged; gives every one of them its place among those of its series first."""
        order = order_of(series)
        if order is None:
            return self._judge(stretches_of(series), time_us, value.astype(np.float32))
        found = self._judge(stretches_of(series[order]), time_us[order], value[order].astype(np.float32))
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return Verdict(found.score[back], found.kind[back], found.since_us[back])

    def _judge(self, rows: Stretches, time_us: Longs, value: Floats) -> Verdict:
        window, times = self._window(rows, time_us, value)
        step = np.abs(window[0] - window[1])
        flat_us, left_us = self._stays(rows, times, step)
        turn = signs.turn(window[0] - window[1], window[1] - window[2])
        usual = self._hourly.follow(rows, time_us // US_PER_HOUR, summary(step, turn, value, left_us))
        each = rows.series if rows.rank is not None else rows.own
        floor = self._floor[each]
        settled = usual.turn < np.inf
        bar = np.maximum(
            np.maximum(floor / 10, 8 * usual.step), ROUGHER / signs.ZIGZAG * np.where(settled, usual.turn, 0)
        )
        rough = signs.unrest(window, bar) / signs.ZIGZAG
        rough_since, _ = self._rough.follow(rows, time_us, (rough >= 1) & settled)
        still = signs.still(flat_us, usual, floor / np.float32(10)) * (value < self._saturated[each])
        return _verdict(_Seen(window, times, floor, usual, rough, still), time_us - rough_since, flat_us)

    def _window(self, rows: Stretches, time_us: Longs, value: Floats) -> tuple[Floats, Longs]:
        """Each reading and those before it, none from before a pause; and the times of each and of those before it."""
        window = self._values.follow(rows, value)
        times = self._times.follow(rows, time_us)
        resumed = times[0] - times[1] > PAUSE_US
        age = self._age[rows.own].copy() if rows.rank is None else self._age[rows.series] + rows.rank
        if resumed.any():
            age = _age(rows, age, resumed)
        np.minimum(age, signs.WINDOW, out=age)
        self._age[rows.own] = np.minimum(age[rows.last] + 1, signs.WINDOW)
        young = np.flatnonzero(age < signs.WINDOW)
        if len(young):
            window[:, young] = np.where(
                np.arange(len(window))[:, None] > age[young], np.nan, window[:, young]
            )
        return window, times

    def _stays(self, rows: Stretches, times: Longs, step: Floats) -> tuple[Longs, Longs]:
        """How long each reading's value has been the same, and how long the value that it left had been."""
        since_us, former_us = self._flat.follow(rows, times[0], step == 0)
        left_us = np.minimum(times[1] - former_us, LONGEST_STAY_US)
        return times[0] - since_us, np.where(step > 0, left_us, 0)


class _Seen(NamedTuple):
    """What was seen at each row. Shapes: (n,), window (13, n), times (6, n)."""

    window: Floats
    times: Longs
    floor: Floats
    usual: Usual
    rough: Floats
    still: Floats


def _judged(known: NDArray[np.bool_]) -> Places | slice:
    return slice(None) if bool(known.all()) else np.flatnonzero(known)


def _age(rows: Stretches, age: Longs, resumed: NDArray[np.bool_]) -> Longs:
    """How many readings (n,) there were since the last pause; `age` are those if there was none in this batch."""
    every = np.arange(len(age))
    last = np.maximum.accumulate(np.where(resumed, every, -1))
    begun = rows.first if rows.rank is None else every - rows.rank
    return np.asarray(np.where(last >= begun, every - last, age))


def _verdict(seen: _Seen, rough_us: Longs, flat_us: Longs) -> Verdict:
    """The worst sign is the score; the kind is the first that is told of stuck, drift, noise and spike."""
    time_us = seen.times[0]
    kind = np.full(len(time_us), NOTHING, np.int8)
    since_us = np.zeros(len(time_us), np.int64)
    degree = np.maximum(seen.rough, seen.still)
    np.maximum(degree, np.abs(seen.window[0] - seen.usual.level) / (FAR * seen.floor), out=degree)
    np.maximum(degree, signs.ramp(seen.window, STEEP * seen.floor), out=degree)
    leapt = np.flatnonzero(
        np.abs(seen.window[: signs.LONGEST_SPIKE + 1] - seen.window[1 : signs.LONGEST_SPIKE + 2]).max(axis=0)
        > seen.floor
    )
    if len(leapt):
        degree[leapt] = np.maximum(degree[leapt], _spikes(seen, leapt, kind, since_us))
    lasting_us = (time_us - seen.times[-1]) * LASTING // signs.LONGEST_SPIKE
    rough = np.flatnonzero((rough_us >= np.maximum(DRIFT_US, lasting_us)) & (lasting_us <= LONGEST_UNREST_US))
    if len(rough):
        drifts = _drifting(seen, rough)
        tell = drifts | (rough_us[rough] >= NOISE_US)
        rough, drifts = rough[tell], drifts[tell]
        kind[rough] = np.where(drifts, DRIFT, NOISE)
        since_us[rough] = time_us[rough] - np.where(drifts, DRIFT_US, NOISE_US)
    stuck = np.flatnonzero(seen.still >= 1)
    if len(stuck):
        kind[stuck] = STUCK
        since_us[stuck] = time_us[stuck] - np.minimum(flat_us[stuck], HOURS * US_PER_HOUR)
    return Verdict(degree / (1 + degree), kind, since_us)


def _spikes(seen: _Seen, at: Places, kind: NDArray[np.int8], since_us: Longs) -> Floats:
    """Tell the spikes among the rows `at`; the answer is how much each looks like one."""
    window, times, floor, step = seen.window[:, at], seen.times[:, at], seen.floor[at], seen.usual.step[at]
    apart, spread = signs.off(window)
    bar = np.maximum(np.maximum(SPIKE_FLOORS * floor, 10 * step), 8 * spread)
    back = signs.returned(apart, bar)
    began_us = np.take_along_axis(times, back[None], axis=0)[0]
    came_back = (back == 1) | ((back > 0) & (times[0] - began_us <= SPIKE_US))
    leap = np.abs(window[0] - window[1])
    told = came_back | ((leap > signs.STRANGE * bar) & (apart[0] > signs.STRANGE * bar))
    home = (
        signs.recovered(window, seen.usual.level[at], bar) & (times[0] - times[1] <= AT_ONCE_US) & ~came_back
    )
    kind[at[told]] = SPIKE
    kind[at[home]] = DRIFT
    since_us[at] = np.where(home, times[-1], np.where(told, began_us, 0))
    return np.asarray(apart[0] / bar)


def _drifting(seen: _Seen, at: Places) -> NDArray[np.bool_]:
    """Whether rows of unrest are far from where the series was, for all their unrest."""
    window = seen.window[:, at]
    middle = np.sort(window[:5], axis=0)[2]
    amplitude = np.abs(window[:-1] - window[1:]).mean(axis=0)
    least = np.maximum(4 * seen.floor[at], signs.AWAY * amplitude)
    return np.asarray(np.abs(middle - seen.usual.level[at]) > least)
