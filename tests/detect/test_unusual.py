"""Unusual courses and sudden changes: what is found, what is left alone, and that no scale and no cut matters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from detect.hours.anomaly import UnusualCourse
from detect.hours.courses import Joint, nothing
from detect.hours.habit import rolling_deviation, rolling_mean
from detect.hours.learned import DailyCourses, TooLittlePast
from detect.hours.standing import held
from detect.hours.tails import threshold
from detect.nouns import Kind
from detect.streams.nouns import NO_GROUP, NOTHING, Hours, Roster, Rows, Verdict
from detect.streams.sudden import Sudden

FIRST = 480_000
SECOND = 1_000_000
Floats = NDArray[np.float64]


def hours(mean: Floats, samples: int = 1) -> Hours:
    """Every hour from FIRST on; NaN = nothing was said."""
    at = np.flatnonzero(~np.isnan(mean))
    return Hours(FIRST + at, np.full(len(at), samples), mean[at], mean[at], mean[at])


def room(seed: int, days: int = 70) -> Floats:
    """A store with a daily wave and weather that comes and goes, °C by hours."""
    random = np.random.default_rng(seed)
    weather = np.convolve(random.normal(0, 0.5, 24 * days + 100), np.ones(48) / 7, "valid")[: 24 * days]
    return 18 + weather + 0.8 * np.sin(np.arange(24 * days) * np.pi / 12) + random.normal(0, 0.2, 24 * days)


def odd_hours(verdict: Verdict) -> NDArray[np.intp]:
    return np.flatnonzero(verdict.kind != NOTHING)


@pytest.mark.parametrize("quantity", ["temperature", "relative_humidity"])
@pytest.mark.parametrize("samples", [1, 12])
def test_a_level_that_leaves_its_habit_is_found(quantity: str, samples: int) -> None:
    """Within a day of the change, not before it, in both quantities and at any sampling; it ends some time after."""
    detector = UnusualCourse(quantity)
    mean = room(1) * (4 if quantity == "relative_humidity" else 1)
    shift = 10.0 * (4 if quantity == "relative_humidity" else 1)
    mean[40 * 24 : 43 * 24] += shift
    said = detector.judge(hours(mean, samples), [], 0)
    found = odd_hours(said)
    assert 40 * 24 <= found[0] <= 41 * 24
    assert found[-1] < 55 * 24
    assert said.since_us[found[0]] == (FIRST + found[0]) * 3_600 * SECOND
    told = detector.evidence(hours(mean, samples), 42 * 24, said)
    value = {name: one["value"] for name, one in told.items() if isinstance(one, dict)}
    assert value["mean"] - value["usual"] == pytest.approx(shift, rel=0.3)  # type: ignore[operator]


def test_restlessness_at_the_usual_level_is_found() -> None:
    """A swing of hours around the same mean is unusual too."""
    mean = room(2)
    swing = slice(45 * 24, 47 * 24)
    mean[swing] += 12 * np.sin(np.arange(48) * np.pi / 3)
    found = odd_hours(UnusualCourse("temperature").judge(hours(mean), [], 0))
    assert len(found)
    assert 45 * 24 <= found[0] <= 46 * 24


def test_ordinary_rooms_are_left_alone() -> None:
    """Forty rooms of ten weeks: at most one finding in ten sensor-months."""
    findings = 0
    for seed in range(40):
        found = odd_hours(UnusualCourse("temperature").judge(hours(room(100 + seed)), [], 0))
        findings += int((np.diff(found, prepend=-2) > 1).sum())
    assert findings <= 40 * 70 / 30 / 10


def test_it_says_nothing_before_it_knows_a_habit() -> None:
    """No score in the first three days, and none after a pause of months."""
    mean = room(3, days=140)
    mean[20 * 24 : 100 * 24] = np.nan
    given_hours = hours(mean)
    said = UnusualCourse("temperature").judge(given_hours, [], 0)
    early = (given_hours.hour - FIRST < 72) | (abs(given_hours.hour - FIRST - 101 * 24) < 24)
    assert np.isnan(said.score[early]).all()
    assert not np.isnan(said.score).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 400), st.lists(st.integers(0, 1679), max_size=30))
def test_hours_beyond_the_look_back_do_not_matter(seed: int, cut: int, missing: list[int]) -> None:
    """Judged anew from the look-back before a moment, gaps or not, every bit is the same from there on."""
    detector, mean = UnusualCourse("temperature"), room(seed)
    mean[30 * 24 : 30 * 24 + 40] += 9
    mean[missing] = np.nan
    whole = detector.judge(hours(mean), [], 0)
    begin = np.where(np.arange(len(mean)) < cut, np.nan, mean)
    anew = detector.judge(hours(begin), [], 0)
    offset = len(whole.score) - len(anew.score)
    late = hours(begin).hour >= FIRST + cut + detector.look_back_hours
    for one, other in zip(whole, anew, strict=True):
        assert np.array_equal(one[offset:][late], other[late], equal_nan=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.integers(1, 4), st.integers(1, 20))
def test_standing_against_its_definition(odd: list[float], persist: int, hold: int) -> None:
    """A finding stands where within the last `hold` hours `persist` hours on end were odd, and nowhere else."""
    stands = held(np.array(odd), persist=persist, hold=hold).stands
    lasting = [
        i >= persist - 1 and all(o >= 1 for o in odd[i - persist + 1 : i + 1]) for i in range(len(odd))
    ]
    assert stands.tolist() == [any(lasting[max(i - hold + 1, 0) : i + 1]) for i in range(len(odd))]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.one_of(st.just(float("nan")), st.floats(-50, 50)), min_size=1, max_size=40), st.integers(1, 8)
)
def test_rolling_against_numpy(values: list[float], width: int) -> None:
    """Mean and deviation of what is known of a window, if that is half of it."""
    mean = rolling_mean(np.array(values), width)
    deviation = rolling_deviation(np.array(values), width)
    for i in range(len(values)):
        window = np.array(values[max(i - width + 1, 0) : i + 1])
        known = window[~np.isnan(window)]
        if 2 * len(known) < width:
            assert np.isnan(mean[i])
        else:
            assert mean[i] == pytest.approx(known.mean(), abs=1e-9)
            assert deviation[i] == pytest.approx(known.std(), abs=1e-6)


def test_a_threshold_keeps_its_budget() -> None:
    """The worst of an ordinary day passes it about once in the days of the budget."""
    random = np.random.default_rng(5)
    day = np.repeat(np.arange(60), 24)
    passed = 0.0
    for _ in range(50):
        limit = threshold(random.exponential(1, 60 * 24), day, days=100)
        passed += float((random.exponential(1, (200, 24)).max(axis=1) > limit).mean()) / 50
    assert 0.003 < passed < 0.03


def test_a_learned_place_knows_temperature_and_humidity_together() -> None:
    """Damp that is ordinary on warm days is odd on a cold one, though each alone lies within its habit."""
    random = np.random.default_rng(6)
    warm = room(6, days=60) * 2
    damp = 60 - 2 * (warm - warm.mean()) + random.normal(0, 0.5, len(warm))
    place = Joint(hours(warm[: 45 * 24]), hours(damp[: 45 * 24]))
    model = DailyCourses().fit([place], seed=1)
    wrong = damp.copy()
    wrong[52 * 24 : 54 * 24] = 120 - wrong[52 * 24 : 54 * 24]
    normal = model.judge(hours(warm), hours(damp))
    odd = model.judge(hours(warm), hours(wrong))
    assert not (normal.kind[: 45 * 24] != NOTHING).any()
    assert odd_hours(odd)[0] >= 52 * 24
    assert odd_hours(odd)[0] <= 54 * 24
    told = model.evidence(hours(warm), hours(wrong), int(odd_hours(odd)[0]))
    assert set(told) == {"mean", "usual", "swing", "usual_swing", "humidity", "usual_humidity"}
    assert model.evidence(hours(warm), hours(wrong), 3) == {}
    again = DailyCourses().fit([place], seed=1).judge(hours(warm), hours(wrong))
    assert np.array_equal(odd.score, again.score, equal_nan=True)


def test_too_little_past_is_no_habit() -> None:
    """Ten days are refused in words."""
    with pytest.raises(TooLittlePast, match="336 are needed"):
        DailyCourses().fit([Joint(hours(room(7, days=10)), nothing())], seed=1)


def steam(interval_s: int = 5, rise: float = 30.0) -> tuple[Rows, int]:
    """Humidity of one room at rest, into which steam comes for two minutes; and the row at which it begins."""
    n = 3_600 // interval_s
    random = np.random.default_rng(8)
    value = 45 + np.cumsum(random.normal(0, 0.05, n))
    start = n // 2
    value[start : start + 120 // interval_s] += rise * np.minimum(
        np.arange(120 // interval_s) * interval_s / 20, 1
    )
    time_us = 1_700_000_000 * SECOND + np.arange(n) * interval_s * SECOND
    return Rows(np.zeros(n, np.int32), time_us, value), start


def sudden() -> Sudden:
    detector = Sudden()
    detector.enter(Roster(["relative_humidity"], np.full(1, NO_GROUP, np.int32), np.zeros(1, np.int64)))
    return detector


def test_steam_is_found_within_a_minute() -> None:
    """And stands as one finding while it lasts and for ten minutes after, never before."""
    rows, start = steam()
    said = sudden().follow(rows)
    found = odd_hours(said)
    assert sudden().kinds == (Kind.SUDDEN_CHANGE,)
    assert 0 < (found[0] - start) * 5 <= 60
    assert (np.diff(found) == 1).all()
    assert 10 * 60 <= (found[-1] - start) * 5 <= 15 * 60
    assert rows.time_us[start - 1] <= said.since_us[found[0]] <= rows.time_us[found[0]]


@pytest.mark.parametrize("fault", ["spike", "two spikes", "noise", "small", "slow sampling", "ramp"])
def test_what_is_no_sudden_change(fault: str) -> None:
    """A spike comes back, noise has no side, a door moves little, and minutes apart nothing is sudden."""
    rows, start = steam(
        interval_s=60 if fault == "slow sampling" else 5, rise=5.0 if fault == "small" else 30.0
    )
    value, calm = rows.value.copy(), steam(rise=0.0)[0].value
    random = np.random.default_rng(9)
    if fault in {"spike", "two spikes"}:
        value = calm.copy()
        value[start : start + 1 + (fault == "two spikes")] += 30
    elif fault == "noise":
        value = calm + random.normal(0, 8, len(calm))
    elif fault == "ramp":
        value = calm + np.clip(np.arange(len(calm)) - start, 0, None) * 0.05
    assert not len(odd_hours(sudden().follow(rows._replace(value=value))))


def test_readings_one_by_one_say_the_same_as_at_once() -> None:
    """Also around the steam, where something stands."""
    rows, start = steam()
    whole, detector = sudden().follow(rows), sudden()
    bounds = [0, *range(start - 5, start + 60), len(rows.series)]
    parts = [detector.follow(Rows(*(column[a:b] for column in rows))) for a, b in pairwise(bounds)]
    for i, column in enumerate(whole):
        assert np.array_equal(column, np.concatenate([part[i] for part in parts]), equal_nan=True)
