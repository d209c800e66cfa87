"""Tickets, many at a time: listed in the order of work, counted, moved together; and the table of their states."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples, examples_loop
from api.answers import Answer
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may
from api.idempotency import IdempotencyKey, done_once
from api.languages import language
from api.loop_text import bulk_view, states_view
from api.openapi import operation
from api.ownership import Ownership
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, bound
from api.problems import Code, Problem
from api.routes.tickets import AcceptLanguage, find_ticket, sight, spoken
from api.state import State, state_of
from api.ticket_acts import deed_of, done
from api.ticket_asked import AskedFor, Sight, filter_of
from api.ticket_text import ticket_view
from api.ticket_wire import BulkIn
from api.views_desk import TicketView
from api.views_loop import BulkResultView, CountsView, CountView, StatesView
from registry.nouns import Principal
from store.repositories.ticket_filter import TicketFilter, TicketOrder, counts, position, unconfirmed_among
from texts import Language
from tickets.clocks.policies import Policy
from tickets.mapping import System
from tickets.nouns import LIVE, Ticket

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["tickets"])

InWordsOf = Annotated[System | None, Query(description="In whose words the state is told too.")]


@router.get(
    "/tickets", **operation(Act.READ_TICKETS, Page[TicketView], examples.TICKETS, problems=(Code.BAD_CURSOR,))
)
async def list_tickets(
    request: Request,
    asker: Asker,
    asked: AskedFor,
    sort: TicketOrder = TicketOrder.NEWEST,
    system: InWordsOf = None,
    cursor: Cursor = None,
    limit: Limit = 100,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Tickets that one may see, the newest first or in the order of work."""
    app, lang = state_of(request), language(accept_language)
    after = read_cursor(request, cursor, tuple[int, ...])
    if after is not None and len(after) != len(_START[sort]):
        raise Problem(Code.BAD_CURSOR)
    reader = asker.name if bound(asker) else "staff"
    question, sequence = (reader, lang, request.url.query), await app.newest_event()
    found = None if asked.personal else app.answers.get(sequence, question)
    if found is None:
        which = await filter_of(app, asker, asked)
        see = await sight(app, asker, lang)
        page = await app.read(_page, request, see, which, sort, after, limit, lang, system)
        found = Answer(msgspec.json.encode(page), {**next_link(request, page.next), **spoken(lang)})
        if not asked.personal:
            app.answers.keep(sequence, question, found)
    return JsonAnswer(msgspec.Raw(found.body), headers=found.headers)


_START = {
    TicketOrder.NEWEST: (0,),
    TicketOrder.ACT_BY: (0, 0),
    TicketOrder.DEADLINE: (0, 0),
    TicketOrder.PRIORITY: (0, 0, 0),
}
"""How many numbers a position has, by order."""


def _page(
    connection: Any,
    request: Request,
    see: Sight,
    which: TicketFilter,
    order: TicketOrder,
    after: tuple[int, ...] | None,
    limit: int,
    lang: Language,
    system: System | None,
) -> Page[TicketView]:
    rows = see.first(connection, which, order, after, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, position(last, order)) if last else None
    known = see.known
    return Page([ticket_view(row, lang, see.asker, known, system) for row in shown], following)


@router.get("/tickets/counts", **operation(Act.READ_TICKETS, CountsView, examples_loop.COUNTS))
async def count_tickets(request: Request, asker: Asker, asked: AskedFor) -> Response:
    """How many of the tickets that one may see there are, by state, kind and priority, and which want a look. Filters as in the list."""
    app = state_of(request)
    which = await filter_of(app, asker, asked)
    see = await sight(app, asker, language(request.headers.get("accept-language", "")))
    now_us = app.services.now_us()
    count = _all_counted if see.ownership is None else _own_counted
    return JsonAnswer(await app.read(count, see, which, now_us))


def _all_counted(connection: Any, _: Sight, which: TicketFilter, now_us: int) -> CountsView:
    found = counts(connection, which, now_us)
    items = [CountView(state, kind, priority.name, n) for state, kind, priority, n in found.rows]
    live = sum(n for state, _kind, _priority, n in found.rows if state in LIVE)
    return CountsView(
        items, sum(item.n for item in items), live, found.overdue, found.act_by_past, found.unassigned, found.unconfirmed
    )  # fmt: skip


def _own_counted(connection: Any, see: Sight, which: TicketFilter, now_us: int) -> CountsView:
    """As `_all_counted`, one by one; who has a ticket is not told to who sees only its own."""
    own = [row for page in see.pages(connection, which, TicketOrder.NEWEST) for row in page]
    sorts: dict[tuple[str, str, str], int] = {}
    for row in own:
        sort = (str(row.state), str(row.kind), row.priority.name)
        sorts[sort] = sorts.get(sort, 0) + 1
    live = [row for row in own if row.live]
    past = sum(row.act_by_us is not None and row.act_by_us < now_us for row in live)
    unconfirmed = unconfirmed_among(connection, [row.id for row in own])
    items = [CountView(*sort, n) for sort, n in sorted(sorts.items())]
    overdue = sum(row.deadline_us < now_us for row in live)
    return CountsView(items, len(own), len(live), overdue, past, 0, unconfirmed)


@router.get("/tickets/states", **operation(Act.READ_TICKETS, StatesView, examples_loop.STATES))
async def read_states(request: Request, asker: Asker) -> Response:
    """The life of a ticket: states with their names here and in other systems, and the transitions, to be drawn."""
    return JsonAnswer(states_view())


@router.post(
    "/tickets/bulk",
    **operation(
        Act.MOVE_TICKET, BulkResultView, examples_loop.BULK_RESULT, problems=(Code.NOT_FOUND, Code.KEY_REUSED)
    ),
)
async def move_tickets(
    request: Request,
    asker: Asker,
    body: BulkIn,
    idempotency_key: IdempotencyKey = None,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Do one act to at most 200 tickets. Each is done or refused by itself; one that is not there or not one's own is not found."""
    app, lang, now_us = state_of(request), language(accept_language), state_of(request).services.now_us()
    ownership = await app.ownership()
    into = await find_ticket(app, asker, Act.MOVE_TICKET, body.into) if body.into else None
    numbers = list(dict.fromkeys(int(number.removeprefix("KW-")) for number in body.numbers))
    many = _Many(
        app, asker, body, into, ownership, (await app.read(app.services.policies)).at(now_us), now_us
    )

    def act(connection: Any) -> Any:
        outcomes = [many.one(connection, number) for number in numbers]
        return msgspec.to_builtins(bulk_view(outcomes, lang, request.url.path))

    return JsonAnswer(await done_once(app, request, asker, idempotency_key, act), headers=spoken(lang))


class _Many:
    """One act for many tickets."""

    def __init__(
        self, app: State, asker: Principal, body: BulkIn, into: Ticket | None, ownership: Ownership, policy: Policy,
        now_us: int,
    ) -> None:  # fmt: skip
        self._app, self._asker, self._body, self._into = app, asker, body, into
        self._ownership, self._policy, self._now_us = ownership, policy, now_us

    def one(self, connection: Any, number: int) -> tuple[str, Ticket | Problem]:
        """What becomes of one; what is refused leaves no trace."""
        ticket = self._app.services.tickets.by_number(connection, number)
        name = f"KW-{number:06d}" if ticket is None else ticket.name
        if ticket is None or not self._own(ticket):
            return name, Problem(Code.NOT_FOUND)
        try:
            with connection.begin_nested():
                deed = deed_of(
                    self._body, self._asker, self._into, ticket, self._ownership, self._policy.grades
                )
                return name, done(connection, self._asker, ticket, deed, None, self._policy, self._now_us)
        except Problem as problem:
            return name, problem

    def _own(self, ticket: Ticket) -> bool:
        return may(self._asker, Act.MOVE_TICKET, self._ownership.of_ticket(ticket))
