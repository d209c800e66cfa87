"""Signed links: one thing and nothing beside, by whoever has them, until they expire or are revoked; looking does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from api.guesses import MOST, WINDOW_S, Guesses
from api.linked import MOST_REPORTS
from api.policy import ACTS, PURPOSES, Act, Owner, Resource, Scope, Verdict, decide
from registry.nouns import Role
from store.repositories import links, ticket_work
from store.repositories.alarms import AlarmFilter
from store.repositories.links import Bound, Link, Purpose
from store.repositories.records import BadValueError, By

DAY = 86_400_000_000
POSTS = {
    "comment": {"text": "hello"}, "confirm": None, "reopen": {"reason": "still warm"}, "survey": {"score": 4, "words": "fine"},
    "report": {"title": "wet tins"}, "acknowledge": {"accept": True},
}  # fmt: skip
MINE = {
    "follow": {"comment", "confirm", "reopen"},
    "survey": {"survey"},
    "report": {"report"},
    "acknowledge": {"acknowledge"},
}


def issued(world: Any, purpose: Purpose = Purpose.FOLLOW, number: int = 1, **more: Any) -> tuple[Link, str]:
    """A link, as the notifier makes it: by default about c1's ticket."""
    with world.database.writing() as connection:
        ticket = world.services().tickets.by_number(connection, number)
        ours = (
            {"person": "key:anna", "role": Role.ENGINEER}
            if purpose is Purpose.ACKNOWLEDGE
            else {"customer": "c1"}
        )
        about = {} if purpose is Purpose.REPORT else {"ticket_id": ticket.id}
        bound = Bound(**{**about, **ours, **more.pop("bound", {})})
        return links.issue(connection, purpose, bound, By("system", world.now_us), **more)


def use(world: Any, token: str, act: str = "", body: Any = None, **more: Any) -> Any:
    """A request by a link, without any key."""
    path = f"/api/v1/links/{token}" + (f"/{act}" if act else "")
    return world.ask("POST" if act else "GET", path, None, json=body, **more)


def moved(world: Any, *acts: str, number: int = 1) -> None:
    """Staff takes a ticket on."""
    for act in acts:
        answer = world.post(f"/tickets/{number}/transitions", {"act": act}, "engineer")
        assert answer.status_code == 200, answer.text


def test_a_customer_follows_confirms_and_answers(world: Any) -> None:
    """The whole way without a log-in: read, say something, confirm; asked afterwards, answer once."""
    _, token = issued(world)
    _, survey = issued(world, Purpose.SURVEY)
    seen = use(world, token).json()
    assert (seen["purpose"], seen["ticket"]["number"], seen["can"]) == ("follow", "KW-000001", ["comment"])
    said = use(world, token, "comment", {"text": "please hurry"})
    assert (said.status_code, said.json()["ticket"]["comments"][0]["own"]) == (201, True)
    assert use(world, token, "confirm").json()["refusal"] == "not_from_here"
    assert use(world, survey, "survey", POSTS["survey"]).json()["refusal"] == "not_from_here"
    moved(world, "start", "resolve")
    assert use(world, token).json()["can"] == ["comment", "confirm", "reopen"]
    confirmed = use(world, token, "confirm")
    assert (confirmed.status_code, confirmed.json()["ticket"]["state"]) == (200, "confirmed")
    assert use(world, survey).json()["can"] == ["survey"]
    assert use(world, survey, "survey", POSTS["survey"]).json()["ticket"]["state"] == "surveyed"
    assert use(world, survey, "survey", POSTS["survey"]).status_code == 409
    with world.database.reading() as connection:
        ticket = world.services().tickets.by_number(connection, 1)
        answer = ticket_work.survey_of(connection, ticket.id)
        assert (answer.score, answer.text, answer.customer) == (4, "fine", "c1")
    assert [step["state"] for step in use(world, token).json()["ticket"]["steps"]] == ["new", "in_progress", "resolved", "confirmed", "surveyed"]  # fmt: skip


def test_a_customer_reopens_with_a_reason(world: Any) -> None:
    """The deadline counts anew; its own reason is shown to it, ours is not."""
    _, token = issued(world)
    moved(world, "start")
    world.post(
        "/tickets/1/transitions", {"act": "hold", "reason": "secret trouble with a supplier"}, "engineer"
    )
    assert "supplier" not in use(world, token).text
    moved(world, "resume", "resolve")
    assert use(world, token, "reopen", {"reason": ""}).status_code == 422
    again = use(world, token, "reopen", {"reason": "warm again"}).json()["ticket"]
    assert (again["state"], again["reason"], again["live"]) == ("reopened", "warm again", True)


def test_nothing_internal_and_nobody_elses(world: Any) -> None:
    """Only what is meant for the customer is seen: no names, no internal words, not another customer's."""
    _, token = issued(world)
    world.post("/tickets/1/comments", {"text": "internal gossip"}, "engineer")
    world.post("/tickets/1/comments", {"text": "The fan is replaced.", "public": True}, "engineer")
    with world.database.writing() as connection:
        tickets = world.services().tickets
        ticket = tickets.by_number(connection, 1)
        by = By("key:c2", world.now_us)
        tickets.comment(
            connection, ticket.id, "words of another", by, public=True, role="customer", customer="c2"
        )
    seen = use(world, token)
    assert [said["text"] for said in seen.json()["ticket"]["comments"]] == ["The fan is replaced."]
    for foreign in ("gossip", "words of another", "key:", "principal", "l2", "assignee", "f-c1"):
        assert foreign not in seen.text
    full = world.get("/tickets/1", "c1").json()
    assert [(said["text"], said["principal"]) for said in full["comments"]] == [
        ("The fan is replaced.", None)
    ]


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_does_what_it_is_for_and_nothing_else(world: Any, purpose: Purpose) -> None:
    """Every other operation is refused, the rest of the API is closed, and a key opens no link."""
    _, token = issued(world, purpose)
    before = world.get("/events?limit=1000").json()["items"]
    for act in set(POSTS) - MINE[purpose]:
        assert use(world, token, act, POSTS[act]).status_code == 403, act
    assert world.get("/events?limit=1000").json()["items"] == before
    assert use(world, token).status_code == 200
    for path in ("/tickets/1", "/tickets", "/events", "/customers"):
        for header in (
            {"Authorization": f"Bearer {token}"},
            {"X-API-Key": token},
            {"Authorization": f"Link {token}"},
        ):
            assert world.get(path, None, headers=header).status_code == 401
    assert world.get(f"/links/{world.secrets['admin']}", None).status_code == 404
    assert world.get("/links/-", "admin").status_code == 404


def test_policy_of_links() -> None:
    """A purpose decides and not the role; a link owns its one ticket; what keys do, no link does, and the other way round."""
    link = Link(
        "1", Purpose.FOLLOW, "c1", "t1", None, None, Role.CUSTOMER, 0, "system", 1, None, 0, None
    ).principal()
    own, foreign = (Resource.of(Owner(Scope.TICKET, id)) for id in ("t1", "t2"))
    theirs = Resource.of(Owner(Scope.CUSTOMER, "c1"))
    for act in Act:
        mine = act in PURPOSES["follow"]
        assert decide(link, act, own) is (Verdict.ALLOWED if mine else Verdict.NOT_THIS_ROLE)
        assert decide(link, act, foreign) is (Verdict.NOT_YOURS if mine else Verdict.NOT_THIS_ROLE)
        assert decide(link, act, theirs) is not Verdict.ALLOWED
    by_purpose = set().union(*PURPOSES.values())
    assert not any(acts & by_purpose for acts in ACTS.values())


@pytest.mark.parametrize("case", ["wrong", "expired", "revoked", "mistyped", "empty", "key", "forged"])
def test_bad_tokens_are_answered_alike(world: Any, case: str) -> None:
    """Nobody learns whether a token ever was one."""
    link, token = issued(world)
    if case == "expired":
        world.now_us = link.expires_us
    if case == "revoked":
        assert world.post(f"/signed-links/{link.id}/revoke", None, "engineer").status_code == 200
    other = {
        "wrong": "kl_" + "0" * 38, "mistyped": token[:-1] + ("0" if token[-1] != "0" else "1"), "empty": "-",
        "key": world.secrets["admin"], "forged": link.id,
    }.get(case, token)  # fmt: skip
    for act in ("", *POSTS):
        answer = use(world, other, act, POSTS.get(act))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert set(answer.json()) == {"type", "title", "status", "code", "detail", "instance"}


def test_one_microsecond_before_it_expires_it_is_good(world: Any) -> None:
    """30 days to follow, 14 to answer, or as long as was said."""
    link, token = issued(world)
    short, _ = issued(world, Purpose.SURVEY)
    assert (link.expires_us - world.now_us, short.expires_us - world.now_us) == (30 * DAY, 14 * DAY)
    world.now_us = link.expires_us - 1
    assert use(world, token).status_code == 200


def test_guessing_is_slowed_down_per_address(world: Any) -> None:
    """After thirty wrong guesses an address waits, also with a good link; another address does not."""
    _, token = issued(world)
    for _ in range(MOST):
        assert use(world, "kl_" + "0" * 38).status_code == 404
    slowed = use(world, token)
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "600")
    now = 0.0
    guesses = Guesses(lambda: now)
    for _ in range(MOST):
        guesses.wrong("2001:db8::1")
    assert guesses.too_many("2001:db8::ffff")
    assert not guesses.too_many("2001:db8:0:1::1")
    now = WINDOW_S
    assert not guesses.too_many("2001:db8::1")


def test_looking_does_nothing_but_is_on_record(world: Any) -> None:
    """A mail scanner that follows links confirms nothing; uses are counted, and every act is the link's in the audit."""
    link, token = issued(world)
    moved(world, "start", "resolve")
    for _ in range(3):
        assert use(world, token).json()["ticket"]["state"] == "resolved"
    for act in POSTS:  # what a scanner does with every address it finds
        assert world.ask("GET", f"/api/v1/links/{token}/{act}", None).status_code == 405
    use(world, token, "confirm")
    (row,) = world.get("/signed-links?ticket=1").json()["items"]
    assert (row["uses"], row["id"]) == (4, link.id)
    acts = [
        e["act"]
        for e in world.get("/events?limit=1000").json()["items"]
        if e["principal"] == f"link:{link.id}"
    ]
    assert acts == ["looked_at", "confirm", "confirm"]
    assert token not in world.get("/events?limit=1000").text


def test_a_report_by_a_link(world: Any) -> None:
    """It opens tickets of its customer's, shows how far they are and no others, repeats nothing, and has its limit."""
    _, token = issued(world, Purpose.REPORT)
    key = {"headers": {"Idempotency-Key": "once"}}
    first = use(world, token, "report", POSTS["report"], **key)
    assert first.status_code == 201
    assert use(world, token, "report", POSTS["report"], **key).json() == first.json()
    assert use(world, token).json()["reported"] == [first.json()]
    number = first.json()["number"]
    assert world.get(f"/tickets/{number}", "c1").json()["kind"] == "customer"
    assert world.get(f"/tickets/{number}", "c2").status_code == 404
    for _ in range(MOST_REPORTS - 1):
        assert use(world, token, "report", POSTS["report"]).status_code == 201
    assert use(world, token, "report", POSTS["report"]).status_code == 429
    world.now_us += DAY + 1
    assert use(world, token, "report", POSTS["report"]).status_code == 201


def test_one_press_acknowledges_or_accepts(world: Any) -> None:
    """In the name of whom it was made for; the audit says by which link."""
    link, token = issued(world, Purpose.ACKNOWLEDGE, 2)
    seen = use(world, token).json()
    assert seen["can"] == ["acknowledge", "accept"]
    use(world, token, "acknowledge", {})
    (alarm,) = world.get("/alarms", params={"cause": "zone:z1:temperature:hot"}).json()["items"]
    assert (alarm["state"], alarm["acked_by"]) == ("active_acked", "key:anna")
    assert world.get("/tickets/2").json()["assignee"] is None
    use(world, token, "acknowledge", {"accept": True, "words": "on my way"})
    assert world.get("/tickets/2").json()["assignee"] == "key:anna"
    ticket = world.get("/tickets/2").json()
    assert (ticket["state"], ticket["owner"]) == ("new", "assignee")
    told = [(e["principal"], e["act"], e["subject"]) for e in world.get("/events?limit=1000").json()["items"]]
    used = [(f"link:{link.id}", act, f"link:{link.id}") for act in ("acknowledged", "accepted")]
    done = [
        ("key:anna", "acknowledged", "alarm:zone:z1:temperature:hot"),
        ("key:anna", "accept", f"ticket:{ticket['id']}"),
    ]
    assert [one for one in told if one in {*used, *done}] == [used[0], done[0], used[1], done[1]]


def test_a_press_is_the_same_as_the_person_acting(world: Any) -> None:
    """Accepted by link, or by the API: the ticket and what its event tells differ in nothing but time and number."""
    _, token = issued(world, Purpose.ACKNOWLEDGE, 2, bound={"person": "key:boss", "role": Role.SUPERVISOR})
    before = world.get("/tickets/2").json()
    use(world, token, "acknowledge", {"accept": True})
    by_link = world.get("/tickets/2").json()
    assert by_link["version"] == before["version"] + 1
    step = by_link["history"][-1]
    assert (step["principal"], step["act"], step["changed"]) == (
        "key:boss", "accept", {"assignee": "key:boss"},
    )  # fmt: skip


def test_an_alarm_without_a_ticket_can_be_acknowledged(world: Any) -> None:
    """A link about an alarm alone shows it, and accepts nothing."""
    with world.database.reading() as connection:
        alarm = world.services().alarms.find(
            connection, AlarmFilter(cause="zone:z1:temperature:hot"), None, 1
        )[0]
    _, token = issued(world, Purpose.ACKNOWLEDGE, bound={"ticket_id": None, "alarm_id": alarm.id})
    assert use(world, token).json()["alarm"]["state"] == "active_unacked"
    done = use(world, token, "acknowledge", {"accept": True}).json()
    assert (done["alarm"]["state"], done["ticket"], done["can"]) == ("active_acked", None, ["acknowledge"])


@pytest.mark.parametrize(
    ("body", "location"),
    [({"purpose": "follow", "customer": "c1"}, "body/ticket"), ({"purpose": "follow", "customer": "c1", "ticket": "2"}, "body/customer"),
     ({"purpose": "follow", "customer": "c1", "ticket": "99"}, "body/ticket"), ({"purpose": "report", "customer": "nobody"}, "body/customer"),
     ({"purpose": "report", "customer": "c1", "ticket": "1"}, "body/purpose"), ({"purpose": "acknowledge", "customer": "c1", "ticket": "1"}, "body/purpose"),
     ({"purpose": "survey", "customer": "c1", "ticket": "1", "expires": "2026-11-20T00:00:00Z"}, "body/expires")],
)  # fmt: skip
def test_staff_cannot_give_out_what_is_not_theirs_to_give(
    world: Any, body: dict[str, Any], location: str
) -> None:
    """A customer gets links about its own tickets; nobody gets one by which to act as somebody else."""
    answer = world.post("/signed-links", body, "engineer")
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, location)


def test_staff_gives_out_and_takes_back(world: Any) -> None:
    """Made over HTTP it works like any other; the token can also come in a header, out of sight of logs."""
    made = world.post(
        "/signed-links", {"purpose": "follow", "customer": "c1", "ticket": "KW-000001"}, "engineer"
    )
    assert made.status_code == 201
    token = made.json()["token"]
    by_header = use(world, "-", headers={"Authorization": f"Link {token}"})
    assert by_header.json() == use(world, token).json()
    assert (by_header.headers["referrer-policy"], by_header.headers["cache-control"]) == (
        "no-referrer",
        "no-store",
    )
    assert token not in world.get("/signed-links").text
    assert world.get("/signed-links", "c1").status_code == 403
    assert world.post(f"/signed-links/{made.json()['id']}/revoke", None).status_code == 200
    assert world.post(f"/signed-links/{'0' * 36}/revoke", None).status_code == 404
    assert use(world, token).status_code == 404


def test_goods_that_are_not_theirs_any_more_close_the_link(world: Any) -> None:
    """A lot that was entered for the wrong customer: with its correction the old customer's link shows nothing."""
    _, token = issued(world)
    assert use(world, token).status_code == 200
    lot = world.get("/lots/l1").json()
    body = {"customer": "c2", "product": lot["product"]}
    assert world.put("/lots/l1", body, headers={"If-Match": "*"}).status_code == 200
    assert use(world, token).status_code == 404
    assert use(world, token, "comment", POSTS["comment"]).status_code == 404


@pytest.mark.parametrize(("purpose", "bound"), [
    (Purpose.FOLLOW, Bound("t")), (Purpose.FOLLOW, Bound(customer="c1")), (Purpose.FOLLOW, Bound("t", "c1", role=Role.ADMIN)),
    (Purpose.FOLLOW, Bound("t", "c1", "a")), (Purpose.FOLLOW, Bound("t", "c1", person="key:1")), (Purpose.SURVEY, Bound("t")),
    (Purpose.REPORT, Bound()), (Purpose.REPORT, Bound("t", "c1")), (Purpose.ACKNOWLEDGE, Bound("t")),
    (Purpose.ACKNOWLEDGE, Bound("t", person="key:1")), (Purpose.ACKNOWLEDGE, Bound(person="key:1", role=Role.ENGINEER)),
    (Purpose.ACKNOWLEDGE, Bound("t", None, "a", "key:1", Role.ENGINEER)), (Purpose.ACKNOWLEDGE, Bound("t", "c1", None, "key:1", Role.ENGINEER)),
])  # fmt: skip
def test_a_link_that_opens_more_than_it_says_is_not_made(
    still_world: Any, purpose: Purpose, bound: Bound
) -> None:
    """Purpose and bounds fit together, or there is no link."""
    with still_world.database.writing() as connection, pytest.raises(BadValueError):
        links.issue(connection, purpose, bound, By("system", still_world.now_us))
