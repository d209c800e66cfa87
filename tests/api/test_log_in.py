"""Log-in, sessions and forged requests, against the whole application."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from api import passwords, throttle
from api.app import create_app
from api.policy import ACTS
from registry import nouns as r
from store import events
from store.repositories.sessions import IDLE_US, LONGEST_US
from store.repositories.users import FREE_FAILURES, LONGEST_LOCK_US
from tests.api.test_stream import started
from tests.logging_in import BETTER, GOOD, accept, cookie, log_in, staffed, told


@pytest.fixture
def desk(world: Any) -> Any:
    """The world, with people."""
    return staffed(world)


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


def test_a_stream_ends_with_its_session(desk: Any) -> None:
    """Over a real server: the session is ended elsewhere, and within the time promised the stream says nothing more."""
    accept(desk, "enno")
    url, running, thread = started(desk)
    try:
        with httpx.Client(base_url=url, timeout=20, headers={"Origin": url}) as browser:
            body = {"name": "enno", "password": GOOD}
            assert browser.post("/api/v1/login", json=body).status_code == 200
            with browser.stream("GET", "/api/v1/stream") as answer:
                assert answer.status_code == 200
                lines = answer.iter_lines()
                assert next(lines).startswith("retry")
                assert desk.post("/users/enno/sessions/end", None).status_code == 200
                began = time.monotonic()
                assert not any("readings" in line for line in lines)
                assert time.monotonic() - began < 8
            assert browser.get("/api/v1/me").status_code == 401
    finally:
        running.should_exit = True
        thread.join(20)
