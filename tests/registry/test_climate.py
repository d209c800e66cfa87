"""The climate of a place: known cities, points between, the coast, the edge of what is known, and the year's seasons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.climate import Climate, cities, climate_at, climate_of, distance_km, is_coastal, zone_at
from registry.nouns import ClimateZone, Site
from registry.seasons import Season, calendar, seasons_on

SEVERE, COLD, MIXED, WARM, MILD = ClimateZone
PLACES = {
    "Harbin, Songbei": (45.80, 126.55, SEVERE, False), "Changchun": (43.90, 125.30, SEVERE, False),
    "Hohhot": (40.82, 111.66, SEVERE, False), "Urumqi, Midong": (43.97, 87.66, SEVERE, False),
    "Xining": (36.63, 101.78, SEVERE, False), "Beijing, Daxing": (39.73, 116.34, COLD, False),
    "Xi'an": (34.26, 108.95, COLD, False), "Zhengzhou": (34.76, 113.65, COLD, False),
    "Qingdao, port": (36.08, 120.32, COLD, True), "Dalian": (38.92, 121.64, COLD, True),
    "Tianjin, Binhai": (39.00, 117.71, COLD, True), "Lhasa": (29.65, 91.12, COLD, False),
    "Shanghai, Baoshan": (31.40, 121.45, MIXED, True), "Wuhan, Hanyang": (30.55, 114.22, MIXED, False),
    "Chengdu": (30.66, 104.06, MIXED, False), "Chongqing": (29.60, 106.50, MIXED, False),
    "Ningbo, Beilun": (29.93, 121.83, MIXED, True), "Guangzhou, Nansha": (22.80, 113.53, WARM, True),
    "Nanning": (22.82, 108.32, WARM, False), "Xiamen, Haicang": (24.48, 117.98, WARM, True),
    "Haikou": (20.04, 110.34, WARM, True), "Sanya": (18.25, 109.50, WARM, True),
    "Beihai, port": (21.48, 109.09, WARM, True), "Taipei": (25.05, 121.55, WARM, True),
    "Kaohsiung": (22.62, 120.30, WARM, True), "Kunming, Anning": (24.92, 102.48, MILD, False),
    "Guiyang": (26.58, 106.72, MILD, False),
    "between Wuhan and Changsha": (29.45, 113.60, MIXED, False), "between Beijing and Jinan": (38.20, 116.70, COLD, False),
    "between Harbin and Qiqihar": (46.55, 125.30, SEVERE, False), "between Guangzhou and Zhanjiang": (22.00, 111.70, WARM, True),
}  # fmt: skip
positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
climates = st.builds(Climate, st.sampled_from(ClimateZone), st.booleans())


@pytest.mark.parametrize("name", PLACES)
def test_places_that_everybody_knows(name: str) -> None:
    """Zone and coast of warehouses in known cities, and of points between cities."""
    latitude, longitude, zone, coastal = PLACES[name]
    assert climate_at((latitude, longitude)) == Climate(zone, coastal)


@pytest.mark.parametrize("position", [(0.0, 0.0), (51.5, -0.1), (35.7, 139.7), (1.35, 103.8), (-90.0, 0.0)])
def test_far_from_china_nothing_is_said(position: tuple[float, float]) -> None:
    """London, Tokyo, Singapore, the middle of nowhere: unknown, so ask."""
    assert climate_at(position) is None


@given(positions)
def test_whatever_the_position_the_answer_is_near(position: tuple[float, float]) -> None:
    """A zone is said exactly within 400 km of a reference city, and it is that of one not farther than any other."""
    nearest = min(distance_km(position, city.position) for city in cities())
    zone = zone_at(position)
    assert (zone is not None) == (nearest <= 400)
    assert zone is None or zone in {
        c.zone for c in cities() if distance_km(position, c.position) <= nearest + 1e-6
    }


def test_accuracy_is_what_the_module_says() -> None:
    """Each city left out in turn: its nearest neighbour has its zone in seven cases of eight."""
    right = 0
    for city in cities():
        other = min(
            (c for c in cities() if c is not city), key=lambda c: distance_km(city.position, c.position)
        )
        right += other.zone is city.zone
    assert len(cities()) >= 290
    assert right / len(cities()) >= 0.875


@given(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_fifty_kilometres_make_a_coast(north: float, east: float) -> None:
    """Whatever lies within 45 km of Qingdao's shore is coast."""
    position = (36.05 + north, 120.40 + east)
    if distance_km(position, (36.05, 120.40)) <= 45:
        assert is_coastal(position)


def test_distance_is_that_of_the_sphere() -> None:
    """A degree of latitude is 111.2 km; the antipodes are half the circumference apart."""
    assert distance_km((30.0, 100.0), (31.0, 100.0)) == pytest.approx(111.19, abs=0.01)
    assert distance_km((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20015, abs=1)


def test_a_site_knows_better_than_its_position() -> None:
    """A mountain store near Guangzhou: zone and shore as the site says, each on its own."""
    site = Site(key="s", time_zone="Asia/Shanghai", latitude=22.8, longitude=113.5)
    assert climate_of(site) == Climate(WARM, True)
    said = Site(key="s", time_zone="Asia/Shanghai", latitude=22.8, longitude=113.5, climate=MILD)
    assert climate_of(said) == Climate(MILD, True)
    inland = Site(key="s", time_zone="Asia/Shanghai", latitude=22.8, longitude=113.5, coastal=False)
    assert climate_of(inland) == Climate(WARM, False)
    assert climate_of(Site(key="s", time_zone="Asia/Shanghai")) is None
    assert climate_of(Site(key="s", time_zone="Asia/Shanghai", climate=COLD)) == Climate(COLD, False)


@pytest.mark.parametrize(
    ("climate", "day", "seasons"),
    [
        (Climate(WARM, True), date(2027, 3, 1), {Season.RETURNING_DAMP}),
        (Climate(WARM, True), date(2027, 8, 1), {Season.SUMMER, Season.TYPHOON}),
        (Climate(WARM, False), date(2027, 12, 20), set()),
        (Climate(MIXED, False), date(2027, 6, 25), {Season.PLUM_RAIN}),
        (Climate(MIXED, False), date(2028, 2, 29), {Season.WINTER}),
        (Climate(SEVERE, False), date(2027, 1, 1), {Season.WINTER}),
        (Climate(SEVERE, False), date(2027, 4, 21), set()),
        (Climate(COLD, True), date(2027, 5, 1), {Season.SEA_FOG}),
    ],
)
def test_seasons_of_known_days(climate: Climate, day: date, seasons: set[Season]) -> None:
    """回南天 in March at the south coast, plum rain on the Yangtze in June, winter over the new year."""
    assert set(seasons_on(climate, day)) == seasons


@given(climates, days)
def test_every_day_has_its_seasons(climate: Climate, day: date) -> None:
    """A season comes every year at the same days, is never there twice, and ends."""
    found = seasons_on(climate, day)
    assert len(set(found)) == len(found)
    assert set(found) <= {span.season for span in calendar(climate)}
    assert all(
        any(season not in seasons_on(climate, day + timedelta(d)) for d in range(0, 365, 7))
        for season in found
    )
