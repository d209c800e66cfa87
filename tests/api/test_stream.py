"""The live stream over a real server: nothing missed, nothing twice, taken up where it broke off, ended when it must."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.server import server
from registry.nouns import Customer
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from tests.ports import free_port

WAIT_S = 20.0


def started(world: Any) -> tuple[str, uvicorn.Server, threading.Thread]:
    """A real server on a free port of this machine, with an application of its own: `world.ask` is another process."""
    port = free_port()
    running = server(create_app(world.services()), "127.0.0.1", port)
    thread = threading.Thread(target=running.run)
    thread.start()
    end = time.monotonic() + WAIT_S
    while not running.started and time.monotonic() < end:
        time.sleep(0.02)
    return f"http://127.0.0.1:{port}", running, thread


@pytest.fixture
def url(world: Any) -> Iterator[str]:
    """The address of a running server."""
    address, running, thread = started(world)
    yield address
    running.should_exit = True
    thread.join(WAIT_S)
    assert not thread.is_alive()


@contextmanager
def listening(world: Any, url: str, who: str = "admin", **more: Any) -> Iterator[Iterator[dict[str, Any]]]:
    """The messages of a stream, as a browser would read them."""
    headers = {"Authorization": f"Bearer {world.secrets[who]}", **more.pop("headers", {})}
    with (
        httpx.Client(timeout=WAIT_S) as client,
        client.stream("GET", f"{url}/api/v1/stream", headers=headers, **more) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield messages(answer.iter_lines())


def messages(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Server-sent events, by the rules of the HTML standard as far as we use them."""
    found: dict[str, Any] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if not line and "data" in found and found["event"] != "alive":
            yield found
        if not line:
            found = {}
        elif name:
            found[name] = json.loads(value) if name == "data" else value


def change(world: Any, first: int, last: int) -> None:
    """Customers n<first> … n<last> come into being."""
    for i in range(first, last + 1):
        with world.database.writing() as connection:
            RegistryRepository(connection).put(Customer(key=f"n{i}"), By("key:x", world.now_us))


def subjects(stream: Iterator[dict[str, Any]], n: int) -> list[str]:
    """The subjects of the next n events."""
    return [next(stream)["data"]["subject"] for _ in range(n)]


def test_taken_up_where_it_broke_off(world: Any, url: str) -> None:
    """Events of before, during and after a lost connection come once each and in order, by Last-Event-ID."""
    with listening(world, url) as stream:
        change(world, 1, 3)
        first = [next(stream) for _ in range(3)]
    assert [message["event"] for message in first] == ["change"] * 3
    change(world, 4, 6)
    with listening(world, url, headers={"Last-Event-ID": first[-1]["id"]}) as stream:
        assert subjects(stream, 3) == ["customer:n4", "customer:n5", "customer:n6"]
        change(world, 7, 7)
        assert subjects(stream, 1) == ["customer:n7"]
    with listening(world, url, headers={"Last-Event-ID": first[0]["id"]}) as stream:
        assert subjects(stream, 6) == [f"customer:n{i}" for i in range(2, 8)]


def test_many_listen_to_the_same(world: Any, url: str) -> None:
    """Everybody gets all of it, also more than one page of events."""
    with (
        listening(world, url, params={"after": 0}) as one,
        listening(world, url, params={"after": 0}) as other,
    ):
        assert (
            [next(one)["id"] for _ in range(20)]
            == [next(other)["id"] for _ in range(20)]
            == [str(i) for i in range(1, 21)]
        )


def test_a_customer_hears_of_its_own(world: Any, url: str) -> None:
    """From the beginning of time: own ticket, own finding; never the other's, and no words or names."""
    with listening(world, url, "c1", params={"after": 0}) as stream:
        world.post("/tickets", {"title": "x", "subject": "lot:l1"}, "c1")
        heard = [next(stream)]
        while [m["data"]["subject"].split(":")[0] for m in heard].count("ticket") < 2:
            heard.append(next(stream))
    told = {message["data"]["subject"] for message in heard}
    assert {"customer:c1", "lot:l1", "finding:f-c1"} <= told
    assert not told & {"customer:c2", "lot:l2", "finding:f-c2", "finding:f-sensor", "zone:z1", "zone:z2"}
    assert {(m["data"]["old"], m["data"]["new"], m["data"]["reason"]) for m in heard} == {(None, None, "")}


@pytest.mark.parametrize(("who", "told"), [("admin", True), ("c1", False)])
def test_a_sign_of_life_at_once(world: Any, url: str, who: str, told: bool) -> None:
    """Who listens hears at once that the stream lives, and staff alone how far it has come: customers count nothing."""
    headers = {"Authorization": f"Bearer {world.secrets[who]}"}
    with (
        httpx.Client(timeout=WAIT_S) as client,
        client.stream("GET", f"{url}/api/v1/stream", headers=headers) as answer,
    ):
        lines = answer.iter_lines()
        heard = [next(lines) for _ in range(5)]
    assert "event: alive" in heard
    assert any(line.startswith("id: ") for line in heard) == told


def test_readings_that_are_new(world: Any, url: str) -> None:
    """With readings_every_s the newest readings come at once and then those that changed; they carry no event id."""
    asked = {"zone": "z1", "quantity": "temperature", "readings_every_s": 1}
    with listening(world, url, params=asked) as stream:
        first = next(stream)
        assert first["event"] == "readings"
        assert "id" not in first
        assert [row["value"] for row in first["data"]] == [119.0]


def test_an_open_stream_does_not_hold_up_the_end(world: Any) -> None:
    """Told to stop, the server ends within seconds though somebody still listens."""
    address, running, thread = started(world)
    with listening(world, address) as stream:
        change(world, 1, 1)
        assert subjects(stream, 1) == ["customer:n1"]
        running.should_exit = True
        thread.join(WAIT_S)
        assert not thread.is_alive()


def test_a_revoked_key_hears_no_more(world: Any, url: str) -> None:
    """The stream of a key ends within seconds of its revocation."""
    ids = {row["name"]: row["id"] for row in world.get("/keys").json()["items"]}
    with listening(world, url, "viewer") as stream:
        world.post(f"/keys/{ids['viewer']}/revoke", None)
        heard = [message["data"]["act"] for message in stream]
    assert heard == ["revoked"]
    with httpx.Client() as client:
        answer = client.get(f"{url}/api/v1/stream", headers={"X-API-Key": world.secrets["viewer"]})
    assert answer.status_code == 401
