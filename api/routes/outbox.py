"""The outbox: what was told to whom, when, why something waits, and what could not be told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_outbox as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.registry_wire import enum_in
from api.routes.registry import Reason
from api.state import State, state_of
from api.times import EPOCH, TimeIn
from api.views_outbox import CallFigureView, CallsView, ReplayedView, ToldView, told_view
from store.messages import Held, TellingState
from store.repositories import outbox, outbox_sending
from store.repositories.outbox_sending import CallFigure
from store.repositories.records import By, record
from tickets.notices import Urgency

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["outbox"])

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
Name = Annotated[str | None, Query(max_length=200)]
_NOON_H, _NIGHT_H, _MORNING_H = 12, 22, 6


@router.get(
    "/outbox", **operation(Act.READ_OUTBOX, Page[ToldView], examples.TELLINGS, problems=(Code.BAD_CURSOR,))
)
async def list_outbox(
    request: Request,
    asker: Asker,
    person: Annotated[
        str | None,
        Query(max_length=200, description="`person:<key>`, `contact:<key>`, `team:<key>`, `desk`."),
    ] = None,
    subject: Annotated[
        str | None, Query(max_length=200, description="`ticket:<id>` or `alarm:<cause>`.")
    ] = None,
    state: Annotated[enum_in(TellingState) | None, Query()] = None,  # type: ignore[valid-type]
    urgency: Annotated[enum_in(Urgency) | None, Query()] = None,  # type: ignore[valid-type]
    code: Name = None,
    held: Annotated[enum_in(Held) | None, Query()] = None,  # type: ignore[valid-type]
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """What was told, or is to be told, the newest first, with the messages on each way."""
    app, lang = state_of(request), language(request.headers.get("accept-language", ""))
    which = outbox.TellingFilter(person, subject, [state] if state else None, urgency, code, held)
    before = read_cursor(request, cursor, tuple[int, str])

    def look(connection: Any) -> tuple[list[ToldView], Any]:
        shown, last = cut(outbox.find(connection, which, before, limit + 1), limit)
        messages = outbox.messages_of(connection, [told.id for told in shown])
        return [told_view(told, messages[told.id], lang) for told in shown], last

    views, last = await app.read(look)
    following = write_cursor(request, (last.made_us, last.id)) if last else None
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.get("/outbox/calls", **operation(Act.READ_OUTBOX, CallsView, examples.CALLS))
async def count_calls(
    request: Request,
    asker: Asker,
    since: Annotated[
        TimeIn | None, Query(description="Of calls at or after; 30 days ago if not given.")
    ] = None,
    time_zone: Annotated[str, Query(max_length=60, description="IANA name: whose nights.")] = "Asia/Shanghai",
) -> Response:
    """How often the telephone rang, per person and night (from noon to noon)."""
    state = state_of(request)
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise invalid("query/time_zone", "not_a_zone") from error
    now_us = state.services.now_us()
    from_us = now_us - 30 * 86_400_000_000 if since is None else since
    calls = await state.read(outbox_sending.calls, from_us, now_us + 1)
    return JsonAnswer(CallsView(_per_night(calls, zone), time_zone))


@router.get(
    "/outbox/{id}", **operation(Act.READ_OUTBOX, ToldView, examples.TELLING, problems=(Code.NOT_FOUND,))
)
async def read_outbox(request: Request, asker: Asker, id: Id) -> Response:
    """One thing told to one person, with its messages."""
    lang = language(request.headers.get("accept-language", ""))
    return JsonAnswer(await _view(state_of(request), id, lang))


@router.post(
    "/outbox/{id}/replay",
    **operation(Act.REPLAY_OUTBOX, ReplayedView, examples.REPLAYED, status=202, problems=(Code.NOT_FOUND,)),
)
async def replay_outbox(request: Request, asker: Asker, id: Id, reason: Reason = "") -> Response:
    """Send the messages that were given up again, under their own ids. None is, if none was given up."""
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), reason)

    def again(connection: Any) -> list[str]:
        told = outbox.get(connection, id)
        if told is None:
            raise Problem(Code.NOT_FOUND)
        ids = outbox_sending.replay(connection, id, by.time_us)
        if ids:
            record(connection, by, "replayed", told.subject, None, {"telling": id, "messages": list(ids)})
        return ids

    return JsonAnswer(ReplayedView(await state.write(again)), 202)


async def _view(state: State, id: str, lang: Any) -> ToldView:
    def look(connection: Any) -> ToldView:
        told = outbox.get(connection, id)
        if told is None:
            raise Problem(Code.NOT_FOUND)
        return told_view(told, outbox.messages_of(connection, [id])[id], lang)

    return await state.read(look)


def _per_night(calls: list[CallFigure], zone: ZoneInfo) -> list[CallFigureView]:
    whole: Counter[tuple[str, str]] = Counter()
    at_night: Counter[tuple[str, str]] = Counter()
    for call in calls:
        local = (EPOCH + timedelta(microseconds=call.made_us)).astimezone(UTC).astimezone(zone)
        begins = _evening(local)
        whole[begins, call.person] += 1
        at_night[begins, call.person] += local.hour >= _NIGHT_H or local.hour < _MORNING_H
    return [
        CallFigureView(person, night, count, at_night[night, person])
        for (night, person), count in sorted(whole.items(), reverse=True)
    ]


def _evening(local: datetime) -> str:
    """The day on which the night of a call begins."""
    day = local.date() if local.hour >= _NOON_H else local.date() - timedelta(days=1)
    return day.isoformat()
