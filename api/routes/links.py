"""Signed links: given out and revoked by staff, used without a key by whoever was sent one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Header, Path, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_webhooks as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.idempotency import IdempotencyKey, done_once
from api.languages import language
from api.linked import Linked, may_be_given
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.registry_wire import enum_in
from api.routes.registry import Reason
from api.state import State, state_of
from api.times import TimeIn
from api.views_links import (
    IssuedLinkView,
    LinkedReport,
    LinkedView,
    LinkView,
    issued_view,
    link_view,
    linked_report,
)
from api.ways import LINK, LinkRoute, UsedLink
from api.wire import Key, Line, Wire, Words
from store.repositories import checks, links
from store.repositories.links import Bound, Link, Purpose
from store.repositories.records import By
from tickets.nouns import Ticket
from tickets.states import Act as Step

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["links"])
by_link = APIRouter(prefix=PREFIX, route_class=LinkRoute, tags=["links"])

T = TypeVar("T")
Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
Number = Annotated[str, Field(pattern="^(KW-)?[0-9]{1,12}$")]
Token = Annotated[
    str, Path(max_length=100, description="The token, or `-` with `Authorization: Link <token>`.")
]
AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]
_REFUSED = (Code.NOT_FOUND, Code.TOO_MANY_ATTEMPTS, Code.TRANSITION_REFUSED)
_OURS = frozenset({Purpose.ACKNOWLEDGE})
"""Given out by the system alone, to the one it calls: by it one acts as somebody."""


class LinkIn(Wire):
    """What a link is made for."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LINK_IN]})

    purpose: enum_in(Purpose)  # type: ignore[valid-type]
    ticket: Number | None = None
    """To follow it, or to ask about it."""
    customer: Key
    """For whom: its people see what is meant for it."""
    expires: TimeIn | None = None


class LinkCommentIn(Wire):
    """What the customer has to say."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMMENT_BY_LINK_IN]})

    text: Annotated[Words, Field(min_length=1)]


class ReasonIn(Wire):
    """Why it is not solved."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LINK_REASON_IN]})

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class SurveyIn(Wire):
    """How it was."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SURVEY_IN]})

    score: Annotated[int, Field(ge=1, le=5)]
    """1 bad, 5 very good."""
    words: Annotated[Words, Field(max_length=2000)] = ""


class LinkReportIn(Wire):
    """What the trouble is."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LINK_REPORT_IN]})

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    description: Words = ""


class AcknowledgeIn(Wire):
    """That one has seen it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ACKNOWLEDGE_IN]})

    accept: bool = False
    """Take the ticket too."""
    words: Annotated[str, Field(max_length=2000)] = ""


@router.post("/signed-links", **operation(Act.MANAGE_LINKS, IssuedLinkView, examples.ISSUED_LINK, status=201))
async def issue_link(request: Request, asker: Asker, body: LinkIn, reason: Reason = "") -> Response:
    """Make a link for a customer. Its token is in this answer and nowhere else."""
    state = state_of(request)
    if body.purpose in _OURS:
        raise invalid("body/purpose", "links.only_by_the_system")
    by = By(asker.name, state.services.now_us(), reason)
    ticket = await _ticket(state, body)
    bound = Bound(ticket_id=ticket.id if ticket else None, customer=body.customer)

    def write(connection: Any) -> tuple[Link, str]:
        if not checks.exists(connection, "customer", body.customer):
            raise invalid("body/customer", "unknown_reference", kind="customer", key=body.customer)
        with as_problems():
            return links.issue(connection, body.purpose, bound, by, body.expires)

    link, token = await state.write(write)
    return JsonAnswer(issued_view(link, token), 201)


@router.get(
    "/signed-links",
    **operation(Act.MANAGE_LINKS, Page[LinkView], examples.LINKS, problems=(Code.BAD_CURSOR, Code.NOT_FOUND)),
)
async def list_links(
    request: Request,
    asker: Asker,
    ticket: Annotated[Number | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """All links (of one ticket), the oldest first, revoked and expired ones too."""
    state = state_of(request)
    after = read_cursor(request, cursor, str) or ""
    about = await _by_number(state, ticket) if ticket else None
    if ticket and about is None:
        raise Problem(Code.NOT_FOUND)
    rows = await state.read(links.all_of_them, about.id if about else None, after, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    return JsonAnswer(
        Page([link_view(row) for row in shown], following), headers=next_link(request, following)
    )


@router.post(
    "/signed-links/{id}/revoke",
    **operation(Act.MANAGE_LINKS, LinkView, examples.LINK, problems=(Code.NOT_FOUND,)),
)
async def revoke_link(request: Request, asker: Asker, id: Id, reason: Reason = "") -> Response:
    """From now on the link opens nothing."""
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), reason)

    def write(connection: Any) -> Link:
        if links.get(connection, id) is None:
            raise Problem(Code.NOT_FOUND)
        return links.revoke(connection, id, by)

    return JsonAnswer(link_view(await state.write(write)))


@by_link.get(
    "/links/{token}",
    **operation(Act.LINK_READ, LinkedView, examples.LINKED, problems=_REFUSED[:2], way=LINK),
)
async def read_link(
    request: Request, token: Token, link: UsedLink, accept_language: AcceptLanguage = "en"
) -> Response:
    """What a link is about. Looking does nothing, so that a mail scanner that follows links does nothing either."""
    return await _used(request, link, Linked.look, accept_language)


@by_link.post(
    "/links/{token}/comment",
    **operation(Act.LINK_COMMENT, LinkedView, examples.LINKED, status=201, problems=(*_REFUSED, Code.KEY_REUSED), way=LINK),
)  # fmt: skip
async def comment_by_link(
    request: Request, token: Token, link: UsedLink, body: LinkCommentIn, idempotency_key: IdempotencyKey = None,
    accept_language: AcceptLanguage = "en",
) -> Response:  # fmt: skip
    """Say something on the ticket."""
    lang = language(accept_language)

    def act(linked: Linked) -> LinkedView:
        linked.comment(body.text)
        return linked.view(lang)

    return await _once(request, link, idempotency_key, act, accept_language)


@by_link.post(
    "/links/{token}/confirm",
    **operation(Act.LINK_CONFIRM, LinkedView, examples.LINKED, problems=_REFUSED, way=LINK),
)
async def confirm_by_link(
    request: Request, token: Token, link: UsedLink, accept_language: AcceptLanguage = "en"
) -> Response:
    """It is solved, says the customer."""
    return await _used(
        request, link, lambda linked: linked.move(Act.LINK_CONFIRM, Step.CONFIRM), accept_language
    )


@by_link.post(
    "/links/{token}/reopen",
    **operation(Act.LINK_REOPEN, LinkedView, examples.LINKED, problems=_REFUSED, way=LINK),
)
async def reopen_by_link(
    request: Request, token: Token, link: UsedLink, body: ReasonIn, accept_language: AcceptLanguage = "en"
) -> Response:
    """It is not solved, says the customer, and why."""
    return await _used(
        request, link, lambda linked: linked.move(Act.LINK_REOPEN, Step.REOPEN, body.reason), accept_language
    )


@by_link.post(
    "/links/{token}/survey",
    **operation(Act.LINK_SURVEY, LinkedView, examples.LINKED, problems=_REFUSED, way=LINK),
)
async def survey_by_link(
    request: Request, token: Token, link: UsedLink, body: SurveyIn, accept_language: AcceptLanguage = "en"
) -> Response:
    """How it was, from 1 to 5, and in the customer's words. A ticket is asked about once, after it was confirmed."""
    return await _used(request, link, lambda linked: linked.survey(body.score, body.words), accept_language)


@by_link.post(
    "/links/{token}/report",
    **operation(
        Act.LINK_REPORT, LinkedReport, examples.LINKED_REPORT, status=201,
        problems=(Code.NOT_FOUND, Code.TOO_MANY_ATTEMPTS, Code.KEY_REUSED), way=LINK,
    ),
)  # fmt: skip
async def report_by_link(
    request: Request, token: Token, link: UsedLink, body: LinkReportIn, idempotency_key: IdempotencyKey = None,
    accept_language: AcceptLanguage = "en",
) -> Response:  # fmt: skip
    """Report trouble. The same link shows then how far it is."""
    lang = language(accept_language)

    def act(linked: Linked) -> LinkedReport:
        return linked_report(linked.report(body.title, body.description), lang)

    return await _once(request, link, idempotency_key, act, accept_language)


@by_link.post(
    "/links/{token}/acknowledge",
    **operation(Act.LINK_ACKNOWLEDGE, LinkedView, examples.LINKED, problems=_REFUSED, way=LINK),
)
async def acknowledge_by_link(
    request: Request,
    token: Token,
    link: UsedLink,
    body: AcknowledgeIn,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """One has seen the alarm, and perhaps accepts the ticket, in the name of whom the link was made for."""
    return await _used(
        request,
        link,
        lambda linked: linked.acknowledge(accept=body.accept, words=body.words),
        accept_language,
    )


async def _used(
    request: Request, link: Link, act: Callable[[Linked], None], accept_language: str
) -> Response:
    """What the link shows after an act through it, in one transaction."""
    state, lang = state_of(request), language(accept_language)
    ownership = await state.ownership()

    def write(connection: Any) -> LinkedView:
        linked = Linked(connection, state.services, ownership, link)
        act(linked)
        return linked.view(lang)

    return JsonAnswer(await state.write(write), headers=_spoken(accept_language))


async def _once(
    request: Request, link: Link, key: str | None, act: Callable[[Linked], T], accept_language: str
) -> Response:
    """As `_used`, for what creates something: with an Idempotency-Key it is done once."""
    state = state_of(request)
    ownership = await state.ownership()

    def write(connection: Any) -> Any:
        return msgspec.to_builtins(act(Linked(connection, state.services, ownership, link)))

    answer = await done_once(state, request, link.principal(), key, write)
    return JsonAnswer(answer, 201, _spoken(accept_language))


async def _ticket(state: State, body: LinkIn) -> Ticket | None:
    """The ticket that is named.

    Raises:
        Problem: invalid, if there is none, or it is not that customer's.
    """
    if body.ticket is None:
        if body.purpose is not Purpose.REPORT:
            raise invalid("body/ticket", "missing")
        return None
    found = await _by_number(state, body.ticket)
    if found is None:
        raise invalid("body/ticket", "unknown_reference", kind="ticket", key=body.ticket)
    if not may_be_given(await state.ownership(), found, body.customer):
        raise invalid("body/customer", "links.not_their_ticket")
    return found


async def _by_number(state: State, number: str) -> Ticket | None:
    return await state.read(state.services.tickets.by_number, int(number.removeprefix("KW-")))


def _spoken(accept_language: str) -> dict[str, str]:
    return {"Content-Language": language(accept_language), "Vary": "Accept-Language"}
