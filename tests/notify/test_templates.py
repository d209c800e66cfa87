"""Every notice has words in both languages and registers, and whoever forgets a parameter still gets a message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from notify.channels.nouns import Outgoing
from notify.channels.spoken import variables
from notify.codes import EXAMPLES
from notify.planning import DIGEST
from notify.rendering import MOST_LISTED, Reader, write
from registry.guidance import Card, cards
from store.messages import Held, Telling
from texts import LANGUAGES, Language, catalogue, render
from tickets.notices import Urgency

WORDS = {
    code.split(".")[1] for code in catalogue("en") if code.startswith("notice.") and code.endswith(".plain")
}


def told(code: str, number: int = 1, **params: object) -> Telling:
    """A telling of a code with its example."""
    shown: dict[str, Any] = {**EXAMPLES[code], **params}
    return Telling(
        str(number), number, "person:a", f"c{number}", "ticket:1", code, shown, Urgency.HIGH, True, 0
    )


def test_every_code_has_an_example_and_words() -> None:
    """A code with words and no example would never be tried; one without words would show itself to people."""
    assert EXAMPLES.keys() == WORDS


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", EXAMPLES)
def test_every_code_in_both_languages_and_registers(code: str, lang: Language, plain: bool) -> None:
    """No sentence lacks a parameter (that is an error in tests), none shows a dash where the example has a fact."""
    written = write([told(code)], code, Reader(lang, plain, "UTC"), {"1": "https://k.example/a"})
    assert "–" not in written.title + written.body
    assert "{" not in written.title + written.body
    assert "https://k.example/a" in written.body
    assert written.title.startswith("[KW-000123] ")


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_notice_without_parameters_is_still_a_message(code: str) -> None:
    """In the middle of the night a forgotten parameter must not swallow an alarm."""
    bare = Telling("1", 1, "person:a", "c", "ticket:1", code, {}, Urgency.CRITICAL, True, 0)
    written = write([bare], code, Reader("zh", False, "Asia/Shanghai"))
    assert written.title.startswith("【紧急】")
    assert written.body


def test_times_are_those_of_the_place() -> None:
    """The act-by is on the clocks where the goods are, whatever the reader's are."""
    written = write([told("assigned")], "assigned", Reader("en", False, "Europe/Berlin"))
    assert "17:00 (UTC+08:00)" in written.body


def test_a_digest_names_some_and_counts_the_rest() -> None:
    """Five thousand lines are no message."""
    many = [told("warned", number) for number in range(5000)]
    written = write(many, DIGEST, Reader("en", True, "UTC"))
    assert "5,000 messages" in written.title
    assert written.body.count("·") >= MOST_LISTED
    assert "4,960 more" in written.body


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_for_holding_has_a_word(lang: Language) -> None:
    """Staff read why a message waits."""
    assert [held for held in Held if f"notice.held.{held}" not in catalogue(lang)] == []


def test_reasons_of_the_system_are_sentences() -> None:
    """A message code as a reason is said in the reader's language, and a principal by its name."""
    written = write(
        [told("reopened", reason="notice.pressed", by="person:w")],
        "",
        Reader("zh", True, "UTC", lambda _: "王"),
    )
    assert "按键" in written.body
    assert (
        "王" in write([told("reopened", by="person:w")], "", Reader("zh", False, "UTC", lambda _: "王")).body
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("card", cards(), ids=lambda card: card.key)
def test_the_first_steps_of_every_remedy(card: Card, lang: Language) -> None:
    """Facts, where to acknowledge, then the steps in order; where a bot takes 2,000 bytes, facts and link are within them."""
    steps = list(card.step_codes[:3])
    remedy = {"title": card.title, "steps": steps, "more": 4, "first": f"brief.first.{card.key}"}
    for plain in (False, True):
        for code in ("assigned", "escalated", "nobody_found"):
            reader = Reader(lang, plain, "UTC")
            written = write([told(code, remedy=remedy)], code, reader, {"1": "https://k.example/a"})
            texts = [render(step, {}, lang) for step in steps]
            at = [written.body.index(f"{number}. {text}") for number, text in enumerate(texts, 1)]
            assert at == sorted(at)
            assert "11.4 °C" in written.body
            assert "4" in written.body.splitlines()[-1]
            assert written.body.index("https://k.example/a") < at[0]
            link = written.body.encode().index(b"https://k.example/a")
            assert len(written.title.encode()) + link < 1900
            assert written.todo == catalogue(lang)[f"brief.first.{card.key}"]


def test_of_several_critical_things_each_says_what_to_do_first() -> None:
    """One message about two tickets: under each its few words; a digest of what is not critical stays a list."""
    two = [replace(told("escalated", number), urgency=Urgency.CRITICAL) for number in (1, 2)]
    words = catalogue("zh")["brief.first.chilled-excursion"]
    assert write(two, "several", Reader("zh", True, "UTC")).body.count(words) == 2
    assert words not in write([told("warned", 1), told("warned", 2)], DIGEST, Reader("zh", True, "UTC")).body


def test_clocks_and_levels_have_words() -> None:
    """No name of the machinery in a Chinese message."""
    reader = Reader("zh", False, "UTC")
    assert "resolution" not in write([told("missed")], "", reader).body
    assert "一线值班" in write([told("escalated", level="on_call_1")], "", reader).body
    assert "resolution" not in write([told("compensation_proposed")], "", reader).body


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_to_do_is_never_cut(lang: Language) -> None:
    """A fourth variable holds all of it or points to the ticket; without one it stands behind what is told only if both fit."""
    said = Outgoing(
        "m", "t", "b", lang, Urgency.CRITICAL, "ticket:1", "KW-000001", "x" * 30, "place", "Do not charge it"
    )
    for most in (12, 20, 35):
        four = variables(said, most, todo=True)
        assert list(four) == ["ticket", "what", "place", "todo"]
        assert all(len(text) <= most for text in four.values())
        assert four["todo"] == (
            "Do not charge it" if most >= 16 else catalogue(lang)["notice.spoken.todo"][:12]
        )
        assert list(variables(said, most)) == ["ticket", "what", "place"]
        assert variables(said, most)["what"] == ("x" * 30)[:most]
    short = replace(said, what="Wet metal")
    assert variables(short, 35)["what"].endswith("Do not charge it")
    assert variables(short, 20)["what"] == "Wet metal"
    assert variables(replace(short, todo=""), 35, todo=True)["todo"] == catalogue(lang)["notice.spoken.todo"]
