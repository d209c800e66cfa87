"""Webhooks over HTTP: made, changed, tried, replayed; each is told what its customer may know, and nothing of another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from keepwell.wiring.webhooks import follower_of
from notify.webhooks.addresses import Allowed
from notify.webhooks.messages import FAMILIES, TYPES, body, wanted
from notify.webhooks.posting import Poster
from notify.webhooks.sender import Sender
from tests.receivers import Receiver, receiving

ANY = {"If-Match": "*"}
UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@contextmanager
def sending(world: Any) -> Iterator[Sender]:
    """A sender beside the application."""
    follower = follower_of(world.database)
    poster = Poster(Allowed.read("127.0.0.0/8"), total_s=2.0)
    sender = Sender(world.database, follower, poster, lambda: world.now_us, lambda: 0.0)
    yield sender
    sender.close()


def sent(world: Any, sender: Sender) -> None:
    """Everything that is due goes out."""
    while sender.step(world.now_us) + sender.settle(world.now_us, 10.0):
        pass


def made(world: Any, receiver: Receiver | None = None, **more: Any) -> dict[str, Any]:
    """A new endpoint, as it was answered."""
    url = "https://hooks.example/x"
    answer = world.post("/webhooks", {"name": "test", "url": url, **more})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    if receiver is not None:  # the API of this world allows no local address; what sends does
        with world.database.writing() as connection:
            connection.exec_driver_sql(
                "UPDATE webhook_endpoint SET url = ? WHERE id = ?", (receiver.url, view["id"])
            )
    return view


def test_a_secret_is_shown_once(world: Any) -> None:
    """In the answer that makes it, and in the one that rotates it; in no list, no event."""
    view = made(world)
    assert view["secret"].startswith("whsec_")
    rotated = world.post(f"/webhooks/{view['id']}/rotate", None).json()
    assert rotated["secret"] != view["secret"]
    assert rotated["previous_secret_until"] == "2026-11-22T10:01:00Z"
    for path in ("/webhooks", f"/webhooks/{view['id']}", "/events", f"/webhooks/{view['id']}/deliveries"):
        text = world.get(path).text
        assert "whsec_" not in text
    assert "hooks.example/x" not in world.get("/events").text


@pytest.mark.parametrize(
    ("change", "location"),
    [
        ({"url": "http://hooks.example/"}, "body/url"), ({"url": "https://127.0.0.1/"}, "body/url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "body/url"), ({"url": "https://u:p@hooks.example/"}, "body/url"),
        ({"url": "nonsense"}, "body/url"), ({"types": ["ticket.opened", "ticket.eaten"]}, "body/types/1"),
        ({"language": "fr"}, "body/language"), ({"customer": "nobody"}, "body"), ({"name": ""}, "body/name"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(still_world: Any, change: dict[str, Any], location: str) -> None:
    """A wrong endpoint is refused with the field, and nothing is kept of it."""
    before = still_world.get("/webhooks").json()
    answer = still_world.post("/webhooks", {"name": "a", "url": "https://hooks.example/", **change})
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, location)
    assert still_world.get("/webhooks").json() == before


def test_an_endpoint_is_changed_by_version_and_forgotten(world: Any) -> None:
    """ETags as everywhere; the customer never changes."""
    view = made(world, customer="c1")
    path = f"/webhooks/{view['id']}"
    body = {
        "name": "new",
        "url": "https://other.example/",
        "customer": "c1",
        "types": ["lot.held"],
        "enabled": False,
    }
    assert world.put(path, body).status_code == 428
    assert world.put(path, body, headers={"If-Match": '"7"'}).status_code == 412
    assert world.put(path, {**body, "customer": "c2"}, headers=ANY).status_code == 422
    assert world.put(path, {**body, "customer": None}, headers=ANY).status_code == 422
    changed = world.put(path, body, headers={"If-Match": '"1"'})
    assert (changed.json()["disabled"], changed.json()["types"], changed.headers["etag"]) == (
        "by_hand",
        ["lot.held"],
        '"2"',
    )
    assert world.ask("DELETE", f"/api/v1{path}").status_code == 428
    assert world.ask("DELETE", f"/api/v1{path}", headers=ANY).status_code == 204
    for method, more in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/ping"),
        ("POST", "/rotate"),
        ("GET", "/deliveries"),
    ):
        assert world.ask(method, f"/api/v1{path}{more}", headers=ANY).status_code == 404


def test_a_ping_and_its_replay(world: Any) -> None:
    """Tried out: the delivery is seen with what came of it, and sent again with its id."""
    with receiving() as receiver, sending(world) as sender:
        view = made(world, receiver)
        path = f"/webhooks/{view['id']}"
        ping = world.post(f"{path}/ping", None)
        assert (ping.status_code, ping.json()["state"]) == (202, "waiting")
        sent(world, sender)
        (row,) = world.get(f"{path}/deliveries").json()["items"]
        assert (row["id"], row["state"], row["status"], row["attempts"]) == (
            ping.json()["id"],
            "delivered",
            204,
            1,
        )
        assert world.post(f"{path}/deliveries/{row['id']}/replay", None).status_code == 202
        assert world.post(f"{path}/deliveries/msg_{'0' * 32}/replay", None).status_code == 404
        assert world.post(f"{path}/replay", {"since": "2026-11-21T00:00:00Z"}).json() == {"replayed": 0}
        sent(world, sender)
    assert [got.id for got in receiver.got] == [row["id"]] * 2
    assert receiver.got[0].message == {
        **receiver.got[0].message,
        "type": "ping",
        "data": {"webhook": view["id"]},
    }


def test_each_customer_hears_of_its_own_only(world: Any) -> None:
    """The same events, four endpoints: each customer its own, nobody another's words; the operator's hears everything."""
    with receiving() as everything, receiving() as first, receiving() as second, sending(world) as sender:
        made(world, everything)
        made(world, first, customer="c1")
        made(world, second, customer="c2", language="zh")
        world.post("/tickets/1/comments", {"text": "about c1"}, "engineer")
        world.post("/tickets/2/comments", {"text": "about c2"}, "engineer")
        for number in (1, 2):
            world.post(f"/tickets/{number}/comments", {"text": "Coming.", "public": True}, "engineer")
        world.post("/tickets", {"title": "c1 writes", "subject": "zone:z1"}, "c1")
        world.post("/tickets", {"title": "a sensor", "subject": "device:g1/p1", "kind": "sensor"}, "engineer")
        for lot in ("l1", "l2"):
            assert world.post(f"/lots/{lot}/status", {"status": "hold", "reason": "wet"}).status_code == 200
        world.post("/keys", {"name": "k", "role": "viewer"})
        sent(world, sender)
    kinds = [got.message["type"] for got in everything.got]
    assert sorted(kinds) == ["lot.held"] * 2 + ["ticket.commented"] * 4 + ["ticket.opened"] * 2
    assert sorted(got.message["type"] for got in first.got) == [
        "lot.held",
        "ticket.commented",
        "ticket.opened",
    ]
    assert sorted(got.message["type"] for got in second.got) == ["lot.held", "ticket.commented"]
    heard = UUID.sub(b"", b"".join(got.body for got in first.got))  # one in ten has "c2" in it
    for foreign in (b"l2", b"c2", b"KW-000002", b"engineer", b"key:", b"wet", b"sensor"):
        assert foreign not in heard
    assert {
        got.message["data"]["ticket"]["number"] for got in second.got if "ticket" in got.message["data"]
    } == {"KW-000002"}
    assert b"c1 writes" not in b"".join(got.body for got in second.got)
    assert any("温" in got.body.decode() for got in second.got)


def test_what_customers_hear_is_what_they_could_read(world: Any) -> None:
    """Every event that a customer's endpoint got is among the events that the customer's key lists, and the other way round."""
    with receiving() as receiver, sending(world) as sender:
        made(world, receiver, customer="c1")
        for number in (1, 2, 3):
            world.post(f"/tickets/{number}/transitions", {"act": "accept"}, "engineer")
            world.post(f"/tickets/{number}/comments", {"text": "x"}, "engineer")
        sent(world, sender)
    listed = {
        row["sequence"]
        for row in world.get("/events?limit=1000", "c1").json()["items"]
        if row["subject"].startswith(("ticket:", "alarm:"))
    }
    heard = {got.message["data"]["event"] for got in receiver.got}
    assert heard
    assert heard == {sequence for sequence in listed if sequence >= min(heard)}


def test_only_those_who_answer_for_it_send_things_out(still_world: Any) -> None:
    """An integrator that could make an endpoint could read all tickets by it."""
    for who, status in (("integrator", 403), ("engineer", 403), ("c1", 403), ("supervisor", 200)):
        assert still_world.get("/webhooks", who).status_code == status


def test_a_message_stays_below_its_limit() -> None:
    """However many lots a ticket has: below 20 kB, and it says that something is left out."""
    lots = [f"lot-{n:06d}" for n in range(5000)]
    data = {
        "event": 1,
        "act": "opened",
        "subject": "ticket:1",
        "ticket": {"lots": lots},
        "old": None,
        "new": {"lots": lots},
    }
    short = body("ticket.opened", "2026-11-21T08:00:00Z", data)
    assert len(short) < 20_000
    message = msgspec.json.decode(short)
    assert (message["data"]["shortened"], len(message["data"]["ticket"]["lots"])) == (True, 50)
    endless = body("ticket.opened", "2026-11-21T08:00:00Z", {**data, "ticket": {"title": "x" * 30_000}})
    assert msgspec.json.decode(endless)["data"] == {
        "event": 1,
        "act": "opened",
        "subject": "ticket:1",
        "shortened": True,
    }
    assert "shortened" not in body("ticket.opened", "", {"event": 1})


def test_every_type_belongs_to_a_family() -> None:
    """`ticket.*` covers what begins so, and nothing else."""
    assert {"ticket.*", "alarm.*", "lot.*"} == FAMILIES
    for name in TYPES:
        family = f"{name.split('.')[0]}.*"
        assert wanted([], name)
        assert wanted([family], name)
        assert not wanted(sorted(FAMILIES - {family}), name)


def test_a_customer_with_ways_in_or_out_is_in_use(world: Any) -> None:
    """It is not removed while a key, webhook, hook or link is its own: 409 names it, instead of an error of ours."""
    assert world.put("/customers/c3", {}).status_code == 201
    view = made(world, customer="c3")
    removal = ("DELETE", "/api/v1/customers/c3")
    answer = world.ask(*removal, headers=ANY)
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert f"webhook:{view['id']}" in answer.json()["detail"]
    assert world.ask("DELETE", f"/api/v1/webhooks/{view['id']}", headers=ANY).status_code == 204
    assert world.post("/signed-links", {"purpose": "report", "customer": "c3"}).status_code == 201
    assert world.ask(*removal, headers=ANY).json()["code"] == "in_use"
