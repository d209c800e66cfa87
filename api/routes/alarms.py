"""Alarms: the conditions behind the findings, the latest first; people acknowledge them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.openapi import operation
from api.ownership import Ownership
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, bound
from api.problems import Code, Problem
from api.refusals import as_problems
from api.services import AlarmRows
from api.state import State, state_of
from api.ticket_text import alarm_view
from api.versions import IfMatch, any_version, etag
from api.views_desk import AlarmView
from api.wire import Line, Wire
from detect.nouns import Kind
from registry.nouns import Principal
from store.repositories.alarms import AlarmFilter
from store.repositories.records import By
from tickets.alarms import acknowledge
from tickets.nouns import Alarm

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["alarms"])

Id = Annotated[str, Path(pattern="^[0-9A-Za-z-]{1,64}$")]
Position = tuple[int, str]
_PAGE = 500


class AcknowledgeIn(Wire):
    """That somebody has seen an alarm, and what they say to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ACKNOWLEDGE]})

    comment: Line = ""


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
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Alarms that one may see, the latest first."""
    state = state_of(request)
    after = read_cursor(request, cursor, tuple[int, str])
    ownership = await state.ownership() if bound(asker) else None
    which = AlarmFilter(active=active, acked=acked, kinds=kind, zones=[zone] if zone else None, cause=cause)
    rows = await state.read(_own, state.services.alarms, asker, ownership, which, after, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, (last.active_since_us, last.id)) if last else None
    views = [alarm_view(row, asker) for row in shown]
    return JsonAnswer(Page(views, following), headers=next_link(request, following))


@router.get(
    "/alarms/{id}", **operation(Act.READ_ALARMS, AlarmView, examples.ALARM, problems=(Code.NOT_FOUND,))
)
async def read_alarm(request: Request, asker: Asker, id: Id) -> Response:
    """One alarm."""
    alarm = await _find(state_of(request), asker, Act.READ_ALARMS, id)
    return JsonAnswer(alarm_view(alarm, asker), headers=etag(alarm.version))


@router.post(
    "/alarms/{id}/acknowledge",
    **operation(
        Act.ACKNOWLEDGE, AlarmView, examples.ALARM, problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE)
    ),
)
async def acknowledge_alarm(
    request: Request, asker: Asker, id: Id, body: AcknowledgeIn, if_match: IfMatch = None
) -> Response:
    """Say that one has seen it. Acknowledging again changes nothing; it stops no ticket and no clock."""
    state = state_of(request)
    await _find(state, asker, Act.ACKNOWLEDGE, id)
    version = any_version(if_match)
    by = By(asker.name, state.services.now_us(), body.comment)

    def write(connection: Any) -> Alarm:
        with as_problems():
            decide = partial(acknowledge, principal=asker.name)
            return state.services.alarms.acknowledge(connection, id, version, decide, by)

    alarm = await state.write(write)
    return JsonAnswer(alarm_view(alarm, asker), headers=etag(alarm.version))


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
