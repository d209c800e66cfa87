"""A short look at what really comes on some topics: a connection of its own, which leaves nothing behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from itertools import count
from queue import Empty, Queue

from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from api.services import Heard
from ingest.broker_url import BrokerUrl
from ingest.tls import context_of

AT_ONCE = 2
ANSWER_S = 5.0


class BrokerListener:
    """Looks at most at so many topics at once as `AT_ONCE` says: everyone who looks holds a thread."""

    def __init__(self, url: BrokerUrl, client_id: str) -> None:
        self._url, self._client_id = url, client_id
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._numbers = count(1)

    def listen(self, filters: Sequence[str], seconds: float, most: int) -> list[Heard]:
        """What comes within so many seconds, at most so many messages; retained ones come at once.

        Raises:
            ConnectionError: the broker is away.
            PermissionError: it does not let us read these topics.
            BlockingIOError: enough others are looking.
        """
        if not self._room.acquire(blocking=False):
            raise BlockingIOError
        try:
            with _Look(self._url, f"{self._client_id}-look-{next(self._numbers)}") as look:
                look.subscribe(filters)
                return look.collect(seconds, most)
        except (OSError, ValueError) as error:
            if isinstance(error, PermissionError | ConnectionError):
                raise
            raise ConnectionError(str(error)) from error
        finally:
            self._room.release()


class _Look:
    """One connection."""

    def __init__(self, url: BrokerUrl, client_id: str) -> None:
        self._url = url
        self._heard: Queue[Heard] = Queue(maxsize=1_000)
        self._answers: Queue[bool] = Queue()
        self._connected = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id, clean_session=True, protocol=MQTTv311)
        if url.user is not None:
            self._client.username_pw_set(url.user, url.password)
        if (context := context_of(url)) is not None:
            self._client.tls_set_context(context)
        self._client.on_connect = lambda _c, _u, _f, reason, _p: self._admitted(reason.is_failure)
        self._client.on_message = lambda _c, _u, message: self._take(message)
        self._client.on_subscribe = lambda _c, _u, _m, reasons, _p: self._answers.put(
            not any(reason.is_failure for reason in reasons)
        )

    def __enter__(self) -> _Look:
        self._client.connect(self._url.host, self._url.port, keepalive=20)
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def subscribe(self, filters: Sequence[str]) -> None:
        if not self._connected.wait(ANSWER_S):
            raise ConnectionError(f"{self._url} does not take us up")
        self._client.subscribe([(one, 0) for one in filters])
        try:
            allowed = self._answers.get(timeout=ANSWER_S)
        except Empty as error:
            raise ConnectionError(f"{self._url} does not answer") from error
        if not allowed:
            raise PermissionError(", ".join(filters))

    def collect(self, seconds: float, most: int) -> list[Heard]:
        found: list[Heard] = []
        until = time.monotonic() + seconds
        while len(found) < most and (left := until - time.monotonic()) > 0:
            try:
                found.append(self._heard.get(timeout=left))
            except Empty:
                break
        return found

    def _admitted(self, is_failure: bool) -> None:
        if not is_failure:
            self._connected.set()

    def _take(self, message: MQTTMessage) -> None:
        if not self._heard.full():  # who looks is shown some of what comes, not all of it
            self._heard.put_nowait(
                Heard(message.topic, bytes(message.payload), time.time_ns() // 1000, message.retain)
            )
