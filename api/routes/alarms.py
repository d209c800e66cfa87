"""Alarms: the conditions behind the findings, the latest first; people acknowledge them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from api import examples_alarms as examples
from api.alarm_acts import (
    DecideIn,
    ReasonIn,
    ShelveIn,
    confirm,
    decide,
    shelve,
    unshelve,
)
from api.alarm_text import AboutAlarm, alarm_full, alarm_view
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.lot_decisions import concerned, waiting_lots
from api.openapi import operation
from api.own_times import AHEAD_US, own_time
from api.ownership import Ownership
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, acting_as, bound
from api.problems import Code, Problem
from api.refusals import as_problems
from api.services import AlarmRows
from api.state import State, state_of
from api.times import TimeIn
from api.versions import IfMatch, any_version, etag
from api.views_alarms import AlarmFull, AlarmView
from api.wire import Line, Wire
from detect.nouns import Kind
from registry.nouns import Principal
from store.repositories import alarms as rows
from store.repositories.alarms import AlarmFilter
from store.repositories.records import By
from tickets.alarms import acknowledge
from tickets.nouns import Alarm, AlarmState

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["alarms"])

Id = Annotated[str, Path(pattern="^[0-9A-Za-z-]{1,64}$")]
Position = tuple[int, str]
_PAGE = 500


class AcknowledgeIn(Wire):
    """That somebody has seen an alarm, and what they say to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ACKNOWLEDGE]})

    comment: Line = ""
    at: TimeIn | None = None
    """When it was seen, if that waited for a network: at most 72 h ago, and not before the alarm began."""


@router.get(
    "/alarms", **operation(Act.READ_ALARMS, Page[AlarmView], examples.ALARMS, problems=(Code.BAD_CURSOR,))
)
async def list_alarms(
    request: Request,
    asker: Asker,
    active: bool | None = None,
    acked: bool | None = None,
    kind: Annotated[list[Kind] | None, Query(max_length=20)] = None,
    zone: Annotated[str | None, Query(max_length=64)] = None,
    cause: Annotated[str | None, Query(max_length=300)] = None,
    state: Annotated[list[AlarmState] | None, Query(max_length=20)] = None,
    latched: Annotated[bool | None, Query(description="A decision about goods is open.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Alarms that one may see, the latest first."""
    app = state_of(request)
    after = read_cursor(request, cursor, tuple[int, str])
    ownership = await app.ownership() if bound(asker) else None
    which = AlarmFilter(
        active=active, acked=acked, kinds=kind, zones=[zone] if zone else None, cause=cause, states=state, latched=latched
    )  # fmt: skip
    found = await app.read(_own, app.services.alarms, asker, ownership, which, after, limit + 1)
    shown, last = cut(found, limit)
    following = write_cursor(request, (last.active_since_us, last.id)) if last else None
    views = [alarm_view(row, asker) for row in shown]
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.get(
    "/alarms/{id}", **operation(Act.READ_ALARMS, AlarmFull, examples.ALARM_FULL, problems=(Code.NOT_FOUND,))
)
async def read_alarm(request: Request, asker: Asker, id: Id) -> Response:
    """One alarm, with who acknowledged it and what is, or is to be, decided about goods."""
    state = state_of(request)
    alarm = await _find(state, asker, Act.READ_ALARMS, id)
    return await _answer(state, asker, alarm)


@router.post(
    "/alarms/{id}/acknowledge",
    **operation(
        Act.ACKNOWLEDGE, AlarmFull, examples.ALARM_FULL, problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE)
    ),
)
async def acknowledge_alarm(
    request: Request, asker: Asker, id: Id, body: AcknowledgeIn, if_match: IfMatch = None
) -> Response:
    """Say that one has seen it: the repeats to oneself stop. Again it changes nothing; it stops no ticket and no clock."""
    state = state_of(request)
    await _find(state, asker, Act.ACKNOWLEDGE, id)
    version, now_us = any_version(if_match), state.services.now_us()
    seen_us = None if body.at is None else own_time(body.at, now_us, "body/at")
    by = By(acting_as(asker), now_us, body.comment)

    def write(connection: Any) -> Alarm:
        decide = partial(_seen, principal=by.principal, seen_us=seen_us)
        with as_problems():
            return state.services.alarms.acknowledge(connection, id, version, decide, by, seen_us)

    return await _answer(state, asker, await state.write(write))


def _seen(alarm: Alarm, principal: str, seen_us: int | None) -> Alarm:
    """The alarm as somebody who saw it then leaves it.

    Raises:
        Problem: changed_meanwhile, for what began only after they saw it: that they have not seen.
    """
    if seen_us is not None and seen_us + AHEAD_US < alarm.active_since_us:
        raise Problem(Code.CHANGED_MEANWHILE)
    return acknowledge(alarm, principal)


_SHELVING: dict[str, Any] = operation(
    Act.SHELVE, AlarmFull, examples.ALARM_SHELVED,
    problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE, Code.ALARM_REFUSED),
)  # fmt: skip


@router.post("/alarms/{id}/shelve", **_SHELVING)
async def shelve_alarm(
    request: Request, asker: Asker, id: Id, body: ShelveIn, if_match: IfMatch = None
) -> Response:
    """Put it aside for at most 8 h: messages stop, its ticket and clocks do not.

    A critical one waits for a second person, and for 1 h at most. Freezing, wet metal and goods of 2–8 °C are refused.
    """
    state = state_of(request)
    alarm = await _find(state, asker, Act.SHELVE, id)
    by, version = By(acting_as(asker), state.services.now_us(), body.reason), any_version(if_match)
    return await _answer(state, asker, await state.write(shelve, state.services, alarm, body, version, by))


@router.post("/alarms/{id}/confirm-shelving", **_SHELVING)
async def confirm_shelving(
    request: Request, asker: Asker, id: Id, body: ReasonIn, if_match: IfMatch = None
) -> Response:
    """Consent, as a second person, that a critical alarm is put aside."""
    state = state_of(request)
    await _find(state, asker, Act.SHELVE, id)
    by = By(acting_as(asker), state.services.now_us(), body.reason)
    return await _answer(state, asker, await state.write(confirm, id, any_version(if_match), by))


@router.post("/alarms/{id}/unshelve", **_SHELVING)
async def unshelve_alarm(
    request: Request, asker: Asker, id: Id, body: ReasonIn, if_match: IfMatch = None
) -> Response:
    """Take it off its shelf; it calls again as it is."""
    state = state_of(request)
    await _find(state, asker, Act.SHELVE, id)
    by = By(acting_as(asker), state.services.now_us(), body.reason)
    return await _answer(state, asker, await state.write(unshelve, id, any_version(if_match), by))


@router.post(
    "/alarms/{id}/decide",
    **operation(
        Act.SET_LOT_STATUS, AlarmFull, examples.ALARM_FULL,
        problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE, Code.ALARM_REFUSED),
    ),
)  # fmt: skip
async def decide_alarm(
    request: Request, asker: Asker, id: Id, body: DecideIn, if_match: IfMatch = None
) -> Response:
    """Say what becomes of the goods after an excursion: lots are released or rejected, or no harm was done, and why."""
    state = state_of(request)
    await _find(state, asker, Act.SET_LOT_STATUS, id)
    by, version = By(acting_as(asker), state.services.now_us(), body.reason), any_version(if_match)

    def write(connection: Any) -> Alarm:
        alarm = state.services.alarms.get(connection, id)
        if alarm is None:
            raise Problem(Code.NOT_FOUND)
        return decide(connection, state.services, alarm, body, version, by)

    return await _answer(state, asker, await state.write(write))


async def _answer(state: State, asker: Principal, alarm: Alarm) -> Response:
    """The alarm with all that is kept beside it, as far as the asker may know it."""
    ownership = await state.ownership() if bound(asker) else None

    def own(lot: str) -> bool:
        if ownership is None:
            return True
        return bool(lot) and may(asker, Act.READ_GOODS, ownership.of_lots([lot]))

    def look(connection: Any) -> AboutAlarm:
        lots_of = concerned(connection, alarm)
        lots = [lot for lot in waiting_lots(connection, alarm, lots_of) if own(lot)]
        decisions = [one for one in rows.decisions_of(connection, alarm.id) if own(one.lot)]
        return AboutAlarm(rows.acks_of(connection, alarm), lots, decisions)

    return JsonAnswer(alarm_full(alarm, asker, await state.read(look)), headers=etag(alarm.version))


async def _find(state: State, asker: Principal, act: Act, id: str) -> Alarm:
    alarm = await state.read(state.services.alarms.get, id)
    if alarm is None:
        raise Problem(Code.NOT_FOUND)
    if bound(asker):
        permit(asker, act, (await state.ownership()).of_alarm(alarm))
    return alarm


def _own(
    connection: Any,
    alarms: AlarmRows,
    asker: Principal,
    ownership: Ownership | None,
    which: AlarmFilter,
    after: Position | None,
    limit: int,
) -> list[Alarm]:
    """The first alarms that the asker may see, read a page at a time."""
    if ownership is None:
        return alarms.find(connection, which, after, limit)
    out: list[Alarm] = []
    while page := alarms.find(connection, which, after, _PAGE):
        out += [row for row in page if may(asker, Act.READ_ALARMS, ownership.of_alarm(row))]
        if len(out) >= limit or len(page) < _PAGE:
            break
        after = (page[-1].active_since_us, page[-1].id)
    return out[:limit]
