"""Forecasts: a room learned from its past, announced, renewed, taken back, and never stale."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from detect.examining import Span
from detect.forecasts.examiner import EVERY_US, Forecasts
from detect.forecasts.forecaster import Forecaster
from detect.forecasts.lagging import ahead, lagged
from detect.forecasts.nouns import Air, Issue, NoForecast, Plan, PlanKind, ZoneForecast
from detect.forecasts.passing import first_beyond
from detect.forecasts.warming import Warming
from detect.nouns import Finding, Goods, Kind, Limit, Severity, Watch
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Columns, SeriesKey
from store.nouns import Buckets

Floats = NDArray[np.float64]
DAYS = 26
FIRST_H = 490_000 // 24 * 24
BEGIN_US = FIRST_H * US_PER_HOUR
COLD = Limit("p/cold", "temperature", "low", 4.0, 0.5, 30 * US_PER_MINUTE, 2, Severity.ALARM)
SERIES = {0: SeriesKey("g/in", "temperature"), 1: SeriesKey("g/out", "temperature"), 2: SeriesKey("g/out", "relative_humidity")}  # fmt: skip


def weather(hour: Floats, cold_from: float = 24 * 22.0) -> Floats:
    """Mild days, and a cold wave that sets in over half a day."""
    fall = np.clip((hour - cold_from) / 12, 0, 1) * 16
    return np.asarray(10 + 4 * np.sin(2 * np.pi * (hour % 24 - 9) / 24) + 1.5 * np.sin(hour / 37) - fall)


def mild(hour: Floats) -> Floats:
    """No cold wave."""
    return weather(hour, 1e6)


def turning(hour: Floats) -> Floats:
    """A cold wave that turns back after half a day."""
    return np.where(hour < 24 * 22.4, weather(hour), np.maximum(weather(hour), mild(hour) - 2))


class Kept:
    """Hourly values of the three series up to a moment, as the store would answer."""

    def __init__(self, rows: dict[int, Floats]) -> None:
        self.rows = rows
        self.silent_from_h = 10**9

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
        first, last = start_us // US_PER_HOUR - FIRST_H, -(-end_us // US_PER_HOUR) - FIRST_H
        hours = np.arange(first, last)
        value = np.full((len(series), len(hours)), np.nan)
        for row, number in enumerate(series):
            until = min(self.silent_from_h, len(self.rows.get(number, ())))
            known = (hours >= 0) & (hours < until)
            value[row, known] = self.rows[number][hours[known]] if known.any() else np.nan
        count = (~np.isnan(value)).astype(np.int64)
        start = (hours + FIRST_H) * US_PER_HOUR
        return Buckets(np.array(series, np.int32), start, US_PER_HOUR, count, value, value, value)

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        return Columns.empty()


@dataclass
class Beside:
    """What is known beside the readings."""

    issued: list[Issue] = field(default_factory=list)
    planned: list[Plan] = field(default_factory=list)

    def outdoors(self, zone: str) -> Sequence[str]:
        return ["g/out"]

    def issues(self, zone: str, from_us: int) -> Sequence[Issue]:
        return [one for one in self.issued if one.issued_us >= from_us]

    def plans(self, zone: str, from_us: int, to_us: int) -> Sequence[Plan]:
        return self.planned


@dataclass
class Log:
    """Findings as they would be recorded."""

    findings: dict[tuple[str, int], Finding] = field(default_factory=dict)

    def open_findings(self) -> list[Finding]:
        return [f for f in self.findings.values() if f.end_us is None]

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        return [
            f
            for f in self.findings.values()
            if f.subject in subjects and (f.end_us is None or f.end_us >= from_us)
        ]


def room(outdoors: Floats) -> Floats:
    """A store that follows the outdoors through a day, and a little at once."""
    rng = np.random.default_rng(4)
    return 2.5 + 0.15 * outdoors + 0.75 * lagged(outdoors, 18.0) + rng.normal(0, 0.1, len(outdoors))


def issues(truth: Callable[[Floats], Floats]) -> list[Issue]:
    """A forecast every six hours for three days, a degree off."""
    found = []
    for hour in range(0, DAYS * 24, 6):
        ahead_h = np.arange(hour, hour + 72).astype(float)
        air = truth(ahead_h) + math.sin(hour)
        valid = (FIRST_H + ahead_h.astype(np.int64)) * US_PER_HOUR
        found.append(Issue(BEGIN_US + hour * US_PER_HOUR, valid, Air(air, air - 3)))
    return found


@dataclass
class World:
    """One zone, its weather, and the examiner that looks at it every half hour."""

    truth: Callable[[Floats], Floats] = weather
    beside: Beside = field(default_factory=Beside)
    log: Log = field(default_factory=Log)

    def __post_init__(self) -> None:
        hours = np.arange(DAYS * 24).astype(float)
        out = self.truth(hours)
        self.inside = room(out)
        self.kept = Kept({0: self.inside, 1: out, 2: np.full(len(out), 70.0)})
        goods = (Goods("p", 3 * US_PER_HOUR),)
        self.watches = [
            Watch("g/in", "g", "store", 0, None, US_PER_HOUR, (), US_PER_DAY, (COLD,), ("p",), goods),
            Watch("g/out", "g", "yard", 0, None, US_PER_HOUR, (), US_PER_DAY, ()),
        ]
        self.start()

    def start(self) -> None:
        """A new process."""
        self.forecaster = Forecaster(self.kept, self.beside)
        self.examiner = Forecasts(self.forecaster, Warming(self.kept), self.log)
        self.examiner.expect(self.watches, SERIES)

    def look(self, at_us: int) -> None:
        """Ten minutes of looks: the zone has its turn in one of them."""
        for step in range(5):
            as_of_us = at_us // EVERY_US * EVERY_US + step * EVERY_US
            self.examiner.examine({0: Span(as_of_us - 1, as_of_us - 1)}, as_of_us)
            for judged in self.examiner.examine({}, as_of_us):
                for found in judged.findings:
                    self.log.findings[found.band, found.start_us] = found

    def run(self, from_h: float, to_h: float, every_h: float = 0.5) -> None:
        """Look so often; an excursion is recorded as the engine would."""
        for at in np.arange(from_h, to_h, every_h).tolist():
            beyond = self.inside[int(at) - 1] < COLD.limit
            known = self.log.findings.get(("p/cold@x", -1))
            if beyond and known is None:
                self.log.findings["p/cold@x", -1] = excursion(BEGIN_US + int(at * US_PER_HOUR))
            self.look(BEGIN_US + int(at * US_PER_HOUR))

    def announced(self) -> list[Finding]:
        """What was announced, in order."""
        own = [f for f in self.log.findings.values() if f.kind is Kind.PREDICTED_BREACH]
        return sorted(own, key=lambda f: f.start_us)

    def breach_us(self) -> int:
        """When the room really got too cold."""
        after = int(np.argmax(self.inside < COLD.limit))
        before, beyond = self.inside[after - 1 : after + 1].tolist()
        middle_h = after - 0.5 + (before - COLD.limit) / (before - beyond)
        return BEGIN_US + int(middle_h * US_PER_HOUR)


def excursion(start_us: int) -> Finding:
    """As the engine records it."""
    return Finding(
        "x", "excursion", "1", Kind.TOO_LOW, "device:g/in:temperature", "p/cold", "store", "zone:store:temperature:low",
        Severity.ALARM, start_us, None, 3.0, 1.0, 1.0, 3, start_us,
    )  # fmt: skip


@pytest.fixture(scope="module")
def cold_wave() -> World:
    """A cold wave that the weather forecast knows of."""
    world = World(beside=Beside(issues(weather)))
    world.run(24 * 22, 24 * 23 + 16)
    return world


def test_a_cold_wave_is_announced_in_time_and_comes_true(cold_wave: World) -> None:
    """One announcement, at least six hours ahead, whose interval holds the truth (but for an hour), under the cause of the excursion."""
    (one,) = cold_wave.announced()
    breach_us = cold_wave.breach_us()
    assert breach_us - one.start_us >= 6 * US_PER_HOUR
    evidence = one.evidence
    assert evidence["first_p10_us"] - US_PER_HOUR <= breach_us <= evidence["first_p90_us"] + US_PER_HOUR  # type: ignore[operator]
    assert evidence["p10_us"] <= evidence["p50_us"] <= evidence["p90_us"]  # type: ignore[operator]
    assert (one.cause, one.subject, one.band) == ("zone:store:temperature:low", "zone:store", "p/cold")
    assert evidence["state"] == "came_true"
    assert one.end_us is not None
    assert one.severity is Severity.ALARM
    assert one.model is not None
    assert one.model.startswith("room 2@")


def test_nothing_is_announced_while_the_weather_is_mild() -> None:
    """A room that stays within its limit is never announced, with or without weather forecasts."""
    for beside in (Beside(), Beside(issues(mild))):
        world = World(mild, beside)
        world.run(24 * 12, 24 * 13)
        assert world.announced() == []


def test_a_forecast_that_newer_ones_deny_is_withdrawn_and_says_so() -> None:
    """The weather forecast takes the cold wave back: after hours of doubt the announcement ends, withdrawn."""
    turn_us = BEGIN_US + int(24 * 22.4) * US_PER_HOUR
    cold = [one for one in issues(weather) if one.issued_us <= turn_us]
    warm = [one for one in issues(turning) if one.issued_us > turn_us]
    world = World(turning, Beside([*cold, *warm]))
    world.run(24 * 21.5, 24 * 23.5, 1 / 6)
    assert [one.evidence["state"] for one in world.announced()] == ["withdrawn"]
    assert world.log.open_findings() == []


def test_an_announcement_expires_when_the_zone_falls_silent() -> None:
    """Nothing comes on which to renew it: after three hours it is over and says that it has expired."""
    world = World(beside=Beside(issues(weather)))
    world.run(24 * 21.75, 24 * 22.5)
    assert [one.end_us for one in world.announced()] == [None]
    world.kept.silent_from_h = int(24 * 22.5)
    world.run(24 * 22.5, 24 * 22.5 + 8)
    (one,) = world.announced()
    assert one.evidence["state"] == "expired"


def test_a_restart_changes_nothing(cold_wave: World) -> None:
    """A new process every three hours announces the same at the same moments."""
    world = World(beside=Beside(issues(weather)))
    for hour in range(24 * 22, 24 * 23 + 6, 10):
        world.start()
        world.run(hour, hour + 10)
    assert world.announced() == cold_wave.announced()


def test_what_is_planned_is_foreseen() -> None:
    """Doors that are to stand open in the cold bring the room closer to its limit than shut ones."""
    plan = Plan(PlanKind.DOORS_OPEN, BEGIN_US + 24 * 22 * US_PER_HOUR, BEGIN_US + 24 * 24 * US_PER_HOUR)
    known = issues(weather)
    shut, wide = (World(beside=Beside(known, plans)) for plans in ([], [plan]))
    at_us = BEGIN_US + 24 * 22 * US_PER_HOUR
    lowest = [p50(one.forecaster, at_us).min() for one in (shut, wide)]
    assert lowest[1] < lowest[0] - 0.5


def test_new_weather_is_heeded_at_once() -> None:
    """A cold wave is called off at ten past: whoever asks at a quarter past is told so."""
    at_us = BEGIN_US + 24 * 22 * US_PER_HOUR + 15 * US_PER_MINUTE
    known = [one for one in issues(weather) if one.issued_us <= at_us]
    off = issues(mild)[len(known) - 1]._replace(issued_us=at_us - 5 * US_PER_MINUTE)
    cold, called_off = (p50(World(beside=Beside(own)).forecaster, at_us) for own in (known, [*known, off]))
    assert called_off.min() > cold.min() + 3


def p50(forecaster: Forecaster, at_us: int) -> Floats:
    """The middle of what is expected of the store."""
    said = forecaster.foretell(forecaster.zones(at_us)["store"], at_us, curves=True)
    curve = said.foretold[0].curve
    assert curve is not None
    return curve.p50


def test_it_says_why_nothing_is_foretold() -> None:
    """A young zone, a silent one, one without limits: each has its reason instead of a forecast."""
    world = World()
    none = {}
    store = world.forecaster.zones(BEGIN_US)["store"]
    assert (world.forecaster.zone("store", BEGIN_US), world.forecaster.zone("nowhere", BEGIN_US)) == (
        store,
        None,
    )
    for name, at_h in (("young", 20), ("known", 24 * 10)):
        none[name] = world.forecaster.foretell(store, BEGIN_US + at_h * US_PER_HOUR).none
    yard: ZoneForecast = world.forecaster.foretell(world.forecaster.zones(BEGIN_US)["yard"], BEGIN_US)
    world.kept.silent_from_h = 24 * 9
    silent = world.forecaster.foretell(store, BEGIN_US + 24 * 10 * US_PER_HOUR)
    assert none == {"young": NoForecast.TOO_YOUNG, "known": None}
    assert (yard.none, silent.none) == (NoForecast.NO_LIMITS, NoForecast.NO_READINGS)


def test_a_past_that_comes_late_is_learned_from_at_once() -> None:
    """A gateway sends its buffer of three weeks after the zone was found too young: nobody waits a day for the forecast."""
    world = World()
    at_us = BEGIN_US + 24 * 22 * US_PER_HOUR
    whole = world.kept.rows
    world.kept.rows = {number: np.full(24 * 30, np.nan) for number in whole}
    store = world.forecaster.zones(at_us)["store"]
    assert world.forecaster.foretell(store, at_us).none is NoForecast.TOO_YOUNG

    world.kept.rows = whole
    world.forecaster.forget({0: Span(at_us - US_PER_HOUR, at_us)})
    assert world.forecaster.foretell(store, at_us).none is NoForecast.TOO_YOUNG, (
        "what is new is no other past"
    )
    world.forecaster.forget({1: Span(BEGIN_US, at_us)})
    assert world.forecaster.foretell(store, at_us).none is None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-10, 10), min_size=3, max_size=49), st.sampled_from([0, 20, 60, 150]), st.booleans()
)
def test_passing_is_found_as_by_walking_along(series: list[float], delay_min: int, high: bool) -> None:
    """The first time beyond that lasts until back inside by the deadband, against a plain walk in minutes along the lines."""
    limit = replace(COLD, side="high" if high else "low", limit=1.234, on_delay_us=delay_min * US_PER_MINUTE)
    value = np.array(series)
    found = float(first_beyond(limit, value[None, None, :])[0, 0])
    minutes = np.arange(0, (len(value) - 1) * 60 + 1)
    line = np.interp(minutes / 60, np.arange(len(value)), value)
    over = line - 1.234 if high else 1.234 - line
    starts = np.flatnonzero(np.diff((over > 0).astype(int), prepend=0) == 1)
    ends = [next((int(m) for m in minutes[s:] if over[m] <= -limit.deadband), 10**6) for s in starts]
    walked = [s / 60 for s, e in zip(starts.tolist(), ends, strict=True) if e - s >= delay_min + 2]
    loosely = [s / 60 for s, e in zip(starts.tolist(), ends, strict=True) if e - s >= delay_min - 2]
    assert found <= min(walked, default=math.inf) + 0.02
    assert found >= min(loosely, default=math.inf) - 0.04


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(-20, 30), min_size=2, max_size=120), st.sampled_from([0.0, 0.5, 6.0, 100.0]))
def test_lags_ahead_go_on_where_the_past_ends(series: list[float], tau_h: float) -> None:
    """A series followed whole is the same as its past followed, then the rest ahead."""
    x = np.array(series)
    cut = max(len(x) - 48, len(x) // 2)
    whole, before = lagged(x, tau_h), lagged(x[: cut + 1], tau_h)
    if cut + 1 < len(x):
        after = ahead(before[-1:], x[None, cut:], tau_h)[0]
        np.testing.assert_allclose(after, whole[cut + 1 :], atol=1e-9)
