"""A ticket is given to somebody: by dispatch, or by a supervisor who knows better."""

from __future__ import annotations

from dataclasses import dataclass, replace

from detect.nouns import Json
from registry.nouns import Person, Role
from tickets.dispatch.choosing import case_of
from tickets.dispatch.data import needs, weights
from tickets.dispatch.nouns import Choice, People, Way, WhyNot
from tickets.dispatch.scoring import candidate
from tickets.nouns import Refusal, Text, Ticket
from tickets.states import STAFF

MAY_WORK = frozenset(role for role in STAFF if role is not Role.SYSTEM)
"""Who can have a ticket at all: the same who may accept one."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A supervisor's choice, and what dispatch would have said against it."""

    choice: Choice
    against: WhyNot | None


def by_hand(
    ticket: Ticket, person: Person, people: People, now_us: int, principal: str, reason: str
) -> ByHand:
    """The choice of a person for this person, with travel and repair as dispatch reckons them."""
    case = case_of(ticket, people, (), now_us, needs(), weights())
    found = candidate(case, person)
    params: dict[str, Json] = {"person": person.name or person.key, "principal": principal, "reason": reason}
    team = ticket.team if ticket.team in person.teams else next(iter(sorted(person.teams)), None)
    choice = Choice(
        person=person.key,
        way=Way.BY_HAND,
        line=ticket.line,
        team=team,
        travel_us=found.travel_us,
        repair_us=case.need.repair_us,
        reasons=(Text(f"dispatch.way.{Way.BY_HAND}", params), *found.reasons()),
        others=(),
    )
    return ByHand(choice, found.why_not)


def given(ticket: Ticket, choice: Choice) -> Ticket | Refusal:
    """The ticket with whoever was chosen, one version on; what is done is given to nobody."""
    if not ticket.live:
        return Refusal.NOT_FROM_HERE
    return replace(
        ticket,
        assignee=choice.assignee,
        team=choice.team,
        line=choice.line,
        travel_us=choice.travel_us,
        repair_us=choice.repair_us,
        version=ticket.version + 1,
    )


def told(choice: Choice) -> dict[str, Json]:
    """What the event of an assignment tells beside what changed: in what way, and why."""
    return {
        "way": str(choice.way),
        "reasons": [{"code": text.code, "params": dict(text.params)} for text in choice.reasons],
    }
