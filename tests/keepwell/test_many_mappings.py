"""All ready-made mappings at once at the embedded broker: it grants every subscription, and what comes is delivered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import ingest.mapping
from ingest.broker_url import BrokerUrl
from ingest.link import EventKind
from ingest.mapping.reading import parse_toml, read_mapping
from ingest.mapping.topics import filters_of, publishing_of
from ingest.subscriber import Subscriber
from keepwell.broker import EmbeddedBroker
from keepwell.broker_config import BrokerSettings, Profile
from keepwell.broker_rights import INGEST, Rights
from tests.brokers import RawPublisher
from tests.corpus.foreign.homes import HOMES
from tests.corpus.foreign.servers import SERVERS
from tests.ports import free_port

FILES = sorted((Path(ingest.mapping.__file__).parent / "ready").glob("*.toml"))
MAPPINGS = [read_mapping(parse_toml(path.read_text("utf-8"))) for path in FILES]
READ = [message for message in (*HOMES, *SERVERS) if not message.skipped and " " not in message.topic]


def now_us() -> int:
    """The wall clock."""
    return time.time_ns() // 1000


@pytest.fixture(params=list(Profile))
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """The embedded broker in each profile, which grants what the mappings need to whoever gives no name."""
    settings = BrokerSettings(tmp_path / "broker", free_port(), profile=request.param)
    made = EmbeddedBroker(settings, now_us, rights=Rights(read=publishing_of(MAPPINGS, ()).anyone))
    made.start()
    yield made
    made.stop()


def test_every_message_of_the_corpus_is_delivered(broker: EmbeddedBroker) -> None:
    """NATS bounds what one session may leave unacknowledged, and with it its subscriptions; these all fit."""
    subscriber = Subscriber(broker.url(INGEST), "many", now_us)
    subscriber.want(filters_of(MAPPINGS))
    came: set[tuple[str, bytes]] = set()
    wanted = {(message.topic, message.payload) for message in READ}
    deadline_s = time.monotonic() + 30
    with RawPublisher(BrokerUrl("127.0.0.1", broker.settings.mqtt_port)) as gateways:
        while not came >= wanted:
            assert time.monotonic() < deadline_s, wanted - came
            for message in READ:  # again until all subscriptions stand
                gateways.publish(message.topic, message.payload)
            gateways.settle()
            came |= _heard(subscriber, for_s=0.5)
    assert not [event for event in subscriber.take_events() if event.kind is EventKind.REFUSED]
    subscriber.close()


def test_a_blank_in_a_topic_ends_the_publishers_connection(broker: EmbeddedBroker) -> None:
    """What docs/mappings.md warns of: subjects of NATS have no blanks. A topic of ours never has one."""
    with RawPublisher(BrokerUrl("127.0.0.1", broker.settings.mqtt_port)) as gateway:
        gateway.publish("zigbee2mqtt/cold room", b'{"temperature":4.5}')
        with pytest.raises(ConnectionError):
            gateway.settle()


def _heard(subscriber: Subscriber, for_s: float) -> set[tuple[str, bytes]]:
    ends_s = time.monotonic() + for_s
    found: set[tuple[str, bytes]] = set()
    while time.monotonic() < ends_s:
        messages = subscriber.poll(0.05)
        subscriber.acknowledge(messages)
        found |= {(message.topic, message.payload) for message in messages}
    return found
