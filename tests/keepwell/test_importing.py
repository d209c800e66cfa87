"""Uploads in real child processes: killed at any moment all or nothing is there, and neither memory nor state is left behind."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from keepwell.import_jobs import ImportJobs, Process, child
from keepwell.settings import Settings
from registry.nouns import Customer, Lot, Product, uuid7
from store import events
from store.repositories.imports import Import, ImportRepository, ImportState
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service

LOTS = 3000
MOST_MB = 200


def now_us() -> int:
    """The clock."""
    return time.time_ns() // 1000


class Uploads:
    """A service database with a customer and a product, and the uploads into it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.database: ServiceDatabase = open_service(data / "service.sqlite", now_us())
        with self.database.writing() as connection:
            registry = RegistryRepository(connection)
            registry.put(Customer(key="c1", name="济南蓄电池厂"), By("key:t", now_us()))
            registry.put(
                Product(key="p1", external_system="list", external_number="M-1"), By("key:t", now_us())
            )
        self.processes: list[Process] = []
        self.jobs = ImportJobs(self.database, data / "imports", self._started, now_us)

    def _started(self, id: str, step: str) -> Process:
        self.processes.append(child(Settings(data=self.data))(id, step))
        return self.processes[-1]

    def upload(self, lots: int) -> str:
        """A CSV file in GB18030, on its way."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["批号", "客户名称", "物料编号", "数量", "生产日期"])
        writer.writerows(
            [f"PB-{i}", "济南蓄电池厂", "M-1", f"{i % 90}.5", "2026-11-07 08:30+08:00"] for i in range(lots)
        )
        id, content = uuid7(now_us()), out.getvalue().encode("gb18030")
        self.jobs.file(id, 0).write_bytes(content)
        with self.database.writing() as connection:
            files = [{"name": "批次.csv", "size": len(content)}]
            ImportRepository(connection).add(Import(id, "key:t", now_us(), now_us(), files, {}))
        self.jobs.begin(id, "plan")
        return id

    def apply(self, id: str) -> None:
        """Begin to apply it."""
        with self.database.writing() as connection:
            states = [ImportState.READY]
            assert ImportRepository(connection).step(id, states, now_us(), state=ImportState.APPLYING)
        self.jobs.begin(id, "apply")

    def settled(self, id: str) -> Import:
        """When nothing is at work on it."""
        return self.until(lambda job: job.state not in {"waiting", "reading", "applying"}, id)

    def until(self, enough: Callable[[Import], bool], id: str) -> Import:
        """As soon as it is so."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with self.database.reading() as connection:
                job = ImportRepository(connection).get(id)
            assert job is not None
            if enough(job):
                return job
            time.sleep(0.02)
        raise AssertionError(job)

    def lots(self) -> int:
        """How many are there."""
        with self.database.reading() as connection:
            return len(RegistryRepository(connection).all(Lot))


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uploads]:
    """One for all, for processes are slow to start."""
    found = Uploads(tmp_path_factory.mktemp("uploads"))
    yield found
    found.jobs.close()
    found.database.close()


def test_killed_while_it_writes_nothing_is_there(uploads: Uploads) -> None:
    """SIGKILL in the midst of the transaction: interrupted, no lot, no event; the files are gone; again it goes in whole."""
    id = uploads.upload(LOTS)
    assert uploads.settled(id).state == "ready"
    with uploads.database.reading() as connection:
        before = events.last_sequence(connection)
    log = uploads.data / "service.sqlite-wal"
    size = log.stat().st_size
    began = len(uploads.processes)
    uploads.apply(id)
    deadline = time.monotonic() + 60
    while not (len(uploads.processes) > began and log.stat().st_size > size + 500_000):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    uploads.processes[-1].kill()
    job = uploads.settled(id)
    if job.state == "applied":
        pytest.skip("it was done before it could be killed")
    assert (job.state, job.why) == ("interrupted", "process_ended")
    assert uploads.lots() == 0
    with uploads.database.reading() as connection:
        assert events.last_sequence(connection) == before
    assert not (uploads.data / "imports" / id).exists()


def test_a_process_that_reads_is_stopped(uploads: Uploads) -> None:
    """Its process ends, the next upload is taken up, and what became of the first is for whoever stopped it to say."""
    id = uploads.upload(LOTS)
    uploads.until(lambda job: job.state == "reading", id)
    uploads.jobs.stop(id)
    other = uploads.upload(1)
    assert uploads.settled(other).state == "ready"
    with uploads.database.writing() as connection:
        for one, state in ((id, ImportState.READING), (other, ImportState.READY)):
            assert ImportRepository(connection).step(one, [state], now_us(), state=ImportState.CANCELLED)
            uploads.jobs.forget(one)
    assert uploads.lots() == 0


def test_a_list_goes_in_whole_in_little_memory(uploads: Uploads) -> None:
    """Thousands of lots, progress on the way, and the process stays small."""
    id = uploads.upload(LOTS)
    peaks = [0.0]

    def ready(job: Import) -> bool:
        for process in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                peaks.append(process.memory_info().rss / 1e6)
        return job.state == "ready"

    job = uploads.until(ready, id)
    assert (job.rows_read, job.rows_total) == (LOTS, LOTS)
    assert 0 < max(peaks) < MOST_MB
    uploads.apply(id)
    assert uploads.settled(id).state == "applied"
    assert uploads.lots() == LOTS
    assert os.listdir(uploads.data / "imports") == []
