"""From one state of the registry to who was where: what is in a shipment is also in its vehicle, and the reverse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from api.whereabouts import FOREVER_US, Stay, Whereabouts
from registry.nouns import PlaceKind, Placement, RegistrySnapshot, Shipment, SubjectKind


def whereabouts_of(snapshot: RegistrySnapshot) -> Whereabouts:
    """Stays of devices and of customers' goods. What is in a shipment is in its vehicle from departure to arrival.

    Everything on a customer's own site is that customer's, at all times. A machine is a place of its own: its probes
    measure the machine, not the goods beside it.
    """
    names = {device.key: device.full_name for device in snapshot.devices}
    owners = {lot.key: lot.customer for lot in snapshot.lots}
    stay = _resolver(snapshot)
    devices = [s for p in snapshot.placements for s in stay(p, names) if p.subject_kind is SubjectKind.DEVICE]
    goods = [s for p in snapshot.placements for s in stay(p, owners) if p.subject_kind is SubjectKind.LOT]
    devices += _aboard(snapshot, devices)
    sites: dict[str, str | None] = {zone.key: zone.site for zone in snapshot.zones}
    sites |= {machine.key: sites.get(machine.zone) for machine in snapshot.equipment}
    sites |= {shipment.key: None for shipment in snapshot.shipments}
    own = {site.key: site.customer for site in snapshot.sites if site.customer}
    goods += [Stay(own[site], place, 0, FOREVER_US) for place, site in sites.items() if site in own]
    return Whereabouts(devices, goods, sites, [site.key for site in snapshot.sites])


def _resolver(snapshot: RegistrySnapshot) -> Callable[[Placement, dict[str, str]], Iterator[Stay]]:
    """A function from a placement to the stays it means; `called` is key → name of what was placed."""
    machines = {machine.key for machine in snapshot.equipment}
    journeys = {shipment.key: shipment for shipment in snapshot.shipments}

    def stays(placement: Placement, called: dict[str, str]) -> Iterator[Stay]:
        what = called.get(placement.subject)
        start, end = (
            placement.valid_from_us,
            FOREVER_US if placement.valid_to_us is None else placement.valid_to_us,
        )
        if what is None:
            return
        if placement.place_kind is PlaceKind.ZONE or (
            placement.place_kind is PlaceKind.EQUIPMENT and placement.place in machines
        ):
            yield Stay(what, placement.place, start, end)
        elif placement.place_kind is PlaceKind.SHIPMENT and placement.place in journeys:
            yield from _on_journey(what, journeys[placement.place], start, end)

    return stays


def _on_journey(what: str, shipment: Shipment, start_us: int, end_us: int) -> Iterator[Stay]:
    start, end = max(start_us, shipment.departed_us or 0), min(end_us, shipment.arrived_us or FOREVER_US)
    if start < end:
        yield Stay(what, shipment.key, start, end)
        if shipment.zone is not None:
            yield Stay(what, shipment.zone, start, end)


def _aboard(snapshot: RegistrySnapshot, devices: list[Stay]) -> list[Stay]:
    """Devices of a vehicle, as devices of the shipments it carried meanwhile."""
    by_zone: dict[str, list[Stay]] = {}
    for stay in devices:
        by_zone.setdefault(stay.place, []).append(stay)
    return [
        Stay(stay.what, shipment.key, start, end)
        for shipment in snapshot.shipments
        for stay in by_zone.get(shipment.zone or "", ())
        for start, end in [_overlap(stay, shipment)]
        if start < end
    ]


def _overlap(stay: Stay, shipment: Shipment) -> tuple[int, int]:
    return max(stay.start_us, shipment.departed_us or 0), min(stay.end_us, shipment.arrived_us or FOREVER_US)
