"""Reads and applies one upload, in a process of its own: the service answers others meanwhile, and its memory stays as it is.

Started as `python -m keepwell.wiring.importing IMPORT plan|apply`, with the settings in the environment. It ends when whoever started it does (its standard
input is closed then), and whatever state it was in, nothing is half applied: all changes are one transaction.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from api.lot_decisions import StatusesDecide
from keepwell.settings import read_settings
from keepwell.wiring.import_reading import Reading
from registry.nouns import KINDS
from store import events
from store.plans import PlanReader
from store.repositories.bulk import write_all
from store.repositories.directory import StoredDirectory
from store.repositories.imports import Import, ImportRepository, ImportState
from store.repositories.records import (
    By,
    NoSuchObjectError,
    OutdatedVersionError,
    OverlapError,
    TakenError,
    record,
)
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase

MEMORY_BYTES = 2 * 1024**3
"""Of the process: a file that unpacks to more ends it, and nothing else."""
_TOLD_S = 0.5
_RANKS = {kind: rank for rank, kind in enumerate((*KINDS, "placement"))}
_CONFLICTS = (OutdatedVersionError, NoSuchObjectError, TakenError, OverlapError, IntegrityError)
"""What somebody else can have changed since the plan was made."""


class StoppedError(Exception):
    """Raised when the upload was cancelled, or is another process's by now."""


@dataclass(frozen=True, slots=True)
class Work:
    """One upload at work: where its files are, and the database it goes into."""

    database: ServiceDatabase
    folder: Path
    """Of this upload: `0`, `1`, … are its files, `plan.sqlite` its plan."""
    id: str
    now_us: Callable[[], int]

    @property
    def plan_path(self) -> Path:
        """The plan of what would change."""
        return self.folder / "plan.sqlite"

    def job(self) -> Import:
        """The upload as it stands."""
        with self.database.reading() as connection:
            found = ImportRepository(connection).get(self.id)
        if found is None:
            raise StoppedError(self.id)
        return found

    def step(self, *of: ImportState, **fields: Any) -> None:
        """Note how far it is.

        Raises:
            StoppedError: it is in none of the states `of`.
        """
        with self.database.writing() as connection:
            if not ImportRepository(connection).step(self.id, of, self.now_us(), **fields):
                raise StoppedError(self.id)


def plan(work: Work) -> None:
    """Read everything and say what would change."""
    work.step(ImportState.WAITING, ImportState.READING, state=ImportState.READING)
    _plan(work, work.job(), why="")


def apply(work: Work) -> None:
    """Write what was planned, all of it or nothing. If the registry changed meanwhile so that it would be something else, say so."""
    job = work.job()
    if _registry_changed(work, job) and _plan_again(work, job):
        return
    try:
        _write(work, job)
    except _CONFLICTS:
        _plan_again(work, job, always=True)


def _registry_changed(work: Work, job: Import) -> bool:
    with work.database.reading() as connection:
        return bool(RegistryRepository(connection).changes_since(job.sequence, 1))


def _plan_again(work: Work, job: Import, *, always: bool = False) -> bool:
    """Plan anew; if that is another plan, show it instead of applying it. Whether it was shown."""
    digest, found = _planned(work, job, ImportState.APPLYING)
    if digest == job.digest and not always and not found["faults"]:
        return False
    state = ImportState.FAULTY if found["faults"] else ImportState.READY
    work.step(ImportState.APPLYING, state=state, digest=digest, why="changed_meanwhile", **found)
    return True


def _write(work: Work, job: Import) -> None:
    files = ", ".join(str(file["name"]) for file in job.files)
    by = By(
        str(job.settings.get("applied_by", job.principal)), work.now_us(), str(job.settings.get("reason") or files)[:500],
        str(job.settings.get("applied_through", "")),
    )  # fmt: skip
    with work.database.writing() as connection:
        decide = StatusesDecide(connection)
        done = write_all(connection, PlanReader(work.plan_path).writings(), by, os.urandom)
        decide(by)
        step = ImportRepository(connection).step
        if not step(work.id, [ImportState.APPLYING], work.now_us(), state=ImportState.APPLIED, why=""):
            raise StoppedError(work.id)
        if done:
            told: Any = {
                "changes": done,
                "files": [file["name"] for file in job.files],
                "sent_by": job.principal,
            }
            record(connection, by, "applied", f"import:{work.id}", None, told)


def _plan(work: Work, job: Import, why: str) -> None:
    digest, found = _planned(work, job, ImportState.READING)
    state = ImportState.FAULTY if found["faults"] else ImportState.READY
    work.step(ImportState.READING, state=state, digest=digest, why=why, **found)


def _planned(work: Work, job: Import, state: ImportState) -> tuple[str, dict[str, Any]]:
    """The digest of the plan, and what is to be noted of it."""

    def tell(read: int, total: int) -> None:
        work.step(state, rows_read=read, rows_total=total)

    reading = Reading(job, work.folder, work.plan_path, tell)
    with work.database.reading() as connection:
        directory = StoredDirectory(connection)
        sequence = events.last_sequence(connection)
        digest = reading.run(directory, sorted(directory.time_zones()))
    return digest, {
        "faults": reading.faults, "sequence": sequence, "sheets": reading.counts(),
        "rows_read": reading.rows, "rows_total": reading.rows,
    }  # fmt: skip


def _end_with_parent() -> None:
    """Standard input is closed when whoever started this process has ended."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os._exit(3)

    threading.Thread(target=wait, daemon=True).start()


def main(id: str, what: str) -> None:
    """One step of one upload."""
    _end_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    settings = read_settings(os.environ)

    def now_us() -> int:
        return time.time_ns() // 1000

    database = ServiceDatabase(settings.service)
    try:
        {"plan": plan, "apply": apply}[what](Work(database, settings.imports / id, id, now_us))
    except StoppedError:
        return
    finally:
        database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # whoever waits need not wait until 50,000 objects are taken apart
