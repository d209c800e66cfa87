"""Tickets, many at a time: lists for work, counts, bulk acts, and the table of states over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import HOUR, NOW
from tests.api.test_acts import names
from tests.api.test_loop import do, events, opened, refusal
from tickets.nouns import TicketState
from tickets.states import TABLE


def test_no_answer_is_counted_apart(world: Any) -> None:
    """Closed without the customer's word: a filter and a count find it, and a reopening takes it back."""
    number = opened(world)
    do(world, number, "resolve")
    assert refusal(world, number, "close_unanswered", reason="silent") == "not_this_role"
    do(world, number, "close_unanswered", "supervisor", reason="silent for a week")
    for who in ("viewer", "c1"):
        assert world.get("/tickets/counts", who).json()["unconfirmed"] == 1
        found = world.get("/tickets", who, params={"unconfirmed": True}).json()["items"]
        assert [row["number"] for row in found] == [number]
    assert world.get("/tickets/counts", "c2").json()["unconfirmed"] == 0
    do(world, number, "reopen", "c1", reason="not dry")
    assert world.get("/tickets/counts").json()["unconfirmed"] == 0


def test_many_at_once_each_by_itself(world: Any) -> None:
    """What can be done is done, what cannot says why, twice named is done once, and the same request again does nothing."""
    body = {"numbers": ["KW-000001", "1", "2", "99"], "act": "cancel", "reason": "drill"}
    do(world, "2", "resolve")
    key = {"Idempotency-Key": "many"}
    first = world.post("/tickets/bulk", body, "engineer", headers=key)
    assert first.status_code == 200, first.text
    rows = [
        (row["number"], row["state"], (row["problem"] or {}).get("refusal")) for row in first.json()["items"]
    ]
    assert rows == [
        ("KW-000001", "cancelled", None), ("KW-000002", None, "not_from_here"), ("KW-000099", None, None)
    ]  # fmt: skip
    assert [row["problem"]["status"] for row in first.json()["items"] if row["problem"]] == [409, 404]
    before = len(events(world, "1"))
    assert world.post("/tickets/bulk", body, "engineer", headers=key).json() == first.json()
    assert len(events(world, "1")) == before
    assert world.post("/tickets/bulk", body | {"numbers": []}, "engineer").status_code == 422
    assert world.post("/tickets/bulk", body | {"numbers": ["1"] * 201}, "engineer").status_code == 422
    assert world.post("/tickets/bulk", body, "viewer").status_code == 403


def test_many_at_once_are_ones_own(world: Any) -> None:
    """Foreign tickets in a customer's list are not found, exactly as those that do not exist."""
    own, foreign = opened(world), opened(world, "c2", subject="lot:l2")
    for number in (own, foreign):
        do(world, number, "resolve")
    result = world.post("/tickets/bulk", {"numbers": [own, foreign, "999"], "act": "confirm"}, "c1").json()
    assert [row["state"] for row in result["items"]] == ["confirmed", None, None]
    assert [row["problem"]["code"] for row in result["items"][1:]] == ["not_found", "not_found"]
    assert world.get(f"/tickets/{foreign}").json()["state"] == "resolved"


def test_lists_for_work(world: Any) -> None:
    """By assignee, team, customer, category, phase, line, overdue, act-by and words; in the order of work."""
    number = opened(world)

    def found(who: str = "engineer", **asked: Any) -> list[str]:
        answer = world.get("/tickets", who, params=asked)
        assert answer.status_code == 200, answer.text
        return [row["number"] for row in answer.json()["items"]]

    do(world, "2", "accept")
    do(world, "3", "hand_over", reason="x", tried="y")
    assert found(assignee="me") == ["KW-000002"]
    assert found("quality", assignee="me") == []
    assert found(assignee=names(world)["engineer"]) == ["KW-000002"]
    assert found(unassigned=True, live=True) == [number, "KW-000003", "KW-000001"]
    assert found(line="expert") == ["KW-000003"]
    assert found(customer="c1") == [number]
    assert found(category="quality", phase="in_sale") == [number]
    assert found(team="night") == []
    assert found(text="外包装") == [number]
    assert found(text="PALLET 4") == [number]
    assert found(text="kw-000002") == ["KW-000002"]
    assert found(text="100%") == found(text="_") == found(text='"') == found(text="params") == []
    assert found(text="hall 1") == ["KW-000003", "KW-000002", "KW-000001"]
    assert found(text="G1/P1") == ["KW-000003", "KW-000002", "KW-000001"]
    world.post("/tickets/3/comments", {"text": 'the "blue" probe'}, "engineer")
    assert found(text='"BLUE" probe') == ["KW-000003"]
    assert found(overdue=True) == []
    world.now_us = NOW + 30 * HOUR
    assert set(found(overdue=True)) == {"KW-000001", "KW-000002", number}
    assert world.get("/tickets/counts").json()["overdue"] == 3
    act_by = {row["number"]: row["act_by"] for row in world.get("/tickets").json()["items"] if row["act_by"]}
    assert set(found(act_by_before="2030-01-01T00:00:00Z")) == set(act_by)
    assert found(act_by_before="2020-01-01T00:00:00Z") == []
    by_priority = found(sort="priority")
    assert [world.get(f"/tickets/{n}").json()["priority"] for n in by_priority] == ["P2", "P2", "P3", "P4"]
    assert sorted(found(sort="deadline")) == sorted(by_priority)


@pytest.mark.parametrize("sort", ["newest", "act_by", "deadline", "priority"])
@pytest.mark.parametrize("who", ["viewer", "c1"])
def test_pages_in_every_order(world: Any, who: str, sort: str) -> None:
    """Page by page, one row each: every ticket once, in the same order as on one page."""
    for wish in ("P3", "P1", "P3", "P2"):
        opened(world, priority=wish)
    whole = [row["number"] for row in world.get("/tickets", who, params={"sort": sort}).json()["items"]]
    pages, cursor = [], None
    while True:
        asked = {"sort": sort, "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = world.get("/tickets", who, params=asked).json()
        pages += [row["number"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert pages == whole
    assert len(set(pages)) == len(pages) >= 5


def test_customers_ask_for_nothing_inside(world: Any) -> None:
    """Who has a ticket, which team and line, and what was said inside are found by no filter of a customer."""
    number = opened(world)
    do(world, number, "accept")
    world.post(f"/tickets/{number}/comments", {"text": "compressor"}, "engineer")
    world.post(f"/tickets/{number}/comments", {"text": "compressor"}, "c2")
    inside = (
        {"assignee": names(world)["engineer"]}, {"assignee": "me"}, {"unassigned": True}, {"team": "a"},
        {"line": "first"}, {"parent": "1"},
    )  # fmt: skip
    for asked in inside:
        assert world.get("/tickets", "c1", params=asked).status_code == 403, asked
        assert world.get("/tickets/counts", "c1", params=asked).status_code == 403, asked
    assert world.get("/tickets", "c1", params={"text": "compressor"}).json()["items"] == []
    assert [r["number"] for r in world.get("/tickets", "c1", params={"text": "外包"}).json()["items"]] == [
        number
    ]
    assert world.get("/tickets", "c1", params={"customer": "c2"}).json()["items"] == []
    acts = [step["act"] for step in world.get(f"/tickets/{number}", "c1").json()["history"]]
    assert acts == ["opened", "accept"]


def test_counts_agree_with_lists(world: Any) -> None:
    """Whoever asks, with whatever filter: the counts are those of the list."""
    opened(world)
    do(world, "2", "resolve")
    for who in ("viewer", "c1", "c2", "keeper", "yard"):
        for asked in (
            {},
            {"kind": "goods"},
            {"live": True},
            {"state": ["new", "resolved"]},
            {"category": "quality"},
        ):
            listed = world.get("/tickets", who, params=asked).json()["items"]
            counted = world.get("/tickets/counts", who, params=asked).json()
            assert counted["total"] == len(listed), (who, asked)
            assert counted["live"] == sum(row["live"] for row in listed)
            assert sum(row["n"] for row in counted["items"]) == counted["total"]


def test_states_in_other_words(world: Any) -> None:
    """The table over HTTP is the table of the program; a ticket tells its state in another system's words."""
    found = world.get("/tickets/states", "c1").json()
    assert [row["code"] for row in found["states"]] == [str(state) for state in TicketState]
    assert len(found["transitions"]) == len(TABLE)
    assert {row["zh"] for row in found["states"]} >= {
        "客户报障",
        "需求评估",
        "方案制定",
        "客户确认",
        "满意度调查",
        "改进跟踪",
    }
    do(world, "1", "hold", reason="fan", hold="vendor")
    asked = world.get("/tickets/1", params={"system": "servicenow"}).json()
    assert (asked["foreign_state"], asked["foreign_reason"]) == ("On Hold", "Awaiting Vendor")
    rows = world.get("/tickets", params={"system": "zammad"}).json()["items"]
    assert {row["foreign_state"] for row in rows} == {"new", "pending reminder"}
    assert world.get("/tickets/1").json()["foreign_state"] is None
    assert world.get("/tickets", params={"system": "paper"}).status_code == 422
