"""Where a finding is in the words of people, and whose goods are there: answered from one state of the registry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from detect.nouns import Finding, Severity
from registry.nouns import RegistrySnapshot, Site
from registry.stays import Stay, stays
from tickets.clocks.policies import best_grade
from tickets.explain import reached_us
from tickets.goods import Goods
from tickets.nouns import Place


class RegistryPlaces:
    """The places of a registry snapshot, as of the time of each finding."""

    def __init__(self, registry: RegistrySnapshot, grades: Sequence[str] = ()) -> None:
        """`grades`: their names, the one promised the most first."""
        self._order = grades
        self._zones = {zone.key: zone for zone in registry.zones}
        self._shipments = {shipment.key: shipment for shipment in registry.shipments}
        self._sites = {site.key: site for site in registry.sites}
        self._gateways = {gateway.key: gateway for gateway in registry.gateways}
        self._goods = goods_of(registry)
        self._stays: dict[str, list[Stay]] = defaultdict(list)
        for stay in stays(registry):
            self._stays[stay.place].append(stay)

    def of(self, finding: Finding) -> Place | None:
        """Where the finding is; None if the registry does not know the place."""
        if finding.zone in self._zones:
            zone = self._zones[finding.zone]
            return self._place(zone.name or zone.key, zone.site, self._lots(zone.key, finding))
        if finding.zone in self._shipments:
            shipment = self._shipments[finding.zone]
            lots = self._lots(shipment.key, finding)
            return self._place(shipment.name or shipment.key, shipment.origin, lots)
        site = self._sites.get(finding.subject.removeprefix("site:"))
        if site and finding.subject.startswith("site:"):
            return self._place(site.name or site.key, site.key, [])
        gateway = self._gateways.get(
            finding.subject.split(":")[1].split("/")[0] if ":" in finding.subject else ""
        )
        return self._place(gateway.name or gateway.key, gateway.site, []) if gateway else None

    def _place(self, name: str, site_key: str | None, lots: Sequence[str]) -> Place:
        site: Site | None = self._sites.get(site_key) if site_key else None
        goods = tuple(self._goods[lot] for lot in sorted(lots) if lot in self._goods)
        return Place(
            name, site_key, site.time_zone if site else "UTC", best_grade((one.grade for one in goods), self._order),
            tuple(sorted(lots)), goods,
        )  # fmt: skip

    def _lots(self, place: str, finding: Finding) -> Sequence[str]:
        """The lots that were in a place at any time of the finding."""
        end_us = reached_us(finding)
        there = (
            stay for stay in self._stays[place] if stay.from_us <= end_us and stay.to_us > finding.start_us
        )
        return list({stay.lot for stay in there})


def goods_of(registry: RegistrySnapshot) -> dict[str, Goods]:
    """Every lot with what it is worth, whose it is and whether a breach ruins it."""
    customers = {customer.key: customer for customer in registry.customers}
    profiles = {product.key: product.profile for product in registry.products}
    critical = {
        profile.key for profile in registry.profiles
        if any(limit.severity is Severity.CRITICAL for version in profile.versions[-1:] for limit in version.limits)
    }  # fmt: skip
    found: dict[str, Goods] = {}
    for lot in registry.lots:
        owner = customers.get(lot.customer)
        found[lot.key] = Goods(
            lot.key, lot.customer, owner.grade if owner else "", lot.amount, lot.currency,
            profiles.get(lot.product) in critical, owner.standstill_per_hour if owner else None,
            owner.currency if owner else "CNY",
        )  # fmt: skip
    return found
