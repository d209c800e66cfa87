"""Recalled: what surfaces were like, reckoned from the store; the same to the last bit as when they are followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.lag import chain, look_back_us, mean, period_us, relaxed, steps
from detect.nouns import PRODUCT_TEMPERATURE, SURFACE_HUMIDITY, Json, Stop, settling_us
from detect.pairing import Derived, Heard, Moments, Said, derive, moments
from detect.ports import Rows
from detect.surfaces import NO_SERIES, Air, Hanging, Role, Surfaces, hanging
from detect.telling import EVIDENCE_READINGS
from ingest.nouns import US_PER_DAY, Columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_WIDER = 16


class Lanes(NamedTuple):
    """The state of a surface after its last temperature: by the chain of its period, and by that of the next one."""

    this: float
    next: float
    """NaN where that chain has not begun."""


class Told(NamedTuple):
    """What a surface was like at the moments of a window."""

    moments: Moments
    derived: Derived


@dataclass(frozen=True, slots=True)
class Course:
    """The states of a surface at temperatures, (n,): NaN before the first period asked for."""

    time_us: Ints
    state: Floats
    lanes: Lanes
    from_us: int
    """Time of the first temperature that the last period's chain rests on."""


class Recalled:
    """Answers for one compiled set of surfaces. `fed_us`: series → up to when readings were fed; newer ones wait."""

    def __init__(self, surfaces: Surfaces, readings: Rows, fed_us: Callable[[int], int]) -> None:
        self._surfaces, self._readings, self._fed_us = surfaces, readings, fed_us
        self._brought: dict[int, float | None] = {}

    def forget(self, surface: int) -> None:
        """What the goods of a surface brought with them must be asked anew."""
        self._brought.pop(surface, None)

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """The values of one virtual series, as readings; `limit`: at most so many, the first ones."""
        (number,) = series
        surface, quantity = self._surfaces.names[number]
        if limit is None:
            return self._columns(number, quantity, self.told(surface, start_us, end_us))
        from_us: int | None = max(start_us, 0)
        reach_us = US_PER_DAY
        while from_us is not None and from_us < end_us:
            from_us = self._next_word(surface, from_us, end_us)
            if from_us is None:
                break
            found = self._columns(
                number, quantity, self.told(surface, from_us, min(from_us + reach_us, end_us))
            )
            if len(found):
                return found.take(slice(0, limit))
            from_us, reach_us = from_us + reach_us, reach_us * _WIDER
        return Columns.empty()

    def _next_word(self, surface: int, from_us: int, end_us: int) -> int | None:
        """When some probe of the air first speaks at or after a moment."""
        there = self._surfaces.surfaces[surface]
        air = self._surfaces.airs[there.air]
        start_us, end_us = max(from_us, there.begin_us), min(end_us, there.end_us)
        firsts = [
            int(rows.time_us[0])
            for number in air.series
            if number != NO_SERIES and len(rows := self._readings.range([number], start_us, end_us, 1))
        ]
        return min(firsts, default=None)

    def _columns(self, number: int, quantity: str, told: Told) -> Columns:
        value = of_quantity(told.derived, quantity)
        known = ~np.isnan(value)
        n = int(known.sum())
        return Columns(
            np.full(n, number, np.int32), told.moments.time_us[known], value[known], np.zeros(n, np.uint8)
        )

    # ------------------------------------------------------------------ one surface

    def told(self, number: int, start_us: int, end_us: int) -> Told:
        """What a surface was like at every moment in [start, end) at which a probe spoke while goods and device were together."""
        surface = self._surfaces.surfaces[number]
        air = self._surfaces.airs[surface.air]
        start_us, end_us = max(start_us, surface.begin_us), min(end_us, surface.end_us)
        course = self.course(number, start_us - air.gap_us, end_us)
        parts = [self._rows(air, role, start_us - air.gap_us, end_us) for role in Role]
        kept = parts[Role.AIR].time_us >= surface.begin_us
        parts[Role.AIR] = parts[Role.AIR].take(kept)
        found = moments(_said(parts), Heard.nothing(1))
        state = _states_at(course, found.at_us[:, Role.AIR])
        gap_us = np.full(len(found), air.gap_us, np.int64)
        derived = derive(found, state, gap_us, np.full(len(found), surface.fresh))
        inside = found.time_us >= start_us
        cut = Moments(
            found.air[inside], found.time_us[inside], found.spoke[inside], found.at_us[inside],
            found.value[inside], found.row[inside],
        )  # fmt: skip
        return Told(cut, Derived(*(column[inside] for column in derived)))

    def course(self, number: int, start_us: int, end_us: int) -> Course:
        """The states of a surface at the temperatures of the periods that touch [start, end)."""
        surface = self._surfaces.surfaces[number]
        air = self._surfaces.airs[surface.air]
        period, settling = period_us(surface.lag_us), settling_us(surface.lag_us)
        first = max(start_us, surface.begin_us, 0) // period
        rows = self._rows(
            air, Role.AIR, max(first * period - settling, surface.begin_us), min(end_us, surface.end_us)
        )
        times, values = rows.time_us, rows.value
        state = np.full(len(times), np.nan)
        if not len(times):
            return Course(times, state, Lanes(np.nan, np.nan), 0)
        lag = np.full(len(times) - 1, surface.lag_us, np.int64)
        m, c = steps(np.diff(times), values[:-1], values[1:], lag)
        last = int(times[-1]) // period
        lanes, from_us = [np.nan, np.nan], 0
        for at in range(first, last + 2):
            lo = int(times.searchsorted(at * period - settling))
            here, hi = (int(times.searchsorted(us)) for us in (at * period, (at + 1) * period))
            if lo == hi or (here == hi and at <= last):
                continue
            found = chain(
                self._first(number, at, int(times[lo]), float(values[lo])), m[lo : hi - 1], c[lo : hi - 1]
            )
            state[here:hi] = found[here - lo :]
            if at == last:
                from_us = int(times[lo])
            if at >= last:
                lanes[at - last] = found[-1]
        return Course(times, state, Lanes(*lanes), from_us)

    def _first(self, number: int, period: int, time_us: int, air_c: float) -> float:
        """The state at the first temperature of a period's chain."""
        surface = self._surfaces.surfaces[number]
        if surface.begin_us <= period * period_us(surface.lag_us) - settling_us(surface.lag_us):
            return air_c
        return relaxed(self.brought(number), air_c, time_us - surface.begin_us, surface.lag_us)

    def _rows(self, air: Air, role: Role, start_us: int, end_us: int) -> Columns:
        """What was said of an air while its device was there."""
        number = air.series[role]
        if number == NO_SERIES:
            return Columns.empty()
        end_us = min(end_us, air.to_us, self._fed_us(number) + 1)
        start_us = max(start_us, air.from_us, 0)
        return (
            trusted(self._readings.range([number], start_us, end_us))
            if start_us < end_us
            else Columns.empty()
        )

    def now(self, number: int, at_us: int) -> Lanes:
        """The state after the last temperature up to a moment."""
        surface = self._surfaces.surfaces[number]
        back_us = at_us - look_back_us(surface.lag_us) - period_us(surface.lag_us)
        return self.course(number, back_us, at_us + 1).lanes

    def heard(self, number: int, at_us: int, back_us: int) -> tuple[Ints, Floats]:
        """The last value of each role in an air up to a moment, as far back as it can matter; each (3,)."""
        air = self._surfaces.airs[number]
        time_us, value = np.full(len(Role), -1, np.int64), np.zeros(len(Role))
        for role in Role:
            rows = self._rows(air, role, at_us - back_us, at_us + 1)
            if len(rows):
                time_us[role], value[role] = rows.time_us[-1], rows.value[-1]
        return time_us, value

    # ------------------------------------------------------------------ what goods bring with them

    def brought(self, number: int) -> float | None:
        """The temperature that goods had when they and the device came together; None if nothing is known of it."""
        if number not in self._brought:
            surface = self._surfaces.surfaces[number]
            state: float | None = None
            for stop in surface.path:
                state = self._after(stop, state, surface.lag_us)
            self._brought[number] = state
        return self._brought[number]

    def _after(self, stop: Stop, state: float | None, lag_us: int) -> float | None:
        """The state after a stop: the mean over its thermometers, each followed alone.

        Where nobody measured it stays as it is, unless that took longer than half the time constant.
        """
        ends = [
            end
            for there in hanging(self._surfaces, stop)
            if (end := self._along(there, stop, state, lag_us)) is not None
        ]
        if ends:
            return mean(ends)
        return state if stop.to_us - stop.from_us <= lag_us // 2 else None

    def _along(self, there: Hanging, stop: Stop, state: float | None, lag_us: int) -> float | None:
        """The state at the end of a stop by one thermometer."""
        end_us = min(there.to_us, self._fed_us(there.series) + 1)
        rows = trusted(self._readings.range([there.series], max(there.from_us, 0), max(end_us, 0)))
        if not len(rows):
            return None
        times, values = rows.time_us, rows.value
        first = relaxed(state, float(values[0]), int(times[0]) - stop.from_us, lag_us)
        lag = np.full(len(times) - 1, lag_us, np.int64)
        last = chain(first, *steps(np.diff(times), values[:-1], values[1:], lag))[-1]
        return relaxed(last, float(values[-1]), stop.to_us - int(times[-1]), lag_us)

    # ------------------------------------------------------------------ evidence

    def evidence(self, number: int, quantity: str, start_us: int) -> dict[str, Json]:
        """What a person wants to see first: surface, dew point and air at the beginning, and where the surface is from."""
        surface = self._surfaces.surfaces[number]
        goods = self._surfaces.goods[number]
        told = self._first_told(number, start_us)
        value = of_quantity(told.derived, quantity)
        at = np.flatnonzero(~np.isnan(value))[:EVIDENCE_READINGS]
        pairs: list[Json] = [
            [t, v]
            for t, v in zip(told.moments.time_us[at].tolist(), np.round(value[at], 3).tolist(), strict=True)
        ]
        found: dict[str, Json] = {
            "readings": pairs, "lag_us": surface.lag_us, "form": goods.form, "since_us": goods.since_us,
            "came_from": goods.path[-1].places[-1] if goods.path else None,
        }  # fmt: skip
        return found | (self._at(number, told, int(at[0])) if len(at) else {})

    def _first_told(self, number: int, start_us: int) -> Told:
        gap_us = self._surfaces.airs[self._surfaces.surfaces[number].air].gap_us
        return self.told(number, start_us, start_us + EVIDENCE_READINGS * gap_us)

    def _at(self, number: int, told: Told, at: int) -> dict[str, Json]:
        """The state of air and surface at one moment."""
        surface = self._surfaces.surfaces[number]
        found, time_us = told.moments, int(told.moments.time_us[at])
        gap_us = self._surfaces.airs[surface.air].gap_us
        probed = not surface.fresh and bool(found.heard(Role.SURFACE, np.array(gap_us))[at])
        values: dict[str, Json] = {
            "surface_c": round(float(told.derived.surface_c[at]), 2),
            "air_c": round(float(found.value[at, Role.AIR]), 2),
            "surface_is": "measured" if probed else self._known_by(number, time_us),
        }
        margin = float(told.derived.margin_k[at])
        if margin == margin:
            values["air_rh_pct"] = round(float(found.value[at, Role.HUMIDITY]), 1)
            values["dew_point_c"] = round(float(told.derived.surface_c[at]) - margin, 2)
        return values

    def _known_by(self, number: int, time_us: int) -> str:
        """Whether a state rests on long enough a past (or on where the goods came from), or on an assumption."""
        surface = self._surfaces.surfaces[number]
        course = self.course(number, time_us, time_us + 1)
        begun_us = course.from_us
        is_old = time_us - begun_us >= settling_us(surface.lag_us) // 2
        began_here = surface.begin_us > time_us - settling_us(surface.lag_us) // 2
        if is_old or (began_here and self.brought(number) is not None):
            return "reckoned"
        return "assumed"


def of_quantity(derived: Derived, quantity: str) -> Floats:
    """One derived quantity's column."""
    if quantity == PRODUCT_TEMPERATURE:
        return derived.product_c
    return derived.humidity_pct if quantity == SURFACE_HUMIDITY else derived.margin_k


def _said(parts: list[Columns]) -> Said:
    """The readings of one air, by role, as its rows."""
    n = sum(len(part) for part in parts)
    return Said(
        np.zeros(n, np.int64),
        np.concatenate([part.time_us for part in parts]),
        np.concatenate([np.full(len(part), role, np.int64) for role, part in zip(Role, parts, strict=True)]),
        np.concatenate([part.value for part in parts]),
    ).sorted()


def _states_at(course: Course, at_us: Ints) -> Floats:
    """The states at temperatures of these times; NaN where there was none."""
    if not len(course.time_us):
        return np.full(len(at_us), np.nan)
    found = np.minimum(course.time_us.searchsorted(at_us), len(course.time_us) - 1)
    return np.where(course.time_us[found] == at_us, course.state[found], np.nan)
