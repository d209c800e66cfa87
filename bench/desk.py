"""How many alarm events a second become findings, alarms, tickets and events, on each engine of the service database."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench import desk_clerk
from bench.postgres import MISSING, PostgresServer, find_programs
from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from ingest.nouns import US_PER_DAY, US_PER_MINUTE, US_PER_SECOND
from keepwell.garbage import collect_seldom
from registry.nouns import uuid7
from store import events
from store.repositories import desk
from store.service import Place, ServiceDatabase, open_service
from tickets.nouns import Place as Room
from tickets.policy import load
from tickets.raising import Raising

ZONES = 1_000
"""Each is one cause: one alarm, one ticket."""
BATCH = 100
"""Changes that detection records in one commit while much is going on."""
WARM_BATCHES = 40
"""Until openings and closings balance and every statement was prepared."""
BATCHES = 150
SEAL_EVERY = 5
"""Batches between two visits of the sealer, which comes twice a second."""
START_US = 20_000 * US_PER_DAY
MIX = {"open": 20, "join": 20, "worsen": 40, "close": 20}
"""Of 100 alarm events."""

Figures = dict[str, float | int | str]


def run(
    json_path: Path | None, say: Callable[[str], None], postgres: str = ""
) -> dict[str, dict[str, Figures]]:
    """Measure, by the clock on the wall, every commit on disk; `{"engines": {name: figures}}`.

    `alarm_events_per_s`: openings, joinings, worsenings and closings through to committed tickets and events, sealing
    included. `alarm_events_per_cpu_s`: the same by the processor time of this process, which a busy machine spoils less
    (a PostgreSQL server's own time is not in it). `p50_ms`, `p99_ms`: how long one batch takes to be committed. The
    figures of the clerk: see `bench.desk_clerk`.

    Args:
        postgres: address of an empty database on a server to measure; empty = a server of our own, if its programs are here.
    """
    collect_seldom()  # as every stage does
    with tempfile.TemporaryDirectory(prefix="keepwell-bench-desk-") as folder:
        engines = {"sqlite": _measure(Path(folder, "service.sqlite"), lambda text: say(f"sqlite: {text}"))}
    with _postgres(postgres) as url:
        engines["postgresql"] = (
            _measure(url, lambda text: say(f"postgresql: {text}")) if url else {"missing": MISSING}
        )
    found = {"engines": engines}
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=2))
    return found


def _measure(place: Place, say: Callable[[str], None]) -> Figures:
    database = open_service(place, START_US)
    try:
        raising, trouble = Raising(load(), _Rooms(), uuid7), _Trouble()
        say(f"{(WARM_BATCHES + BATCHES) * BATCH} alarm events")
        found = _raise_tickets(database, raising, trouble)
        say(
            f"{found['alarm_events_per_s']} alarm events a second; the clerk with {desk_clerk.LIVE} live tickets …"
        )
        return found | desk_clerk.measure(database, raising, trouble.opening, trouble.now_us, say)
    finally:
        database.close()


def _raise_tickets(database: ServiceDatabase, raising: Raising, trouble: _Trouble) -> Figures:
    """Batch after batch, as detection records them."""
    took: list[float] = []
    sealing_s = cpu_s = 0.0
    for number in range(WARM_BATCHES + BATCHES):
        changes = trouble.next_batch(BATCH)
        began, cpu_began = time.perf_counter(), time.process_time()
        with database.writing() as connection:
            desk.record(connection, changes, raising, trouble.now_us)
        took.append(time.perf_counter() - began)
        if number % SEAL_EVERY == SEAL_EVERY - 1:
            sealed_s = _timed(lambda: _seal(database))
            sealing_s += sealed_s if number >= WARM_BATCHES else 0.0
        cpu_s += time.process_time() - cpu_began if number >= WARM_BATCHES else 0.0
    timed = sorted(took[WARM_BATCHES:])
    return {
        "alarm_events_per_s": round(BATCHES * BATCH / (sum(timed) + sealing_s)),
        "alarm_events_per_cpu_s": round(BATCHES * BATCH / cpu_s),
        "batch": BATCH,
        "p50_ms": round(timed[len(timed) // 2] * 1e3, 1),
        "p99_ms": round(timed[len(timed) * 99 // 100] * 1e3, 1),
        **_counted(database),
    }


def _seal(database: ServiceDatabase) -> None:
    with database.writing() as connection:
        events.seal(connection)


def _counted(database: ServiceDatabase) -> Figures:
    """What is there in the end."""
    with database.reading() as connection:
        return {"tickets": desk.next_number(connection) - 1, "events": events.last_sequence(connection)}


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _postgres(url: str) -> Iterator[str]:
    """The address that is measured; empty if there is no server."""
    programs = find_programs()
    if url or programs is None:
        yield url
        return
    server = PostgresServer(programs, durable=True)
    try:
        server.start()
        yield server.url(server.create())
    finally:
        server.close()


class _Rooms:
    """Every zone is a room of the same name."""

    def of(self, finding: Finding) -> Room | None:
        return Room(f"Room {finding.zone}", "harbour", "Asia/Shanghai", "A", ())


@dataclass(slots=True)
class _Trouble:
    """A thousand rooms in which it gets too warm, warmer, and well again, always in the same order."""

    now_us: int = START_US
    _random: random.Random = field(default_factory=lambda: random.Random(1))
    _going_on: dict[str, Finding] = field(default_factory=dict)
    _ids: list[str] = field(default_factory=list)

    def next_batch(self, size: int) -> list[FindingChange]:
        """What detection noticed since the last batch; no finding twice."""
        self.now_us += US_PER_SECOND
        found: dict[str, FindingChange] = {}
        while len(found) < size:
            (deed,) = self._random.choices(list(MIX), list(MIX.values()))
            change = self._change(deed)
            found.setdefault(change.finding.id, change)
        for change in found.values():
            self._note(change)
        return list(found.values())

    def opening(self, zone: str) -> FindingChange:
        """It gets too warm in a room of this name."""
        return FindingChange(Change.OPENED, self._finding(zone))

    def _change(self, deed: str) -> FindingChange:
        zone = f"z{self._random.randrange(ZONES)}"
        if deed == "open" or not self._ids:
            return FindingChange(Change.OPENED, self._finding(zone))
        known = self._going_on[self._random.choice(self._ids)]
        if deed == "join":
            return FindingChange(Change.OPENED, self._finding(str(known.zone)))
        if deed == "close":
            return FindingChange(Change.CLOSED, replace(known, end_us=self.now_us))
        worse = replace(
            known, peak=(known.peak or 0.0) + 0.1, area=(known.area or 0.0) + 1.0, severity=Severity.CRITICAL
        )
        return FindingChange(Change.EXTENDED, worse)

    def _note(self, change: FindingChange) -> None:
        one = change.finding
        if change.change is Change.CLOSED:
            del self._going_on[one.id]
            at = self._ids.index(one.id)
            self._ids[at] = self._ids[-1]
            self._ids.pop()
        elif one.id not in self._going_on:
            self._ids.append(one.id)
        if change.change is not Change.CLOSED:
            self._going_on[one.id] = one

    def _finding(self, zone: str) -> Finding:
        """As the excursion detector tells it."""
        start_us = self.now_us - 10 * US_PER_MINUTE
        device = f"g{zone}/p{self._random.randrange(20)}"
        return Finding(
            id=uuid7(start_us), detector="limits", detector_version="1", kind=Kind.TOO_HIGH,
            subject=f"device:{device}:temperature", band="chilled/high", zone=zone, cause=f"zone:{zone}:temperature:high",
            severity=Severity.ALARM, start_us=start_us, end_us=None, peak=9.8, area=12.5, coverage=0.98, samples=31,
            received_us=self.now_us,
            evidence={"limit": 8.0, "quantity": "temperature", "profile": "chilled", "device": device,
                      "readings": [[start_us + n * US_PER_MINUTE, 8.0 + n / 10] for n in range(10)]},
        )  # fmt: skip
