"""Climate risk outlook: for the weeks ahead, how likely goods get damp, freeze or overheat in each zone of a site.

It rests on what weeks are like in that climate and month (`climate_normals.csv`), seen through a room: its own response to the
outdoors where that has been learned, else that of an ordinary store. This is no forecast: it says what such weeks do in
ordinary years, so that goods and stores can be made ready.

The normals: for a store that follows the outdoors through a day, with goods that lag six hours more, the month's mean, and mean
and standard deviation of a week's lowest and highest goods temperature (against that mean) and of its lowest distance between
goods and the dew point outdoors. Guangzhou and Shenyang: reckoned from two recorded years (2013 and 2014; UCI "PM2.5 Data of Five
Chinese Cities", CC BY 4.0). Beijing, Wuhan and Kunming: round monthly means of the usual climate tables, with the spread of
Shenyang's or Guangzhou's weeks; typical, not measured.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

from detect.nouns import DEW_POINT_MARGIN, PRODUCT_TEMPERATURE, Limit
from registry.climate import Climate
from registry.guidance import Card, Case, cards_for
from registry.nouns import ClimateControl, ClimateZone
from registry.seasons import Season, seasons_on
from registry.working_set import goods_of

KEPT_C = {ClimateControl.HEATED: 14.0, ClimateControl.HEATED_COOLED: 20.0}
"""What heating keeps a store at where nobody has measured it."""
COOLED_C = 24.0
CONTROLLED_SHARE = 0.25
"""How much of the outdoors' swings a heated or cooled store takes over."""
WARMER_K = 1.0
"""An ordinary unheated store is so much warmer than the outdoors: sun, ground, people."""
WEEK = timedelta(days=7)


class Risk(StrEnum):
    """What a week can do to goods."""

    CONDENSATION = "condensation"
    FREEZE = "freeze"
    HEAT = "heat"


class Basis(StrEnum):
    """On what the room's part rests."""

    LEARNED = "learned"
    TYPICAL = "typical"


class Response(NamedTuple):
    """How a zone answers to the outdoors, as learned from its own readings."""

    level_c: float
    """Its mean temperature …"""
    outdoors_c: float
    """… while the mean outdoors was this."""
    share: float
    """How much of a lasting change outdoors it takes over, 0 … 1."""
    days: float
    """Of readings that this rests on."""


class Normal(NamedTuple):
    """An ordinary week of a month; see the head of this file. °C and K."""

    mean_c: float
    low_k: float
    low_sd: float
    high_k: float
    high_sd: float
    margin_k: float
    margin_sd: float


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a week leads beyond one limit."""

    risk: Risk
    chance: float
    band: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """What a week may bring."""

    begins: date
    seasons: tuple[Season, ...]
    chances: tuple[Chance, ...]


def outlook(
    climate: Climate, limits: Sequence[Limit], control: ClimateControl, response: Response | None,
    today: date, weeks: int,
) -> list[Week]:  # fmt: skip
    """The weeks ahead of one zone and profile; bands that nothing of this concerns are left out."""
    return [_week(climate, limits, control, response, today + n * WEEK) for n in range(weeks)]


def basis_of(response: Response | None) -> Basis:
    """On what the room's part rests."""
    return Basis.TYPICAL if response is None else Basis.LEARNED


def place_of(climate: Climate) -> str:
    """The city whose weeks stand for a climate."""
    return _normals()[climate.zone, 1][1]


def normal(zone: ClimateZone, day: date) -> Normal:
    """An ordinary week around a day: between the middles of two months in a straight line."""
    middle = day + timedelta(days=3)
    share = (middle.day - 15) / 30
    other = (middle.month - 1 + (1 if share > 0 else -1)) % 12 + 1
    own, beside = _normals()[zone, middle.month][0], _normals()[zone, other][0]
    return Normal(*(a + abs(share) * (b - a) for a, b in zip(own, beside, strict=True)))


def _week(
    climate: Climate, limits: Sequence[Limit], control: ClimateControl, response: Response | None, day: date
) -> Week:
    usual = normal(climate.zone, day)
    seasons = seasons_on(climate, day + timedelta(days=3))
    found = {
        Chance(risk, round(_chance(limit, risk, usual, control, response), 2), limit.band, _cards(climate, control, seasons, limit.band))
        for limit in limits
        if (risk := risk_of(limit)) is not None
    }  # fmt: skip
    ordered = sorted(found, key=lambda one: (-one.chance, one.risk, one.band))
    return Week(day, seasons, tuple(ordered))


def risk_of(limit: Limit) -> Risk | None:
    """Which risk a limit guards against; None for those that weather alone does not lead to."""
    if limit.off or limit.budget_us:
        return None
    if limit.quantity == DEW_POINT_MARGIN:
        return Risk.CONDENSATION
    if limit.quantity in {"temperature", PRODUCT_TEMPERATURE}:
        return Risk.HEAT if limit.side == "high" else Risk.FREEZE
    return None


def _chance(
    limit: Limit, risk: Risk, usual: Normal, control: ClimateControl, response: Response | None
) -> float:
    """That a week passes a limit at least once."""
    level, share = _room(usual, control, response)
    if risk is Risk.CONDENSATION:
        middle, spread = usual.margin_k + level - usual.mean_c, usual.margin_sd
    elif risk is Risk.FREEZE:
        middle, spread = level + share * usual.low_k, share * usual.low_sd
    else:
        middle, spread = level + share * usual.high_k, share * usual.high_sd
    beyond = limit.limit - middle if limit.side == "low" else middle - limit.limit
    # A week is never better known than to a degree and a half: rooms, years and places differ.
    return 0.5 * (1 + math.erf(beyond / math.hypot(spread, 1.5) / math.sqrt(2)))


def _room(usual: Normal, control: ClimateControl, response: Response | None) -> tuple[float, float]:
    """The mean temperature of a room in such a week, and its share of the outdoors' swings."""
    if response is not None:
        return response.level_c + response.share * (usual.mean_c - response.outdoors_c), response.share
    free = usual.mean_c + WARMER_K
    if control in KEPT_C and free < KEPT_C[control]:
        return KEPT_C[control], CONTROLLED_SHARE
    cooled = control in {ClimateControl.COOLED, ClimateControl.HEATED_COOLED}
    return (COOLED_C, CONTROLLED_SHARE) if cooled and free > COOLED_C else (free, 1.0)


def _cards(
    climate: Climate, control: ClimateControl, seasons: tuple[Season, ...], band: str
) -> tuple[Card, ...]:
    """What the season calls for, for these goods."""
    goods = goods_of(band.rpartition("/")[0])
    case = Case(goods=goods, climate=climate, control=control, seasons=seasons)
    return tuple(card for card in cards_for(case) if goods or not card.goods)


def worst(weeks: Iterable[Week], risk: Risk) -> float:
    """The greatest chance of a risk over some weeks."""
    return max((c.chance for week in weeks for c in week.chances if c.risk is risk), default=0.0)


@cache
def _normals() -> dict[tuple[ClimateZone, int], tuple[Normal, str]]:
    text = resources.files("registry").joinpath("climate_normals.csv").read_text("utf-8")
    return {
        (ClimateZone(row["climate"]), int(row["month"])): (
            Normal(*(float(row[name]) for name in Normal._fields)),
            row["place"],
        )
        for row in csv.DictReader(text.splitlines())
    }
