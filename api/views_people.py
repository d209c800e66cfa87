"""The views of dispatch: candidates with their reasons, work and duty of people, visits, and who is called where."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class ScoreTermView(msgspec.Struct, frozen=True):
    """One term of a score."""

    name: str
    """skill, level, duty, travel, load, team, language or past."""
    value: float
    """0 to 1."""
    weight: float
    said: str
    """As a sentence."""


class CandidateView(msgspec.Struct, frozen=True):
    """A person looked at for a ticket."""

    person: str
    name: str
    chosen: bool
    score: float
    presence: str
    """on_shift, on_call, unplanned, soon, off or absent."""
    travel_s: float
    missing_skills: list[str]
    why_not: str | None
    """absent, declined, off_duty, at_capacity, not_certified, lacks_skill, not_expert, lower_score, not_on_call."""
    said: str | None
    """Why not, as a sentence."""
    terms: list[ScoreTermView]


class CandidatesView(msgspec.Struct, frozen=True):
    """To whom a ticket would go now, and why not to the others."""

    ticket: str
    assignee: str | None
    """Who has it."""
    would_go_to: str | None
    """Who would get it now; null if there is nobody."""
    way: str
    """best, on_call, supervisor or nobody."""
    reasons: list[str]
    repair_s: float
    candidates: list[CandidateView]


class AssignmentView(msgspec.Struct, frozen=True):
    """A ticket that a supervisor gave to somebody."""

    ticket: str
    version: int
    assignee: str
    team: str | None
    travel_s: float
    repair_s: float
    reasons: list[str]
    against: str | None
    """What dispatch would have said against it: absent, off_duty, …; null if nothing."""


class StretchView(msgspec.Struct, frozen=True):
    """From–to."""

    start: TimeText
    end: TimeText


class LoadView(msgspec.Struct, frozen=True):
    """One person's work."""

    person: str
    name: str
    role: str
    presence: str
    on_call: list[str]
    """Rotas on which it is this person's turn now."""
    tickets: list[str]
    """The first due first."""
    late: int
    capacity: int
    shifts: list[StretchView]
    absences: list[StretchView]


class TeamLoadView(msgspec.Struct, frozen=True):
    """A team's work."""

    team: str
    people: list[str]
    tickets: int
    unassigned: int
    capacity: int
    """Of those who are not absent."""


class WorkloadView(msgspec.Struct, frozen=True):
    """Who has how much work; the fullest first."""

    until: TimeText
    unassigned: int
    """Live tickets that nobody has."""
    people: list[LoadView]
    teams: list[TeamLoadView]


class VisitView(msgspec.Struct, frozen=True):
    """Tickets that can be done in one visit, in this order."""

    who: str
    """`person:<key>` or `team:<key>`."""
    tickets: list[str]
    sites: list[str]
    leave_by: TimeText
    travel_s: float
    repair_s: float
    saved_s: float
    said: str


class VisitsView(msgspec.Struct, frozen=True):
    """Proposals; nothing is changed by them."""

    visits: list[VisitView]


class DutyView(msgspec.Struct, frozen=True):
    """Who is called for a place at a time: keys of people; null where nobody is."""

    site: str | None
    at: TimeText
    keeper: str | None
    first: str | None
    second: str | None
    supervisor: str | None
    head: str | None
