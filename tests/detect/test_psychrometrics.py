"""Moist air against the published and computed values of several formula sets, and against the physics it must obey."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detect.lag import chain, period_us, steps
from detect.nouns import settling_us
from detect.psychrometrics import dew_point_c, saturation_hpa, surface_rh_pct, vapour_hpa

HOUR = 3_600_000_000
DAY = 24 * HOUR


def one(function: object, *values: float) -> float:
    """A columnar function of one row."""
    return float(function(*(np.array([value]) for value in values))[0])  # type: ignore[operator]


@pytest.mark.parametrize(
    ("temp", "rh", "wmo", "ashrae"),
    [(20, 50, 9.255, 9.272), (25, 60, 16.693, 16.701), (30, 80, 26.169, 26.169), (35, 70, 28.705, 28.701), (5, 85, 2.686, 2.691), (40, 90, 38.042, 38.038)],
)  # fmt: skip
def test_dew_points(temp: float, rh: float, wmo: float, ashrae: float) -> None:
    """The WMO set to its last digit, the ASHRAE functions within 0.05 K above freezing."""
    found = one(dew_point_c, temp, rh)
    assert found == pytest.approx(wmo, abs=6e-4)
    assert found == pytest.approx(ashrae, abs=0.05)


def test_below_freezing_humidity_is_over_liquid_water() -> None:
    """The convention of sensors: -5 °C and 70 % have a dew point of -9.629 °C, not a frost point of -9.108 °C."""
    assert one(dew_point_c, -5, 70) == pytest.approx(-9.629, abs=6e-4)


@pytest.mark.parametrize(
    ("temp", "hpa"), [(0, 6.112), (10, 12.2603), (20, 23.326), (25, 31.6006), (30, 42.3372), (40, 73.6746)]
)
def test_saturation(temp: float, hpa: float) -> None:
    """Saturation pressure of the WMO set."""
    assert one(saturation_hpa, temp) == pytest.approx(hpa, abs=6e-5)


def test_cold_lead_in_warm_air() -> None:
    """8 °C in air of 24 °C and 70 %: 194 % at the surface; 98.1 % once it has reached 18.5 °C."""
    assert one(surface_rh_pct, 8, 24, 70) == pytest.approx(194, abs=0.6)
    assert one(surface_rh_pct, 18.5, 24, 70) == pytest.approx(98.1, abs=0.05)


def test_what_a_sensor_cannot_mean() -> None:
    """0 % has a dew point all the same, and what is above 100 % is saturated air."""
    assert np.isfinite(one(dew_point_c, 20, 0))
    assert one(dew_point_c, 20, 104.7) == pytest.approx(20, abs=1e-9)
    assert one(vapour_hpa, 20, 104.7) == one(saturation_hpa, 20)


@given(st.floats(-40, 60), st.floats(1, 100))
def test_saturation_at_the_dew_point_is_the_vapour_pressure(temp: float, rh: float) -> None:
    """The definition of the dew point; a surface there has 100 %."""
    dew = one(dew_point_c, temp, rh)
    assert one(saturation_hpa, dew) == pytest.approx(one(vapour_hpa, temp, rh), rel=1e-9)
    assert one(surface_rh_pct, dew, temp, rh) == pytest.approx(100, rel=1e-9)


@given(
    st.floats(-20, 40),
    st.lists(st.tuples(st.integers(1, 90), st.floats(-20, 40)), min_size=2, max_size=20),
    st.integers(1, 600),
)
def test_a_step_is_the_exact_solution(first: float, course: list[tuple[int, float]], lag_min: int) -> None:
    """Against the differential equation integrated in a thousand small steps per reading."""
    minute = 60_000_000
    times = np.cumsum([gap * minute for gap, _ in course])
    values = np.array([value for _, value in course])
    lag = np.full(len(course) - 1, lag_min * minute)
    found = chain(first, *steps(np.diff(times), values[:-1], values[1:], lag))
    state = first
    for i in range(1, len(course)):
        gap = int(times[i] - times[i - 1])
        if gap > settling_us(lag_min * minute):
            state = values[i]
            continue
        small = gap / lag_min / minute / 1000
        for n in range(1000):
            middle = values[i - 1] + (values[i] - values[i - 1]) * (n + 0.5) / 1000
            state = middle + (state - middle) * exp(-small)
        assert found[i] == pytest.approx(state, abs=2e-3)


@given(st.integers(0, 60 * HOUR))
def test_two_chains_are_enough(lag_us: int) -> None:
    """A period holds the settling time, in whole days."""
    assert period_us(lag_us) % DAY == 0
    assert settling_us(lag_us) <= period_us(lag_us) < settling_us(lag_us) + 2 * DAY
