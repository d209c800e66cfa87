"""Keeping logger files: one at a time in the background, with progress, to be cancelled, and gone on with after a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from api import logger_fates
from api.logger_fates import Fate, Fates
from api.services import Services
from ingest.logger.nouns import FileState, HowToRead, LoggerFile, Target
from ingest.logger.reading import read_logger_file
from store.readings.errors import StoreAbsent
from store.repositories.logger_files import LoggerFileRepository, StoredFile
from store.repositories.records import By
from store.service import BUSY

_APPLIED_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.25
_NOTE_EVERY = 20
"""Messages between two notes of how far a file is."""
_HELD = 4
"""Files held ready: each is a few times its size."""
_PRINCIPAL = "system"

_log = logging.getLogger("keepwell.api")


class LoggerJobs:
    """The files that are being kept, and those read lately. Safe for threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="logger-files")
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._wanted: dict[str, object] = {}
        """Files that are to be kept, and were not cancelled: each with the mark of the job that keeps it."""
        self._held: OrderedDict[str, LoggerFile] = OrderedDict()

    def read(self, connection: Any, stored: StoredFile) -> LoggerFile:
        """The file, read as it was said when it was uploaded."""
        with self._lock:
            if stored.id in self._held:
                self._held.move_to_end(stored.id)
                return self._held[stored.id]
        how, find = _how_of(stored.how)
        content = LoggerFileRepository(connection).content(stored.id)
        file = read_logger_file(content, how, find, stored.uploaded_us)
        self.hold(stored.id, file)
        return file

    def hold(self, id: str, file: LoggerFile) -> None:
        """Have a file ready that was read just now."""
        with self._lock:
            self._held[id] = file
            while len(self._held) > _HELD:
                self._held.popitem(last=False)

    def fates(self, connection: Any, stored: StoredFile, file: LoggerFile) -> Fates:
        """What became of each value by now, or will."""
        noted = LoggerFileRepository(connection).before(stored.id)
        if noted is None:
            return self._foretell(file)
        return logger_fates.look_up(file, np.frombuffer(noted, np.uint8), self._services.readings)

    def start(self, id: str) -> None:
        """Keep a file, when those before it are kept. It is in state `keeping`."""
        with self._lock:
            if id in self._wanted:
                return
            mark = self._wanted[id] = object()
        self._worker.submit(self._run, id, mark)

    def cancel(self, id: str) -> None:
        """Send no more of a file."""
        with self._lock:
            self._wanted.pop(id, None)

    def resume(self) -> None:
        """Go on with what was under way when the process ended."""
        with self._services.database.reading() as connection:
            waiting = LoggerFileRepository(connection).in_state([FileState.KEEPING])
        for stored in waiting:
            self.start(stored.id)

    def close(self) -> None:
        """Stop where a message ends; the next start goes on."""
        self._stopping.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _foretell(self, file: LoggerFile) -> Fates:
        try:
            return logger_fates.foretell(file, self._services.readings)
        except StoreAbsent:  # nothing was ever kept
            return np.zeros(len(file.value), np.uint8)

    def _run(self, id: str, mark: object) -> None:
        """One file; whatever ails it, the others have their turn."""
        try:
            self._keep(id, mark)
        except (ConnectionError, TimeoutError) as error:
            _log.warning("the broker did not take the rest of logger file %s: %s", id, error)
            self._end(id, FileState.FAILED)
        except BUSY as error:
            _log.warning("logger file %s waits for the next start: %s", id, error)
        except Exception:  # noqa: BLE001  # nobody waits for a job: what is not told here is told nowhere
            _log.exception("logger file %s could not be kept", id)
            self._end(id, FileState.FAILED)
        finally:
            with self._lock:
                if self._wanted.get(id) is mark:
                    del self._wanted[id]

    def _keep(self, id: str, mark: object) -> None:
        with self._services.database.reading() as connection:
            stored = LoggerFileRepository(connection).get(id)
            if stored is None or stored.state is not FileState.KEEPING:
                return
            file = self.read(connection, stored)
            noted = LoggerFileRepository(connection).before(id)
        if noted is None:
            foretold = self._foretell(file).tobytes()
            with self._services.database.writing() as connection:
                LoggerFileRepository(connection).note_before(id, foretold)
        if self._send(stored, file, mark) and self._applied(stored, file, mark):
            self._end(id, FileState.KEPT, self._became(stored, file))

    def _send(self, stored: StoredFile, file: LoggerFile, mark: object) -> bool:
        """Publish all of a file; whether it came to its end."""
        sent = 0
        with self._services.publisher.connected() as send:
            for n, part in enumerate(logger_fates.parts(file), start=1):
                if not self._goes_on(stored.id, mark):
                    return False
                send(part.topic, part.payload)
                sent += part.values
                if n % _NOTE_EVERY == 0:
                    self._note(stored.id, sent)
        self._note(stored.id, sent)
        return True

    def _applied(self, stored: StoredFile, file: LoggerFile, mark: object) -> bool:
        """Wait until the store has applied everything; whether it has, for what is late a look later shows."""
        until = time.monotonic() + _APPLIED_WITHIN_S
        while self._goes_on(stored.id, mark) and time.monotonic() < until:
            if not self._became(stored, file)["waiting"]:
                return True
            self._stopping.wait(_LOOK_EVERY_S)
        return False

    def _became(self, stored: StoredFile, file: LoggerFile) -> dict[str, int]:
        with self._services.database.reading() as connection:
            try:
                return logger_fates.counts(self.fates(connection, stored, file))
            except StoreAbsent:
                return {"waiting": len(file.value)}

    def _goes_on(self, id: str, mark: object) -> bool:
        with self._lock:
            return self._wanted.get(id) is mark and not self._stopping.is_set()

    def _note(self, id: str, sent: int) -> None:
        with self._services.database.writing() as connection:
            LoggerFileRepository(connection).note_sent(id, sent)

    def _end(self, id: str, state: FileState, became: dict[str, int] | None = None) -> None:
        """The last state of a file that nobody cancelled meanwhile."""
        with self._services.database.writing() as connection:
            repository = LoggerFileRepository(connection)
            stored = repository.get(id)
            if stored is not None and stored.state is FileState.KEEPING:
                repository.move(id, state, By(_PRINCIPAL, self._services.now_us()), became)


def how_as_json(how: HowToRead, found: dict[str, Target]) -> dict[str, Any]:
    """What was said of a file, and the devices its own column names, so that it is read the same for ever."""
    return {
        "targets": [list(target) for target in how.targets], "time_zone": how.time_zone, "day_first": how.day_first,
        "decimal": how.decimal, "temperature_unit": how.temperature_unit,
        "found": {name: list(target) for name, target in found.items()},
    }  # fmt: skip


def _how_of(document: Any) -> tuple[HowToRead, Callable[[str], Target | None]]:
    found = {name: Target(*target) for name, target in document["found"].items()}
    how = HowToRead(
        tuple(Target(*target) for target in document["targets"]), document["time_zone"], document["day_first"],
        document["decimal"], document["temperature_unit"],
    )  # fmt: skip
    return how, found.get


__all__ = ["Fate", "LoggerJobs", "how_as_json"]
