"""The catalogues hold together: both languages say the same things, in the trade's words, and nothing is missing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from detect.nouns import Kind, Severity
from ingest.quantities import QUANTITIES
from registry import scanning
from registry.identity import Unreadable
from texts import LANGUAGES, Language, MissingText, catalogue, formats, placeholders, render, spoken
from tickets.deeds import resolutions
from tickets.explain import OWN_WORDS
from tickets.nouns import AlarmState, Category, Hold, Line, Phase, Refusal, TicketKind, TicketState
from tickets.stages import Owner
from tickets.stages import Path as TicketPath
from tickets.states import Act

TEXTS = Path(__file__).parents[2] / "texts"
PLACEHOLDER = re.compile(r"\{\w+(:\w+(\([\w.]+\))?)?\}")
STYLES = re.compile(r"\{\w+:(\w+)")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:()?!]|[,;:(?!][\u4e00-\u9fff]")
BARE_CONFIRM = re.compile(r"(?<!客户)(?<!报警)确认")


def test_both_languages_have_the_same_codes() -> None:
    """A code that one catalogue lacks would show a person of that language a bare code."""
    english, chinese = catalogue("en").keys(), catalogue("zh").keys()
    assert sorted(english ^ chinese) == []


def test_both_languages_show_the_same_parameters() -> None:
    """A parameter left out in one language is a fact that its readers are not told."""
    english, chinese = catalogue("en"), catalogue("zh")
    shown = {
        code: (placeholders(english[code]), placeholders(chinese[code]))
        for code in english.keys() & chinese.keys()
    }
    assert {code: both for code, both in shown.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_brace_is_a_placeholder(lang: Language) -> None:
    """What does not read as a placeholder would be shown as it stands."""
    rest = {code: PLACEHOLDER.sub("", words) for code, words in catalogue(lang).items()}
    assert not [code for code, words in rest.items() if "{" in words or "}" in words]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_format_exists(lang: str) -> None:
    """A placeholder with a format that nobody wrote would break the page it is on."""
    used = {style for text in catalogue(lang).values() for style in STYLES.findall(text)}  # type: ignore[arg-type]
    assert used <= formats.FORMATS.keys() | {"text", "word", "name"}


@pytest.mark.parametrize("file", sorted(TEXTS.glob("zh/*.toml")), ids=lambda file: file.stem)
def test_chinese_uses_the_words_of_the_trade(file: Path) -> None:
    """设备 is equipment only, 确认 never stands alone, and punctuation is full-width."""
    english, own = catalogue("en"), _codes(file)
    offences = []
    for code, text in catalogue("zh").items():
        if code not in own:
            continue
        if "设备" in text and "equipment" not in english[code].lower():
            offences.append(f"{code}: 设备 is equipment only")
        if BARE_CONFIRM.search(text):
            offences.append(f"{code}: 确认 without its noun")
        if "维好" in text or HALF_WIDTH.search(re.sub(r"\{[^}]*\}|`[^`]*`", "", text)):
            offences.append(f"{code}: {text}")
    assert offences == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("ticket.state", TicketState),
        ("ticket.act", Act),
        ("ticket.kind", TicketKind),
        ("ticket.refused", Refusal),
        ("ticket.category", Category),
        ("ticket.phase", Phase),
        ("ticket.hold", Hold),
        ("ticket.line", Line),
        ("ticket.path", TicketPath),
        ("ticket.owner", Owner),
        ("ticket.resolution", list(resolutions())),
        ("scan.refused", scanning.Refusal),
        ("invalid", [f"code_{why}" for why in Unreadable]),
        ("alarm.state", AlarmState),
        ("severity", Severity),
        ("quantity", [quantity.name for quantity in QUANTITIES]),
    ],
)
def test_every_name_has_a_word(lang: str, prefix: str, names: list[str]) -> None:
    """A state, act, refusal or quantity without a word would reach people as an English identifier."""
    missing = [name for name in names if f"{prefix}.{name}" not in catalogue(lang)]  # type: ignore[arg-type]
    assert missing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_finding_has_title_and_explanation(lang: str) -> None:
    """A new kind of finding needs its texts before it can be merged."""
    words = [*map(str, Kind), *OWN_WORDS]
    codes = [f"finding.{word}.{part}" for word in words for part in ("title", "why")]
    assert [code for code in codes if code not in catalogue(lang)] == []  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_units_agree_with_the_table_of_quantities(lang: str) -> None:
    """A value shown in another unit than the one it is kept in would be wrong."""
    texts = catalogue(lang)  # type: ignore[arg-type]
    shown = {quantity.name: texts.get(f"unit.{quantity.name}", "") for quantity in QUANTITIES}
    assert shown == {quantity.name: quantity.unit.replace("deg", "°") for quantity in QUANTITIES}


def test_a_missing_code_is_told_and_shown_bare() -> None:
    """In tests a missing text is an error; a page goes on and shows what it has."""
    with pytest.warns(MissingText, match="no.such"):
        assert render("no.such.code", {"a": 1}, "en") == "no.such.code (a=1)"


def test_a_missing_parameter_is_told() -> None:
    """A sentence without one of its facts is a mistake of the caller."""
    with pytest.warns(MissingText, match="words"):
        assert render("ticket.by_hand.title", {}, "en") == formats.NOTHING


def test_a_parameter_cannot_smuggle_a_placeholder() -> None:
    """What a person typed is shown as it is, not filled in again."""
    assert render("ticket.by_hand.title", {"words": "{principal} \\1 {0}"}, "en") == "{principal} \\1 {0}"


def test_reasons_of_people_and_of_the_system() -> None:
    """A message code is said in the reader's language, a person's words stay as they are."""
    assert spoken("retracted.late_readings", "zh") == catalogue("zh")["retracted.late_readings"]
    assert spoken("等配件", "en") == "等配件"


def _codes(file: Path) -> set[str]:
    def flat(table: dict[str, object], prefix: str = "") -> set[str]:
        codes: set[str] = set()
        for key, value in table.items():
            codes |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key}
        return codes

    return flat(tomllib.loads(file.read_text("utf-8")))
