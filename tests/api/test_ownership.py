"""Nobody sees what is not theirs: two customers, a gateway, and every operation there is."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from api.policy import ACTS, Act
from registry.nouns import Role

RANGE = {"from": "2026-11-21T07:00:00Z", "to": "2026-11-21T11:00:00Z"}
"""Both customers' hours."""

EVERYTHING = {
    "customers": ["c1", "c2"], "zones": ["z1", "z2", "van"], "lots": ["l1", "l2"], "products": ["tin", "lead"],
    "profiles": ["metal"], "shipments": ["s1"], "findings": ["f-c1", "f-c2", "f-sensor"], "tickets": ["1", "2", "3"],
    "devices": ["p1", "p2"], "gateways": ["g1", "g2"], "equipment": ["ac1"], "carriers": ["k1", "k2"],
}  # fmt: skip
ROLES = {
    "c1": Role.CUSTOMER, "c2": Role.CUSTOMER, "keeper": Role.KEEPER, "yard": Role.KEEPER, "driver": Role.DRIVER,
    "carrier": Role.CARRIER, "integrator": Role.INTEGRATOR, "g1": Role.GATEWAY, "viewer": Role.VIEWER, "quality": Role.QUALITY,
}  # fmt: skip
FOREIGN: dict[str, dict[str, list[str]]] = {
    # what c1 must not find, per path parameter and operation
    "c1": {
        "customers": ["c2"], "sites": ["own2"], "zones": ["z2", "van"], "lots": ["l2"], "products": ["tin"],
        "shipments": ["s1"], "findings": ["f-c2", "f-sensor"], "tickets": ["2", "3"],
    },
    "c2": {
        "customers": ["c1"], "zones": ["z2", "van"], "lots": ["l1"], "products": ["tin"], "shipments": ["s1"],
        "findings": ["f-c1", "f-sensor"], "tickets": ["1", "3"],
    },
    # the keeper of own2, where nothing of this stands, and a carrier that carries nothing
    "keeper": EVERYTHING | {"sites": ["depot"]},
    "carrier": EVERYTHING | {"sites": ["depot", "own2"], "carriers": ["k1"]},
}  # fmt: skip
OWN = {
    "c1": {"customers": "c1", "sites": "depot", "zones": "z1", "lots": "l1", "products": "lead", "profiles": "metal",
           "findings": "f-c1", "tickets": "1"},
    "c2": {"customers": "c2", "sites": "own2", "zones": "z1", "lots": "l2", "products": "lead", "profiles": "metal",
           "findings": "f-c2", "tickets": "2"},
    "yard": {"sites": "depot", "zones": "z1", "lots": "l1", "products": "lead", "profiles": "metal", "shipments": "s1",
             "findings": "f-c2", "tickets": "2", "devices": "p1", "gateways": "g1", "equipment": "ac1"},
    "driver": {"sites": "depot", "shipments": "s1", "carriers": "k1"},
    "keeper": {"sites": "own2"},
}  # fmt: skip
BODIES: dict[str, Any] = {
    "comment_ticket": {"text": "hello"}, "acknowledge_alarm": {"comment": ""}, "move_ticket": {"act": "accept"},
    "submit_dead_letter": {}, "try_dead_letter": {}, "replace_device": {"by": "p2"}, "put_schedule": {"events": []},
    "assign_ticket": {"to": "nobody", "reason": "x"},
}  # fmt: skip


def operations(world: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of everything in the document."""
    paths = world.ask("GET", "/openapi.json", None).json()["paths"]
    return [(method.upper(), path, verb) for path, verbs in paths.items() for method, verb in verbs.items()]


def test_every_operation_names_its_act(still_world: Any) -> None:
    """Only the two probes, log-in, the acceptance of an invitation, the first user and the reports of providers (with a token) are open; everything else stands behind the gate, and the document says which act it is."""
    open_ones = {path for _, path, verb in operations(still_world) if "x-keepwell-act" not in verb}
    assert open_ones == {
        "/healthz",
        "/readyz",
        "/api/v1/login",
        "/api/v1/invitations/accept",
        "/api/v1/set-up",
        "/api/v1/receipts/{provider}",
    }
    assert {
        verb["x-keepwell-act"] for _, _, verb in operations(still_world) if "x-keepwell-act" in verb
    } == set(Act)


@pytest.mark.parametrize("who", [None, *ROLES])
def test_the_gate_comes_first(still_world: Any, who: str | None) -> None:
    """Without a key 401, with a role that never does it 403: whatever else is wrong with the request.

    A key opens no link and no hook: there it is 404 and 401, as for any wrong token.
    """
    for method, path, verb in operations(still_world):
        act = verb.get("x-keepwell-act")
        if act is None or (who is not None and Act(act) in ACTS[ROLES[who]]):
            continue
        answer = still_world.ask(
            method,
            path.replace("{", "%7B"),
            who,
            content=b"{not json",
            headers={"Content-Type": "application/json"},
        )
        by_key = 401 if who is None else 403
        expected = {"link": 404, "hook": 401}.get(verb.get("x-keepwell-way", ""), by_key)
        assert answer.status_code in {expected, 429 if expected == 404 else expected}, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("who", FOREIGN)
def test_foreign_things_do_not_exist(still_world: Any, who: str) -> None:
    """On every operation with a key in its path: somebody else's thing answers exactly as one that does not exist."""
    alarms = {row["cause"]: row["id"] for row in still_world.get("/alarms").json()["items"]}
    placements = {row["subject"]: row["id"] for row in still_world.get("/placements").json()["items"]}
    others = {"c1": ["hot"], "c2": ["warm"]}.get(who, ["hot", "warm"])
    foreign = FOREIGN[who] | {
        "alarms": [alarms["device:g1/p1:sentinel"], *(alarms[f"zone:z1:temperature:{band}"] for band in others)],
        "placements": [placements["p1"], *(placements[{"hot": "l2", "warm": "l1"}[band]] for band in others)],
    }  # fmt: skip
    tried = 0
    for method, path, verb in operations(still_world):
        kind = path.split("/")[3] if path.startswith("/api/v1/") else ""
        if "{" not in path or kind not in foreign or ROLES[who] not in verb["x-keepwell-roles"]:
            continue
        for key in foreign[kind]:
            url = path.split("{")[0] + key + path.split("}")[1]
            answer = still_world.ask(method, url, who, json=BODIES.get(verb["operationId"]))
            absent = still_world.ask(
                method,
                url.replace(
                    key, "99999999" if kind == "tickets" else "0" * 36 if kind == "placements" else "nothing"
                ),
                who,
                json=BODIES.get(verb["operationId"]),
            )
            assert (answer.status_code, absent.status_code) == (404, 404), (
                method,
                url,
                answer.text,
                absent.text,
            )
            assert {**answer.json(), "instance": ""} == {**absent.json(), "instance": ""}
            tried += 1
    assert tried >= 15


@pytest.mark.parametrize("who", OWN)
def test_own_things_are_found(still_world: Any, who: str) -> None:
    """The rule hides what is foreign and nothing else."""
    for kind, key in OWN[who].items():
        assert still_world.get(f"/{kind}/{key}", who).status_code == 200, (kind, key)


ALL_WORDS = (
    '"c1"',
    '"l1"',
    '"l2"',
    "f-c1",
    "f-c2",
    '"z1"',
    '"z2"',
    "g1",
    "g2",
    '"van"',
    '"s1"',
    '"ac1"',
)
WORDS = {
    "c1": ('"c2"', '"l2"', "f-c2", ":c2", "z2", "g2/"),
    "c2": ('"c1"', '"l1"', "f-c1", ":c1", "z2", "g2/"),
    "keeper": (*ALL_WORDS, '"c2"', '"depot"'),
    "carrier": (*ALL_WORDS, '"c2"', '"depot"', '"own2"', '"k1"'),
    "yard": ("own2", '"tin"'),
    "driver": (*(w for w in ALL_WORDS if w not in {'"s1"', '"van"'}), '"c2"', "own2"),
}
"""What must not stand in any list that one asks for."""
LISTS = {
    "/api/v1/identify": {"code": "keepwell:device/p2"}, "/api/v1/labels": {"kind": "lot", "site": "own2"},
}  # fmt: skip


def _says(text: str, word: str) -> bool:
    """Whether a word stands in a text by itself: ids and cursors, which chance makes, hold many a short one."""
    begin = r"(?<![\w-])" if word[0].isalnum() else ""
    end = r"(?!\w)" if word[-1].isalnum() else ""
    return re.search(begin + re.escape(word) + end, text) is not None


@pytest.mark.parametrize("who", WORDS)
def test_lists_hold_own_things_only(still_world: Any, who: str) -> None:
    """Whatever a list shows to who sees only its own, no foreign key stands anywhere in it."""
    zone = {"keeper": None, "carrier": None, "driver": None}.get(who, "z1")
    asked = 0
    for method, path, verb in operations(still_world):
        lists = method == "GET" and "{" not in path and not path.endswith("/stream")
        if not lists or ROLES[who] not in verb.get("x-keepwell-roles", []):
            continue
        more = (
            RANGE | {"limit": 1000} | ({"zone": zone} if zone else {"series": 1})
            if "readings" in path
            else {}
        )
        if path.endswith("/derived"):
            more = RANGE | {"zone": zone or "z1", "quantity": "dew_point_margin"}
        answer = still_world.ask(method, path, who, params=more or LISTS.get(path, {}))
        nothing = (
            {404} if "readings" in path and zone is None else {422} if path.endswith("/labels") else set()
        )
        assert answer.status_code in {200, *nothing}, (path, answer.text)
        for foreign in WORDS[who]:
            assert not _says(answer.text, foreign), (path, foreign)
        asked += 1
    assert asked >= 15


@pytest.mark.parametrize(("who", "first", "last"), [("c1", 0.0, 59.0), ("c2", 60.0, 119.0)])
def test_readings_of_a_place_are_seen_while_ones_goods_are_there(
    still_world: Any, who: str, first: float, last: float
) -> None:
    """The same probe, the same question: each customer gets the minutes of its own goods, raw, as CSV and in buckets."""
    for by in ({"zone": "z1"}, {"device": "g1/p1"}, {"series": 1}, {"site": "depot"}):
        asked = RANGE | by | {"quantity": "temperature"}
        rows = [r for r in still_world.get("/readings", who, params=asked).json()["items"] if not r["flags"]]
        assert (rows[0]["value"], rows[-1]["value"], len(rows)) == (first, last, 60), by
        text = still_world.get("/readings", who, params=asked | {"format": "csv"}).text
        column = [
            float(row["value"])
            for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
            if not row["flags"]
        ]
        assert (min(column), max(column)) == (first, last)
        (series,) = still_world.get("/readings/buckets", who, params=asked | {"buckets": 3}).json()["items"]
        low = [x for x in series["min"] if x is not None]
        high = [x for x in series["max"] if x is not None]
        assert (min(low), max(high), sum(series["count"])) == (first, last, 60), by


def test_a_bucket_that_two_customers_share_is_reckoned_from_ones_own(still_world: Any) -> None:
    """One bucket over both hours: its mean is of one's own minutes alone, whatever rollups there are."""
    asked = RANGE | {"zone": "z1", "quantity": "temperature", "buckets": 1}
    means = {}
    for who in ("admin", "c1", "c2"):
        view = still_world.get("/readings/buckets", who, params=asked).json()
        means[who] = [x for x in view["items"][0]["mean"] if x is not None]
    assert means["c1"] == [pytest.approx(29.5)]
    assert means["c2"] == [pytest.approx(89.5)]
    assert means["admin"] == [pytest.approx(59.5)]


@pytest.mark.parametrize("by", [{"zone": "z2"}, {"device": "g2/p2"}, {"series": 3}, {"zone": "nowhere"}, {"series": 77}, {"device": "g9"}, {"site": "x"}])  # fmt: skip
@pytest.mark.parametrize("path", ["/series", "/readings", "/readings/latest", "/readings/buckets", "/stream"])
def test_a_place_without_ones_goods_does_not_exist(still_world: Any, by: dict[str, Any], path: str) -> None:
    """Named places, devices and series that were never one's own are 404, like those that do not exist."""
    asked = RANGE | by | ({"readings_every_s": 1} if path == "/stream" else {})
    assert still_world.get(path, "c1", params=asked).status_code == 404


def test_goods_that_come_later_open_the_door_at_once(world: Any) -> None:
    """A placement entered now is felt by the next question, and so is its correction."""
    assert world.get("/readings", "c1", params=RANGE | {"zone": "z2"}).status_code == 404
    body = {"subject_kind": "lot", "subject": "l1", "place_kind": "zone", "place": "z2",
            "valid_from": "2026-11-21T08:30:00Z", "valid_to": "2026-11-21T09:00:00Z"}  # fmt: skip
    made = world.post("/placements", body)
    assert made.status_code == 201, made.text
    rows = world.get("/readings", "c1", params=RANGE | {"zone": "z2"}).json()["items"]
    assert [row["time"][11:16] for row in rows] == ["08:30", "08:40", "08:50"]
    removed = world.ask(
        "DELETE", f"/api/v1/placements/{made.json()['id']}", headers={"If-Match": made.headers["etag"]}
    )
    assert removed.status_code == 204
    assert world.get("/readings", "c1", params=RANGE | {"zone": "z2"}).status_code == 404


def test_a_customers_own_site_is_its_own_at_all_times(world: Any) -> None:
    """What stands on c2's site is seen by c2 without any lot on record, and its owner is told to nobody else."""
    assert world.put("/zones/cold", {"site": "own2"}).status_code == 201
    assert world.get("/zones/cold", "c2").status_code == 200
    assert world.get("/zones/cold", "c1").status_code == 404
    assert world.get("/sites/own2", "c2").json()["customer"] == "c2"


def test_a_gateway_sees_its_own_ledger_and_dead_letters(still_world: Any) -> None:
    """Asked without a name it is its own; by another's name it does not exist."""
    for path in ("/ledger", "/dead-letters"):
        rows = still_world.get(path, "g1").json()["items"]
        assert rows
        assert {row["gateway"] for row in rows} == {"g1"}
        assert still_world.get(path, "g1", params={"gateway": "g2"}).status_code == 404
    foreign = next(
        row["id"] for row in still_world.get("/dead-letters").json()["items"] if row["gateway"] == "g2"
    )
    assert still_world.get(f"/dead-letters/{foreign}", "g1").status_code == 404


def test_customers_tickets_are_nobody_elses(world: Any) -> None:
    """What one customer writes about a place that another shares is seen by the first alone; foreign goods cannot be named."""
    body = {"title": "It smells", "description": "in hall 1", "subject": "zone:z1"}
    mine = world.post("/tickets", body, "c1").json()
    assert (mine["kind"], mine["subject"], mine["zone"]) == ("customer", "customer:c1", "z1")
    assert world.get(f"/tickets/{mine['number']}", "c1").status_code == 200
    assert world.get(f"/tickets/{mine['number']}", "c2").status_code == 404
    for foreign in ("lot:l2", "zone:z2", "customer:c2", "device:g1/p1", "site:own2", "zone:nowhere"):
        assert world.post("/tickets", body | {"subject": foreign}, "c1").status_code == 404, foreign
    assert world.post("/tickets", body | {"zone": "z2", "subject": "lot:l1"}, "c1").status_code == 404


def test_a_customer_reads_its_own_words_and_no_names(world: Any) -> None:
    """Internal comments, principals and reasons stay inside; one's own comment and the story of the states do not."""
    world.post("/tickets/1/comments", {"text": "compressor again"}, "engineer")
    world.post("/tickets/1/comments", {"text": "please hurry"}, "c1")
    world.post("/tickets/1/transitions", {"act": "hold", "reason": "no spare part"}, "engineer")
    full = world.get("/tickets/1", "c1").json()
    assert [comment["text"] for comment in full["comments"]] == ["please hurry"]
    assert full["acts"] == []
    assert [step["state"] for step in full["history"] if step["state"]] == ["new", "pending"]
    engineer = world.get("/keys").json()["items"]
    names = [f"key:{row['id']}" for row in engineer if row["name"] == "engineer"]
    assert names[0] not in world.get("/tickets/1", "c1").text
    assert names[0] in world.get("/tickets/1", "viewer").text
