"""How fast the desk's clerk deals with tickets while ten thousand are live, and what it costs when nothing happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection

from detect.nouns import FindingChange
from ingest.nouns import US_PER_SECOND
from keepwell.clerking import Clerking
from keepwell.wiring.clerk import ClerkDesk
from registry.file import parse
from store.repositories import desk
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase
from tickets.clerk.nouns import Case, Outcome
from tickets.raising import Raising

ENGINEERS = 40
LIVE = 10_000
"""Tickets that are live while the clerk is measured."""
OPENING = 500
"""Tickets opened in one commit to get there."""
ALARMS = 20
"""New tickets a commit, …"""
COMMITS = 40
EVERY_S = 0.25
"""… so often: what a bad day brings."""
IDLE_LOOKS = 200
LOOKS_PER_S = 10
"""The clerk looks so often when there is nothing to do."""
WAIT_S = 30.0

Figures = dict[str, float | int | str]
Opening = Callable[[str], FindingChange]
"""A zone → the finding that opens a ticket there."""


def measure(
    database: ServiceDatabase, raising: Raising, opening: Opening, now_us: int, say: Callable[[str], None]
) -> Figures:
    """`clerk_tickets_per_s` over a backlog of ten thousand, `assigned_…_ms` from findings to the commit of who has the work.

    `clerk_looks_at_all_s`: how long a clerk that was just started is busy with all those tickets, everybody's work being
    given already. `clerk_idle_cpu_percent`: of one core, with all those tickets there and nothing to do. `…_cpu_s`: by
    the processor time of this process.
    """
    began = time.perf_counter()

    def clock() -> int:
        return now_us + round((time.perf_counter() - began) * US_PER_SECOND)

    _staff(database, now_us)
    _fill(database, raising, opening, clock)
    watched = _Watched(database)
    clerk = Clerking(watched, clock)
    say("the tickets are there; all are looked at …")
    took_s, cpu_s = _finish(clerk)
    say(f"{len(watched.assigned_at)} given to somebody in {took_s:.0f} s; all are looked at again …")
    again_s, again_cpu_s = _finish(Clerking(watched, clock))
    return {
        "live_tickets": LIVE,
        "clerk_tickets_per_s": round(len(watched.assigned_at) / took_s),
        "clerk_tickets_per_cpu_s": round(len(watched.assigned_at) / cpu_s),
        "clerk_looks_at_all_s": round(again_s, 1),
        "clerk_looks_at_all_cpu_s": round(again_cpu_s, 1),
        **_latency(database, raising, opening, clerk, watched, clock),
        **_idle(clerk),
    }


def _finish(clerk: Clerking) -> tuple[float, float]:
    """Until nothing is left to do; how long that took (s), and how much processor time."""
    began, cpu_began = time.perf_counter(), time.process_time()
    while clerk.step():
        pass
    return time.perf_counter() - began, time.process_time() - cpu_began


class _Watched(ClerkDesk):
    """The clerk's desk, and when each ticket's first assignment was committed."""

    def __init__(self, database: ServiceDatabase) -> None:
        super().__init__(database)
        self.assigned_at: dict[str, float] = {}
        self._given: list[str] = []

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            yield connection
        for cause in self._given:
            self.assigned_at.setdefault(cause, time.perf_counter())
        self._given.clear()

    def attend(self, connection: Connection, cases: Sequence[Case], now_us: int) -> list[Outcome]:
        found = super().attend(connection, cases, now_us)
        self._given += [one.ticket.cause for one in found if one.ticket.assignee and one.ticket.cause]
        return found


@dataclass(slots=True)
class _Alarms:
    """Alarms that come at a steady pace, and when each was noticed."""

    database: ServiceDatabase
    raising: Raising
    opening: Opening
    clock: Callable[[], int]
    noticed_at: dict[str, float] = field(default_factory=dict)

    def come(self) -> None:
        """All of them, one commit after the other."""
        next_s = time.perf_counter()
        for number in range(COMMITS):
            changes = [self.opening(f"new-{number}-{n}") for n in range(ALARMS)]
            at = time.perf_counter()
            self.noticed_at |= {change.finding.cause: at for change in changes}
            with self.database.writing() as connection:
                desk.record(connection, changes, self.raising, self.clock())
            next_s += EVERY_S
            time.sleep(max(0.0, next_s - time.perf_counter()))


def _latency(
    database: ServiceDatabase, raising: Raising, opening: Opening, clerk: Clerking, watched: _Watched, clock: Callable[[], int]
) -> Figures:  # fmt: skip
    alarms = _Alarms(database, raising, opening, clock)
    stopped = threading.Event()
    thread = threading.Thread(target=clerk.run, args=(stopped.is_set, stopped.wait), daemon=True)
    thread.start()
    try:
        alarms.come()
        deadline = time.perf_counter() + WAIT_S
        while not alarms.noticed_at.keys() <= watched.assigned_at.keys() and time.perf_counter() < deadline:
            time.sleep(0.05)
    finally:
        stopped.set()
        thread.join()
    took = sorted(watched.assigned_at[cause] - at for cause, at in alarms.noticed_at.items())
    return {
        "alarms_per_s_meanwhile": round(ALARMS / EVERY_S),
        "assigned_p50_ms": round(took[len(took) // 2] * 1e3),
        "assigned_p99_ms": round(took[len(took) * 99 // 100] * 1e3),
    }


def _idle(clerk: Clerking) -> Figures:
    _finish(clerk)
    began = time.process_time()
    for _ in range(IDLE_LOOKS):
        clerk.step()
    return {
        "clerk_idle_cpu_percent": round((time.process_time() - began) / IDLE_LOOKS * LOOKS_PER_S * 100, 2)
    }


def _fill(database: ServiceDatabase, raising: Raising, opening: Opening, clock: Callable[[], int]) -> None:
    """Open tickets until there are ten thousand."""
    with database.reading() as connection:
        missing = LIVE - desk.next_number(connection) + 1
    for at in range(0, missing, OPENING):
        changes = [opening(f"full-{n}") for n in range(at, min(at + OPENING, missing))]
        with database.writing() as connection:
            desk.record(connection, changes, raising, clock())


def _staff(database: ServiceDatabase, now_us: int) -> None:
    """A harbour with engineers on shift round the clock, some of them on call."""
    parts = ['format = 1\n[[site]]\nkey = "harbour"\ntime_zone = "Asia/Shanghai"']
    parts += [
        f'[[person]]\nkey = "engineer-{n}"\nrole = "engineer"\nsite = "harbour"\nskills = ["refrigeration"]\n'
        f'capacity = {2 * LIVE // ENGINEERS}\n[[shift]]\nkey = "shift-{n}"\nperson = "engineer-{n}"\n'
        'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nstarts = "00:00"\nends = "23:59"\ntime_zone = "Asia/Shanghai"'
        for n in range(ENGINEERS)
    ]
    parts.append('[[person]]\nkey = "boss"\nrole = "supervisor"\nhead = true\nsite = "harbour"')
    with database.writing() as connection:
        RegistryRepository(connection).apply(
            parse("\n".join(parts) + "\n"), By("system", now_us, "bench.desk")
        )
