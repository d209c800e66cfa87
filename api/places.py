"""From one state of the registry to who was where: what is in a shipment is also in its vehicle, and the reverse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from api.policy import Owner, Scope
from api.whereabouts import FOREVER_US, Share, Stay, Whereabouts
from registry.nouns import PlaceKind, Placement, RegistrySnapshot, SubjectKind
from registry.stays import Ride, rides, span, stays


def whereabouts_of(snapshot: RegistrySnapshot) -> Whereabouts:
    """Stays of devices, and whose places were when.

    A place is a customer's own while its goods are there; everything on a customer's own site is that customer's, at all
    times, and every site's own. A vehicle and a shipment are their carrier's while that carries something of the
    shipment. A machine is a place of its own: its probes measure the machine, not the goods beside it.
    """
    sites: dict[str, str | None] = {zone.key: zone.site for zone in snapshot.zones}
    sites |= {machine.key: sites.get(machine.zone) for machine in snapshot.equipment}
    sites |= {shipment.key: None for shipment in snapshot.shipments}
    shares = [*_goods(snapshot), *_own_sites(snapshot, sites), *_carried(snapshot)]
    return Whereabouts(_devices(snapshot), shares, sites, [site.key for site in snapshot.sites])


def _goods(snapshot: RegistrySnapshot) -> Iterator[Share]:
    """Places as their customers' own, while their goods are there."""
    owners = {lot.key: Owner(Scope.CUSTOMER, lot.customer) for lot in snapshot.lots}
    for stay in stays(snapshot):
        if stay.lot in owners:
            yield Share(owners[stay.lot], stay.place, stay.from_us, stay.to_us)


def _own_sites(snapshot: RegistrySnapshot, sites: dict[str, str | None]) -> Iterator[Share]:
    """Places on a site as that site's own, and as the customer's whose site it is."""
    customers = {site.key: site.customer for site in snapshot.sites}
    for place, site in sites.items():
        if site is None:
            continue
        yield Share(Owner(Scope.SITE, site), place, 0, FOREVER_US)
        customer = customers.get(site)
        if customer:
            yield Share(Owner(Scope.CUSTOMER, customer), place, 0, FOREVER_US)


def _carried(snapshot: RegistrySnapshot) -> Iterator[Share]:
    """Shipments and their vehicles as their carriers' own, from the loading of something to its unloading."""
    journeys = {shipment.key: list(rides(shipment)) for shipment in snapshot.shipments}
    for placement in snapshot.placements:
        for ride, start, end in _aboard(placement, journeys):
            places = (placement.place, ride.zone) if ride.carrier else ()
            yield from (Share(Owner(Scope.CARRIER, ride.carrier or ""), p, start, end) for p in places if p)


def _devices(snapshot: RegistrySnapshot) -> list[Stay]:
    """Where every device was: those in a shipment also in its vehicle, those in a vehicle also in what it carried."""
    names = {device.key: device.full_name for device in snapshot.devices}
    journeys = {shipment.key: list(rides(shipment)) for shipment in snapshot.shipments}
    found: list[Stay] = []
    in_vehicles: dict[str, list[tuple[Stay, str]]] = defaultdict(list)
    for placement in snapshot.placements:
        name = names.get(placement.subject)
        if placement.subject_kind is not SubjectKind.DEVICE or name is None:
            continue
        direct = Stay(name, placement.place, *span(placement.valid_from_us, placement.valid_to_us))
        in_vehicles[placement.place].append((direct, ""))
        for ride, start, end in _aboard(placement, journeys):
            if ride.zone:
                in_vehicles[ride.zone].append((Stay(name, ride.zone, start, end), placement.place))
                found.append(in_vehicles[ride.zone][-1][0])
        found.append(direct)
    return found + list(_of_vehicles(in_vehicles, journeys))


def _aboard(placement: Placement, journeys: dict[str, list[Ride]]) -> Iterator[tuple[Ride, int, int]]:
    """The travels that a placement in a shipment takes part in, and from when to when."""
    if placement.place_kind is not PlaceKind.SHIPMENT:
        return
    from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
    for ride in journeys.get(placement.place, ()):
        start, end = max(from_us, ride.from_us), min(to_us, ride.to_us)
        if start < end:
            yield ride, start, end


def _of_vehicles(
    in_vehicles: dict[str, list[tuple[Stay, str]]], journeys: dict[str, list[Ride]]
) -> Iterator[Stay]:
    """Devices of a vehicle, as devices of the shipments it carried meanwhile; not again of the one they were put into."""
    travels = ((shipment, ride) for shipment, found in journeys.items() for ride in found)
    for shipment, ride in travels:
        for stay, put_into in in_vehicles.get(ride.zone or "", ()):
            start, end = max(stay.start_us, ride.from_us), min(stay.end_us, ride.to_us)
            if start < end and put_into != shipment:
                yield Stay(stay.what, shipment, start, end)
