"""The seasons that matter to goods in store, by climate: when they come in an ordinary year.

Weather does not keep to a calendar (plum rain has come in May, a cold spell in October), so no rule is switched on or
off by date: a limit on frost is there all year and speaks when it freezes. Seasons decide what is said beforehand.

Sources, all typical: winter in the north is the heating season of its cities (Harbin 20 Oct to 20 Apr, Beijing 15 Nov to
15 Mar), in the south the months with a mean below 10 °C (QX/T 152); plum rain GB/T 33671 and the Meteorological
Administration's mean dates; returning damp (回南天) and typhoons its climate bulletins; sea fog the Yellow Sea's
season, April to July.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from registry.climate import Climate
from registry.nouns import ClimateZone


class Season(StrEnum):
    """A part of the year that does something to goods."""

    WINTER = "winter"
    RETURNING_DAMP = "returning_damp"
    """回南天: warm sea air comes back to floors and goods that are still cold."""
    SEA_FOG = "sea_fog"
    PLUM_RAIN = "plum_rain"
    """梅雨."""
    SUMMER = "summer"
    TYPHOON = "typhoon"


class Span(NamedTuple):
    """A season from one day of the year to another, both included; it may run over the new year."""

    season: Season
    first: tuple[int, int]
    """Month and day."""
    last: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Whether the day is in it."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


_OF_ZONE: dict[ClimateZone, tuple[Span, ...]] = {
    ClimateZone.SEVERE_COLD: (
        Span(Season.WINTER, (10, 15), (4, 20)),
        Span(Season.SUMMER, (7, 1), (8, 15)),
    ),
    ClimateZone.COLD: (
        Span(Season.WINTER, (11, 10), (3, 20)),
        Span(Season.SUMMER, (6, 1), (8, 31)),
    ),
    ClimateZone.HOT_SUMMER_COLD_WINTER: (
        Span(Season.WINTER, (12, 1), (2, 29)),
        Span(Season.PLUM_RAIN, (6, 8), (7, 15)),
        Span(Season.SUMMER, (7, 10), (9, 20)),
    ),
    ClimateZone.HOT_SUMMER_WARM_WINTER: (
        Span(Season.RETURNING_DAMP, (2, 1), (4, 30)),
        Span(Season.SUMMER, (5, 1), (10, 15)),
    ),
    ClimateZone.TEMPERATE: (Span(Season.WINTER, (12, 1), (2, 15)),),
}
_TYPHOON = Span(Season.TYPHOON, (6, 15), (10, 15))
_SEA_FOG = Span(Season.SEA_FOG, (4, 15), (7, 31))
_TYPHOON_ZONES = (ClimateZone.HOT_SUMMER_COLD_WINTER, ClimateZone.HOT_SUMMER_WARM_WINTER)


def calendar(climate: Climate) -> tuple[Span, ...]:
    """The seasons of a climate, in the order of the year in which they begin."""
    spans = list(_OF_ZONE[climate.zone])
    if climate.coastal:
        spans.append(_TYPHOON if climate.zone in _TYPHOON_ZONES else _SEA_FOG)
    return tuple(sorted(spans, key=lambda span: span.first))


def seasons_on(climate: Climate, day: date) -> tuple[Season, ...]:
    """The seasons that a day (on the place's own clocks) is in: none, one, or two that overlap."""
    return tuple(span.season for span in calendar(climate) if span.holds(day))
