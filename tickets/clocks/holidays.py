"""What sort of day a date is in a country: holidays, days on which work is made up, and years not announced yet.

China's State Council announces next year's holidays, and the weekends worked in exchange, every autumn. Until then the
statutory days are known and the exchanges are not: such a year is provisional, and whoever shows a date says so.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import chinese_calendar
import holidays

CHINA = "CN"
_WEEKEND = 5
_ESTIMATED = "estimated"


class Day(StrEnum):
    """What sort of day it is."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    """A day of the weekend on which people work in exchange for another."""


class Known(NamedTuple):
    """What is known of a date."""

    day: Day
    name: str = ""
    """Of the holiday, or of the one that is made up for; in English."""
    provisional: bool = False
    """Its year is not announced yet, or its date is an estimate."""


def known(country: str, on: date) -> Known:
    """What sort of day `on` is in a country (`CN`, `DE`, or with a part: `DE-BY`); "" has ordinary days only."""
    if not country:
        return Known(Day.ORDINARY)
    if country == CHINA:
        return _in_china(on)
    name = _year(country, on.year).get(on)
    if name is None:
        return Known(Day.ORDINARY)
    return Known(Day.HOLIDAY, name, _ESTIMATED in name)


def announced(country: str, year: int) -> bool:
    """Whether the year's days are settled."""
    return country != CHINA or _announced_in_china(year)


@cache
def exists(country: str) -> bool:
    """Whether anybody knows the holidays of this country."""
    code, _, part = country.partition("-")
    known_parts = holidays.list_supported_countries().get(code)
    return known_parts is not None and (not part or part in known_parts)


@cache
def _announced_in_china(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def _in_china(on: date) -> Known:
    if not _announced_in_china(on.year):
        name = _year(CHINA, on.year).get(on)
        return Known(Day.HOLIDAY if name else Day.ORDINARY, name or "", True)
    free, name = chinese_calendar.get_holiday_detail(on)
    if not name:
        return Known(Day.ORDINARY)
    if free:
        return Known(Day.HOLIDAY, str(name))
    return Known(Day.MAKE_UP, str(name)) if on.weekday() >= _WEEKEND else Known(Day.ORDINARY)


@cache
def _year(country: str, year: int) -> dict[date, str]:
    """The holidays of a year by date."""
    code, _, part = country.partition("-")
    found = holidays.country_holidays(code, subdiv=part or None, years=year, language="en_US")
    return {day: str(name) for day, name in found.items()}
