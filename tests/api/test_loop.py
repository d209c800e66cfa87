"""The loop of a ticket by HTTP, as its users go through it: the customer, the first line, the experts, the supervisor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.api.conftest import HOUR
from tests.api.test_acts import names
from texts import render
from tickets.states import TABLE, Act

REPORT = {"title": "外包装受潮", "description": "pallet 4 is wet", "subject": "lot:l1", "category": "quality",
          "phase": "in_sale", "wished": "2026-11-22T12:00:00+08:00"}  # fmt: skip


def opened(world: Any, who: str = "c1", **more: Any) -> str:
    """The number of a new ticket."""
    made = world.post("/tickets", REPORT | more, who)
    assert made.status_code == 201, made.text
    return str(made.json()["number"])


def do(world: Any, number: str, act: str, who: str = "engineer", **more: Any) -> Any:
    """The ticket after an act that must be possible."""
    answer = world.post(f"/tickets/{number}/transitions", {"act": act, **more}, who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(world: Any, number: str, act: str, who: str = "engineer", **more: Any) -> str:
    """The named reason why an act is not possible."""
    answer = world.post(f"/tickets/{number}/transitions", {"act": act, **more}, who)
    assert answer.status_code == 409, answer.text
    return str(answer.json()["refusal"])


def events(world: Any, number: str) -> list[dict[str, Any]]:
    """All events of a ticket."""
    id = world.get(f"/tickets/{number}").json()["id"]
    rows: list[dict[str, Any]] = world.get(
        "/events", params={"subject": f"ticket:{id}", "limit": 1000}
    ).json()["items"]
    return rows


def test_a_customers_report_from_end_to_end(world: Any) -> None:
    """Nine stages, a question in between, a low score: the customer sees what concerns it, and the events tell all of it."""
    number = opened(world)
    mine = world.get(f"/tickets/{number}", "c1").json()
    assert (mine["state"], mine["customer"], mine["category"], mine["path"]) == (
        "reported",
        "c1",
        "quality",
        "long",
    )
    assert (mine["acts"], mine["work"]["wished"]) == ([], "2026-11-22T04:00:00Z")
    do(world, number, "accept")
    do(world, number, "assess")
    do(world, number, "plan", plan="dry the pallet", steps=["unwrap", "dry", "wrap anew"])
    do(world, number, "start")
    held = do(world, number, "hold", reason="which pallet?", hold="customer")
    assert (held["state"], held["hold"], held["owner"]) == ("pending", "customer", "assignee")
    world.now_us += HOUR
    assert world.post(f"/tickets/{number}/comments", {"text": "number 4"}, "c1").status_code == 201
    back = world.get(f"/tickets/{number}").json()
    assert (back["state"], back["hold"]) == ("in_progress", None)
    assert back["reason"] == "ticket.way.answered"
    do(world, number, "arrive")
    done = do(
        world, number, "resolve", resolution="prevented", found="condensation", done="dried and wrapped anew"
    )
    assert (done["state"], done["owner"], done["work"]["found"]) == ("resolved", "customer", "condensation")
    shown = world.get(f"/tickets/{number}", "c1").json()
    assert shown["acts"] == ["confirm", "reopen"]
    assert (shown["work"]["done"], shown["work"]["resolution"]) == ("dried and wrapped anew", "prevented")
    assert (shown["work"]["found"], shown["work"]["plan"], shown["assignee"], shown["reason"]) == (
        "",
        "",
        None,
        "",
    )
    assert do(world, number, "confirm", "c1")["state"] == "confirmed"
    assert refusal(world, number, "survey", "c1") == "score_missing"
    rated = do(world, number, "survey", "c1", score=2, text="took two days")
    assert (rated["state"], rated["work"]["survey"]["score"], rated["work"]["asks_improvement"]) == (
        "surveyed",
        2,
        False,
    )
    assert world.get(f"/tickets/{number}").json()["work"]["asks_improvement"] is True
    assert refusal(world, number, "improve") == "reason_missing"
    better = do(world, number, "improve", reason="pallets wait inside", owner="person:wang")
    assert (better["state"], better["owner"]) == ("improvement", "improver")
    assert (better["work"]["improvement"], better["work"]["improvement_owner"]) == (
        "pallets wait inside",
        "person:wang",
    )
    assert do(world, number, "close")["state"] == "closed"
    told = [(event["act"], (event["new"] or {}).get("state")) for event in events(world, number)]
    assert told == [
        ("opened", "reported"), ("accept", None), ("assess", "assessed"), ("plan", "planned"), ("start", "in_progress"),
        ("hold", "pending"), ("commented", None), ("resume", "in_progress"), ("arrived", None), ("resolve", "resolved"),
        ("confirm", "confirmed"), ("surveyed", "surveyed"), ("improve", "improvement"), ("close", "closed"),
    ]  # fmt: skip
    by_act = {event["act"]: event for event in events(world, number)}
    assert by_act["hold"]["new"]["hold"] == "customer"
    assert by_act["resume"]["principal"] == "system"
    assert by_act["surveyed"]["new"]["score"] == 2
    assert by_act["commented"]["new"] == {
        "comment": by_act["commented"]["new"]["comment"], "public": True, "role": "customer", "customer": "c1"
    }  # fmt: skip


def test_who_hears_what(world: Any) -> None:
    """The desk's public words reach the customer without a name, its internal words never; two customers of one room hear nothing of each other."""
    comments = "/tickets/1/comments"  # about goods in z1: both may see tickets about it in their hour
    world.post(
        "/tickets/1/transitions", {"act": "correct", "customer": "c1", "reason": "its lot"}, "engineer"
    )
    assert world.post(comments, {"text": "inside"}, "engineer").json()["public"] is False
    assert (
        world.post(comments, {"text": "we are on our way", "public": True}, "engineer").json()["public"]
        is True
    )
    assert world.post(comments, {"text": "thank you", "public": False}, "c1").json()["public"] is True
    heard = world.get("/tickets/1", "c1").json()["comments"]
    assert {said["text"]: said["customer"] for said in heard} == {
        "we are on our way": None,
        "thank you": "c1",
    }
    assert [said["principal"] for said in heard if said["customer"] is None] == [None]
    assert world.get("/tickets/1", "c2").status_code == 404
    everything = {said["text"] for said in world.get("/tickets/1", "viewer").json()["comments"]}
    assert everything == {"inside", "we are on our way", "thank you"}
    acts = [event["act"] for event in events(world, "1")]
    assert acts[-4:] == ["commented", "commented", "updated", "commented"]
    keeper = [said["text"] for said in world.get("/tickets/1", "yard").json()["comments"]]
    assert keeper == []
    assert (
        world.post(comments, {"text": "the door was open", "public": True}, "yard").json()["public"] is False
    )


def test_shared_goods_keep_customers_apart(world: Any) -> None:
    """On a ticket about lots of two customers neither reads what the other wrote or rated."""
    made = world.post(
        "/tickets", {"title": "hall 1", "subject": "lot:l1", "kind": "goods", "customer": "c2"}, "engineer"
    )
    number = made.json()["number"]
    assert made.json()["customer"] == "c2"
    assert {world.get(f"/tickets/{number}", who).status_code for who in ("c1", "c2")} == {200}
    for who in ("c1", "c2"):
        world.post(f"/tickets/{number}/comments", {"text": f"words of {who}"}, who)
    world.post(f"/tickets/{number}/comments", {"text": "to the one it is for", "public": True}, "engineer")
    do(world, number, "resolve", reason="dry")
    do(world, number, "confirm", "c2")
    do(world, number, "survey", "c2", score=5, text="secret praise")
    other = world.get(f"/tickets/{number}", "c1")
    assert [said["text"] for said in other.json()["comments"]] == ["words of c1"]
    assert (other.json()["customer"], other.json()["work"]["survey"]) == (None, None)
    for word in ("words of c2", "secret praise", "to the one", '"c2"'):
        assert word not in other.text, word


def test_a_customer_confirms_rates_and_reopens_and_nothing_else(world: Any) -> None:
    """Every other act is refused to a customer by name, in whatever state; another's ticket does not exist."""
    number = opened(world)
    customers_own = {way.act for way in TABLE if "customer" in way.roles}
    assert customers_own == {Act.CONFIRM, Act.SURVEY, Act.REOPEN}
    for act in set(Act) - customers_own:
        answer = world.post(f"/tickets/{number}/transitions", {"act": act, "reason": "x", "into": "1"}, "c1")
        assert answer.status_code == 409, act
        assert answer.json()["refusal"] in {"not_this_role", "not_from_here", "not_on_this_path"}, act
    for act in Act:
        assert world.post(f"/tickets/{number}/transitions", {"act": act}, "c2").status_code == 404
    do(world, number, "resolve")
    do(world, number, "confirm", "c1")
    again = do(world, number, "reopen", "c1", reason="wet again")
    assert again["state"] == "reopened"
    assert world.get(f"/tickets/{number}").json()["work"]["done"] == ""


def test_sensor_work_asks_no_customer(world: Any) -> None:
    """Short path: resolved, closed."""
    assert world.get("/tickets/3").json()["path"] == "short"
    do(world, "3", "resolve", resolution="no_fault_found")
    assert refusal(world, "3", "confirm") == "not_on_this_path"
    assert do(world, "3", "close")["state"] == "closed"


def test_force_majeure_is_proven(world: Any) -> None:
    """Without a proof it is refused; with one the event has it; an unknown hold or resolution is no request."""
    assert refusal(world, "1", "hold", reason="typhoon", hold="force_majeure") == "proof_missing"
    held = do(
        world, "1", "hold", reason="typhoon", hold="force_majeure", proof="notice 2026-44 of the port office"
    )
    assert held["hold"] == "force_majeure"
    assert events(world, "1")[-1]["new"]["proof"] == "notice 2026-44 of the port office"
    assert do(world, "1", "hold", reason="now the fan", hold="part")["hold"] == "part"
    assert do(world, "1", "resume")["state"] == "new"
    for body in ({"act": "hold", "reason": "x", "hold": "lunch"}, {"act": "resolve", "resolution": "magic"}):
        assert world.post("/tickets/1/transitions", body, "engineer").status_code == 422


def test_declined_and_handed_over(world: Any) -> None:
    """Nobody has it then; only who has it says no; the experts are told what was tried, and it can come back."""
    assert refusal(world, "1", "decline", reason="no") == "not_assigned"
    do(world, "1", "accept")
    assert refusal(world, "1", "decline", "quality", reason="not mine") == "not_the_assignee"
    declined = do(world, "1", "decline", reason="on leave")
    assert (declined["assignee"], declined["owner"]) == (None, "dispatch")
    assert events(world, "1")[-1]["principal"] == names(world)["engineer"]
    do(world, "1", "accept")
    assert refusal(world, "1", "hand_over", reason="too hard") == "tried_missing"
    assert refusal(world, "1", "hand_over", reason="too hard", line="first") == "same_line"
    up = do(world, "1", "hand_over", reason="too hard", line="expert", tried="reset, other fan")
    assert (up["line"], up["assignee"], up["work"]["tried"]) == ("expert", None, "reset, other fan")
    told = events(world, "1")[-1]
    assert (told["act"], told["reason"], told["new"]["tried"]) == (
        "handed_over",
        "too hard",
        "reset, other fan",
    )
    down = do(world, "1", "hand_over", reason="only filters left")
    assert (down["line"], down["work"]["tried"]) == ("first", "reset, other fan")


def test_parts_of_one_visit(world: Any) -> None:
    """Parts are listed on the parent, keep it open unless a reason is given, and there is one level."""
    parent = opened(world, "engineer", kind="internal", subject="site:depot", title="visit")
    part = opened(world, "engineer", kind="internal", subject="device:g1/p1", parent=parent)
    result = world.post(
        "/tickets/bulk", {"numbers": ["1", "3"], "act": "join_parent", "into": parent}, "engineer"
    ).json()
    assert (result["done"], result["refused"]) == (2, 0)
    full = world.get(f"/tickets/{parent}").json()
    assert [one["number"] for one in full["parts"]] == ["KW-000001", "KW-000003", part]
    listed = world.get("/tickets", params={"parent": parent}).json()["items"]
    assert {row["parent"] for row in listed} == {full["id"]}
    assert len(listed) == 3
    assert refusal(world, parent, "resolve") == "children_live"
    assert refusal(world, parent, "join_parent", into="2") == "parent_unfit"
    assert refusal(world, "2", "join_parent", into=part) == "parent_unfit"
    assert refusal(world, "2", "join_parent", into="2") == "parent_unfit"
    assert refusal(world, "2", "join_parent") == "parent_missing"
    assert refusal(world, "2", "part") == "parent_missing"
    assert do(world, "1", "part")["parent"] is None
    do(world, "3", "resolve")
    assert refusal(world, parent, "resolve") == "children_live"
    assert do(world, parent, "resolve", reason="p1 stays for the next visit")["state"] == "resolved"
    customers = world.get("/tickets/1", "c1").json()
    assert (customers["parts"], customers["parent"]) == ([], None)


def test_a_merged_parent_hands_its_parts_on(world: Any) -> None:
    """Parts of a merged ticket become parts of the one that took over, each with its event."""
    parent, other = (opened(world, "engineer", kind="internal", subject="site:depot") for _ in range(2))
    part = opened(world, "engineer", kind="internal", subject="site:depot", parent=parent)
    after = do(world, parent, "merge", into=other)
    assert [one["number"] for one in after["parts"]] == [part]
    assert [event["act"] for event in events(world, part)] == ["opened", "joined_parent", "joined_parent"]
    lone = opened(world, "engineer", kind="internal", subject="site:depot", parent=other)
    inherits = do(world, other, "merge", into=lone)
    assert (inherits["parent"], [one["number"] for one in inherits["parts"]]) == (None, [part])


def test_corrections(world: Any) -> None:
    """Staff put category, phase, priority and customer right, with a reason; the deadline follows, nothing changes silently."""
    before = world.get("/tickets/3").json()
    assert refusal(world, "3", "correct", priority="P1") == "reason_missing"
    assert refusal(world, "3", "correct", reason="?", priority=before["priority"]) == "nothing_changed"
    after = do(
        world,
        "3",
        "correct",
        reason="it holds up the line",
        priority="P1",
        category="delivery",
        customer="c1",
    )
    assert (after["priority"], after["category"], after["customer"]) == ("P1", "delivery", "c1")
    assert after["deadline"] < before["deadline"]
    told = events(world, "3")[-1]
    assert (told["act"], told["old"]["priority"], told["new"]["priority"]) == ("corrected", "P4", "P1")
    unknown = world.post(
        "/tickets/3/transitions", {"act": "correct", "reason": "x", "customer": "c9"}, "engineer"
    )
    assert unknown.json()["errors"][0]["location"] == "body/customer"
    assert do(world, "3", "correct", reason="nobody's", customer="")["customer"] is None
    assert world.get("/tickets/3", "c1").status_code == 404


def test_feedback_is_answered_or_promised_anew(world: Any) -> None:
    """What a customer has to say is closed by the desk; what takes longer gets a written reason and a new date."""
    number = opened(world, category="feedback", title="nice drivers")
    assert world.get(f"/tickets/{number}", "c1").json()["path"] == "feedback"
    later = "2026-12-01T12:00:00+08:00"
    assert refusal(world, number, "promise_anew", due=later) == "reason_missing"
    assert refusal(world, number, "promise_anew", reason="x", due="2020-01-01T00:00:00Z") == "date_missing"
    assert refusal(world, "1", "promise_anew", reason="x", due=later) == "not_on_this_path"
    do(world, number, "promise_anew", reason="asking the carrier", due=later)
    assert world.get(f"/tickets/{number}", "c1").json()["work"]["promised"] == "2026-12-01T04:00:00Z"
    told = events(world, number)[-1]
    assert (told["act"], told["reason"], told["new"]["due_us"]) == (
        "promised_anew",
        "asking the carrier",
        1796097600000000,
    )
    do(world, number, "respond")
    do(world, number, "resolve", done="thanked")
    assert do(world, number, "close")["state"] == "closed"


def test_the_desk_reports_for_a_customer(world: Any) -> None:
    """A report taken by telephone is the customer's: named, or by whose lot it is about; nobody else sees it."""
    body = {"title": "by telephone", "kind": "customer", "subject": "zone:z1"}
    number = world.post("/tickets", body | {"customer": "c1"}, "engineer").json()["number"]
    assert (
        world.get(f"/tickets/{number}", "c1").status_code,
        world.get(f"/tickets/{number}", "c2").status_code,
    ) == (200, 404)
    by_lot = world.post("/tickets", body | {"subject": "lot:l2"}, "engineer").json()
    assert by_lot["customer"] == "c2"
    inside = world.post("/tickets", body | {"kind": "internal", "customer": "c1"}, "engineer").json()[
        "number"
    ]
    assert world.get(f"/tickets/{inside}", "c1").status_code == 404
    assert world.post("/tickets", body | {"customer": "c9"}, "engineer").status_code == 422
    assert world.post("/tickets", body | {"customer": "c2"}, "c1").status_code == 404
    urgent = body | {"priority": "P1"}
    due = [
        datetime.fromisoformat(
            world.post("/tickets", urgent | {"customer": who}, "engineer").json()["deadline"]
        )
        for who in ("c1", "c2")
    ]
    assert due[0] < due[1]  # c1 is an A customer


def test_refusals_are_said_in_both_languages(world: Any) -> None:
    """A refusal names itself and says why in the language asked for."""
    answer = world.post(
        "/tickets/1/transitions",
        {"act": "decline", "reason": "x"},
        "engineer",
        headers={"Accept-Language": "zh"},
    ).json()
    assert answer["refusal"] == "not_assigned"
    assert render("ticket.refused.not_assigned", {}, "zh") in answer["detail"]


def test_what_no_database_keeps_is_refused(world: Any) -> None:
    """A NUL in words or in a question is a request that is wrong, not a service that is."""
    bodies = {
        "/tickets": REPORT | {"description": "a\0b"},
        "/tickets/1/comments": {"text": "a\0b"},
        "/tickets/1/transitions": {"act": "plan", "plan": "a\0b", "reason": "\0"},
    }
    for path, body in bodies.items():
        assert world.post(path, body, "engineer").status_code == 422, path
    for name in ("text", "assignee", "zone"):
        assert world.get("/tickets", params={name: "a\0b"}).status_code == 422, name
