"""Forecasts in the damp: near saturation, by the dampest reading of each hour, under averaged weather forecasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detect.forecasts.announcing import is_likely
from detect.forecasts.course import courses, presents, train
from detect.forecasts.hours import air_of, aside_of, heard
from detect.forecasts.lagging import lagged
from detect.forecasts.nouns import Air, Issue, Past
from detect.forecasts.outdoors import blended, newest_share
from detect.forecasts.room import squeezed, stretched
from detect.forecasts.zones import Probe
from detect.psychrometrics import dew_point_c
from ingest.nouns import US_PER_HOUR
from store.nouns import Buckets
from tests.detect.test_forecasts import FIRST_H, Kept


@given(st.floats(0.1, 40), st.floats(0.1, 40))
def test_the_distance_from_saturation_is_stretched_and_squeezed_back(one: float, other: float) -> None:
    """There and back it is the same, in the same order; whatever a linear model says, air is never beyond saturation."""
    away = np.array([one, other])
    scale = stretched(away)
    np.testing.assert_allclose(squeezed(scale), away, rtol=1e-6)
    assert (scale[0] - scale[1]) * (one - other) >= 0
    assert (squeezed(np.array([-50.0, -3.0, 0.0])) > 0).all()
    assert np.isnan(squeezed(stretched(np.array([np.nan])))).all()


def test_a_room_that_water_keeps_from_saturation_is_not_foretold_beyond_it() -> None:
    """Water settles half a degree before the goods get wet: in the dampest wave so far they are foretold dry as well."""
    hour = np.arange(1000)
    wave = np.sin(2 * np.pi * hour / 96)
    temp_c, dew_c = 18 + wave, 14 + np.where(hour < 880, 5, 7) * wave
    straight = lagged(dew_c, 2.0)
    inside = np.minimum(straight, temp_c - 0.6)
    known = [
        Issue((FIRST_H + h) * US_PER_HOUR, (FIRST_H + hour[h : h + 72]) * US_PER_HOUR, Air(temp_c[h : h + 72], dew_c[h : h + 72]))
        for h in range(0, 878, 6)
    ]  # fmt: skip

    def until(end: int) -> Past:
        room, outdoors = Air(temp_c[:end], inside[:end]), Air(temp_c[:end], dew_c[:end])
        return Past(FIRST_H, room, outdoors, np.zeros((2, end + 49)))

    model = train(until(872), known[:145], 1)
    assert model is not None
    found = courses(model, presents(model.room, model.newest, until(878), np.arange(872, 878), known))
    nearest = np.median(found.temp_c - found.dew_c, axis=1).min(axis=1)
    assert (temp_c - straight)[872:920].min() < -1.5
    assert (nearest > 0.2).all()


def test_a_young_room_is_not_foretold_by_the_hour_at_which_its_weather_began() -> None:
    """The first hour of the weather was a warm and damp one, or nobody told it: of a week later the same is said."""
    hour = np.arange(1080)
    outdoors = 14 + 3 * np.sin(2 * np.pi * hour / 24) + 2 * np.sin(hour / 15)
    temp_c, inside = lagged(outdoors, 30.0), lagged(outdoors - 3, 8.0)
    young, end = np.where(hour < 880, np.nan, 1.0), 1074

    def said(first: float) -> tuple[float, ...]:
        out_c = outdoors * young
        out_c[880] = first
        room, air = Air((temp_c * young)[:end], (inside * young)[:end]), Air(out_c[:end], out_c[:end] - 3)
        past = Past(FIRST_H, room, air, np.zeros((2, end + 49)))
        model = train(past, [], 1)
        assert model is not None
        found = courses(model, presents(model.room, model.newest, past, np.array([end - 1]), []))
        own = found.counts[0]
        away = (found.temp_c - found.dew_c)[0, own, 24]
        return float(np.mean(found.temp_c[0, own, 24])), float(np.mean(away)), float(np.std(away))

    usual = np.array(said(float(outdoors[880])))
    for first in (np.nan, 22.0, 4.0):
        np.testing.assert_allclose(said(first), usual, atol=0.3)


def repeated(wrong: Callable[[int], float], fades: float) -> list[Issue]:
    """A forecast of 0 °C every six hours, with its error now and how much worse it gets by the hour."""
    ahead_h = np.arange(72)
    found = []
    for number in range(40):
        air = wrong(number) * (1 + fades * ahead_h)
        at = FIRST_H + 6 * number
        found.append(Issue(at * US_PER_HOUR, (at + ahead_h) * US_PER_HOUR, Air(air, air)))
    return found


def test_weather_forecasts_count_by_how_wrong_they_were() -> None:
    """Where each is wrong in its own way they are averaged; where only the newest is right it counts alone."""
    came = Air(np.zeros(400), np.zeros(400))
    unlike = repeated(lambda n: 2.0 * (-1) ** n, 0.0)
    worse = repeated(lambda n: 1.0, 0.2)
    assert newest_share(unlike, FIRST_H, came) < 0.5
    assert newest_share(worse, FIRST_H, came) == 1.0
    assert newest_share([], FIRST_H, came) == 1.0
    last = blended(unlike, 0.5)[-1]
    assert np.abs(last.air.temp_c[:54]).max() < 1.0
    np.testing.assert_allclose(last.air.temp_c[67:], unlike[-1].air.temp_c[67:])
    unheard = unlike[0]._replace(air=Air(unlike[0].air.temp_c, np.full(72, np.nan)))
    after = blended([unheard, *unlike[1:]], 0.5)[1].air
    assert not np.isnan(after.dew_c).any()
    assert blended(unlike[:1], 0.35)[0].air.temp_c.tolist() == unlike[0].air.temp_c.tolist()


def test_a_room_is_as_damp_as_its_dampest_reading() -> None:
    """Single readings pass limits: hours keep their extremes, and what is too dry is judged by the driest."""

    class Spread(Kept):
        def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
            plain = super().aggregate(series, start_us, end_us, buckets)
            return replace(plain, minimum=plain.mean - 5, maximum=plain.mean + 3)

    rows = {0: np.full(48, 20.0), 1: np.full(48, 60.0), 2: np.full(48, 70.0)}
    said = heard(Spread(rows), [0, 1, 2], FIRST_H, 50)
    probes = [Probe(0, 1), Probe(0, 2)]
    dew = air_of(probes, said.mean, said.highest, 50).dew_c
    np.testing.assert_allclose(dew[:48], (dew_point_c(20.0, 63.0) + dew_point_c(20.0, 73.0)) / 2)
    assert np.isnan(dew[48:]).all()
    aside = aside_of(probes, said)
    assert (aside.above[1], aside.below[1]) == pytest.approx((5.0, 13.0))  # of 68 %: 73 %, and 55 %
    assert aside.above[0] == aside.below[0] == 0.0


def test_what_comes_too_late_to_act_must_be_all_but_certain() -> None:
    """As likely as not is enough a day ahead, not an hour ahead."""
    early, late = 12 * US_PER_HOUR, 1 * US_PER_HOUR
    assert is_likely(0.5, early)
    assert not is_likely(0.49, early)
    assert not is_likely(0.95, late)
    assert is_likely(1.0, late)
