"""The climate of a place: zone of China's building code, coast or not, and which seasons a date is in.

Zones are those of GB 50176 (thermal design of buildings). They follow from the nearest of some 300 reference cities
(`climate_cities.csv`: those of the code's tables, and cities between them that plainly belong to a zone); leaving each
city out in turn and asking its neighbours finds its zone for seven of eight, the others lie on a border or up a
mountain. So a site may say better (`Site.climate`, `Site.coastal`), and farther than 400 km from any city
nothing is said. A coast is what lies within 50 km of a coarse shore line (`coast.csv`, tidal estuaries are shore).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby, pairwise

from registry.nouns import ClimateZone, Site

MAX_KM = 400.0
"""Farther from every reference city than this, the zone is not known."""
COAST_KM = 50.0
_KM_PER_DEGREE = 111.2

Position = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""


@dataclass(frozen=True, slots=True)
class Climate:
    """What the weather outside does to a store."""

    zone: ClimateZone
    coastal: bool

    @property
    def damp(self) -> bool:
        """Whether the outside air stands above 80 % RH for weeks of a year: south of the Qinling and Huai, or sea air."""
        south = (ClimateZone.HOT_SUMMER_COLD_WINTER, ClimateZone.HOT_SUMMER_WARM_WINTER)
        return self.coastal or self.zone in south


@dataclass(frozen=True, slots=True)
class City:
    """A reference city."""

    name: str
    position: Position
    zone: ClimateZone


def climate_of(site: Site) -> Climate | None:
    """The site's climate: what it says of itself, else what its position says; None = not known, so ask."""
    position = _position_of(site)
    zone = site.climate or (zone_at(position) if position else None)
    if zone is None:
        return None
    near_sea = is_coastal(position) if position else False
    return Climate(zone, near_sea if site.coastal is None else site.coastal)


def climate_at(position: Position) -> Climate | None:
    """The climate of a position; None farther than `MAX_KM` from every reference city."""
    zone = zone_at(position)
    return None if zone is None else Climate(zone, is_coastal(position))


def zone_at(position: Position) -> ClimateZone | None:
    """The climate zone of the nearest reference city; None if that is farther than `MAX_KM`."""
    nearest = min(cities(), key=lambda city: distance_km(position, city.position))
    return nearest.zone if distance_km(position, nearest.position) <= MAX_KM else None


def is_coastal(position: Position) -> bool:
    """Whether the sea is at most `COAST_KM` away."""
    return any(_to_segment_km(position, start, end) <= COAST_KM for start, end in shore())


def distance_km(one: Position, other: Position) -> float:
    """Great-circle distance (haversine)."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, p)) for p in (one, other))
    h = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )  # fmt: skip
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, h)))


@cache
def cities() -> tuple[City, ...]:
    """All reference cities."""
    return tuple(
        City(row["city"], (float(row["latitude"]), float(row["longitude"])), ClimateZone(row["climate"]))
        for row in _rows("climate_cities.csv")
    )


@cache
def shore() -> tuple[tuple[Position, Position], ...]:
    """The pieces of the shore lines: mainland, Hainan, Taiwan, Zhoushan."""
    lines = (list(line) for _, line in groupby(_rows("coast.csv"), key=lambda row: row["shore"]))
    points = ([(float(row["latitude"]), float(row["longitude"])) for row in line] for line in lines)
    return tuple(piece for line in points for piece in pairwise(line))


def _to_segment_km(position: Position, start: Position, end: Position) -> float:
    """Distance to a piece of shore on a plane through the position: good to 1 % at these distances."""
    scale = math.cos(math.radians(position[0]))
    ax, ay = (start[1] - position[1]) * scale, start[0] - position[0]
    bx, by = (end[1] - position[1]) * scale, end[0] - position[0]
    dx, dy = bx - ax, by - ay
    share = max(0.0, min(1.0, -(ax * dx + ay * dy) / (dx * dx + dy * dy)))
    return math.hypot(ax + share * dx, ay + share * dy) * _KM_PER_DEGREE


def _position_of(site: Site) -> Position | None:
    if site.latitude is None or site.longitude is None:
        return None
    return site.latitude, site.longitude


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("registry").joinpath(name).read_text("utf-8")
    return iter(csv.DictReader(text.splitlines()))
