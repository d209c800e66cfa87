"""Brokers that let every gateway in, and somebody who listens to all of them."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from keepwell.broker_server import BrokerError, find_program
from tests.brokers import MOSQUITTO_PATH, RealBroker, missing
from tests.ports import free_port


class Heard(NamedTuple):
    """One value as it came over the wire."""

    gateway: str
    device: str
    quantity: str
    time_s: float
    value: Any


class Listener:
    """Subscribes to everything with QoS 1 and takes it apart, with code that is not the simulators'."""

    def __init__(self, port: int) -> None:
        self.values: list[Heard] = []
        self.messages: Counter[str] = Counter()
        self.status: list[tuple[str, str]] = []
        self.latest_ahead_s = -1e9
        self._ready = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=f"listener-{time.time_ns()}")
        self._client.on_connect = lambda client, *_: client.subscribe("keepwell/v1/#", 1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._take
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._ready.wait(10), "no answer to the subscription"

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def wait_for(self, values: int, within_s: float = 20.0) -> None:
        """Wait until so many values came, and a little longer in case there are more."""
        deadline = time.monotonic() + within_s
        while len(self.values) < values and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)

    def _take(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        _, _, gateway, leaf = message.topic.split("/")
        if leaf == "status":
            self.status.append((gateway, message.payload.decode()))
            return
        said = json.loads(message.payload)
        said = said if isinstance(said, list) else [said]
        self.messages[gateway] += 1
        heard = _senml(gateway, said) if "n" in said[0] else _native(gateway, said)
        self.values += heard
        self.latest_ahead_s = max(self.latest_ahead_s, max(h.time_s for h in heard) - time.time())


def _native(gateway: str, said: list[dict[str, Any]]) -> list[Heard]:
    return [
        Heard(gateway, reading.get("device", ""), name, _seconds(reading["time"]), value)
        for reading in said
        for name, value in reading.items()
        if name not in ("device", "time", "unit")
    ]


def _senml(gateway: str, said: list[dict[str, Any]]) -> list[Heard]:
    heard, device, at = [], "", 0.0
    for record in said:
        device = record.get("bn", device).rstrip(":")
        at = record.get("bt", at)
        heard.append(Heard(gateway, device, record["n"], at, record["v"]))
    return heard


def _seconds(written: str | int) -> float:
    if isinstance(written, str):
        return datetime.fromisoformat(written).timestamp()
    return written / {10: 1, 13: 1e3, 16: 1e6}.get(len(str(written)), 1)


def _open_nats(folder: Path) -> RealBroker:
    try:
        program = find_program()
    except BrokerError as error:
        missing(str(error))
    port = free_port()
    (folder / "nats.conf").write_text(
        f'server_name: test\nlisten: "127.0.0.1:{free_port()}"\njetstream {{ store_dir: "{folder}/store" }}\n'
        f'mqtt {{ listen: "127.0.0.1:{port}", max_ack_pending: 10000 }}\n'
    )
    return RealBroker("nats", folder, [program, "-c", str(folder / "nats.conf")], port, ("", ""))


def _open_mosquitto(folder: Path) -> RealBroker:
    program = shutil.which("mosquitto", path=MOSQUITTO_PATH)
    if program is None:
        missing("mosquitto is not installed")
    port = free_port()
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n"
    )
    return RealBroker("mosquitto", folder, [program, "-c", str(folder / "mosquitto.conf")], port, ("", ""))


@pytest.fixture(params=["nats", "mosquitto"])
def open_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealBroker]:
    """Each of the brokers, open to all."""
    broker = {"nats": _open_nats, "mosquitto": _open_mosquitto}[request.param](tmp_path)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def broker_url(open_broker: RealBroker) -> str:
    """Where it is."""
    return f"mqtt://127.0.0.1:{open_broker.port}"


@pytest.fixture
def listener(open_broker: RealBroker) -> Iterator[Listener]:
    """Somebody who heard everything from the start."""
    heard = Listener(open_broker.port)
    yield heard
    heard.close()
