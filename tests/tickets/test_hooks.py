"""Bodies of other systems, read by mappings: the right fields, or the name of the one that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.hooks import (
    MAX_DESCRIPTION,
    MAX_KEY,
    MAX_TITLE,
    PRESETS,
    FaultError,
    HookMapping,
    Pick,
    path_fault,
    read,
)
from tickets.nouns import Priority

ALERTMANAGER: dict[str, Any] = {
    "version": "4", "groupKey": '{}:{alertname="ColdRoomWarm"}', "truncatedAlerts": 0, "status": "firing", "receiver": "keepwell",
    "groupLabels": {"alertname": "ColdRoomWarm"}, "commonLabels": {"alertname": "ColdRoomWarm", "severity": "critical"},
    "commonAnnotations": {"summary": "Cold room 1 is warm"}, "externalURL": "http://alertmanager.example:9093",
    "alerts": [{"status": "firing", "labels": {"alertname": "ColdRoomWarm"}, "annotations": {"description": "9 °C for 10 min"},
                "startsAt": "2026-11-21T08:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "ab"}],
}  # fmt: skip
GRAFANA: dict[str, Any] = {
    "receiver": "keepwell", "status": "resolved", "orgId": 1, "alerts": [{"labels": {"severity": "warning"}}],
    "groupLabels": {}, "commonLabels": {"alertname": "Humid"}, "commonAnnotations": {}, "version": "1",
    "groupKey": "{}:{alertname='Humid'}", "truncatedAlerts": 0, "title": "[RESOLVED] Humid", "state": "ok", "message": "All is well.",
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["title", "key", "status", "alerts", "commonLabels", "groupKey", "message", "severity"]), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


def test_what_alertmanager_sends() -> None:
    """Title, words, urgency and key of a group; it is over when the group is."""
    found = read(PRESETS["alertmanager"], ALERTMANAGER)
    assert (found.title, found.description) == ("Cold room 1 is warm", "9 °C for 10 min")
    assert (found.priority, found.dedupe, found.resolved) == (Priority.P1, ALERTMANAGER["groupKey"], False)
    assert read(PRESETS["alertmanager"], {**ALERTMANAGER, "status": "resolved"}).resolved


def test_what_grafana_sends() -> None:
    """The same of Grafana's own form."""
    found = read(PRESETS["grafana"], GRAFANA)
    assert (found.title, found.description, found.priority) == (
        "[RESOLVED] Humid",
        "All is well.",
        Priority.P3,
    )
    assert (found.dedupe, found.resolved) == (GRAFANA["groupKey"], True)


@pytest.mark.parametrize(
    ("preset", "body", "path", "code"),
    [
        ("plain", {}, "key", "missing"), ("plain", {"key": "a"}, "title", "missing"),
        ("plain", {"title": ""}, "key", "missing"), ("plain", {"title": {"a": 1}}, "title", "hooks.not_text"),
        ("plain", {"title": "a", "status": ["x"]}, "status", "hooks.not_text"), ("plain", [], "", "not_object"),
        ("plain", "text", "", "not_object"), ("plain", None, "", "not_object"),
        ("alertmanager", {**ALERTMANAGER, "groupKey": None}, "groupKey", "missing"),
        ("alertmanager", {k: v for k, v in ALERTMANAGER.items() if k != "status"}, "status", "missing"),
    ],
)  # fmt: skip
def test_a_bad_body_is_named(preset: str, body: Any, path: str, code: str) -> None:
    """Where it is wrong, and how."""
    with pytest.raises(FaultError) as caught:
        read(PRESETS[preset], body)
    assert caught.value.fault == (path, code)


@given(JSON, st.sampled_from(sorted(PRESETS)))
def test_no_body_breaks_a_mapping(body: Any, preset: str) -> None:
    """Any JSON is read within its limits, or refused by name."""
    try:
        found = read(PRESETS[preset], body)
    except FaultError as error:
        code = error.fault.code
        found = None
    if found is None:
        assert code in {"missing", "not_object", "hooks.not_text"}
        return
    assert 0 < len(found.title) <= MAX_TITLE
    assert found.title.isprintable()
    assert len(found.description) <= MAX_DESCRIPTION
    assert 0 < len(found.dedupe) <= MAX_KEY


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.b", 1), ("/a/b", 1), ("list.1.x", "second"), ("/list/1/x", "second"), ("/dotted.name", 2), ("/sl~1ash/ti~0lde", 3),
     ("list.7.x", None), ("a.b.c", None), ("/", None), ("list.-1", None), ("list.٢", None)],
)  # fmt: skip
def test_paths_lead_where_they_say(path: str, value: Any) -> None:
    """Dotted names and JSON pointers; what leads nowhere leaves the fallback."""
    body = {
        "a": {"b": 1},
        "list": [{"x": "first"}, {"x": "second"}],
        "dotted.name": 2,
        "sl/ash": {"ti~lde": 3},
    }
    mapping = HookMapping(title=Pick((path,), "nothing"), dedupe=Pick((), "k"))
    assert read(mapping, body).title == ("nothing" if value is None else str(value))


@pytest.mark.parametrize("path", ["", ".", "a..b", "/", "a.", "a\nb", "x" * 201])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    """When the mapping is written, not when the first report comes."""
    assert path_fault(path) == (path, "hooks.not_a_path")
    assert path_fault("alerts.0.labels.x") is None


def test_words_of_urgency() -> None:
    """By the mapping's words in any case, by P1 … P5, else ordinary."""
    plain = PRESETS["plain"]
    words = {"CRITICAL": 1, "p2": 2, "P5": 5, "info": 5, "odd": 3, "": 3, "P9": 3}
    found = {word: int(read(plain, {"title": "a", "priority": word}).priority) for word in words}
    assert found == words


def test_a_long_key_stays_one_key() -> None:
    """Alertmanager's group keys may be long; two that differ at the end are two."""
    long = [read(PRESETS["plain"], {"title": "a", "key": "k" * 400 + end}).dedupe for end in "ab"]
    assert len(set(long)) == 2
    assert max(map(len, long)) <= MAX_KEY
