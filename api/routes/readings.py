"""Readings: series, the newest values, the raw ones page by page, and min/mean/max of buckets; JSON or CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api import doubted, examples, measured
from api.doubted import Doubts
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem, invalid
from api.readings_text import corrected_views, reading_views
from api.selection import Selection, Want, resolve, visible
from api.state import State, state_of
from api.tables import csv_answer
from api.times import TimeIn, ZoneName, text_of, text_of_optional, texts_of
from api.views import BucketsOfSeries, BucketsView, ReadingView, SeriesView, SuspicionView
from ingest.nouns import Columns
from registry import calibrations
from registry.calibrations import Chains
from registry.nouns import Principal
from store.nouns import Buckets

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["readings"])

_MAX_CELLS = 2_000_000

Name = Annotated[str | None, Query(max_length=200)]
Format = Annotated[Literal["json", "csv"], Query(description="csv is safe to open in a spreadsheet.")]
Zoned = Annotated[ZoneName, Query(description="IANA time zone in which times are written.", max_length=64)]
Corrected = Annotated[
    bool,
    Query(description="Beside each value what the certificate of its time says."),
]
From = Annotated[TimeIn, Query(alias="from", description="Event time, inclusive.")]
To = Annotated[TimeIn, Query(description="Event time, exclusive.")]


class Form(NamedTuple):
    """How readings are to be written."""

    time_zone: str
    format: str
    corrected: bool


def select(
    series: Annotated[list[Annotated[int, Query(ge=0, lt=2**31)]], Query(max_length=1000)] = [],  # noqa: B006
    device: Name = None,
    quantity: Name = None,
    zone: Name = None,
    site: Name = None,
) -> Selection:
    return Selection(tuple(series), device, quantity, zone, site)


Selected = Annotated[Selection, Depends(select)]


@router.get(
    "/series",
    **operation(
        Act.READ_READINGS,
        Page[SeriesView],
        examples.SERIES_PAGE,
        also={"text/csv": examples.SERIES_CSV},
        problems=(Code.NOT_FOUND,),
    ),
)
async def list_series(
    request: Request,
    asker: Asker,
    selected: Selected,
    cursor: Cursor = None,
    limit: Limit = 100,
    format: Format = "json",
) -> Response:
    """Every series one may read something of, by number."""
    state = state_of(request)
    after = read_cursor(request, cursor, int)
    wants = await wanted(state, asker, selected)
    rows = [want.info for want in wants if after is None or want.info.id > after][: limit + 1]
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    unit_of = state.services.unit_of
    views = [SeriesView(i.id, i.gateway, i.device, i.quantity, unit_of(i.quantity)) for i in shown]
    link = next_link(request, following)
    if format == "csv":
        rows_of = ((v.series, v.gateway, v.device, v.quantity, v.unit) for v in views)
        return csv_answer("series", ("series", "gateway", "device", "quantity", "unit"), rows_of, link)
    return JsonAnswer(Page(views, following), headers=link)


@router.get(
    "/readings/latest",
    **operation(
        Act.READ_READINGS,
        Page[ReadingView],
        examples.LATEST,
        also={"text/csv": examples.READINGS_CSV},
        problems=(Code.NOT_FOUND,),
    ),
)
async def latest_readings(
    request: Request, asker: Asker, selected: Selected, tz: Zoned = "UTC", format: Format = "json",
    corrected: Corrected = False,
) -> Response:  # fmt: skip
    """The newest reading of each series of a selection; of all series without one."""
    state = state_of(request)
    wants = await wanted(state, asker, selected)
    found = await state.pool(measured.newest, state.services.readings, wants)
    return await _answer(state, wants, found, Form(tz, format, corrected), None, {})


@router.get(
    "/readings",
    **operation(
        Act.READ_READINGS,
        Page[ReadingView],
        examples.READINGS_PAGE,
        also={"text/csv": examples.READINGS_CSV},
        problems=(Code.NOT_FOUND, Code.BAD_CURSOR),
    ),
)
async def list_readings(
    request: Request, asker: Asker, selected: Selected, from_us: From, to: To, tz: Zoned = "UTC",
    cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=20_000)] = 1000, format: Format = "json",
    corrected: Corrected = False,
) -> Response:  # fmt: skip
    """Raw readings of a selection, by series and time."""
    state = state_of(request)
    _check(selected, from_us, to)
    after = read_cursor(request, cursor, tuple[int, int])
    wants = await wanted(state, asker, selected)
    rows = await state.pool(measured.page, state.services.readings, wants, from_us, to, after, limit + 1)
    following = None
    if len(rows) > limit:
        rows = rows.take(slice(0, limit))
        following = write_cursor(request, (int(rows.series[-1]), int(rows.time_us[-1])))
    form = Form(tz, format, corrected)
    return await _answer(state, wants, rows, form, following, dict(next_link(request, following)))


@router.get(
    "/readings/buckets",
    **operation(
        Act.READ_READINGS,
        BucketsView,
        examples.BUCKETS,
        also={"text/csv": examples.BUCKETS_CSV},
        problems=(Code.NOT_FOUND,),
    ),
)
async def bucket_readings(
    request: Request, asker: Asker, selected: Selected, from_us: From, to: To, tz: Zoned = "UTC",
    buckets: Annotated[int, Query(ge=1, le=5000, description="At most this many.")] = 500, format: Format = "json",
) -> Response:  # fmt: skip
    """min/mean/max of a selection per bucket. Buckets may be wider than asked for; the answer says how wide."""
    state = state_of(request)
    _check(selected, from_us, to)
    wants = await wanted(state, asker, selected)
    if len(wants) * buckets > _MAX_CELLS:
        raise invalid("query/buckets", "too_many_cells", series=len(wants), limit=_MAX_CELLS)
    readings, ownership = state.services.readings, await state.ownership()
    grid = await state.pool(measured.buckets, readings, wants, from_us, to, buckets)
    suspected = await state.read(doubted.suspicions, wants, from_us, to)
    found = await state.pool(doubted.doubts, readings, wants, grid, suspected)
    seen = {
        series: [one for one in own if may(asker, Act.READ_FINDINGS, ownership.of_finding(one))]
        for series, own in found.findings.items()
    }
    return await state.pool(_buckets_answer, state, wants, grid, found._replace(findings=seen), tz, format)


def _check(selected: Selection, start_us: int, end_us: int) -> None:
    """A range needs something to be a range of, and must not be empty."""
    if selected.everything:
        raise invalid("query", "nothing_selected")
    if end_us <= start_us:
        raise invalid("query/to", "ends_before_it_starts")


async def wanted(state: State, asker: Principal, selected: Selection) -> list[Want]:
    """What the asker may read of a selection.

    Raises:
        Problem: not_found, if something was named that does not exist, or of which nothing was ever theirs.
    """
    index = await state.series_with(lambda index: index.knows(selected))
    ownership = await state.ownership()
    where = ownership.where
    wants = resolve(asker, selected, index, where)
    if not wants and not visible(asker, selected, index, where, ownership.has_device):
        raise Problem(Code.NOT_FOUND)
    return wants


async def _answer(
    state: State,
    wants: list[Want],
    rows: Columns,
    form: Form,
    following: str | None,
    link: dict[str, str],
) -> Response:
    """Readings as JSON or CSV, written outside of the event loop."""
    infos = {want.info.id: want.info for want in wants}
    chains = await state.read(_chains, state) if form.corrected else {}

    def write() -> Response:
        views = reading_views(rows, infos, state.services.unit_of, ZoneInfo(form.time_zone))
        header = ("time", "device", "quantity", "unit", "value", "flags")
        table = ((v.time, v.device, v.quantity, v.unit, v.value, " ".join(v.flags)) for v in views)
        if not form.corrected:
            return _written(form, views, header, table, following, link)
        more = corrected_views(rows, views, chains)
        beside = ((*row, v.deviation, v.corrected) for row, v in zip(table, more, strict=True))
        return _written(form, more, (*header, "deviation", "corrected"), beside, following, link)

    return await state.pool(write)


def _written(
    form: Form, views: Sequence[ReadingView], header: tuple[str, ...], table: Iterable[tuple[object, ...]],
    following: str | None, link: dict[str, str],
) -> Response:  # fmt: skip
    if form.format == "csv":
        return csv_answer("readings", header, table, link)
    return JsonAnswer(Page(list(views), following), headers=link)


def _chains(connection: Any, state: State) -> Chains:
    """Certificates by full name of their device."""
    snapshot = state.services.registry(connection).snapshot()
    known = calibrations.chains(snapshot)
    return {device.full_name: known[device.key] for device in snapshot.devices if device.key in known}


def _buckets_answer(
    state: State, wants: list[Want], grid: Buckets, found: Doubts, tz: str, form: str
) -> Response:
    infos = {want.info.id: want.info for want in wants}
    start = texts_of(grid.start_us, ZoneInfo(tz))
    items = [
        BucketsOfSeries(
            infos[series].device, infos[series].quantity, state.services.unit_of(infos[series].quantity),
            grid.count[row].tolist(), grid.minimum[row].tolist(), grid.mean[row].tolist(), grid.maximum[row].tolist(),
            doubted.gap_us(grid, row) / 1e6, found.buckets.get(series, []),
            [
                SuspicionView(one.id, str(one.kind), text_of(one.start_us), text_of_optional(one.end_us))
                for one in found.findings.get(series, [])
            ],
            series,
        )
        for row, series in enumerate(grid.series.tolist())
    ]  # fmt: skip
    if form == "json":
        return JsonAnswer(BucketsView(grid.width_us / 1e6, start, items))
    header = ("start", "width_s", "device", "quantity", "unit", "count", "min", "mean", "max")
    table = (
        (time, grid.width_us / 1e6, i.device, i.quantity, i.unit, n, low, mean, high)
        for i in items
        for time, n, low, mean, high in zip(start, i.count, i.min, i.mean, i.max, strict=True)
        if n
    )
    return csv_answer("buckets", header, table, {})
