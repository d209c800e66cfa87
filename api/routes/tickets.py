"""One ticket: opened by hand, read with all its reasons, moved through its states, commented on."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.clock_text import Judging, with_clocks
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.idempotency import IdempotencyKey, done_once
from api.languages import language
from api.meanwhile import told_of
from api.openapi import operation
from api.own_times import own_time
from api.policy import Act, bound
from api.problems import Code, Problem
from api.state import State, state_of
from api.ticket_acts import deed_of, drafted, moved, opened, said
from api.ticket_asked import Sight
from api.ticket_text import comment_view, sentence, ticket_full, ticket_view
from api.ticket_wire import NUMBER, CommentIn, MoveIn, TicketIn
from api.versions import IfMatch, any_version, etag
from api.views_desk import CommentView, TicketFull, TicketView
from registry.nouns import Principal
from store.repositories import ticket_work, verdicts
from store.repositories.findings import FindingFilter
from texts import Language
from tickets.clocks.priority import context_of
from tickets.mapping import System
from tickets.nouns import Ticket
from tickets.states import ways

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["tickets"])

Number = Annotated[str, Path(pattern=NUMBER, description="The number for people, with or without `KW-`.")]
AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]
_FINDINGS = 200


@router.post(
    "/tickets",
    **operation(
        Act.OPEN_TICKET, TicketView, examples.TICKET, status=201, problems=(Code.NOT_FOUND, Code.KEY_REUSED)
    ),
)
async def open_ticket(
    request: Request,
    asker: Asker,
    body: TicketIn,
    idempotency_key: IdempotencyKey = None,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Open a ticket by hand. A customer opens tickets about its own goods only."""
    app = state_of(request)
    ownership = await app.ownership()
    parent = await find_ticket(app, asker, Act.MOVE_TICKET, body.parent) if body.parent else None
    now_us = app.services.now_us()
    policy = (await app.read(app.services.policies)).at(now_us)
    draft = drafted(body, asker, ownership, policy, now_us)
    lang = language(accept_language)
    known = (await sight(app, asker, lang)).known

    def act(connection: Any) -> Any:
        ticket = opened(connection, asker, draft, body, parent, policy, now_us)
        return msgspec.to_builtins(ticket_view(ticket, lang, asker, known))

    answer: Any = await done_once(app, request, asker, idempotency_key, act)
    headers = {"Location": f"/api/v1/tickets/{answer['number']}", **etag(answer["version"]), **spoken(lang)}
    return JsonAnswer(answer, 201, headers)


@router.get(
    "/tickets/{number}",
    **operation(Act.READ_TICKETS, TicketFull, examples.TICKET_FULL, problems=(Code.NOT_FOUND,)),
)
async def read_ticket(
    request: Request,
    asker: Asker,
    number: Number,
    system: Annotated[System | None, Query(description="In whose words the state is told too.")] = None,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """A ticket with everything that explains it, in the language asked for."""
    app = state_of(request)
    ticket = await find_ticket(app, asker, Act.READ_TICKETS, number)
    return await _full_answer(app, asker, ticket, accept_language, system)


@router.post(
    "/tickets/{number}/transitions",
    **operation(
        Act.MOVE_TICKET, TicketFull, examples.TICKET_FULL,
        problems=(Code.NOT_FOUND, Code.TRANSITION_REFUSED, Code.CHANGED_MEANWHILE, Code.KEY_REUSED),
    ),
)  # fmt: skip
async def move_ticket(
    request: Request,
    asker: Asker,
    number: Number,
    body: MoveIn,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Do one of `acts` to a ticket: accept, hand over, hold, resolve, confirm, rate, reopen, merge, …

    What was done without a network says when (`at`); a refusal then tells what others did meanwhile.
    """
    app = state_of(request)
    ticket = await find_ticket(app, asker, Act.MOVE_TICKET, number)
    into = await find_ticket(app, asker, Act.MOVE_TICKET, body.into) if body.into else None
    version, now_us = any_version(if_match), app.services.now_us()
    grades = (await app.read(app.services.policies)).at(now_us).grades
    deed = deed_of(body, asker, into, ticket, await app.ownership(), grades)
    at_us = None if body.at is None else own_time(body.at, now_us, "body/at")
    owned = (await app.ownership()).of_ticket(ticket)

    def act(connection: Any) -> Any:
        with told_of(connection, asker, ticket, owned, now_us, at_us):
            return moved(connection, app.services, asker, ticket, deed, version, now_us, at_us).number

    done: Any = await done_once(app, request, asker, idempotency_key, act)
    after = await app.read(app.services.tickets.by_number, int(done))
    assert after is not None  # it was there when the act was done, and tickets are never removed
    return await _full_answer(app, asker, after, accept_language)


@router.post(
    "/tickets/{number}/comments",
    **operation(
        Act.COMMENT, CommentView, examples.COMMENT, status=201, problems=(Code.NOT_FOUND, Code.KEY_REUSED)
    ),
)
async def comment_ticket(
    request: Request, asker: Asker, number: Number, body: CommentIn, idempotency_key: IdempotencyKey = None
) -> Response:
    """Say something on a ticket; the customer reads it if it is public. A customer's word ends a hold for the customer."""
    app = state_of(request)
    ticket = await find_ticket(app, asker, Act.COMMENT, number)
    now_us = app.services.now_us()
    at_us = None if body.at is None else own_time(body.at, now_us, "body/at")

    def act(connection: Any) -> Any:
        comment = said(connection, asker, ticket, body, now_us, at_us)
        return msgspec.to_builtins(comment_view(comment, ticket, "en", asker))

    return JsonAnswer(await done_once(app, request, asker, idempotency_key, act), 201)


async def _full_answer(
    app: State, asker: Principal, ticket: Ticket, accept_language: str, system: System | None = None
) -> Response:
    lang = language(accept_language)
    see = await sight(app, asker, lang)
    ownership, goods = see.ownership, (await app.ownership()).goods

    def gather(connection: Any) -> TicketFull:
        services = app.services
        findings = services.findings.find(
            connection, FindingFilter(ticket_id=ticket.id, include_retracted=True), None, _FINDINGS
        )
        if ownership is not None:
            findings = [f for f in findings if may(asker, Act.READ_FINDINGS, ownership.of_finding(f))]
        comments = services.tickets.comments_of(connection, ticket.id)
        history = services.tickets.history(connection, ticket.id)
        acts = [str(act) for act in ways(ticket, asker.role)] if may_move(asker) else []
        view = ticket_view(ticket, lang, asker, see.known, system)
        verdict = verdicts.of_ticket(connection, ticket.id)
        work = (
            ticket_work.sheet_of(connection, ticket.id),
            ticket_work.survey_of(connection, ticket.id),
            ticket_work.parts_of(connection, ticket.id),
        )
        other = services.tickets.get(connection, ticket.merged_into) if ticket.merged_into else None
        if other and ownership and not may(asker, Act.READ_TICKETS, ownership.of_ticket(other)):
            other = None
        full = ticket_full(view, ticket, lang, asker, findings, comments, history, acts, verdict, work, other)
        judging = Judging(services.policies(connection), context_of(ticket, goods), services.now_us())
        return with_clocks(full, ticket, history, judging, lang, asker)

    return JsonAnswer(await app.read(gather), headers={**etag(ticket.version), **spoken(lang)})


def may_move(asker: Principal) -> bool:
    """Whether the asker's role ever moves tickets over HTTP."""
    return may(asker, Act.MOVE_TICKET)


async def find_ticket(app: State, asker: Principal, act: Act, number: str) -> Ticket:
    """The ticket, if it exists and may be seen."""
    ticket = await app.read(app.services.tickets.by_number, int(number.removeprefix("KW-")))
    if ticket is None:
        raise Problem(Code.NOT_FOUND)
    if bound(asker):
        permit(asker, act, (await app.ownership()).of_ticket(ticket))
    return ticket


async def sight(app: State, asker: Principal, lang: Language) -> Sight:
    """What the asker may see of tickets."""
    ownership = await app.ownership() if bound(asker) else None
    return Sight(asker, ownership, lambda ticket: sentence(ticket.title, ticket, lang))


def spoken(lang: str) -> dict[str, str]:
    """The headers of an answer in a language."""
    return {"Content-Language": lang, "Vary": "Accept-Language"}
