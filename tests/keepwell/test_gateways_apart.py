"""n × n gateways on both brokers: nobody publishes, reads, leaves a will or a retained message outside its own name."""

from __future__ import annotations

import itertools
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from ingest.broker_url import BrokerUrl
from keepwell import mosquitto_files
from keepwell.broker import API, EmbeddedBroker
from keepwell.broker_config import BrokerSettings, Profile
from keepwell.broker_rights import INGEST, Rights
from store.gateway_secrets import Hashes, hashes_of, new_secret
from tests.brokers import READER, READER_PASSWORD, RawPublisher, make_mosquitto
from tests.ports import free_port

NAMES = ("gw-1", "gw-2", "gw-3", "GW-1", "gw", "gw-11")
"""Some begin like others: rights are no prefixes, and letters have a case."""
LEAVES = ("telemetry", "status", "alarm", "import")
SPIED = (
    "#", "+/+/+/+", "keepwell/#", "keepwell/v1/+/alarm", "keepwell/v1/+/telemetry", "keepwell/v1/+/import",
    "$SYS/#", "$SYS/broker/clients/#", "$MQTT/sub/#", "$MQTT/#", "$JS/#", "$share/g/keepwell/v1/+/alarm", "tele/#", "tele/+/SENSOR",
)  # fmt: skip
ALLOWED = {"telemetry", "status"}
OUT_WITHIN_S = 5.0


class Got(NamedTuple):
    """A message that somebody received."""

    topic: str
    payload: bytes


@dataclass
class Client:
    """A client that remembers what it got and what it was refused."""

    client: mqtt.Client
    got: list[Got] = field(default_factory=list)
    answers: dict[int, bool] = field(default_factory=dict)
    connected: list[bool] = field(default_factory=list)
    losses: int = 0

    def subscribe(self, topics: Sequence[str]) -> dict[str, bool]:
        """Topic → whether the broker granted it."""
        asked = {}
        for topic in topics:
            code, mid = self.client.subscribe(topic, 1)
            assert code is mqtt.MQTT_ERR_SUCCESS
            asked[topic] = mid
        until(lambda: all(mid in self.answers for mid in asked.values()), "answered")
        return {topic: self.answers[mid] for topic, mid in asked.items()}

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """At QoS 1, acknowledged (as brokers do with what they refuse)."""
        self.client.publish(topic, payload, 1, retain=retain).wait_for_publish(5)

    def vanish(self) -> None:
        """Without DISCONNECT, so that the will is due."""
        sock = self.client.socket()
        assert sock is not None
        sock.shutdown(socket.SHUT_RDWR)
        self.client.loop_stop()

    def leave(self) -> None:
        """In good order."""
        self.client.disconnect()
        self.client.loop_stop()


class Broker:
    """One of the two, with gateways that come and go."""

    def __init__(self, name: str, url: BrokerUrl, admit: Callable[[dict[str, Hashes]], None]) -> None:
        self.name = name
        self.secrets = {gateway: new_secret() for gateway in NAMES}
        self._url = url
        self._admit = admit
        self._hashes = {gateway: hashes_of(secret) for gateway, secret in self.secrets.items()}
        self.admit(*NAMES)
        self._open: list[Client] = []

    def admit(self, *gateways: str) -> None:
        """Let in exactly these."""
        self._admit({gateway: self._hashes[gateway] for gateway in gateways})

    def url(self, user: str) -> BrokerUrl:
        """The address for somebody."""
        return BrokerUrl(self._url.host, self._url.port, user, self.secrets[user])

    def connect(
        self, user: str, client_id: str | None = None, will: str = "", *, clean: bool = True
    ) -> Client:
        """A client of a gateway, or of Keepwell itself."""
        name = client_id or f"{user}-{time.monotonic_ns()}"
        made = Client(
            mqtt.Client(CallbackAPIVersion.VERSION2, name, clean_session=clean, reconnect_on_failure=False)
        )
        client = made.client
        client.username_pw_set(user, self.secrets[user])
        if will:
            client.will_set(will, user.encode(), 1, retain=True)
        client.on_message = lambda _c, _u, m: made.got.append(Got(m.topic, m.payload))
        client.on_connect = lambda _c, _u, _f, reason, _p: made.connected.append(not reason.is_failure)
        client.on_disconnect = lambda *_: setattr(made, "losses", made.losses + 1)

        def answered(_c: Any, _u: Any, mid: int, reasons: list[Any], _p: Any) -> None:
            made.answers[mid] = not reasons[0].is_failure

        client.on_subscribe = answered
        client.connect(self._url.host, self._url.port)
        client.loop_start()
        until(lambda: bool(made.connected), "connected")
        self._open.append(made)
        return made

    def close(self) -> None:
        """No client stays behind."""
        for client in self._open:
            with suppress(OSError, AttributeError, ValueError):
                client.leave()


def until(ask: Callable[[], bool], what: str, within_s: float = 10.0) -> None:
    """Wait for something that must come."""
    deadline_s = time.monotonic() + within_s
    while not ask():
        assert time.monotonic() < deadline_s, f"not {what} within {within_s:g} s"
        time.sleep(0.01)


def rights_of(hashes: dict[str, Hashes]) -> Rights:
    """The gateways, each with a topic that a mapping grants it."""
    extra = {gateway: (f"tele/{gateway}/SENSOR",) for gateway in hashes}
    return Rights(
        {name: known.bcrypt for name, known in hashes.items()}, extra, ("tele/+/SENSOR",), anonymous=False
    )


@pytest.fixture(scope="module", params=["embedded", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Each broker with all gateways let in."""
    folder = tmp_path_factory.mktemp(request.param)
    yield from (_embedded if request.param == "embedded" else _mosquitto)(folder)


def _embedded(folder: Path) -> Iterator[Broker]:
    embedded = EmbeddedBroker(
        BrokerSettings(folder / "broker", free_port(), profile=Profile.PROCESS), lambda: 0
    )
    url = embedded.start()
    try:
        made = Broker("embedded", url, lambda hashes: embedded.reload(rights_of(hashes)))
        made.secrets |= {"reader": url.password or "", "api": embedded.url(API).password or ""}
        made.secrets |= {INGEST: made.secrets["reader"], API: made.secrets["api"]}
        yield made
        made.close()
    finally:
        embedded.stop()


def _mosquitto(folder: Path) -> Iterator[Broker]:
    real = make_mosquitto(folder)
    config = folder / "mosquitto.conf"
    config.write_text(config.read_text("utf-8").replace(f"{folder}/passwords", f"{folder}/password"), "utf-8")
    own = BrokerUrl("127.0.0.1", real.port, READER, READER_PASSWORD)

    def admit(hashes: dict[str, Hashes]) -> None:
        mosquitto_files.write(
            folder, rights_of(hashes), {name: known.pbkdf2 for name, known in hashes.items()}, own
        )
        real.signal(signal.SIGHUP)

    made = Broker("mosquitto", own, admit)
    made.secrets |= {INGEST: READER_PASSWORD, API: READER_PASSWORD, READER: READER_PASSWORD}
    real.start(made.url(NAMES[0]))
    try:
        yield made
        made.close()
    finally:
        real.stop()


def keepwell(broker: Broker, user: str) -> str:
    """Keepwell's user: Mosquitto knows only one."""
    return READER if broker.name == "mosquitto" else user


@pytest.fixture
def listening(broker: Broker) -> Iterator[Client]:
    """Keepwell, which reads everything that is let through."""
    client = broker.connect(keepwell(broker, INGEST))
    granted = client.subscribe([*(f"keepwell/v1/+/{leaf}" for leaf in LEAVES), "tele/+/SENSOR"])
    assert all(granted.values()), granted
    time.sleep(0.2)
    client.got.clear()  # what others retained
    yield client
    client.leave()


def sent_by(broker: Broker, client: Client, marker: bytes) -> list[Got]:
    """What arrived, once a last message of Keepwell's own has."""
    api = broker.connect(keepwell(broker, API))
    api.publish("keepwell/v1/marker/alarm", marker)
    until(lambda: Got("keepwell/v1/marker/alarm", marker) in client.got, "the marker read")
    api.leave()
    return [got for got in client.got if got.topic != "keepwell/v1/marker/alarm"]


@pytest.mark.parametrize("retain", [False, True], ids=["live", "retained"])
def test_nobody_publishes_outside_its_own_name(broker: Broker, listening: Client, retain: bool) -> None:
    """Every gateway publishes in every name and on every leaf: what arrives, now or retained, is its own alone."""
    topics = [f"keepwell/v1/{name}/{leaf}" for name in (*NAMES, "nobody", "keepwell") for leaf in LEAVES]
    topics += [f"tele/{name}/SENSOR" for name in NAMES]
    for gateway, topic in itertools.product(NAMES, topics):
        # A connection each, for a broker may acknowledge what it refuses, and cut off who tried it.
        with RawPublisher(broker.url(gateway)) as one, suppress(ConnectionError):
            one.publish(topic, gateway.encode(), retain=retain)
            one.settle()
    wanted = {Got(f"keepwell/v1/{name}/{leaf}", name.encode()) for name in NAMES for leaf in ALLOWED}
    wanted |= {Got(f"tele/{name}/SENSOR", name.encode()) for name in NAMES}
    assert set(sent_by(broker, listening, b"%d" % retain)) == wanted

    late = broker.connect(keepwell(broker, INGEST))
    late.subscribe([*(f"keepwell/v1/+/{leaf}" for leaf in LEAVES), "tele/+/SENSOR"])
    assert set(sent_by(broker, late, b"late%d" % retain)) == (wanted if retain else set())
    late.leave()
    clear(broker, wanted if retain else set())


def clear(broker: Broker, retained: set[Got]) -> None:
    """Take back what was retained."""
    for topic, payload in retained:
        owner = broker.connect(payload.decode())
        owner.publish(topic, b"", retain=True)
        owner.leave()


def test_no_will_speaks_in_a_foreign_name(broker: Broker, listening: Client) -> None:
    """A will for somebody else's status is not published when its owner vanishes; one for the own is."""
    for gateway in NAMES[:3]:
        others = [
            f"keepwell/v1/{name}/{leaf}"
            for name in NAMES[:3]
            if name != gateway
            for leaf in ("status", "alarm")
        ]
        for topic in [*others, f"keepwell/v1/{gateway}/import", f"keepwell/v1/{gateway}/status"]:
            try:
                broker.connect(gateway, will=topic).vanish()
            except AssertionError:
                assert not topic.endswith(f"{gateway}/status"), (
                    topic
                )  # a broker may refuse such a client as well
    wanted = {Got(f"keepwell/v1/{name}/status", name.encode()) for name in NAMES[:3]}
    until(lambda: wanted <= set(listening.got), "the own wills read")
    time.sleep(0.3)
    assert set(sent_by(broker, listening, b"wills")) == wanted
    clear(broker, wanted)


def test_nobody_reads_outside_its_own_name(broker: Broker) -> None:
    """Every gateway subscribes to everybody's topics and every wildcard: it gets the own alarm and nothing else."""
    spied = [*SPIED, *(f"keepwell/v1/{name}/{leaf}" for name in NAMES for leaf in LEAVES)]
    spies = {name: broker.connect(name) for name in NAMES}
    for name, spy in spies.items():
        for topic in spied:  # one by one, for a broker may cut off who asks for too much
            own = topic == f"keepwell/v1/{name}/alarm"
            granted = spy.subscribe([topic])[topic]
            assert granted or not own, topic
            # Mosquitto grants a subscription and delivers nothing; the embedded broker says no.
            assert not granted or own or broker.name == "mosquitto", (name, topic)
    api = broker.connect(keepwell(broker, API))
    for name in NAMES:
        for leaf in ("alarm", "telemetry", "import"):
            api.publish(f"keepwell/v1/{name}/{leaf}", f"for {name}".encode(), retain=leaf == "alarm")
            broker_own = broker.connect(name)
            broker_own.publish(f"keepwell/v1/{name}/status", b"online")
            broker_own.leave()
    for name, spy in spies.items():
        own_alarm = Got(f"keepwell/v1/{name}/alarm", f"for {name}".encode())
        until(lambda spy=spy, own_alarm=own_alarm: own_alarm in spy.got, f"the alarm of {name} read")  # type: ignore[misc]
    time.sleep(0.5)
    for name, spy in spies.items():
        assert {got.topic for got in spy.got} == {f"keepwell/v1/{name}/alarm"}, name
        spy.leave()
    api.leave()


def test_a_foreign_session_gives_nothing_away(broker: Broker) -> None:
    """Whoever comes under the client id of another gateway does not get what waits for that one."""
    victim = broker.connect("gw-2", "session-of-gw-2", clean=False)
    assert all(victim.subscribe(["keepwell/v1/gw-2/alarm"]).values())
    victim.leave()
    api = broker.connect(keepwell(broker, API))
    api.publish("keepwell/v1/gw-2/alarm", b"secret of gw-2")
    thief = broker.connect("gw-1", "session-of-gw-2", clean=False)
    time.sleep(0.7)
    assert thief.got == []
    thief.leave()
    api.leave()


def test_a_revoked_gateway_is_out_while_it_publishes(broker: Broker) -> None:
    """It is cut off within 5 s amid its publishing and gets in no more; the others keep their connections."""
    stays = {name: broker.connect(name) for name in NAMES if name != "gw-3"}
    goes = RawPublisher(broker.url("gw-3"))
    broker.admit(*stays)
    began_s = time.monotonic()
    with suppress(OSError):  # whichever way it notices first
        while time.monotonic() - began_s < OUT_WITHIN_S:
            goes.publish("keepwell/v1/gw-3/telemetry", b"{}")
            goes.settle()
            time.sleep(0.02)
    assert time.monotonic() - began_s < OUT_WITHIN_S
    with pytest.raises(ConnectionRefusedError):
        RawPublisher(broker.url("gw-3"))
    for name, client in stays.items():
        client.publish(f"keepwell/v1/{name}/telemetry", b"{}")
        assert (client.losses, client.client.is_connected()) == (0, True), name
        client.leave()
    broker.admit(*NAMES)
    with RawPublisher(broker.url("gw-3")) as back:
        back.publish("keepwell/v1/gw-3/telemetry", b"{}")
        back.settle()
