"""Messages put on their topics through the broker: repaired ones as a gateway would send them, and uploaded files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from ingest.broker_url import BrokerUrl
from ingest.tls import context_of

WAIT_S = 10.0


class BrokerPublisher:
    """One short connection a message, or a file: they are rare, and a connection that is not kept cannot be dead."""

    def __init__(self, url: BrokerUrl, client_id: str) -> None:
        self._url = url
        self._client_id = client_id
        self._one_at_a_time = threading.Lock()

    def submit(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1 and wait for the broker's acknowledgement.

        Raises:
            ConnectionError: the broker did not take it within 10 s.
        """
        with self.connected() as send:
            send(topic, payload)

    @contextmanager
    def connected(self, *, retain: bool = False) -> Iterator[Callable[[str, bytes], None]]:
        """One connection for many messages: call what is handed out as `submit`, from one thread.

        Args:
            retain: The broker keeps the messages for whoever comes later.

        Raises:
            ConnectionError: the broker is away; also out of the call.
        """
        with self._one_at_a_time:
            client = self._client()
            try:
                client.connect(self._url.host, self._url.port, keepalive=20)
                client.loop_start()
                yield partial(self._send, client, retain)
            except (OSError, RuntimeError, ValueError) as error:
                raise ConnectionError(str(error)) from error
            finally:
                client.disconnect()
                client.loop_stop()

    def _send(self, client: Client, retain: bool, topic: str, payload: bytes) -> None:
        sent = client.publish(topic, payload, qos=1, retain=retain)
        sent.wait_for_publish(WAIT_S)
        if not sent.is_published():
            raise ConnectionError(f"{self._url} did not acknowledge within {WAIT_S:g} s")

    def _client(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, self._client_id, clean_session=True, protocol=MQTTv311)
        if self._url.user is not None:
            client.username_pw_set(self._url.user, self._url.password)
        context = context_of(self._url)
        if context is not None:
            client.tls_set_context(context)
            client.tls_insecure_set(self._url.pinned)  # paho would look at the name by itself
        return client
