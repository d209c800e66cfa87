"""Mappings over HTTP: ready-made ones, versions, trials pasted and live, faults in both languages, who may."""

from __future__ import annotations

import copy
import json
from base64 import b64encode
from typing import Any

import pytest

from api.services import Heard
from ingest.mapping.shipped import shipped
from store.repositories.mappings import MappingRepository

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "key": "plant",
    "title": {"en": "Plant", "zh": "厂区"},
    "message": [{
        "topic": "plant/{hall}/climate", "gateway": "{hall}", "device": "{@.id}",
        "time": {"at": "at", "zone": "Asia/Shanghai"},
        "values": {"{q}": "{q}"}, "others": "keep",
    }],
}  # fmt: skip
SAID = {"id": "p1", "at": "2026-11-21 16:00:00", "temp": 21.5, "hum": "61", "humidity_raw": 999, "note": "ok"}
WHY = {"reason": "on site"}


def paste(payload: object, **more: Any) -> dict[str, Any]:
    """The body of a trial with a pasted message."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return {"document": DOCUMENT, "topic": "plant/g1/climate", "payload_text": text} | more


def test_every_ready_made_mapping_can_be_read_and_kept(world: Any) -> None:
    """Listed with what it asks for, in both languages; taken over as it is with its settings filled in."""
    listed = world.get("/mappings/ready", "integrator").json()["items"]
    chinese = world.get("/mappings/ready", headers={"Accept-Language": "zh"}).json()["items"]
    assert {row["key"] for row in listed} == set(shipped())
    assert {row["title"] for row in chinese} - {row["title"] for row in listed}
    fill = {"time_zone": "Asia/Shanghai", "gateway": "gw-1", "topic": "x", "text": "x", "number": 1}
    for row in listed:
        assert row["title"]
        full = world.get(f"/mappings/ready/{row['key']}").json()
        assert full["document"] == shipped()[row["key"]]
        settings = {s["name"]: fill[s["kind"]] for s in row["settings"] if s["default"] is None}
        made = world.put(
            f"/mappings/my-{row['key']}", {"ready": row["key"], "settings": settings}, "integrator"
        )
        assert made.status_code == 201, made.text
        assert made.json()["versions"][0]["ready"] == row["key"]
    assert len(world.get("/mappings").json()["items"]) == len(listed)


def test_versions_are_made_switched_and_never_changed(world: Any) -> None:
    """A draft; its second version; on, another version on, off; the same again changes nothing."""
    made = world.put("/mappings/plant", {"document": DOCUMENT}, "engineer", params={"reason": "first"})
    assert (made.status_code, made.json()["state"], made.json()["latest"]) == (201, "draft", 1)
    assert world.put("/mappings/plant", {"document": DOCUMENT}).status_code == 428
    same = world.put("/mappings/plant", {"document": DOCUMENT}, headers={"If-Match": made.headers["etag"]})
    assert (same.status_code, same.json()["latest"]) == (200, 1)

    on = world.post("/mappings/plant/on", {}, params=WHY).json()
    assert (on["state"], on["active"], on["topics"]) == ("active", 1, ["plant/+/climate"])
    toml = 'format = 1\nkey = "other"\n[[message]]\ntopic = "farm/x"\nvalues = { t = "temperature" }\n'
    second = world.put("/mappings/plant", {"toml": toml}, headers={"If-Match": "*"}).json()
    assert (second["active"], second["latest"], second["topics"]) == (1, 2, ["farm/x"])
    assert second["key"] == "plant"
    assert world.post("/mappings/plant/on", {"version": 2}, params=WHY).json()["active"] == 2
    assert world.post("/mappings/plant/on", {"version": 3}, params=WHY).status_code == 422
    stale = world.post("/mappings/plant/off", None, params=WHY, headers={"If-Match": made.headers["etag"]})
    assert stale.status_code == 412
    for _ in range(2):
        off = world.post("/mappings/plant/off", None, params=WHY).json()
        assert (off["state"], off["active"]) == ("off", None)

    assert world.get("/mappings/plant/versions/1").json()["document"] == DOCUMENT
    assert world.get("/mappings/plant/versions/3").status_code == 404
    other = copy.deepcopy(DOCUMENT) | {"key": "wide", "title": "wide"}
    other["message"][0]["topic"] = "farm/{hall}"
    world.put("/mappings/wide", {"document": other})
    world.post("/mappings/wide/on", {}, params=WHY)
    assert world.get("/mappings/plant").json()["overlaps"] == ["wide"]

    events = [e for e in world.get("/events?limit=500").json()["items"] if e["subject"] == "mapping:plant"]
    assert [e["act"] for e in events] == ["created", "switched_on", "changed", "switched_on", "switched_off"]
    assert events[0]["reason"] == "first"
    with world.database.reading() as connection:
        assert len(MappingRepository(connection).versions("plant")) == 2


def test_a_trial_says_what_would_be_kept_and_refused(world: Any) -> None:
    """Value by value, in the series it would go to, with reasons in the asker's language; and keeps nothing."""
    answer = world.post("/mappings/trial", paste(SAID), "integrator", headers={"Accept-Language": "zh"})
    (message,) = answer.json()["messages"]
    assert (answer.json()["mapping"], answer.json()["topics"]) == ("plant", ["plant/+/climate"])
    kept = {row["quantity"]: row for row in message["keeps"]}
    assert kept["temperature"] == {
        "device": "g1/p1", "quantity": "temperature", "value": 21.5, "unit": "°C", "time": "2026-11-21T08:00:00Z",
        "flags": [], "new_series": False, "known_quantity": True, "said": None,
    }  # fmt: skip
    assert (kept["humidity_raw"]["new_series"], kept["humidity_raw"]["known_quantity"]) == (True, False)
    (refused,) = message["refuses"]
    assert (refused["reason"], refused["values"]) == ("text_number", 1)
    assert refused["detail"].startswith("$.hum:")
    assert refused["message"].endswith("。")

    for topic, payload, reason in (("x/y", "1", "bad_topic"), ("plant/g1/climate", "{", "not_json")):
        tried = world.post("/mappings/trial", paste(payload, topic=topic)).json()["messages"][0]
        assert ([r["reason"] for r in tried["refuses"]], tried["keeps"]) == ([reason], [])
    sentinel = world.post("/mappings/trial", paste({"temp": -127})).json()["messages"][0]
    assert [r["reason"] for r in sentinel["refuses"]] == ["no_name"]
    sentinel = world.post("/mappings/trial", paste({"id": "a", "temp": -127})).json()["messages"][0]
    assert sentinel["keeps"][0]["flags"] == ["no_time", "sentinel"]
    assert world.get("/mappings").json()["items"] == []


def test_a_trial_takes_bytes_and_a_kept_mapping(world: Any) -> None:
    """Base64 for what is no text; a key stands for the newest version; nothing, or two of them, is refused."""
    world.put("/mappings/plant", {"document": DOCUMENT})
    raw = {"topic": "plant/g1/climate", "payload_base64": b64encode(b"\xff\x00").decode()}
    (message,) = world.post("/mappings/trial", {"key": "plant"} | raw).json()["messages"]
    assert ([r["reason"] for r in message["refuses"]], message["payload_text"]) == (["not_utf8"], None)
    assert world.post("/mappings/trial", {"key": "none"} | raw).status_code == 404
    wrong: list[tuple[dict[str, Any], str]] = [
        (raw, "mapping.one_source"),
        ({"key": "plant", "document": DOCUMENT} | raw, "mapping.one_source"),
        ({"document": DOCUMENT, "ready": "tasmota"} | raw, "mapping.one_source"),
        ({"ready": "no-such"} | raw, "mapping.no_such_ready"),
        ({"key": "plant", "topic": "a"}, "mapping.message_or_live"),
        ({"key": "plant", "live": True} | raw, "mapping.message_or_live"),
        ({"key": "plant", "topic": "a", "payload_base64": "?"}, "not_base64"),
    ]
    for body, code in wrong:
        answer = world.post("/mappings/trial", body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


def test_a_live_trial_listens_and_says_why_it_cannot(world: Any) -> None:
    """What comes is tried; what a broker retained is told apart; a broker that refuses or is away is a problem."""
    payload = json.dumps({"id": "a", "temp": 4}).encode()
    world.on_air += [Heard("plant/g1/climate", payload, world.now_us, retained) for retained in (True, False)]
    live = {"document": DOCUMENT, "live": True, "messages": 2, "seconds": 1}
    messages = world.post("/mappings/trial", live).json()["messages"]
    assert [m["retained"] for m in messages] == [True, False]
    assert [[r["reason"] for r in m["refuses"]] for m in messages] == [["retained"], []]
    assert messages[1]["keeps"][0]["flags"] == ["no_time"]
    for trouble, code in (
        (PermissionError(), "topics_refused"), (ConnectionError(), "broker_away"), (BlockingIOError(), "busy"),
    ):  # fmt: skip
        world.on_air.trouble = trouble
        assert world.post("/mappings/trial", live).json()["code"] == code


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bad_mappings_are_told_by_place_in_both_languages(world: Any, lang: str) -> None:
    """All faults at once, each with its place and what to do."""
    document = copy.deepcopy(DOCUMENT)
    document["message"][0] |= {
        "gateway": "{hal}",
        "others": "maybe",
        "values": {"t": {"quantity": "temperature", "unit": "mV"}},
    }
    answer = world.put("/mappings/plant", {"document": document}, headers={"Accept-Language": lang})
    assert answer.status_code == 422
    errors = {error["location"]: error for error in answer.json()["errors"]}
    assert {place: error["code"] for place, error in errors.items()} == {
        "body/document/message[1].gateway": "mapping.no_such_capture",
        "body/document/message[1].others": "mapping.not_one_of",
        "body/document/message[1].values.t.unit": "mapping.bad_unit",
    }
    sentence = errors["body/document/message[1].gateway"]["message"]
    assert sentence == (
        "Nothing captures hal here. Known are: hall."
        if lang == "en"
        else "此处没有名为 hal 的捕获。已知的有：hall。"
    )
    broken = world.put("/mappings/plant", {"toml": "a = = b"}, headers={"Accept-Language": lang})
    assert broken.json()["errors"][0]["code"] == "mapping.syntax"
    assert world.get("/mappings/plant").status_code == 404


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [("admin", 200, 201), ("engineer", 200, 201), ("integrator", 200, 201), ("supervisor", 200, 201),
     ("viewer", 200, 403), ("c1", 403, 403), ("g1", 403, 403), (None, 401, 401)],
)  # fmt: skip
def test_who_may(world: Any, who: str | None, reads: int, writes: int) -> None:
    """Integrators, engineers, supervisors and administrators write, try and switch; customers and gateways do not even read."""
    assert world.get("/mappings", who).status_code == reads
    assert world.get("/mappings/ready", who).status_code == reads
    assert world.put("/mappings/plant", {"document": DOCUMENT}, who).status_code == writes
    tried = world.post("/mappings/trial", paste(SAID), who).status_code
    switched = world.post("/mappings/plant/on", {}, who, params=WHY).status_code
    assert (tried, switched) == ((200, 200) if writes == 201 else (writes, writes))
