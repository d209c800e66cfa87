"""What is whose, from one state of the registry: what the policy needs to know of a thing to decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.belongings import Belongings
from api.places import whereabouts_of
from api.policy import Owner, Resource, Scope, customers
from api.site_map import site_map
from api.whereabouts import FOREVER_US
from detect.nouns import GOODS_KINDS, Finding
from registry.journeys import sources
from registry.nouns import KINDS, Placement, RegistrySnapshot, SubjectKind
from store.repositories.open_work import LoudAlarm
from tickets.clocks.policies import best_grade
from tickets.nouns import Alarm, Place, Ticket, TicketKind
from tickets.places import goods_of

_NAMED = frozenset({"customer", "lot", "shipment"})
"""Kinds of objects whose owners a ticket about them concerns."""


class Ownership:
    """Answers for one state of the registry."""

    def __init__(self, snapshot: RegistrySnapshot) -> None:
        self.snapshot = snapshot
        self.sequence = snapshot.sequence
        self.where = whereabouts_of(snapshot)
        self.belongings = Belongings(snapshot)
        self.map = site_map(snapshot)
        self.positions = sources(snapshot)
        """Shipment → whose positions are its own."""
        self._keys = {kind: {o.key for o in getattr(snapshot, field)} for kind, (_, field) in KINDS.items()}
        self._clocks = {site.key: site.time_zone for site in snapshot.sites}
        self._grades = {customer.key: customer.grade for customer in snapshot.customers}
        self.goods = goods_of(snapshot)
        """Lot → what it is worth, and whose it is."""
        self._lot_owner = {lot.key: lot.customer for lot in snapshot.lots}
        self._device_keys = {device.full_name: device.key for device in snapshot.devices}
        self._placed = {
            (str(p.subject_kind), p.subject) for p in snapshot.placements if p.valid_to_us is None
        }

    def of_object(self, kind: str, key: str) -> Resource:
        """Whose a registry object is."""
        if kind == "zone":
            return Resource(self.where.owners(key, 0, FOREVER_US))
        if kind == "site":
            return Resource(self.where.owners_on(key) | self.belongings.of("site", key))
        return Resource(self.belongings.of(kind, key))

    def of_scanned(self, kind: str, key: str) -> Resource:
        """Whose a thing is that was scanned; a device or lot that is nowhere may be taken up."""
        free = kind in {"device", "lot"} and (kind, key) not in self._placed
        return Resource(self.of_object(kind, key).owners, free)

    def exists(self, kind: str, key: str) -> bool:
        """Whether there is a registry object of this kind and key."""
        return key in self._keys.get(kind, ())

    def has_device(self, full_name: str) -> bool:
        """Whether a device of this name is registered, also if it never spoke."""
        return full_name in self._device_keys

    def place(
        self,
        zone: str | None,
        site: str | None,
        lots: tuple[str, ...],
        order: Sequence[str],
        customer: str | None = None,
    ) -> Place:
        """Where a ticket opened by hand is: in a zone, or at least on a site; and whose goods it is about.

        Args:
            order: the grades' names, the one promised the most first.
            customer: for whom it is done; its grade counts, else the best of the goods' owners.
        """
        site = self.where.site_of(zone) or site
        return Place(
            zone or site or "", site, self._clocks.get(site or "", "UTC"), self.grade_for(customer, lots, order), lots,
            tuple(self.goods[lot] for lot in lots if lot in self.goods),
        )  # fmt: skip

    def customer_of(self, kind: str, key: str) -> str | None:
        """The customer whom a thing names: itself, or whose lot it is."""
        if kind == "customer":
            return key if self.exists(kind, key) else None
        return self._lot_owner.get(key) if kind == "lot" else None

    def grade_for(self, customer: str | None, lots: tuple[str, ...], order: Sequence[str]) -> str:
        """The grade that counts for work: that of the customer it is done for, else the best of those whose lots they are."""
        owners = {customer} if customer else {self._lot_owner.get(lot, "") for lot in lots}
        return best_grade([self._grades.get(owner, "") for owner in owners], order)

    def of_lots(self, lots: Iterable[str]) -> Resource:
        """Whose lots these are."""
        return Resource(customers(self._lot_owner[lot] for lot in lots if lot in self._lot_owner))

    def of_placement(self, placement: Placement) -> Resource:
        """Where a lot was is its customer's business; where anything was, that of the site or the carriers of the place."""
        there = Resource(frozenset(self.belongings.of_place(placement)))
        return there | self.of_lots([placement.subject]) if _is_lot(placement) else there

    def of_finding(self, finding: Finding) -> Resource:
        """Findings about goods belong to whose the zone was meanwhile; others are about sensors, the site's business."""
        if finding.kind not in GOODS_KINDS or finding.zone is None:
            return self._of_sensor(finding.subject, finding.zone)
        return self._in_zone(finding.zone, finding.start_us, finding.end_us)

    def of_alarm(self, alarm: Alarm | LoudAlarm) -> Resource:
        """As its findings."""
        if alarm.kind not in GOODS_KINDS or alarm.zone is None:
            return self._of_sensor(alarm.subject, alarm.zone)
        return self._in_zone(alarm.zone, alarm.active_since_us, alarm.returned_us)

    def of_ticket(self, ticket: Ticket) -> Resource:
        """Whose goods and place it is about.

        A customer's own words belong to the customer who reported it (else to whom they name as subject), and to none beside.
        """
        kind, _, key = ticket.subject.partition(":")
        named = self.of_object(kind, key) if kind in _NAMED else Resource()
        reported = Resource(customers([ticket.customer])) if ticket.customer else Resource()
        if ticket.kind is TicketKind.CUSTOMER:
            return reported if ticket.customer else named.only(Scope.CUSTOMER)
        site = self.where.site_of(ticket.zone) or ticket.site
        concerned = named | (Resource.of(Owner(Scope.SITE, site)) if site else Resource())
        if ticket.kind is not TicketKind.GOODS:
            return concerned
        concerned |= self.of_lots(ticket.lots) | reported
        if ticket.zone is None:
            return concerned
        there = self._in_zone(ticket.zone, ticket.since_us, ticket.ended_us)
        return concerned | (there.only(Scope.SITE, Scope.CARRIER) if ticket.lots else there)

    def _in_zone(self, zone: str, start_us: int, end_us: int | None) -> Resource:
        """Whose a zone was at any time from start to end, both included."""
        end = FOREVER_US if end_us is None else end_us + 1
        return Resource(self.where.owners(zone, start_us, max(end, start_us + 1)))

    def _of_sensor(self, subject: str, zone: str | None) -> Resource:
        """The site on which a sensor or gateway hangs; no customer's and no carrier's."""
        kind, _, rest = subject.partition(":")
        name = rest.split(":")[0]
        key = self._device_keys.get(name, name)
        owners = self.belongings.of(kind, key)
        if kind == "device":
            owners |= self.belongings.of("gateway", name.split("/")[0])
        site = self.where.site_of(zone)
        here = Resource.of(Owner(Scope.SITE, site)) if site else Resource()
        return here | Resource(owners).only(Scope.SITE)


def _is_lot(placement: Placement) -> bool:
    return placement.subject_kind is SubjectKind.LOT
