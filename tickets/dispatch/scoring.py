"""The score of a person for a ticket: eight terms of 0 to 1, each with its weight, each told on the ticket."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from operator import is_
from typing import NamedTuple

from detect.nouns import Json
from registry.duty import BLOCK_US, At
from registry.duty import Presence as Planned
from registry.nouns import Level, Person
from tickets.dispatch.data import Need, Needs, Weights
from tickets.dispatch.nouns import Candidate, Past, People, Presence, Term, WhyNot
from tickets.dispatch.travel import travel_us
from tickets.nouns import Ticket

_AHEAD_US = BLOCK_US
"""How far ahead a next shift is looked for."""
_NONE = Past()
_MOST_KEPT = 20_000
"""So many findings of who suits what are kept."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket, and what does not depend on the person."""

    ticket: Ticket
    need: Need
    at: At
    people: People
    needs: Needs
    by: Weights
    now_us: int
    passed: frozenset[str]
    """Who declined it or handed it over."""
    customers: frozenset[str]
    teams: frozenset[str]
    """The teams that are dedicated to these customers."""
    called: frozenset[str]
    """Who is on call there, if the ticket is so urgent that they may be called."""


def candidate(case: Case, person: Person) -> Candidate:
    """How a person suits, and the first thing that stands against him or her."""
    suits = _suits(case, person)
    presence = presence_of(case, person, suits.way_us)
    load, capacity = load_of(case, person), person.capacity or case.by.capacity
    terms = (
        suits.skill,
        suits.level,
        _term(case, "duty", case.by.duty.get(presence, 0.0), presence=presence.value),
        suits.travel,
        _term(case, "load", max(0.0, 1 - load / capacity), live=load, capacity=capacity),
        *suits.more,
        _past(case, person),
    )
    score = sum([term.value * term.weight for term in terms])
    why_not = _against(case, person, presence, load >= capacity, suits)
    return Candidate(person, presence, score, terms, suits.way_us, suits.missing, why_not)


class _Suits(NamedTuple):
    """How a person suits work of a kind at a place: the same for every such ticket."""

    tables: tuple[object, ...]
    """From what it was reckoned."""
    way_us: int
    missing: tuple[str, ...]
    certified: bool
    """Whether every certificate that is a must is there."""
    skill: Term
    level: Term
    travel: Term
    more: tuple[Term, ...]
    """Of team and language, where they count."""


def _suits(case: Case, person: Person) -> _Suits:
    """From what was found for an earlier ticket, if it had the same needs, place and customers, and the same papers were valid."""
    valid = certified_for(person, case.needs, case.now_us) if person.certificates else frozenset()
    key = (person.key, case.need, case.ticket.site, case.customers, valid)
    kept = case.people.suiting
    found = kept.get(key)
    tables = _tables(case, person)
    if isinstance(found, _Suits) and all(map(is_, found.tables, tables)):
        return found
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    made = _found_to_suit(case, person, valid, tables)
    kept[key] = made
    return made


def _tables(case: Case, person: Person) -> tuple[object, ...]:
    people = case.people
    return person, case.needs, case.by, people.teams, people.sites, people.languages


def _found_to_suit(case: Case, person: Person, valid: frozenset[str], tables: tuple[object, ...]) -> _Suits:
    way_us = travel_us(person, case.people.sites.get(case.ticket.site or ""), case.people, case.by)
    has = skills_of(person, case.people, case.needs, case.now_us)
    missing = tuple(skill for skill in case.need.skills if case.needs.skill(skill) not in has)
    reached = min(1.0, person.level / case.need.level)
    return _Suits(
        tables, way_us, missing, all(case.needs.skill(skill) in valid for skill in case.need.certified),
        _skill(case, missing), _term(case, "level", reached, level=person.level, needed=case.need.level),
        _term(case, "travel", case.by.half_us / (case.by.half_us + way_us), travel_us=way_us),
        (*_team(case, person), *_language(case, person)),
    )  # fmt: skip


def presence_of(case: Case, person: Person, way_us: int) -> Presence:
    """How somebody can be had: a shift that begins while there is still time is soon enough."""
    planned = case.people.duty.presence(person.key, case.now_us)
    if planned is Planned.ABSENT:
        return Presence.ABSENT
    if planned is Planned.ON_SHIFT:
        return Presence.ON_SHIFT
    if person.key in case.called:
        return Presence.ON_CALL
    if planned is Planned.UNPLANNED:
        return Presence.UNPLANNED
    ticket = case.ticket
    due_us = ticket.deadline_us if ticket.act_by_us is None else min(ticket.act_by_us, ticket.deadline_us)
    leave_us = min(due_us - way_us - case.need.repair_us, case.now_us + _AHEAD_US)
    if leave_us <= case.now_us:
        return Presence.OFF
    begins = case.people.duty.next_shift_us(person.key, case.now_us, leave_us)
    return Presence.OFF if begins is None else Presence.SOON


def skills_of(person: Person, people: People, needs: Needs, now_us: int) -> frozenset[str]:
    """What somebody can do: the own skills and those of the teams, without those whose certificates have all expired."""
    written = [
        *person.skills,
        *(skill for key in person.teams if key in people.teams for skill in people.teams[key].skills),
    ]
    has = {needs.skill(word) for word in written}
    valid = certified_for(person, needs, now_us)
    papers = {needs.skill(paper.skill) for paper in person.certificates}
    return frozenset((has | papers) - (papers - valid))


def certified_for(person: Person, needs: Needs, now_us: int) -> frozenset[str]:
    """The skills for which somebody has a certificate that has not expired."""
    return frozenset(
        needs.skill(paper.skill)
        for paper in person.certificates
        if paper.expires_us is None or paper.expires_us > now_us
    )


def load_of(case: Case, person: Person) -> int:
    """How many other live tickets somebody has."""
    own = case.ticket.assignee == f"person:{person.key}" and case.ticket.live
    return max(0, case.people.load.get(person.key, 0) - own)


def customers_of(ticket: Ticket, people: People) -> frozenset[str]:
    """The customers whom a ticket concerns."""
    kind, _, key = ticket.subject.partition(":")
    named = {
        ticket.customer,
        key if kind == "customer" else None,
        *(people.owners.get(lot) for lot in ticket.lots),
    }
    return frozenset(customer for customer in named if customer)


def dedicated(people: People, customers: Collection[str]) -> frozenset[str]:
    """The teams that are dedicated to one of these customers."""
    return frozenset(key for key, team in people.teams.items() if set(team.customers) & set(customers))


def on_call_there(people: People, at: At, now_us: int) -> frozenset[str]:
    """The first and the second engineer on call."""
    found = (people.duty.on_call(at, level, now_us) for level in (Level.FIRST, Level.SECOND))
    return frozenset(person for person in found if person is not None)


def _term(case: Case, name: str, value: float, **params: Json) -> Term:
    return Term(name, value, case.by.terms[name], params)


def _skill(case: Case, missing: tuple[str, ...]) -> Term:
    needed = len(case.need.skills)
    there = needed - len(missing)
    return _term(
        case,
        "skill",
        there / needed if needed else 1.0,
        needed=list(case.need.skills),
        there=there,
        all=needed,
    )


def _team(case: Case, person: Person) -> list[Term]:
    if not case.teams:
        return []
    inside = not case.teams.isdisjoint(person.teams)
    names: list[Json] = [case.people.teams[key].name or key for key in sorted(case.teams)]
    return [_term(case, "team", float(inside), teams=names, inside="yes" if inside else "no")]


def _language(case: Case, person: Person) -> list[Term]:
    spoken = {case.people.languages.get(f"customer:{customer}", "") for customer in case.customers} - {""}
    spoken = spoken or {case.people.languages.get(f"site:{case.ticket.site}", "")} - {""}
    if not spoken:
        return []
    speaks = spoken & {str(person.language), *person.languages}
    asked: list[Json] = [*sorted(spoken)]
    can: list[Json] = [*sorted(speaks)]
    return [_term(case, "language", len(speaks) / len(spoken), spoken=asked, speaks=can)]


def _past(case: Case, person: Person) -> Term:
    """Laplace's rule of succession: without any earlier work one half, and the more of it stayed done the more."""
    there = case.people.past.get((person.key, case.ticket.subject), _NONE)
    past = there if there.done else case.people.past.get((person.key, f"zone:{case.ticket.zone}"), _NONE)
    return _term(case, "past", (past.good + 1) / (past.done + 2), done=past.done, good=past.good)


def _against(case: Case, person: Person, presence: Presence, full: bool, suits: _Suits) -> WhyNot | None:
    """The first thing that rules somebody out."""
    if presence is Presence.ABSENT:
        return WhyNot.ABSENT
    if person.key in case.passed:
        return WhyNot.DECLINED
    if not suits.certified:
        return WhyNot.NOT_CERTIFIED
    if presence is Presence.OFF:
        return WhyNot.OFF_DUTY
    return WhyNot.AT_CAPACITY if full else None
