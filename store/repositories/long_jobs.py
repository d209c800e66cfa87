"""Work that takes minutes, as it goes on: training, back-tests, retunings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from store.repositories.records import By, record
from store.tables.models import long_jobs as table


class JobKind(StrEnum):
    """What is to be done."""

    TRAINING = "training"
    BACKTEST = "backtest"
    RETUNING = "retuning"


class JobState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """It cannot be done; `why` says why."""
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """Its process ended; nothing came of it."""


AT_WORK = frozenset({JobState.WAITING, JobState.RUNNING})


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work."""

    id: str
    kind: JobKind
    principal: str
    created_us: int
    updated_us: int
    asked: dict[str, Any]
    state: JobState = JobState.WAITING
    done: int = 0
    total: int = 0
    result: Any = None
    why: str = ""


class LongJobRepository:
    """The work within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job: Job) -> None:
        """Something new to do."""
        self._connection.execute(insert(table), [msgspec.to_builtins(job)])
        by = By(job.principal, job.created_us)
        record(self._connection, by, "asked", f"{job.kind}:{job.id}", None, job.asked)

    def get(self, id: str) -> Job | None:
        """One piece of work, with its result."""
        row = self._connection.execute(select(table).where(table.c.id == id)).mappings().first()
        return _job(row) if row else None

    def page(self, kind: JobKind, before: str | None, limit: int) -> list[Job]:
        """Work of a kind, the newest first, older than the id `before`; without results."""
        columns = [column for column in table.columns if column.name != "result"]
        query = select(*columns).where(table.c.kind == kind).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.id < before)
        return [_job(row) for row in self._connection.execute(query).mappings()]

    def at_work(self) -> list[Job]:
        """That on which some process ought to be at work."""
        query = select(table).where(table.c.state.in_([str(state) for state in AT_WORK]))
        return [_job(row) for row in self._connection.execute(query).mappings()]

    def step(self, id: str, of: Collection[JobState], now_us: int, **fields: Any) -> bool:
        """Change it if it is in one of the states `of`; whether it was. Its end has an event."""
        values = {name: msgspec.to_builtins(value) for name, value in fields.items()}
        wanted = table.c.id == id, table.c.state.in_([str(state) for state in of])
        done = (
            self._connection.execute(
                update(table).where(*wanted).values(updated_us=now_us, **values)
            ).rowcount
            == 1
        )
        state = fields.get("state")
        if done and state is not None and state not in AT_WORK:
            job = self.get(id)
            by = By(job.principal if job else "", now_us, str(fields.get("why", "")))
            record(self._connection, by, str(state), f"{job.kind if job else 'job'}:{id}", None, None)
        return done


def _job(row: RowMapping) -> Job:
    return msgspec.convert({str(name): value for name, value in row.items()}, Job)
