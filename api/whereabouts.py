"""Whose goods stood beside which device, when: readings of a place are somebody's own only for those stretches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

FOREVER_US = 2**62


class Stay(NamedTuple):
    """Something (a device, or a customer's goods) was in a place for a time. `end_us` is exclusive."""

    what: str
    """Full device name, or key of the customer."""
    place: str
    """Key of the zone or shipment."""
    start_us: int
    end_us: int


class Stretch(NamedTuple):
    """A device in one place, for a time in which the customers whose goods were there did not change."""

    device: str
    place: str | None
    """None: the device hung nowhere, or nothing is asked about places."""
    start_us: int
    end_us: int
    customers: frozenset[str]


class Whereabouts:
    """Answers from one state of the registry: stays of devices, stays of customers' goods, places by site."""

    def __init__(
        self,
        devices: Iterable[Stay],
        goods: Iterable[Stay],
        sites: Mapping[str, str | None],
        site_keys: Iterable[str],
    ) -> None:
        """`sites` is place → site (None for a shipment). What else makes a place somebody's own counts as `goods`."""
        self._devices = _by(devices, lambda stay: stay.what)
        self._goods = _by(goods, lambda stay: stay.place)
        self._sites = sites
        self._site_keys = frozenset(site_keys)
        self._in_place = _by((s for stays in self._devices.values() for s in stays), lambda stay: stay.place)

    def of_place(self, place: str, start_us: int, end_us: int) -> list[Stretch]:
        """Stretches of all devices in a place within [start_us, end_us)."""
        return [
            stretch
            for stay in self._in_place.get(place, ())
            for stretch in self._split(stay, start_us, end_us)
        ]

    def of_site(self, site: str, start_us: int, end_us: int) -> list[Stretch]:
        """Stretches of all devices in all places of a site within [start_us, end_us)."""
        places = sorted(place for place, its_site in self._sites.items() if its_site == site)
        return [stretch for place in places for stretch in self.of_place(place, start_us, end_us)]

    def of_device(self, device: str, start_us: int, end_us: int) -> list[Stretch]:
        """Stretches of a device wherever it hung within [start_us, end_us); the time between belongs to nobody."""
        stretches = sorted(
            (s for stay in self._devices.get(device, ()) for s in self._split(stay, start_us, end_us)),
            key=lambda stretch: stretch.start_us,
        )
        out, at = [], start_us
        for stretch in stretches:
            if stretch.start_us > at:
                out.append(Stretch(device, None, at, stretch.start_us, frozenset()))
            out.append(stretch)
            at = max(at, stretch.end_us)
        if at < end_us:
            out.append(Stretch(device, None, at, end_us, frozenset()))
        return out

    def site_of(self, place: str | None) -> str | None:
        """The site of a zone; None for a shipment and for nowhere."""
        return self._sites.get(place) if place is not None else None

    def knows(self, place: str | None, site: str | None) -> bool:
        """Whether a place and a site exist; None is not asked about."""
        return (place is None or place in self._sites) and (site is None or site in self._site_keys)

    def owners(self, place: str, start_us: int, end_us: int) -> frozenset[str]:
        """The customers whose goods were in a place at any time within [start_us, end_us)."""
        stays = self._goods.get(place, ())
        return frozenset(stay.what for stay in stays if stay.start_us < end_us and stay.end_us > start_us)

    def owners_on(self, site: str) -> frozenset[str]:
        """The customers whose goods are or were anywhere on a site."""
        places = [place for place, its_site in self._sites.items() if its_site == site]
        return frozenset().union(*(self.owners(place, 0, FOREVER_US) for place in places))

    def owners_beside(self, device: str, start_us: int, end_us: int) -> frozenset[str]:
        """The customers whose goods were beside a device at any time within [start_us, end_us)."""
        return frozenset().union(*(s.customers for s in self.of_device(device, start_us, end_us)))

    def places_of(self, customer: str) -> frozenset[str]:
        """Every place where goods of a customer are or were."""
        return frozenset(p for p, stays in self._goods.items() if any(s.what == customer for s in stays))

    def _split(self, stay: Stay, start_us: int, end_us: int) -> list[Stretch]:
        """A device's stay cut to [start_us, end_us) and wherever goods came or went."""
        start, end = max(stay.start_us, start_us), min(stay.end_us, end_us)
        if start >= end:
            return []
        beside = [s for s in self._goods.get(stay.place, ()) if s.start_us < end and s.end_us > start]
        cuts = {start, end} | {t for s in beside for t in (s.start_us, s.end_us) if start < t < end}
        edges = sorted(cuts)
        return [
            Stretch(
                stay.what,
                stay.place,
                a,
                b,
                frozenset(s.what for s in beside if s.start_us <= a and s.end_us >= b),
            )
            for a, b in pairwise(edges)
        ]


def joined(stretches: Sequence[Stretch]) -> dict[str, list[tuple[int, int]]]:
    """Device → its intervals, sorted, with neighbours and overlaps made one."""
    out: dict[str, list[tuple[int, int]]] = {}
    for stretch in sorted(stretches, key=lambda s: (s.device, s.start_us)):
        intervals = out.setdefault(stretch.device, [])
        if intervals and stretch.start_us <= intervals[-1][1]:
            intervals[-1] = (intervals[-1][0], max(intervals[-1][1], stretch.end_us))
        else:
            intervals.append((stretch.start_us, stretch.end_us))
    return out


def _by(stays: Iterable[Stay], key: Callable[[Stay], str]) -> dict[str, list[Stay]]:
    out: dict[str, list[Stay]] = {}
    for stay in stays:
        out.setdefault(key(stay), []).append(stay)
    return out
