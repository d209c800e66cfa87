"""Maintenance windows and what is out of service: times in which the alarms of sensors, gateways and machines call nobody."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from api import examples_alarms as examples
from api.alarm_text import still_view
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.idempotency import IdempotencyKey, done_once
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.refusals import as_problems
from api.registry_wire import enum_in
from api.state import State, state_of
from api.times import TimeIn
from api.versions import IfMatch, etag, required_version
from api.views_alarms import StillView
from api.wire import Wire
from registry.nouns import Principal
from store.repositories import maintenance
from store.repositories.records import By
from tickets.alarming.nouns import Still, StillSort, StillState

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["maintenance"])

Id = Annotated[str, Path(pattern="^[0-9A-Za-z-]{1,64}$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]
MOST_US = 31 * 24 * 3_600_000_000
"""A window that lasts longer is no window: what is not in use is out of service."""
_WINDOWS = (StillSort.MAINTENANCE, StillSort.DEFROST)
_OUT = (StillSort.OUT_OF_SERVICE,)
_CHANGES = (Code.NOT_FOUND, Code.CHANGED_MEANWHILE, Code.IF_MATCH_REQUIRED)


class WindowIn(Wire):
    """A window: what is worked on, from when to when, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STILL_IN]})

    sort: enum_in(StillSort) = StillSort.MAINTENANCE  # type: ignore[valid-type]
    """maintenance or defrost"""
    subject: Annotated[str, StringConstraints(pattern="^(zone|site|device|equipment|gateway):.{1,200}$")]
    """`kind:key`; a device by its full name."""
    start_us: TimeIn = Field(alias="start")
    end_us: TimeIn = Field(alias="end")
    reason: Reason


class WindowChange(Wire):
    """Another time for a window, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STILL_CHANGE]})

    start_us: TimeIn = Field(alias="start")
    end_us: TimeIn = Field(alias="end")
    reason: Reason


class OutIn(Wire):
    """A device, gateway or machine that is not in use until it is put back, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OUT_IN]})

    subject: Annotated[str, StringConstraints(pattern="^(device|equipment|gateway):.{1,200}$")]
    reason: Reason


class EndIn(Wire):
    """Why it is over."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REASON_IN]})

    reason: Reason


@router.get(
    "/maintenance",
    **operation(
        Act.READ_MAINTENANCE, Page[StillView], examples.STILLS, problems=(Code.BAD_CURSOR,)
    ),
)  # fmt: skip
async def list_maintenance(
    request: Request,
    asker: Asker,
    state: Annotated[list[StillState] | None, Query(max_length=4)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Maintenance windows and defrosts, the newest first."""
    return await _page(request, _WINDOWS, state, cursor, limit)


@router.get(
    "/out-of-service",
    **operation(Act.READ_MAINTENANCE, Page[StillView], examples.OUTS, problems=(Code.BAD_CURSOR,)),
)
async def list_out_of_service(
    request: Request,
    asker: Asker,
    state: Annotated[list[StillState] | None, Query(max_length=4)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """What is, or was, out of service, the newest first. Its owner is reminded every 30 days."""
    return await _page(request, _OUT, state, cursor, limit)


@router.get(
    "/maintenance/{id}",
    **operation(Act.READ_MAINTENANCE, StillView, examples.STILL, problems=(Code.NOT_FOUND,)),
)
async def read_maintenance(request: Request, asker: Asker, id: Id) -> Response:
    """One window, or what is out of service."""
    still = await _find(state_of(request), id)
    return JsonAnswer(still_view(still), headers=etag(still.version))


@router.post(
    "/maintenance",
    **operation(
        Act.WRITE_MAINTENANCE, StillView, examples.STILL, status=201, problems=(Code.KEY_REUSED,)
    ),
)  # fmt: skip
async def add_maintenance(
    request: Request, asker: Asker, body: WindowIn, idempotency_key: IdempotencyKey = None
) -> Response:
    """Open a window. Alarms of sensors, gateways and machines that begin in it call nobody until it ends; goods always do."""
    if body.sort not in _WINDOWS:
        raise invalid("body/sort", "bad_choice", limit=", ".join(_WINDOWS))
    _check_times(body.start_us, body.end_us)
    return await _added(
        request, asker, idempotency_key, body.sort, body.subject, body.reason, (body.start_us, body.end_us)
    )


@router.put(
    "/maintenance/{id}",
    **operation(Act.WRITE_MAINTENANCE, StillView, examples.STILL, problems=_CHANGES),
)
async def change_maintenance(
    request: Request, asker: Asker, id: Id, body: WindowChange, if_match: IfMatch = None
) -> Response:
    """Move a window that is not over."""
    state = state_of(request)
    if (await _find(state, id)).sort not in _WINDOWS:
        raise Problem(Code.NOT_FOUND)
    _check_times(body.start_us, body.end_us)
    by = By(asker.name, state.services.now_us(), body.reason)
    version = required_version(if_match)

    def write(connection: Any) -> Still:
        with as_problems():
            return maintenance.change(connection, id, version, body.start_us, body.end_us, by)

    still = await state.write(write)
    return JsonAnswer(still_view(still), headers=etag(still.version))


@router.post(
    "/out-of-service",
    **operation(Act.WRITE_MAINTENANCE, StillView, examples.OUT, status=201, problems=(Code.KEY_REUSED,)),
)
async def take_out_of_service(
    request: Request, asker: Asker, body: OutIn, idempotency_key: IdempotencyKey = None
) -> Response:
    """Take something out of service until it is put back: its alarms call nobody. Goods are judged as before."""
    return await _added(
        request, asker, idempotency_key, StillSort.OUT_OF_SERVICE, body.subject, body.reason, None
    )


@router.post(
    "/maintenance/{id}/end",
    **operation(Act.WRITE_MAINTENANCE, StillView, examples.STILL, problems=_CHANGES),
)
async def end_maintenance(
    request: Request, asker: Asker, id: Id, body: EndIn, if_match: IfMatch = None
) -> Response:
    """End a window, call it off before it began, or put something back into service. What goes on calls then."""
    state = state_of(request)
    await _find(state, id)
    by = By(asker.name, state.services.now_us(), body.reason)
    version = required_version(if_match)

    def write(connection: Any) -> Still:
        with as_problems():
            return maintenance.end(connection, id, version, by)

    still = await state.write(write)
    return JsonAnswer(still_view(still), headers=etag(still.version))


def _check_times(start_us: int, end_us: int) -> None:
    if end_us <= start_us:
        raise invalid("body/end", "ends_before_it_starts")
    if end_us - start_us > MOST_US:
        raise invalid("body/end", "window_too_long")


async def _added(
    request: Request,
    asker: Principal,
    key: str | None,
    sort: StillSort,
    subject: str,
    reason: str,
    times: tuple[int, int] | None,
) -> Response:
    state = state_of(request)
    await _check_subject(state, subject)
    by = By(asker.name, state.services.now_us(), reason)
    from_us, to_us = times or (by.time_us, None)

    def act(connection: Any) -> Any:
        return msgspec.to_builtins(still_view(maintenance.add(connection, sort, subject, from_us, to_us, by)))

    return JsonAnswer(await done_once(state, request, asker, key, act), 201)


async def _check_subject(state: State, subject: str) -> None:
    """A device may be one that nobody registered; all else must exist."""
    kind, _, key = subject.partition(":")
    if kind != "device" and not (await state.ownership()).exists(kind, key):
        raise invalid("body/subject", "unknown_reference", kind=kind, key=key)


async def _find(state: State, id: str) -> Still:
    still = await state.read(maintenance.get, id)
    if still is None:
        raise Problem(Code.NOT_FOUND)
    return still


async def _page(
    request: Request,
    sorts: tuple[StillSort, ...],
    states: list[StillState] | None,
    cursor: str | None,
    limit: int,
) -> Response:
    before = read_cursor(request, cursor, str)
    rows = await state_of(request).read(maintenance.page, sorts, states, before, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    return JsonAnswer(
        Page([still_view(row) for row in shown], following), headers=next_link(request, following)
    )
