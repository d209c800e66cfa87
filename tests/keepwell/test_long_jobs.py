"""Long work in a process of its own: done, killed, cancelled, and left behind by a process that ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keepwell.import_jobs import Process
from keepwell.long_jobs import LongJobs, child
from keepwell.settings import Settings
from keepwell.wiring.long_work import new_job
from store.repositories.long_jobs import AT_WORK, Job, JobKind, JobState, LongJobRepository
from tests.modelled import DAY, T0, Installation, installation


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Ten days, two of them too warm."""
    with installation(tmp_path_factory.mktemp("long")) as at:
        at.hear(range(10), warm=(4, 6))
        yield at


def jobs(at: Installation, started: list[Process] | None = None) -> LongJobs:
    """The runner of an API process, with real children."""
    start = child(Settings(data=at.folder))

    def begin(id: str) -> Process:
        process = start(id)
        if started is not None:
            started.append(process)
        return process

    return LongJobs(at.database, begin, lambda: at.now_us)


def asked(at: Installation, days: int) -> Job:
    """A back-test that somebody asked for."""
    wanted: dict[str, Any] = {"rule": "chilled/warm", "to_us": T0 + 10 * DAY, "days": days}
    job = new_job(JobKind.BACKTEST, wanted, "user:li", at.now_us)
    with at.database.writing() as connection:
        LongJobRepository(connection).add(job)
    return job


def over(at: Installation, id: str, seconds: float = 60) -> Job:
    """The job once nobody is at work on it."""
    for _ in range(int(seconds / 0.05)):
        with at.database.reading() as connection:
            job = LongJobRepository(connection).get(id)
        assert job is not None
        if job.state not in AT_WORK:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def test_a_back_test_in_a_process_of_its_own(lived: Installation) -> None:
    """Its result is written down, with progress at its end; one after it that is killed says that it was interrupted."""
    started: list[Process] = []
    runner = jobs(lived, started)
    first, second = asked(lived, 8), asked(lived, 9)
    runner.begin(first.id)
    job = over(lived, first.id)
    assert (job.state, job.done, job.total) == (JobState.DONE, 1000, 1000), job.why
    assert job.result["after"]["findings"] == 4
    runner.begin(second.id)
    while len(started) < 2:
        time.sleep(0.01)
    started[1].kill()
    assert over(lived, second.id).state is JobState.INTERRUPTED
    runner.close()


def test_what_is_stopped_at_work_is_not_called_interrupted(lived: Installation) -> None:
    """The process ends and the next job is done; what has become of the first is for whoever stopped it to say."""
    started: list[Process] = []
    runner = jobs(lived, started)
    first, second = asked(lived, 9), asked(lived, 1)
    runner.begin(first.id)
    while not started:
        time.sleep(0.01)
    runner.stop(first.id)
    runner.begin(second.id)
    assert over(lived, second.id).state is JobState.DONE
    with lived.database.writing() as connection:
        assert LongJobRepository(connection).step(first.id, AT_WORK, lived.now_us, state=JobState.CANCELLED)
    runner.close()


def test_what_was_cancelled_is_not_begun_and_what_was_left_behind_is_told(
    lived: Installation, tmp_path: Path
) -> None:
    """A cancelled job stays so; after a restart what was at work is interrupted, with the reason."""
    runner = jobs(lived)
    job, left = asked(lived, 8), asked(lived, 8)
    runner.stop(job.id)
    with lived.database.writing() as connection:
        assert LongJobRepository(connection).step(job.id, AT_WORK, lived.now_us, state=JobState.CANCELLED)
    runner.begin(job.id)
    runner.close()
    jobs(lived).take_up()
    assert over(lived, job.id).state is JobState.CANCELLED
    found = over(lived, left.id)
    assert (found.state, found.why) == (JobState.INTERRUPTED, "restarted")
