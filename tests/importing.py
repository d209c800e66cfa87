"""Uploads in tests: their steps run as in a child process, but in a thread of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from keepwell.import_jobs import ImportJobs
from keepwell.wiring.importing import StoppedError, Work, apply, plan
from store.service import ServiceDatabase


class InThread:
    """Looks like a child process."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._failed = False
        self._thread = threading.Thread(target=self._run, args=(act,), daemon=True)
        self._thread.start()

    def wait(self) -> int:
        """Until it is done; 0 if all went well."""
        self._thread.join()
        return int(self._failed)

    def kill(self) -> None:
        """A thread cannot be killed: it notices by itself that it was stopped."""

    def _run(self, act: Callable[[], None]) -> None:
        try:
            act()
        except StoppedError:
            return
        except Exception:
            self._failed = True
            raise


def jobs_in_threads(database: ServiceDatabase, folder: Path, now_us: Callable[[], int]) -> ImportJobs:
    """Uploads whose steps run in threads."""

    def start(id: str, step: str) -> InThread:
        work = Work(database, folder / id, id, now_us)
        return InThread(lambda: {"plan": plan, "apply": apply}[step](work))

    return ImportJobs(database, folder, start, now_us)
