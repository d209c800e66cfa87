"""Requirements: the catalogue of device models, what devices fall short of, certificates that run out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_devices as examples
from api.devices_seen import seen_by
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.openapi import operation
from api.ownership import Ownership
from api.policy import Act
from api.requirement_text import due_view, gap_view, model_view
from api.selection import SeriesIndex
from api.state import state_of
from api.views_devices import (
    CalibrationsDueView,
    CatalogueModelsView,
    GapsView,
)
from ingest.nouns import US_PER_DAY
from registry import calibrations, gaps, models
from registry.nouns import RegistrySnapshot
from store.nouns import ReadingReader

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["requirements"])

_LOOKED_BACK = 8
"""Intervals in which it is looked how often a device really speaks."""
_LEAST = 3
_MOST = 50

Where = Annotated[str | None, Query(max_length=64)]


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
    index, ownership = await state.series(), await state.ownership()
    seen, places = seen_by(asker, ownership), _places(ownership, place, site)
    find = partial(_gaps, state.services.readings, index, ownership.snapshot, state.services.now_us(), places)
    lang = language(request.headers.get("accept-language", ""))
    found = [
        gap_view(gap, state.services.unit_of, lang) for gap in await state.pool(find) if seen(gap.device.key)
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
    ownership, now_us = await state.ownership(), state.services.now_us()
    seen = seen_by(asker, ownership)
    due = calibrations.due_by(ownership.snapshot, now_us, now_us + within_days * US_PER_DAY + 1)
    found = [one for one in due if site in {None, one.site} and seen(one.device.key)]
    return JsonAnswer(CalibrationsDueView([due_view(one, now_us) for one in found]))


def _places(ownership: Ownership, place: str | None, site: str | None) -> frozenset[str] | None:
    """The places that are asked for; None: all."""
    if place is None and site is None:
        return None
    here = frozenset(zone.key for zone in ownership.map.zones_of.get(site, ())) if site is not None else None
    if place is None:
        return here
    return frozenset({place}) if here is None or place in here else frozenset()


def _gaps(
    readings: ReadingReader,
    index: SeriesIndex,
    snapshot: RegistrySnapshot,
    now_us: int,
    places: frozenset[str] | None,
) -> list[gaps.Gap]:
    """The gaps in these places."""
    asked = gaps.asked(snapshot, now_us, places)
    return gaps.gaps(snapshot, asked, now_us, _heard(readings, index, asked, now_us))


def _heard(
    readings: ReadingReader, index: SeriesIndex, asked: Sequence[gaps.Asked], now_us: int
) -> gaps.Heard:
    """How often devices speak lately (the median), and of what."""
    intervals: dict[str, int] = {}
    for device, interval_us in gaps.asked_intervals(asked).items():
        series = index.by_device.get(device, [])[:1]
        for info in series:
            rows = readings.range([info.id], now_us - _LOOKED_BACK * interval_us, now_us, _MOST)
            if len(rows) >= _LEAST:
                intervals[device] = int(np.median(np.diff(rows.time_us)))
    devices = {watch.device for watch, _ in asked}
    said = {
        device: frozenset(info.quantity for info in index.by_device.get(device, ())) for device in devices
    }
    return gaps.Heard(intervals, said)
