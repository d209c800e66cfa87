"""The subscriber when things break: itself killed, the broker killed or frozen, credentials wrong, names taken."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.broker_url import parse_broker_url
from ingest.link import Cause, EventKind, Link
from ingest.session import SessionSettings
from ingest.subscriber import Message, Subscriber
from tests.brokers import GATEWAY, GATEWAY_PASSWORD, ROOT, RawPublisher, RealBroker, make_mosquitto
from tests.ports import free_port

TOPIC = f"keepwell/v1/{GATEWAY}/telemetry"
QUICK = SessionSettings(keepalive_s=1, answer_timeout_s=1)

CHILD = """
import os, sys, time
from ingest.broker_url import parse_broker_url
from ingest.subscriber import Subscriber
url, path = sys.argv[1:]
subscriber = Subscriber(parse_broker_url(url), "ingest-1", lambda: time.time_ns() // 1000)
kept = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
while True:
    messages = subscriber.poll(0.05)
    if messages:
        os.write(kept, b"".join(m.payload + b"\\n" for m in messages))
        subscriber.acknowledge(messages)
"""


def now_us() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000


def poll_until_connected(subscriber: Subscriber, connects: int = 1, within_s: float = 15.0) -> None:
    """Poll until it has connected so many times; when no message waits."""
    deadline = time.monotonic() + within_s
    while subscriber.counters.connects < connects:
        assert time.monotonic() < deadline, (subscriber.state, subscriber.counters)
        assert subscriber.poll(0.05) == []


def poll_for(subscriber: Subscriber, seconds: float) -> list[Message]:
    """Poll for so long."""
    got: list[Message] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got += subscriber.poll(0.05)
    return got


def collect(subscriber: Subscriber, payloads: set[bytes], within_s: float = 20.0) -> None:
    """Poll and acknowledge until all these payloads came."""
    left = set(payloads)
    deadline = time.monotonic() + within_s
    while left:
        assert time.monotonic() < deadline, (len(left), subscriber.state, subscriber.counters)
        messages = subscriber.poll(0.05)
        left.difference_update(m.payload for m in messages)
        subscriber.acknowledge(messages)


def start_child(broker: RealBroker, kept: Path) -> subprocess.Popen[bytes]:
    """A process that keeps messages in a file and then acknowledges them."""
    url = f"mqtt://{broker.url.user}:{broker.url.password}@127.0.0.1:{broker.port}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", CHILD, url, str(kept)], env=environment)


def test_nothing_is_lost_when_the_subscriber_is_killed(any_broker: RealBroker, tmp_path: Path) -> None:
    """kill -9 five times at random moments during 10,000 messages: every one that got its PUBACK is kept."""
    kept, dice = tmp_path / "kept", random.Random(20261121)
    sent = {b"%d" % number for number in range(10_000)}
    child = start_child(any_broker, kept)
    wait_for(lambda: knows_session(any_broker, child, kept))

    def publish() -> None:
        with RawPublisher(any_broker.gateway_url, window=100) as publisher:
            for number in range(10_000):
                publisher.publish(TOPIC, b"%d" % number)
                if number % 100 == 0:
                    time.sleep(0.02)
            publisher.settle()

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        for _ in range(5):
            time.sleep(dice.uniform(0.1, 0.5))
            child.send_signal(signal.SIGKILL)
            child.wait(10)
            child = start_child(any_broker, kept)
        thread.join(60)
        assert not thread.is_alive()
        wait_for(lambda: set(kept.read_bytes().split()) >= sent)
    finally:
        child.kill()
        child.wait(10)
        thread.join(60)
    assert set(kept.read_bytes().split()) - {b"hello"} == sent


def knows_session(broker: RealBroker, child: subprocess.Popen[bytes], kept: Path) -> bool:
    """Whether the child has subscribed: what is published reaches its file."""
    assert child.poll() is None
    with RawPublisher(broker.gateway_url) as publisher:
        publisher.publish(TOPIC, b"hello")
        publisher.settle()
    time.sleep(0.1)
    return kept.exists() and b"hello" in kept.read_bytes()


def wait_for(condition: object, within_s: float = 20.0) -> None:
    """Until `condition()` holds."""
    assert callable(condition)
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_nats_acknowledged_survives_its_kill(nats_broker: RealBroker) -> None:
    """kill -9 of the broker with 2,000 messages unread: all come after its restart, in the same session."""
    subscriber = Subscriber(nats_broker.url, "ingest-1", now_us)
    poll_until_connected(subscriber)
    with RawPublisher(nats_broker.gateway_url) as publisher:
        for number in range(2_000):
            publisher.publish(TOPIC, b"%d" % number)
        publisher.settle()
    nats_broker.kill9()
    assert poll_for(subscriber, 0.3) is not None
    assert subscriber.state.link is not Link.CONNECTED
    nats_broker.start()

    collect(subscriber, {b"%d" % number for number in range(2_000)})

    kinds = [event.kind for event in subscriber.take_events()]
    assert kinds.count(EventKind.SESSION_NEW) == 1
    assert EventKind.LOST in kinds
    subscriber.close()


def test_a_session_the_broker_lost_is_reported_and_taken_up_anew(mosquitto_broker: RealBroker) -> None:
    """After kill -9 Mosquitto has forgotten us: the gap is named, and the subscriptions are made again."""
    subscriber = Subscriber(mosquitto_broker.url, "ingest-1", now_us)
    poll_until_connected(subscriber)
    before_us = subscriber.last_connected_us
    subscriber.take_events()
    mosquitto_broker.kill9()
    (mosquitto_broker.folder / "mosquitto.db").unlink(missing_ok=True)
    mosquitto_broker.start()
    poll_until_connected(subscriber, connects=2)
    with RawPublisher(mosquitto_broker.gateway_url) as publisher:
        publisher.publish(TOPIC, b"after")
        publisher.settle()

    collect(subscriber, {b"after"})

    assert EventKind.SESSION_NEW in [event.kind for event in subscriber.take_events()]
    assert before_us is not None
    assert subscriber.last_connected_us is not None
    assert subscriber.last_connected_us > before_us
    subscriber.close()


def test_a_frozen_broker_is_noticed_and_come_back_to(any_broker: RealBroker) -> None:
    """A broker that stands still with open connections is given up after the keepalive, by name, and found again."""
    subscriber = Subscriber(any_broker.url, "ingest-1", now_us, QUICK)
    poll_until_connected(subscriber)
    subscriber.take_events()
    any_broker.freeze()
    try:
        began = time.monotonic()
        poll_for(subscriber, 4.0)
        assert subscriber.state.link is not Link.CONNECTED
        causes = [event.cause for event in subscriber.take_events()]
        assert causes[:2] == [Cause.SILENT, Cause.NO_ANSWER]
        assert time.monotonic() - began < 6.0
    finally:
        any_broker.thaw()
    poll_until_connected(subscriber, connects=2)
    with RawPublisher(any_broker.gateway_url) as publisher:
        publisher.publish(TOPIC, b"thawed")
        publisher.settle()
    collect(subscriber, {b"thawed"})
    subscriber.close()


def test_an_idle_connection_stays(any_broker: RealBroker) -> None:
    """Three keepalives without any message: pings keep it up."""
    subscriber = Subscriber(any_broker.url, "ingest-1", now_us, QUICK)
    poll_until_connected(subscriber)
    poll_for(subscriber, 3.5)
    assert (subscriber.counters.connects, subscriber.counters.losses) == (1, 0)
    subscriber.close()


@pytest.mark.parametrize("mqtt5", [False, True], ids=["3.1.1", "5"])
def test_a_wrong_password_is_named_and_not_hammered(mosquitto_broker: RealBroker, mqtt5: bool) -> None:
    """The state says what a person has to do, and the broker is asked at most every four seconds."""
    url = parse_broker_url(f"mqtt://{GATEWAY}:wrong@127.0.0.1:{mosquitto_broker.port}")
    subscriber = Subscriber(url, "ingest-1", now_us, SessionSettings(mqtt5=mqtt5))
    poll_for(subscriber, 3.0)
    assert subscriber.state.link is Link.REFUSED
    assert subscriber.state.cause in {Cause.NOT_AUTHORISED, Cause.BAD_CREDENTIALS}
    assert subscriber.counters.refusals == 1
    subscriber.close()


def test_a_refused_subscription_is_named_though_connect_went_well(nats_broker: RealBroker) -> None:
    """CONNACK is good, SUBACK is 0x80: without a name for it ingest would wait for ever."""
    subscriber = Subscriber(nats_broker.gateway_url, "curious", now_us)
    poll_until_connected(subscriber)
    poll_for(subscriber, 0.5)
    assert (subscriber.state.link, subscriber.state.cause) == (Link.REFUSED, Cause.SUBSCRIPTION)
    assert "keepwell/v1/+/telemetry" in subscriber.state.detail
    assert (subscriber.counters.connects, subscriber.counters.losses) == (1, 0)
    subscriber.close()


def test_two_clients_with_one_id_slow_down(any_broker: RealBroker) -> None:
    """Each connection of one ends the other's: without waiting ever longer they would do nothing else."""
    rivals = [Subscriber(any_broker.url, "ingest-1", now_us, rand=random.Random(n)) for n in range(2)]
    end = time.monotonic() + 6
    while time.monotonic() < end:
        for rival in rivals:
            rival.poll(0.02)
    connects = sum(rival.counters.connects for rival in rivals)
    assert 3 <= connects <= 16
    for rival in rivals:
        rival.close()


def test_nobody_there_is_waited_for_with_growing_pauses() -> None:
    """A port on which nobody listens: tried a few times, `poll` keeps its time and never raises."""
    subscriber = Subscriber(parse_broker_url(f"mqtt://127.0.0.1:{free_port()}"), "ingest-1", now_us)
    began = time.monotonic()
    for _ in range(30):
        assert subscriber.poll(0.1) == []
    assert 2.0 < time.monotonic() - began < 4.5
    assert (subscriber.state.link, subscriber.state.cause) == (Link.WAITING, Cause.UNREACHABLE)
    assert 3 <= len(subscriber.take_events()) <= 6


def test_mqtt_5_keeps_its_session_too(mosquitto_broker: RealBroker) -> None:
    """With version 5 unacknowledged messages come again in a session that was left in good order."""
    settings = SessionSettings(mqtt5=True)
    first = Subscriber(mosquitto_broker.url, "ingest-5", now_us, settings)
    poll_until_connected(first)
    with RawPublisher(mosquitto_broker.gateway_url) as publisher:
        for number in range(10):
            publisher.publish(TOPIC, b"%d" % number)
        publisher.settle()
    assert len(poll_for(first, 0.5)) == 10
    first.close()
    second = Subscriber(mosquitto_broker.url, "ingest-5", now_us, settings)
    collect(second, {b"%d" % number for number in range(10)})
    assert EventKind.SESSION_NEW not in [event.kind for event in second.take_events()]
    second.close()


def test_mqtt_5_is_refused_by_nats_by_name(nats_broker: RealBroker) -> None:
    """The embedded broker speaks 3.1.1 only, and says so to whoever comes with 5."""
    subscriber = Subscriber(nats_broker.url, "ingest-5", now_us, SessionSettings(mqtt5=True))
    poll_for(subscriber, 1.0)
    assert (subscriber.state.link, subscriber.state.cause) == (Link.REFUSED, Cause.PROTOCOL_VERSION)
    subscriber.close()


def openssl(folder: Path, *arguments: str) -> None:
    """One step of making certificates."""
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an own CA, a certificate for 127.0.0.1 signed by it, and a foreign CA."""
    folder = tmp_path_factory.mktemp("ca")
    for name in ("ca", "foreign"):
        subject = ["-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2"]
        openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject)
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n", "utf-8")
    openssl(
        folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", "s.key", "-out", "s.csr"
    )
    signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", "2"]
    openssl(folder, "x509", "-req", "-in", "s.csr", *signing, "-out", "s.pem")
    return folder


@pytest.fixture
def tls_broker(authority: Path, tmp_path: Path) -> Iterator[RealBroker]:
    """Mosquitto with a TLS listener beside the plain one."""
    port = free_port()
    lines = [f"listener {port} 127.0.0.1", f"certfile {authority}/s.pem", f"keyfile {authority}/s.key"]
    broker = make_mosquitto(tmp_path, lines)
    broker.tls_port = port
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def test_tls_with_an_own_ca(tls_broker: RealBroker, authority: Path) -> None:
    """20,000 messages, many to a TLS record and records across reads, come through an encrypted line."""
    address = f"mqtts://{tls_broker.url.user}:{tls_broker.url.password}@127.0.0.1:{tls_broker.tls_port}"
    subscriber = Subscriber(parse_broker_url(address, str(authority / "ca.pem")), "ingest-1", now_us)
    poll_until_connected(subscriber)
    sent = {b"%d" % number * (number % 50 + 1) for number in range(20_000)}
    with RawPublisher(
        parse_broker_url(f"mqtt://{GATEWAY}:{GATEWAY_PASSWORD}@127.0.0.1:{tls_broker.port}")
    ) as publisher:
        for payload in sent:
            publisher.publish(TOPIC, payload)
        publisher.settle()
    collect(subscriber, sent)
    assert subscriber.counters.losses == 0
    subscriber.close()


def test_a_certificate_of_a_foreign_ca_is_refused_by_name(tls_broker: RealBroker, authority: Path) -> None:
    """No credential is sent to a broker that cannot prove who it is."""
    address = f"mqtts://u:canary@127.0.0.1:{tls_broker.tls_port}"
    subscriber = Subscriber(parse_broker_url(address, str(authority / "foreign.pem")), "ingest-1", now_us)
    poll_for(subscriber, 1.0)
    assert (subscriber.state.link, subscriber.state.cause) == (Link.REFUSED, Cause.CERTIFICATE)
    assert "canary" not in repr(subscriber.take_events())
    subscriber.close()
