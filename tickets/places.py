"""Where a finding is in the words of people, and whose goods are there: answered from one state of the registry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from detect.nouns import Finding
from registry.nouns import Placement, RegistrySnapshot, Site, SubjectKind
from tickets.explain import reached_us
from tickets.nouns import Place


class RegistryPlaces:
    """The places of a registry snapshot, as of the time of each finding."""

    def __init__(self, registry: RegistrySnapshot) -> None:
        self._zones = {zone.key: zone for zone in registry.zones}
        self._shipments = {shipment.key: shipment for shipment in registry.shipments}
        self._sites = {site.key: site for site in registry.sites}
        self._gateways = {gateway.key: gateway for gateway in registry.gateways}
        self._owner = {lot.key: lot.customer for lot in registry.lots}
        self._grade = {customer.key: str(customer.grade) for customer in registry.customers}
        self._stays: dict[str, list[Placement]] = defaultdict(list)
        for placement in registry.placements:
            if placement.subject_kind is SubjectKind.LOT:
                self._stays[placement.place].append(placement)

    def of(self, finding: Finding) -> Place | None:
        """Where the finding is; None if the registry does not know the place."""
        if finding.zone in self._zones:
            zone = self._zones[finding.zone]
            return self._place(zone.name or zone.key, zone.site, self._lots([zone.key], finding))
        if finding.zone in self._shipments:
            shipment = self._shipments[finding.zone]
            keys = [shipment.key, *([shipment.zone] if shipment.zone else [])]
            return self._place(shipment.name or shipment.key, shipment.origin, self._lots(keys, finding))
        gateway = self._gateways.get(
            finding.subject.split(":")[1].split("/")[0] if ":" in finding.subject else ""
        )
        return self._place(gateway.name or gateway.key, gateway.site, []) if gateway else None

    def _place(self, name: str, site_key: str | None, lots: Sequence[str]) -> Place:
        site: Site | None = self._sites.get(site_key) if site_key else None
        return Place(
            name, site_key, site.time_zone if site else "UTC", self._best_grade(lots), tuple(sorted(lots))
        )

    def _lots(self, places: Iterable[str], finding: Finding) -> list[str]:
        """The lots that were in one of these places at any time of the finding."""
        end_us = reached_us(finding)
        return [
            stay.subject
            for place in places
            for stay in self._stays[place]
            if stay.valid_from_us <= end_us
            and (stay.valid_to_us is None or stay.valid_to_us > finding.start_us)
        ]

    def _best_grade(self, lots: Sequence[str]) -> str:
        """The first in the alphabet: A is promised the most."""
        return min(
            (self._grade.get(self._owner.get(lot, ""), "") or "~" for lot in lots), default=""
        ).replace("~", "")
