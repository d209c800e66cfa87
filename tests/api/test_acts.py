"""What is changed over HTTP: versions, repetitions, the life of a ticket, keys, dead letters; each act on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from api import examples
from api.registry_wire import SHAPES, noun_of, shape_of
from ingest.nouns import DeadLetter
from tests.api.conftest import NOW, batch

TICKET = {"title": "Door", "description": "does not close", "subject": "zone:z1", "zone": "z1"}


def names(world: Any) -> dict[str, str]:
    """Name of a key → its principal."""
    return {
        row["name"]: f"key:{row['id']}" for row in world.get("/keys", params={"limit": 1000}).json()["items"]
    }


def said(sent: Any, again: Any) -> bool:
    """Whether an answer says all that was sent; times may come back in another zone, and more may be told."""
    if isinstance(sent, dict):
        return all(name in again and said(value, again[name]) for name, value in sent.items())
    if isinstance(sent, list):
        return all(said(*pair) for pair in zip(sent, again, strict=True))
    if isinstance(sent, str) and "T" in sent and sent[:4].isdigit():
        return datetime.fromisoformat(sent) == datetime.fromisoformat(again)
    return bool(sent == again)


@pytest.mark.parametrize("kind", SHAPES)
def test_an_object_survives_the_wire(kind: str) -> None:
    """What is sent becomes a noun and comes back as what was sent, times in UTC; nothing is lost or made up."""
    sent = examples.OBJECTS[kind]
    noun = noun_of(kind, "k", SHAPES[kind].model_validate(sent))
    again = shape_of(noun)
    assert (
        noun_of(kind, "k", SHAPES[kind].model_validate({k: v for k, v in again.items() if k != "key"}))
        == noun
    )
    assert said(sent, again)


def test_make_change_and_remove_with_versions(world: Any) -> None:
    """Each change names the version it was made for; the second of two that read the same one is refused."""
    made = world.put("/zones/z9", {"name": "one"}, params={"reason": "new hall"})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    first = world.put("/zones/z9", {"name": "two"}, headers={"If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    second = world.put("/zones/z9", {"name": "three"}, headers={"If-Match": '"1"'})
    assert second.status_code == 412
    assert world.get("/zones/z9").json()["name"] == "two"
    assert world.put("/zones/z9", {"name": "two"}, headers={"If-Match": '"2"'}).headers["etag"] == '"2"'
    assert world.ask("DELETE", "/api/v1/zones/z9", headers={"If-Match": '"1"'}).status_code == 412
    assert world.ask("DELETE", "/api/v1/zones/z9", headers={"If-Match": '"2"'}).status_code == 204
    assert world.get("/zones/z9").status_code == 404
    events = world.get("/events", params={"subject": "zone:z9"}).json()["items"]
    assert [(event["act"], event["reason"]) for event in events] == [
        ("created", "new hall"),
        ("changed", ""),
        ("removed", ""),
    ]
    assert {event["principal"] for event in events} == {names(world)["admin"]}


def test_two_numbers_of_another_system_are_not_one(world: Any) -> None:
    """A number that another object has is refused by name."""
    body = {"external_system": "erp", "external_number": "7"}
    assert world.put("/customers/a", body).status_code == 201
    assert world.put("/customers/b", body).json()["code"] == "key_taken"


def test_a_device_is_in_one_place(world: Any) -> None:
    """Placing it elsewhere is refused until it has left; ending the first placement lets it go."""
    body = {
        "subject_kind": "device",
        "subject": "p1",
        "place_kind": "zone",
        "place": "z2",
        "valid_from": "2026-11-21T09:30:00Z",
    }
    assert world.post("/placements", body).json()["code"] == "overlap"
    (first,) = world.get("/placements", params={"subject": "p1"}).json()["items"]
    ended = {k: first[k] for k in ("subject_kind", "subject", "place_kind", "place", "valid_from")} | {
        "valid_to": "2026-11-21T09:30:00Z"
    }
    changed = world.put(f"/placements/{first['id']}", ended, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    key = {"Idempotency-Key": "p"}
    made = [world.post("/placements", body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    at = world.get("/placements", params={"subject": "p1", "at": "2026-11-21T10:00:00Z"}).json()["items"]
    assert [row["place"] for row in at] == ["z2"]


def test_opened_once_however_often_it_is_sent(world: Any) -> None:
    """The same Idempotency-Key with the same request opens one ticket; with another request it is refused."""
    key = {"Idempotency-Key": "abc"}
    first = world.post("/tickets", TICKET, headers=key)
    again = world.post("/tickets", TICKET, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["location"] == f"/api/v1/tickets/{first.json()['number']}"
    assert (
        world.post("/tickets", TICKET | {"title": "Other"}, headers=key).json()["code"]
        == "idempotency_key_reused"
    )
    other = world.post("/tickets", TICKET, "engineer", headers=key)
    assert other.json()["number"] != first.json()["number"]
    number = first.json()["number"]
    for _ in range(2):
        assert (
            world.post(
                f"/tickets/{number}/comments", {"text": "hello"}, headers={"Idempotency-Key": "c"}
            ).status_code
            == 201
        )
    assert len(world.get(f"/tickets/{number}").json()["comments"]) == 1


def test_the_life_of_a_ticket(world: Any) -> None:
    """From an excursion to resolved: acts offered are acts possible, each with its version, all of it on record."""
    raised = world.get("/tickets/KW-000001").json()
    assert raised["state"] == "new"
    assert "accept" in raised["acts"]
    accepted = world.post(
        "/tickets/1/transitions",
        {"act": "accept"},
        "engineer",
        headers={"If-Match": f'"{raised["version"]}"'},
    )
    assert accepted.json()["assignee"] == names(world)["engineer"]
    stale = world.post(
        "/tickets/1/transitions", {"act": "start"}, "engineer", headers={"If-Match": f'"{raised["version"]}"'}
    )
    assert stale.json()["code"] == "changed_meanwhile"
    refused = world.post("/tickets/1/transitions", {"act": "hold"}, "engineer")
    assert (refused.json()["code"], refused.json()["refusal"]) == ("transition_refused", "reason_missing")
    assert world.post("/tickets/1/transitions", {"act": "start"}, "engineer").status_code == 200
    done = world.post(
        "/tickets/1/transitions", {"act": "resolve", "reason": "fan replaced"}, "engineer"
    ).json()
    assert (done["state"], done["live"], done["reason"]) == ("resolved", False, "fan replaced")
    assert [step["state"] for step in done["history"] if step["state"]] == ["new", "in_progress", "resolved"]
    assert world.post("/tickets/1/transitions", {"act": "start"}, "viewer").status_code == 403
    merged = world.post("/tickets/2/transitions", {"act": "merge", "into": "KW-000003"}, "engineer")
    assert merged.status_code == 200, merged.text


def test_a_ticket_explains_itself_in_both_languages(world: Any) -> None:
    """Title, reasons and deadline in the language asked for, times on the clocks of the place, findings beside."""
    english = world.get("/tickets/1", headers={"Accept-Language": "en"}).json()
    chinese = world.get("/tickets/1", headers={"Accept-Language": "zh"}).json()
    for field in ("title", "why", "deadline_why"):
        assert "" not in (english[field], chinese[field]), field
        assert english[field] != chinese[field], field
        assert "59" in english[field] or field == "deadline_why"
    assert english["opened_at"].endswith("+08:00")
    assert [finding["id"] for finding in english["findings"]] == ["f-c1"]
    assert (
        world.get("/tickets", headers={"Accept-Language": "zh"}).json()["items"][2]["title"]
        == chinese["title"]
    )


def test_filters_of_tickets(world: Any) -> None:
    """By state, kind, priority, zone and site."""

    def numbers(**asked: Any) -> list[str]:
        return [row["number"] for row in world.get("/tickets", params=asked).json()["items"]]

    assert numbers() == ["KW-000003", "KW-000002", "KW-000001"]
    assert numbers(kind="sensor") == ["KW-000003"]
    assert numbers(kind=["goods", "sensor"], site="depot") == ["KW-000003", "KW-000002", "KW-000001"]
    assert numbers(state="resolved") == []
    assert numbers(zone="z2") == []
    assert numbers(priority=["P4", "P5"]) == ["KW-000003"]
    assert world.get("/tickets", params={"priority": "P9"}).status_code == 422
    assert world.get("/tickets", params={"state": "nonsense"}).status_code == 422


def test_acknowledged_once(world: Any) -> None:
    """Acknowledging says who and why; again changes nothing; each person does so for himself; a viewer may not."""
    (alarm,) = world.get("/alarms", params={"active": True, "zone": "z1", "kind": "too_high"}).json()["items"]
    url = f"/alarms/{alarm['id']}/acknowledge"
    assert world.post(url, {"comment": ""}, "viewer").status_code == 403
    seen = world.post(
        url, {"comment": "on my way"}, "engineer", headers={"If-Match": f'"{alarm["version"]}"'}
    ).json()
    assert (seen["state"], seen["acked_by"]) == ("active_acked", names(world)["engineer"])
    assert world.post(url, {"comment": "me too"}, "admin").json()["acked_by"] == names(world)["engineer"]
    world.post(url, {"comment": "again"}, "engineer")
    told = [
        e["reason"]
        for e in world.get("/events", params={"subject": f"alarm:{alarm['cause']}"}).json()["items"]
        if e["act"] == "acknowledged"
    ]
    assert sorted(told) == ["me too", "on my way"]
    acks = world.get(f"/alarms/{alarm['id']}").json()["acks"]
    who = names(world)
    assert {(ack["principal"], ack["comment"]) for ack in acks} == {
        (who["admin"], "me too"),
        (who["engineer"], "on my way"),
    }


def test_a_key_is_shown_once_and_revoked_at_once(world: Any) -> None:
    """The secret is in the first answer only; revoked, it opens nothing from the next request on."""
    issued = world.post("/keys", {"name": "portal", "role": "customer", "customer": "c1"})
    assert issued.status_code == 201, issued.text
    secret, id = issued.json()["secret"], issued.json()["id"]
    assert secret not in world.get("/keys").text + world.get("/events", params={"limit": 1000}).text
    world.secrets["portal"] = secret
    assert world.get("/lots", "portal").status_code == 200
    assert world.get("/lots", None, headers={"X-API-Key": secret}).status_code == 200
    assert world.post(f"/keys/{id}/revoke", None).json()["revoked"] is not None
    assert world.get("/lots", "portal").status_code == 401
    assert world.post("/keys", {"name": "x", "role": "customer"}).json()["code"] == "invalid"
    assert (
        world.post("/keys", {"name": "x", "role": "customer", "customer": "none"}).json()["code"] == "invalid"
    )


def test_a_dead_letter_goes_on_its_topic_again(world: Any) -> None:
    """As it was kept or repaired, through the broker; nothing is lost when the broker is away; the act is on record."""
    letter = next(row for row in world.get("/dead-letters").json()["items"] if row["gateway"] == "g1")
    full = world.get(f"/dead-letters/{letter['id']}").json()
    assert (full["payload_text"], full["payload_base64"]) == ("{oops", "e29vcHM=")
    url = f"/dead-letters/{letter['id']}/submit"
    world.published.away = True
    assert world.post(url, {}).json()["code"] == "broker_away"
    world.published.away = False
    assert world.post(url, {}).status_code == 202
    assert world.post(url, {"payload_text": '{"temperature": 4}'}).json()["size_bytes"] == 18
    assert world.post(url, {"payload_base64": "!"}).json()["errors"][0]["code"] == "not_base64"
    assert world.published == [
        ("keepwell/v1/g1/telemetry", b"{oops"),
        ("keepwell/v1/g1/telemetry", b'{"temperature": 4}'),
    ]
    events = world.get("/events", params={"subject": f"dead_letter:{letter['id']}"}).json()["items"]
    assert [event["act"] for event in events] == ["submitted", "submitted"]


def test_the_ledger_says_whether_it_adds_up(world: Any) -> None:
    """g1's sums agree; g2 received a message of which nothing became known."""
    lines = {row["gateway"]: row for row in world.get("/ledger").json()["items"]}
    assert lines["g1"]["messages"] == {
        "received": 10,
        "decoded": 9,
        "rejected": [{"reason": "not_json", "n": 1}],
        "adds_up": True,
    }
    assert lines["g1"]["values"]["adds_up"] is True
    assert lines["g1"]["values"]["kept"] == lines["g1"]["values"]["received"] == 135
    assert lines["g2"]["messages"]["adds_up"] is False
    assert world.get("/ledger").json()["adds_up"] is False
    assert world.get("/ledger", "g1").json()["adds_up"] is True


def test_metrics_tell_of_the_data(world: Any) -> None:
    """Ledger, lag, open findings and tickets, and HTTP itself, in the text format of Prometheus."""
    world.get("/zones/z1")
    text = world.ask("GET", "/metrics").text
    for line in (
        'keepwell_ledger_total{reason="not_json",what="messages_rejected"} 1.0',
        'keepwell_position{stage="store"} 1.0',
        'keepwell_lag_batches{stage="store"} 2.0',
        'keepwell_findings_going_on{kind="too_high"} 1.0',
        'keepwell_tickets_live{priority="P2",state="new"} 2.0',
        'keepwell_http_requests_total{method="GET",route="/api/v1/zones/{key}",status="200"} 1.0',
    ):
        assert line in text, (line, text)
    assert world.secrets["admin"] not in text


def test_a_repaired_dead_letter_is_tried_before_it_is_submitted(world: Any) -> None:
    """As it was kept it would be refused again; repaired it would be kept; nothing is published, and nobody else may try."""
    letters = world.get("/dead-letters", headers={"Accept-Language": "zh"}).json()["items"]
    letter = next(row for row in letters if row["gateway"] == "g1")
    english = world.get(f"/dead-letters/{letter['id']}").json()
    assert letter["fix"]
    assert english["fix"]
    assert letter["fix"] != english["fix"]
    url = f"/dead-letters/{letter['id']}/trial"
    again = world.post(url, {}).json()
    assert ([row["reason"] for row in again["refuses"]], again["keeps"]) == (["not_json"], [])
    body = '{"device": "p1", "temperature": 68, "unit": {"temperature": "degF"}, "odd": "x"}'
    tried = world.post(url, {"payload_text": body}, "integrator").json()
    (kept,) = tried["keeps"]
    assert (kept["device"], kept["value"], kept["new_series"]) == ("g1/p1", 20.0, False)
    assert kept["said"] == {"value": 68.0, "unit": "degF"}
    assert [row["reason"] for row in tried["refuses"]] == ["wrong_type"]
    assert world.published == []
    assert world.get("/events", params={"subject": f"dead_letter:{letter['id']}"}).json()["items"] == []
    for who, status in (("viewer", 403), ("c1", 403), ("g1", 403)):
        assert world.post(url, {}, who).status_code == status
    other = next(row for row in letters if row["gateway"] == "g2")
    assert world.post(f"/dead-letters/{other['id']}/trial", {}).json()["code"] == "truncated"


def test_a_dead_letter_is_tried_with_the_mappings_in_force(world: Any) -> None:
    """What no mapping read then is read by the one switched on since."""
    letter = DeadLetter(NOW, "-", "plant/g1/climate", "bad_topic", "", b'{"t": 21.5}', 11)
    world.store.apply([(world.reader.position() + 1, batch([], dead_letters=[letter]))])
    id = next(row["id"] for row in world.get("/dead-letters").json()["items"] if row["gateway"] == "-")
    assert world.post(f"/dead-letters/{id}/trial", {}).json()["refuses"][0]["reason"] == "bad_topic"
    mapping = 'format = 1\nkey = "plant"\n[[message]]\ntopic = "plant/{gateway}/climate"\ngateway = "{gateway}"\nvalues = { t = "temperature" }\n'
    assert world.put("/mappings/plant", {"toml": mapping}).status_code in {200, 201}
    switched = world.post("/mappings/plant/on", {}, params={"reason": "try"})
    assert switched.status_code == 200, switched.text
    tried = world.post(f"/dead-letters/{id}/trial", {}).json()
    assert [(row["device"], row["value"]) for row in tried["keeps"]] == [("g1", 21.5)]
