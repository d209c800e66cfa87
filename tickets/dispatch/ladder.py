"""Whom to call beside the best engineer: the keeper on duty, who is on call, the supervisor, the head of the department."""

from __future__ import annotations

from collections.abc import Collection

from registry.duty import At, Presence
from registry.nouns import Level, Person, Role
from tickets.dispatch.nouns import People
from tickets.nouns import Ticket

_LEADING = (Role.SUPERVISOR, Role.ADMIN)


def at_of(people: People, site: str | None, team: str | None = None) -> At:
    """Where somebody is needed."""
    there = people.sites.get(site or "")
    return At(site, team, there.region if there else "")


def on_call(
    people: People,
    site: str | None,
    now_us: int,
    level: Level,
    team: str | None = None,
    without: Collection[str] = (),
) -> str | None:
    """The key of the person on call at a level; None if no rota names anybody who is there."""
    return people.duty.on_call(at_of(people, site, team), level, now_us, without)


def keeper_on_duty(people: People, site: str | None, now_us: int) -> str | None:
    """The keeper who is on shift at a site, else who is on call as keeper, else one of whom no shift is planned."""
    own = [
        p for p in people.persons.values() if p.role is Role.KEEPER and site is not None and p.site == site
    ]
    ordered = sorted(own, key=lambda person: (-person.level, person.key))
    held = {person.key: people.duty.presence(person.key, now_us) for person in ordered}
    on_shift = next((key for key, presence in held.items() if presence is Presence.ON_SHIFT), None)
    unplanned = next((key for key, presence in held.items() if presence is Presence.UNPLANNED), None)
    return on_shift or on_call(people, site, now_us, Level.KEEPER) or unplanned


def supervisor(
    people: People, site: str | None, now_us: int, team: str | None = None, without: Collection[str] = ()
) -> str | None:
    """Who answers for a place: leads of the team and supervisors, then heads, then administrators; never who is absent.

    Of equals those on shift come first, then who is on call as supervisor, then those of whom no shift is planned, then
    the nearest.
    """
    called = on_call(people, site, now_us, Level.SUPERVISOR, team, without)
    there = people.sites.get(site or "")

    def order(person: Person) -> tuple[int, int, bool, int, str]:
        leads = person.lead and team is not None and team in person.teams
        group = (
            0 if leads or person.role is Role.SUPERVISOR or person.key == called else 1 if person.head else 2
        )
        presence = people.duty.presence(person.key, now_us)
        off = 3 if presence is Presence.OFF else 2
        hours = 0 if presence is Presence.ON_SHIFT else 1 if person.key == called else off
        near = (
            0 if person.site and person.site == site else 1 if there and person.region == there.region else 2
        )
        return group, hours if group == 0 else 0, not leads, near, person.key

    able = [
        person
        for person in people.persons.values()
        if _leads(person, team, called)
        and person.key not in without
        and not people.duty.is_absent(person.key, now_us)
    ]
    return min(able, key=order).key if able else None


def head(people: People, site: str | None, now_us: int, team: str | None = None) -> str | None:
    """The head of the department: whose turn it is on the rota of heads, else who is named head and not absent."""
    heads = sorted(person.key for person in people.persons.values() if person.head)
    there = (key for key in heads if not people.duty.is_absent(key, now_us))
    return on_call(people, site, now_us, Level.HEAD, team) or next(there, None)


def supervisor_of(people: People, ticket: Ticket, now_us: int, without: Collection[str] = ()) -> str | None:
    """The supervisor of a ticket's place and team."""
    return supervisor(people, ticket.site, now_us, ticket.team, without)


def _leads(person: Person, team: str | None, called: str | None) -> bool:
    leads_team = person.lead and team is not None and team in person.teams
    return person.role in _LEADING or person.head or leads_team or person.key == called
