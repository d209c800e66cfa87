"""Messages of a gateway over HTTP: who may look, what is told, page by page and as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.times import text_of
from ingest.nouns import Seen, SeenRefusal, SeenValue
from store.live_messages import MOST_WATCHED, LiveKeeper
from tests.api.conftest import NOW, World
from tests.api.test_gateways import world_role
from tests.api.test_stream import WAIT_S, messages, started


def seen(world: World, number: int, payload: bytes = b"{}", **more: Any) -> Seen:
    """A message of dock-9, which is not registered."""
    fields: dict[str, Any] = {
        "received_us": world.now_us + number, "gateway": "dock-9", "topic": "keepwell/v1/dock-9/telemetry", "qos": 1,
        "retained": False, "repeated": False, "size": len(payload), "payload": payload, "form": "native", "mapping": "",
        "online": None, "values": [], "total": 0, "refused": [], "passed": 0,
    }  # fmt: skip
    return Seen(**fields | more)


def keep(world: World, *found: Seen) -> None:
    """As ingest does."""
    assert LiveKeeper(world.folder / "live.sqlite", lambda: world.now_us).keep(found)


def test_who_may(world: World) -> None:
    """Admin, supervisor, engineer and integrator; nobody else, and no customer."""
    for who in world.secrets:
        allowed = world_role(who) in {"admin", "supervisor", "engineer", "integrator"}
        for path in ("/gateways/g1/messages", "/gateways/unheard-of/messages"):
            assert world.get(path, who).status_code == (200 if allowed else 403), (who, path)
        if not allowed:
            assert world.get("/gateways/g1/messages/stream", who).status_code == 403


def test_a_message_is_told(world: World) -> None:
    """Values with what they were converted from, refusals with what to change, in the reader's language."""
    assert world.get("/gateways/dock-9/messages").json() == {
        "items": [], "watched_until": "2026-11-21T10:11:00Z", "next": None,
    }  # fmt: skip
    value = SeenValue("dock-9/a", "temperature", NOW, 20.0, 1, True, 68.0, "degF")
    refused = SeenRefusal("text_number", "humidity: expected a number", 1)
    keep(
        world, seen(world, 1, values=[value], total=1, refused=[refused], payload="{…}".encode(), mapping="m")
    )
    (told,) = world.get("/gateways/dock-9/messages").json()["items"]
    assert told["payload_text"] == "{…}"
    assert told["payload_base64"] is None
    assert told["mapping"] == "m"
    assert told["keeps"][0] == {
        "device": "dock-9/a", "quantity": "temperature", "value": 20.0, "unit": "°C", "time": "2026-11-21T10:01:00Z",
        "flags": ["no_time"], "new_series": True, "known_quantity": True, "said": {"value": 68.0, "unit": "degF"},
    }  # fmt: skip
    assert told["refuses"][0]["fix"]
    chinese = world.get("/gateways/dock-9/messages", headers={"Accept-Language": "zh"})
    assert chinese.headers["content-language"] == "zh"
    assert chinese.json()["items"][0]["refuses"][0]["fix"] != told["refuses"][0]["fix"]


@pytest.mark.parametrize(
    ("payload", "size", "text", "base64"),
    [
        (b"\xff\x00", 2, None, "/wA="),
        ("温".encode()[:2], 9, "", None),
        ("度温".encode()[:5], 9, "度", None),
        ("度温".encode()[:5], 5, None, "5bqm5rg="),
        (b"<img onerror=1>", 15, "<img onerror=1>", None),
    ],
)
def test_payloads(world: World, payload: bytes, size: int, text: str | None, base64: str | None) -> None:
    """As text where it is one, also when the end cuts through a character; else as base64."""
    world.get("/gateways/dock-9/messages")
    keep(world, seen(world, 1, payload, size=size))
    (told,) = world.get("/gateways/dock-9/messages").json()["items"]
    assert (told["payload_text"], told["payload_base64"]) == (text, base64)
    assert told["payload_cut"] is (size > len(payload))


def test_page_by_page(world: World) -> None:
    """Newest first; what arrives meanwhile moves nothing."""
    world.get("/gateways/dock-9/messages")
    keep(world, *(seen(world, n) for n in range(5)))
    first = world.get("/gateways/dock-9/messages?limit=2").json()
    keep(world, seen(world, 9))
    second = world.get(f"/gateways/dock-9/messages?limit=2&cursor={first['next']}").json()
    third = world.get(f"/gateways/dock-9/messages?limit=2&cursor={second['next']}").json()
    rows = [row["received"] for page in (first, second, third) for row in page["items"]]
    assert rows == [text_of(world.now_us + n) for n in (4, 3, 2, 1, 0)]
    assert third["next"] is None


def test_too_many_looks(world: World) -> None:
    """Only so many gateways are watched at once."""
    for n in range(MOST_WATCHED):
        assert world.get(f"/gateways/x{n}/messages").status_code == 200
    assert world.get("/gateways/y/messages").status_code == 503
    assert world.get("/gateways/x0/messages").status_code == 200


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Of a running server."""
    url, running, thread = started(world)
    yield url
    running.should_exit = True
    thread.join(WAIT_S)


@pytest.mark.parametrize(("last", "expected"), [(None, [2, 3]), (1, [2, 3]), (0, [1, 2])])
def test_the_stream(world: World, address: str, last: int | None, expected: list[int]) -> None:
    """Begins with the next message, or where it broke off."""
    world.get("/gateways/dock-9/messages")
    keep(world, seen(world, 1))
    headers = {"Authorization": f"Bearer {world.secrets['integrator']}"}
    if last is not None:
        headers["Last-Event-ID"] = str(world.now_us + last)
    with (
        httpx.Client(timeout=WAIT_S) as client,
        client.stream("GET", f"{address}/api/v1/gateways/dock-9/messages/stream", headers=headers) as answer,
    ):
        found = messages(answer.iter_lines())
        keep(world, seen(world, 2), seen(world, 3))
        got = [next(found) for _ in range(2)]
    assert [int(one["id"]) - world.now_us for one in got] == expected
    assert {one["event"] for one in got} == {"message"}
    assert got[0]["data"]["topic"] == "keepwell/v1/dock-9/telemetry"
