"""A gateway's link to the broker: MQTT with QoS 1, a last will, a bounded window, and a count of what was acknowledged."""

from __future__ import annotations

import queue
import random
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

TOPIC = "keepwell/v1/{gateway}/{leaf}"
WINDOW = 64
"""Messages that may wait for their acknowledgement at once."""
PATIENCE_S = 30.0
"""How long a link tries to get through before it gives up."""
BACKOFF_S = (0.1, 4.0)


class LinkDownError(ConnectionError):
    """The broker could not be reached, or did not acknowledge, for `PATIENCE_S`."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, and as whom to go there."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str | None = None
    ca_file: str | None = None


def parse_broker(url: str) -> Broker:
    """`mqtt://[user[:password]@]host[:port]` or `mqtts://…[?ca=FILE]`. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise ValueError(f"{url!r} is not mqtt://host[:port] or mqtts://host[:port]")
    tls = parts.scheme == "mqtts"
    return Broker(
        parts.hostname,
        parts.port or (8883 if tls else 1883),
        tls,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        parse_qs(parts.query).get("ca", [None])[0],
    )


@dataclass(slots=True)
class Tally:
    """What a link has handed over: only what the broker acknowledged is counted."""

    messages: int = 0
    values: int = 0
    resent_values: int = 0
    """Values whose first acknowledgement was lost with the link: the broker may have taken them twice."""


@dataclass(frozen=True, slots=True)
class _Sent:
    topic: str
    payload: bytes
    values: int
    retain: bool = False


class Link:
    """One gateway's connection. Not for several threads at once; paho's own thread only fills `_acknowledged`."""

    def __init__(self, broker: Broker, gateway: str, *, announce: bool = True, window: int = WINDOW) -> None:
        """`announce`: say `online` on connect, and leave `offline` as the last will."""
        self.tally = Tally()
        self.gateway = gateway
        self._broker, self._announce, self._window = broker, announce, window
        self._client: Client | None = None
        self._pending: dict[int, _Sent] = {}
        self._acknowledged: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    @property
    def up(self) -> bool:
        """Whether the link believes to be connected."""
        return self._client is not None and self._client.is_connected()

    def open(self) -> None:
        """Connect, and send again what was never acknowledged. Raises LinkDownError."""
        self._settle()
        deadline, delay = time.monotonic() + PATIENCE_S, BACKOFF_S[0]
        while not self._try_open():
            if time.monotonic() > deadline:
                raise LinkDownError(f"{self.gateway}: no answer from {self._broker.host}:{self._broker.port}")
            time.sleep(delay * random.uniform(0.5, 1.0))
            delay = min(2 * delay, BACKOFF_S[1])
        unsure, self._pending = list(self._pending.values()), {}
        if self._announce:
            self._send(_Sent(self._topic("status"), b"online", 0, retain=True))
        for sent in unsure:
            self.tally.resent_values += sent.values
            self._send(sent)

    def publish(self, payload: bytes, values: int) -> None:
        """Send telemetry that carries `values` values; waits while the window is full. Raises LinkDownError."""
        if not self.up:
            self.open()
        self._send(_Sent(self._topic("telemetry"), payload, values))
        self._await(self._window)

    def drain(self) -> None:
        """Wait until everything sent is acknowledged. Raises LinkDownError."""
        self._await(0)

    def cut(self) -> None:
        """Lose the connection as a power cut would: the broker publishes the last will. What was sent is settled first."""
        self.drain()
        client, self._client = self._client, None
        if client is None:
            return
        wire = client.socket()
        if isinstance(wire, socket.socket):
            wire.shutdown(socket.SHUT_RDWR)
        client.loop_stop()

    def close(self, *, farewell: bool) -> None:
        """Settle and disconnect; with `farewell`, say `offline` first. Without, the last word stays `online`."""
        if self._client is None:
            return
        self.drain()
        if farewell and self._announce:
            self._send(_Sent(self._topic("status"), b"offline", 0, retain=True))
            self.drain()
        self._drop()

    def _topic(self, leaf: str) -> str:
        return TOPIC.format(gateway=self.gateway, leaf=leaf)

    def _try_open(self) -> bool:
        self._drop()
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{self.gateway}-{random.getrandbits(32):08x}",
            reconnect_on_failure=False,
        )
        client.max_inflight_messages_set(self._window + 8)
        broker = self._broker
        if broker.tls:
            client.tls_set(ca_certs=broker.ca_file, cert_reqs=ssl.CERT_REQUIRED)
        if broker.user is not None:
            client.username_pw_set(broker.user, broker.password)
        if self._announce:
            client.will_set(self._topic("status"), b"offline", qos=1, retain=True)
        acknowledged = self._acknowledged = queue.SimpleQueue()
        welcome: queue.SimpleQueue[bool] = queue.SimpleQueue()

        def lost(*_all: object) -> None:
            acknowledged.put(None)
            welcome.put(False)

        client.on_publish = lambda _client, _data, mid, *_rest: acknowledged.put(mid)
        client.on_disconnect = lost
        client.on_connect = lambda _c, _data, _flags, code, *_rest: welcome.put(not code.is_failure)
        return self._greet(client, welcome)

    def _greet(self, client: Client, welcome: queue.SimpleQueue[bool]) -> bool:
        try:
            client.connect(self._broker.host, self._broker.port, keepalive=30)
        except OSError:
            return False
        client.loop_start()
        self._client = client
        try:
            return welcome.get(timeout=PATIENCE_S / 3)
        except queue.Empty:
            return False

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def _send(self, sent: _Sent) -> None:
        client: Any = self._client
        info = client.publish(sent.topic, sent.payload, qos=1, retain=sent.retain)
        if info.rc not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            raise LinkDownError(f"{self.gateway}: {info.rc.name}")
        self._pending[info.mid] = sent

    def _await(self, most: int) -> None:
        """Wait until at most `most` messages are unacknowledged; reconnects when the link is lost meanwhile."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self._pending) > most:
            try:
                mid = self._acknowledged.get(timeout=1.0)
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise LinkDownError(
                        f"{self.gateway}: {len(self._pending)} messages unacknowledged"
                    ) from None
                continue
            if mid is None:
                self.open()
                continue
            deadline = time.monotonic() + PATIENCE_S
            self._count(self._pending.pop(mid))

    def _settle(self) -> None:
        """Count what was acknowledged before the link broke."""
        while not self._acknowledged.empty():
            mid = self._acknowledged.get()
            if mid is not None:
                self._count(self._pending.pop(mid))

    def _count(self, sent: _Sent) -> None:
        if not sent.retain:
            self.tally.messages += 1
            self.tally.values += sent.values
