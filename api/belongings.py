"""Whose the objects of the registry are, from one state of it: a customer's, a site's, a carrier's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from api.policy import Owner, Scope
from registry.nouns import PlaceKind, Placement, RegistrySnapshot, Shipment, SubjectKind

Thing = tuple[str, str]
"""Kind and key."""


class Known(NamedTuple):
    """What somebody who sees only its own may be told of beside a thing of its own."""

    lots: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    """All but other customers' own: a journey may start there."""


_MOVERS = frozenset({Scope.SITE, Scope.CARRIER})


class Belongings:
    """Owners by object. Readings, findings and whatever else has a time are `api.ownership`'s and `api.whereabouts`'."""

    def __init__(self, snapshot: RegistrySnapshot) -> None:
        self._owners: dict[Thing, set[Owner]] = defaultdict(set)
        self._site_of = {zone.key: zone.site for zone in snapshot.zones}
        self._known: dict[Owner, Known] = {}
        self._lot_keys = tuple(lot.key for lot in snapshot.lots)
        self._site_keys = tuple(site.key for site in snapshot.sites)
        for thing, owner in (*_own(snapshot), *_on_sites(snapshot), *_of_journeys(snapshot)):
            self._owners[thing].add(owner)
        for lot in snapshot.lots:
            self._owners["lot", lot.key].add(Owner(Scope.CUSTOMER, lot.customer))
        for placement in snapshot.placements:
            self._owners[str(placement.subject_kind), placement.subject] |= self.of_place(placement)
        self._pass_on(snapshot)

    def of(self, kind: str, key: str) -> frozenset[Owner]:
        """The owners of an object."""
        return frozenset(self._owners.get((kind, key), ()))

    def of_place(self, placement: Placement) -> set[Owner]:
        """The site or the carriers to whose business it belongs that something is in this place."""
        if placement.place_kind is PlaceKind.SHIPMENT:
            return {o for o in self._owners.get(("shipment", placement.place), ()) if o.scope in _MOVERS}
        kind = str(placement.place_kind)
        site = self._site_of.get(placement.place)
        own = {Owner(Scope.SITE, site)} if site and kind == "zone" else set()
        return own | {o for o in self._owners.get((kind, placement.place), ()) if o.scope in _MOVERS}

    def known_to(self, owner: Owner | None) -> Known:
        """What an owner may know of; a bound asker without anything: nothing."""
        if owner is None:
            return Known()
        if owner not in self._known:
            lots = (key for key in self._lot_keys if owner in self._owners["lot", key])
            sites = (key for key in self._site_keys if self.may_know(owner, "site", key))
            self._known[owner] = Known(frozenset(lots), frozenset(sites))
        return self._known[owner]

    def may_know(self, owner: Owner, kind: str, key: str) -> bool:
        """Whether an owner may be told of an order or site: if it is its own, or no customer's."""
        owners = self.of(kind, key)
        return owner in owners or all(one.scope is not Scope.CUSTOMER for one in owners)

    def _pass_on(self, snapshot: RegistrySnapshot) -> None:
        """What goods are made of, and how they are kept, is known to whom the goods are; a journey to whose goods it takes."""
        profiles = {product.key: product.profile for product in snapshot.products}
        customer_of = {lot.key: Owner(Scope.CUSTOMER, lot.customer) for lot in snapshot.lots}
        for lot in snapshot.lots:
            owners = self._owners["lot", lot.key]
            self._owners["product", lot.product] |= owners
            self._owners["profile", profiles.get(lot.product) or ""] |= owners
        for placement in snapshot.placements:
            aboard = placement.place_kind is PlaceKind.SHIPMENT and placement.subject_kind is SubjectKind.LOT
            if aboard and placement.subject in customer_of:
                self._owners["shipment", placement.place].add(customer_of[placement.subject])
        for calibration in snapshot.calibrations:
            self._owners["calibration", calibration.key] |= self._owners["device", calibration.device]


def _own(snapshot: RegistrySnapshot) -> Iterator[tuple[Thing, Owner]]:
    """What names its customer or its carrier."""
    of_customers = (
        *(("customer", customer.key, customer.key) for customer in snapshot.customers),
        *(("order", order.key, order.customer) for order in snapshot.orders),
        *(("site", site.key, site.customer) for site in snapshot.sites),
        *(("contact", contact.key, contact.customer) for contact in snapshot.contacts),
    )
    of_carriers = (
        *(("carrier", carrier.key, carrier.key) for carrier in snapshot.carriers),
        *(("person", person.key, person.carrier) for person in snapshot.people),
    )
    for scope, found in ((Scope.CUSTOMER, of_customers), (Scope.CARRIER, of_carriers)):
        for kind, key, owner in found:
            if owner:
                yield (kind, key), Owner(scope, owner)


def _on_sites(snapshot: RegistrySnapshot) -> Iterator[tuple[Thing, Owner]]:
    """What is on a site for good."""
    site_of: Mapping[str, str | None] = {zone.key: zone.site for zone in snapshot.zones}
    behind = {gateway.key: gateway.site for gateway in snapshot.gateways}
    found = [
        *(("site", site.key, site.key) for site in snapshot.sites),
        *(("contact", contact.key, contact.site) for contact in snapshot.contacts),
        *(("person", person.key, person.site) for person in snapshot.people),
        *(("gateway", gateway.key, gateway.site) for gateway in snapshot.gateways),
        *(("device", device.key, behind.get(device.gateway)) for device in snapshot.devices),
        *(("equipment", machine.key, site_of.get(machine.zone)) for machine in snapshot.equipment),
        *(("profile", zone.profile, zone.site) for zone in snapshot.zones if zone.profile),
    ]
    for kind, key, site in found:
        if site:
            yield (kind, key), Owner(Scope.SITE, site)


def _of_journeys(snapshot: RegistrySnapshot) -> Iterator[tuple[Thing, Owner]]:
    """A journey is the business of the sites it goes from and to, and of its carriers; these know the sites they call at."""
    for shipment in snapshot.shipments:
        sites, carriers = sites_of(shipment), carriers_of(shipment)
        for site in sites:
            yield ("shipment", shipment.key), Owner(Scope.SITE, site)
        for carrier in carriers:
            yield ("shipment", shipment.key), Owner(Scope.CARRIER, carrier)
            for site in sites:
                yield ("site", site), Owner(Scope.CARRIER, carrier)


def sites_of(shipment: Shipment) -> set[str]:
    """The sites that a journey calls at."""
    ends = (shipment.origin, shipment.destination)
    return {s for s in (*ends, *(s for leg in shipment.legs for s in (leg.origin, leg.destination))) if s}


def carriers_of(shipment: Shipment) -> set[str]:
    """Everybody who carries it, or a leg of it."""
    return {c for c in (shipment.carrier, *(leg.carrier for leg in shipment.legs)) if c}
