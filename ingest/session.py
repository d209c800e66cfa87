"""One connection to the broker, from CONNECT to its end: paho's client on a `Wire`, subscriptions and watchdog."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.broker_url import BrokerUrl
from ingest.link import CONNACK_CAUSES, Backoff, Cause
from ingest.wire import PINGREQ, Wire, WireContext

TOPICS = ("keepwell/v1/+/telemetry", "keepwell/v1/+/status", "keepwell/v1/+/import")

EXTRA_AGAIN_S = 2.0
"""A broker that has just been told of a mapping may need a moment before it lets us read its topics."""
_MOST_IN_PACKET = 50


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How we come to the broker; seconds, bytes and counts."""

    mqtt5: bool = False
    topics: tuple[str, ...] = TOPICS
    keepalive_s: float = 20
    """A broker from which nothing came for so long, not even the answer to a ping, is given up."""
    connect_timeout_s: float = 2.0
    answer_timeout_s: float = 5.0
    """From TCP connect to CONNACK."""
    session_expiry_s: int = 30 * 86_400
    """MQTT 5 only; with 3.1.1 the broker decides how long it keeps our session."""
    receive_maximum: int = 20_000
    """MQTT 5 only: how many unacknowledged messages the broker may send."""
    max_packet_bytes: int = 2 * 1024 * 1024
    """Larger packets are cut to this size; `Message.size` tells."""


class Session:
    """One connection. It ends once: `failure` then says why, and a new one has to be made."""

    def __init__(
        self,
        url: BrokerUrl,
        tls: ssl.SSLContext | None,
        client_id: str,
        settings: SessionSettings,
        connection: int,
        monotonic_s: Callable[[], float],
    ) -> None:
        """Connect (TCP and TLS, at most `connect_timeout_s`) and send CONNECT.

        Raises:
            OSError, ValueError: no connection, or no TLS that can be trusted.
        """
        self.connection = connection
        self.answered = False
        """CONNACK came and was good."""
        self.session_present = False
        self.failure: tuple[Cause, str] | None = None
        self.refused_topics: list[str] = []
        """Of our own topics."""
        self.refused_extra: set[str] = set()
        """Of the topics of mappings: the rest goes on as if nothing were wrong."""
        self._extra: frozenset[str] = frozenset()
        self._retired: frozenset[str] = frozenset()
        self._subscribed: frozenset[str] = frozenset()
        self._unsubscribed: frozenset[str] = frozenset()
        self._settings = settings
        self._monotonic_s = monotonic_s
        self._began_s = self._pinged_s = self._subscribed_s = monotonic_s()
        self._asked: dict[int, list[str]] = {}
        context = WireContext(self._make_wire, tls)
        self._client = self._make_client(url, client_id)
        # A `WireContext` is what paho uses of an SSLContext: `wrap_socket` and `check_hostname`.
        self._client.tls_set_context(cast(ssl.SSLContext, context))
        try:
            self._connect(url)
        except BaseException:
            if context.wire is not None:
                context.wire.close()
            raise
        if context.wire is None:
            raise ConnectionError("paho opened no connection")
        self.wire = context.wire

    @property
    def ready(self) -> bool:
        """CONNACK was good and every subscription has been answered, or the answer waits behind unread messages."""
        return self.answered and (not self._asked or self.wire.more)

    def _make_wire(self, sock: Any) -> Wire:
        limit = self._settings.max_packet_bytes
        return Wire(
            sock, self.connection, self._settings.mqtt5, limit, self._monotonic_s, self._monotonic_s()
        )

    def _make_client(self, url: BrokerUrl, client_id: str) -> Client:
        mqtt5 = self._settings.mqtt5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=None if mqtt5 else False,
            protocol=MQTTProtocolVersion.MQTTv5 if mqtt5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = self._settings.connect_timeout_s
        if url.user is not None:
            client.username_pw_set(url.user, url.password)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        return client

    def _connect(self, url: BrokerUrl) -> None:
        keepalive_s = max(1, round(self._settings.keepalive_s))
        if not self._settings.mqtt5:
            self._client.connect(url.host, url.port, keepalive_s)
            return
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = self._settings.session_expiry_s
        properties.ReceiveMaximum = min(65_535, self._settings.receive_maximum)
        self._client.connect(url.host, url.port, keepalive_s, clean_start=False, properties=properties)

    def serve(self) -> None:
        """Let paho have its packets, send what waits, and see whether the connection is still one. Never raises."""
        wire = self.wire
        try:
            self._let_paho_work()
            if self.answered and not wire.closed:
                self._follow()
            if not wire.closed:
                wire.flush()
                self._watch()
        except Exception as error:  # noqa: BLE001  whatever a packet does to paho, only this connection ends
            self._fail(Cause.MALFORMED, f"{type(error).__name__}: {error}")
        if wire.ended is not None:
            self._fail(*wire.ended)
        elif wire.closed:
            self._fail(Cause.CLOSED, "the connection ended")

    def _let_paho_work(self) -> None:
        client, wire = self._client, self.wire
        while wire.has_control and not wire.closed:
            # paho gives up a CONNACK "unsupported protocol version" without calling on_connect.
            if client.loop_read() is MQTTErrorCode.MQTT_ERR_PROTOCOL and not self.answered:
                self._fail(Cause.PROTOCOL_VERSION, "the broker does not speak this version of MQTT")
        if client.want_write() and not wire.closed:
            client.loop_write()

    def _watch(self) -> None:
        """The watchdog: the last byte seen decides, not what anybody believes about the connection."""
        now_s, settings = self._monotonic_s(), self._settings
        if not self.ready and now_s - max(self._began_s, self._subscribed_s) > settings.answer_timeout_s:
            what = "SUBACK" if self.answered else "CONNACK"
            self._fail(Cause.NO_ANSWER, f"no {what} within {settings.answer_timeout_s:g} s")
        elif now_s - self.wire.heard_s > settings.keepalive_s:
            self._fail(Cause.SILENT, f"nothing heard for {settings.keepalive_s:g} s")
        elif now_s - self._pinged_s > settings.keepalive_s / 2:
            self._pinged_s = now_s
            self.wire.send(PINGREQ)
        elif self.refused_topics and now_s - self._subscribed_s > Backoff.CAP_S:
            self._subscribe(self.refused_topics)
        elif self.refused_extra and now_s - self._subscribed_s > EXTRA_AGAIN_S:
            self._subscribe(sorted(self.refused_extra))

    def want(self, extra: frozenset[str], retired: frozenset[str]) -> None:
        """Read these filters beside our own topics, and `retired` ones no more (the broker may still remember them)."""
        self._retired = (self._retired | retired | self._extra) - extra
        self._extra = extra

    def _follow(self) -> None:
        """Ask the broker for what is wanted now and was not when we last asked."""
        gone, fresh = self._retired - self._unsubscribed, self._extra - self._subscribed
        self._unsubscribed, self._subscribed = self._retired, self._extra
        self.refused_extra &= self._extra
        listed = sorted(gone)
        for start in range(0, len(listed), _MOST_IN_PACKET):
            self._client.unsubscribe(listed[start : start + _MOST_IN_PACKET])
        if fresh:
            self._subscribe(sorted(fresh))

    def _subscribe(self, topics: list[str]) -> None:
        self._subscribed_s = self._monotonic_s()
        for start in range(0, len(topics), _MOST_IN_PACKET):
            some = topics[start : start + _MOST_IN_PACKET]
            _, mid = self._client.subscribe([(topic, 1) for topic in some])
            if mid is not None:
                self._asked[mid] = some

    def _on_connect(
        self,
        client: Client,
        userdata: Any,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._fail(CONNACK_CAUSES.get(str(reason), Cause.UNAVAILABLE), str(reason))
            return
        self.answered = True
        self.session_present = flags.session_present
        # Also with a session present: it may be from a version of ours that subscribed to less.
        self._subscribe(list(self._settings.topics))

    def _on_subscribe(
        self,
        client: Client,
        userdata: Any,
        mid: int,
        reasons: list[ReasonCode],
        properties: Properties | None,
    ) -> None:
        answers = list(zip(self._asked.pop(mid, []), reasons, strict=False))
        refused = {topic for topic, reason in answers if reason.is_failure}
        asked = {topic for topic, _ in answers}
        own = set(self._settings.topics)
        self.refused_topics = sorted((set(self.refused_topics) - asked) | (refused & own))
        self.refused_extra = (self.refused_extra - asked) | (refused & self._extra)

    def _on_disconnect(
        self,
        client: Client,
        userdata: Any,
        flags: DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self._fail(CONNACK_CAUSES.get(str(reason), Cause.CLOSED), str(reason))

    def _fail(self, cause: Cause, detail: str) -> None:
        """The first cause counts: what follows is its consequence."""
        self.failure = self.failure or (cause, detail)
        self.wire.close()

    def leave(self, timeout_s: float = 1.0) -> None:
        """DISCONNECT in good order; the session at the broker stays. Takes at most `timeout_s`."""
        if not self.wire.closed:
            self.wire.leave(timeout_s)
