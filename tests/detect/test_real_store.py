"""Promise 3 on real files: the embedded store of readings and the service database, with everything that opens tickets."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from detect.hours.examiner import HourExaminer
from detect.nouns import Checkpoint, Finding, FindingChange
from ingest.nouns import NewSeries
from registry.nouns import uuid7
from store.readings import open_reader, open_store
from store.repositories import checkpoints, desk, findings
from store.service import ServiceDatabase, open_service
from store.tables.tickets import alarms, tickets
from tests.detect.facts import Fact, fact
from tests.detect.memory import MemoryLog
from tests.detect.test_looking import Restless
from tests.detect.test_suspecting import Plain
from tests.detect.worlds import (
    DAY,
    END_US,
    HOUR,
    MINUTE,
    REGISTRIES,
    SAYINGS,
    SERIES,
    T0,
    Said,
    World,
    disordered,
    said,
)
from tests.store.contract import Row, batch
from tests.tickets.desk import Somewhere
from tickets.nouns import TicketState
from tickets.policy import load
from tickets.raising import Raising


class RealLog(MemoryLog):
    """Findings as the service database keeps them; each step is one commit with its checkpoint."""

    def __init__(self, database: ServiceDatabase) -> None:
        super().__init__()
        self._database = database
        self.final: set[tuple[object, ...]] = set()
        """The tickets when all was over."""
        self.beside: set[Fact] = set()
        """What streams and examiners said, of which the oracle knows nothing."""
        self._raising = Raising(load(), Somewhere("B", ("lot-1",)), uuid7)

    def commit(self, changes: Sequence[FindingChange], checkpoint: Checkpoint, now_us: int) -> None:
        """One step of detection."""
        with self._database.writing() as connection:
            desk.record(connection, changes, self._raising, now_us)
            checkpoints.keep(connection, checkpoint, now_us)

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        with self._database.reading() as connection:
            return findings.stored(connection, subjects, from_us)

    def open_findings(self) -> list[Finding]:
        with self._database.reading() as connection:
            return findings.going_on(connection)

    def standing(self) -> list[Finding]:
        with self._database.reading() as connection:
            return findings.standing(connection)

    def checkpoint(self) -> Checkpoint:
        """Where detection stands on record."""
        with self._database.reading() as connection:
            return checkpoints.load(connection)

    def tickets(self) -> set[tuple[object, ...]]:
        """What must be equal between two runs; withdrawn ones are left out."""
        columns = (alarms.c.cause, tickets.c.subject, tickets.c.priority, tickets.c.state)
        query = select(*columns).join(tickets, alarms.c.ticket_id == tickets.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(tickets.c.state != TicketState.WITHDRAWN))
            return {tuple(row) for row in rows}


def run(
    folder: Path, registry: str, batches: list[list[Said]], random: Random | None, end_us: int
) -> RealLog:
    """Let real stores take in the batches, with restarts at random; compare with the oracle; return what is on record."""
    with ExitStack() as stack:
        store = open_store(folder / "readings.sqlite", now_us=end_us)
        stack.callback(store.close)
        reader = open_reader(folder / "readings.sqlite")
        stack.callback(reader.close)
        database = open_service(folder / "service.sqlite", end_us)
        stack.callback(database.close)
        log = RealLog(database)
        position = 0

        def keep(rows: Sequence[Said], receipt_us: int) -> None:
            nonlocal position
            position += 1
            fresh = (
                [NewSeries(s.id, s.gateway, s.device, s.quantity) for s in SERIES] if position == 1 else []
            )
            arrived = [Row(s.series, s.time_us, s.value, s.flags) for s in rows]
            store.apply([(position, batch(arrived, receipt_us, new_series=fresh))])

        world = World(
            REGISTRIES[registry], reader, log, keep, log.commit, lambda: uuid7(end_us), receipt_us=end_us,
            examiners=lambda _: [HourExaminer(Restless(), reader)], streams=(Plain,),
        )  # fmt: skip
        for rows in batches:
            world.receive(rows)
            if random is None or random.random() < 0.7:
                world.step()
            if random and random.random() < 0.15:
                world.checkpoint = log.checkpoint()
                world.start()
        world.settle(end_us + HOUR)
        beside = {Restless.name, Plain.name}
        assert {fact(f) for f in log.standing() if f.detector not in beside} == world.expected()
        log.beside = {fact(f) for f in log.standing() if f.detector in beside}
        log.final = log.tickets()
        return log


@pytest.mark.parametrize("registry", REGISTRIES)
@settings(max_examples=5, deadline=None)
@given(sayings=SAYINGS, random=st.randoms(use_true_random=False), size=st.integers(1, 20))
def test_any_order_on_real_files(registry: str, sayings: list[Said], random: Random, size: int) -> None:
    """Permuted, doubled, with restarts: findings as the oracle tells them, tickets as of an ordered run."""
    unique = list({(s.series, s.time_us): s for s in sayings}.values())
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        whole = run(Path(first), registry, [sorted(unique, key=lambda s: s.time_us)], None, END_US)
        mixed = run(Path(second), registry, disordered(unique, random, size), random, END_US)
    assert mixed.beside == whole.beside
    assert mixed.final == whole.final


@pytest.mark.parametrize("late_us", [6 * HOUR, 3 * DAY, 30 * DAY])
def test_replays_that_come_late(tmp_path: Path, late_us: int) -> None:
    """A journey in the hands of its logger until long after: the same findings and tickets as if heard at once."""
    random = Random(late_us)
    slots = late_us // (6 * MINUTE) // 4
    values = [random.choice([5.0, 5.0, 5.0, 9.0, 13.0, 1.0, 7.7, 85.0]) for _ in range(slots)]
    values = [v for v in values for _ in range(4)]
    rows = [said(1 + n % 2, n, v) for n, v in enumerate(values)]
    end_us = T0 + len(rows) * 6 * MINUTE + late_us
    folders = [tmp_path / name for name in ("whole", "mixed")]
    for folder in folders:
        folder.mkdir()
    whole = run(folders[0], "moved between zones", [rows], None, end_us)
    parts = [rows[n : n + 500] for n in range(0, len(rows), 500)]
    random.shuffle(parts)
    mixed = run(folders[1], "moved between zones", [*parts, parts[0]], random, end_us)
    assert mixed.beside == whole.beside
    assert late_us < DAY or {fact.detector for fact in whole.beside} == {Restless.name, Plain.name}
    assert mixed.final == whole.final
