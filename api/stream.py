"""One live stream: events in order from a number on, the newest readings every so often, a sign of life in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import msgspec
from starlette.requests import Request

from api import measured
from api.event_text import event_view
from api.guard import authenticate
from api.policy import Resource, bound
from api.readings_text import reading_views
from api.selection import Selection, resolve
from api.services import EventRow
from api.state import State
from api.views import EventView
from registry.nouns import Principal

MAX_STREAMS = 256

_POLL_S = 0.25
_ALIVE_S = 15.0
_RECHECK_S = 5.0
_PAGE = 500

News = Callable[[float], Awaitable[list[bytes]]]
"""What there is to say now (monotonic seconds), as server-sent events."""
Sign = Callable[[], bytes]
"""How a stream says that it lives: at once, and whenever it has been silent for a while."""


def _still_here() -> bytes:
    return b": alive\n\n"


async def listened(
    state: State, request: Request, asker: Principal, news: News, sign: Sign = _still_here
) -> AsyncIterator[bytes]:
    """A live stream of news, message by message. Ends by itself when the key is revoked or the application stops."""
    state.streams += 1
    state.figures.streams.inc()
    try:
        yield b"retry: 2000\n\n"
        async for message in _until_ended(state, request, asker, news, sign):
            yield message
    finally:
        state.streams -= 1
        state.figures.streams.dec()


async def _until_ended(
    state: State, request: Request, asker: Principal, news: News, sign: Sign
) -> AsyncIterator[bytes]:
    checked, alive = time.monotonic(), float("-inf")
    while not state.stopping:
        now = time.monotonic()
        out = await news(now)
        if now - alive >= _ALIVE_S:
            out.append(sign())
        if out:
            alive = now
            yield b"".join(out)
        if now - checked >= _RECHECK_S:
            checked = now
            if await authenticate(state, request) != asker:
                return
        await asyncio.sleep(_POLL_S)


class Listener:
    """Somebody who listens to events and readings."""

    def __init__(
        self, state: State, request: Request, asker: Principal, after: int, selected: Selection, every_s: int
    ) -> None:
        self._state = state
        self._request = request
        self._asker = asker
        self._after = after
        self._selected = selected
        self._every_s = every_s
        self._readings_due = 0.0 if every_s else float("inf")
        self._sent: dict[int, int] = {}
        """Series → time of the newest reading sent."""

    def messages(self) -> AsyncIterator[bytes]:
        """The stream, message by message."""
        return listened(self._state, self._request, self._asker, self._news, self._sign_of_life)

    async def _news(self, now: float) -> list[bytes]:
        out = await self._new_events()
        if now >= self._readings_due:
            out += await self._new_readings()
            self._readings_due = now + self._every_s
        return out

    def _sign_of_life(self) -> bytes:
        """Says at once and then every so often that the stream lives, and to staff from where to go on after a break.

        Whoever sees only its own is not told how much happens elsewhere.
        """
        return server_sent("alive", b"{}", None if bound(self._asker) else self._after)

    async def _new_events(self) -> list[bytes]:
        if await self._state.newest_event() <= self._after:
            return []
        rows = await self._state.read(self._state.services.events.since, self._after, _PAGE)
        views = await own_events(self._state, self._asker, rows)
        self._after = rows[-1].sequence if rows else self._after
        return [server_sent("change", msgspec.json.encode(view), view.sequence) for view in views]

    async def _new_readings(self) -> list[bytes]:
        state = self._state
        wants = resolve(self._asker, self._selected, await state.series(), await state.whereabouts())
        rows = await state.pool(measured.newest, state.services.readings, wants)
        views = reading_views(rows, {want.info.id: want.info for want in wants}, state.services.unit_of)
        times = dict(zip(rows.series.tolist(), rows.time_us.tolist(), strict=True))
        fresh = [view for view in views if self._sent.get(view.series) != times[view.series]]
        self._sent |= times
        return [server_sent("readings", msgspec.json.encode(fresh))] if fresh else []


async def own_events(state: State, asker: Principal, rows: Sequence[EventRow]) -> list[EventView]:
    """The events one may see. Who sees only its own learns that something happened, not what stood there before and after."""
    owned = await state.owners_of([row.subject for row in rows]) if bound(asker) else {}
    views = (event_view(asker, row, owned.get(row.subject, Resource())) for row in rows)
    return [view for view in views if view is not None]


def server_sent(kind: str, data: bytes, number: int | None = None) -> bytes:
    """One server-sent event; JSON has no line breaks, so one data line is enough."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {kind}\ndata: ".encode() + data + b"\n\n"
