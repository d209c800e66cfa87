"""The event table as a list, and as a live stream (server-sent events) that can be taken up where it broke off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api import examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.openapi import operation
from api.pages import Cursor, Limit, Page, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.routes.readings import Selected, wanted
from api.state import state_of
from api.stream import MAX_STREAMS, Listener, own_events
from api.views import EventView

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["events"])

Sequence = Annotated[int, Query(ge=0, lt=2**63)]


@router.get(
    "/events", **operation(Act.READ_EVENTS, Page[EventView], examples.EVENTS, problems=(Code.BAD_CURSOR,))
)
async def list_events(
    request: Request,
    asker: Asker,
    subject: Annotated[
        str | None, Query(max_length=300, description="`kind:key`: the history of one object.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Every change of the service database that one may see, in order."""
    state = state_of(request)
    after = read_cursor(request, cursor, int) or 0
    events = state.services.events
    if subject is None:
        rows = await state.read(events.since, after, limit)
    else:
        rows = await state.read(events.of_subject, subject, after, limit)
    following = write_cursor(request, rows[-1].sequence) if len(rows) == limit else None
    views = await own_events(state, asker, rows)
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.get(
    "/stream",
    **operation(Act.READ_EVENTS, also={"text/event-stream": examples.STREAM}, problems=(Code.NOT_FOUND,)),
)
async def stream(
    request: Request,
    asker: Asker,
    selected: Selected,
    after: Annotated[Sequence | None, Query(description="As Last-Event-ID, for a first connection.")] = None,
    last_event_id: Annotated[str | None, Header(max_length=20, pattern="^[0-9]*$")] = None,
    readings_every_s: Annotated[int, Query(ge=0, le=3600, description="0: no readings, events only.")] = 0,
) -> Response:
    """Events as they happen (`event: change`, its number as id), and every so often the newest readings that changed.

    `event: alive` comes at once and then every 15 seconds, for whoever cannot see that a connection is dead; with the number
    from which to go on, but not for who sees only its own.

    Without Last-Event-ID (or `after`) the stream begins with the next event.
    """
    state = state_of(request)
    if readings_every_s:
        await wanted(state, asker, selected)
    if state.streams >= MAX_STREAMS:
        raise Problem(Code.BUSY)
    begin = int(last_event_id) if last_event_id else after
    if begin is None:
        begin = await state.newest_event()
    listener = Listener(state, request, asker, min(begin, 2**63 - 1), selected, readings_every_s)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(listener.messages(), headers=headers, media_type="text/event-stream")
