"""Shipments on their way: how far one has come, and where it was."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_goods as examples
from api.concealing import as_seen_by
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.openapi import operation
from api.ownership import Ownership
from api.pages import Cursor, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, Resource, bound
from api.problems import Code, Problem
from api.selection import Interval, clip
from api.state import State, state_of
from api.times import TimeIn, text_of, text_of_optional
from api.views_goods import FixView, LegView, PositionView, ProgressView
from api.whereabouts import FOREVER_US, joined
from registry.journeys import late_us, legs_of, stages
from registry.nouns import KEY_PATTERN, Principal, Shipment, Source
from store import positions

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["shipments"])

Key = Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")]
_NEAR_US = 24 * 3_600_000_000
"""How far back from a tracker's newest reading its newest whole fix is looked for."""


class _Fix(NamedTuple):
    time_us: int
    device: str
    latitude: float
    longitude: float
    leg: int | None


@router.get(
    "/shipments/{key}/progress",
    **operation(Act.READ_GOODS, ProgressView, examples.PROGRESS, problems=(Code.NOT_FOUND,)),
)
async def read_progress(request: Request, asker: Asker, key: Key) -> Response:
    """Stage, legs, the newest position with its age, expected arrival, and by how much it is late."""
    state = state_of(request)
    shipment, ownership = await _find(state, asker, key)
    spans = _spans(asker, ownership, key)
    now_us = state.services.now_us()
    newest = await state.pool(_newest, state, spans)
    return JsonAnswer(_progress(shipment, newest, now_us))


@router.get(
    "/shipments/{key}/track",
    **operation(Act.READ_READINGS, Page[FixView], examples.TRACK, problems=(Code.NOT_FOUND, Code.BAD_CURSOR)),
)
async def read_track(
    request: Request,
    asker: Asker,
    key: Key,
    from_us: Annotated[TimeIn, Query(alias="from", description="Event time, inclusive.")] = 0,
    to: Annotated[TimeIn | None, Query(description="Event time, exclusive.")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=20_000)] = 1000,
) -> Response:
    """Where a shipment was, by the devices put into it and those of its vehicles, in order of time."""
    state = state_of(request)
    _, ownership = await _find(state, asker, key)
    after = read_cursor(request, cursor, tuple[int, str])
    begin_us = from_us if after is None else after[0]
    spans = _spans(asker, ownership, key)
    fixes = await state.pool(_fixes, state, spans, begin_us, FOREVER_US if to is None else to)
    rows = [fix for fix in fixes if after is None or (fix.time_us, fix.device) > after]
    shown, last = cut(rows[: limit + 1], limit)
    following = write_cursor(request, (last.time_us, last.device)) if last else None
    return JsonAnswer(Page([_view(fix) for fix in shown], following), headers=next_link(request, following))


async def _find(state: State, asker: Principal, key: str) -> tuple[Shipment, Ownership]:
    """The shipment, if it exists and may be seen."""
    stored = await state.read(lambda connection: state.services.registry(connection).get(Shipment, key))
    if stored is None:
        raise Problem(Code.NOT_FOUND)
    ownership = await state.ownership()
    permit(asker, Act.READ_GOODS, ownership.of_object("shipment", key))
    return as_seen_by(asker, ownership, stored.value), ownership


def _spans(asker: Principal, ownership: Ownership, key: str) -> list[tuple[Source, list[Interval]]]:
    """Whose positions are the shipment's, and when the asker may see them."""
    found = ownership.positions.get(key, [])
    if not bound(asker):
        return [(source, [(source.from_us, source.to_us)]) for source in found]
    own = joined([
        stretch
        for stretch in ownership.where.of_place(key, 0, FOREVER_US)
        if may(asker, Act.READ_READINGS, Resource(stretch.owners))
    ])  # fmt: skip
    return [(s, clip(own.get(s.device, ()), s.from_us, s.to_us)) for s in found]


def _fixes(
    state: State, spans: list[tuple[Source, list[Interval]]], start_us: int, end_us: int
) -> list[_Fix]:
    """All positions within [start_us, end_us), by time."""
    readings = state.services.readings
    known = positions.trackers(readings.series())
    found: set[_Fix] = set()
    for source, intervals in spans:
        for a, b in clip(intervals, start_us, end_us) if source.device in known else ():
            fixes = positions.fixes(readings, known[source.device], a, b)
            rows: Any = zip(
                *(column.tolist() for column in (fixes.time_us, fixes.latitude, fixes.longitude)), strict=True
            )
            found.update(_Fix(t, source.device, north, east, source.leg) for t, north, east in rows)
    return sorted(found, key=lambda fix: fix[:2])


def _newest(state: State, spans: list[tuple[Source, list[Interval]]]) -> _Fix | None:
    """The newest position; looked for near the newest reading of each tracker, and further back only if none is there."""
    readings = state.services.readings
    known = positions.trackers(readings.series())
    wanted = [number for source, _ in spans for number in known.get(source.device, ())]
    if not wanted:
        return None
    latest_us = int(np.max(readings.latest(wanted).time_us, initial=0))
    near = _fixes(state, spans, latest_us - _NEAR_US, FOREVER_US)
    found = near or _fixes(state, spans, 0, latest_us - _NEAR_US)
    return found[-1] if found else None


def _view(fix: _Fix) -> FixView:
    return FixView(text_of(fix.time_us), fix.latitude, fix.longitude, fix.device, fix.leg)


def _progress(shipment: Shipment, newest: _Fix | None, now_us: int) -> ProgressView:
    legs = legs_of(shipment)
    views = [
        LegView(
            leg.mode, leg.origin, leg.destination, leg.carrier, leg.vehicle, stage, text_of_optional(leg.expected_departure_us),
            text_of_optional(leg.expected_arrival_us), text_of_optional(leg.departed_us), text_of_optional(leg.arrived_us),
            _seconds(late_us(leg.expected_arrival_us, leg.arrived_us, now_us)),
        )
        for leg, stage in zip(legs, stages(shipment), strict=True)
    ]  # fmt: skip
    expected_us = legs[-1].expected_arrival_us or shipment.expected_arrival_us
    arrived_us = legs[-1].arrived_us or shipment.arrived_us
    position = newest and PositionView(
        text_of(newest.time_us), newest.latitude, newest.longitude, newest.device, newest.leg,
        age_s=max(now_us - newest.time_us, 0) / 1_000_000,
    )  # fmt: skip
    return ProgressView(
        shipment.key, shipment.stage, text_of_optional(expected_us), text_of_optional(arrived_us),
        _seconds(late_us(expected_us, arrived_us, now_us)), position, views,
    )  # fmt: skip


def _seconds(us: int | None) -> float | None:
    return None if us is None else us / 1_000_000
