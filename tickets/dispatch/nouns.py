"""The nouns of dispatch: people as they stand, a candidate with every term of the score, and a choice with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from detect.nouns import Json
from registry.duty import Duty
from registry.nouns import Person, Site, Team
from tickets.happened import Happened as Happened
from tickets.nouns import Line, Text


class Past(NamedTuple):
    """Earlier work of a person: how often it was done, and how often it stayed done."""

    done: int = 0
    good: int = 0


@dataclass(frozen=True, slots=True)
class People:
    """Everybody and all that dispatch knows of them, as of one time."""

    persons: Mapping[str, Person]
    teams: Mapping[str, Team]
    sites: Mapping[str, Site]
    duty: Duty
    load: Mapping[str, int] = field(default_factory=dict)
    """Person → how many live tickets he or she has."""
    past: Mapping[tuple[str, str], Past] = field(default_factory=dict)
    """(person, subject of tickets or `zone:<key>`) → earlier work there."""
    equipment: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Zone → the kinds of its equipment; `equipment:<key>` → its own kind alone."""
    owners: Mapping[str, str] = field(default_factory=dict)
    """Lot → customer, at least of the lots of live tickets."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """`customer:<key>` or `site:<key>` → the language that is spoken there."""
    ways: dict[tuple[str, str], int] = field(default_factory=dict, compare=False)
    """(person, site) → how long the way is, as far as anybody asked."""
    suiting: dict[object, object] = field(default_factory=dict, compare=False)
    """How people suit work of a kind, as far as anybody asked (`tickets.dispatch.scoring`)."""


class Presence(StrEnum):
    """How somebody can be had for a ticket. `dispatch.presence.<name>` says it to people."""

    ON_SHIFT = "on_shift"
    ON_CALL = "on_call"
    UNPLANNED = "unplanned"
    SOON = "soon"
    """Off duty, but the next shift begins early enough."""
    OFF = "off"
    ABSENT = "absent"


class WhyNot(StrEnum):
    """Why somebody was not chosen. `dispatch.why_not.<name>` says it to people."""

    ABSENT = "absent"
    DECLINED = "declined"
    OFF_DUTY = "off_duty"
    AT_CAPACITY = "at_capacity"
    NOT_CERTIFIED = "not_certified"
    """A certificate that the work needs is missing or has expired."""
    LACKS_SKILL = "lacks_skill"
    """Others have all skills that are needed."""
    NOT_EXPERT = "not_expert"
    """The ticket is with the experts."""
    LOWER_SCORE = "lower_score"
    NOT_ON_CALL = "not_on_call"
    """Goods are at risk and nobody is on shift: the person on call goes."""


class Way(StrEnum):
    """In what way the person was found. `dispatch.way.<name>` says it to people."""

    BEST = "best"
    """The best score of all who suit."""
    ON_CALL = "on_call"
    """Goods are at risk and nobody is on shift."""
    SUPERVISOR = "supervisor"
    """Nobody suits."""
    NOBODY = "nobody"
    """There is not even a supervisor."""
    BY_HAND = "by_hand"
    """A supervisor said so."""


class Term(NamedTuple):
    """One term of a score."""

    name: str
    """As in `weights.toml`; `dispatch.term.<name>` says it to people."""
    value: float
    """0…1."""
    weight: float
    params: Mapping[str, Json]
    """What the sentence shows."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person looked at for a ticket."""

    person: Person
    presence: Presence
    score: float
    """Sum of weight × value; at most the sum of the weights."""
    terms: tuple[Term, ...]
    travel_us: int
    missing: tuple[str, ...] = ()
    """Skills that are needed and lacking."""
    why_not: WhyNot | None = None
    """The first reason against; None for the one who was chosen."""

    def passed_over(self, why_not: WhyNot) -> Candidate:
        """The same, not chosen for this reason; a fifth of the time of `dataclasses.replace`, for it is done for everybody."""
        return Candidate(
            self.person, self.presence, self.score, self.terms, self.travel_us, self.missing, why_not
        )

    def reasons(self) -> tuple[Text, ...]:
        """Every term as a sentence."""
        return tuple(Text(f"dispatch.term.{term.name}", _shown(term)) for term in self.terms)

    def told(self) -> Text:
        """Why this person was not chosen."""
        params: dict[str, Json] = {
            "person": self.person.name or self.person.key, "score": round(self.score, 1),
            "why": {"code": f"dispatch.why_not.{self.why_not}", "params": {"skills": list(self.missing)}},
        }  # fmt: skip
        return Text("dispatch.not_chosen", params)


def _shown(term: Term) -> dict[str, Json]:
    return {**term.params, "points": round(term.value * term.weight, 1), "of": term.weight}


@dataclass(frozen=True, slots=True)
class Choice:
    """To whom a ticket goes, and why."""

    person: str | None
    """Key; None only if there is nobody at all (`way` says so)."""
    way: Way
    line: Line
    team: str | None
    """Key of the person's team that the ticket concerns, if one does."""
    travel_us: int
    repair_us: int
    reasons: tuple[Text, ...]
    """Why this one, the most important first; to be kept on the ticket."""
    others: tuple[Candidate, ...]
    """Everybody looked at, the chosen one left out, in the order in which they would be asked."""

    @property
    def assignee(self) -> str | None:
        """As `Ticket.assignee` has it."""
        return None if self.person is None else f"person:{self.person}"
