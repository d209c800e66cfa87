"""Messages of a gateway as they arrive, with what was made of them: is my gateway right?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Path, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api import examples_live as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, permit
from api.languages import language
from api.live_text import message_view
from api.openapi import operation
from api.pages import Cursor, cut, next_link, read_cursor, write_cursor
from api.policy import Act, Owner, Resource, Scope
from api.problems import Code, Problem
from api.state import State, state_of
from api.stream import MAX_STREAMS, listened, server_sent
from api.times import text_of
from api.views_live import MessagesView
from ingest.nouns import Seen
from registry.nouns import GATEWAY_PATTERN, Principal
from store.live_messages import TooManyWatchedError
from texts import Language

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["gateways"])

Gateway = Annotated[
    str,
    Path(
        pattern=f"^{GATEWAY_PATTERN}$",
        description="Also one that is not registered; `-`: topics without one.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many messages a page may have.")]
_AGAIN_S = 60.0


@router.get(
    "/gateways/{key}/messages",
    **operation(
        Act.WATCH_MESSAGES, MessagesView, examples.MESSAGES, problems=(Code.NOT_FOUND, Code.BAD_CURSOR)
    ),
)
async def list_messages(
    request: Request, asker: Asker, key: Gateway, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The latest messages that arrived of a gateway, newest first, each with what was kept and refused of it.

    Messages are noted only while somebody asks: with the first question within a second, and for ten minutes after the
    last. At most 200 of a gateway are held, and at most 50 a second are noted.
    """
    state = state_of(request)
    before = read_cursor(request, cursor, int)
    until_us = await _watch(state, asker, key)
    rows = await state.pool(state.services.live.newest, key, before, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.received_us) if last else None
    lang = language(request.headers.get("accept-language", ""))
    told = partial(message_view, unit_of=state.services.unit_of, lang=lang)
    view = MessagesView([told(row) for row in shown], text_of(until_us), following)
    headers = {**next_link(request, following), "Content-Language": lang, "Vary": "Accept-Language"}
    return JsonAnswer(view, headers=headers | {"Cache-Control": "no-store"})


@router.get(
    "/gateways/{key}/messages/stream",
    **operation(Act.WATCH_MESSAGES, also={"text/event-stream": examples.STREAM}, problems=(Code.NOT_FOUND,)),
)
async def stream_messages(
    request: Request,
    asker: Asker,
    key: Gateway,
    last_event_id: Annotated[str | None, Header(max_length=20, pattern="^[0-9]*$")] = None,
) -> Response:
    """Messages as they arrive (`event: message`, the time of receipt in µs as id), in order.

    Without Last-Event-ID the stream begins with the next message.
    """
    state = state_of(request)
    await _watch(state, asker, key)
    if state.streams >= MAX_STREAMS:
        raise Problem(Code.BUSY)
    after_us = min(int(last_event_id), 2**63 - 1) if last_event_id else await _newest(state, key)
    lang = language(request.headers.get("accept-language", ""))
    looker = _Looker(state, asker, key, after_us, lang)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Content-Language": lang}
    stream = listened(state, request, asker, looker.news)
    return StreamingResponse(stream, headers=headers, media_type="text/event-stream")


async def _watch(state: State, asker: Principal, gateway: str) -> int:
    """Until when messages of a gateway are noted; it must be one's own, where one has only some."""
    permit(asker, Act.WATCH_MESSAGES, Resource.of(Owner(Scope.GATEWAY, gateway)))
    try:
        return await state.pool(state.services.live.watch, gateway)
    except TooManyWatchedError as error:
        raise Problem(Code.BUSY) from error


async def _newest(state: State, gateway: str) -> int:
    rows: Sequence[Seen] = await state.pool(state.services.live.newest, gateway, None, 1)
    return rows[0].received_us if rows else 0


class _Looker:
    """Somebody who looks at a gateway."""

    def __init__(self, state: State, asker: Principal, gateway: str, after_us: int, lang: Language) -> None:
        self._state, self._asker, self._gateway = state, asker, gateway
        self._after_us = after_us
        self._lang = lang
        self._asked = time.monotonic()

    async def news(self, now: float) -> list[bytes]:
        """Messages since the last time; the watch is put off now and then."""
        if now - self._asked >= _AGAIN_S:
            self._asked = now
            await _watch(self._state, self._asker, self._gateway)
        services = self._state.services
        rows = await self._state.pool(services.live.since, self._gateway, self._after_us)
        self._after_us = rows[-1].received_us if rows else self._after_us
        views = [(row.received_us, message_view(row, services.unit_of, self._lang)) for row in rows]
        return [server_sent("message", msgspec.json.encode(view), number) for number, view in views]
