"""Whether somebody who was given a ticket can still see to it: absent, no account, off duty too long, or a certificate expired."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from detect.nouns import Json
from registry.nouns import Person
from tickets.dispatch.choosing import case_of
from tickets.dispatch.data import needs, weights
from tickets.dispatch.nouns import People, Presence
from tickets.dispatch.scoring import Case, presence_of
from tickets.dispatch.travel import travel_us
from tickets.nouns import Text, Ticket


class Cause(StrEnum):
    """Why somebody cannot. `dispatch.left.<name>` says it to people."""

    GONE = "gone"
    """Not in the registry any more."""
    DISABLED = "disabled"
    """The account was disabled."""
    ABSENT = "absent"
    EXPIRED = "expired"
    """A certificate that the work needs."""
    OFF_DUTY = "off_duty"
    """The shift, or the turn on call, is over, and the ticket cannot wait for the next one."""


class Held(NamedTuple):
    """A ticket, and how it came to whoever has it."""

    ticket: Ticket
    person: str
    """Key."""
    since_us: int
    duty: str | None
    """The `Presence` of the person then; None if nobody looked at it."""


class Left(NamedTuple):
    """Somebody cannot see to a ticket any more."""

    cause: Cause
    since_us: int
    said: Text


def left(held: Held, people: People, now_us: int) -> Left | None:
    """Why the person who has a ticket cannot see to it now; None if nothing came up since it was given away."""
    person = people.persons.get(held.person)
    if person is None:
        return _said(Cause.GONE, held.person, now_us)
    name = person.name or person.key
    barred_us = people.duty.barred_us(person.key)
    if barred_us is not None:
        return _said(Cause.DISABLED, name, barred_us)
    away = people.duty.absence(person.key, now_us)
    if away is not None:
        known = held.duty == Presence.ABSENT
        return None if known else _said(Cause.ABSENT, name, away.from_us)
    case = case_of(held.ticket, people, (), now_us, needs(), weights())
    expired = [
        (paper_us, skill) for paper_us, skill in _expiries(case, person) if held.since_us < paper_us <= now_us
    ]
    if expired:
        skills: list[Json] = [*sorted({skill for _, skill in expired})]
        return _said(Cause.EXPIRED, name, min(expired)[0], skills=skills)
    return _off_duty(held, person, name, case)


def leaves_us(held: Held, people: People, now_us: int) -> int | None:
    """When to ask again at the latest though nothing changes: an absence begins, a certificate expires, a shift or turn ends."""
    person = people.persons.get(held.person)
    if person is None:
        return None
    case = case_of(held.ticket, people, (), now_us, needs(), weights())
    duty = people.duty
    moments = [
        *(away.from_us for away in duty.absences_of(person.key)),
        *(away.to_us for away in duty.absences_of(person.key)),
        *(paper_us for paper_us, _ in _expiries(case, person)),
        duty.shift_ends_us(person.key, now_us),
        duty.handed_over_us(person.key, now_us),
    ]
    return min((at_us for at_us in moments if at_us is not None and at_us > now_us), default=None)


def _expiries(case: Case, person: Person) -> Iterator[tuple[int, str]]:
    """(when the last certificate for it expires, skill), for every skill that the work needs and a certificate is for."""
    wanted = {case.needs.skill(skill) for skill in (*case.need.skills, *case.need.certified)}
    for skill in wanted:
        ends = [paper.expires_us for paper in person.certificates if case.needs.skill(paper.skill) == skill]
        timed = [end for end in ends if end is not None]
        if timed and len(timed) == len(ends):
            yield max(timed), skill


def _off_duty(held: Held, person: Person, name: str, case: Case) -> Left | None:
    """Who was there, or about to be, and is not: the ticket is due before the next shift begins."""
    if held.duty not in {Presence.ON_SHIFT, Presence.ON_CALL, Presence.SOON, Presence.UNPLANNED}:
        return None
    way_us = travel_us(person, case.people.sites.get(held.ticket.site or ""), case.people, case.by)
    if presence_of(case, person, way_us) is not Presence.OFF:
        return None
    ended_us = case.people.duty.shift_ended_us(person.key, case.now_us)
    since_us = case.now_us if ended_us is None else max(ended_us, held.since_us)
    return _said(Cause.OFF_DUTY, name, since_us)


def _said(cause: Cause, name: str, since_us: int, **more: Json) -> Left:
    return Left(
        cause, since_us, Text(f"dispatch.left.{cause}", {"person": name, "since_us": since_us, **more})
    )
