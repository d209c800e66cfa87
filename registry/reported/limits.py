"""Limits held: which limits held in a place or for a lot, and from when to when, by versions of profiles and by where goods were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from detect.nouns import Limit
from registry.nouns import RegistrySnapshot
from registry.plan import Climate, climates
from registry.prevailing import prevailing
from registry.stays import stays


class Held(NamedTuple):
    """A limit held from–to; the band of its `limit` is `profile/band`."""

    place: str
    limit: Limit
    from_us: int
    to_us: int


def held_in(snapshot: RegistrySnapshot, places: Iterable[str], from_us: int, to_us: int) -> list[Held]:
    """The limits of places within [from_us, to_us), by quantity, band and time."""
    asked = dict.fromkeys(places)
    known = climates(snapshot, asked.keys())
    found = [one for place in asked for one in _cut(place, known.get(place, ()), from_us, to_us, "")]
    return _joined(found)


def held_for(snapshot: RegistrySnapshot, lot: str, from_us: int, to_us: int) -> list[Held]:
    """The limits of a lot's own profile, wherever it was within [from_us, to_us)."""
    goods = next((one for one in snapshot.lots if one.key == lot), None)
    if goods is None:
        return []
    own = [stay for stay in stays(snapshot) if stay.lot == lot]
    known, holds = climates(snapshot, {stay.place for stay in own}), prevailing(snapshot)
    found: list[Held] = []
    for stay in own:
        start, end = max(stay.from_us, from_us), min(stay.to_us, to_us)
        profile = holds(goods, stay.place)
        if start < end and profile:
            found += _cut(stay.place, known.get(stay.place, ()), start, end, f"{profile}/")
    return _joined(found)


def _cut(place: str, there: Iterable[Climate], from_us: int, to_us: int, bands: str) -> Iterator[Held]:
    """The limits whose band begins so, cut to a time."""
    for climate in there:
        start, end = max(climate.from_us, from_us), min(climate.to_us, to_us)
        own = [limit for limit in dict.fromkeys(climate.limits) if limit.band.startswith(bands)]
        yield from (Held(place, limit, start, end) for limit in own if start < end)


def _joined(found: Iterable[Held]) -> list[Held]:
    """What held without a break is told once; a limit is another one as soon as any of its figures is."""
    out: dict[tuple[str, Limit], list[Held]] = {}
    for one in sorted(found, key=lambda one: one.from_us):
        own = out.setdefault((one.place, one.limit), [])
        if own and one.from_us <= own[-1].to_us:
            own[-1] = own[-1]._replace(to_us=max(own[-1].to_us, one.to_us))
        else:
            own.append(one)
    every = [one for own in out.values() for one in own]
    return sorted(every, key=lambda o: (o.limit.quantity, o.limit.band, o.place, o.from_us))
