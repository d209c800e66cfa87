"""Inbound hooks over HTTP: with their secret alone, one live ticket per thing, nothing half done."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.hook_reports import mapping_of, received
from notify.webhooks import signing
from store.repositories import hooks
from tests.tickets.test_hooks import ALERTMANAGER
from tickets.hooks import read

MINUTE = 60_000_000


@pytest.fixture
def hook(world: Any) -> Any:
    """A hook of Alertmanager's, and a way to report by it."""
    return made(world, "am", preset="alertmanager", zone="z1", kind="equipment")


def made(world: Any, key: str, **more: Any) -> Any:
    """A new hook: a call reports by it."""
    answer = world.post("/inbound-hooks", {"key": key, "name": f"The {key}", **more})
    assert answer.status_code == 201, answer.text
    secret = answer.json()["secret"]

    def report(body: Any, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return world.ask(
            "POST",
            f"/api/v1/hooks/{key}",
            None,
            content=raw,
            headers={"Authorization": f"Bearer {secret}"} | headers,
        )

    report.secret = secret  # type: ignore[attr-defined]
    return report


def tickets(world: Any) -> list[dict[str, Any]]:
    """Tickets that hooks opened, the newest first."""
    rows = world.get("/tickets").json()["items"]
    return [row for row in rows if (row["opened_by"] or "").startswith("hook:")]


def test_firing_repeated_resolved_and_again(world: Any, hook: Any) -> None:
    """One ticket while it lives; a note per repetition; over: a note; again: a comment on it, or after its end a new one."""
    first = hook(ALERTMANAGER)
    assert (first.status_code, first.json()["did"]) == (201, "opened")
    number = first.json()["ticket"]
    ticket = world.get(f"/tickets/{number}").json()
    assert (ticket["title"], ticket["priority"], ticket["zone"], ticket["kind"]) == (
        "Cold room 1 is warm",
        "P1",
        "z1",
        "equipment",
    )
    assert hook(ALERTMANAGER).json() == {"did": "repeated", "ticket": number}
    world.now_us += 11 * MINUTE
    assert hook(ALERTMANAGER).json() == {"did": "commented", "ticket": number}
    over = {**ALERTMANAGER, "status": "resolved"}
    world.now_us += MINUTE
    assert hook(over).json() == {"did": "commented", "ticket": number}
    notes = [
        c["text"]
        for c in world.get(f"/tickets/{number}", headers={"Accept-Language": "zh"}).json()["comments"]
    ]
    assert notes == ["The am 再次上报：Cold room 1 is warm", "The am 报告已结束：Cold room 1 is warm"]
    assert world.get(f"/tickets/{number}").json()["state"] == "new"
    world.post(f"/tickets/{number}/transitions", {"act": "resolve"}, "engineer")
    world.now_us += 11 * MINUTE
    assert hook(over).json() == {"did": "ignored", "ticket": number}
    again = hook(ALERTMANAGER)
    assert (again.status_code, again.json()["did"]) == (201, "opened")
    assert again.json()["ticket"] != number


def test_a_hook_may_resolve(world: Any) -> None:
    """If it is made so; one that was never reported is no ticket."""
    report = made(world, "plain", preset="plain", resolves="resolve")
    assert report({"title": "a", "status": "ok"}).json() == {"did": "ignored", "ticket": None}
    number = report({"title": "a"}).json()["ticket"]
    assert report({"title": "a", "status": "OK"}).json() == {"did": "resolved", "ticket": number}
    assert world.get(f"/tickets/{number}").json()["state"] == "resolved"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"X-Hook-Token": "whsec_"}, {"Authorization": "Basic x"}, {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}])  # fmt: skip
def test_without_the_secret_nothing(world: Any, hook: Any, headers: dict[str, str]) -> None:
    """401 alike for a wrong secret, a hook that is not there, and one that is switched off; a key opens none."""

    def ask(key: str) -> Any:
        return world.ask("POST", f"/api/v1/hooks/{key}", None, json=ALERTMANAGER, headers=headers)

    wrong, absent = ask("am"), ask("nothing")
    assert (wrong.status_code, absent.status_code) == (401, 401)
    assert {**wrong.json(), "instance": ""} == {**absent.json(), "instance": ""}
    assert world.ask("POST", "/api/v1/hooks/am", "admin", json=ALERTMANAGER).status_code == 401
    off = {"name": "off", "preset": "plain", "enabled": False}
    assert world.put("/inbound-hooks/am", off, headers={"If-Match": "*"}).status_code == 200
    assert hook(ALERTMANAGER).status_code == 401
    assert tickets(world) == []


def test_a_signed_report_needs_no_token(world: Any, hook: Any) -> None:
    """Signed as Standard Webhooks has it: taken once, refused with another body or after five minutes."""
    body = json.dumps(ALERTMANAGER).encode()
    signed = signing.headers([hook.secret], "msg_1", body, world.now_us)
    assert hook(body, Authorization="", **signed).status_code == 201
    assert hook(body + b" ", Authorization="", **signed).status_code == 401
    world.now_us += 6 * MINUTE
    assert hook(body, Authorization="", **signed).status_code == 401
    assert hook(body, **{"Authorization": "", "X-Hook-Token": hook.secret}).status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "location"),
    [(b"{oops", "malformed", None), (b"", "malformed", None), (b"\xff", "malformed", None), (b"[" * 100_000, "malformed", None),
     (b"[]", "invalid", "body"), (b"{}", "invalid", "body/groupKey"),
     (json.dumps({**ALERTMANAGER, "groupKey": {}}).encode(), "invalid", "body/groupKey"),
     (json.dumps({**ALERTMANAGER, "commonAnnotations": {"summary": ["x"]}}).encode(), "invalid", "body/commonAnnotations/summary")],
)  # fmt: skip
def test_a_bad_body_is_a_problem_that_names_it(
    world: Any, hook: Any, body: bytes, code: str, location: str | None
) -> None:
    """And nothing of it is kept."""
    before = world.get("/events?limit=1000").json()
    answer = hook(body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert [fault["location"] for fault in answer.json().get("errors", [])] == (
        [location] if location else []
    )
    assert world.get("/events?limit=1000").json() == before


def test_twenty_at_once_are_one_ticket(world: Any) -> None:
    """The same thing reported in twenty words at the same moment: one ticket, nineteen notes."""
    report = made(world, "plain", preset="plain")
    services, state = world.services(), world.app.state.keepwell
    ownership = world.loop.run_until_complete(state.ownership())
    assert report.secret

    def one(n: int) -> str:
        with world.database.writing() as connection:
            hook = hooks.get(connection, "plain")
            assert hook is not None
            said = read(mapping_of(hook), {"title": f"words {n}", "key": "same"})
            return str(received(connection, services, ownership, hook, said, str(n)).did)

    with ThreadPoolExecutor(20) as pool:
        did = sorted(pool.map(one, range(20)))
    assert did == ["commented"] * 19 + ["opened"]
    assert len(tickets(world)) == 1


def test_a_report_says_what_it_is_about(world: Any) -> None:
    """A subject that the registry knows is used; an unknown one, or somebody's goods, is not."""
    report = made(world, "plain", preset="plain")
    for n, (subject, expected) in enumerate([("zone:z2", "zone:z2"), ("equipment:ac1", "equipment:ac1"), ("zone:nowhere", "hook:plain"), ("lot:l1", "hook:plain"), ("customer:c1", "hook:plain"), ("x", "hook:plain")]):  # fmt: skip
        report({"title": f"t{n}", "subject": subject})
        assert tickets(world)[0]["subject"] == expected


def test_a_customers_hook_opens_its_tickets(world: Any) -> None:
    """They are that customer's own words: seen by it, and not by another."""
    report = made(world, "portal", preset="plain", kind="customer", customer="c1", zone="z1")
    number = report({"title": "It drips"}).json()["ticket"]
    assert world.get(f"/tickets/{number}", "c1").json()["state"] == "reported"
    assert world.get(f"/tickets/{number}", "c2").status_code == 404


def test_a_mapping_of_ones_own(world: Any) -> None:
    """Paths and fallbacks; a wrong path is refused when it is written, with its place."""
    mapping = {
        "title": {"paths": ["/what.happened"]}, "dedupe": {"paths": ["device.id"]}, "priority": {"paths": ["level"]},
        "priorities": {"red": "P1"}, "status": {"paths": ["open"]}, "resolved": ["false"],
    }  # fmt: skip
    report = made(world, "own", mapping=mapping, resolves="resolve")
    body = {"what.happened": "Pump stopped", "device": {"id": 7}, "level": "red", "open": True}
    number = report(body).json()["ticket"]
    assert world.get(f"/tickets/{number}").json()["priority"] == "P1"
    assert report({**body, "open": False}).json()["did"] == "resolved"
    wrong = {"key": "w", "name": "w", "mapping": {**mapping, "title": {"paths": ["a", "b..c"]}}}
    answer = world.post("/inbound-hooks", wrong)
    assert answer.json()["errors"][0]["location"] == "body/mapping/title/paths/1"
    assert world.post("/inbound-hooks", {"key": "w", "name": "w"}).status_code == 422
    assert (
        world.post("/inbound-hooks", {"key": "own", "name": "w", "preset": "plain"}).json()["code"]
        == "key_taken"
    )
    assert (
        world.post("/inbound-hooks", {"key": "w", "name": "w", "preset": "plain", "zone": "no"}).status_code
        == 422
    )


def test_hooks_are_managed_like_everything(world: Any, hook: Any) -> None:
    """Listed without secrets, rotated at once, forgotten with their reports; tickets stay."""
    number = hook(ALERTMANAGER).json()["ticket"]
    assert "whsec_" not in world.get("/inbound-hooks").text + world.get("/events?limit=1000").text
    new = world.post("/inbound-hooks/am/rotate", None).json()["secret"]
    assert hook(ALERTMANAGER).status_code == 401
    assert hook(ALERTMANAGER, Authorization=f"Bearer {new}").status_code == 200
    assert world.ask("DELETE", "/api/v1/inbound-hooks/am", headers={"If-Match": "*"}).status_code == 204
    assert world.get("/inbound-hooks/am").status_code == 404
    assert world.get(f"/tickets/{number}").status_code == 200
