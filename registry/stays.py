"""Where goods were when, journeys resolved: what is in a shipment is also in the vehicle of the leg that runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from registry.nouns import (
    ALWAYS_US,
    NEVER_US,
    Leg,
    PlaceKind,
    RegistrySnapshot,
    Shipment,
    SubjectKind,
)


class Stay(NamedTuple):
    """A lot is in a place from–to (`to_us` exclusive, NEVER_US while it lasts)."""

    lot: str
    place: str
    from_us: int
    to_us: int


class Ride(NamedTuple):
    """A shipment travels in a vehicle from–to (`to_us` exclusive, NEVER_US while it lasts)."""

    leg: int
    """Its number among the shipment's legs, from 0; 0 for a shipment without legs."""
    zone: str | None
    carrier: str | None
    from_us: int
    to_us: int


def stays(snapshot: RegistrySnapshot) -> list[Stay]:
    """Where every lot was when; one in a shipment is both there and, while a leg runs, in that leg's vehicle."""
    journeys = {shipment.key: list(rides(shipment)) for shipment in snapshot.shipments}
    found: list[Stay] = []
    for placement in snapshot.placements:
        if placement.subject_kind is not SubjectKind.LOT:
            continue
        from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
        found.append(Stay(placement.subject, placement.place, from_us, to_us))
        aboard = journeys.get(placement.place, ()) if placement.place_kind is PlaceKind.SHIPMENT else ()
        for ride in aboard:
            start, end = max(from_us, ride.from_us), min(to_us, ride.to_us)
            if ride.zone and start < end:
                found.append(Stay(placement.subject, ride.zone, start, end))
    return found


def rides(shipment: Shipment) -> Iterator[Ride]:
    """The shipment's travels in their order; at any instant there is one at most.

    A journey whose departure nobody knows goes on since ever, so that its goods are watched. A later leg begins with
    its departure or, unknown, with the arrival before it; while neither is known it has not begun. A leg whose arrival
    nobody knows ends when the next begins.
    """
    legs = shipment.legs or (
        Leg(
            zone=shipment.zone, carrier=shipment.carrier, departed_us=shipment.departed_us,
            arrived_us=shipment.arrived_us,
        ),
    )  # fmt: skip
    first_us, last_us = span(shipment.departed_us, shipment.arrived_us)
    begins = list(_beginnings(legs, first_us))
    for number, (leg, begin_us) in enumerate(zip(legs, begins, strict=True)):
        if begin_us is None:
            continue
        following = [later for later in begins[number + 1 :] if later is not None]
        ends = [last_us, *following, *([leg.arrived_us] if leg.arrived_us is not None else [])]
        start_us, end_us = max(begin_us, first_us), min(ends)
        if start_us < end_us:
            yield Ride(number, leg.zone, leg.carrier or shipment.carrier, start_us, end_us)


def _beginnings(legs: tuple[Leg, ...], first_us: int) -> Iterator[int | None]:
    """When each leg began, as far as anybody knows."""
    before: int | None = first_us
    for leg in legs:
        yield leg.departed_us if leg.departed_us is not None else before
        before = leg.arrived_us


def span(from_us: int | None, to_us: int | None) -> tuple[int, int]:
    """An interval with its open ends at ALWAYS_US and NEVER_US."""
    return ALWAYS_US if from_us is None else from_us, NEVER_US if to_us is None else to_us
