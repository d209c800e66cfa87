"""What is whose, from one state of the registry: what the policy needs to know of a thing to decide."""

from __future__ import annotations

from collections.abc import Iterable

from api.places import whereabouts_of
from api.policy import Resource
from api.whereabouts import FOREVER_US
from detect.nouns import GOODS_KINDS, Finding
from registry.nouns import KINDS, PlaceKind, Placement, RegistrySnapshot, SubjectKind
from tickets.nouns import Alarm, Place, Ticket, TicketKind

GOODS_OBJECTS = frozenset({
    "customer",
    "contact",
    "order",
    "lot",
    "shipment",
    "site",
    "zone",
    "product",
    "profile",
})
"""Kinds of registry objects that can be a customer's own."""


class Ownership:
    """Answers for one state of the registry."""

    def __init__(self, snapshot: RegistrySnapshot) -> None:
        self.sequence = snapshot.sequence
        self.where = whereabouts_of(snapshot)
        self.site_owner = {site.key: site.customer for site in snapshot.sites}
        self._keys = {kind: {o.key for o in getattr(snapshot, field)} for kind, (_, field) in KINDS.items()}
        self._clocks = {site.key: site.time_zone for site in snapshot.sites}
        self._grades = {customer.key: str(customer.grade) for customer in snapshot.customers}
        self._lot_owner = {lot.key: lot.customer for lot in snapshot.lots}
        self._products = _gather((lot.product, lot.customer) for lot in snapshot.lots)
        profiles = {product.key: product.profile for product in snapshot.products}
        self._profiles = _gather((profiles.get(lot.product), lot.customer) for lot in snapshot.lots)
        self._orders = _gather((order.key, order.customer) for order in snapshot.orders)
        self._contacts = _gather((contact.key, contact.customer) for contact in snapshot.contacts)
        aboard = [p for p in snapshot.placements if p.place_kind is PlaceKind.SHIPMENT]
        self._shipments = _gather((p.place, self._lot_owner.get(p.subject)) for p in aboard if _is_lot(p))

    def of_object(self, kind: str, key: str) -> Resource:
        """Whose a registry object is. Devices, gateways and equipment are the operator's."""
        if kind == "customer":
            return Resource(customers=frozenset({key}))
        if kind == "lot":
            return self.of_lots([key])
        if kind == "zone":
            return Resource(customers=self.where.owners(key, 0, FOREVER_US))
        if kind == "site":
            owner = self.site_owner.get(key)
            return Resource(customers=self.where.owners_on(key) | ({owner} if owner else set()))
        gathered = {
            "order": self._orders,
            "contact": self._contacts,
            "shipment": self._shipments,
            "product": self._products,
            "profile": self._profiles,
        }
        return Resource(customers=gathered.get(kind, {}).get(key, frozenset()))

    def exists(self, kind: str, key: str) -> bool:
        """Whether there is a registry object of this kind and key."""
        return key in self._keys.get(kind, ())

    def lots_of(self, customer: str | None) -> frozenset[str]:
        """All lots of a customer."""
        return frozenset(lot for lot, owner in self._lot_owner.items() if owner == customer)

    def place(self, zone: str | None, site: str | None, lots: tuple[str, ...]) -> Place:
        """Where a ticket opened by hand is: in a zone, or at least on a site."""
        site = self.where.site_of(zone) or site
        return Place(
            zone or site or "", site, self._clocks.get(site or "", "UTC"), self._best_grade(lots), lots
        )

    def _best_grade(self, lots: tuple[str, ...]) -> str:
        return min((self._grades.get(self._lot_owner.get(lot, ""), "C") for lot in lots), default="")

    def of_lots(self, lots: Iterable[str]) -> Resource:
        """Whose lots these are."""
        return Resource(customers=frozenset(self._lot_owner[lot] for lot in lots if lot in self._lot_owner))

    def of_placement(self, placement: Placement) -> Resource:
        """Where a lot was is its customer's business; where a device hung is the operator's."""
        return self.of_lots([placement.subject]) if _is_lot(placement) else Resource()

    def of_finding(self, finding: Finding) -> Resource:
        """Findings about goods belong to whose goods were in the zone meanwhile; others are about the operator's sensors."""
        if finding.kind not in GOODS_KINDS or finding.zone is None:
            return Resource()
        return self._in_zone(finding.zone, finding.start_us, finding.end_us)

    def of_alarm(self, alarm: Alarm) -> Resource:
        """As its findings."""
        if alarm.kind not in GOODS_KINDS or alarm.zone is None:
            return Resource()
        return self._in_zone(alarm.zone, alarm.active_since_us, alarm.returned_us)

    def of_ticket(self, ticket: Ticket) -> Resource:
        """Whose goods it is about; a customer's own words belong to the customer that they name as subject, and to none beside."""
        kind, _, key = ticket.subject.partition(":")
        named = self.of_object(kind, key) if kind in {"customer", "lot", "shipment"} else Resource()
        if ticket.kind not in {TicketKind.GOODS, TicketKind.CUSTOMER}:
            return named
        if ticket.kind is TicketKind.CUSTOMER:
            return named
        if ticket.lots or ticket.zone is None:
            return Resource(customers=self.of_lots(ticket.lots).customers | named.customers)
        zone = self._in_zone(ticket.zone, ticket.since_us, ticket.ended_us)
        return Resource(customers=zone.customers | named.customers)

    def _in_zone(self, zone: str, start_us: int, end_us: int | None) -> Resource:
        """Whoever had goods in a zone at any time from start to end, both included."""
        end = FOREVER_US if end_us is None else end_us + 1
        return Resource(customers=self.where.owners(zone, start_us, max(end, start_us + 1)))


def _is_lot(placement: Placement) -> bool:
    return placement.subject_kind is SubjectKind.LOT


def _gather(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, frozenset[str]]:
    """(thing, customer) pairs as thing → its customers; pairs with None are left out."""
    out: dict[str, set[str]] = {}
    for thing, customer in pairs:
        if thing is not None and customer is not None:
            out.setdefault(thing, set()).add(customer)
    return {thing: frozenset(customers) for thing, customers in out.items()}
