"""Runs long work beside the API: one child process at a time, and an honest note of what a process that ended left behind."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue

from keepwell.import_jobs import Process
from keepwell.settings import Settings
from store.repositories.long_jobs import AT_WORK, JobState, LongJobRepository
from store.service import ServiceDatabase

_log = logging.getLogger(__name__)


def child(settings: Settings) -> Callable[[str], Process]:
    """Starts a piece of work in a process of its own, which ends when this one does."""

    def start(id: str) -> Process:
        command = [sys.executable, "-m", "keepwell.wiring.long_work", id]
        return subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **settings.environment()})

    return start


class LongJobs:
    """The long work of one API process."""

    def __init__(
        self, database: ServiceDatabase, start: Callable[[str], Process], now_us: Callable[[], int]
    ) -> None:
        self._database, self._start, self._now_us = database, start, now_us
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._process: tuple[str, Process] | None = None
        self._thread: threading.Thread | None = None
        self._stopped: set[str] = set()
        self._closed = False

    def take_up(self) -> None:
        """Say of what an earlier process was at work on that it was interrupted."""
        with self._database.writing() as connection:
            jobs = LongJobRepository(connection)
            for job in jobs.at_work():
                jobs.step(job.id, AT_WORK, self._now_us(), state=JobState.INTERRUPTED, why="restarted")

    def begin(self, id: str) -> None:
        """Do it, as soon as what was asked for before is done."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="long-jobs", daemon=True)
                self._thread.start()
        self._queue.put(id)

    def stop(self, id: str) -> None:
        """End the work on it: what its process has not committed never was."""
        with self._lock:
            self._stopped.add(id)
            if self._process and self._process[0] == id:
                self._process[1].kill()

    def close(self) -> None:
        """End what is at work, and take up nothing more."""
        with self._lock:
            self._closed = True
            if self._process:
                self._process[1].kill()
        self._queue.put(None)
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while (id := self._queue.get()) is not None:
            process = self._launched(id)
            if process is None:
                continue
            status = process.wait()
            with self._lock:
                self._process = None
                stopped = id in self._stopped
            if not stopped:  # else whoever stopped it says what has become of it
                self._settle(id, status)

    def _launched(self, id: str) -> Process | None:
        with self._lock:
            if self._closed or id in self._stopped:
                return None
            process = self._start(id)
            self._process = id, process
            return process

    def _settle(self, id: str, status: int) -> None:
        """A process that ended without a result was interrupted."""
        if status:
            _log.warning("the process of job %s ended with status %s", id, status)
        try:
            with self._database.writing() as connection:
                LongJobRepository(connection).step(
                    id, AT_WORK, self._now_us(), state=JobState.INTERRUPTED, why="process_ended"
                )
        except Exception as error:  # noqa: BLE001  # the next start of the API says so then
            _log.warning("job %s: its end was not written down: %s", id, error)
