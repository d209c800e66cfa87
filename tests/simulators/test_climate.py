"""The simulated climate obeys physics: published vectors, conservation of heat and water, and the classic of cold lead."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators import psychrometrics as moist
from simulators.climate import AIR_KG_M3, GOODS, Climate, Drive, Rooms
from simulators.machines import Machines, Plant
from simulators.outdoors import Recording

VECTORS = [  # T °C, RH %, dew point °C, absolute humidity g/m³, mixing ratio g/kg (WMO set)
    (20, 50, 9.255, 8.621, 7.262),
    (25, 60, 16.693, 13.781, 11.895),
    (30, 80, 26.169, 24.211, 21.573),
    (35, 70, 28.705, 27.630, 25.159),
    (5, 85, 2.686, 5.773, 4.586),
    (40, 90, 38.042, 45.885, 43.651),
]


@pytest.mark.parametrize(("temp", "rh", "dew", "absolute", "mixing"), VECTORS)
def test_moist_air_matches_the_published_vectors(
    temp: float, rh: float, dew: float, absolute: float, mixing: float
) -> None:
    """Dew point within 0.005 K, absolute humidity within 0.1 %; mixing ratio (ASHRAE there) within 0.4 %."""
    assert float(moist.dew_point_c(temp, rh)) == pytest.approx(dew, abs=0.005)
    assert float(moist.absolute_humidity_g_m3(temp, rh)) == pytest.approx(absolute, rel=1e-3)
    vapour = moist.saturation_hpa(temp) * rh / 100
    assert 1000 * float(moist.mixing_ratio(vapour)) == pytest.approx(mixing, rel=4e-3)


@settings(deadline=None)
@given(st.floats(-40, 50), st.floats(1, 100))
def test_dew_point_and_humidity_are_inverse(temp: float, rh: float) -> None:
    """Saturated air at the dew point holds exactly the water of the air it came from."""
    dew = moist.dew_point_c(temp, rh)
    mixing = moist.mixing_ratio(moist.saturation_hpa(dew))
    assert float(moist.relative_humidity_pct(temp, mixing)) == pytest.approx(rh, rel=1e-9)


def room(leak: float = 0.0, behind: float = 0.0, goods_j_k: float = 1e8, goods_m2: float = 500.0) -> Rooms:
    """One hall of 2,000 m³."""
    return Rooms(
        air_kg=np.array([2000 * AIR_KG_M3]),
        mass_j_k=np.array([[8e7, 2e8, goods_j_k]]),
        mass_m2=np.array([[900.0, 400.0, goods_m2]]),
        behind_w_k=np.array([[behind, behind, 0.0]]),
        ground_c=np.array([12.0]),
        leak_per_h=np.array([leak]),
        door_per_h=np.array([10.0]),
        source_kg_s=np.array([0.0]),
    )


def drive(outdoor_c: float = 20.0, outdoor_rh: float = 60.0, door: float = 0.0, heat_w: float = 0.0) -> Drive:
    """One room's surroundings."""
    outdoor = np.array([outdoor_c])
    mixing = moist.mixing_ratio(moist.saturation_hpa(outdoor) * outdoor_rh / 100)
    return Drive(outdoor, mixing, np.array([door]), np.array([heat_w]), np.zeros(1), np.zeros(1))


temperatures = st.floats(-25, 40)


@settings(max_examples=60, deadline=None)
@given(temperatures, temperatures, temperatures, st.floats(5, 100), st.floats(1, 3600))
def test_a_closed_room_conserves_heat_and_water(
    air: float, walls: float, goods: float, rh: float, dt_s: float
) -> None:
    """No leak, nothing behind the walls: heat (with that of vapour) and water stay what they were, at any step length."""
    climate = Climate(room(), np.array([air]), np.array([rh]), np.array([[walls, goods, goods]]))
    heat, water = climate.heat_j(), climate.water_kg()
    for _ in range(20):
        climate.step(dt_s, drive())
    assert climate.water_kg() == pytest.approx(water, rel=1e-9)
    assert climate.heat_j() == pytest.approx(heat, rel=1e-9, abs=1.0)
    assert (climate.film_kg >= 0).all()
    assert (climate.mixing >= 0).all()


@settings(max_examples=60, deadline=None)
@given(temperatures, temperatures, st.floats(0, 20), st.floats(1, 3600))
def test_dry_air_never_gets_hotter_than_the_hottest_neighbour(
    inside: float, outside: float, leak: float, dt_s: float
) -> None:
    """Without machines and water no temperature leaves the range of all temperatures around it."""
    climate = Climate(room(leak, 300.0), np.array([inside]), np.array([1.0]), np.full((1, 3), inside))
    low, high = min(inside, outside, 12.0) - 1e-6, max(inside, outside, 12.0) + 1e-6
    for _ in range(50):
        climate.step(dt_s, drive(outside, outdoor_rh=0.5))
        assert low <= climate.air_c[0] <= high
        assert ((climate.mass_c >= low) & (climate.mass_c <= high)).all()


def test_heat_put_in_is_heat_found() -> None:
    """A heater of 1 kW for an hour leaves 3.6 MJ in a closed room."""
    climate = Climate(room(), np.array([10.0]), np.array([30.0]), np.full((1, 3), 10.0))
    before = climate.heat_j()
    for _ in range(360):
        climate.step(10.0, drive(heat_w=1000.0))
    assert (climate.heat_j() - before)[0] == pytest.approx(3.6e6, rel=1e-6)


def test_cold_lead_stays_wet_as_long_as_the_lumped_formula_says() -> None:
    """Lead at 8 °C brought into 24 °C / 70 %: wet for τ·ln(16/(24 − 18.19)) = 2.57 h, less a little for latent heat."""
    tau_s = 11340 * 129 * 0.05 / 8
    lead = room(leak=1e6, goods_j_k=tau_s * 8 * 10.0, goods_m2=10.0)
    start = np.array([[24.0, 24.0, 8.0]])
    climate = Climate(lead, np.array([24.0]), np.array([70.0]), start)
    dew = float(moist.dew_point_c(24.0, 70.0))
    wet_s = 0.0
    while climate.mass_c[0, GOODS] < dew:
        climate.step(10.0, drive(24.0, 70.0))
        wet_s += 10.0
    dry_formula_h = tau_s / 3600 * math.log(16 / (24 - dew))
    assert dry_formula_h == pytest.approx(2.57, abs=0.01)
    assert 0.6 * dry_formula_h < wet_s / 3600 < dry_formula_h
    assert climate.film_kg[0, GOODS] > 0


def test_a_weak_compressor_lets_the_chill_go() -> None:
    """A cooling unit holds 4 °C within its band, and at a health of 0 the compartment drifts to the weather."""
    none = np.zeros(1)
    plant = Plant(
        none, none - 99, np.array([6000.0]), np.array([4.0]), np.array([1.0]), none, none, none, none + 999
    )
    rooms = Rooms(
        *(np.array([x]) for x in (36.0, [9e4, 3e4, 8e5], [90.0, 20.0, 40.0], [40.0, 0.0, 0.0])),
        ground_c=none,
        leak_per_h=np.array([0.3]),
        door_per_h=none,
        source_kg_s=none,
    )
    climate, machines = Climate(rooms, none + 4.0, none + 70.0, np.full((1, 3), 4.0)), Machines(plant)

    def run(hours: float, health: float) -> list[float]:
        seen = []
        states = {"heater": none + 1, "cooler": none + health, "dryer": none + 1}
        for _ in range(int(hours * 360)):
            out = machines.step(10.0, climate.air_c, climate.rh_pct, states)
            outside = drive(30.0, 60.0)
            climate.step(
                10.0,
                Drive(outside.outdoor_c, outside.outdoor_mixing, none, out.heat_w, out.coil_kg_s, out.coil_c),
            )
            seen.append(float(climate.air_c[0]))
        return seen

    healthy = run(6, 1.0)
    assert 2.0 < min(healthy[360:]) < max(healthy[360:]) < 5.5
    assert run(24, 0.0)[-1] > 20.0


def test_the_weather_is_the_recording_at_its_instant() -> None:
    """Guangzhou on 12 March 2014 at 18:00 was 18.7 °C with a dew point of 18.2 °C; two hours ago is two hours before."""
    weather = Recording("guangzhou_2014_03.csv", "2014-03-12T18:00:00+08:00", now_s=1e9)
    temp, mixing = weather.at(1e9)
    assert temp == pytest.approx(18.7)
    assert mixing == pytest.approx(float(moist.mixing_ratio(moist.saturation_hpa(18.2))))
    assert weather.at(1e9 - 7200)[0] != temp
    with pytest.raises(ValueError, match="is not in"):
        Recording("guangzhou_2014_03.csv", "2015-03-12T18:00:00+08:00", now_s=1e9)


def test_goods_that_are_carried_over_take_their_heat_along() -> None:
    """Heat and water of both rooms together stay what they were, and the goods that were there mix with those that came."""
    both = Rooms(*(np.repeat(getattr(room(), name), 2, axis=0) for name in Rooms.__slots__))
    climate = Climate(both, np.array([5.0, 22.0]), np.array([60.0, 50.0]), np.array([[4.0] * 3, [22.0] * 3]))
    climate.film_kg[0, GOODS] = 3.0
    heat_j, water_kg = climate.heat_j().sum(), climate.water_kg().sum()
    climate.move_goods(0, 1)
    assert climate.heat_j().sum() == pytest.approx(heat_j, rel=1e-12)
    assert climate.water_kg().sum() == pytest.approx(water_kg, rel=1e-12)
    assert climate.mass_c[1, GOODS] == pytest.approx(13.0, abs=0.01)
    assert climate.film_kg[1, GOODS] == 3.0
