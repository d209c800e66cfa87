"""Where goods are is one truth: what detection judges by, tickets and the API say the same of every place at every moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.places import whereabouts_of
from api.policy import Owner, Scope
from detect.nouns import Finding, Kind, Severity
from registry.nouns import (
    ALWAYS_US,
    Customer,
    Device,
    Gateway,
    Leg,
    Lot,
    PlaceKind,
    Placement,
    Product,
    RegistrySnapshot,
    Shipment,
    SubjectKind,
    Zone,
)
from registry.stays import stays
from tickets.places import RegistryPlaces

T = ALWAYS_US + 1_000_000


def placed(
    kind: SubjectKind, what: str, where: PlaceKind, place: str, start: int, end: int | None = None
) -> Placement:
    return Placement(
        subject_kind=kind, subject=what, place_kind=where, place=place, valid_from_us=T + start,
        valid_to_us=None if end is None else T + end,
    )  # fmt: skip


ZONES = ("hall", "truck", "ship", "yard")
WORLD = RegistrySnapshot(
    customers=(Customer(key="c1"), Customer(key="c2")),
    products=(Product(key="p"),),
    zones=tuple(Zone(key=key) for key in ZONES),
    gateways=(Gateway(key="g"),),
    devices=tuple(Device(key=f"d-{key}", gateway="g", device=key) for key in (*ZONES, "s")),
    shipments=(
        Shipment(key="s", legs=(
            Leg(zone="truck", departed_us=T + 20, arrived_us=T + 40), Leg(zone="ship", departed_us=T + 50), Leg(zone="truck"),
        )),
    ),
    lots=(Lot(key="a", customer="c1", product="p"), Lot(key="b", customer="c2", product="p")),
    placements=(
        *(placed(SubjectKind.DEVICE, f"d-{key}", PlaceKind.ZONE, key, 0) for key in ZONES),
        placed(SubjectKind.DEVICE, "d-s", PlaceKind.SHIPMENT, "s", 0),
        placed(SubjectKind.LOT, "a", PlaceKind.ZONE, "hall", 0, 10), placed(SubjectKind.LOT, "a", PlaceKind.SHIPMENT, "s", 10, 70),
        placed(SubjectKind.LOT, "a", PlaceKind.ZONE, "yard", 70), placed(SubjectKind.LOT, "b", PlaceKind.ZONE, "hall", 5),
        placed(SubjectKind.LOT, "b", PlaceKind.SHIPMENT, "s", 30, 45),
    ),
)  # fmt: skip


def finding(place: str, at_us: int) -> Finding:
    """Something noticed in a place at an instant."""
    return Finding(
        id="f", detector="x", detector_version="1", kind=Kind.TOO_HIGH, subject="device:g/x:temperature", band="", zone=place,
        cause="x", severity=Severity.ALARM, start_us=at_us, end_us=at_us, peak=None, area=None, coverage=1.0, samples=1,
        received_us=at_us,
    )  # fmt: skip


@pytest.mark.parametrize("times_known", [True, False])
def test_all_say_the_same_of_every_place_at_every_moment(times_known: bool) -> None:
    """Goods on a journey of three legs, loaded and unloaded on the way; with departures known, and with none known."""
    world = WORLD
    if not times_known:
        (journey,) = world.shipments
        legs = tuple(replace(leg, departed_us=None) for leg in journey.legs)
        world = replace(world, shipments=(replace(journey, legs=legs),))
    judged, places, where = stays(world), RegistryPlaces(world), whereabouts_of(world)
    owner = {lot.key: Owner(Scope.CUSTOMER, lot.customer) for lot in world.lots}
    met = set()
    for place in (*ZONES, "s"):
        for at in range(T, T + 90):
            there = {s.lot for s in judged if s.place == place and s.from_us <= at < s.to_us}
            found = places.of(finding(place, at))
            assert found is not None
            assert set(found.lots) == there, (place, at - T)
            assert where.owners(place, at, at + 1) == {owner[lot] for lot in there}
            met.add((place, found.lots))
    assert {place for place, lots in met if lots} == {"hall", "yard", "s", "truck", "ship"}
