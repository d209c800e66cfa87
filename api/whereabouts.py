"""Whose places devices were in, when: readings of a place are somebody's own only for those stretches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from api.policy import Owner

T = TypeVar("T")

FOREVER_US = 2**62


class Stay(NamedTuple):
    """A device was in a place for a time. `end_us` is exclusive."""

    what: str
    """Full device name."""
    place: str
    """Key of the zone, machine or shipment."""
    start_us: int
    end_us: int


class Share(NamedTuple):
    """A place was somebody's own for a time. `end_us` is exclusive."""

    owner: Owner
    place: str
    start_us: int
    end_us: int


class Stretch(NamedTuple):
    """A device in one place, for a time in which it did not change whose own the place was."""

    device: str
    place: str | None
    """None: the device hung nowhere, or nothing is asked about places."""
    start_us: int
    end_us: int
    owners: frozenset[Owner]


class Whereabouts:
    """Answers from one state of the registry: stays of devices, whose places were when, places by site."""

    def __init__(
        self,
        devices: Iterable[Stay],
        shares: Iterable[Share],
        sites: Mapping[str, str | None],
        site_keys: Iterable[str],
    ) -> None:
        """`sites` is place → site (None for a shipment)."""
        self._devices = _by(devices, lambda stay: stay.what)
        self._shares = _by(shares, lambda share: share.place)
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

    def stays_in(self, place: str) -> Sequence[Stay]:
        """Who ever was in a place, whosesoever it was then."""
        return self._in_place.get(place, ())

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

    def owners(self, place: str, start_us: int, end_us: int) -> frozenset[Owner]:
        """Whose own a place was at any time within [start_us, end_us)."""
        shares = self._shares.get(place, ())
        return frozenset(
            share.owner for share in shares if share.start_us < end_us and share.end_us > start_us
        )

    def owners_on(self, site: str) -> frozenset[Owner]:
        """Whose own any place of a site is or was."""
        places = [place for place, its_site in self._sites.items() if its_site == site]
        return frozenset().union(*(self.owners(place, 0, FOREVER_US) for place in places))

    def owners_beside(self, device: str, start_us: int, end_us: int) -> frozenset[Owner]:
        """Whose own the places of a device were at any time within [start_us, end_us)."""
        return frozenset().union(*(s.owners for s in self.of_device(device, start_us, end_us)))

    def places_of(self, owner: Owner) -> frozenset[str]:
        """Every place that is or was somebody's own."""
        return frozenset(p for p, shares in self._shares.items() if any(s.owner == owner for s in shares))

    def _split(self, stay: Stay, start_us: int, end_us: int) -> list[Stretch]:
        """A device's stay cut to [start_us, end_us) and wherever the place's owners change."""
        start, end = max(stay.start_us, start_us), min(stay.end_us, end_us)
        if start >= end:
            return []
        beside = [s for s in self._shares.get(stay.place, ()) if s.start_us < end and s.end_us > start]
        cuts = {start, end} | {t for s in beside for t in (s.start_us, s.end_us) if start < t < end}
        edges = sorted(cuts)
        return [
            Stretch(
                stay.what,
                stay.place,
                a,
                b,
                frozenset(s.owner for s in beside if s.start_us <= a and s.end_us >= b),
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


def _by(found: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    out: dict[str, list[T]] = {}
    for one in found:
        out.setdefault(key(one), []).append(one)
    return out
