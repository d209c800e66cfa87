"""The subscriber on real brokers: nothing acknowledged is lost, nothing is handed out twice, and nothing ends it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from ingest.broker_url import BrokerUrl
from ingest.link import EventKind, Link
from ingest.session import SessionSettings
from ingest.subscriber import Bounds, Message, Subscriber
from tests.brokers import GATEWAY, RawPublisher, RealBroker

TOPIC = f"keepwell/v1/{GATEWAY}/telemetry"
Subscribe = Callable[..., Subscriber]
QUICK = SessionSettings(keepalive_s=1, answer_timeout_s=1)


def now_us() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000


@pytest.fixture
def subscribe() -> Iterator[Subscribe]:
    """Makes subscribers of one session and closes them."""
    made: list[Subscriber] = []

    def make(
        url: BrokerUrl,
        settings: SessionSettings | None = None,
        bounds: Bounds | None = None,
        name: str = "ingest-1",
    ) -> Subscriber:
        made.append(Subscriber(url, name, now_us, settings, bounds))
        return made[-1]

    yield make
    for subscriber in made:
        subscriber.close()


def until(subscriber: Subscriber, done: Callable[[], bool], within_s: float = 15.0) -> list[Message]:
    """Poll until `done`, and return what came; fails after `within_s`."""
    got: list[Message] = []
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline, (subscriber.state, subscriber.counters)
        got += subscriber.poll(0.05)
    return got


def connect(subscriber: Subscriber) -> Subscriber:
    """Poll until it is connected; for a session without messages."""
    assert until(subscriber, lambda: subscriber.state.link is Link.CONNECTED) == []
    return subscriber


def collect(subscriber: Subscriber, count: int, within_s: float = 15.0) -> list[Message]:
    """Poll until `count` messages came."""
    got: list[Message] = []
    deadline = time.monotonic() + within_s
    while len(got) < count:
        assert time.monotonic() < deadline, (len(got), count, subscriber.state, subscriber.counters)
        got += subscriber.poll(0.05)
    return got


def quiet(subscriber: Subscriber, for_s: float) -> list[Message]:
    """Poll for a while and return what came."""
    got: list[Message] = []
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        got += subscriber.poll(0.05)
    return got


def send(url: BrokerUrl, payloads: list[bytes]) -> None:
    """Publish and wait for every PUBACK."""
    with RawPublisher(url) as publisher:
        for payload in payloads:
            publisher.publish(TOPIC, payload)
        publisher.settle()


def numbered(start: int, stop: int) -> list[bytes]:
    """Payloads that can be told apart."""
    return [b"%d" % number for number in range(start, stop)]


def test_only_what_was_acknowledged_does_not_come_again(any_broker: RealBroker, subscribe: Subscribe) -> None:
    """A successor with the same session gets exactly what the first one had not acknowledged, and what came between."""
    first = connect(subscribe(any_broker.url))
    assert [event.kind for event in first.take_events()] == [EventKind.CONNECTED, EventKind.SESSION_NEW]
    send(any_broker.gateway_url, numbered(0, 100))
    got = collect(first, 100)
    assert sorted(m.payload for m in got) == sorted(numbered(0, 100))
    assert {(m.topic, m.qos, m.retain) for m in got} == {(TOPIC, 1, False)}
    first.acknowledge(got[:60])
    assert first.in_flight == 40
    first.close()
    send(any_broker.gateway_url, numbered(100, 150))

    second = subscribe(any_broker.url)
    again = collect(second, 90)
    again += quiet(second, 0.5)

    assert {m.payload for m in again} == {m.payload for m in got[60:]} | set(numbered(100, 150))
    assert len(again) == 90
    assert [event.kind for event in second.take_events()] == [EventKind.CONNECTED]


def test_a_redelivery_in_flight_is_not_handed_out_again(
    nats_broker: RealBroker, subscribe: Subscribe
) -> None:
    """NATS sends unacknowledged messages again after 2 s, with the same packet id: noticed, and of no consequence."""
    subscriber = connect(subscribe(nats_broker.url))
    send(nats_broker.gateway_url, numbered(0, 20))
    got = collect(subscriber, 20)

    until(subscriber, lambda: subscriber.counters.redelivered_in_flight >= 20)

    assert subscriber.counters.messages == subscriber.in_flight == 20
    subscriber.acknowledge(got)
    assert quiet(subscriber, 3.0) == []
    assert subscriber.in_flight == subscriber.in_flight_bytes == 0


def test_acknowledgements_do_not_cross_a_reconnect(any_broker: RealBroker, subscribe: Subscribe) -> None:
    """Packet ids of an earlier connection are not acknowledged on the next: the messages come again, marked."""
    subscriber = connect(subscribe(any_broker.url))
    send(any_broker.gateway_url, numbered(0, 30))
    old = collect(subscriber, 30)
    any_broker.restart()
    send(any_broker.gateway_url, numbered(30, 40))
    again = collect(subscriber, 40)

    subscriber.acknowledge(old)

    assert subscriber.counters.stale_acknowledgements == 30
    assert subscriber.counters.acknowledged == 0
    assert {m.payload for m in again} == set(numbered(0, 40))
    assert all(m.dup for m in again if int(m.payload) < 30)
    subscriber.acknowledge(again)
    assert subscriber.in_flight == subscriber.in_flight_bytes == 0
    assert quiet(subscriber, 2.5) == []


def test_reading_stops_at_the_bound_and_nothing_is_dropped(
    any_broker: RealBroker, subscribe: Subscribe
) -> None:
    """With 50 messages in flight no more are taken, for longer than the keepalive; then all 2,000 come."""
    bounds = Bounds(max_in_flight=50, max_messages_per_poll=20)
    subscriber = connect(subscribe(any_broker.url, QUICK, bounds))
    send(any_broker.gateway_url, numbered(0, 2_000))
    held = collect(subscriber, 50)
    assert quiet(subscriber, 3.0) == []
    assert (subscriber.in_flight, subscriber.counters.connects) == (50, 1)

    seen = list(held)
    deadline = time.monotonic() + 20
    while len({m.payload for m in seen}) < 2_000:
        assert time.monotonic() < deadline, (len(seen), subscriber.state, subscriber.counters)
        subscriber.acknowledge(held)
        held = subscriber.poll(0.05)
        seen += held
        assert subscriber.in_flight <= 50

    assert subscriber.counters.losses == 0
    # What waited unread for longer than NATS's ack_wait was sent twice, and says so.
    assert len([m for m in seen if not m.dup]) == 2_000


def test_a_reconnect_at_the_bound_gets_through(any_broker: RealBroker, subscribe: Subscribe) -> None:
    """Nothing may be read, and yet the answer to CONNECT is: ingest does not hang itself up."""
    subscriber = connect(subscribe(any_broker.url, QUICK, Bounds(max_in_flight=10)))
    send(any_broker.gateway_url, numbered(0, 50))
    held = collect(subscriber, 10)
    any_broker.restart()

    until(subscriber, lambda: subscriber.counters.connects == 2)
    assert quiet(subscriber, 2.0) == []
    subscriber.acknowledge(held)

    assert len(collect(subscriber, 10)) == 10
    assert subscriber.counters.connects == 2


def test_flags_of_retained_and_qos_0_messages(any_broker: RealBroker, subscribe: Subscribe) -> None:
    """A retained message says that it is one; a QoS 0 message needs no acknowledgement and is counted back."""
    status = f"keepwell/v1/{GATEWAY}/status"
    with RawPublisher(any_broker.gateway_url) as publisher:
        publisher.publish(status, b"online", retain=True)
        publisher.settle()
        time.sleep(1.0)  # NATS acknowledges a retained message a little before it has it for those who come
        subscriber = subscribe(any_broker.url, name="late")
        got = until(subscriber, lambda: subscriber.state.link is Link.CONNECTED)
        got += collect(subscriber, 1) if not got else []
        assert [(m.topic, m.payload, m.retain) for m in got] == [(status, b"online", True)]
        publisher.publish(TOPIC, b"[]", qos=0)
        got += collect(subscriber, 1)
    assert {(m.qos, m.mid, m.dup) for m in got if m.topic == TOPIC} == {(0, 0, False)}
    subscriber.acknowledge(got)
    assert (subscriber.in_flight, subscriber.counters.acknowledged) == (0, 1)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (TOPIC, b""),
        (TOPIC, b"\xff\x00\xfe"),
        (TOPIC, b"x" * 1_000_000),
        ("keepwell/v1/💥/telemetry", b"{}"),
        ("keepwell/v1/" + "a" * 3_000 + "/telemetry", b"{}"),
        ("keepwell/v1/\u202egnp/telemetry", b"{}"),
    ],
    ids=["empty", "not UTF-8", "1 MB", "emoji", "long", "right to left"],
)
def test_poison_is_delivered_and_good_messages_behind_it_too(
    mosquitto_broker: RealBroker, subscribe: Subscribe, topic: str, payload: bytes
) -> None:
    """What the broker passes on is handed to the pipeline as it is, and ends nothing."""
    # The rights let a gateway speak below its own name only, which most of these are not.
    rights = (
        f"user {GATEWAY}\ntopic write keepwell/#\nuser {mosquitto_broker.url.user}\ntopic read keepwell/#\n"
    )
    (mosquitto_broker.folder / "acl").write_text(rights, "utf-8")
    mosquitto_broker.restart()
    subscriber = connect(subscribe(mosquitto_broker.url))
    with RawPublisher(mosquitto_broker.gateway_url) as publisher:
        publisher.publish(topic, payload)
        publisher.publish(TOPIC, b"good")
        publisher.settle()

    bad, good = collect(subscriber, 2)

    assert (bad.topic, bad.payload, bad.size) == (topic, payload, len(payload))
    assert good.payload == b"good"
    assert subscriber.counters.losses == 0
