"""Guidance: there is a remedy for every trouble a rule can report, a word before every season, in both languages."""

from __future__ import annotations

from itertools import product

import pytest

from detect.nouns import Kind
from registry.climate import Climate
from registry.guidance import Card, Case, cards, cards_for
from registry.nouns import ClimateControl, ClimateZone
from registry.profiles import default_profiles
from registry.seasons import Season, calendar
from registry.working_set import Answers, propose
from texts import LANGUAGES, catalogue

TROUBLES = sorted({
    (goods, limit.band)
    for goods, zone, coastal in product(default_profiles(), ClimateZone, (False, True))
    for limit in propose(Answers(goods, "", Climate(zone, coastal), ClimateControl.NONE)).version.limits
})  # fmt: skip


def keys(case: Case) -> list[str]:
    return [card.key for card in cards_for(case)]


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.key)
def test_words_and_cards_agree(card: Card) -> None:
    """Title and exactly the steps that are told, in both languages, none longer than a person reads."""
    for lang in LANGUAGES:
        codes = {code for code in catalogue(lang) if code.startswith(f"guidance.{card.key}.")}
        assert codes == {card.title, *card.step_codes}
        assert all(len(catalogue(lang)[code]) <= 260 for code in codes)


def test_no_words_without_a_card() -> None:
    """A text that nothing refers to would never be read."""
    told = {code.split(".")[1] for code in catalogue("en") if code.startswith("guidance.")}
    assert told == {card.key for card in cards()}


def test_cards_only_name_what_there_is() -> None:
    """Known goods; troubles that one of them, or a sensor, can have."""
    bands = {band for _, band in TROUBLES} | {kind.replace("_", "-") for kind in Kind}
    for card in cards():
        assert set(card.goods) <= default_profiles().keys()
        assert set(card.troubles) <= bands


@pytest.mark.parametrize(("goods", "band"), TROUBLES)
def test_every_trouble_has_a_remedy(goods: str, band: str) -> None:
    """Whatever climate and season: goods travel, and a remedy is not held back by the calendar."""
    assert keys(Case(goods=goods, trouble=band))
    for zone, coastal in product(ClimateZone, (False, True)):
        case = Case(goods=goods, climate=Climate(zone, coastal), trouble=band)
        assert keys(case) == keys(Case(goods=goods, trouble=band))


def test_unwatched_goods_of_any_kind_have_a_remedy() -> None:
    """Also those with a profile of somebody's own."""
    for goods in (*default_profiles(), None):
        assert keys(Case(goods=goods, trouble="unwatched")) == ["unwatched"]


@pytest.mark.parametrize("goods", ["lead", "zinc"])
def test_wet_ingots_are_not_charged(goods: str) -> None:
    """The first card of wet metal says so: steam explosion, on hold, dry, preheat."""
    first = cards_for(Case(goods=goods, trouble="wet-metal"))[0]
    english = " ".join(catalogue("en")[code] for code in (first.title, *first.step_codes))
    chinese = " ".join(catalogue("zh")[code] for code in (first.title, *first.step_codes))
    assert all(word in english for word in ("steam explosion", "on hold", "Dry", "preheat"))
    assert all(word in chinese for word in ("蒸汽爆炸", "冻结", "烘干", "预热", "严禁直接入锅"))


def test_what_the_season_calls_for() -> None:
    """Lead at the south coast in March, paint in Harbin in January, anything before a typhoon; nothing for chilled goods in winter."""
    coast = Climate(ClimateZone.HOT_SUMMER_WARM_WINTER, True)
    harbin = Climate(ClimateZone.SEVERE_COLD, False)
    assert keys(Case(goods="lead", climate=coast, seasons=(Season.RETURNING_DAMP,))) == [
        "damp-coast",
        "ventilation",
    ]
    assert keys(Case(goods="lead", climate=harbin, seasons=(Season.WINTER,))) == ["cargo-sweat"]
    assert keys(Case(goods="paint-waterborne", climate=harbin, seasons=(Season.WINTER,))) == ["winter-store"]
    assert "typhoon" in keys(Case(goods="cement", climate=coast, seasons=(Season.TYPHOON,)))
    assert keys(Case(goods="chilled", climate=harbin, seasons=(Season.WINTER,))) == []
    assert keys(Case(goods="lead", climate=coast)) == []


@pytest.mark.parametrize(
    "goods", ["lead", "zinc", "metal", "cement", "gypsum-board", "ceramic-tile", "electronics"]
)
def test_damp_seasons_are_spoken_of(goods: str) -> None:
    """Every climate's damp season has guidance for goods that suffer from damp."""
    damp = {Season.RETURNING_DAMP, Season.PLUM_RAIN, Season.SEA_FOG}
    for zone, coastal in product(ClimateZone, (False, True)):
        climate = Climate(zone, coastal)
        for span in calendar(climate):
            if span.season in damp:
                assert keys(Case(goods=goods, climate=climate, seasons=(span.season,)))
