"""Every notice has words in both languages and registers, and whoever forgets a parameter still gets a message."""

from __future__ import annotations

import pytest

from notify.codes import EXAMPLES
from notify.planning import DIGEST
from notify.rendering import MOST_LISTED, Reader, write
from store.messages import Held, Telling
from texts import LANGUAGES, Language, catalogue
from tickets.notices import Urgency

WORDS = {
    code.split(".")[1] for code in catalogue("en") if code.startswith("notice.") and code.endswith(".plain")
}


def told(code: str, number: int = 1, **params: object) -> Telling:
    """A telling of a code with its example."""
    shown = {**EXAMPLES[code], **params}
    return Telling(
        str(number), number, "person:a", f"c{number}", "ticket:1", code, shown, Urgency.HIGH, True, 0
    )  # type: ignore[arg-type]


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
