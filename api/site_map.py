"""Which places there are and what hangs where, from one state of the registry: what a picture of all sites is drawn on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from registry.nouns import RegistrySnapshot, Site, Zone


class SiteMap(NamedTuple):
    """Sites, zones, and where the technology is."""

    sites: Mapping[str, Site]
    zones: Mapping[str, Zone]
    zones_of: Mapping[str | None, Sequence[Zone]]
    """Site (None: what travels) → its zones."""
    gateways: Mapping[str, str | None]
    """Gateway → the site it stands on."""
    devices: Mapping[str, str]
    """Full name → the gateway behind which it is."""
    intervals: Mapping[str, int]
    """Full name → how often the device is expected to speak (µs), where that is on record."""

    def site_of(self, zone: str | None, subject: str) -> str | None:
        """The site of what an alarm or ticket is about: of its zone, else of the gateway or device it names."""
        if zone is not None and zone in self.zones:
            return self.zones[zone].site
        kind, _, rest = subject.partition(":")
        name = rest.split(":")[0]
        if kind == "site":
            return name
        gateway = self.devices.get(name, name.split("/")[0]) if kind == "device" else name
        return self.gateways.get(gateway)


def site_map(snapshot: RegistrySnapshot) -> SiteMap:
    """The map of one state."""
    zones_of: dict[str | None, list[Zone]] = defaultdict(list)
    for zone in snapshot.zones:
        zones_of[zone.site].append(zone)
    return SiteMap(
        {site.key: site for site in snapshot.sites},
        {zone.key: zone for zone in snapshot.zones},
        zones_of,
        {gateway.key: gateway.site for gateway in snapshot.gateways},
        {device.full_name: device.gateway for device in snapshot.devices},
        {device.full_name: device.interval_us for device in snapshot.devices if device.interval_us},
    )
