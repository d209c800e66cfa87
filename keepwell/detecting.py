"""Detection as it runs: each step of the engine is recorded, with its checkpoint, in one commit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from detect.calibration import CalibrationDues
from detect.engine import Engine, Step
from detect.nouns import Checkpoint, FindingChange
from store.files import OperationalError
from store.readings import StoreAbsent

IDLE_S = 0.02
HOUSE_US = 500_000
"""How often events are sealed and the registry is looked at."""
CHECKPOINT_US = 1_000_000
"""A checkpoint that goes with no finding is recorded this often."""
RETRY_S = 1.0

PASSING = (DBAPIError, PoolTimeout, OperationalError, StoreAbsent)
"""Trouble of a database that may be over the next time."""

_log = logging.getLogger(__name__)


class Desk(Protocol):
    """The service database, as detection needs it."""

    def writing(self) -> AbstractContextManager[Any]: ...
    def record(self, connection: Any, changes: list[FindingChange], now_us: int) -> None: ...
    def keep_checkpoint(self, connection: Any, checkpoint: Checkpoint, now_us: int) -> None: ...
    def seal(self, connection: Any) -> int: ...
    def unsealed(self) -> bool: ...
    def registry_sequence(self) -> int: ...
    def follow(self, now_us: int) -> None: ...


@dataclass(slots=True)
class Detecting:
    """The one loop of the detect process."""

    new_engine: Callable[[], Engine]
    """An engine that goes on from the recorded checkpoint."""
    new_dues: Callable[[], CalibrationDues]
    desk: Desk
    now_us: Callable[[], int]
    _engine: Engine | None = None
    _dues: CalibrationDues | None = None
    _kept_us: int = 0
    _house_us: int = 0
    _registry: int = -1
    _trouble: str = ""

    def run(self, stopping: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Until `stopping`. Where a database fails, the engine is made anew from what is on record."""
        while not stopping():
            try:
                if not self.step():
                    sleep(IDLE_S)
                self._trouble = ""
            except PASSING as error:
                self._engine = self._dues = None
                if str(error) != self._trouble:
                    _log.warning("detection pauses: %s", error)
                self._trouble = str(error)
                sleep(RETRY_S)

    def step(self) -> bool:
        """One step of the engine, recorded; whether there was anything to judge."""
        self._keep_house()
        if self._engine is None or self._dues is None:
            self._engine, self._dues = self.new_engine(), self.new_dues()
        step = self._engine.step()
        step = step._replace(changes=[*step.changes, *self._dues.judge(step.checkpoint.as_of_us)])
        if step.changes or self.now_us() - self._kept_us >= CHECKPOINT_US:
            self._record(step)
        return bool(step.changes or step.readings)

    def _record(self, step: Step) -> None:
        now_us = self.now_us()
        with self.desk.writing() as connection:
            if step.changes:
                self.desk.record(connection, step.changes, now_us)
            self.desk.keep_checkpoint(connection, step.checkpoint, now_us)
        self._kept_us = now_us

    def _keep_house(self) -> None:
        now_us = self.now_us()
        if now_us - self._house_us < HOUSE_US:
            return
        self._house_us = now_us
        sequence = self.desk.registry_sequence()
        if sequence != self._registry:
            if self._engine is not None and self._dues is not None and self._registry >= 0:
                self._engine.registry_changed()
                self._dues.registry_changed()
            self._registry = sequence
        self.desk.follow(now_us)
        if self.desk.unsealed():
            with self.desk.writing() as connection:
                self.desk.seal(connection)
