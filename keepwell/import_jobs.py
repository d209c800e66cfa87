"""Runs uploads beside the API: one child process at a time, and an honest note of what a process that ended left behind."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from keepwell.settings import Settings
from store.plans import PlanReader
from store.repositories.imports import OVER, RUNNING, ImportRepository, ImportState
from store.service import ServiceDatabase

_log = logging.getLogger(__name__)
_AT_WORK = {
    "plan": (ImportState.WAITING, ImportState.READING),
    "apply": (ImportState.APPLYING,),
}
"""In which states a step leaves an upload only if it did not come to its end."""


class Process(Protocol):
    """A child process (`subprocess.Popen` is one)."""

    def wait(self) -> int: ...
    def kill(self) -> None: ...


def child(settings: Settings) -> Callable[[str, str], Process]:
    """Starts a step of an upload in a process of its own, which ends when this one does."""

    def start(id: str, step: str) -> Process:
        command = [sys.executable, "-m", "keepwell.wiring.importing", id, step]
        return subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **settings.environment()})

    return start


class ImportJobs:
    """The uploads of one API process."""

    def __init__(
        self,
        database: ServiceDatabase,
        folder: Path,
        start: Callable[[str, str], Process],
        now_us: Callable[[], int],
    ) -> None:
        self._database, self._folder, self._start, self._now_us = database, folder, start, now_us
        self._queue: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._process: tuple[str, Process] | None = None
        self._stopped: set[str] = set()
        self._thread: threading.Thread | None = None
        self._closed = False

    def take_up(self) -> None:
        """Say of uploads that an earlier process was at work on that they were interrupted."""
        with self._database.writing() as connection:
            uploads = ImportRepository(connection)
            for job in uploads.running():
                uploads.step(job.id, RUNNING, self._now_us(), state=ImportState.INTERRUPTED, why="restarted")

    def file(self, id: str, number: int) -> Path:
        """Where a file of an upload is to be put."""
        folder = self._folder / id
        folder.mkdir(parents=True, exist_ok=True)
        return folder / str(number)

    def plan(self, id: str) -> PlanReader:
        """What an upload would change."""
        return PlanReader(self._folder / id / "plan.sqlite")

    def begin(self, id: str, step: str) -> None:
        """`plan` or `apply` it, as soon as those before it are done."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="imports", daemon=True)
                self._thread.start()
        self._queue.put((id, step))

    def stop(self, id: str) -> None:
        """End the work on an upload: what its process has not committed never was."""
        with self._lock:
            self._stopped.add(id)
            if self._process and self._process[0] == id:
                self._process[1].kill()

    def forget(self, id: str) -> None:
        """Drop the files of an upload."""
        shutil.rmtree(self._folder / id, ignore_errors=True)

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
        while (work := self._queue.get()) is not None:
            id, step = work
            process = self._launched(id, step)
            if process is None:
                continue
            status = process.wait()
            with self._lock:
                self._process = None
                stopped = id in self._stopped
            if not stopped:  # else whoever stopped it says what has become of it
                self._settle(id, step, status)

    def _launched(self, id: str, step: str) -> Process | None:
        with self._lock:
            if self._closed or id in self._stopped:
                return None
            process = self._start(id, step)
            self._process = id, process
            return process

    def _settle(self, id: str, step: str, status: int) -> None:
        """A process that ended without a result was interrupted; files that are done with are dropped."""
        if status:
            _log.warning("the process of import %s ended with status %s", id, status)
        try:
            with self._database.writing() as connection:
                uploads = ImportRepository(connection)
                uploads.step(
                    id, _AT_WORK[step], self._now_us(), state=ImportState.INTERRUPTED, why="process_ended"
                )
                job = uploads.get(id)
        except Exception as error:  # noqa: BLE001  # the next start of the API says so then
            _log.warning("import %s: its end was not written down: %s", id, error)
            return
        if job is None or job.state in OVER:
            self.forget(id)
