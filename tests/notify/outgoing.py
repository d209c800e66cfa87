"""A service database with tickets, endpoints and a sender whose clock is a number: for tests, and for processes to kill."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from keepwell.wiring.webhooks import follower_of
from notify.webhooks.addresses import Allowed
from notify.webhooks.posting import Answer, Post, Poster
from notify.webhooks.sender import Sender
from registry.nouns import Role, uuid7
from store.repositories import deliveries, tickets, webhooks
from store.repositories.deliveries import Delivery
from store.repositories.records import By
from store.repositories.webhooks import Endpoint, EndpointDraft
from store.service import ServiceDatabase, open_service
from tickets import acting, policy
from tickets.nouns import Priority, Ticket, TicketKind
from tickets.states import Actor

T0 = 1_795_248_000_000_000  # 2026-11-21T08:00:00Z
SECOND, MINUTE, HOUR = 1_000_000, 60_000_000, 3_600_000_000
LOCAL = Allowed.read("127.0.0.0/8")
BY = By("key:setup", T0)
POLICY = policy.load().at(T0)


class Desk:
    """Opens tickets and endpoints, and sends."""

    def __init__(self, path: Path, post: Post | None = None, threads: int = 16, jitter: float = 0.0) -> None:
        self.database: ServiceDatabase = open_service(path, T0)
        self.now_us = T0
        follower = follower_of(self.database)
        poster = post or Poster(LOCAL, total_s=2.0)
        self.sender = Sender(self.database, follower, poster, lambda: self.now_us, lambda: jitter, threads)

    def endpoint(self, url: str, **more: Any) -> Endpoint:
        """A new endpoint."""
        with self.database.writing() as connection:
            return webhooks.create(connection, EndpointDraft("test", url, **more), BY)[0]

    def open(self, words: str = "warm") -> Ticket:
        """A new ticket."""
        draft = acting.draft(
            uuid7(self.now_us), TicketKind.INTERNAL, words, "", "zone:z", Priority.P3,
            Actor("key:1", Role.ENGINEER), self.now_us, POLICY,
        )  # fmt: skip
        with self.database.writing() as connection:
            return tickets.open_by_hand(connection, draft, By("key:1", self.now_us))

    def say(self, ticket: Ticket, words: str) -> None:
        """A comment."""
        with self.database.writing() as connection:
            tickets.comment(connection, ticket.id, words, By("key:1", self.now_us))

    def after(self, us: int) -> None:
        """So much later, send what is due, until nothing more is."""
        self.now_us += us
        self.round()

    def round(self, most: int = 1000) -> None:
        """Send all that is due now."""
        for _ in range(most):
            begun = self.sender.step(self.now_us)
            settled = self.sender.settle(self.now_us, 30.0)
            if not begun and not settled:
                return

    def rows(self, endpoint: Endpoint) -> list[Delivery]:
        """All deliveries, in their order."""
        with self.database.reading() as connection:
            return deliveries.find(connection, endpoint.id, limit=10_000)[::-1]

    def close(self) -> None:
        """Stop, and release the files."""
        self.sender.close()
        self.database.close()


def die_before_sending(_: str, __: Mapping[str, str], ___: bytes) -> Answer:
    """Killed when the delivery is on record and nothing was sent."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def main(path: str, dies: str) -> None:
    """A sending process."""
    post: Callable[..., Answer] | None = die_before_sending if dies == "before" else None
    desk = Desk(Path(path), post)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    desk.sender.run(stopping)
    desk.database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
