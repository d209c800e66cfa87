"""A breach under suspicion still alarms, as unconfirmed; when the suspicion goes, so does the word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import SOFT_FAULTS, Change, Finding, FindingChange, Kind
from tests.detect.test_suspecting import Plain
from tests.detect.worlds import MINUTE, REGISTRIES, SAYINGS, T0, Said, World, disordered
from tests.tickets.desk import Desk, finding, opened
from texts import LANGUAGES, Language, render

FOREVER = 2**62
DOUBTS = {"en": "unconfirmed", "zh": "未经证实"}


def standing(world: World) -> list[Finding]:
    """All that is not retracted."""
    return [f for f in world.log.findings.values() if not f.retracted]  # type: ignore[attr-defined]


def told(world: World) -> set[tuple[str, int, str]]:
    """Which excursion is doubted for what."""
    return {
        (f.subject, f.start_us, str(kind))
        for f in standing(world)
        if f.detector == "excursion"
        for kind in f.evidence.get("unconfirmed") or ()  # type: ignore[union-attr]
    }


def expected(world: World) -> Iterator[tuple[str, int, str]]:
    """By the findings on record: a fault of the sensor and a breach that it tells share a moment."""
    every = standing(world)
    for breach in (f for f in every if f.detector == "excursion"):
        end = breach.end_us or FOREVER
        for fault in (f for f in every if f.kind in SOFT_FAULTS and f.subject == breach.subject):
            shared = fault.start_us < end and (fault.end_us or FOREVER) > breach.start_us
            if shared or fault.start_us == breach.start_us:
                yield breach.subject, breach.start_us, str(fault.kind)


@settings(max_examples=60, deadline=None)
@given(sayings=SAYINGS, random=st.randoms(use_true_random=False), size=st.integers(1, 20))
def test_any_order_with_restarts(sayings: list[Said], random: Random, size: int) -> None:
    """Excursions are doubted as the findings on record say, however these came about; none is left out for it."""
    doubting, trusting = (World(REGISTRIES["plain"], streams=streams) for streams in ((Plain,), ()))
    for batch in disordered(sayings, random, size):
        for world in (doubting, trusting):
            world.receive(batch)
            if random.random() < 0.7:
                world.step()
            if random.random() < 0.15:
                world.start()
    doubting.settle()
    trusting.settle()
    assert told(doubting) == set(expected(doubting))
    assert {f for f in doubting.facts() if f.detector != "plain"} == trusting.facts()


def test_a_suspicion_that_is_taken_back_takes_the_doubt_back() -> None:
    """A jump beyond the limit is doubted as a spike, until late readings show that it was a slope."""
    world = World(REGISTRIES["plain"], streams=(Plain,))
    values = [5.0, 5.5, 13.0, 13.1, 13.2]
    world.receive([Said(1, T0 + n * 6 * MINUTE, v) for n, v in enumerate(values)], T0 + 30 * MINUTE)
    world.step()
    world.settle(T0 + 32 * MINUTE)
    doubted = [f for f in standing(world) if f.kind is Kind.TOO_HIGH]
    assert len(doubted) == 2
    assert all(f.evidence["unconfirmed"] == ["spike"] for f in doubted)
    slope = [Said(1, T0 + (6 + m) * MINUTE, 5.5 + 1.3 * m) for m in range(1, 6)]
    world.receive(slope, T0 + 40 * MINUTE)
    world.settle(T0 + 60 * MINUTE)
    assert not [f for f in standing(world) if f.kind in SOFT_FAULTS]
    breaches = [f for f in standing(world) if f.kind is Kind.TOO_HIGH]
    assert len(breaches) == 2
    assert not any(f.evidence.get("unconfirmed") for f in breaches)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ticket_says_so(lang: Language) -> None:
    """Title and reasons name the doubt, until a second sensor that nobody suspects tells of the same breach."""
    desk = Desk()
    doubted = finding()
    doubted = replace(doubted, evidence={**doubted.evidence, "unconfirmed": ["noise", "stuck"]})
    desk.take(opened(doubted))
    for text in (desk.ticket.title, desk.ticket.why):
        assert DOUBTS[lang] in render(text.code, text.params, lang).lower()
    plain = Desk()
    plain.take(opened(finding()))
    assert desk.ticket.priority is plain.ticket.priority
    desk.take(opened(finding(subject="device:g1/p8:temperature")))
    assert DOUBTS[lang] not in render(desk.ticket.title.code, desk.ticket.title.params, lang)


def test_a_doubt_that_comes_later_is_told_on_the_ticket() -> None:
    """The same finding, revised: the ticket that is open changes its words and stays one."""
    desk = Desk()
    breach = finding()
    desk.take(opened(breach))
    doubted = replace(breach, evidence={**breach.evidence, "unconfirmed": ["drift"]})
    desk.take([FindingChange(Change.REVISED, doubted)])
    assert DOUBTS["en"] in render(desk.ticket.title.code, desk.ticket.title.params, "en")
