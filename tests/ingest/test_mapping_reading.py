"""Reading a mapping: what is good is read, and everything that is wrong is named with its place and a remedy."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.mapping.mapper import Mapper
from ingest.mapping.nouns import Fault, InvalidMappingError
from ingest.mapping.reading import MAX_BYTES, asked, parse_toml, read_mapping
from ingest.mapping.topics import filters_of
from texts import LANGUAGES, catalogue, placeholders

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "key": "plant",
    "title": "Plant",
    "settings": {"zone": {"title": "Clock", "kind": "time_zone", "default": "Asia/Shanghai"}},
    "names": {"t1": {"quantity": "temperature", "unit": "degF"}, "h1": "relative_humidity"},
    "message": [
        {
            "topic": "plant/{hall}/climate",
            "gateway": "{hall}",
            "time": {"at": "at", "zone": "<zone>"},
            "where": [{"at": "kind", "is": "air"}],
            "values": {"temp": "temperature", "more.{what}": {"quantity": "{what}", "scale": 0.1}},
        },
        {"topic": "plant/{hall}/state", "status": {"online": "up", "offline": "down"}, "payload": "text"},
    ],
}
OF_REQUESTS = {"one_source", "no_such_ready", "message_or_live"}
RECEIVED_US = 1_795_300_000_000_000


def changed(place: str, value: object) -> dict[str, Any]:
    """The document with something else at a place such as `message/0/topic` (`DROP` takes it away)."""
    path = [int(part) if part.isdigit() else part for part in place.split("/")]
    document = copy.deepcopy(DOCUMENT)
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    if value is DROP:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return document


DROP = object()
CASES: list[tuple[str, object, str, str]] = [
    ("formt", 1, "formt", "unknown_field_near"),
    ("xyz", 1, "xyz", "unknown_field"),
    ("title", 5, "title", "not_text"),
    ("message/0/skip", "yes", "message[1].skip", "not_flag"),
    ("names/t1/scale", "0.1", "names.t1.scale", "not_number"),
    ("names/t1/scale", float("nan"), "names.t1.scale", "not_number"),
    ("names/t1/scale", 10**400, "names.t1.scale", "not_number"),
    ("message/0/numbers", "dot", "message[1].numbers", "not_one_of"),
    ("names", [], "names", "not_table"),
    ("message", {}, "message", "not_tables"),
    ("settings/zone/default", "Asia/Shangai", "settings.zone.default", "not_time_zone"),
    ("message/0/time/zone", "Mars/Olympus", "message[1].time.zone", "not_time_zone"),
    ("message/0/gateway", "hall 2", "message[1].gateway", "not_gateway"),
    ("gateways", {"a": "b c"}, "gateways.a", "not_gateway"),
    ("settings/zone", {"kind": "topic", "default": "a/#"}, "settings.zone.default", "not_topic"),
    ("message/0/at", "a..b", "message[1].at", "bad_path"),
    ("message/0/values/x[", "temperature", "message[1].values.x[", "bad_path"),
    ("message/0/device", "{@}", "message[1].device", "bad_template"),
    ("message/0/values/temp", "{", "message[1].values.temp", "bad_template"),
    ("message/0/topic", "plant/{hall}{room}/x", "message[1].topic", "bad_topic"),
    ("message/0/topic", "#", "message[1].topic", "bad_topic"),
    ("message/0/topic", "keepwell/v1/gw/telemetry", "message[1].topic", "bad_topic"),
    ("message/0/topic", "+/+/+/telemetry", "message[1].topic", "bad_topic"),
    ("message/0/topic", "$SYS/#", "message[1].topic", "bad_topic"),
    ("message/0/topic", "a\x00b", "message[1].topic", "bad_topic"),
    ("message/0/topic", "a\ud800b", "message[1].topic", "bad_topic"),
    ("message/0/topic", DROP, "message[1].topic", "no_topic"),
    ("message", [], "message", "no_messages"),
    ("message/0/records", [{"values": {"a": "b"}}], "message[1].", "beside_records"),
    ("message/1", {"topic": "x", "records": []}, "message[2].records", "no_records"),
    ("message/0/values", {}, "message[1].values", "no_values"),
    ("message/0/time/at", [], "message[1].time.at", "no_time_path"),
    ("key", "Plant", "key", "bad_key"),
    ("format", 2, "format", "bad_format"),
    ("format", True, "format", "bad_format"),
    ("message/0/values/temp", "a+b", "message[1].values.temp", "bad_quantity"),
    ("message/0/device", "{hal}", "message[1].device", "no_such_capture"),
    ("message/0/gateway", "{@.gw}", "message[1].gateway", "gateway_in_record"),
    ("names/t1/scale", 0, "names.t1.scale", "bad_scale"),
    ("names/t1/unit", "mV", "names.t1.unit", "bad_unit"),
    ("message/0/values/more.{what}/absent", 0, "message[1].values.more.{what}.absent", "absent_many"),
    ("message/0/time/format", "yesterday", "message[1].time.format", "bad_time_format"),
    ("message/0/time/distrust_before", "soon", "message[1].time.distrust_before", "bad_time"),
    ("message/0/where/0", {"at": "kind"}, "message[1].where[1].", "bad_condition"),
    ("message/0/where/0", {"at": "kind", "is": None}, "message[1].where[1].is", "bad_condition_value"),
    ("message/0/separator", ";;", "message[1].separator", "bad_separator"),
    ("message/1/status/offline", "up", "message[2].status.", "bad_status"),
    ("settings/2x", {}, "settings.2x", "bad_setting_name"),
    ("settings/zone/default", DROP, "settings.zone", "setting_missing"),
    ("message/0/gateway", "<hall>", "message", "no_such_setting"),
    ("names/t1", {"quantity": [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}, "names", "too_deep"),
]


@pytest.mark.parametrize(
    ("place", "value", "field", "code"),
    CASES,
    ids=lambda case: "absent" if type(case) is object else str(case)[:40],
)
def test_what_is_wrong_is_named_with_its_place(place: str, value: object, field: str, code: str) -> None:
    """One change makes one kind of fault, and the sentence about it exists in both languages with all its parameters."""
    with pytest.raises(InvalidMappingError) as caught:
        read_mapping(changed(place, value))

    found = {fault.code: fault for fault in caught.value.faults}
    fault = found[f"mapping.{code}"]
    assert fault.field.startswith(field)
    for lang in LANGUAGES:
        sentence = catalogue(lang)[fault.code]
        assert placeholders(sentence) <= set(fault.params)


def test_every_sentence_about_mappings_is_needed() -> None:
    """No sentence for a fault that nothing makes."""
    made = {code for *_, code in CASES} | {"unknown_setting", "too_large", "syntax"} | OF_REQUESTS

    told = {code for code in catalogue("en") if code.startswith("mapping.")}
    assert told == {f"mapping.{code}" for code in made}


def test_the_examples_of_the_documentation_are_mappings() -> None:
    """The page's first example does what the page says."""
    page = Path("docs/mappings.md").read_text("utf-8")
    example = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[0]
    mapper = Mapper([read_mapping(parse_toml(example))])
    payload = re.findall(r"`(\{\"temp\".*?\})`", page)[0].encode()

    outcome = mapper.apply("plant/hall-2/climate", payload, RECEIVED_US)

    assert outcome is not None
    assert outcome.gateway == "hall-2"
    assert outcome.decoded.values == [21.5, 61.0]
    assert outcome.decoded.times == [1_795_219_200_000_000] * 2  # 2026-11-21T00:00:00Z


def test_settings_are_filled_in_and_checked() -> None:
    """Given ones count before defaults; unknown and unfit ones are named; numbers stay numbers."""
    document = copy.deepcopy(DOCUMENT)
    document["settings"] |= {
        "factor": {"kind": "number", "default": 2},
        "root": {"kind": "topic", "default": "+"},
    }
    document["message"][0] |= {
        "topic": "<root>/{hall}/climate",
        "values": {"a": {"quantity": "temperature", "scale": "<factor>"}},
    }

    assert {name: s.default for name, s in asked(document).items()} == {
        "zone": "Asia/Shanghai", "factor": 2.0, "root": "+",
    }  # fmt: skip
    plain = read_mapping(document)
    assert filters_of([plain]) == ("+/+/climate", "plant/+/state")
    given = read_mapping(document, {"root": "a", "factor": 0.1, "zone": "Europe/Berlin"})
    assert given.messages[0].records[0].values[0].conversion.apply(217) == 21.7
    with pytest.raises(InvalidMappingError) as caught:
        read_mapping(document, {"root": "a/#", "factor": "2", "zon": "x"})
    assert {fault.code for fault in caught.value.faults} == {
        "mapping.not_topic", "mapping.not_number", "mapping.unknown_setting",
    }  # fmt: skip


def test_toml_that_is_none() -> None:
    """Syntax errors say where; a text without end is refused; dates become texts as in JSON."""
    for text, code in (("a = ", "syntax"), ("x" * (MAX_BYTES + 1), "too_large")):
        with pytest.raises(InvalidMappingError) as caught:
            parse_toml(text)
        assert caught.value.faults[0].code == f"mapping.{code}"
    assert parse_toml("a = 2020-01-01T00:00:00Z") == {"a": "2020-01-01T00:00:00Z"}


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["{x}", "<zone>", "a.{b}[*]", "json", "\ud800", "+/#", "%Y", "s"])
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)
PLACES = [place for place, *_ in CASES]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), anything)
def test_no_document_makes_reading_raise_anything_else(place: str, value: Any) -> None:
    """Whatever stands at any place: a mapping, or faults with sentences."""
    faults: tuple[Fault, ...] = ()
    try:
        mapping = read_mapping(changed(place, value))
        Mapper([mapping]).apply("plant/a/climate", b'{"kind": "air", "temp": 1}', RECEIVED_US)
    except InvalidMappingError as error:
        faults = error.faults or (Fault("", "none"),)

    assert all(fault.code in catalogue("zh") for fault in faults)
