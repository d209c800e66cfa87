"""The tickets process: the desk's clerk, and everything that goes outward from the desk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from keepwell.clerking import Clerking
from keepwell.settings import Settings
from keepwell.wiring import health, notify
from keepwell.wiring.clerk import ClerkDesk
from keepwell.wiring.links import Linker
from keepwell.wiring.parts import now_us as wall_us
from keepwell.wiring.parts import reader_of
from keepwell.wiring.webhooks import sender_of
from notify.webhooks.sender import Sender
from store.files import SetAside
from store.seats import Seat, seat_of
from store.service import ServiceDatabase, open_service

STAND_BY_S = 0.5
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Work:
    """The clerk in the thread it is run in; senders, lamps and the call to the outside watcher each in one of their own."""

    clerk: Clerking
    telling: notify.Telling
    webhooks: Sender

    def run(self, stopping: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Until `stopping`."""
        with ExitStack() as stack:
            stack.enter_context(self.telling)
            stop = threading.Event()
            thread = threading.Thread(target=self.webhooks.run, args=(stop,), name="webhooks", daemon=True)
            thread.start()
            stack.callback(thread.join, 3.0)
            stack.callback(stop.set)
            self.clerk.run(stopping, sleep)


@dataclass(slots=True)
class TicketsProcess:
    """One works at a time; others on the same database stand by, and take over when it is gone."""

    seat: Seat
    begin: Callable[[], Work]

    def run(self, stopping: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Until `stopping`."""
        said = False
        while not stopping():
            if self.seat.take():
                said = False
                self.begin().run(lambda: stopping() or not self.seat.held(), sleep)
                continue
            if not said:
                _log.info("standing by: another process works on tickets, or the database is away")
            said = True
            sleep(STAND_BY_S)
        self.seat.leave()


def build(settings: Settings, note: Callable[[SetAside], None]) -> TicketsProcess:
    """The clerk and the senders over one service database."""
    database = open_service(settings.service, wall_us())
    if database.set_aside:
        note(database.set_aside)
    return TicketsProcess(seat_of(settings.service), partial(_work, settings, database))


def _work(settings: Settings, database: ServiceDatabase) -> Work:
    checks = health.checks(settings, database, reader_of(settings), wall_us)
    linker = Linker(database, settings.public_url.rstrip("/"), wall_us)
    return Work(
        clerk_of(database, wall_us),
        notify.build(settings, database, checks, linker),
        sender_of(database, settings.webhook_allow, wall_us),
    )


def clerk_of(database: ServiceDatabase, now_us: Callable[[], int]) -> Clerking:
    """The clerk over an open database."""
    return Clerking(ClerkDesk(database), now_us)
