"""What positions tell of a journey: when it left its origin, when it reached its destination, how far it has come. Pure.

The outcome is a function of the positions, whatever the order in which they came. A fence is a circle around a site.
Inside is who was within it with two fixes in a row, outside who was beyond half as much again with two in a row: one
wrong fix, and noise at the edge, change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_HOUR
from registry.nouns import (
    ALWAYS_US,
    NEVER_US,
    Fixes,
    Leg,
    PlaceKind,
    RegistrySnapshot,
    Shipment,
    Site,
    Source,
    Stage,
    SubjectKind,
    Told,
)
from registry.stays import span

GEOFENCE_M = 300.0
"""The radius of a site that says none."""
BEYOND = 1.5
"""Who was inside is outside only beyond this many radii."""
HEAD_START_US = 12 * US_PER_HOUR
"""A vehicle's positions count for a shipment from so long before its expected departure."""
EARTH_M = 6_371_008.8
"""Mean radius of WGS 84 (IUGG)."""


class Fence(NamedTuple):
    """A circle around a site."""

    latitude: float
    longitude: float
    radius_m: float


class Crossing(NamedTuple):
    """The time of the first of the two fixes that show it; `first` = it was so from the first fixes on."""

    time_us: int
    inside: bool
    first: bool


class Seen(NamedTuple):
    """What positions say of one leg."""

    departed_us: int | None = None
    arrived_us: int | None = None
    at_origin: bool = False


def fences(sites: Sequence[Site]) -> dict[str, Fence]:
    """The fences of the sites that have a position."""
    return {
        site.key: Fence(site.latitude, site.longitude, site.geofence_m or GEOFENCE_M)
        for site in sites
        if site.latitude is not None and site.longitude is not None
    }


def distance_m(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64], fence: Fence
) -> NDArray[np.float64]:
    """Great-circle distance (n,) of positions (n,) from a fence's middle, by the haversine formula."""
    phi, phi0 = np.radians(latitude), np.radians(fence.latitude)
    half_phi, half_lambda = (phi - phi0) / 2, np.radians(longitude - fence.longitude) / 2
    chord = np.sin(half_phi) ** 2 + np.cos(phi) * np.cos(phi0) * np.sin(half_lambda) ** 2
    found: NDArray[np.float64] = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return found


def crossings(fixes: Fixes, fence: Fence) -> list[Crossing]:
    """When a fence was entered and left, in order of time."""
    away = distance_m(fixes.latitude, fixes.longitude, fence)
    inside, outside = away <= fence.radius_m, away > fence.radius_m * BEYOND
    sure = (inside[1:] & inside[:-1]).astype(np.int8) - (outside[1:] & outside[:-1]).astype(np.int8)
    at = np.flatnonzero(sure)
    turns = at[np.diff(sure[at], prepend=np.int8(0)) != 0]
    return [
        Crossing(int(fixes.time_us[n]), bool(sure[n] > 0), number == 0)
        for number, n in enumerate(turns.tolist())
    ]


def legs_of(shipment: Shipment) -> tuple[Leg, ...]:
    """The shipment's legs; one that stands for the whole journey where it has none."""
    return shipment.legs or (
        Leg(
            origin=shipment.origin, destination=shipment.destination, carrier=shipment.carrier, zone=shipment.zone,
            vehicle=shipment.vehicle, expected_departure_us=shipment.expected_departure_us,
            expected_arrival_us=shipment.expected_arrival_us, departed_us=shipment.departed_us,
            arrived_us=shipment.arrived_us,
        ),
    )  # fmt: skip


def sources(snapshot: RegistrySnapshot) -> dict[str, list[Source]]:
    """Shipment → whose positions are its own: devices put into it, and from shortly before it, those of its vehicles."""
    names = {device.key: device.full_name for device in snapshot.devices}
    hung = [p for p in snapshot.placements if p.subject_kind is SubjectKind.DEVICE and p.subject in names]
    found: dict[str, list[Source]] = {shipment.key: [] for shipment in snapshot.shipments}
    by_zone: dict[str, list[tuple[str, int, int]]] = {}
    for placement in hung:
        from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
        device = names[placement.subject]
        if placement.place_kind is PlaceKind.ZONE:
            by_zone.setdefault(placement.place, []).append((device, from_us, to_us))
        elif placement.place in found and placement.place_kind is PlaceKind.SHIPMENT:
            found[placement.place].append(Source(device, None, from_us, to_us))
    begins = _begins(snapshot)
    for shipment in snapshot.shipments:
        found[shipment.key] += _in_vehicles(shipment, begins.get(shipment.key, NEVER_US), by_zone)
    return found


def _in_vehicles(
    shipment: Shipment, begin_us: int, by_zone: Mapping[str, Sequence[tuple[str, int, int]]]
) -> Iterator[Source]:
    """The devices in the vehicles of a shipment's legs, since it began."""
    for number, leg in enumerate(legs_of(shipment)):
        for device, from_us, to_us in by_zone.get(leg.zone or "", ()):
            if max(from_us, begin_us) < to_us:
                yield Source(device, number, max(from_us, begin_us), to_us)


def followed(
    shipment: Shipment, told: Told, fixes: Sequence[Fixes], around: Mapping[str, Fence]
) -> tuple[Shipment, Told]:
    """The shipment as positions tell it, and what is told now.

    Args:
        told: what was told last; whatever else stands in the shipment, a person entered, and it stays.
        fixes: of each leg (of the one journey, without legs).
        around: site → its fence.
    """
    legs, done, began_us = legs_of(shipment), [], ALWAYS_US
    seen: list[Seen] = []
    for number, leg in enumerate(legs):
        own = _own(leg, told, number)
        found = seen_on(own, fixes[number].after(own.departed_us or began_us), around)
        new = replace(
            leg,
            departed_us=own.departed_us or found.departed_us,
            arrived_us=own.arrived_us or found.arrived_us,
        )
        seen.append(found)
        done.append(new)
        began_us = NEVER_US if new.arrived_us is None else new.arrived_us
    stage = _stage(done, seen[0])
    now = Told(
        tuple(None if _own(leg, told, n).departed_us else done[n].departed_us for n, leg in enumerate(legs)),
        tuple(None if _own(leg, told, n).arrived_us else done[n].arrived_us for n, leg in enumerate(legs)),
        stage,
    )
    if shipment.legs:
        changed = replace(shipment, legs=tuple(done))
    else:
        changed = replace(shipment, departed_us=done[0].departed_us, arrived_us=done[0].arrived_us)
    return replace(changed, stage=_shown(shipment.stage, told.stage, stage)), now


def seen_on(leg: Leg, fixes: Fixes, around: Mapping[str, Fence]) -> Seen:
    """When a leg began and ended by its positions; times that stand in the leg are a person's and hold.

    It left with the last leaving of its origin before it arrived (it may have come back for what was forgotten), and
    arrived with the first entering of its destination after it had first left.
    """
    origin, destination = around.get(leg.origin or ""), around.get(leg.destination or "")
    at_origin = crossings(fixes, origin) if origin else []
    leavings = [c.time_us for c in at_origin if not c.inside and not c.first]
    left_us = leg.departed_us or next(iter(leavings), None if origin else ALWAYS_US)
    entries = [
        c.time_us for c in (crossings(fixes, destination) if destination else []) if c.inside and not c.first
    ]
    arrived_us = leg.arrived_us
    if arrived_us is None and left_us is not None:
        arrived_us = next((time_us for time_us in entries if time_us > left_us), None)
    before = [c for c in at_origin if arrived_us is None or c.time_us < arrived_us]
    here = bool(before) and before[-1].inside
    departed_us = before[-1].time_us if before and not before[-1].inside and not before[-1].first else None
    return Seen(departed_us, arrived_us, here)


def stages(shipment: Shipment) -> list[Stage]:
    """How far each leg has come; one that has not begun is being loaded when the one before has arrived."""
    found: list[Stage] = []
    for leg in legs_of(shipment):
        ready = found[-1] is Stage.ARRIVED if found else shipment.stage is Stage.LOADING
        if leg.arrived_us is not None:
            found.append(Stage.ARRIVED)
        elif leg.departed_us is not None:
            found.append(Stage.TRANSPORT)
        else:
            found.append(Stage.LOADING if ready else Stage.PLANNED)
    return found


def late_us(expected_us: int | None, happened_us: int | None, now_us: int) -> int | None:
    """By how much something is or was late, 0 if it is not; None if nobody expects it at a time."""
    if expected_us is None:
        return None
    return max((now_us if happened_us is None else happened_us) - expected_us, 0)


def _own(leg: Leg, told: Told, number: int) -> Leg:
    """The leg with only those times that a person entered."""
    departed = told.departed_us[number] if number < len(told.departed_us) else None
    arrived = told.arrived_us[number] if number < len(told.arrived_us) else None
    return replace(
        leg,
        departed_us=None if leg.departed_us == departed else leg.departed_us,
        arrived_us=None if leg.arrived_us == arrived else leg.arrived_us,
    )


def _stage(legs: Sequence[Leg], first: Seen) -> Stage:
    if legs[-1].arrived_us is not None:
        return Stage.ARRIVED
    if any(leg.departed_us is not None or leg.arrived_us is not None for leg in legs):
        return Stage.TRANSPORT
    return Stage.LOADING if first.at_origin else Stage.PLANNED


def _shown(shown: Stage, told: Stage, now: Stage) -> Stage:
    """The stage that the shipment shows: ours, unless a person said another one that is further on."""
    order = list(Stage)
    return now if shown is told or order.index(now) > order.index(shown) else shown


def _begins(snapshot: RegistrySnapshot) -> dict[str, int]:
    """Shipment → since when its vehicle travels for it: shortly before it should leave, or since it was loaded, if that was earlier."""
    found = {
        shipment.key: legs_of(shipment)[0].expected_departure_us or shipment.expected_departure_us
        for shipment in snapshot.shipments
    }
    begins = {key: time_us - HEAD_START_US for key, time_us in found.items() if time_us is not None}
    for placement in snapshot.placements:
        if placement.place_kind is PlaceKind.SHIPMENT:
            begins[placement.place] = min(placement.valid_from_us, begins.get(placement.place, NEVER_US))
    return begins
