"""Users: passwords, invitations, persons who change, and who may make whom."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher

from api import passwords
from store.repositories.records import By
from store.repositories.users import UserRepository
from tests.logging_in import BETTER, GOOD, accept, cookie, log_in, staffed, told

HOUR = 3_600_000_000


@pytest.fixture
def desk(world: Any) -> Any:
    """The world, with people."""
    return staffed(world)


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


def test_a_password_somebody_else_chose_only_serves_to_choose_another(desk: Any) -> None:
    """Log-in with it needs a new one along."""
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
    desk.now_us += 1_000_000
    assert desk.put("/people/enno", {"role": "engineer"}).status_code == 201
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


def test_how_one_is_told_oneself(desk: Any) -> None:
    """As the registry has it until one says otherwise; an address goes in and never out; a key of nobody is told nothing."""
    person = {
        "role": "engineer",
        "quiet_from": "22:30",
        "quiet_to": "06:00",
        "channels": ["dingtalk://SECRETOFTHEBOT@T/"],
    }
    assert desk.put("/people/enno", person, headers={"If-Match": "*"}).status_code == 200
    accept(desk, "enno")
    assert log_in(desk, "enno").status_code == 200
    made = desk.post("/keys", {"name": "phone", "role": "engineer", "person": "enno"}).json()
    own = {"Authorization": f"Bearer {made['secret']}"}
    before = desk.get("/me/telling", None, headers=own).json()
    assert (before["quiet_from"], before["version"], len(before["chats"])) == ("22:30", 0, 1)
    wanted = {"quiet_from": "21:00", "quiet_to": "07:00", "high_waits": True, "per_hour": 9}
    kept = desk.put("/me/telling", wanted, None, headers=own)
    assert kept.status_code == 200, kept.text
    assert (kept.json()["chats"], kept.json()["version"]) == (before["chats"], 1)
    assert desk.put("/me/telling", wanted, None, headers=own).status_code == 428
    again = desk.put(
        "/me/telling", wanted | {"urls": []}, None, headers=own | {"If-Match": kept.headers["etag"]}
    )
    assert (again.json()["chats"], again.json()["quiet_from"]) == ([], "21:00")
    assert desk.get("/telling/person:enno").json() == again.json()
    assert "SECRETOFTHEBOT" not in kept.text + desk.get("/events?limit=1000").text
    assert desk.get("/me/telling").json()["version"] == 0
    assert desk.put("/me/telling", wanted).status_code == 404
