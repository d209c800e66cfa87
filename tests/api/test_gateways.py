"""Credentials of gateways over HTTP, and which gateways are seen: expected, unexpected, misspelt, refused."""

from __future__ import annotations

import json
import shlex
from typing import Any

import bcrypt
import pytest

from api.sightings import Access, Expected, Sighted, Trace, judge
from ingest.nouns import LinkChange
from store.gateway_secrets import is_hash_of
from store.refusals import Refusal, Refused
from store.repositories.credentials import CredentialRepository
from tests.api.conftest import World, batch

NOW = 1_800_000_000_000_000
MINUTE = 60_000_000


def refusal(what: Refused, user: str, topic: str = "", last_us: int = NOW) -> Refusal:
    """Something refused just now."""
    return Refusal(what, user, topic, "192.0.2.7", last_us - MINUTE, last_us, 3)


def test_a_credential_is_shown_once_and_kept_as_a_hash(world: World) -> None:
    """The secret is in one answer; no later answer, event or row of the database holds it."""
    made = world.post("/gateways/gw-new/credential", None)
    assert made.status_code == 201, made.text
    issued = made.json()
    secret = issued["secret"]
    assert len(secret) == 43
    assert secret.isalnum()
    assert issued["publish"] == [
        "keepwell/v1/gw-new/telemetry",
        "keepwell/v1/gw-new/status",
        "tele/gw-new/SENSOR",
    ]
    assert issued["read"] == ["keepwell/v1/gw-new/alarm"]
    assert issued["broker"] == {
        "address": "mqtt://192.0.2.10:1883",
        "host": "192.0.2.10",
        "port": 1883,
        "tls": False,
    }
    words = shlex.split(issued["try_it"])
    assert words[:5] == ["mosquitto_pub", "-h", "192.0.2.10", "-p", "1883"]
    assert secret in words

    assert world.get("/gateways/gw-new").json()["key"] == "gw-new"  # it was registered on the way
    told = [
        world.get("/gateways/gw-new/credential").text,
        world.get("/events").text,
        world.get("/gateways/sightings").text,
    ]
    assert not [text for text in told if secret in text]
    for file in world.folder.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file
    with world.database.reading() as connection:
        hashes = CredentialRepository(connection).in_force()["gw-new"]
    assert bcrypt.checkpw(secret.encode(), hashes.bcrypt.encode())
    assert is_hash_of(hashes.pbkdf2, secret)
    assert not is_hash_of(hashes.pbkdf2, secret + "x")


def test_renewing_and_revoking(world: World) -> None:
    """A second POST makes another secret, DELETE ends it; each is an event with who did it and why."""
    first = world.post("/gateways/gw-new/credential", None).json()["secret"]
    second = world.post("/gateways/gw-new/credential?reason=lost", None).json()["secret"]
    assert first != second
    assert world.ask("DELETE", "/api/v1/gateways/gw-new/credential").json()["revoked"] is not None
    again = world.ask("DELETE", "/api/v1/gateways/gw-new/credential")
    assert again.status_code == 200
    acts = [
        (e["act"], e["reason"])
        for e in world.get("/events").json()["items"]
        if e["subject"] == "credential:gw-new"
    ]
    assert acts == [("issued", ""), ("renewed", "lost"), ("revoked", "")]
    with world.database.reading() as connection:
        assert "gw-new" not in CredentialRepository(connection).in_force()


def test_who_may(world: World) -> None:
    """Admin, supervisor, engineer and integrator manage credentials; who reads the warehouse sees sightings; customers see neither."""
    for who in world.secrets:
        role = world_role(who)
        allowed = role in {"admin", "supervisor", "engineer", "integrator"}
        assert world.post("/gateways/gw-x/credential", None, who).status_code == (201 if allowed else 403), (
            who
        )
        assert world.get("/gateways/gw-x/credential", who).status_code == (200 if allowed else 403), who
        if role in {"customer", "gateway", "driver", "keeper", "carrier"}:
            assert world.get("/gateways/sightings", who).status_code == 403, who


def world_role(who: str) -> str:
    """The role behind the name of a key of the tests."""
    return who.rstrip("0123456789").removesuffix("-").split("-")[0].split("_")[0]


@pytest.mark.parametrize("key", ["keepwell-api", "keepwell"])
def test_names_of_keepwells_own_users_are_not_given_away(world: World, key: str) -> None:
    """A gateway with such a name would come as Keepwell itself."""
    assert world.post(f"/gateways/{key}/credential", None).status_code == 422


def test_what_has_no_credential_is_not_found(world: World) -> None:
    """Neither reading nor revoking invents one."""
    assert world.get("/gateways/nobody/credential").status_code == 404
    assert world.ask("DELETE", "/api/v1/gateways/nobody/credential").status_code == 404


def test_sightings_over_http(world: World) -> None:
    """A gateway with a credential that never came, and the name under which it tries, point at each other."""
    world.post("/gateways/dock-7/credential", None)
    world.refused.append(refusal(Refused.LOG_IN, "dock7", last_us=world.now_us))
    rows = {row["gateway"]: row for row in everything(world)}
    assert rows["dock-7"]["state"] == "never_seen"
    assert rows["dock-7"]["maybe"] == ["dock7"]
    assert rows["dock7"]["state"] == "refused"
    assert rows["dock7"]["maybe"] == ["dock-7"]
    assert rows["dock7"]["refusals"][0]["what"] == "log_in"
    assert "dock-7" in rows["dock7"]["advice"]
    chinese = world.get("/gateways/sightings?state=refused", headers={"Accept-Language": "zh"}).json()[
        "items"
    ]
    assert [row["gateway"] for row in chinese] == ["dock7"]
    assert "编号" in chinese[0]["advice"] or "用户名" in chinese[0]["advice"]
    metrics = world.ask("GET", "/metrics").text
    assert 'keepwell_gateways{state="never_seen"} 1.0' in metrics
    assert 'keepwell_gateways{state="refused"} 1.0' in metrics


def test_what_a_gateway_said_of_itself(world: World) -> None:
    """Its last status stands with its sighting; a filter finds the one gateway, and what is not there is nobody."""

    def say(online: bool) -> None:
        links = [LinkChange("g1", world.now_us, online)]
        world.store.apply([(world.reader.position() + 1, batch([], links=links))])

    say(True)
    (row,) = world.get("/gateways/sightings?gateway=g1").json()["items"]
    assert (row["gateway"], row["online"]) == ("g1", True)
    say(False)
    (row,) = world.get("/gateways/sightings?gateway=g1").json()["items"]
    assert row["online"] is False
    assert world.get("/gateways/sightings?gateway=nobody").json()["items"] == []


def everything(world: World) -> list[dict[str, Any]]:
    """All sightings, page by page, so that paging is tried too."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = world.get(f"/gateways/sightings?limit=1{cursor}").json()
        rows += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    whole = world.get("/gateways/sightings").json()["items"]
    assert json.dumps(rows) == json.dumps(whole)
    return rows


@pytest.mark.parametrize(
    ("expected", "trace", "state"),
    [
        (Expected(Access.IN_FORCE), None, Sighted.NEVER_SEEN),
        (Expected(devices=3), None, Sighted.NEVER_SEEN),
        (Expected(), None, Sighted.IDLE),
        (Expected(Access.REVOKED), None, Sighted.IDLE),
        (Expected(devices=1), Trace(NOW - 11 * MINUTE), Sighted.SILENT),
        (Expected(devices=1), Trace(NOW - 9 * MINUTE), Sighted.SEEN),
        (Expected(devices=1, interval_us=60 * MINUTE), Trace(NOW - 170 * MINUTE), Sighted.SEEN),
        (Expected(devices=1, interval_us=60 * MINUTE), Trace(NOW - 190 * MINUTE), Sighted.SILENT),
        (Expected(Access.REVOKED), Trace(NOW - 90 * MINUTE), Sighted.SEEN),
        (None, Trace(NOW), Sighted.UNKNOWN),
    ],
)
def test_states(expected: Expected | None, trace: Trace | None, state: Sighted) -> None:
    """What is expected and what was seen, in every combination."""
    registry = {"gw-1": expected} if expected else {}
    found = judge(registry, {"gw-1": trace} if trace else {}, [], NOW)
    assert [one.state for one in found] == [state]
    waits = state is Sighted.NEVER_SEEN and expected is not None and expected.access is Access.NONE
    assert found[0].advice == ("never_seen_no_credential" if waits else str(state))


def test_the_newest_refusal_is_what_the_advice_is_about() -> None:
    """A gateway that got in at last is not told about its old secret."""
    expected = {"gw-1": Expected(Access.IN_FORCE, 1)}
    old = refusal(Refused.LOG_IN, "gw-1", last_us=NOW - 60 * MINUTE)
    new = refusal(Refused.PUBLISH, "gw-1", "keepwell/v1/gw-2/telemetry")
    assert judge(expected, {}, [old], NOW)[0].advice == "wrong_secret"
    assert judge(expected, {}, [new, old], NOW)[0].advice == "refused_publish"
    assert judge({"gw-1": Expected(Access.REVOKED)}, {}, [old], NOW)[0].advice == "revoked_credential"
    assert judge({"gw-1": Expected()}, {}, [old], NOW)[0].advice == "no_credential"
    renewed = Expected(Access.IN_FORCE, 1, issued_us=NOW - 30 * MINUTE)
    assert judge({"gw-1": renewed}, {}, [old], NOW)[0].advice == "never_seen"
    back = {"gw-1": Trace(NOW - 2 * MINUTE)}
    assert judge(expected, back, [old], NOW)[0].advice == "seen"
    assert judge(expected, back, [new], NOW)[0].advice == "refused_publish"
    nameless = judge({}, {}, [refusal(Refused.PUBLISH, "keepwell-anonymous", "x")], NOW)[0]
    assert (nameless.gateway, nameless.advice) == ("", "refused_publish")


def test_a_misspelling_points_at_the_gateway_that_is_missing() -> None:
    """Of two that are alike, the one that never came is meant; of those that came, none is accused of it."""
    expected = {"gw-11": Expected(devices=1), "gw-12": Expected(devices=1), "harbour": Expected(devices=1)}
    traces = {"gw-12": Trace(NOW), "gw-1l": Trace(NOW), "GW-11": Trace(NOW), "zebra": Trace(NOW)}
    found = {one.gateway: one for one in judge(expected, traces, [], NOW)}
    assert found["gw-1l"].maybe == ("gw-11",)
    assert found["GW-11"].maybe == ("gw-11",)
    assert found["zebra"].maybe == ()
    assert set(found["gw-11"].maybe) == {"GW-11", "gw-1l"}
    assert found["gw-12"].maybe == ()
    assert found["harbour"].maybe == ()
