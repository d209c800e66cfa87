"""Dispatch in words: candidates, work and visits as they are sent, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.times import text_of
from api.views_people import (
    CandidatesView,
    CandidateView,
    LoadView,
    ScoreTermView,
    StretchView,
    TeamLoadView,
    VisitView,
    WorkloadView,
)
from detect.nouns import Json
from texts import Language, render
from tickets.dispatch.nouns import Candidate, Choice, People
from tickets.dispatch.visits import Visit
from tickets.dispatch.workload import Load, TeamLoad
from tickets.nouns import Text, Ticket

_S = 1_000_000


def said_in(texts: Iterable[Text], lang: Language, time_zone: str) -> list[str]:
    """Sentences in a language."""
    return [render(text.code, text.params, lang, time_zone) for text in texts]


def candidates_view(
    ticket: Ticket, choice: Choice, ranked: Sequence[Candidate], lang: Language
) -> CandidatesView:
    """To whom a ticket would go, and all who were looked at."""
    return CandidatesView(
        ticket=ticket.name,
        assignee=ticket.assignee,
        would_go_to=choice.person,
        way=str(choice.way),
        reasons=said_in(choice.reasons, lang, ticket.time_zone),
        repair_s=choice.repair_us / _S,
        candidates=[_candidate(one, choice, ticket, lang) for one in ranked],
    )


def _candidate(one: Candidate, choice: Choice, ticket: Ticket, lang: Language) -> CandidateView:
    chosen = one.person.key == choice.person
    told = None if chosen or one.why_not is None else one.told()
    said = said_in(one.reasons(), lang, ticket.time_zone)
    return CandidateView(
        person=one.person.key,
        name=one.person.name,
        chosen=chosen,
        score=round(one.score, 3),
        presence=str(one.presence),
        travel_s=one.travel_us / _S,
        missing_skills=list(one.missing),
        why_not=None if told is None else str(one.why_not),
        said=None if told is None else render(told.code, told.params, lang, ticket.time_zone),
        terms=[
            ScoreTermView(term.name, round(term.value, 4), term.weight, words)
            for term, words in zip(one.terms, said, strict=True)
        ],
    )


def workload_view(
    loads: Iterable[Load], teams: Iterable[TeamLoad], unassigned: int, until_us: int
) -> WorkloadView:
    """Work and duty of all."""
    return WorkloadView(
        until=text_of(until_us),
        unassigned=unassigned,
        people=[_load(one) for one in loads],
        teams=[
            TeamLoadView(one.team, list(one.people), one.live, one.unassigned, one.capacity) for one in teams
        ],
    )


def _load(one: Load) -> LoadView:
    return LoadView(
        person=one.person.key,
        name=one.person.name,
        role=str(one.person.role),
        presence=str(one.presence),
        on_call=list(one.on_call),
        tickets=list(one.live),
        late=one.late,
        capacity=one.capacity,
        shifts=[StretchView(text_of(start), text_of(_held(end))) for start, end in one.shifts],
        absences=[StretchView(text_of(start), text_of(_held(end))) for start, end in one.absences],
    )


def _held(end_us: int) -> int:
    """An end that is not known is the last day that a text can say."""
    return min(end_us, 253_370_764_800_000_000)


def visit_view(visit: Visit, people: People, lang: Language) -> VisitView:
    """A visit, and what it is in one sentence."""
    zone = people.sites[visit.sites[0]].time_zone
    names: list[Json] = [people.sites[site].name or site for site in visit.sites]
    said = render(
        "dispatch.nearby",
        {
            "n": len(visit.tickets), "sites": names, "leave_by_us": visit.leave_by_us, "repair_us": visit.repair_us,
            "saved_us": visit.saved_us,
        },
        lang, zone,
    )  # fmt: skip
    return VisitView(
        visit.who, list(visit.tickets), list(visit.sites), text_of(visit.leave_by_us), visit.travel_us / _S,
        visit.repair_us / _S, visit.saved_us / _S, said,
    )  # fmt: skip
