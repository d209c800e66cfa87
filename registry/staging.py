"""Staging: at which stage of a journey goods were when, for limits that hold at some stages only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from registry.nouns import NEVER_US, PlaceKind, RegistrySnapshot, Shipment, Stage, SubjectKind, Zone, ZoneKind
from registry.stays import Stay, rides, span

STORAGE = "storage"
"""The stage of goods that are in no journey."""
_VEHICLES = frozenset({ZoneKind.TRUCK, ZoneKind.CONTAINER})


class Staged(NamedTuple):
    """A stage from–to (`to_us` exclusive)."""

    stage: str
    from_us: int
    to_us: int


def stage_of(zone: Zone) -> str:
    """The stage that a zone's own profile stands for."""
    return str(Stage.TRANSPORT) if zone.kind in _VEHICLES else STORAGE


def staging(snapshot: RegistrySnapshot) -> Callable[[Stay], list[Staged]]:
    """A stay → its stages in order, without gap: those of the shipment that the lot was in, else storage."""
    courses = {shipment.key: list(_course(shipment)) for shipment in snapshot.shipments}
    aboard: dict[str, list[tuple[str, int, int]]] = {}
    for placement in snapshot.placements:
        if placement.subject_kind is SubjectKind.LOT and placement.place_kind is PlaceKind.SHIPMENT:
            from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
            aboard.setdefault(placement.subject, []).append((placement.place, from_us, to_us))
    vehicles = _vehicles(snapshot)

    def stages(stay: Stay) -> list[Staged]:
        for shipment, from_us, to_us in aboard.get(stay.lot, ()):
            inside = from_us <= stay.from_us < to_us
            if inside and (stay.place == shipment or stay.place in vehicles[shipment]):
                return _cut(courses[shipment], stay)
        return [Staged(STORAGE, stay.from_us, stay.to_us)]

    return stages


def _vehicles(snapshot: RegistrySnapshot) -> Mapping[str, frozenset[str | None]]:
    """Shipment → the zones of its vehicles."""
    return {one.key: frozenset({one.zone, *(leg.zone for leg in one.legs)}) for one in snapshot.shipments}


def _course(shipment: Shipment) -> Iterator[Staged]:
    """A shipment's stages over all time: loaded before each ride, arrived after the last one that has ended."""
    at_us = -NEVER_US
    for ride in rides(shipment):
        if at_us < ride.from_us:
            yield Staged(str(Stage.LOADING), at_us, ride.from_us)
        yield Staged(str(Stage.TRANSPORT), ride.from_us, ride.to_us)
        at_us = ride.to_us
    if at_us < NEVER_US:
        over = shipment.arrived_us is not None or _all_arrived(shipment)
        yield Staged(str(Stage.ARRIVED if over else Stage.LOADING), at_us, NEVER_US)


def _all_arrived(shipment: Shipment) -> bool:
    return bool(shipment.legs) and all(leg.arrived_us is not None for leg in shipment.legs)


def _cut(course: list[Staged], stay: Stay) -> list[Staged]:
    """A course within a stay."""
    cut = (Staged(s.stage, max(s.from_us, stay.from_us), min(s.to_us, stay.to_us)) for s in course)
    return [staged for staged in cut if staged.from_us < staged.to_us]
