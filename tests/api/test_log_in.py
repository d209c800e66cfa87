"""Log-in, sessions, roles and forged requests, against the whole application."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from api import passwords, throttle
from api.policy import ACTS
from registry import nouns as r
from store import events
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.repositories.sessions import IDLE_US, LONGEST_US
from store.repositories.users import FREE_FAILURES, LONGEST_LOCK_US

GOOD = "seven lazy herons on a raft"
BETTER = "a kettle under four green stars"
OURS = {"Sec-Fetch-Site": "same-origin"}
HOUR = 3_600_000_000


@pytest.fixture
def desk(world: Any) -> Any:
    """The world, with people, and hashing that does not take its time."""
    world.app.state.keepwell.passwords = passwords.Passwords(PasswordHasher(1, 8, 1))
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        for person in (
            r.Person(key="anna", name="Anna Berg", role=r.Role.ADMIN, phone="13800138000"),
            r.Person(key="enno", role=r.Role.ENGINEER),
            r.Person(key="cora", role=r.Role.CUSTOMER, customer="c1"),
            r.Person(key="kim", role=r.Role.KEEPER, site="own2", customer="c1"),
        ):
            registry.put(person, By("key:setup", world.now_us))
    return world


def accept(desk: Any, person: str, password: str = GOOD) -> None:
    """Invited and accepted."""
    made = desk.post("/users", {"person": person})
    assert made.status_code == 201, made.text
    body = {"token": made.json()["token"], "password": password}
    answer = desk.post("/invitations/accept", body, None)
    assert answer.status_code == 204, answer.text


def log_in(desk: Any, name: str, password: str = GOOD, **more: Any) -> httpx.Response:
    """An attempt."""
    return desk.post("/login", {"name": name, "password": password, **more}, None)


def cookie(answer: httpx.Response) -> dict[str, str]:
    """The headers of a page of ours that has logged in."""
    assert answer.status_code == 200, answer.text
    (pair,) = [f"{name}={value}" for name, value in answer.cookies.items()]
    return {"Cookie": pair, **OURS}


def told(desk: Any, act: str) -> list[Any]:
    """The events of one act."""
    with desk.database.reading() as connection:
        return [event for event in events.since(connection, 0) if event.act == act]


def test_an_invited_person_comes_in_with_its_own_role(desk: Any) -> None:
    """From the invitation to an act in one's own name; the token serves once, and no secret is on record."""
    made = desk.post("/users", {"person": "enno"}).json()
    assert made["user"]["state"] == "invited"
    assert log_in(desk, "enno").status_code == 401
    body = {"token": made["token"], "password": GOOD}
    assert desk.post("/invitations/accept", body, None).status_code == 204
    assert desk.post("/invitations/accept", body, None).status_code == 404
    answer = log_in(desk, "enno")
    page = cookie(answer)
    me = answer.json()
    assert (me["name"], me["role"], me["person"]) == ("person:enno", "engineer", "enno")
    assert me["acts"] == sorted(ACTS[r.Role.ENGINEER])
    assert desk.get("/me", None, headers=page).json() == me
    made = desk.post("/tickets", {"title": "leak", "subject": "zone:z1"}, None, headers=page)
    assert made.status_code == 201, made.text
    assert [event.principal for event in told(desk, "opened")][-1] == "person:enno"
    with desk.database.reading() as connection:
        text = str([tuple(event) for event in events.since(connection, 0)])
    assert GOOD not in text
    assert page["Cookie"].partition("=")[2] not in text
    assert body["token"] not in text


def test_the_cookie_is_out_of_reach(desk: Any) -> None:
    """HttpOnly, Strict, for the whole site; over HTTPS Secure and bound to the host by its name."""
    from api.app import create_app  # noqa: PLC0415

    accept(desk, "enno")
    plain = log_in(desk, "enno").headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(plain.split("; "))
    assert "Secure" not in plain
    desk.app = create_app(desk.with_public_url("https://goods.example"))
    answer = log_in(desk, "enno")
    secure = answer.headers["set-cookie"]
    assert secure.startswith("__Host-keepwell-session=kws_")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= set(secure.split("; "))
    assert "Domain" not in secure
    value = secure.partition("=")[2].partition(";")[0]
    assert desk.get("/me", None, headers={"Cookie": f"keepwell-session={value}"}).status_code == 401
    assert desk.get("/me", None, headers={"Authorization": f"Bearer {value}"}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://api"}, 403),
        ({"Origin": "http://api"}, 201),
        ({"Origin": "http://api.evil.example"}, 403),
        ({"Origin": "http://api:8080"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_other_peoples_pages_change_nothing(desk: Any, headers: dict[str, str], status: int) -> None:
    """A session's change is taken from our own pages alone, whichever of the two the browser says."""
    accept(desk, "enno")
    page = cookie(log_in(desk, "enno"))
    asked = {"Cookie": page["Cookie"], **headers}
    assert desk.get("/tickets", None, headers=asked).status_code == 200
    answer = desk.post("/tickets", {"title": "x", "subject": "zone:z1"}, None, headers=asked)
    assert answer.status_code == status
    assert status == 201 or answer.json()["code"] == "cross_site"


def test_a_key_is_not_asked_where_it_comes_from(desk: Any) -> None:
    """No browser sends a key unasked; and a wrong key beside a good cookie opens nothing."""
    accept(desk, "enno")
    page = cookie(log_in(desk, "enno"))
    body = {"title": "x", "subject": "zone:z1"}
    strange = {"Sec-Fetch-Site": "cross-site"}
    assert desk.post("/tickets", body, headers=strange).status_code == 201
    assert desk.get("/me", None, headers={**page, "X-API-Key": "kw_none"}).status_code == 401
    assert desk.post("/login", {"name": "enno", "password": GOOD}, None, headers=strange).status_code == 403


def test_every_failure_answers_alike(desk: Any) -> None:
    """Unknown, not yet set, wrong, disabled and locked: the same answer; the history tells them apart."""
    accept(desk, "enno")
    accept(desk, "cora")
    desk.post("/users", {"person": "kim"})
    desk.post("/users/cora/disable", None, params={"reason": "left"})
    answers = [
        log_in(desk, "nobody"),
        log_in(desk, "kim"),
        log_in(desk, "cora"),
        log_in(desk, "enno", "wrong password here"),
        log_in(desk, "enno", "x", new_password="x"),
    ]
    for _ in range(FREE_FAILURES):
        log_in(desk, "enno", "wrong password here")
    answers.append(log_in(desk, "enno"))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)
    whys = [event.new["why"] for event in told(desk, "login_failed")]
    assert whys[:4] == ["unknown", "unknown", "disabled", "wrong_password"]
    assert whys[-1] == "locked"


def test_a_lock_opens_by_itself_and_grows_to_a_quarter_of_an_hour(desk: Any) -> None:
    """Wrong passwords lock for longer and longer; the right one counts again when the time is over."""
    accept(desk, "enno")
    desk.app.state.keepwell.throttle = throttle.Throttle()
    longest = 0
    for _ in range(FREE_FAILURES + 7):
        assert log_in(desk, "enno", "wrong password here").status_code == 401
        until = told(desk, "login_failed")[-1].new["locked_until_us"]
        if until:
            longest = max(longest, until - desk.now_us)
            assert log_in(desk, "enno").status_code == 401
            desk.now_us = until
            desk.app.state.keepwell.throttle = throttle.Throttle()
    assert longest == LONGEST_LOCK_US
    assert log_in(desk, "enno").status_code == 200
    assert log_in(desk, "enno", "wrong password here").status_code == 401
    assert log_in(desk, "enno").status_code == 200


def test_an_address_that_guesses_waits(desk: Any) -> None:
    """A list of names tried from one address comes to an end, is told once in the history, and begins anew later."""
    accept(desk, "enno")
    for at in range(throttle.MOST):
        assert log_in(desk, f"person-{at}").status_code == 401
    refused = log_in(desk, "enno")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert "retry-after" in refused.headers
    assert len(told(desk, "login_throttled")) == 1
    desk.now_us += throttle.WINDOW_US
    assert log_in(desk, "enno").status_code == 200


def test_networks_count_as_one() -> None:
    """A household's IPv6 addresses are one; what is no address is itself."""
    assert throttle.network_of("2001:db8:1:2:3::4") == throttle.network_of("2001:db8:1:2::9")
    assert throttle.network_of("2001:db8:1:3::9") != throttle.network_of("2001:db8:1:2::9")
    assert throttle.network_of("::ffff:192.0.2.1") == throttle.network_of("192.0.2.1")
    assert throttle.network_of("fe80::1%eth0") == "fe80::/64"
    assert throttle.network_of("testclient") == "testclient"


def test_an_unknown_name_takes_as_long(desk: Any) -> None:
    """With real hashing, the time of an answer does not tell whether there is such an account."""
    desk.app.state.keepwell.passwords = passwords.Passwords()
    accept(desk, "enno")
    took: dict[str, list[float]] = {"enno": [], "nobody": []}
    for _ in range(4):
        for name, times in took.items():
            began = time.perf_counter()
            log_in(desk, name, "wrong password here")
            times.append(time.perf_counter() - began)
    assert 0.4 < min(took["enno"]) / min(took["nobody"]) < 2.5


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("Password123456!", "password_common"),
        ("qwertyuiop12345", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("13800138000-Anna", "password_about_you"),
        ("Berg.Anna.2026", "password_about_you"),
    ],
)
def test_weak_passwords_are_refused(desk: Any, password: str, code: str) -> None:
    """Too short, tried first, or about the person; the invitation stays open."""
    token = desk.post("/users", {"person": "anna"}).json()["token"]
    refused = desk.post("/invitations/accept", {"token": token, "password": password}, None)
    assert [fault["code"] for fault in refused.json()["errors"]] == [code]
    assert password not in refused.text or len(password) < 6
    good = {"token": token, "password": "一匹白马走过三座石桥上"}
    assert desk.post("/invitations/accept", good, None).status_code == 422
    good["password"] += "去看海"
    assert desk.post("/invitations/accept", good, None).status_code == 204


def test_an_invitation_ends(desk: Any) -> None:
    """After 72 hours, by a newer one, and when the account is disabled."""
    first = desk.post("/users", {"person": "enno"}).json()["token"]
    second = desk.post("/users/enno/invitation", None).json()["token"]

    def try_it(token: str) -> int:
        return int(desk.post("/invitations/accept", {"token": token, "password": GOOD}, None).status_code)

    assert try_it(first) == 404
    desk.now_us += 72 * HOUR
    assert try_it(second) == 404
    third = desk.post("/users/enno/invitation", None).json()["token"]
    desk.post("/users/enno/disable", None)
    assert try_it(third) == 404


def test_changes_of_the_person_are_felt_at_once(desk: Any) -> None:
    """Another role, no role, disabled, removed, registered anew under the same key: live sessions follow."""
    accept(desk, "enno")
    page = cookie(log_in(desk, "enno"))
    assert desk.get("/me", None, headers=page).json()["role"] == "engineer"
    body = {"role": "viewer"}
    assert desk.put("/people/enno", body, headers={"If-Match": "*"}).status_code == 200
    assert desk.get("/me", None, headers=page).json()["role"] == "viewer"
    refused = desk.post("/tickets", {"title": "x", "subject": "zone:z1"}, None, headers=page)
    assert refused.status_code == 403
    assert desk.post("/users/enno/disable", None).status_code == 200
    assert desk.get("/me", None, headers=page).status_code == 401
    assert desk.post("/users/enno/enable", None).json()["state"] == "active"
    assert desk.get("/me", None, headers=page).status_code == 401
    page = cookie(log_in(desk, "enno"))
    assert desk.ask("DELETE", "/api/v1/people/enno", headers={"If-Match": "*"}).status_code == 204
    assert desk.get("/me", None, headers=page).status_code == 401
    assert desk.put("/people/enno", {"role": "admin"}).status_code == 201
    assert desk.get("/me", None, headers=page).status_code == 401
    assert log_in(desk, "enno").status_code == 401
    assert desk.get("/users/enno").status_code == 404


def test_sessions_end_by_rest_by_age_and_by_hand(desk: Any) -> None:
    """Idle and absolute expiry, log-out, one's other sessions, and an admin's word."""
    accept(desk, "enno")
    idle = cookie(log_in(desk, "enno"))
    desk.now_us += IDLE_US
    desk.app.state.keepwell.forget_keys()
    assert desk.get("/me", None, headers=idle).status_code == 401
    used = cookie(log_in(desk, "enno"))
    for _ in range(LONGEST_US // (IDLE_US // 2) - 1):
        desk.now_us += IDLE_US // 2
        desk.app.state.keepwell.forget_keys()
        assert desk.get("/me", None, headers=used).status_code == 200
        desk.loop.run_until_complete(desk.app.state.keepwell.note_uses())
    desk.now_us += IDLE_US // 2
    desk.app.state.keepwell.forget_keys()
    assert desk.get("/me", None, headers=used).status_code == 401
    pages = []
    for _ in range(3):
        desk.now_us += 1_000_000
        pages.append(cookie(log_in(desk, "enno")))
    one, two, three = pages
    mine = desk.get("/me/sessions", None, headers=one).json()["items"]
    assert [row["current"] for row in mine] == [False, False, True]
    ended = desk.ask("DELETE", f"/api/v1/me/sessions/{mine[0]['id']}", None, headers=one)
    assert ended.status_code == 204
    assert desk.get("/me", None, headers=three).status_code == 401
    assert desk.ask("POST", "/api/v1/logout", None, headers=two).status_code == 204
    assert desk.get("/me", None, headers=two).status_code == 401
    assert desk.get("/me", None, headers=one).status_code == 200
    assert desk.post("/users/enno/sessions/end", None).status_code == 200
    assert desk.get("/me", None, headers=one).status_code == 401
    assert [event.subject for event in told(desk, "logged_out")] == ["user:enno"]


def test_somebody_elses_session_is_not_mine_to_end(desk: Any) -> None:
    """As if it did not exist; so is everything of users to who is no admin."""
    accept(desk, "enno")
    accept(desk, "cora")
    page, other = cookie(log_in(desk, "enno")), cookie(log_in(desk, "cora"))
    (row,) = desk.get("/me/sessions", None, headers=other).json()["items"]
    assert desk.ask("DELETE", f"/api/v1/me/sessions/{row['id']}", None, headers=page).status_code == 404
    assert desk.get("/me", None, headers=other).status_code == 200
    assert desk.get("/users", None, headers=page).status_code == 403
    assert desk.get("/users", "supervisor").status_code == 403


def test_a_new_password_ends_the_other_sessions(desk: Any) -> None:
    """One's own stays; the old password opens nothing; a wrong one is counted as at log-in."""
    accept(desk, "enno")
    one, two = cookie(log_in(desk, "enno")), cookie(log_in(desk, "enno"))
    wrong = desk.put("/me/password", {"password": "x", "new_password": BETTER}, None, headers=one)
    assert [fault["code"] for fault in wrong.json()["errors"]] == ["password_wrong"]
    same = desk.put("/me/password", {"password": GOOD, "new_password": GOOD}, None, headers=one)
    assert [fault["code"] for fault in same.json()["errors"]] == ["password_same"]
    body = {"password": GOOD, "new_password": BETTER}
    assert desk.put("/me/password", body, None, headers=one).status_code == 204
    assert desk.get("/me", None, headers=one).status_code == 200
    assert desk.get("/me", None, headers=two).status_code == 401
    assert log_in(desk, "enno").status_code == 401
    assert log_in(desk, "enno", BETTER).status_code == 200
    assert desk.put("/me/password", body).status_code == 404


def test_a_password_somebody_else_chose_only_serves_to_choose_another(desk: Any) -> None:
    """Log-in with it needs a new one along."""
    from store.repositories.users import UserRepository  # noqa: PLC0415

    with desk.database.writing() as connection:
        users, by = UserRepository(connection), By("command line", desk.now_us)
        users.make("enno", by)
        hash = desk.app.state.keepwell.passwords.hash(GOOD)
        users.set_password("enno", hash, by, must_change=True)
    assert log_in(desk, "enno").json()["code"] == "password_change_due"
    assert log_in(desk, "enno", new_password="short").status_code == 422
    assert log_in(desk, "enno", new_password=BETTER).status_code == 200
    assert log_in(desk, "enno", BETTER).status_code == 200


def test_old_hashes_are_made_anew(desk: Any) -> None:
    """When the parameters change, the next log-in brings the hash up to date, unseen."""
    from store.repositories.users import UserRepository  # noqa: PLC0415

    accept(desk, "enno")
    desk.app.state.keepwell.passwords = passwords.Passwords(PasswordHasher(2, 8, 1))
    assert log_in(desk, "enno").status_code == 200
    with desk.database.reading() as connection:
        found = UserRepository(connection).get("enno")
    assert found is not None
    assert "t=2" in str(found.hash)
    assert log_in(desk, "enno").status_code == 200


def test_a_person_has_only_the_scope_of_its_role(desk: Any) -> None:
    """A keeper who is also registered with a customer sees the site, not the customer's things; and role system is nobody's."""
    accept(desk, "kim")
    me = log_in(desk, "kim").json()
    assert (me["role"], me["site"], me["customer"]) == ("keeper", "own2", None)
    assert desk.put("/people/ghost", {"role": "customer"}).status_code == 201
    assert desk.post("/users", {"person": "ghost"}).status_code == 422
    assert desk.put("/people/ghost", {"role": "gateway"}, headers={"If-Match": "*"}).status_code == 200
    assert desk.post("/users", {"person": "ghost"}).status_code == 422
    assert desk.post("/users", {"person": "nobody"}).status_code == 422
    assert desk.post("/users", {"person": "kim"}).status_code == 409


def test_a_key_knows_its_person(desk: Any) -> None:
    """Whoever acts with it is known, and it ends with the account and with the person."""
    made = desk.post("/keys", {"name": "phone", "role": "engineer", "person": "enno"})
    assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    me = desk.get("/me", None, headers=headers).json()
    assert (me["name"], me["person"], me["session"]) == (f"key:{made.json()['id']}", "enno", None)
    accept(desk, "enno")
    desk.post("/users/enno/disable", None)
    assert desk.get("/me", None, headers=headers).status_code == 401
    desk.post("/users/enno/enable", None)
    assert desk.get("/me", None, headers=headers).status_code == 200
    assert desk.ask("DELETE", "/api/v1/people/enno", headers={"If-Match": "*"}).status_code == 204
    assert desk.get("/me", None, headers=headers).status_code == 401
    assert desk.post("/keys", {"name": "x", "role": "viewer", "person": "nobody"}).status_code == 422


def test_nobody_promotes_anybody_beyond_themselves(desk: Any) -> None:
    """Who keeps the list of people decides nothing about rights: not by PUT, not by DELETE, not by a push, not by a list."""
    put = {
        "enno": {"role": "admin"},
        "new": {"role": "admin"},
        "cora": {"role": "customer", "customer": "c2"},
    }
    for key, body in put.items():
        headers = {} if key == "new" else {"If-Match": "*"}
        assert desk.put(f"/people/{key}", body, "engineer", headers=headers).status_code == 403, key
    gone = desk.ask("DELETE", "/api/v1/people/anna", "supervisor", headers={"If-Match": "*"})
    assert gone.status_code == 403
    for row in ({"key": "boss", "role": "admin"}, {"key": "enno", "role": "supervisor"}):
        refused = desk.post("/bulk/people", [{"name": "N", **row}], "supervisor")
        assert refused.status_code == 422, refused.text
        assert "lists.fault.role_not_yours" in refused.text
    assert desk.put("/people/new", {"role": "engineer"}, "engineer").status_code == 201
    assert desk.put("/people/hand", {"role": "driver", "carrier": "k1"}, "supervisor").status_code == 201
    changed = {"role": "engineer", "phone": "1"}
    assert desk.put("/people/enno", changed, "engineer", headers={"If-Match": "*"}).status_code == 200
    assert desk.post("/bulk/people", [{"key": "enno", "role": "viewer"}]).status_code == 200


def test_what_is_taken_away_is_on_record_and_log_ins_are_nobodys_business(desk: Any) -> None:
    """A table of readings is an export by somebody; only who administers users reads of that, and of who logged in."""
    accept(desk, "enno")
    page = cookie(log_in(desk, "enno"))
    asked = {"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T09:00:00Z", "zone": "z1"}
    assert desk.get("/readings", None, headers=page, params=asked).status_code == 200
    assert not told(desk, "exported")
    assert desk.get("/readings", None, headers=page, params=asked | {"format": "csv"}).status_code == 200
    (event,) = told(desk, "exported")
    assert (event.principal, event.subject) == ("person:enno", "export:list_readings")
    assert "zone=z1" in event.new["query"]
    for who, sees in (("admin", True), ("supervisor", False), ("viewer", False), ("c1", False)):
        text = desk.get("/events", who, params={"limit": 1000}).text
        assert ("export:" in text, "user:enno" in text) == (sees, sees), who
        assert bool(desk.get("/events", who, params={"subject": "user:enno"}).json()["items"]) is sees
