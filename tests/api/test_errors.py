"""Every error is problem+json, in the language asked for, with a stable code; no input makes a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import faults
from api.edge import MAX_BODY_BYTES
from api.problems import HEADERS, STATUS, Code
from texts import LANGUAGES, catalogue

PROBLEM = "application/problem+json"
FIELDS = {"type", "title", "status", "code", "detail", "instance"}


def check(answer: Any, code: str | None = None) -> dict[str, Any]:
    """The problem in an answer, looked at from all sides."""
    assert answer.headers["content-type"] == PROBLEM, answer.text
    body = answer.json()
    assert set(body) >= FIELDS
    assert body["status"] == answer.status_code == STATUS[Code(body["code"])]
    assert body["type"] == f"urn:keepwell:problem:{body['code']}"
    assert code is None or body["code"] == code
    return body


@pytest.mark.parametrize(
    ("method", "path", "more", "code"),
    [
        ("GET", "/api/v1/nothing", {}, "not_found"),
        ("GET", "/api/v1/zones/none", {}, "not_found"),
        ("DELETE", "/api/v1/tickets", {}, "method_not_allowed"),
        ("TRACE", "/healthz", {}, "method_not_allowed"),
        ("GET", "/api/v1/zones", {"params": {"cursor": "?"}}, "bad_cursor"),
        ("GET", "/api/v1/readings", {}, "invalid"),
        ("GET", "/api/v1/readings", {"params": {"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T09:00:00Z"}}, "invalid"),
        ("PUT", "/api/v1/zones/z1", {"json": {}}, "if_match_required"),
        ("PUT", "/api/v1/zones/z1", {"json": {}, "headers": {"If-Match": '"99"'}}, "changed_meanwhile"),
        ("PUT", "/api/v1/zones/z1", {"json": {}, "headers": {"If-None-Match": "*"}}, "changed_meanwhile"),
        ("PUT", "/api/v1/zones/new", {"json": {"site": "nowhere"}}, "invalid"),
        ("DELETE", "/api/v1/zones/z1", {}, "if_match_required"),
        ("DELETE", "/api/v1/zones/z1", {"headers": {"If-Match": "*"}}, "in_use"),
        ("POST", "/api/v1/tickets", {"content": b"{", "headers": {"Content-Type": "application/json"}}, "malformed"),
        ("POST", "/api/v1/tickets", {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, "malformed"),
        ("POST", "/api/v1/tickets", {"content": b"x" * (MAX_BODY_BYTES + 1)}, "too_large"),
        ("POST", "/api/v1/tickets/1/transitions", {"json": {"act": "close"}}, "transition_refused"),
        ("POST", "/api/v1/dead-letters/2/submit", {"json": {}}, "truncated"),
        ("POST", "/api/v1/dead-letters/77/submit", {"json": {}}, "not_found"),
    ],
)  # fmt: skip
def test_each_by_its_code(still_world: Any, method: str, path: str, more: dict[str, Any], code: str) -> None:
    """The commonest mistakes, by name."""
    check(still_world.ask(method, path, **more), code)


def test_the_sentences_follow_the_reader(still_world: Any) -> None:
    """The code stays, title and detail are in the reader's language, and so is each fault."""
    english = still_world.get("/readings", headers={"Accept-Language": "en"})
    chinese = still_world.get("/readings", headers={"Accept-Language": "zh-CN"})
    assert (english.headers["content-language"], chinese.headers["content-language"]) == ("en", "zh")
    one, other = check(english), check(chinese)
    assert one["code"] == other["code"]
    assert one["title"] != other["title"]
    assert [fault["location"] for fault in one["errors"]] == ["query/from", "query/to"]
    assert [fault["message"] for fault in other["errors"]] == ["必填。", "必填。"]


def test_a_body_without_a_declared_length_is_limited_too(still_world: Any) -> None:
    """A chunked body is cut off at the limit, not at its end."""

    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 65_536

    check(still_world.ask("POST", "/api/v1/tickets", content=endless()), "too_large")


def test_what_nobody_expected_is_told_without_its_inside(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken part answers `internal`; the trace is in the log and not in the answer."""

    def broken() -> None:
        raise RuntimeError("secret inside")

    world.app.state.keepwell._load_series = broken
    world.app.state.keepwell._series._load = broken
    answer = world.get("/series")
    check(answer, "internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "secret inside" in caplog.text


def test_a_store_that_is_away_is_named(world: Any) -> None:
    """Without the file of readings, questions to it say so; the rest goes on."""
    (world.folder / "readings.sqlite").rename(world.folder / "gone")
    body = check(world.get("/readings/latest"), "not_ready")
    assert body["parts"] == {"readings": "absent"}
    assert world.get("/tickets").status_code == 200


def test_readiness_names_what_is_missing(world: Any) -> None:
    """/readyz is 503 with the part and its reason, and 200 again when it is back; /healthz does not care."""
    assert world.ask("GET", "/readyz", None).json()["parts"] == {"broker": "ready"}
    world.unready["broker"] = "not_connected"
    assert check(world.ask("GET", "/readyz", None), "not_ready")["parts"] == {"broker": "not_connected"}
    assert world.ask("GET", "/healthz", None).status_code == 200


def test_every_code_has_its_sentences() -> None:
    """Problems and faults of the code, and those of the catalogue, are the same; no header table names a stranger."""
    for lang in LANGUAGES:
        words = [code.split(".") for code in catalogue(lang)]
        problems = {parts[1] for parts in words if parts[0] == "problem"}
        assert problems == {str(code) for code in Code} == {str(code) for code in STATUS}
        assert set(faults.CODES.values()) | faults.OWN <= {
            parts[1] for parts in words if parts[0] == "invalid"
        }
    assert set(HEADERS) <= set(Code)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["z1", "c1", "P1", "zone:z1", "*"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
NAMES = st.sampled_from([
    "cursor", "limit", "from", "to", "series", "device", "zone", "site", "quantity", "tz", "format", "buckets", "state", "kind",
    "priority", "since", "subject", "gateway", "at", "going_on", "retracted", "reason", "readings_every_s",
])  # fmt: skip
VALUES = st.text(max_size=30) | st.integers().map(str) | st.sampled_from(
    ["2026-11-21T08:00:00Z", "z1", "csv", "UTC", "1", "-1", "9" * 30, "true", "\x00", "＝1", "%00", "KW-1", "P9"]
)  # fmt: skip
KEYS = st.text(min_size=1, max_size=30) | st.sampled_from([
    "z1",
    "1",
    "KW-2",
    "f-c1",
    "0" * 36,
    "9" * 40,
    "..",
    "%2e%2e",
    "\x00",
    "a:b",
])
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)


def fill(schema: dict[str, Any], document: dict[str, Any], data: Any) -> Any:
    """A body that keeps most of the names of a schema, so that junk reaches the inside."""
    name = schema.get("$ref", "").rpartition("/")[2]
    fields = document["components"]["schemas"].get(name, schema).get("properties", {})
    examples = document["components"]["schemas"].get(name, {}).get("examples", [{}])[0]
    body = {
        field: data.draw(st.just(examples.get(field)) | JUNK) for field in fields if data.draw(st.booleans())
    }
    return data.draw(st.just({**examples, **body}) | st.just(body) | JUNK)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_input_makes_a_5xx(fuzzed_world: Any, data: Any) -> None:
    """Any operation, any key, query, header and body: an answer that is fine, or a problem that is the sender's."""
    document = fuzzed_world.app.openapi()
    path = data.draw(st.sampled_from(sorted(document["paths"])))
    method = data.draw(st.sampled_from(sorted(document["paths"][path])))
    url = path
    while "{" in url:
        key = data.draw(KEYS)
        url = (
            url[: url.index("{")]
            + "".join(f"%{byte:02x}" for byte in key.encode())
            + url[url.index("}") + 1 :]
        )
    if path.endswith(("/stream", "/submit")):
        return
    asked: dict[str, Any] = {"params": data.draw(st.dictionaries(NAMES, VALUES, max_size=5))}
    content = (
        document["paths"][path][method].get("requestBody", {}).get("content", {}).get("application/json")
    )
    if content:
        body = fill(content["schema"], document, data)
        asked["content"] = json.dumps(body).encode()
        asked["headers"] = {"Content-Type": "application/json"}
    for header in ("If-Match", "If-None-Match", "Idempotency-Key", "Accept-Language"):
        if data.draw(st.booleans()):
            asked.setdefault("headers", {})[header] = data.draw(HEADER)
    answer = fuzzed_world.ask(method.upper(), url, data.draw(st.sampled_from(["admin", "c1", "g1"])), **asked)
    assert answer.status_code < 500, (method, url, asked, answer.text)
    if answer.status_code >= 400:
        check(answer)
