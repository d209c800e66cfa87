"""Sends what is due: a few at a time to each endpoint, in order per ticket, and nobody waits for a slow one.

A delivery is recorded after its answer came. Whoever is killed in between sends it again, with the same id.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ingest.nouns import US_PER_DAY, US_PER_MINUTE
from notify.webhooks import signing
from notify.webhooks.following import Database, Follower
from notify.webhooks.posting import Answer, Post, Trouble
from notify.webhooks.retries import Jitter, outcome
from store.repositories import deliveries, webhooks
from store.repositories.deliveries import Delivery
from store.repositories.records import By
from store.repositories.webhooks import GONE, Endpoint
from tickets.nouns import SYSTEM

THREADS = 64
AT_ONCE = 4
"""So many messages go to one endpoint at the same time; to one whose last attempt failed, one alone."""
KEEP_DELIVERED_US, KEEP_DEAD_US = 30 * US_PER_DAY, 90 * US_PER_DAY
_TEND_US = US_PER_MINUTE
_POLL_S = 0.25
_AGAIN_S = 2.0
_PAGES = 20
"""So many pages of events are followed before anything is sent."""
_log = logging.getLogger("keepwell.notify")


@dataclass(frozen=True, slots=True)
class _Flight:
    """An attempt under way."""

    delivery: Delivery
    answer: Future[Answer]


class Sender:
    """The loop of one process; there should be one. Its own thread alone touches the database."""

    def __init__(
        self,
        database: Database,
        follower: Follower,
        post: Post,
        now_us: Callable[[], int],
        jitter: Jitter,
        threads: int = THREADS,
    ) -> None:
        self._database = database
        self._follower = follower
        self._post = post
        self._now_us = now_us
        self._jitter = jitter
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="webhook")
        self._flights: dict[str, _Flight] = {}
        self._failing: set[str] = set()
        """Endpoints whose last attempt failed."""
        self._tended_us = 0
        self._turn = 0
        """Which endpoint comes first, so that with more of them than threads none is always last."""
        self._landed = threading.Event()

    def run(self, stopping: threading.Event) -> None:
        """Send until told to stop. A database that is away, and whatever else fails, is tried again."""
        while not stopping.is_set():
            try:
                busy = self.step(self._now_us())
            except (OperationalError, PoolTimeout):
                _log.warning("webhooks wait: the service database is busy")
                stopping.wait(_AGAIN_S)
                continue
            except Exception:  # noqa: BLE001 - whatever else runs in this process must not end with it
                _log.exception("webhooks wait: a step failed in a way nobody foresaw")
                stopping.wait(_AGAIN_S)
                continue
            if not busy:
                self._landed.wait(_POLL_S)
        self.close()

    def step(self, now_us: int) -> int:
        """Make deliveries of new events, record what has come back, send what is due; how many attempts were begun."""
        for _ in range(_PAGES):
            if not self._follower.step(now_us):
                break
        self.settle(now_us)
        self._tend(now_us)
        return self._send(now_us)

    def settle(self, now_us: int, wait_s: float = 0.0) -> int:
        """Record the answers that are there, or come within `wait_s`; how many."""
        if self._flights and wait_s:
            wait([flight.answer for flight in self._flights.values()], wait_s)
        self._landed.clear()
        landed = [flight for flight in self._flights.values() if flight.answer.done()]
        if landed:
            with self._database.writing() as connection:
                for flight in landed:
                    self._record(connection, flight, now_us)
            for flight in landed:
                del self._flights[flight.delivery.id]
        return len(landed)

    def close(self) -> None:
        """Wait for the attempts under way, at most as long as one takes, and record them."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._flights = {id: f for id, f in self._flights.items() if not f.answer.cancelled()}
        self.settle(self._now_us())

    def _send(self, now_us: int) -> int:
        self._turn += 1
        with self._database.reading() as connection:
            begun = [
                (endpoint, delivery, secrets.at(now_us))
                for endpoint in _rotated(webhooks.all_of_them(connection), self._turn)
                if endpoint.disabled is None and (secrets := webhooks.signers(connection, endpoint.id))
                for delivery in self._due(connection, endpoint, now_us)
            ][: self._threads - len(self._flights)]
        for endpoint, delivery, signing_now in begun:
            answer = self._executor.submit(self._attempt, endpoint.url, signing_now, delivery, now_us)
            self._flights[delivery.id] = _Flight(delivery, answer)
            answer.add_done_callback(lambda _: self._landed.set())
        return len(begun)

    def _due(self, connection: Connection, endpoint: Endpoint, now_us: int) -> list[Delivery]:
        under_way = [id for id, flight in self._flights.items() if flight.delivery.endpoint == endpoint.id]
        free = (1 if endpoint.id in self._failing else AT_ONCE) - len(under_way)
        return deliveries.due(connection, endpoint.id, now_us, free, under_way) if free > 0 else []

    def _attempt(self, url: str, secrets: tuple[str, ...], delivery: Delivery, now_us: int) -> Answer:
        body = delivery.body.encode()
        try:
            return self._post(url, signing.headers(secrets, delivery.id, body, now_us), body)
        except Exception:  # noqa: BLE001 - one odd answer must not stop all others; it is logged and tried again
            _log.exception("an attempt failed in a way nobody foresaw", extra={"delivery": delivery.id})
            return Answer(None, Trouble.BROKEN_OFF)

    def _record(self, connection: Connection, flight: _Flight, now_us: int) -> None:
        delivery, answer = flight.delivery, flight.answer.result()
        deliveries.settle(
            connection, delivery.id, outcome(answer, delivery.attempts + 1, now_us, self._jitter), now_us
        )
        (self._failing.discard if answer.taken else self._failing.add)(delivery.endpoint)
        if answer.trouble == Trouble.GONE:
            webhooks.disable(connection, delivery.endpoint, GONE, By(SYSTEM, now_us, GONE))
            deliveries.give_up(connection, delivery.endpoint, GONE, now_us)

    def _tend(self, now_us: int) -> None:
        """What is done now and then: let forward whatever stands behind nothing, drop what is old."""
        if now_us - self._tended_us < _TEND_US:
            return
        self._tended_us = now_us
        with self._database.writing() as connection:
            deliveries.bring_forward(connection, now_us)
            deliveries.forget(connection, now_us - KEEP_DELIVERED_US, now_us - KEEP_DEAD_US)


def _rotated(endpoints: list[Endpoint], by: int) -> list[Endpoint]:
    at = by % len(endpoints) if endpoints else 0
    return endpoints[at:] + endpoints[:at]
