"""Requirements: the catalogue of device models, what devices fall short of, certificates that run out, exposure of lots."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_devices as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.languages import language
from api.openapi import operation
from api.policy import Act, Resource, Scope, bound
from api.problems import Code, Problem, invalid
from api.requirement_text import due_view, gap_view, model_view, stay_view
from api.selection import SeriesIndex
from api.state import State, state_of
from api.times import TimeIn, text_of
from api.views_devices import (
    CalibrationsDueView,
    CatalogueModelsView,
    GapsView,
    LotExposureView,
)
from ingest.nouns import US_PER_DAY, Columns
from registry import calibrations, exposure, gaps, models
from registry.nouns import ALWAYS_US, KEY_PATTERN, Principal, RegistrySnapshot
from registry.plan import watches
from store.nouns import ReadingReader

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["requirements"])

_LOOKED_BACK = 8
"""Intervals in which it is looked how often a device really speaks."""
_LEAST = 3
_MOST = 50
_CHUNK = 500_000

Where = Annotated[str | None, Query(max_length=64)]
From = Annotated[
    TimeIn | None, Query(alias="from", description="Event time, inclusive; without: since ever.")
]
To = Annotated[TimeIn | None, Query(description="Event time, exclusive; without: until now.")]


@router.get(
    "/catalogue/device-models",
    **operation(Act.READ_REGISTRY, CatalogueModelsView, examples.CATALOGUE_MODELS),
)
async def list_catalogue_models(request: Request, asker: Asker) -> Response:
    """The models that come with Keepwell: a device names one by its key, and nothing need be entered first."""
    unit_of = state_of(request).services.unit_of
    return JsonAnswer(
        CatalogueModelsView([model_view(one, unit_of) for one in models.default_models().values()])
    )


@router.get("/requirements/gaps", **operation(Act.READ_REGISTRY, GapsView, examples.GAPS))
async def list_gaps(request: Request, asker: Asker, place: Where = None, site: Where = None) -> Response:
    """Where interval, accuracy or calibration of a placed device is less than the profile of the goods beside it asks for."""
    state = state_of(request)
    index, snapshot = await state.series(), await _snapshot(state)
    now_us = state.services.now_us()
    seen = await _visible(state, asker, snapshot)
    sites = {zone.key: zone.site for zone in snapshot.zones}

    def find() -> list[gaps.Gap]:
        heard = _heard(state.services.readings, index, gaps.asked_intervals(snapshot, now_us), now_us)
        return gaps.gaps(snapshot, now_us, heard)

    lang = language(request.headers.get("accept-language", ""))
    found = [
        gap_view(gap, state.services.unit_of, lang)
        for gap in await state.pool(find)
        if gap.device.key in seen
        and place in {None, gap.place}
        and (site is None or sites.get(gap.place) == site)
    ]
    return JsonAnswer(GapsView(found), headers={"Content-Language": lang, "Vary": "Accept-Language"})


@router.get("/requirements/calibrations", **operation(Act.READ_REGISTRY, CalibrationsDueView, examples.DUES))
async def list_calibrations_due(
    request: Request,
    asker: Asker,
    within_days: Annotated[int, Query(ge=0, le=3660, description="0: only those that have run out.")] = 30,
    site: Where = None,
) -> Response:
    """The certificates of devices in use that have run out, or do so within so many days."""
    state = state_of(request)
    snapshot, now_us = await _snapshot(state), state.services.now_us()
    seen = await _visible(state, asker, snapshot)
    due = calibrations.due_by(snapshot, now_us, now_us + within_days * US_PER_DAY + 1)
    found = [one for one in due if one.device.key in seen and site in {None, one.site}]
    return JsonAnswer(CalibrationsDueView([due_view(one, now_us) for one in found]))


@router.get(
    "/lots/{key}/exposure",
    **operation(Act.READ_READINGS, LotExposureView, examples.EXPOSURE, problems=(Code.NOT_FOUND,)),
)
async def read_lot_exposure(
    request: Request,
    asker: Asker,
    key: Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")],
    from_us: From = None,
    to: To = None,
) -> Response:
    """What a lot went through, place by place: min, mean, max, time beyond each limit of its profile, and on what that rests."""
    state = state_of(request)
    ownership = await state.ownership()
    if not ownership.exists("lot", key):
        raise Problem(Code.NOT_FOUND)
    # The whole way is the customer's to know, and the operator's; a carrier knows its own part from the readings.
    permit(asker, Act.READ_READINGS, ownership.of_object("lot", key).only(Scope.CUSTOMER))
    start, end = ALWAYS_US if from_us is None else from_us, state.services.now_us()
    end = end if to is None else min(to, end)
    if end <= start:
        raise invalid("query/to", "ends_before_it_starts")
    index, snapshot = await state.series(), await _snapshot(state)

    def find() -> LotExposureView:
        rows_of = _rows_of(state.services.readings, index)
        stays = exposure.stays_of(snapshot, watches(snapshot), key, start, end)
        views = [
            stay_view(stay, exposure.exposure(stay, _quantities_of(index), rows_of), state.services.unit_of)
            for stay in stays
        ]
        first_us = min((stay.from_us for stay in stays), default=start)
        return LotExposureView(key, text_of(max(start, first_us)), text_of(end), views)

    return JsonAnswer(await state.pool(find))


async def _snapshot(state: State) -> RegistrySnapshot:
    return await state.read(lambda connection: state.services.registry(connection).snapshot())


async def _visible(state: State, asker: Principal, snapshot: RegistrySnapshot) -> frozenset[str]:
    """The devices that the asker may know of."""
    keys = frozenset(device.key for device in snapshot.devices)
    if not bound(asker):
        return keys
    ownership = await state.ownership()
    return frozenset(k for k in keys if may(asker, Act.READ_REGISTRY, _of_device(ownership, k)))


def _of_device(ownership: Any, key: str) -> Resource:
    found: Resource = ownership.of_object("device", key)
    return found


def _heard(readings: ReadingReader, index: SeriesIndex, asked: dict[str, int], now_us: int) -> gaps.Heard:
    """How often devices speak lately (the median), and of what."""
    intervals: dict[str, int] = {}
    for device, interval_us in asked.items():
        series = index.by_device.get(device, [])[:1]
        for info in series:
            rows = readings.range([info.id], now_us - _LOOKED_BACK * interval_us, now_us, _MOST)
            if len(rows) >= _LEAST:
                intervals[device] = int(np.median(np.diff(rows.time_us)))
    return gaps.Heard(
        intervals, {d: frozenset(i.quantity for i in found) for d, found in index.by_device.items()}
    )


def _quantities_of(index: SeriesIndex) -> Any:
    return lambda device: [info.quantity for info in index.by_device.get(device, [])]


def _rows_of(readings: ReadingReader, index: SeriesIndex) -> exposure.RowsOf:
    def rows(device: str, quantity: str, start_us: int, end_us: int) -> Columns:
        numbers = [info.id for info in index.by_device.get(device, []) if info.quantity == quantity]
        parts: list[Columns] = []
        start_us = max(start_us, 0)
        while numbers and start_us < end_us:
            part = readings.range(numbers, start_us, end_us, _CHUNK)
            parts.append(part)
            start_us = int(part.time_us[-1]) + 1 if len(part) == _CHUNK else end_us
        return Columns.concat(parts)

    return rows
