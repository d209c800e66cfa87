"""Tickets: listed, opened by hand, read with all their reasons, moved through their states, commented on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.answers import Answer
from api.clock_text import Judging, with_clocks
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.idempotency import IdempotencyKey, done_once
from api.languages import language
from api.openapi import operation
from api.ownership import Ownership
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, bound, owner_of
from api.problems import Code, Problem
from api.refusals import as_problems
from api.services import TicketRows
from api.state import State, state_of
from api.ticket_acts import CommentIn, MoveIn, TicketIn, drafted, moved
from api.ticket_text import comment_view, ticket_full, ticket_view
from api.times import TimeIn
from api.versions import IfMatch, any_version, etag
from api.views_desk import CommentView, TicketFull, TicketView
from registry.nouns import Principal
from store.repositories import verdicts
from store.repositories.findings import FindingFilter
from store.repositories.records import By
from store.repositories.tickets import TicketFilter
from texts import Language
from tickets.clocks.priority import context_of
from tickets.nouns import Priority, Ticket, TicketKind, TicketState
from tickets.states import ways

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["tickets"])

Number = Annotated[
    str, Path(pattern="^(KW-)?[0-9]{1,12}$", description="The number for people, with or without `KW-`.")
]
AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]
_PAGE = 500
_FINDINGS = 200


@router.get(
    "/tickets", **operation(Act.READ_TICKETS, Page[TicketView], examples.TICKETS, problems=(Code.BAD_CURSOR,))
)
async def list_tickets(
    request: Request,
    asker: Asker,
    state: Annotated[list[TicketState] | None, Query(max_length=20)] = None,
    kind: Annotated[list[TicketKind] | None, Query(max_length=10)] = None,
    priority: Annotated[list[str] | None, Query(max_length=5, description="P1 … P5")] = None,
    zone: Annotated[str | None, Query(max_length=64)] = None,
    site: Annotated[str | None, Query(max_length=64)] = None,
    cause: Annotated[str | None, Query(max_length=300)] = None,
    since: Annotated[TimeIn | None, Query(description="Opened at or after.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Tickets that one may see, the newest first."""
    app, lang = state_of(request), language(accept_language)
    after = read_cursor(request, cursor, int)
    reader = asker.name if bound(asker) else "staff"
    question, sequence = (reader, lang, request.url.query), await app.newest_event()
    found = app.answers.get(sequence, question)
    if found is None:
        which = TicketFilter(
            states=state, kinds=kind, priorities=_priorities(priority), zones=[zone] if zone else None,
            sites=[site] if site else None, cause=cause, since_us=since,
        )  # fmt: skip
        page = await _page(request, asker, which, after, limit, lang)
        found = Answer(msgspec.json.encode(page), {**next_link(request, page.next), **_spoken(lang)})
        app.answers.keep(sequence, question, found)
    return JsonAnswer(msgspec.Raw(found.body), headers=found.headers)


async def _page(
    request: Request, asker: Principal, which: TicketFilter, after: int | None, limit: int, lang: Language
) -> Page[TicketView]:
    """One page of tickets, newest first."""
    app = state_of(request)
    ownership = await app.ownership() if bound(asker) else None

    def gather(connection: Any) -> Page[TicketView]:
        rows = _own(connection, app.services.tickets, asker, ownership, which, after, limit + 1)
        shown, last = cut(rows, limit)
        following = write_cursor(request, last.number) if last else None
        return Page([ticket_view(row, lang, asker, _own_lots(asker, ownership)) for row in shown], following)

    return await app.read(gather)


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
    now_us = app.services.now_us()
    known = await app.read(app.services.policies)
    draft = drafted(body, asker, ownership, known.at(now_us), now_us)
    lang = language(accept_language)

    def act(connection: Any) -> Any:
        ticket = app.services.tickets.open_by_hand(connection, draft, By(asker.name, now_us))
        return msgspec.to_builtins(ticket_view(ticket, lang, asker, _own_lots(asker, ownership)))

    answer: Any = await done_once(app, request, asker, idempotency_key, act)
    headers = {"Location": f"/api/v1/tickets/{answer['number']}", **etag(answer["version"]), **_spoken(lang)}
    return JsonAnswer(answer, 201, headers)


@router.get(
    "/tickets/{number}",
    **operation(Act.READ_TICKETS, TicketFull, examples.TICKET_FULL, problems=(Code.NOT_FOUND,)),
)
async def read_ticket(
    request: Request, asker: Asker, number: Number, accept_language: AcceptLanguage = "en"
) -> Response:
    """A ticket with everything that explains it, in the language asked for."""
    app = state_of(request)
    ticket = await _find(app, asker, Act.READ_TICKETS, number)
    return await _full_answer(app, asker, ticket, accept_language)


@router.post(
    "/tickets/{number}/transitions",
    **operation(
        Act.MOVE_TICKET, TicketFull, examples.TICKET_FULL,
        problems=(Code.NOT_FOUND, Code.TRANSITION_REFUSED, Code.CHANGED_MEANWHILE),
    ),
)  # fmt: skip
async def move_ticket(
    request: Request,
    asker: Asker,
    number: Number,
    body: MoveIn,
    if_match: IfMatch = None,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Do one of `acts` to a ticket: accept, start, hold, resolve, reopen, merge, …"""
    app = state_of(request)
    ticket = await _find(app, asker, Act.MOVE_TICKET, number)
    into = await _find(app, asker, Act.MOVE_TICKET, body.into) if body.into else None
    version, now_us = any_version(if_match), app.services.now_us()
    after = await app.write(moved, app.services, asker, ticket, body, into, version, now_us)
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
    """Say something on a ticket."""
    app = state_of(request)
    ticket = await _find(app, asker, Act.COMMENT, number)
    by = By(asker.name, app.services.now_us())

    def act(connection: Any) -> Any:
        with as_problems():
            said = app.services.tickets.comment(connection, ticket.id, body.text, by)
        return msgspec.to_builtins(comment_view(said, ticket, "en"))

    return JsonAnswer(await done_once(app, request, asker, idempotency_key, act), 201)


async def _full_answer(app: State, asker: Principal, ticket: Ticket, accept_language: str) -> Response:
    lang = language(accept_language)
    whole = await app.ownership()
    ownership = whole if bound(asker) else None

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
        view = ticket_view(ticket, lang, asker, _own_lots(asker, ownership))
        said = verdicts.of_ticket(connection, ticket.id)
        full = ticket_full(view, ticket, lang, asker, findings, comments, history, acts, said)
        found = Judging(services.policies(connection), context_of(ticket, whole.goods), services.now_us())
        return with_clocks(full, ticket, history, found, lang, asker)

    return JsonAnswer(await app.read(gather), headers={**etag(ticket.version), **_spoken(lang)})


def may_move(asker: Principal) -> bool:
    """Whether the asker's role ever moves tickets over HTTP."""
    return may(asker, Act.MOVE_TICKET)


async def _find(app: State, asker: Principal, act: Act, number: str) -> Ticket:
    """The ticket, if it exists and may be seen."""
    ticket = await app.read(app.services.tickets.by_number, int(number.removeprefix("KW-")))
    if ticket is None:
        raise Problem(Code.NOT_FOUND)
    if bound(asker):
        permit(asker, act, (await app.ownership()).of_ticket(ticket))
    return ticket


def _own(
    connection: Any,
    tickets: TicketRows,
    asker: Principal,
    ownership: Ownership | None,
    which: TicketFilter,
    after: int | None,
    limit: int,
) -> list[Ticket]:
    """The first tickets that the asker may see, read a page at a time."""
    if ownership is None:
        return tickets.find(connection, which, after, limit)
    out: list[Ticket] = []
    while page := tickets.find(connection, which, after, _PAGE):
        out += [row for row in page if may(asker, Act.READ_TICKETS, ownership.of_ticket(row))]
        if len(out) >= limit or len(page) < _PAGE:
            break
        after = page[-1].number
    return out[:limit]


def _own_lots(asker: Principal, ownership: Ownership | None) -> frozenset[str] | None:
    """The lots that the asker may know of; None for whoever may know of all."""
    owner = owner_of(asker)
    if ownership is None or not bound(asker):
        return None
    return ownership.belongings.lots_of(owner) if owner else frozenset()


def _priorities(names: Sequence[str] | None) -> list[Priority] | None:
    if names is None:
        return None
    known = [Priority[name] for name in names if name in Priority.__members__]
    if len(known) < len(names):
        raise Problem(
            Code.INVALID,
            {"n": 1},
            [("query/priority", "bad_choice", {"limit": ", ".join(Priority.__members__)})],
        )
    return known


def _spoken(lang: str) -> dict[str, str]:
    return {"Content-Language": lang, "Vary": "Accept-Language"}
