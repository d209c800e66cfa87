"""Derived: how far goods in a place were from the dew point, and how warm they were themselves, as min/mean/max of buckets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import derived, doubted, examples
from api.derived import Allowed, Asked, Curve, Told
from api.encoding import JsonAnswer
from api.exposure_text import unit_named
from api.guard import PREFIX, Asker, GuardedRoute, may
from api.openapi import operation
from api.ownership import Ownership
from api.policy import Act, bound
from api.problems import Code, Problem, invalid
from api.routes.readings import Format, From, To, Zoned
from api.selection import Interval, Selection, SeriesIndex, Want, clip, resolve, visible
from api.state import State, state_of
from api.tables import csv_answer
from api.times import text_of, text_of_optional, texts_of
from api.views import DerivedBuckets, DerivedView, GoodsView, SuspicionView
from api.whereabouts import FOREVER_US
from detect.nouns import Finding, Goods, Watch
from ingest.nouns import SeriesKey
from registry.nouns import Principal
from store.nouns import Buckets

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["readings"])

Quantity = Literal["dew_point_margin", "product_temperature", "surface_humidity"]
Suspicions = dict[int, list[Finding]]


class _Place(NamedTuple):
    """A place, and what may be read there."""

    names: frozenset[str]
    """Its own, and what else its devices were in meanwhile: a vehicle, a shipment."""
    there: dict[str, list[Interval]]
    """Device → when it was there and may be read."""


@router.get(
    "/readings/derived",
    **operation(
        Act.READ_READINGS,
        DerivedView,
        examples.DERIVED,
        also={"text/csv": examples.DERIVED_CSV},
        problems=(Code.NOT_FOUND,),
    ),
)
async def derived_readings(
    request: Request, asker: Asker,
    zone: Annotated[str, Query(max_length=200, description="A zone or shipment.")],
    quantity: Annotated[Quantity, Query(description="What is derived from temperature and humidity.")],
    from_us: From, to: To, tz: Zoned = "UTC",
    buckets: Annotated[int, Query(ge=1, le=5000, description="At most this many.")] = 500, format: Format = "json",
    lot: Annotated[str | None, Query(max_length=200, description="As if this lot were alone there; while it is not, the bare air.")] = None,
) -> Response:  # fmt: skip
    """min/mean/max per bucket of what follows for the goods in a place: one curve for those that follow the air of a device alike."""
    state = state_of(request)
    if to <= from_us:
        raise invalid("query/to", "ends_before_it_starts")
    asked, ownership, index = (
        Asked(quantity, from_us, to, buckets),
        await state.ownership(),
        await state.series(),
    )
    place = _place(asker, zone, ownership, index)
    lots = _lots(asker, ownership, lot)
    plan = await state.plans.of(ownership.sequence, lots, alone=lot is not None)
    watches = derived.concerning(plan, place.names)
    wants = _readable(asker, watches, ownership, index)
    told = await state.pool(_reckon, state, asker, ownership, place, watches, wants, asked)
    sources = [want for want in wants if any(want.info.id in curve.sources for curve in told.curves)]
    suspected = await state.read(doubted.suspicions, sources, from_us, to)
    seen = {
        number: [one for one in own if may(asker, Act.READ_FINDINGS, ownership.of_finding(one))]
        for number, own in suspected.items()
    }
    return await state.pool(_answer, state, told, sources, suspected, seen, asked, tz, format)


def _place(asker: Principal, zone: str, ownership: Ownership, index: SeriesIndex) -> _Place:
    """The place, if it exists and something of it may be read.

    Raises:
        Problem: not_found.
    """
    selection, where = Selection(zone=zone), ownership.where
    wants = resolve(asker, selection, index, where)
    if not wants and not visible(asker, selection, index, where):
        raise Problem(Code.NOT_FOUND)
    there = {want.info.device: list(want.intervals) for want in wants}
    meanwhile = (
        stretch.place
        for device, spans in there.items()
        for stretch in where.of_device(device, 0, FOREVER_US)
        if stretch.place and clip(spans, stretch.start_us, stretch.end_us)
    )
    return _Place(frozenset({zone, *meanwhile}), there)


def _lots(asker: Principal, ownership: Ownership, lot: str | None) -> list[str] | None:
    """Which goods are reckoned with: one lot, if it was asked for; for who sees only their own, those.

    Raises:
        Problem: not_found.
    """
    if lot is not None:
        if not ownership.exists("lot", lot) or not may(
            asker, Act.READ_GOODS, ownership.of_object("lot", lot)
        ):
            raise Problem(Code.NOT_FOUND)
        return [lot]
    if not bound(asker):
        return None
    return [key for key in ownership.goods if may(asker, Act.READ_GOODS, ownership.of_object("lot", key))]


def _readable(
    asker: Principal, watches: Iterable[Watch], ownership: Ownership, index: SeriesIndex
) -> list[Want]:
    """The series of the devices of some watches, as far as they may be read anywhere."""
    devices = dict.fromkeys(one.device for one in watches)
    numbers = tuple(info.id for device in devices for info in index.by_device.get(device, ()))
    return resolve(asker, Selection(series=numbers), index, ownership.where) if numbers else []


def _reckon(
    state: State, asker: Principal, ownership: Ownership, place: _Place, watches: list[Watch], wants: list[Want], asked: Asked
) -> Told:  # fmt: skip
    def seen(goods: Goods) -> bool:
        return not bound(asker) or may(asker, Act.READ_GOODS, ownership.of_object("profile", goods.profile))

    series = {want.info.id: SeriesKey(want.info.device, want.info.quantity) for want in wants}
    surfaces = derived.surfaces_of(watches, place.names, series, asked.quantity, seen)
    curves = derived.curves_of(surfaces, place.there, asked)
    reader = Allowed(state.services.readings, wants)
    return derived.reckoned(reader, surfaces, curves, asked, state.services.now_us())


def _answer(
    state: State, told: Told, sources: list[Want], suspected: Suspicions, seen: Suspicions, asked: Asked, tz: str, form: str
) -> Response:  # fmt: skip
    grid, start = told.grid, texts_of(told.grid.start_us, ZoneInfo(tz))
    unit = unit_named(asked.quantity, state.services.unit_of)
    items = [
        DerivedBuckets(
            curve.device, asked.quantity, unit,
            grid.count[row].tolist(), grid.minimum[row].tolist(), grid.mean[row].tolist(), grid.maximum[row].tolist(),
            doubted.gap_us(grid, row) / 1e6, _doubted(state, curve, grid, row, sources, suspected),
            [_suspicion(one) for number in curve.sources for one in seen.get(number, [])],
            _goods(curve),
        )
        for row, curve in enumerate(told.curves)
    ]  # fmt: skip
    if form == "json":
        return JsonAnswer(DerivedView(grid.width_us / 1e6, start, items, told.left_out))
    header = (
        "start", "width_s", "device", "form", "lag_s", "since", "quantity", "unit", "count", "min", "mean", "max",
    )  # fmt: skip
    table = (
        (time, grid.width_us / 1e6, i.device, i.goods.form, i.goods.lag_s, i.goods.since, i.quantity, i.unit, n, low, mean, high)
        for i in items
        for time, n, low, mean, high in zip(start, i.count, i.min, i.mean, i.max, strict=True)
        if n
    )  # fmt: skip
    return csv_answer("derived", header, table, {})


def _goods(curve: Curve) -> GoodsView:
    goods = curve.goods
    came_from = goods.path[-1].places[-1] if goods.path else None
    return GoodsView(
        goods.form, goods.lag_us / 1e6, text_of_optional(goods.since_us), came_from, curve.probed
    )


def _suspicion(one: Finding) -> SuspicionView:
    return SuspicionView(one.id, str(one.kind), text_of(one.start_us), text_of_optional(one.end_us))


def _doubted(
    state: State, curve: Curve, grid: Buckets, row: int, sources: list[Want], suspected: Suspicions
) -> list[int]:  # fmt: skip
    """The buckets in which any reading that a curve rests on is doubted."""
    own = sorted((want for want in sources if want.info.id in curve.sources), key=lambda want: want.info.id)
    rows, numbers = np.full(len(own), row), np.array([want.info.id for want in own], np.int32)
    told = Buckets(
        numbers, grid.start_us, grid.width_us, grid.count[rows], grid.minimum[rows], grid.mean[rows], grid.maximum[rows]
    )  # fmt: skip
    found = doubted.doubts(state.services.readings, own, told, suspected)
    return sorted({number for numbers in found.buckets.values() for number in numbers})
