"""The one who answers what gateways ask before they send anything (docs/mappings.md, Answers): a client of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from ingest.broker_url import BrokerUrl
from ingest.mapping.answers import answer_to, questions_of, unasked
from ingest.mapping.nouns import GatewayMapping
from ingest.tls import context_of

LOOK_S = 1.0
KEEPALIVE_S = 20
_RECONNECT_S = (1, 30)

_log = logging.getLogger(__name__)

Mappings = Sequence[GatewayMapping]


class Answering:
    """Connected only while a mapping that is switched on has answers; a context in which that is looked after.

    The session is persistent: a gateway that asks once and then waits for ever is answered also if it asked while we
    were away. One that asked before its mapping was switched on is told without being asked.
    """

    def __init__(self, url: BrokerUrl, client_id: str, switched_on: Callable[[], Mappings | None]) -> None:
        """`switched_on` says which mappings are; None if they are the same as when it was asked last."""
        self._url, self._client_id, self._switched_on = url, client_id, switched_on
        self._mappings: Mappings = ()
        self._client: Client | None = None
        self._refused = False
        """The broker does not let us read yet: it may not have been told of the mapping."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="answering", daemon=True)

    def __enter__(self) -> Answering:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_S):
            self._look()
        self._leave()

    def _look(self) -> None:
        """Bring the connection in line with what is switched on. Whatever ails it, it is tried again."""
        try:
            mappings = self._switched_on()
            if mappings is not None:
                self._use(mappings)
            elif self._refused and self._client is not None:
                self._begin(self._client)
        except Exception as error:  # noqa: BLE001  # the broker or the database may come back
            _log.warning("questions of gateways are not looked after: %s", error)

    def _use(self, mappings: Mappings) -> None:
        before, now = questions_of(self._mappings), questions_of(mappings)
        self._mappings = mappings
        if now and self._client is None:
            self._client = self._connect()
        elif now != before and self._client is not None and self._client.is_connected():
            self._begin(self._client)
            for topic in set(before) - set(now):
                self._client.unsubscribe(topic)
        if not now:
            self._leave()

    def _connect(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, self._client_id, clean_session=False, protocol=MQTTv311)
        if self._url.user is not None:
            client.username_pw_set(self._url.user, self._url.password)
        context = context_of(self._url)
        if context is not None:
            client.tls_set_context(context)
            client.tls_insecure_set(self._url.pinned)  # paho would look at the name by itself
        client.reconnect_delay_set(*_RECONNECT_S)
        client.on_connect, client.on_subscribe = self._connected, self._subscribed
        client.on_message = self._asked
        client.suppress_exceptions = True  # else one of them would end the thread that reconnects
        client.connect_async(self._url.host, self._url.port, keepalive=KEEPALIVE_S)
        client.loop_start()
        return client

    def _leave(self) -> None:
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def _connected(self, client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            _log.warning("gateways are not answered, the broker says: %s", reason)
        else:
            self._begin(client)

    def _begin(self, client: Client) -> None:
        """Listen; who is to be told unasked is told once that is confirmed."""
        for topic in questions_of(self._mappings):
            client.subscribe(topic, qos=1)

    def _subscribed(self, client: Client, _data: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        before, self._refused = self._refused, any(reason.is_failure for reason in reasons)
        if self._refused:
            if not before:
                _log.warning("the broker does not let us read what gateways ask; it is asked again")
            return
        for reply in unasked(self._mappings):
            client.publish(reply.topic, reply.payload, qos=1)

    def _asked(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        reply = answer_to(self._mappings, message.topic, bytes(message.payload))
        if reply is not None:
            client.publish(reply.topic, reply.payload, qos=1)
