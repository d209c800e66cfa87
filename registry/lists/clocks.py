"""By whose clock a time without offset is read: the site's that the row names, else the one that all of the operator's sites share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from registry.lists.directory import Directory
from registry.lists.moments import in_zone
from registry.lists.nouns import LocalTime


class Clocks:
    """Time zones of sites and of the places on them, those of this upload included."""

    def __init__(self, directory: Directory, given: str | None, shared: Collection[str]) -> None:
        """`given`: the zone that whoever uploads named; `shared`: the zones of the operator's sites."""
        self._directory = directory
        self._given = given
        self._zones = set(shared)
        self._sites: dict[str, str] = {}
        self._site_of: dict[tuple[str, str], str | None] = {}

    def enter(self, kind: str, value: Any) -> None:
        """An object of this upload."""
        if kind == "site":
            self._sites[value.key] = value.time_zone
            self._zones |= {value.time_zone} if value.customer is None else set()
        elif kind == "zone":
            self._site_of[kind, value.key] = value.site
        elif kind == "shipment":
            self._site_of[kind, value.key] = value.origin

    def at_site(self, site: str | None) -> str | None:
        """The time zone of a site; of none, the one for all."""
        if site is not None and site not in self._sites:
            for found in self._directory.find("site", "key", [site]):
                self._sites[site] = found.value.time_zone
        return self._sites.get(site or "") or self._given or self._shared()

    def at_place(self, kind: str, key: str) -> str | None:
        """The time zone of a zone, a shipment (where it begins) or a machine."""
        if (kind, key) not in self._site_of:
            self._site_of[kind, key] = self._look_up(kind, key)
        return self.at_site(self._site_of[kind, key])

    def read(self, time: int | LocalTime, zone: str | None) -> int | None:
        """µs UTC; None if it has no offset and nobody says whose clock is meant."""
        if isinstance(time, int):
            return time
        return in_zone(time, ZoneInfo(zone)) if zone else None

    def _shared(self) -> str | None:
        return next(iter(self._zones)) if len(self._zones) == 1 else None

    def _look_up(self, kind: str, key: str) -> str | None:
        for found in self._directory.find(kind, "key", [key]):
            value = found.value
            if kind == "equipment":
                zones = self._directory.find("zone", "key", [value.zone])
                return zones[0].value.site if zones else None
            site: str | None = value.origin if kind == "shipment" else value.site
            return site
        return None
