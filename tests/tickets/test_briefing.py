"""What whoever is called reads: the evidence in one line, and what to do first, for every kind of finding and in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from detect.nouns import Finding, Json, Kind
from registry.guidance import cards
from tests.tickets.clerking import Life
from tests.tickets.desk import HOUR, T0, finding
from tests.tickets.test_clerk import GOODS, OPENED, REPORT
from texts import LANGUAGES, Language, catalogue, render
from tickets.briefing import FIRST_STEPS, briefing
from tickets.clerk.attending import attend
from tickets.clerk.world import World

FORESEEN: dict[str, Json] = {
    "quantity": "temperature", "value": 5.2, "limit": 8.0, "p10_us": T0 + HOUR, "p50_us": T0 + 3 * HOUR,
}  # fmt: skip
MOST_SPOKEN = {"en": 20, "zh": 12}
"""The narrowest room for a variable: Aliyun's spoken text, and Tencent's."""


def too_warm(**more: Any) -> Finding:
    """A breach with all its evidence."""
    return replace(
        finding(evidence={"quantity": "temperature", "limit": 8.0, "device": "gw-1/probe"}, peak=11.4), **more
    )


def said(brief: dict[str, Json], register: str, lang: Language) -> str:
    """The line of evidence in words."""
    found: Any = brief["found"]
    return render(f"{found['code']}.{register}", found["params"], lang, "Asia/Shanghai")


def test_value_limit_and_since_when() -> None:
    """All three, as data report and in plain words, in both languages."""
    brief = briefing(GOODS, [too_warm()])
    for lang in LANGUAGES:
        for register in ("data", "plain"):
            words = said(brief, register, lang)
            assert "11.4 °C" in words
            assert "8 °C" in words
            assert "2026-11-21 08:00 (UTC+08:00)" in words
    assert "gw-1/probe" in said(brief, "data", "en")


def test_what_is_foreseen_says_when() -> None:
    """The middle and the early case of the forecast; no second line about the same."""
    brief = briefing(replace(GOODS, breach_p10_us=T0 + HOUR), [finding(kind=Kind.PREDICTED_BREACH, evidence=FORESEEN, peak=None)])  # fmt: skip
    for lang in LANGUAGES:
        for register in ("data", "plain"):
            words = said(brief, register, lang)
            assert "5.2 °C" in words
            assert "2026-11-21 09:00" in words
            assert "2026-11-21 11:00" in words
    assert "breach_us" not in brief


def test_damage_foreseen_beside_what_is_there() -> None:
    """A breach that goes on and a forecast of damage: its P10. What began with the breach is no forecast."""
    brief = briefing(replace(GOODS, breach_p10_us=T0 + HOUR), [too_warm()])
    assert brief["breach_us"] == T0 + HOUR
    assert "breach_us" not in briefing(replace(GOODS, breach_p10_us=T0), [too_warm()])


@pytest.mark.parametrize(
    "evidence", [{}, {"limit": None, "quantity": None}, FORESEEN, {"quantity": "temperature"}]
)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_evidence_and_steps(kind: Kind, evidence: dict[str, Json]) -> None:
    """However little a finding says: no dash in the sentences, no code without words, steps in order."""
    for peak in (None, 9.8):
        brief = briefing(GOODS, [finding(kind=kind, evidence=evidence, peak=peak)])
        remedy: Any = brief["remedy"]
        assert 1 <= len(remedy["steps"]) <= FIRST_STEPS
        assert remedy["more"] >= 0
        for lang in LANGUAGES:
            assert {remedy["title"], remedy["first"], *remedy["steps"]} <= catalogue(lang).keys()
            for register in ("data", "plain"):
                assert "–" not in said(brief, register, lang)


def test_what_was_retracted_is_not_told() -> None:
    """Nothing stands: nothing was found, and nothing is proposed."""
    assert briefing(GOODS, []) == {}
    assert briefing(GOODS, [too_warm(retracted="late_readings")]) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_few_words_for_every_card(lang: Language) -> None:
    """Each fits into the narrowest variable of a template uncut."""
    for card in cards():
        words = catalogue(lang)[f"brief.first.{card.key}"]
        assert 0 < len(words) <= MOST_SPOKEN[lang], (card.key, words)


def told(life: Life, code: str, found: list[Finding]) -> list[dict[str, Json]]:
    """The parameters of the notices of this code, after a look at the ticket in each of its first minutes."""
    world = life.world()
    knowing = World(world.policies, world.people, world.sites, lambda _: found)
    notices: list[dict[str, Json]] = []
    for minute in (0, 20):
        life.until(OPENED + minute * 60_000_000)
        notices += [dict(n.params) for n in attend(life.case(), knowing, OPENED + minute * 60_000_000).notices if n.code == code]  # fmt: skip
    return notices


def test_whoever_gets_it_and_whoever_is_called_reads_it() -> None:
    """The assignment and every rung of the ladder say what was found and what to do; a report by a customer has neither."""
    first = told(Life(GOODS), "assigned", [too_warm()])
    assert first
    assert all(one["found"] and one["remedy"] for one in first)
    life = Life(GOODS)
    life.look(OPENED)
    world = life.world()
    knowing = World(world.policies, world.people, world.sites, lambda _: [too_warm()])
    early = {cause for _, cause in life.told}
    life._known = (life.registry, knowing)
    life.until(OPENED + HOUR)
    rungs = [notice for _, notice in life.told.values() if notice.code == "escalated"]
    assert len(rungs) >= 3
    assert all(
        notice.params["found"] and notice.params["remedy"] for notice in rungs if notice.cause not in early
    )
    (plain, *_) = told(Life(REPORT), "assigned", [])
    assert "remedy" not in plain
