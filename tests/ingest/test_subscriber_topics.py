"""The topics of mappings come and go while the subscriber runs, and nothing native is lost over it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.broker_url import BrokerUrl
from ingest.link import EventKind, Link
from ingest.subscriber import Message, Subscriber
from keepwell.broker_rights import INGEST
from tests.brokers import RawPublisher, RealBroker, make_mosquitto, make_nats

NATIVE = "keepwell/v1/gw1/telemetry"
MAPPED, OTHER, REFUSED = "plant/+/t", "星/#", "never/granted"


@pytest.fixture(scope="module", params=["nats", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealBroker]:
    """Each broker, granting two foreign filters (Mosquitto's refuses none: it says so by silence)."""
    folder = tmp_path_factory.mktemp(request.param)
    made = make_nats(folder) if request.param == "nats" else make_mosquitto(folder)
    grant = _in_nats if request.param == "nats" else _in_mosquitto
    grant(folder)
    made.start()
    yield made
    made.stop()


def _in_nats(folder: Path) -> None:
    path = folder / "nats.conf"
    config = json.loads(path.read_text("utf-8"))
    for user in config["authorization"]["users"]:
        if user["user"] == INGEST:
            user["permissions"]["subscribe"]["allow"] += ["plant.*.t", "星", "星.>"]
        if "allow" in user["permissions"]["publish"]:
            user["permissions"]["publish"]["allow"] += ["plant.*.t", "星.>"]
    path.write_text(json.dumps(config, ensure_ascii=False), "utf-8")


def _in_mosquitto(folder: Path) -> None:
    with (folder / "acl").open("a", encoding="utf-8") as acl:
        acl.write("\nuser gw1\ntopic write plant/#\ntopic write 星/#\nuser keepwell\ntopic read #\n")


@pytest.fixture
def subscriber(broker: RealBroker, request: pytest.FixtureRequest) -> Iterator[Subscriber]:
    """One connected session of this test."""
    made = Subscriber(broker.url, f"topics-{request.node.name[:40]}", lambda: time.time_ns() // 1000)
    poll(made, lambda: made.state.link is Link.CONNECTED)
    yield made
    made.close()


def poll(subscriber: Subscriber, done: Callable[[], bool], within_s: float = 15.0) -> list[str]:
    """Take, and acknowledge, until `done`; the topics that came, sorted: subscriptions keep no order among them."""
    got: list[Message] = []
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline, (subscriber.state, subscriber.counters)
        came = subscriber.poll(0.02)
        subscriber.acknowledge(came)
        got += came
    return sorted(message.topic for message in got)


def settled(subscriber: Subscriber, seconds: float = 0.4) -> list[str]:
    """What comes within a while."""
    end = time.monotonic() + seconds
    return poll(subscriber, lambda: time.monotonic() > end)


def send(url: BrokerUrl, *topics: str) -> None:
    """One message for each, all acknowledged."""
    with RawPublisher(url) as publisher:
        for topic in topics:
            publisher.publish(topic, b"1")
        publisher.settle()


def test_filters_follow_without_a_reconnect(broker: RealBroker, subscriber: Subscriber) -> None:
    """Wanted ones are read within a moment, others no more; native messages all the time."""
    everything = (NATIVE, "plant/a/t", "星/一/二")
    seen: list[list[str]] = []
    for wanted in ([], [MAPPED], [MAPPED, OTHER], [OTHER], []):
        subscriber.want(wanted)
        settled(subscriber)
        send(broker.gateway_url, *everything)
        seen.append(settled(subscriber))

    assert seen == [
        [NATIVE], [NATIVE, "plant/a/t"], list(everything), [NATIVE, "星/一/二"], [NATIVE],
    ]  # fmt: skip
    assert subscriber.counters.connects == 1


def test_after_a_restart_only_what_is_wanted_now(broker: RealBroker) -> None:
    """The session outlives the process: what it wanted comes meanwhile, what it wants no more is taken out."""
    name = "topics-of-two-lives"
    first = Subscriber(broker.url, name, lambda: time.time_ns() // 1000)
    first.want([MAPPED, OTHER])
    poll(first, lambda: first.state.link is Link.CONNECTED)
    settled(first)
    first.close()
    send(broker.gateway_url, NATIVE, "plant/b/t")

    second = Subscriber(broker.url, name, lambda: time.time_ns() // 1000)
    second.want([MAPPED], [OTHER, MAPPED])
    waiting = settled(second, 1.5)
    send(broker.gateway_url, "星/x", "plant/c/t", NATIVE)
    came = settled(second)
    second.close()

    assert waiting == [NATIVE, "plant/b/t"]
    assert came == [NATIVE, "plant/c/t"]


def test_a_refused_filter_stops_nothing(broker: RealBroker, subscriber: Subscriber) -> None:
    """It is named once, and the link counts as connected: native messages go on."""
    subscriber.want([MAPPED, REFUSED])
    settled(subscriber, 3.0)  # long enough to be asked again
    send(broker.gateway_url, NATIVE, "plant/a/t")

    assert settled(subscriber) == [NATIVE, "plant/a/t"]
    assert subscriber.state.link is Link.CONNECTED
    named = [event.detail for event in subscriber.take_events() if event.kind is EventKind.REFUSED]
    assert named == ([REFUSED] if broker.name == "nats" else [])
