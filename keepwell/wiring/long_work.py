"""Work that takes minutes, in a process of its own: training, back-tests, retunings. It ends when whoever started it does.

Started as `python -m keepwell.wiring.long_work JOB`, with the settings in the environment. A back-test only reads; training and retuning write once, at their end.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from detect.hours.learned import TooLittlePast
from detect.models.examiner import Speaking
from detect.models.nouns import Model, Stage, scope_of
from detect.models.packing import UnusableModel
from detect.models.training import Request
from detect.nouns import Finding, Kind
from keepwell.settings import Settings, read_settings
from keepwell.wiring import retuning, training
from keepwell.wiring.backtesting import backtest
from keepwell.wiring.detect import examiners
from keepwell.wiring.parts import now_us, reader_of
from keepwell.wiring.policies import known
from keepwell.wiring.trying import Asked, Past
from registry.faults import InvalidFileError
from registry.nouns import SubjectKind, uuid7
from registry.trials import NoSuchRule, is_profile
from store.model_files import ModelFiles, RefusedFile
from store.nouns import ReadingReader
from store.repositories import verdicts
from store.repositories.long_jobs import Job, JobKind, JobState, LongJobRepository
from store.repositories.models import ModelRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase
from texts import render
from tickets.comparing import Side
from tickets.verdicts import Word

MEMORY_BYTES = 4 * 1024**3
"""Of the process: what would take more ends it, and nothing else."""
_TOLD_S = 0.5
_REFUSED = (NoSuchRule, InvalidFileError, TooLittlePast, UnusableModel, RefusedFile, ValueError)
"""What cannot be done, and is told to whoever asked for it."""


class CancelledError(Exception):
    """Raised when nobody wants the outcome any more."""


@dataclass(frozen=True, slots=True)
class Work:
    """What long work needs of an installation."""

    database: ServiceDatabase
    reader: ReadingReader
    files: ModelFiles
    now_us: Callable[[], int]

    def past(self) -> Past:
        """What a back-test asks."""
        with self.database.reading() as connection:
            repository = RegistryRepository(connection)
            snapshot = repository.snapshot()
            placed = repository.placements.of_kind(SubjectKind.DEVICE)
            policies = known(connection)
        names = {device.key: device.full_name for device in snapshot.devices}
        recorded = {
            (names[one.value.subject], one.value.valid_from_us): _made_us(one.id)
            for one in placed
            if one.value.subject in names
        }
        return Past(
            self.reader,
            snapshot,
            recorded,
            policies,
            partial(examiners, self.database, on_record=False),
            self._model,
            self._words,
            self._on_record,
        )

    def _model(self, name: str, version: int | None) -> tuple[Speaking, Speaking | None] | None:
        with self.database.reading() as connection:
            known = ModelRepository(connection).versions(name)
        active = next((one for one in known if one.stage is Stage.ACTIVE), None)
        found = next((m for m in known if version is None or m.card.version == version), None)
        if found is None:
            return None
        return training.load(self.files, found), training.load(self.files, active) if active else None

    def _words(self, from_us: int, to_us: int) -> list[Word]:
        with self.database.reading() as connection:
            return verdicts.words(connection, from_us, to_us)

    def _on_record(self, kind: Kind, from_us: int, to_us: int) -> Side:
        with self.database.reading() as connection:
            rows = verdicts.raised(connection, kind, from_us, to_us)
        found: list[Finding] = [finding for finding, _, _ in rows]
        tickets = {finding.id: ticket for finding, ticket, _ in rows if ticket is not None}
        return Side(found, {finding.id: at_us for finding, _, at_us in rows}, tickets)


def _made_us(uuid7_text: str) -> int:
    """When a UUIDv7 was made, to the millisecond below."""
    return int(uuid7_text.replace("-", "")[:12], 16) * 1000


Tell = Callable[[int, int], None]


def train(work: Work, asked: Mapping[str, Any], by: By, tell: Tell) -> dict[str, Any]:
    """Train what was asked for (`scope`, `from_us`, `to_us`); the card of the new version.

    Raises:
        TooLittlePast, BadScope: it cannot be trained; the message says why.
    """
    request = Request(scope_of(asked["scope"]), asked["from_us"], asked["to_us"], by.principal)
    trained = training.train_one(work.database, work.reader, request, by.time_us, tell)
    kept = training.keep(work.database, work.files, trained, by.reason, by.time_us)
    return {"model": kept.card.label, "id": kept.card.id}


def try_out(work: Work, asked: Mapping[str, Any], by: By, tell: Tell) -> dict[str, Any]:
    """Back-test what was asked for (`Asked`); the outcome."""
    outcome = backtest(work.past(), msgspec.convert(dict(asked), Asked), tell, time.monotonic)
    found: dict[str, Any] = msgspec.to_builtins(outcome)
    return found


def retune(work: Work, asked: Mapping[str, Any], by: By, tell: Tell) -> dict[str, Any]:
    """What verdicts speak for; the number of the proposal, or why there is none."""
    wanted, past = msgspec.convert(dict(asked), Asked), work.past()
    kept: Model | None = None
    if is_profile(past.snapshot, wanted.rule.partition("/")[0]):
        rule, found = wanted.rule, retuning.of_band(past, wanted.rule, wanted, tell, time.monotonic)
    else:
        speaking = past.model(*_label(wanted.rule))
        if speaking is None:
            raise NoSuchRule(f"{wanted.rule!r}: expected profile/band, or the name of a model")
        found, kept = retuning.of_model(
            past, speaking[1] or speaking[0], wanted, work.database, work.files, by, tell, time.monotonic
        )
        rule = kept.card.label if kept else wanted.rule
    if found.proposed is None:
        return {"proposal": None, "why": str(found.why)}
    made = retuning.record(work.database, rule, found.proposed, by)
    return {"proposal": made.id, "why": None}


def _label(rule: str) -> tuple[str, int | None]:
    name, at, version = rule.rpartition("@")
    return (name, int(version)) if at and version.isdigit() else (rule, None)


_DOES = {JobKind.TRAINING: train, JobKind.BACKTEST: try_out, JobKind.RETUNING: retune}


def run(work: Work, id: str) -> None:
    """Do one piece of work, and write down what came of it."""
    with work.database.reading() as connection:
        job = LongJobRepository(connection).get(id)
    if job is None:
        raise CancelledError(id)
    _step(work, id, [JobState.WAITING], state=JobState.RUNNING)
    tell = _Told(work, id)
    try:
        by = By(job.principal, work.now_us(), str(job.asked.get("reason", "")))
        asked = {name: value for name, value in job.asked.items() if name != "reason"}
        result = _DOES[job.kind](work, asked, by, tell)
    except _REFUSED as error:
        _step(work, id, [JobState.RUNNING], state=JobState.FAILED, why=sentence(error))
        return
    _step(work, id, [JobState.RUNNING], state=JobState.DONE, result=result, done=1000, total=1000)


def sentence(error: Exception) -> str:
    """What cannot be done, in words; of a file all that is wrong, with its lines."""
    if not isinstance(error, InvalidFileError):
        return str(error)
    said = [(fault.line, fault.field, render(fault.code, fault.params, "en")) for fault in error.faults]
    return "; ".join(f"line {line}, {field or 'file'}: {words}" for line, field, words in said)


class _Told:
    """Notes progress now and then, and notices that the work was cancelled."""

    def __init__(self, work: Work, id: str) -> None:
        self._work, self._id = work, id
        self._told_s = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told_s < _TOLD_S:
            return
        self._told_s = time.monotonic()
        _step(self._work, self._id, [JobState.RUNNING], done=done, total=total)


def _step(work: Work, id: str, of: list[JobState], **fields: Any) -> None:
    with work.database.writing() as connection:
        if not LongJobRepository(connection).step(id, of, work.now_us(), **fields):
            raise CancelledError(id)


def new_job(kind: JobKind, asked: Mapping[str, Any], principal: str, at_us: int) -> Job:
    """A piece of work that was just asked for."""
    return Job(uuid7(at_us), kind, principal, at_us, at_us, dict(asked))


def opened(settings: Settings) -> Work:
    """Everything of a data directory."""
    return Work(ServiceDatabase(settings.service), reader_of(settings), ModelFiles(settings.models), now_us)


def _end_with_parent() -> None:
    """Standard input is closed when whoever started this process has ended."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os._exit(3)

    threading.Thread(target=wait, daemon=True).start()


def main(id: str) -> None:
    """One piece of work; the settings are in the environment."""
    _end_with_parent()
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    work = opened(read_settings(os.environ))
    try:
        run(work, id)
    except CancelledError:
        return
    finally:
        work.database.close()


if __name__ == "__main__":
    main(sys.argv[1])
    os._exit(0)
