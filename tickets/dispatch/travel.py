"""How long somebody is on the way: great circle × detour ÷ speed; by region where a position is missing."""

from __future__ import annotations

from ingest.nouns import US_PER_HOUR
from registry.climate import Position, distance_km
from registry.nouns import Person, Site
from tickets.dispatch.data import Weights
from tickets.dispatch.nouns import People


def base_of(person: Person, people: People) -> Position | None:
    """From where somebody sets out; None if nobody said."""
    if person.latitude is not None and person.longitude is not None:
        return person.latitude, person.longitude
    return position_of(people.sites.get(person.site or ""))


def position_of(site: Site | None) -> Position | None:
    """Where a site is; None if nobody said."""
    if site is None or site.latitude is None or site.longitude is None:
        return None
    return site.latitude, site.longitude


def travel_us(person: Person, site: Site | None, people: People, by: Weights) -> int:
    """How long somebody is on the way to a site; nothing to one's own."""
    if site is not None and person.site == site.key:
        return 0
    asked = person.key, site.key if site else ""
    if site is None or asked not in people.ways or people.sites.get(site.key) is not site:
        people.ways[asked] = _travel_us(person, site, people, by)
    return people.ways[asked]


def _travel_us(person: Person, site: Site | None, people: People, by: Weights) -> int:
    start, end = base_of(person, people), position_of(site)
    if start is not None and end is not None:
        return between_us(start, end, by)
    near = site is not None and bool(site.region) and _region(person, people) == site.region
    return by.same_region_us if near else by.elsewhere_us


def between_us(start: Position, end: Position, by: Weights) -> int:
    """How long the way between two positions takes."""
    return round(distance_km(start, end) * by.detour / by.speed_km_h * US_PER_HOUR)


def _region(person: Person, people: People) -> str:
    own = people.sites.get(person.site or "")
    return person.region or (own.region if own else "")
