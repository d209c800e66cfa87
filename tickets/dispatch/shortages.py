"""Where fewer people are named than the rules of the goods, the ladder and the work need; each shortage says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from detect.nouns import Json
from ingest.nouns import US_PER_DAY, US_PER_HOUR
from registry.duty import Presence
from registry.nouns import Level, Person, RegistrySnapshot, Role, Site
from tickets.dispatch.data import Needs, needs
from tickets.dispatch.ladder import at_of
from tickets.dispatch.nouns import People
from tickets.dispatch.people import people_of
from tickets.dispatch.required import Asked, machines_of, named_people
from tickets.dispatch.scoring import certified_for, skills_of

AHEAD_US = 14 * US_PER_DAY
"""So far ahead every hour of duty is looked at."""
_FIRST = frozenset({"A", "diamond", "core"})
"""The grades that are promised the most, by the names in use."""
EXPIRES_SOON_US = 30 * US_PER_DAY


class Weight(StrEnum):
    """How bad a shortage is."""

    CRITICAL = "critical"
    """Somebody will not be called, or may not be sent, when goods are at risk."""
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Shortage:
    """Too few people for something. `manning.<code>.says` tells it, `manning.<code>.do` what to do."""

    code: str
    weight: Weight
    subject: str
    """`site:<key>`, `person:<key>`, `customer:<key>`, `team:<key>`, `rota:<key>`, `skill:<name>`, or "" for all."""
    params: Mapping[str, Json] = field(default_factory=dict)


def shortages(snapshot: RegistrySnapshot, now_us: int, table: Needs | None = None) -> list[Shortage]:
    """All that are found in one state of the registry, the critical ones first, by subject."""
    people = people_of(snapshot, (), (), {})
    found = [
        *_nobody(snapshot),
        *(one for site in _kept(snapshot) for one in _site(site, people, now_us)),
        *_named(snapshot, people, now_us),
        *_phones(people),
        *_skills(snapshot, people, now_us, table or needs()),
        *_certificates(people, now_us),
        *_customers(snapshot),
        *_teams(snapshot),
    ]
    return sorted(found, key=lambda one: (one.weight is Weight.WARNING, one.subject, one.code))


def _nobody(snapshot: RegistrySnapshot) -> Iterator[Shortage]:
    """A rung of the ladder without anybody at all."""
    roles = {person.role for person in snapshot.people}
    if Role.ENGINEER not in roles:
        yield Shortage("no_engineer", Weight.CRITICAL, "")
    if not roles & {Role.SUPERVISOR, Role.ADMIN}:
        yield Shortage("no_supervisor", Weight.CRITICAL, "")
    heads = any(person.head for person in snapshot.people)
    if not heads and not any(rota.level is Level.HEAD for rota in snapshot.rotas):
        yield Shortage("no_head", Weight.WARNING, "")


def _kept(snapshot: RegistrySnapshot) -> list[Site]:
    """Sites where goods can stand."""
    with_zones = {zone.site for zone in snapshot.zones}
    return [site for site in snapshot.sites if site.key in with_zones]


def _site(site: Site, people: People, now_us: int) -> Iterator[Shortage]:
    """Keepers and engineers of a site, over the hours of the coming days."""
    keepers = [p.key for p in people.persons.values() if p.role is Role.KEEPER and p.site == site.key]
    at = at_of(people, site.key)
    if keepers or people.duty.rotas_for(at, Level.KEEPER):
        yield from _gap("keeper_gap", Weight.WARNING, site, people, now_us, Level.KEEPER, keepers)
    else:
        yield Shortage("no_keeper", Weight.WARNING, f"site:{site.key}", _called(site))
    if people.duty.rotas_for(at, Level.FIRST):
        yield from _gap("on_call_gap", Weight.CRITICAL, site, people, now_us, Level.FIRST, ())
    else:
        engineers = [p.key for p in people.persons.values() if p.role is Role.ENGINEER]
        gaps = [*_gap("nobody_at_hours", Weight.CRITICAL, site, people, now_us, Level.FIRST, engineers)]
        yield from gaps or [Shortage("no_rota", Weight.WARNING, f"site:{site.key}", _called(site))]
    if not people.duty.rotas_for(at, Level.SECOND):
        yield Shortage("no_second", Weight.WARNING, f"site:{site.key}", _called(site))


def _gap(
    code: str,
    weight: Weight,
    site: Site,
    people: People,
    now_us: int,
    level: Level,
    persons: list[str] | tuple[str, ...],
) -> Iterator[Shortage]:
    """The hours at whose beginning nobody is on call at a level, and none of these persons can be had."""
    first = now_us - now_us % US_PER_HOUR + US_PER_HOUR
    at, duty = at_of(people, site.key), people.duty
    there = {Presence.ON_SHIFT, Presence.UNPLANNED}
    bare = [
        hour
        for hour in range(first, now_us + AHEAD_US, US_PER_HOUR)
        if duty.on_call(at, level, hour) is None
        and not any(duty.presence(person, hour) in there for person in persons)
    ]
    if bare:
        yield Shortage(
            code, weight, f"site:{site.key}", {**_called(site), "n": len(bare), "first_us": bare[0]}
        )


def _named(snapshot: RegistrySnapshot, people: People, now_us: int) -> Iterator[Shortage]:
    """Rules of goods that ask for so many people to be told."""
    for site in snapshot.sites:
        asked: Asked | None = named_people(snapshot, site.key, now_us)
        if asked is None:
            continue
        told = reached_at(snapshot, people, site.key)
        if len(told) < asked.people:
            params: dict[str, Json] = {
                **_called(site), "profile": asked.profile, "needed": asked.people, "n": len(told), "people": [*sorted(told)],
            }  # fmt: skip
            yield Shortage("too_few_named", Weight.CRITICAL, f"site:{site.key}", params)


def reached_at(snapshot: RegistrySnapshot, people: People, site: str) -> set[str]:
    """Names of those with a telephone who are told of a site: its people, its contacts, and who is on a rota that holds there."""
    at = at_of(people, site)
    on_rotas = {
        key
        for level in Level
        for rota in people.duty.rotas_for(at, level)
        for key in (*rota.people, *(turn.person for turn in rota.turns))
    }
    own = {p.key for p in snapshot.people if p.site == site and p.role is not Role.CUSTOMER}
    persons = [people.persons[key] for key in own | on_rotas if key in people.persons]
    contacts = {
        contact.name or contact.key for contact in snapshot.contacts if contact.site == site and contact.phone
    }
    return contacts | {person.name or person.key for person in persons if person.phone}


def _phones(people: People) -> Iterator[Shortage]:
    """Critical messages come by telephone: whoever may be called must have one."""
    called = {
        key for rota in people.duty.rotas for key in (*rota.people, *(turn.person for turn in rota.turns))
    }
    answer = {Role.SUPERVISOR, Role.KEEPER, Role.ENGINEER}
    for person in people.persons.values():
        if not person.phone and (person.key in called or person.head or person.role in answer):
            weight = Weight.CRITICAL if person.key in called else Weight.WARNING
            yield Shortage("no_phone", weight, f"person:{person.key}", _person(person))


def _skills(snapshot: RegistrySnapshot, people: People, now_us: int, table: Needs) -> Iterator[Shortage]:
    """Skills and certificates that the equipment there is asks for, and that nobody has."""
    workers = [p for p in snapshot.people if p.role in {Role.ENGINEER, Role.QUALITY}]
    has = {skill for person in workers for skill in skills_of(person, people, table, now_us)}
    valid = {skill for person in workers for skill in certified_for(person, table, now_us)}
    asked = machines_of(snapshot, table)
    for skill in sorted(asked.certified):
        if table.skill(skill) not in valid:
            yield Shortage(
                "nobody_certified",
                Weight.CRITICAL,
                f"skill:{skill}",
                {"skill": skill, "for": asked.certified[skill]},
            )
    for skill in sorted(asked.skills):
        if table.skill(skill) not in has:
            yield Shortage(
                "nobody_skilled",
                Weight.WARNING,
                f"skill:{skill}",
                {"skill": skill, "for": asked.skills[skill]},
            )


def _certificates(people: People, now_us: int) -> Iterator[Shortage]:
    """Certificates that have expired, or will within 30 days."""
    for person in people.persons.values():
        for paper in person.certificates:
            if paper.expires_us is None or paper.expires_us > now_us + EXPIRES_SOON_US:
                continue
            params = {
                **_person(person),
                "skill": paper.skill,
                "number": paper.number,
                "expires_us": paper.expires_us,
            }
            code = "certificate_expired" if paper.expires_us <= now_us else "certificate_expires"
            yield Shortage(code, Weight.WARNING, f"person:{person.key}", params)


def _customers(snapshot: RegistrySnapshot) -> Iterator[Shortage]:
    """Customers whom nobody can call; of those promised the most it is critical."""
    reached = {contact.customer for contact in snapshot.contacts if contact.phone or contact.email}
    for customer in snapshot.customers:
        if customer.key not in reached:
            weight = Weight.CRITICAL if customer.grade in _FIRST else Weight.WARNING
            params: dict[str, Json] = {
                "customer": customer.name or customer.key,
                "grade": str(customer.grade),
            }
            yield Shortage("no_contact", weight, f"customer:{customer.key}", params)


def _teams(snapshot: RegistrySnapshot) -> Iterator[Shortage]:
    """Teams without people, and without somebody who leads them."""
    for team in snapshot.teams:
        own = [person for person in snapshot.people if team.key in person.teams]
        code = "empty_team" if not own else "no_lead" if not any(p.lead for p in own) else None
        if code:
            yield Shortage(code, Weight.WARNING, f"team:{team.key}", {"team": team.name or team.key})


def _called(site: Site) -> dict[str, Json]:
    return {"site": site.name or site.key, "time_zone": site.time_zone}


def _person(person: Person) -> dict[str, Json]:
    return {"person": person.name or person.key}
