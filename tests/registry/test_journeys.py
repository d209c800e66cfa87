"""Journeys from positions: fences, noise at their edge, legs one after another, a person's word, any order of arrival."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.journeys import (
    GEOFENCE_M,
    HEAD_START_US,
    Fence,
    crossings,
    distance_m,
    fences,
    followed,
    legs_of,
    sources,
)
from registry.nouns import (
    ALWAYS_US,
    NEVER_US,
    Device,
    Fixes,
    Leg,
    PlaceKind,
    Placement,
    RegistrySnapshot,
    Shipment,
    Site,
    Source,
    Stage,
    SubjectKind,
    Told,
    Zone,
)

MIN = 60_000_000
T0 = ALWAYS_US + 10_000 * MIN
BEIHAI, NANNING, PORT = (21.48, 109.12), (22.82, 108.37), (21.59, 109.18)
SITES = tuple(
    Site(key=key, time_zone="Asia/Shanghai", latitude=at[0], longitude=at[1])
    for key, at in (("beihai", BEIHAI), ("nanning", NANNING), ("port", PORT))
)
AROUND = fences(SITES)
SHIPMENT = Shipment(key="s", zone="truck", origin="beihai", destination="nanning")
Path = list[tuple[int, float, float]]
"""(minute, latitude, longitude)"""


def fixes(path: Path) -> Fixes:
    rows = sorted(path)
    return Fixes(
        np.array([T0 + minute * MIN for minute, _, _ in rows], np.int64),
        np.array([latitude for _, latitude, _ in rows], float), np.array([longitude for _, _, longitude in rows], float),
    )  # fmt: skip


def stay(at: tuple[float, float], start: int, end: int, noise_m: float = 0.0) -> Path:
    """Minutes at a place, wobbling by up to so many metres."""
    return [
        (
            n,
            at[0] + noise_m * math.sin(n * 12.9898) / 111_195,
            at[1] + noise_m * math.sin(n * 78.233) / 103_500,
        )
        for n in range(start, end)
    ]


def drive(a: tuple[float, float], b: tuple[float, float], start: int, end: int) -> Path:
    """A straight way from minute to minute, both ends left out."""
    share = [(n, (n - start) / (end - start)) for n in range(start + 1, end)]
    return [(n, a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part) for n, part in share]


TRIP = stay(BEIHAI, 0, 60, 80) + drive(BEIHAI, NANNING, 59, 240) + stay(NANNING, 240, 300, 80)


def follow(shipment: Shipment, path: Path, told: Told | None = None) -> tuple[Shipment, Told]:
    return followed(shipment, told or Told(), [fixes(path)] * len(legs_of(shipment)), AROUND)


def minutes(time_us: int | None) -> int | None:
    return None if time_us is None else (time_us - T0) // MIN


def test_distances_on_the_globe() -> None:
    """A degree of a great circle is 111.195 km; Beihai to Nanning 168 km; antipodes half around."""
    equator = Fence(0.0, 0.0, 1.0)
    found = distance_m(np.array([0.0, 1.0, 0.0, 0.0]), np.array([1.0, 0.0, 180.0, 0.0]), equator)
    assert found == pytest.approx([111_195.08, 111_195.08, math.pi * 6_371_008.8, 0.0], abs=1)
    (far,) = distance_m(np.array([NANNING[0]]), np.array([NANNING[1]]), Fence(*BEIHAI, 1.0))
    assert far == pytest.approx(167_900, rel=0.01)


@pytest.mark.parametrize(
    ("upto", "stage"),
    [
        (1, Stage.PLANNED),
        (30, Stage.LOADING),
        (65, Stage.TRANSPORT),
        (238, Stage.TRANSPORT),
        (300, Stage.ARRIVED),
    ],
)
def test_the_stage_follows_the_truck(upto: int, stage: Stage) -> None:
    """One fix says nothing; in the yard it is loading, on the road in transport, at the destination arrived."""
    assert follow(SHIPMENT, [fix for fix in TRIP if fix[0] < upto])[0].stage is stage


def test_departure_and_arrival_are_the_moments_of_the_first_fix_beyond_and_within() -> None:
    """The truck drives 0.93 km a minute: it is beyond 450 m after a minute, within 300 m with the last."""
    shipment, told = follow(SHIPMENT, TRIP)
    assert (minutes(shipment.departed_us), minutes(shipment.arrived_us)) == (60, 240)
    assert told == Told((shipment.departed_us,), (shipment.arrived_us,), Stage.ARRIVED)


def test_noise_at_the_edge_and_wild_fixes_change_nothing() -> None:
    """A truck parked 290 m from the middle with 100 m of noise, and single fixes in Africa, never leave."""
    edge = (BEIHAI[0] + 290 / 111_195, BEIHAI[1])
    path = stay(BEIHAI, 0, 10) + stay(edge, 10, 400, 100) + [(n + 0, 0.1, 0.1) for n in (450,)]
    turns = crossings(fixes(path + stay(edge, 451, 500, 100)), AROUND["beihai"])
    assert [(turn.inside, turn.first) for turn in turns] == [(True, True)]


def test_coming_back_for_what_was_forgotten_is_no_departure() -> None:
    """It left with the last leaving; while it is back it is loading again, and not on the road."""
    out_and_back = (
        stay(BEIHAI, 0, 30) + drive(BEIHAI, PORT, 29, 45) + drive(PORT, BEIHAI, 44, 60) + stay(BEIHAI, 60, 90)
    )
    shipment, told = follow(SHIPMENT, out_and_back)
    assert (shipment.stage, shipment.departed_us) == (Stage.LOADING, None)
    on = out_and_back + drive(BEIHAI, NANNING, 89, 270) + stay(NANNING, 270, 280)
    assert minutes(follow(shipment, on, told)[0].departed_us) == 90


def test_a_vehicle_that_passed_its_destination_before_is_not_there_yet() -> None:
    """Only after it has left the origin can it arrive."""
    before = stay(NANNING, 0, 20) + drive(NANNING, BEIHAI, 19, 200) + stay(BEIHAI, 200, 220)
    assert follow(SHIPMENT, before)[0].stage is Stage.LOADING
    later = before + drive(BEIHAI, NANNING, 219, 400) + stay(NANNING, 400, 410)
    assert minutes(follow(SHIPMENT, later)[0].arrived_us) == 400


def test_a_persons_entry_wins() -> None:
    """What somebody entered is not touched, by later positions neither; what we told before is corrected."""
    by_hand = replace(SHIPMENT, departed_us=T0 + 50 * MIN)
    shipment, told = follow(by_hand, TRIP)
    assert (minutes(shipment.departed_us), minutes(shipment.arrived_us)) == (50, 240)
    assert told.departed_us == (None,)
    corrected, told = follow(replace(shipment, arrived_us=T0 + 241 * MIN), TRIP, told)
    assert (minutes(corrected.arrived_us), told.arrived_us) == (241, (None,))
    again, _ = follow(corrected, TRIP + stay(NANNING, 300, 310), told)
    assert again == corrected


def test_legs_run_one_after_another() -> None:
    """Road to the port, then on; each leg's times by its own vehicle's positions, the second not before the first has ended."""
    legs = (
        Leg(origin="beihai", destination="port", zone="truck"),
        Leg(origin="port", destination="nanning", zone="van"),
    )
    shipment = Shipment(key="s", origin="beihai", destination="nanning", legs=legs)
    truck = (
        stay(BEIHAI, 0, 30) + drive(BEIHAI, PORT, 29, 50) + stay(PORT, 50, 70) + drive(PORT, BEIHAI, 69, 90)
    )
    van = stay(PORT, 0, 100) + drive(PORT, NANNING, 99, 240) + stay(NANNING, 240, 250)
    found, told = followed(shipment, Told(), [fixes(truck), fixes(van)], AROUND)
    times = [(minutes(leg.departed_us), minutes(leg.arrived_us)) for leg in found.legs]
    assert times == [(30, 50), (100, 240)]
    assert (found.stage, found.departed_us) == (Stage.ARRIVED, None)
    waiting, _ = followed(shipment, Told(), [fixes(truck[:20]), fixes(van)], AROUND)
    assert [leg.departed_us for leg in waiting.legs] == [None, None]
    assert followed(found, told, [fixes(truck), fixes(van)], AROUND) == (found, told)


def test_sites_without_a_position_tell_nothing() -> None:
    """No origin known: the arrival is still seen; no destination known: it is a person who says so."""
    to_us = replace(SHIPMENT, origin=None)
    assert minutes(follow(to_us, TRIP)[0].arrived_us) == 240
    away = follow(replace(SHIPMENT, destination="nowhere"), TRIP)[0]
    assert (away.stage, away.arrived_us) == (Stage.TRANSPORT, None)
    assert fences([Site(key="x", time_zone="UTC"), replace(SITES[0], geofence_m=50.0)]) == {
        "beihai": Fence(*BEIHAI, 50.0)
    }
    assert AROUND["beihai"].radius_m == GEOFENCE_M


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(12)), st.integers(0, 3))
def test_any_order_of_arrival_ends_the_same(order: list[int], ahead: int) -> None:
    """Positions come in parts, in any order, and each part is followed: in the end the shipment is as if all had come at once."""
    parts = [TRIP[n::12] if ahead == 3 else TRIP[n * 25 : (n + 1) * 25] for n in range(12)]
    shipment, told, known = SHIPMENT, Told(), []
    for n in order:
        known += parts[n]
        shipment, told = follow(shipment, known, told)
    assert (shipment, told) == follow(SHIPMENT, TRIP)


def test_whose_positions_are_a_shipments() -> None:
    """Devices among the goods at all times; those of the vehicle from twelve hours before it should leave, or since it was loaded."""

    def placed(
        kind: SubjectKind,
        what: str,
        where: PlaceKind,
        place: str,
        start: int = ALWAYS_US,
        end: int | None = None,
    ) -> Placement:
        return Placement(
            subject_kind=kind,
            subject=what,
            place_kind=where,
            place=place,
            valid_from_us=start,
            valid_to_us=end,
        )

    due = T0 + 20 * HEAD_START_US
    legs = (Leg(zone="truck", expected_departure_us=due), Leg(zone="van"))
    snapshot = RegistrySnapshot(
        zones=(Zone(key="truck"), Zone(key="van")),
        devices=(Device(key="t", gateway="g", device="t"), Device(key="v", gateway="g", device="v"), Device(key="a", gateway="g", device="a")),
        shipments=(Shipment(key="s", legs=legs), Shipment(key="unplanned", zone="truck"), Shipment(key="loaded", zone="van")),
        placements=(
            placed(SubjectKind.DEVICE, "t", PlaceKind.ZONE, "truck"), placed(SubjectKind.DEVICE, "v", PlaceKind.ZONE, "van", T0, due),
            placed(SubjectKind.DEVICE, "a", PlaceKind.SHIPMENT, "s", due), placed(SubjectKind.LOT, "l", PlaceKind.SHIPMENT, "loaded", T0 + 5),
        ),
    )  # fmt: skip
    found = sources(snapshot)
    head = due - HEAD_START_US
    assert found["s"] == [
        Source("g/a", None, due, NEVER_US),
        Source("g/t", 0, head, NEVER_US),
        Source("g/v", 1, head, due),
    ]
    assert found["unplanned"] == []
    assert found["loaded"] == [Source("g/v", 0, T0 + 5, due)]
