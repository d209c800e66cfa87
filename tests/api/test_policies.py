"""Policies, calendars and clocks over HTTP: put in, tried, refused by name; the ticket explains its due dates."""

from __future__ import annotations

from typing import Any

import pytest

RULES: dict[str, Any] = {
    "promise": [{"name": "all", "calendar": "always", "first_response": "1 h", "resolution": "4 h"}],
    "compensation": [{
        "name": "late", "kind": "customer", "measure": "resolution", "rate_percent": 5, "cap_percent": 30, "grace": "0 s",
    }],
}  # fmt: skip
NEW = {"version": "mine", "reason": "contracts", "document": RULES}
HOUR = 3_600_000_000


def ago(world: Any, hours: float) -> None:
    """Turn the clock on."""
    world.now_us += round(hours * HOUR)


def test_a_version_is_put_in_listed_and_read(world: Any) -> None:
    """It is in force at once, names who put it in and why, and what it leaves out is as shipped."""
    made = world.post("/policies", NEW, "supervisor")
    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/v1/policies/mine"
    rows = world.get("/policies", "viewer").json()["items"]
    assert [(row["version"], row["in_force"], row["shipped"], row["reason"]) for row in rows] == [
        ("mine", True, False, "contracts"), ("2026-11", False, True, ""),
    ]  # fmt: skip
    full = world.get("/policies/mine").json()
    assert full["document"]["promise"] == RULES["promise"]
    assert full["document"]["grades"] == ["A", "B", "C"]
    assert world.get("/policies/none").status_code == 404
    assert world.post("/policies", NEW, "supervisor").json()["code"] == "key_taken"


@pytest.mark.parametrize(
    ("document", "where", "says"),
    [
        ({"promise": [{"name": "x", "resolution": "soon"}]}, "body/document/promise/0/resolution", "soon"),
        ({"promise": [{"name": "x", "calendar": "moon", "resolution": "1 h"}]}, "body/document/promise/0/calendar", "moon"),
        ({"promis": []}, "body/document/promis", "unknown field"),
        ({"promise": [{"name": "x", "resolution": "1 h"}, {"name": "y", "resolution": "2 h"}]}, "body/document/promise/1", "'x' and 'y'"),
        ({"calendar": [{"name": "c", "shifts": ["mon 25:00-26:00"]}]}, "body/document/calendar/0/shifts", "25:00"),
        ({"priority": 7}, "body/document/priority", "table"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_place(world: Any, document: Any, where: str, says: str) -> None:
    """Whoever writes a policy learns which field it is, and nothing is kept."""
    answer = world.post("/policies", {**NEW, "document": document})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["location"], fault["code"]) == (where, "bad_policy")
    assert says in fault["message"]
    assert len(world.get("/policies").json()["items"]) == 1


def test_a_policy_cannot_hold_in_the_past(world: Any) -> None:
    """What was judged stays judged."""
    answer = world.post("/policies", {**NEW, "valid_from": "2020-01-01T00:00:00Z"})
    assert answer.json()["errors"][0]["location"] == "body/valid_from"


def test_only_who_leads_writes_policies(world: Any) -> None:
    """Engineers read what they are held to; customers see what they were promised on their tickets."""
    assert world.post("/policies", NEW, "engineer").status_code == 403
    assert world.get("/policies", "engineer").status_code == 200
    assert world.get("/policies", "c1").status_code == 403


def test_templates_can_be_sent_as_they_are(world: Any) -> None:
    """Each one is a whole version with the shipped rest, and reads as TOML too."""
    for template in world.get("/policies/templates").json()["items"]:
        answer = world.post(
            "/policies", {"version": template["name"], "reason": "try", "document": template["document"]}
        )
        assert answer.status_code == 201, (template["name"], answer.text)
        assert template["toml"].startswith("#")


def test_trying_explains_step_by_step(world: Any) -> None:
    """Before anybody is promised anything: what would be due, over the national holiday, in Chinese."""
    body = {"grade": "B", "opened": "2026-09-30T17:00:00+08:00"}
    answer = world.ask("POST", "/api/v1/policies/try", json=body, headers={"Accept-Language": "zh"}).json()
    found = {clock["name"]: clock for clock in answer["clocks"]}
    assert found["promise:first_response"]["due"] == "2026-10-08T12:00:00+08:00"
    assert any("法定节假日" in step for step in found["promise:first_response"]["steps"])
    other = world.post("/policies/try", {**body, "document": RULES}).json()
    assert {c["name"]: c["due"] for c in other["clocks"]}["promise:resolution"] == "2026-09-30T21:00:00+08:00"
    assert world.post("/policies/try", {"document": {"promise": 7}}).status_code == 422
    assert world.post("/policies/try", {"time_zone": "Mars/Olympus"}).status_code == 422


def test_a_calendar_is_shown_before_it_is_trusted(world: Any) -> None:
    """Free days, the Saturday worked for them, and a year not announced yet."""
    asked = {"from": "2026-10-07T00:00:00+08:00", "to": "2026-10-11T00:00:00+08:00"}
    view = world.get("/calendars/office/preview", params=asked).json()
    assert [(day["date"], day["worked"], day["reason"]) for day in view["days"][:4]] == [
        ("2026-10-07", False, "holiday"), ("2026-10-08", True, "weekly"), ("2026-10-09", True, "weekly"),
        ("2026-10-10", True, "make_up"),
    ]  # fmt: skip
    assert (view["spans"][0]["start"], view["working_s"]) == ("2026-10-08T08:30:00+08:00", 3 * 7.5 * 3600)
    later = {"from": "2027-02-01T00:00:00+08:00", "to": "2027-02-03T00:00:00+08:00"}
    assert world.get("/calendars/office/preview", params=later).json()["provisional_years"] == [2027]
    assert world.get("/calendars/always/preview", params=asked).json()["working_s"] == 4 * 86400
    assert world.get("/calendars/none/preview", params=asked).status_code == 404
    for wrong in ({"to": "2026-10-01T00:00:00Z"}, {"to": "2029-10-01T00:00:00Z"}, {"time_zone": "x"}):
        assert world.get("/calendars/office/preview", params=asked | wrong).status_code == 422


def reported(world: Any) -> str:
    """A customer's report about its lot."""
    body = {"title": "Late", "description": "where is it?", "subject": "lot:l1"}
    number: str = world.post("/tickets", body, "c1").json()["number"]
    return number


def test_a_ticket_shows_its_clocks_to_each_what_concerns_them(world: Any) -> None:
    """Staff read promise and target with all steps; the customer what was promised, and nothing of ours."""
    world.post("/policies", NEW)
    number = reported(world)
    ours = world.get(f"/tickets/{number}", "engineer").json()["clocks"]
    theirs = world.get(f"/tickets/{number}", "c1").json()["clocks"]
    assert {clock["side"] for clock in ours["clocks"]} == {"promise", "target"}
    assert {clock["side"] for clock in theirs["clocks"]} == {"promise"}
    assert all(clock["steps"] for clock in ours["clocks"])
    resolution = next(clock for clock in theirs["clocks"] if clock["measure"] == "resolution")
    assert (resolution["state"], resolution["allowed_s"], resolution["policy"]) == (
        "running",
        4 * 3600,
        "mine",
    )
    assert ours["act_by"] is not None
    assert theirs["priority_why"] == []


def test_compensation_is_decided_once_by_a_supervisor(world: Any) -> None:
    """Nothing to decide while it grows; then once, with a reason; it is on the ticket and in the log, not for the customer."""
    etag = world.get("/lots/l1").headers["etag"]
    lot = {"customer": "c1", "product": "lead", "amount": "100000.00", "currency": "CNY"}
    assert world.put("/lots/l1", lot, headers={"If-Match": etag}).status_code == 200
    world.post("/policies", NEW)
    number = reported(world)
    body = {"decision": "approve", "reason": "they waited"}
    assert world.post(f"/tickets/{number}/compensation", body, "engineer").status_code == 403
    answer = world.post(f"/tickets/{number}/compensation", body, "supervisor")
    assert (answer.status_code, answer.json()["refusal"]) == (409, "nothing_proposed")
    ago(world, 6.5)
    assert (
        world.post(f"/tickets/{number}/compensation", body, "supervisor").json()["refusal"] == "still_growing"
    )
    assert world.post(f"/tickets/{number}/transitions", {"act": "resolve"}, "engineer").status_code == 200
    proposal = world.get(f"/tickets/{number}", "supervisor").json()["clocks"]["compensation"]
    assert (proposal["hours_late"], proposal["amounts"], proposal["decision"]) == (
        3,
        {"CNY": "15000.00"},
        None,
    )
    assert world.get(f"/tickets/{number}", "c1").json()["clocks"]["compensation"] is None
    done = world.post(f"/tickets/{number}/compensation", body, "supervisor")
    assert (done.status_code, done.json()["decision"], done.json()["reason"]) == (
        200,
        "approve",
        "they waited",
    )
    assert (
        world.post(f"/tickets/{number}/compensation", body, "supervisor").json()["refusal"]
        == "already_decided"
    )
    history = world.get(f"/tickets/{number}", "supervisor").json()["history"]
    assert [step["act"] for step in history][-1] == "compensation_approved"
    assert world.post("/tickets/99999/compensation", body, "supervisor").status_code == 404
