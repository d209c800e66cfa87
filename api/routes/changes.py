"""What changed since somebody looked: what happened to tickets, as sentences, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_overview as examples
from api.encoding import JsonAnswer
from api.event_text import tells
from api.guard import PREFIX, Asker, GuardedRoute, may
from api.languages import language
from api.openapi import operation
from api.pages import Cursor, Limit, next_link, read_cursor, write_cursor
from api.policy import Act, bound, owner_of
from api.problems import Code
from api.services import EventRow
from api.state import State, state_of
from api.ticket_text import name_for, sentence
from api.times import text_of
from api.views_changes import ChangesView, WhatHappenedView
from registry.nouns import Principal
from store.repositories.changes import of_tickets
from texts import Language, render
from tickets.nouns import Ticket

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["overview"])

_END = 2**63 - 1
_PAGE = 500
_MOST_PAGES = 10
_TOLD_OF = 4
"""So many events are looked at first for each that is wanted: most tell of something."""
_ACTS = frozenset({"assigned", "commented", "priority_changed", "returned_to_normal", "escalated"})
"""What people follow beside changes of state."""
Found = tuple[EventRow, Ticket]


@router.get(
    "/changes", **operation(Act.READ_TICKETS, ChangesView, examples.CHANGES, problems=(Code.BAD_CURSOR,))
)
async def list_changes(
    request: Request,
    asker: Asker,
    after: Annotated[
        int, Query(ge=0, lt=2**63, description="`newest` of the last look, or the number of an event.")
    ] = 0,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What happened to tickets that one may see since one looked, the latest first, in the reader's language."""
    app, lang = state_of(request), language(request.headers.get("accept-language", ""))
    before = read_cursor(request, cursor, int) or _END
    newest = await app.read(app.services.events.last_sequence)
    found = await _found(app, asker, after, min(before, newest + 1), limit + 1)
    shown = found[:limit]
    following = write_cursor(request, shown[-1][0].sequence) if len(found) > limit else None
    ownership = await app.ownership() if bound(asker) else None
    known = ownership.belongings.known_to(owner_of(asker)).sites if ownership else None
    views = [_view(event, ticket, asker, known, lang) for event, ticket in shown]
    headers = {**next_link(request, following), "Content-Language": lang, "Vary": "Accept-Language"}
    return JsonAnswer(ChangesView(views, newest, following), headers=headers)


async def _found(app: State, asker: Principal, after: int, before: int, limit: int) -> list[Found]:
    """What one may know of, a page at a time; who sees little looks back only so far."""
    found: list[Found] = []
    size = min(_TOLD_OF * limit, _PAGE)
    for _ in range(_MOST_PAGES):
        rows: Sequence[EventRow] = await app.read(of_tickets, after, before, size)
        told = [row for row in rows if _is_told(row) and (not bound(asker) or tells(asker, row))]
        owned = await app.owners_of([row.subject for row in told]) if bound(asker) else {}
        own = [row for row in told if not bound(asker) or may(asker, Act.READ_TICKETS, owned[row.subject])]
        found += await app.read(_with_tickets, app, own[: limit - len(found)])
        if len(rows) < size or len(found) >= limit:
            break
        before, size = rows[-1].sequence, _PAGE
    return found


def _is_told(row: EventRow) -> bool:
    return row.act in _ACTS or (isinstance(row.new, dict) and "state" in row.new)


def _with_tickets(connection: Any, app: State, rows: Sequence[EventRow]) -> list[Found]:
    ids = {row.subject.partition(":")[2] for row in rows}
    tickets = {id: app.services.tickets.get(connection, id) for id in ids}
    pairs = ((row, tickets[row.subject.partition(":")[2]]) for row in rows)
    return [(row, ticket) for row, ticket in pairs if ticket is not None]


def _view(
    row: EventRow, ticket: Ticket, asker: Principal, known: frozenset[str] | None, lang: Language
) -> WhatHappenedView:
    """`known`: the sites that the asker may be told of; None: all."""
    new = row.new if isinstance(row.new, dict) else {}
    site = ticket.site if known is None or ticket.site in known else None
    state = None if "state" not in new else str(new["state"])
    what = render(f"ticket.state.{state}" if state else f"change.{row.act}", {}, lang)
    params = {
        "number": f"KW-{ticket.number:06d}",
        "title": sentence(ticket.title, ticket, lang),
        "what": what,
    }
    return WhatHappenedView(
        row.sequence, text_of(row.time_us), row.act, ticket.number, ticket.zone, site, ticket.priority.name, state,
        name_for(asker, row.principal), render("change.ticket", params, lang),
    )  # fmt: skip
