"""The arithmetic behind goods: mean kinetic temperature, hours of wetness, rates, readiness; against published values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.goods.conditioning import Ways, left_us, ready_us
from detect.goods.courses import rates
from detect.goods.kinetic import Says, Window, mean_kinetic_c, says, window
from detect.goods.wetness import hours_a_year, iso_class, wet
from detect.nouns import Allowed
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Columns

CRT = Allowed(15.0, 30.0, 40.0, US_PER_DAY)
GAP = 30 * US_PER_MINUTE


def columns(times_us: list[int], values: list[float]) -> Columns:
    n = len(times_us)
    return Columns(
        np.zeros(n, np.int32),
        np.array(times_us, np.int64),
        np.array(values, np.float64),
        np.zeros(n, np.uint8),
    )


@pytest.mark.parametrize(
    ("values", "weights", "activation", "expected"),
    [
        ([25.0], [1.0], 83_144.0, 25.0),
        ([25.0, 30.0], [1, 1], 83_144.0, 27.822),
        ([20.0, 25, 30, 40], [1] * 4, 83_144.0, 31.621),
        ([20.0, 25, 30, 40], [1] * 4, 60_000.0, 30.784),
        ([20.0, 25, 30, 40], [1] * 4, 100_000.0, 32.198),
        ([20.0, 40.0], [6, 1], 83_144.0, 26.599),
        ([5.0, 25.0], [23, 1], 83_144.0, 7.756),
        ([21.1, 23.3, 22.2, 24.4, 25.6, 23.9, 22.8], [1] * 7, 83_144.0, 23.429),
    ],
)
def test_mean_kinetic_temperature_is_that_of_the_standard(
    values: list[float], weights: list[float], activation: float, expected: float
) -> None:
    """The vectors of USP <1079.2> and of our own second reckoning, weighted ones among them."""
    assert mean_kinetic_c(np.array(values), np.array(weights, float), activation) == pytest.approx(
        expected, abs=1e-3
    )


@settings(max_examples=30)
@given(st.lists(st.floats(-40, 60), min_size=1, max_size=8))
def test_mean_kinetic_temperature_lies_between_mean_and_maximum(values: list[float]) -> None:
    """It never flatters: at least the plain mean, at most the highest value."""
    value = mean_kinetic_c(np.array(values), np.ones(len(values)))
    assert np.mean(values) - 1e-6 <= value <= max(values) + 1e-6


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Says.WITHIN),
        ({"kinetic_c": 25.01}, Says.ABOVE),
        ({"low_c": 14.9}, Says.LOW),
        ({"low_c": -2.0, "kinetic_c": 20.0}, Says.LOW),
        ({"high_c": 40.5}, Says.TOO_HOT),
        ({"longest_us": US_PER_DAY + 1}, Says.TOO_LONG),
        ({"covered_us": 26 * US_PER_DAY}, Says.COVERAGE),
        ({"kinetic_c": None}, Says.COVERAGE),
    ],
)
def test_the_mean_speaks_only_for_high_excursions_that_the_label_allows(
    changes: dict[str, float], expected: Says
) -> None:
    """Cold, heat beyond the label, a stretch too long, missing data: nothing is said for any of them."""
    good = Window(24.0, 23.5, 18.0, 33.0, 30 * US_PER_DAY, 3 * US_PER_HOUR)
    assert says(good._replace(**changes), 25.0, 30 * US_PER_DAY, CRT) is expected


def test_a_window_weighs_readings_by_how_long_they_hold() -> None:
    """23 h at 5 °C and 1 h at 25 °C, sampled unevenly, are the vector's 7.756 °C; a pause adds only the gap."""
    times = [h * US_PER_HOUR for h in range(23)] + [
        23 * US_PER_HOUR + m * US_PER_MINUTE for m in range(0, 60, 5)
    ]
    found = window(columns(times, [5.0] * 23 + [25.0] * 12), 0, US_PER_DAY, US_PER_HOUR, 15.0)
    assert found.kinetic_c == pytest.approx(7.756, abs=1e-3)
    assert (found.covered_us, found.longest_us) == (US_PER_DAY, US_PER_HOUR)
    paused = window(columns([0, 12 * US_PER_HOUR], [5.0, 5.0]), 0, US_PER_DAY, US_PER_HOUR, 15.0)
    assert paused.covered_us == 2 * US_PER_HOUR


@pytest.mark.parametrize(
    ("hours", "name"), [(10, "τ1"), (11, "τ2"), (250, "τ2"), (2500, "τ3"), (5500, "τ4"), (5501, "τ5")]
)
def test_classes_of_wetness_are_those_of_iso_9223(hours: float, name: str) -> None:
    """τ1 ≤ 10, τ2 ≤ 250, τ3 ≤ 2500, τ4 ≤ 5500, τ5 above, in hours a year."""
    assert iso_class(hours) == name


def test_wetness_needs_damp_and_no_frost_and_a_pause_counts_no_more_than_the_gap() -> None:
    """80 % is not yet wet, 0 °C is frozen, and after the last word before a pause half an hour counts."""
    humidity = columns([0, GAP, 2 * GAP, 3 * GAP, 20 * GAP], [80.0, 85.0, 90.0, 95.0, 99.0])
    air = columns([0, 2 * GAP, 3 * GAP, 20 * GAP], [5.0, 0.0, 0.1, 5.0])
    found = wet(humidity, air, 2 * GAP, 22 * GAP)
    length = found.end_us - found.start_us
    assert int(length.sum()) == (5 + 2) * GAP
    assert int(length[found.beyond].sum()) == GAP + 2 * GAP + 2 * GAP
    assert hours_a_year(int(length[found.beyond].sum()), int(length.sum())) == pytest.approx(8766 * 5 / 7)


def test_no_temperature_no_wetness() -> None:
    """Without a temperature nobody knows whether it freezes: nothing is covered."""
    assert len(wet(columns([0, GAP], [99.0, 99.0]), columns([], []), GAP, 9 * GAP).start_us) == 0


def test_a_rate_is_taken_over_its_window_and_not_across_pauses() -> None:
    """5 K within an hour are 5 K/h whatever the sampling; nothing is said before there is a window, or over a pause."""
    steps = [m * US_PER_MINUTE for m in (0, 20, 40, 60, 80)]
    found = rates(columns(steps, [20.0, 20, 22.5, 25, 25]), US_PER_HOUR, GAP, 0)
    assert found.time_us.tolist() == steps[3:]
    assert found.value.tolist() == pytest.approx([5.0, 5.0])
    apart = rates(columns([0, 4 * US_PER_HOUR, 5 * US_PER_HOUR], [0.0, 40, 40]), US_PER_HOUR, GAP, 0)
    assert apart.time_us.tolist() == [5 * US_PER_HOUR]
    assert apart.value.tolist() == [0.0]


def ways(goods: list[float], air: float = 24.0, dew: float = math.nan) -> Ways:
    n = len(goods)
    return Ways(np.arange(n) * GAP, np.array(goods), np.full(n, air), np.full(n, dew))


def test_goods_are_ready_once_they_have_been_close_for_long_enough() -> None:
    """Being close counts from its beginning, an interruption or a pause begins it anew, wet goods are never ready."""
    assert ready_us(ways([10.0, 22, 23, 23.5, 24]), 3.0, 2 * GAP, GAP) == 3 * GAP
    assert ready_us(ways([10.0, 22, 20, 23.5, 24]), 3.0, 2 * GAP, GAP) is None
    assert ready_us(ways([22.0, 23, 23], dew=22.5), 3.0, 0, GAP) == GAP
    paused = ways([22.0, 23.0])._replace(time_us=np.array([0, 9 * GAP]))
    assert ready_us(paused, 3.0, 2 * GAP, GAP) is None


def test_when_goods_will_be_ready_is_when_the_formula_says_so() -> None:
    """Lead at 8 °C in air of 24 °C/70 % (dew point 18.19 °C, lag 2.54 h): dry after 2.57 h, within 2 K after 5.28 h."""
    lag_us = 2.54 * US_PER_HOUR
    dry = left_us(8.0, 24.0, 18.19, 16.0, lag_us)
    assert dry is not None
    assert dry / US_PER_HOUR == pytest.approx(2.57, abs=0.01)
    close = left_us(8.0, 24.0, 18.19, 2.0, lag_us)
    assert close is not None
    assert close / US_PER_HOUR == pytest.approx(2.54 * math.log(8), abs=0.01)
    assert left_us(8.0, 24.0, 24.0, 2.0, lag_us) is None
    assert left_us(23.0, 24.0, 18.0, 2.0, lag_us) == 0
