"""Dispatch: who suits a ticket and why, giving it to somebody, who has how much work, and what can be done in one visit."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from pydantic import ConfigDict, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from api import examples_people as examples
from api.dispatch_text import candidates_view, said_in, visit_view, workload_view
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.openapi import operation
from api.policy import Act, acting_as
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.staffing import read_staff
from api.state import State, state_of
from api.times import TimeIn, text_of
from api.versions import IfMatch, any_version, etag
from api.views_people import AssignmentView, CandidatesView, DutyView, VisitsView, WorkloadView
from api.wire import Key, Line, Wire
from ingest.nouns import US_PER_DAY
from registry.nouns import KEY_PATTERN, Level
from store.repositories import staffing
from store.repositories.records import By
from store.repositories.tickets import RefusedError
from texts import Language
from tickets.dispatch import assigning, ladder
from tickets.dispatch.choosing import candidates, choose
from tickets.dispatch.visits import visits
from tickets.dispatch.workload import workload
from tickets.nouns import Ticket

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["people"])

Number = Annotated[
    str, Path(pattern="^(KW-)?[0-9]{1,12}$", description="The number for people, with or without `KW-`.")
]
AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]
SiteKey = Annotated[str | None, Query(pattern=f"^{KEY_PATTERN}$")]


class AssignIn(Wire):
    """To whom, and why not to whom dispatch would give it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ASSIGN_IN]})

    to: Key
    reason: Annotated[Line, StringConstraints(min_length=1)]


@router.get(
    "/tickets/{number}/candidates",
    **operation(Act.READ_STAFF, CandidatesView, examples.CANDIDATES, problems=(Code.NOT_FOUND,)),
)
async def list_candidates(
    request: Request, asker: Asker, number: Number, accept_language: AcceptLanguage = "en"
) -> Response:
    """To whom the ticket would go now, everybody else in the order in which they would be asked, and why not they."""
    app, lang = state_of(request), language(accept_language)
    ticket = await _find(app, number)
    now_us = app.services.now_us()

    def look(connection: Any) -> CandidatesView:
        people = read_staff(connection, app.services.registry(connection), now_us, ticket.lots).people
        log = app.services.tickets.history(connection, ticket.id)
        choice = choose(ticket, people, log, now_us)
        return candidates_view(ticket, choice, candidates(ticket, people, log, now_us), lang)

    return JsonAnswer(await app.read(look), headers=_spoken(lang))


@router.post(
    "/tickets/{number}/assign",
    **operation(
        Act.ASSIGN_TICKET, AssignmentView, examples.ASSIGNMENT,
        problems=(Code.NOT_FOUND, Code.TRANSITION_REFUSED, Code.CHANGED_MEANWHILE),
    ),
)  # fmt: skip
async def assign_ticket(
    request: Request,
    asker: Asker,
    number: Number,
    body: AssignIn,
    if_match: IfMatch = None,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Give the ticket to somebody, whatever dispatch would do; what it would have said against it is answered."""
    app, lang = state_of(request), language(accept_language)
    ticket = await _find(app, number)
    by, version = By(acting_as(asker), app.services.now_us(), body.reason), any_version(if_match)
    view: AssignmentView = await app.write(partial(_assign, app, ticket, body, by, version, lang))
    return JsonAnswer(view, headers={**etag(view.version), **_spoken(lang)})


@router.get("/workload", **operation(Act.READ_STAFF, WorkloadView, examples.WORKLOAD))
async def read_workload(
    request: Request,
    asker: Asker,
    days: Annotated[int, Query(ge=1, le=60, description="Of coming duty.")] = 7,
) -> Response:
    """Live tickets of every person and team, how many they can have, and who is there in the coming days."""
    app = state_of(request)
    now_us = app.services.now_us()
    until_us = now_us + days * US_PER_DAY

    def look(connection: Any) -> WorkloadView:
        staff = read_staff(connection, app.services.registry(connection), now_us)
        loads, teams = workload(staff.people, staff.live, now_us, until_us)
        unassigned = sum(ticket.assignee is None for ticket in staff.live)
        return workload_view(loads, teams, unassigned, until_us)

    return JsonAnswer(await app.read(look))


@router.get("/visits", **operation(Act.READ_STAFF, VisitsView, examples.VISITS))
async def list_visits(request: Request, asker: Asker, accept_language: AcceptLanguage = "en") -> Response:
    """Which tickets one person or team can do in one visit, each in time, the most way saved first."""
    app, lang = state_of(request), language(accept_language)
    now_us = app.services.now_us()

    def look(connection: Any) -> VisitsView:
        staff = read_staff(connection, app.services.registry(connection), now_us)
        found = visits(staff.live, staff.people, now_us)
        return VisitsView([visit_view(visit, staff.people, lang) for visit in found])

    return JsonAnswer(await app.read(look), headers=_spoken(lang))


@router.get("/duty", **operation(Act.READ_STAFF, DutyView, examples.DUTY))
async def read_duty(
    request: Request,
    asker: Asker,
    site: SiteKey = None,
    team: SiteKey = None,
    at: Annotated[TimeIn | None, Query(description="Now, if not given.")] = None,
) -> Response:
    """Who is called for a place at a time, level by level."""
    app = state_of(request)
    when_us = app.services.now_us() if at is None else at

    def look(connection: Any) -> DutyView:
        people = read_staff(connection, app.services.registry(connection), when_us).people
        return DutyView(
            site=site,
            at=text_of(when_us),
            keeper=ladder.keeper_on_duty(people, site, when_us),
            first=ladder.on_call(people, site, when_us, Level.FIRST, team),
            second=ladder.on_call(people, site, when_us, Level.SECOND, team),
            supervisor=ladder.supervisor(people, site, when_us, team),
            head=ladder.head(people, site, when_us, team),
        )

    return JsonAnswer(await app.read(look))


def _assign(
    app: State, ticket: Ticket, body: AssignIn, by: By, version: int | None, lang: Language, connection: Any
) -> AssignmentView:
    """The ticket as given, with the reasons."""
    people = read_staff(connection, app.services.registry(connection), by.time_us, ticket.lots).people
    person = people.persons.get(body.to)
    if person is None:
        raise invalid("body/to", "unknown_reference", kind="person", key=body.to)
    if person.role not in assigning.MAY_WORK:
        raise invalid("body/to", "may_not_work", role=str(person.role))
    hand = assigning.by_hand(ticket, person, people, by.time_us, by.principal, by.reason)
    choice = hand.choice
    try:
        with as_problems():
            given = partial(assigning.given, choice=choice)
            after = staffing.assign(connection, ticket.id, version, given, assigning.told(choice), by)
    except RefusedError as error:
        raise Problem(
            Code.TRANSITION_REFUSED,
            {"reason": f"ticket.refused.{error.refusal}", "state": error.ticket.state},
            refusal=error.refusal,
        ) from error
    return AssignmentView(
        after.name, after.version, after.assignee or "", after.team, after.travel_us / 1e6, after.repair_us / 1e6,
        said_in(choice.reasons, lang, after.time_zone), str(hand.against) if hand.against else None,
    )  # fmt: skip


async def _find(app: State, number: str) -> Ticket:
    ticket = await app.read(app.services.tickets.by_number, int(number.removeprefix("KW-")))
    if ticket is None:
        raise Problem(Code.NOT_FOUND)
    return ticket


def _spoken(lang: str) -> dict[str, str]:
    return {"Content-Language": lang, "Vary": "Accept-Language"}
