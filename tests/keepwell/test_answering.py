"""Gateways that ask before they speak are answered: at both brokers, whoever starts first, and only while it is wanted."""

from __future__ import annotations

import os
import queue
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

import ingest.mapping
from ingest.broker_url import BrokerUrl
from ingest.mapping.answers import answer_to, questions_of, replies_of, unasked
from ingest.mapping.nouns import GatewayMapping, InvalidMappingError
from ingest.mapping.reading import parse_toml, read_mapping
from ingest.mapping.topics import publishing_of
from keepwell import answering
from keepwell.answering import Answering
from keepwell.broker import EmbeddedBroker
from keepwell.broker_config import BrokerSettings, Profile
from keepwell.broker_rights import API, PROBE, Rights
from keepwell.broker_server import answers_mqtt
from keepwell.mosquitto_files import acl
from tests.brokers import GATEWAY, GATEWAY_PASSWORD, READER, make_mosquitto, rights_of
from tests.ports import free_port

READY = Path(ingest.mapping.__file__).parent / "ready"
QUESTION = b'{"method":"getSessionLimits","params":{"timeout":5000}}'
ASK, TOLD = "v1/devices/me/rpc/request/", "v1/devices/me/rpc/response/"


def thingsboard() -> GatewayMapping:
    """The ready-made mapping."""
    return read_mapping(parse_toml((READY / "thingsboard.toml").read_text("utf-8")), {"gateway": GATEWAY})


def rights(*mappings: GatewayMapping) -> Rights:
    """Those of one gateway with a credential, and of whoever gives no name."""
    known = rights_of({GATEWAY: GATEWAY_PASSWORD})
    publishing = publishing_of(mappings, [GATEWAY])
    return Rights(known.gateways, publishing.own, publishing.anyone, replies_of(mappings))


class Broker:
    """A broker that a gateway and Keepwell's API come to, each with its credential."""

    def __init__(self, ours: BrokerUrl, restart: Callable[[], None]) -> None:
        self.ours, self.restart = ours, restart
        self.gateways = BrokerUrl(ours.host, ours.port, GATEWAY, GATEWAY_PASSWORD)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """The embedded broker, which grants nothing to mappings yet."""
    settings = BrokerSettings(tmp_path / "broker", free_port(), profile=Profile.PROCESS, ack_wait_s=2)
    broker = EmbeddedBroker(settings, lambda: time.time_ns() // 1000, rights=rights())
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(params=["embedded", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """Each broker with the rights of a switched-on mapping."""
    if request.param == "embedded":
        server: EmbeddedBroker = request.getfixturevalue("embedded")
        server.reload(rights(thingsboard()))
        yield Broker(server.url(API), lambda: _kill(server))
        return
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    mosquitto = make_mosquitto(folder)
    (folder / "acl").write_text(acl(rights(thingsboard()), READER), "utf-8")
    mosquitto.start()
    yield Broker(mosquitto.url, mosquitto.restart)
    mosquitto.stop()


def _kill(server: EmbeddedBroker) -> None:
    """Kill the server, and look after it until it is there again."""
    before = server.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    deadline_s = time.monotonic() + 20
    while server.pid == before or not answers_mqtt(server.url(PROBE)):
        assert time.monotonic() < deadline_s
        server.check()
        time.sleep(0.05)


class Gateway:
    """Asks as a gateway does, and hears what it is told."""

    def __init__(self, url: BrokerUrl) -> None:
        self.heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        ready: queue.Queue[bool] = queue.Queue()
        self._client = Client(CallbackAPIVersion.VERSION2, "asking", clean_session=True, protocol=MQTTv311)
        self._client.username_pw_set(str(url.user), url.password)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{TOLD}+", qos=1)
        self._client.on_subscribe = lambda *said: ready.put(not any(r.is_failure for r in said[3]))
        self._client.on_message = self._hear
        self._client.connect(url.host, url.port)
        self._client.loop_start()
        assert ready.get(timeout=10), "the gateway may not hear its answers"

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self.heard.put((message.topic, bytes(message.payload)))

    def ask(self, id: int, question: bytes = QUESTION) -> None:
        """Put a question, and wait until the broker has it."""
        self._client.publish(f"{ASK}{id}", question, qos=1).wait_for_publish(10)

    def told(self, within_s: float = 10.0) -> tuple[str, bytes]:
        """The next thing that is said to it."""
        return self.heard.get(timeout=within_s)

    def is_told(self, id: int) -> bytes:
        """What is said to that question, whatever is said before."""
        while (heard := self.told())[0] != f"{TOLD}{id}":
            assert heard[0] == f"{TOLD}1"
        return heard[1]

    def hears_nothing(self, for_s: float = 0.5) -> bool:
        """Whether nothing is said."""
        try:
            return not self.heard.get(timeout=for_s)
        except queue.Empty:
            return True


class Switch:
    """Which mappings are switched on, as the database would say it."""

    def __init__(self, *mappings: GatewayMapping) -> None:
        self._new: list[tuple[GatewayMapping, ...]] = [mappings]

    def turn(self, *mappings: GatewayMapping) -> None:
        """From now on these."""
        self._new.append(mappings)

    def look(self) -> tuple[GatewayMapping, ...] | None:
        """What is new."""
        return self._new.pop(0) if self._new else None


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "LOOK_S", 0.05)


def responder(broker: Broker, switch: Switch) -> Answering:
    """The one who answers."""
    return Answering(broker.ours, "answering", switch.look)


def test_a_question_is_answered_under_its_number(broker: Broker) -> None:
    """Whoever asks gets the answer to its question, once; other questions get none."""
    says = thingsboard().answers[0].says
    with responder(broker, Switch(thingsboard())), Gateway(broker.gateways) as gateway:
        assert gateway.told() == (f"{TOLD}1", says)  # unasked: this one may have asked before we came
        gateway.ask(7, b'{"method":"getSomethingElse"}')
        gateway.ask(8, b"\xff not JSON")
        gateway.ask(9)
        assert gateway.told() == (f"{TOLD}9", says)


def test_a_broker_that_dies_is_come_back_to(broker: Broker) -> None:
    """The broker is killed or started again: the next gateway is answered as if nothing had been."""
    with responder(broker, Switch(thingsboard())):
        with Gateway(broker.gateways) as gateway:
            gateway.told()
        broker.restart()
        with Gateway(broker.gateways) as gateway:
            gateway.ask(3)
            assert gateway.is_told(3)


def test_a_question_put_while_we_were_away_is_answered_when_we_are_back(broker: Broker) -> None:
    """A gateway that asks once and waits for ever is not left waiting."""
    with responder(broker, Switch(thingsboard())), Gateway(broker.gateways) as gateway:
        gateway.told()
    with Gateway(broker.gateways) as gateway:
        gateway.ask(5)
        assert gateway.hears_nothing()
        with responder(broker, Switch(thingsboard())):
            assert gateway.is_told(5)


def test_who_asked_before_the_mapping_was_switched_on_is_told(broker: Broker) -> None:
    """Only while the mapping is switched on anything is said."""
    switch = Switch()
    with responder(broker, switch), Gateway(broker.gateways) as gateway:
        gateway.ask(1)
        assert gateway.hears_nothing()
        switch.turn(thingsboard())
        assert gateway.told()[0] == f"{TOLD}1"
        switch.turn()
        time.sleep(0.3)
        gateway.ask(2)
        assert gateway.hears_nothing()


def test_rights_may_come_later(embedded: EmbeddedBroker) -> None:
    """The broker hears of the mapping after us: we ask it again until it lets us listen."""
    broker = Broker(embedded.url(API), lambda: None)
    with responder(broker, Switch(thingsboard())):
        time.sleep(0.5)
        embedded.reload(rights(thingsboard()))
        with Gateway(broker.gateways) as gateway:
            gateway.ask(1)  # before we listen, or after: told unasked, or answered
            assert gateway.is_told(1)


def test_what_a_document_may_say_of_answers() -> None:
    """Topics and conditions are read; nothing of ours can be answered on, and nothing is answered on a wildcard."""
    mapping = thingsboard()
    assert questions_of([mapping]) == (f"{ASK}+",)
    assert replies_of([mapping]) == (f"{TOLD}+",)
    assert [reply.topic for reply in unasked([mapping])] == [f"{TOLD}1"]
    assert answer_to([mapping], f"{ASK}a/b", QUESTION) is None
    assert answer_to([mapping], f"{ASK}+", QUESTION) is None
    document = parse_toml((READY / "thingsboard.toml").read_text("utf-8"))
    for wrong in (
        {"topic": "keepwell/v1/+/status"},
        {"reply": "keepwell/v1/gw/alarm"},
        {"reply": "{id}/alarm"},
        {"reply": "{nobody}"},
        {"unasked": "v1/#"},
        {"says": ""},
        {"where": [{"at": "method"}]},
    ):
        with pytest.raises(InvalidMappingError, match=r"answer\[1\]"):
            read_mapping({**document, "answer": [{**document["answer"][0], **wrong}]})


def test_an_answer_opens_no_ear_for_what_others_send() -> None:
    """A topic on which gateways publish is never one that they may read, in this mapping or in another."""
    document = parse_toml((READY / "thingsboard.toml").read_text("utf-8"))
    greedy = read_mapping({**document, "answer": [{**document["answer"][0], "reply": "v1/gateway/{id}"}]})
    assert replies_of([greedy]) == ()
    elsewhere = read_mapping({**document, "answer": [{**document["answer"][0], "reply": "tele/cold-1/{id}"}]})
    tasmota = read_mapping(parse_toml((READY / "tasmota.toml").read_text("utf-8")))
    assert replies_of([elsewhere]) == ("tele/cold-1/+",)
    assert replies_of([elsewhere, tasmota]) == ()
