"""Who has how much work, and who is there to do it in the coming days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.duty import Presence
from registry.nouns import Person, Role
from tickets.dispatch.data import Weights, weights
from tickets.dispatch.nouns import People
from tickets.nouns import Ticket

WORKING = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.ENGINEER, Role.QUALITY, Role.KEEPER})
"""Roles that work at the desk or on the spot."""


@dataclass(frozen=True, slots=True)
class Load:
    """One person's work."""

    person: Person
    presence: Presence
    on_call: tuple[str, ...]
    """Rotas on which it is this person's turn now."""
    live: tuple[str, ...]
    """Numbers of tickets, the first due first."""
    late: int
    """How many of them are past their deadline or act-by."""
    capacity: int
    shifts: tuple[tuple[int, int], ...]
    """(from, to) of coming work in the days asked for."""
    absences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """A team's work: its people's, and what nobody of it has taken yet."""

    team: str
    people: tuple[str, ...]
    live: int
    unassigned: int
    capacity: int
    """Of those who are not absent now."""


def workload(
    people: People, live: Iterable[Ticket], now_us: int, until_us: int, by: Weights | None = None
) -> tuple[list[Load], list[TeamLoad]]:
    """People by share of capacity used, the fullest first, and teams by key."""
    by = by or weights()
    tickets = sorted((t for t in live if t.live), key=lambda ticket: (_due_us(ticket), ticket.number))
    persons = [p for p in people.persons.values() if p.role in WORKING]
    loads = [_load(person, people, tickets, now_us, until_us, by) for person in persons]
    loads.sort(key=lambda one: (-len(one.live) / one.capacity, one.person.key))
    return loads, [_team(key, people, loads, tickets) for key in sorted(people.teams)]


def _load(
    person: Person, people: People, tickets: list[Ticket], now_us: int, until_us: int, by: Weights
) -> Load:
    own = [ticket for ticket in tickets if ticket.assignee == f"person:{person.key}"]
    duty = people.duty
    away = sorted(
        (a.from_us, a.to_us)
        for a in duty.absences_of(person.key)
        if a.to_us > now_us and a.from_us < until_us
    )
    return Load(
        person=person,
        presence=duty.presence(person.key, now_us),
        on_call=tuple(rota.key for rota in duty.called(person.key, now_us)),
        live=tuple(ticket.name for ticket in own),
        late=sum(_due_us(ticket) < now_us for ticket in own),
        capacity=person.capacity or by.capacity,
        shifts=tuple(duty.shifts_of(person.key, now_us, until_us)),
        absences=tuple(away),
    )


def _team(key: str, people: People, loads: list[Load], tickets: list[Ticket]) -> TeamLoad:
    own = [one for one in loads if key in one.person.teams]
    there = [one for one in own if one.presence is not Presence.ABSENT]
    waiting = sum(ticket.team == key and ticket.assignee is None for ticket in tickets)
    return TeamLoad(
        team=key,
        people=tuple(sorted(one.person.key for one in own)),
        live=sum(len(one.live) for one in own),
        unassigned=waiting,
        capacity=sum(one.capacity for one in there),
    )


def _due_us(ticket: Ticket) -> int:
    return ticket.deadline_us if ticket.act_by_us is None else min(ticket.act_by_us, ticket.deadline_us)
