"""The desk's clerk, wired: tickets with their events in, what becomes of them out, from one state of people and policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from detect.nouns import Finding
from ingest.nouns import US_PER_MINUTE
from keepwell.wiring.policies import known
from registry.nouns import RegistrySnapshot, uuid7
from store import events
from store.repositories import clerk, desk, findings, staffing
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase
from tickets import working
from tickets.clerk.attending import attend, calls_for_look
from tickets.clerk.nouns import Case, Other, Outcome
from tickets.clerk.others import told_of
from tickets.clerk.sites import RegistrySites
from tickets.clerk.world import World
from tickets.clocks.policies import Policy
from tickets.dispatch.nouns import People
from tickets.dispatch.people import people_of, person_with
from tickets.notices import Notice
from tickets.nouns import Ticket
from tickets.places import RegistryPlaces
from tickets.raising import Raising
from tickets.states import MACHINERY

_OURS = frozenset({"person", "team", "shift", "absence", "rota", "policy", "customer", "site", "user"})
"""Kinds of objects whose change may change what is due on tickets that nobody touched."""
_EARLIER_US = 10 * US_PER_MINUTE


@dataclass(frozen=True, slots=True)
class _Registry:
    """One state of the registry, and what is made of it once however many tickets are looked at."""

    snapshot: RegistrySnapshot
    sites: RegistrySites
    people: People
    """As if nobody had any work, now or before."""


@dataclass(slots=True)
class _Behind:
    """The findings behind tickets that are looked at together: none is read until somebody is told, and then all at once."""

    connection: Connection
    ids: list[str]
    found: dict[str, list[Finding]] | None = None

    def __call__(self, ticket: Ticket) -> list[Finding]:
        if self.found is None:
            self.found = findings.behind(self.connection, self.ids)
        return self.found[ticket.id]


class ClerkDesk:
    """The service database as the clerk uses it (`keepwell.clerking.Desk`)."""

    def __init__(self, database: ServiceDatabase) -> None:
        self._database = database
        self._held: _Registry | None = None
        self._places: tuple[Policy, RegistryPlaces] | None = None
        """With the policy whose grades they are in order of."""
        self._people: tuple[int, People] | None = None
        """With their earlier work, as of when."""
        self._looked_at = 0
        """The last event up to which nothing else changed in the registry."""

    def reading(self) -> AbstractContextManager[Connection]:
        return self._database.reading()

    def writing(self) -> AbstractContextManager[Connection]:
        return self._database.writing()

    position = staticmethod(clerk.position)
    keep_position = staticmethod(clerk.keep_position)
    stirs = staticmethod(clerk.stirs)
    due = staticmethod(clerk.due)
    live = staticmethod(clerk.live)
    unfinished = staticmethod(clerk.unfinished)
    cases = staticmethod(clerk.cases)
    alarms_due = staticmethod(desk.turns)
    answer = staticmethod(clerk.answer)
    tell = staticmethod(clerk.tell)

    def touched(self, connection: Connection, after: int, limit: int) -> clerk.Touched:
        return clerk.touched(connection, after, limit, calls_for_look)

    def persist(self, connection: Connection, outcomes: Sequence[Outcome], now_us: int) -> None:
        decide = partial(working.perform, actor=MACHINERY, now_us=now_us, policy=known(connection).at(now_us))
        clerk.persist(connection, outcomes, now_us, decide)

    def attend(self, connection: Connection, cases: Sequence[Case], now_us: int) -> list[Outcome]:
        """One after another: who was given a ticket has more to do when the next one is given away."""
        valid, there = known(connection), self._registry(connection)
        given_away = any(case.ticket.live and case.ticket.assignee is None for case in cases)
        load = Counter(staffing.load(connection) if given_away else {})
        owners = staffing.owners(connection, {lot for case in cases for lot in case.ticket.lots})
        people = replace(
            _allowed(connection, self._with_past(connection, there, now_us)), load=load, owners=owners
        )
        behind = _Behind(connection, [case.ticket.id for case in cases])
        world = World(valid, people, there.sites, behind)
        outcomes = []
        for case in cases:
            outcome = attend(case, world, now_us)
            outcomes.append(outcome)
            load.subtract(filter(None, [person_with(case.ticket)]))
            load.update(filter(None, [person_with(outcome.ticket)]))
        return outcomes

    def _with_past(self, connection: Connection, there: _Registry, now_us: int) -> People:
        """Who has worked where before; a ticket that was done minutes ago may count later."""
        if self._people is None or not 0 <= now_us - self._people[0] < _EARLIER_US:
            past = people_of(there.snapshot, (), staffing.done(connection, now_us), {})
            self._people = (now_us, past)
        return self._people[1]

    def told_of(self, connection: Connection, others: Sequence[Other], now_us: int) -> list[Notice]:
        """What is told of alarms and lots."""
        if not others:
            return []
        there = self._registry(connection)
        people = _allowed(connection, there.people)
        return told_of(others, World(known(connection), people, there.sites), now_us)

    def tend_alarms(self, connection: Connection, now_us: int) -> None:
        valid = known(connection)
        desk.wake(connection, Raising(valid, self._places_of(connection, valid.at(now_us)), uuid7), now_us)

    def _places_of(self, connection: Connection, policy: Policy) -> RegistryPlaces:
        snapshot = self._registry(connection).snapshot
        if self._places is None or self._places[0] is not policy:
            self._places = (policy, RegistryPlaces(snapshot, policy.grades))
        return self._places[1]

    def concerns(self, kinds: Collection[str]) -> bool:
        return not _OURS.isdisjoint(kinds)

    def _registry(self, connection: Connection) -> _Registry:
        """The registry as it is now; read anew when it has changed."""
        repository, held = RegistryRepository(connection), self._held
        changes = repository.changes_since(self._looked_at, 1) if held else ()
        if held is None or changes:
            snapshot = repository.snapshot()
            held = _Registry(snapshot, RegistrySites(snapshot), people_of(snapshot, (), (), {}))
            self._held, self._places, self._people = held, None, None
        self._looked_at = events.last_sequence(connection)
        return held


def _allowed(connection: Connection, people: People) -> People:
    """People, whose accounts are disabled as if away: that changes without any change of the registry."""
    return replace(people, duty=people.duty.without(staffing.barred(connection)))
