"""The desk's clerk as it runs: reads on in the event table, looks at tickets that are touched or due, records what follows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from keepwell.detecting import PASSING
from store.repositories.clerk import Touched
from tickets.clerk.nouns import Case, Other, Outcome
from tickets.notices import Notice

IDLE_S = 0.1
RETRY_S = 1.0
BATCH = 50
"""Tickets looked at in one writing transaction, so that nobody waits long for it."""
EVENTS = 2_000
"""Events read on at once."""
ALIVE_US = 5_000_000
"""So often it writes down that it is alive though nothing happened."""

_log = logging.getLogger(__name__)


class Desk(Protocol):
    """The service database, as the clerk needs it."""

    def reading(self) -> AbstractContextManager[Any]: ...
    def writing(self) -> AbstractContextManager[Any]: ...
    def position(self, connection: Any) -> int: ...
    def keep_position(self, connection: Any, sequence: int, now_us: int) -> None: ...
    def stirs(self, connection: Any, now_us: int) -> bool:
        """Whether anything happened or is due."""

    def touched(self, connection: Any, after: int, limit: int) -> Touched: ...
    def due(self, connection: Any, now_us: int, limit: int) -> list[str]: ...
    def live(self, connection: Any) -> list[str]: ...
    def unfinished(self, connection: Any) -> list[str]:
        """All tickets for which time may call for something, though nobody touches them."""

    def cases(self, connection: Any, ids: Collection[str], seen: int) -> list[Case]: ...
    def answer(self, connection: Any, answers: Sequence[tuple[str | None, str]], now_us: int) -> None: ...
    def tell(self, connection: Any, notices: Sequence[Notice], now_us: int) -> None: ...
    def told_of(self, connection: Any, others: Sequence[Other], now_us: int) -> list[Notice]:
        """What is told of alarms and lots."""

    def persist(self, connection: Any, outcomes: Sequence[Outcome], now_us: int) -> None: ...
    def attend(self, connection: Any, cases: Sequence[Case], now_us: int) -> list[Outcome]:
        """What becomes of tickets, given people, policies and places as they are in this transaction."""

    def alarms_due(self, connection: Any, now_us: int) -> bool:
        """Whether time alone changes an alarm now."""

    def tend_alarms(self, connection: Any, now_us: int) -> None:
        """Do to alarms what time does."""

    def concerns(self, kinds: Collection[str]) -> bool:
        """Whether a change of such objects may change what is to be done on tickets nobody touched."""


@dataclass(slots=True)
class Clerking:
    """The one loop of the clerk. Everything it knows lies in the database: killed anywhere, it goes on where it was."""

    desk: Desk
    now_us: Callable[[], int]
    _alive_us: int = 0
    _trouble: str = ""
    _all: dict[str, None] = field(default_factory=dict)
    """Tickets still to be looked at because the clerk begins, or people, policies or places changed."""
    _begun: bool = False

    def run(self, stopping: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Until `stopping`. Where the database fails, it is tried again."""
        while not stopping():
            try:
                if not self.step():
                    sleep(IDLE_S)
                self._trouble = ""
            except PASSING as error:
                if str(error) != self._trouble:
                    _log.warning("the clerk pauses: %s", error)
                self._trouble = str(error)
                sleep(RETRY_S)

    def step(self) -> bool:
        """Deal with what happened and what is due; whether there was anything."""
        now_us = self.now_us()
        with self.desk.reading() as connection:
            idle = self._begun and not self._all and not self.desk.stirs(connection, now_us)
            if idle and now_us - self._alive_us < ALIVE_US:
                return False
            after = self.desk.position(connection)
            touched = self.desk.touched(connection, after, EVENTS)
            due = self.desk.due(connection, now_us, BATCH)
            ringing = self.desk.alarms_due(connection, now_us)
            if not self._begun:  # what was done before there was a clerk waits for its answer all the same
                self._all, self._begun = dict.fromkeys(self.desk.unfinished(connection)), True
            elif self.desk.concerns(touched.kinds):
                self._all |= dict.fromkeys(self.desk.live(connection))
        waiting = self._with_others([*sorted(touched.tickets), *due])
        for at in range(0, len(waiting), BATCH):
            self._attend(waiting[at : at + BATCH], after, now_us)
        if ringing:
            with self.desk.writing() as connection:
                self.desk.tend_alarms(connection, now_us)
        if touched.sequence != after or now_us - self._alive_us >= ALIVE_US:
            self._keep(touched, now_us)
        return bool(waiting or ringing or touched.sequence != after)

    def _keep(self, touched: Touched, now_us: int) -> None:
        """What was read is dealt with: answers, what is told of alarms and lots, and the position in one commit."""
        with self.desk.writing() as connection:
            self.desk.answer(connection, touched.answers, now_us)
            self.desk.tell(connection, self.desk.told_of(connection, touched.others, now_us), now_us)
            self.desk.keep_position(connection, touched.sequence, now_us)
        self._alive_us = now_us

    def _with_others(self, called: Sequence[str]) -> list[str]:
        """These, and some of those that are still to be looked at; no ticket twice."""
        waiting = dict.fromkeys(called)
        for id in waiting:
            self._all.pop(id, None)
        some = list(islice(self._all, BATCH))
        for id in some:
            del self._all[id]
        return [*waiting, *some]

    def _attend(self, ids: Sequence[str], seen: int, now_us: int) -> None:
        with self.desk.writing() as connection:
            cases = self.desk.cases(connection, ids, seen)
            self.desk.persist(connection, self.desk.attend(connection, cases, now_us), now_us)
