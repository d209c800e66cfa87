"""The desk's clerk, wired: tickets with their events in, what becomes of them out, from one state of people and policies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from ingest.nouns import US_PER_MINUTE
from keepwell.wiring.policies import known
from registry.nouns import RegistrySnapshot, uuid7
from store import events
from store.repositories import clerk, desk, staffing
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase
from tickets import working
from tickets.clerk.attending import attend
from tickets.clerk.nouns import Case, Other, Outcome
from tickets.clerk.others import told_of
from tickets.clerk.sites import RegistrySites
from tickets.clerk.world import World
from tickets.dispatch.people import load, people_of
from tickets.notices import Notice
from tickets.places import RegistryPlaces
from tickets.raising import Raising
from tickets.states import MACHINERY

_OURS = frozenset({"person", "team", "shift", "absence", "rota", "policy", "customer", "site"})
"""Kinds of objects whose change may change what is due on tickets that nobody touched."""
_EARLIER_US = 10 * US_PER_MINUTE


class ClerkDesk:
    """The service database as the clerk uses it (`keepwell.clerking.Desk`)."""

    def __init__(self, database: ServiceDatabase) -> None:
        self._database = database
        self._snapshot: RegistrySnapshot | None = None
        self._done: tuple[int, list[staffing.Done]] | None = None
        """Earlier work, as of when."""
        self._looked_at = 0
        """The last event up to which nothing else changed in the registry."""

    def reading(self) -> AbstractContextManager[Connection]:
        return self._database.reading()

    def writing(self) -> AbstractContextManager[Connection]:
        return self._database.writing()

    position = staticmethod(clerk.position)
    keep_position = staticmethod(clerk.keep_position)
    touched = staticmethod(clerk.touched)
    due = staticmethod(clerk.due)
    live = staticmethod(clerk.live)
    cases = staticmethod(clerk.cases)
    alarms_due = staticmethod(desk.turns)
    answer = staticmethod(clerk.answer)
    tell = staticmethod(clerk.tell)

    def persist(self, connection: Connection, outcomes: Sequence[Outcome], now_us: int) -> None:
        decide = partial(working.perform, actor=MACHINERY, now_us=now_us, policy=known(connection).at(now_us))
        clerk.persist(connection, outcomes, now_us, decide)

    def attend(self, connection: Connection, cases: Sequence[Case], now_us: int) -> list[Outcome]:
        """One after another: who was given a ticket has more to do when the next one is given away."""
        valid, snapshot = known(connection), self._registry(connection)
        sites = RegistrySites(snapshot)
        given_away = any(case.ticket.live and case.ticket.assignee is None for case in cases)
        live = {ticket.id: ticket for ticket in staffing.live(connection)} if given_away else {}
        lots = {lot for case in cases for lot in case.ticket.lots}
        people = people_of(
            snapshot, live.values(), self._earlier(connection, now_us), staffing.owners(connection, lots)
        )
        outcomes = []
        for case in cases:
            outcome = attend(case, World(valid, people, sites), now_us)
            outcomes.append(outcome)
            if outcome.ticket.assignee != case.ticket.assignee:
                live[outcome.ticket.id] = outcome.ticket
                people = replace(people, load=load(live.values()))
        return outcomes

    def _earlier(self, connection: Connection, now_us: int) -> list[staffing.Done]:
        """Who has worked where before; a ticket that was done minutes ago may count later."""
        if self._done is None or not 0 <= now_us - self._done[0] < _EARLIER_US:
            self._done = (now_us, staffing.done(connection, now_us))
        return self._done[1]

    def told_of(self, connection: Connection, others: Sequence[Other], now_us: int) -> list[Notice]:
        """What is told of alarms and lots."""
        if not others:
            return []
        snapshot = self._registry(connection)
        world = World(known(connection), people_of(snapshot, (), (), {}), RegistrySites(snapshot))
        return told_of(others, world, now_us)

    def tend_alarms(self, connection: Connection, now_us: int) -> None:
        valid = known(connection)
        places = RegistryPlaces(self._registry(connection), valid.at(now_us).grades)
        desk.wake(connection, Raising(valid, places, uuid7), now_us)

    def concerns(self, kinds: Collection[str]) -> bool:
        return not _OURS.isdisjoint(kinds)

    def _registry(self, connection: Connection) -> RegistrySnapshot:
        """The registry as it is now; read anew when it has changed."""
        repository, held = RegistryRepository(connection), self._snapshot
        changes = repository.changes_since(self._looked_at, 1) if held else ()
        if held is None or changes:
            self._snapshot = held = repository.snapshot()
        self._looked_at = events.last_sequence(connection)
        return held
