"""Who suits a ticket, giving it to somebody, work, visits and duty over the API."""

from __future__ import annotations

from typing import Any

import pytest

from store import events

ENGINEER = {"role": "engineer", "phone": "+86 138 0013 8000", "skills": ["refrigeration"], "site": "depot"}


def fill(world: Any) -> None:
    """Two engineers, one of them away, a supervisor and a rota."""
    bodies = {
        "people/ann": ENGINEER | {"name": "Ann"}, "people/ben": ENGINEER | {"name": "Ben", "site": "own2"},
        "people/boss": {"name": "Boss", "role": "supervisor"}, "people/kim": {"role": "keeper", "site": "depot"},
        "people/vera": {"role": "viewer"},
        "shifts/kim": {"person": "kim", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "starts": "00:00", "ends": "00:00"},
        "absences/ben": {"person": "ben", "from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z"},
        "rotas/first": {"level": "first", "site": "depot", "people": ["ben", "ann"]},
    }  # fmt: skip
    for path, body in bodies.items():
        answer = world.put(f"/{path}", body)
        assert answer.status_code == 201, (path, answer.text)


def test_candidates_with_reasons_in_both_languages(world: Any) -> None:
    """Who would get it, by how many points of what, and why not the other."""
    fill(world)
    found = world.get("/tickets/1/candidates", "viewer").json()
    assert (found["would_go_to"], found["way"], found["assignee"]) == ("ann", "on_call", None)
    by = {one["person"]: one for one in found["candidates"]}
    assert (by["ann"]["chosen"], by["ann"]["why_not"]) == (True, None)
    assert (by["ben"]["why_not"], by["ben"]["said"].split(": ")[1]) == ("absent", "absent.")
    assert by["ann"]["score"] == pytest.approx(
        sum(t["value"] * t["weight"] for t in by["ann"]["terms"]), abs=0.01
    )
    chinese = world.get("/tickets/1/candidates", headers={"Accept-Language": "zh"})
    assert "值班" in chinese.json()["reasons"][0]
    assert chinese.headers["content-language"] == "zh"
    assert world.get("/tickets/999/candidates").status_code == 404


def test_a_supervisor_gives_a_ticket_to_somebody(world: Any) -> None:
    """The ticket has it, the event says who, why and how; what dispatch holds against it is answered."""
    fill(world)
    given = world.post("/tickets/1/assign", {"to": "ben", "reason": "He is back"}, "supervisor")
    assert given.status_code == 200, given.text
    body = given.json()
    assert (body["assignee"], body["against"]) == ("person:ben", "absent")
    assert "He is back" in body["reasons"][0]
    ticket = world.get("/tickets/1")
    assert (ticket.json()["assignee"], ticket.headers["etag"]) == ("person:ben", given.headers["etag"])
    with world.database.reading() as connection:
        told = [event for event in events.since(connection, 0, 10_000) if event.act == "assigned"]
    assert [(event.reason, event.new["assignee"], event.new["way"]) for event in told] == [
        ("He is back", "person:ben", "by_hand")
    ]
    load = {one["person"]: one for one in world.get("/workload").json()["people"]}
    assert load["ben"]["tickets"] == ["KW-000001"]
    assert load["ben"]["presence"] == "absent"


@pytest.mark.parametrize(("body", "status", "code"), [
    ({"to": "nobody", "reason": "x"}, 422, "unknown_reference"),
    ({"to": "vera", "reason": "x"}, 422, "may_not_work"),
    ({"to": "kim", "reason": "x"}, 422, "may_not_work"),
    ({"to": "ann", "reason": ""}, 422, "too_short"),
    ({"to": "ann"}, 422, "missing"),
])  # fmt: skip
def test_who_cannot_have_it(world: Any, body: dict[str, Any], status: int, code: str) -> None:
    """Somebody who exists, whose role works, for a reason."""
    fill(world)
    answer = world.post("/tickets/1/assign", body, "supervisor")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


def test_giving_is_for_supervisors_and_of_what_is_live(world: Any) -> None:
    """Not for engineers or viewers; not of an outdated version; not of what is done."""
    fill(world)
    body = {"to": "ann", "reason": "x"}
    for who in ("engineer", "quality", "viewer", "c1", "keeper"):
        assert world.post("/tickets/1/assign", body, who).status_code == 403
    assert world.post("/tickets/1/assign", body, headers={"If-Match": '"77"'}).status_code == 412
    assert world.post("/tickets/3/transitions", {"act": "cancel", "reason": "x"}).status_code == 200
    assert world.post("/tickets/3/assign", body).status_code == 409


def test_visits_and_workload(world: Any) -> None:
    """Two tickets of one person on one site are one visit; who has what is counted by person and team."""
    fill(world)
    for number in (1, 2):
        assert world.post(f"/tickets/{number}/assign", {"to": "ann", "reason": "near"}).status_code == 200
    found = world.get("/visits").json()["visits"]
    assert [(one["who"], sorted(one["tickets"]), one["sites"]) for one in found] == [
        ("person:ann", ["KW-000001", "KW-000002"], ["depot"])
    ]
    assert "2 tickets at depot in one visit" in found[0]["said"]
    load = world.get("/workload?days=3").json()
    assert load["unassigned"] == 1
    by = {one["person"]: one for one in load["people"]}
    assert sorted(one["on_call"] for one in load["people"]) == [[], [], [], ["first"]]
    assert set(by) == {"ann", "ben", "boss", "kim"}
    assert by["kim"]["shifts"] != []


def test_who_is_called(world: Any) -> None:
    """Level by level, at any time: who is away is skipped."""
    fill(world)
    now = world.get("/duty?site=depot").json()
    assert (now["keeper"], now["first"], now["second"], now["supervisor"]) == ("kim", "ann", None, "boss")
    later = {
        world.get(f"/duty?site=depot&at=2026-12-{day:02d}T12:00:00Z").json()["first"] for day in range(2, 16)
    }
    assert later == {"ann", "ben"}
    assert world.get("/duty?site=own2").json()["first"] is None
