"""The nouns of a lot's exposure over all its places; every figure with the share of time that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from detect.goods.kinetic import Says
from detect.nouns import Limit
from registry.exposure import Exposure

ENOUGH = 0.9
"""So much of the time must rest on readings before anybody may say that all was well."""


class Standing(StrEnum):
    """What can be said of goods against their limits."""

    WITHIN = "within"
    BEYOND = "beyond"
    UNKNOWN = "unknown"
    """Too little was measured to say that all was well."""


class Passage(NamedTuple):
    """The goods were somewhere from–to; `place` "" = nobody knows where."""

    place: str
    stage: str
    from_us: int
    to_us: int
    devices: int


class Against(NamedTuple):
    """How the goods did under one limit over all places where it held."""

    limit: Limit
    held_us: int
    """For how long it held for them."""
    beyond_us: int
    inside_us: int
    area: float
    """Unit-minutes beyond the limit."""
    longest_us: int
    """The longest stretch beyond it."""
    most_us: int | None
    """For a budget: the most that was used of it within any window of days, whatever the place."""
    coverage: float
    """Share of `held_us` that rests on readings."""
    standing: Standing


class Wetness(NamedTuple):
    """Hours of wetness (ISO 9223) over all places: a moment is wet if any device beside the goods says so."""

    wet_us: int
    covered_us: int
    coverage: float
    hours_a_year: float | None
    iso_class: str | None
    """None where too little was measured."""


class Frost(NamedTuple):
    """The goods froze, and thawed if `to_us` is set."""

    from_us: int
    to_us: int | None
    lowest_c: float


class Frosts(NamedTuple):
    """How often the goods froze and thawed, by their own temperature."""

    freezes_c: float
    thaws_c: float
    hold_us: int
    lag_us: int
    cycles: int
    """Freezings that ended with a thaw."""
    events: tuple[Frost, ...]
    coverage: float


class Mean(NamedTuple):
    """The window of days or hours with the highest mean kinetic temperature."""

    window_us: int
    limit_c: float
    kinetic_c: float | None
    from_us: int | None
    to_us: int | None
    coverage: float
    says: Says


@dataclass(frozen=True, slots=True)
class Record:
    """A lot's exposure over all its places, from its first to its last."""

    lot: str
    from_us: int
    to_us: int
    passages: tuple[Passage, ...]
    quantities: tuple[Exposure, ...]
    against: tuple[Against, ...]
    wetness: Wetness
    frosts: Frosts
    means: tuple[Mean, ...]
    """Empty for goods whose label knows no mean kinetic temperature."""
    standing: Standing
    watched: float
    """Share of the time in which some reading tells of the goods' temperature."""
