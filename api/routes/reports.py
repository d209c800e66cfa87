"""Reports of a place, a shipment or a lot over any period, and the limits that held meanwhile."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_reports as examples
from api import report_text as text
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.openapi import operation
from api.policy import Act, Scope, bound, owner_of
from api.problems import Code, Problem, invalid
from api.reported import Point, points
from api.reporting import Asking, Recorded, asked_by_device, recorded
from api.routes import exposure as exposures
from api.selection import Selection, SeriesIndex, Want, clip, resolve
from api.state import State, state_of
from api.times import TimeIn, text_of
from api.views_exposure import LotExposureView
from api.views_report import LimitsView, ReportedThingView, ReportView, VerificationView
from ingest.nouns import US_PER_DAY
from registry import exposure
from registry.calibrations import chains
from registry.nouns import ALWAYS_US, KEY_PATTERN, Principal, Role
from registry.reported.limits import Held, held_for, held_in
from store import events
from store.canonical import digest_of
from store.repositories.records import By
from store.repositories.reports import note_given

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["reports"])

Key = Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")]
From = Annotated[
    TimeIn | None, Query(alias="from", description="Event time, inclusive; without: a week before the end.")
]
To = Annotated[TimeIn | None, Query(description="Event time, exclusive; without: now.")]
Span = tuple[int | None, int | None]
_REPORT = operation(Act.READ_READINGS, ReportView, examples.REPORT, problems=(Code.NOT_FOUND,))
_LIMITS = operation(Act.READ_READINGS, LimitsView, examples.LIMITS, problems=(Code.NOT_FOUND,))
_WEEK_US = 7 * US_PER_DAY
_FIELDS = {"zone": "zones", "shipment": "shipments", "lot": "lots"}


@router.get("/zones/{key}/report", **_REPORT)
async def read_zone_report(
    request: Request, asker: Asker, key: Key, from_us: From = None, to: To = None
) -> Response:
    """All that is printed of a place over a period: what its sensors showed, limits, excursions, acts, certificates."""
    return await _report(request, asker, "zone", key, (from_us, to))


@router.get("/shipments/{key}/report", **_REPORT)
async def read_shipment_report(
    request: Request, asker: Asker, key: Key, from_us: From = None, to: To = None
) -> Response:
    """All that is printed of a shipment over a period: what is handed over with the goods."""
    return await _report(request, asker, "shipment", key, (from_us, to))


@router.get("/lots/{key}/report", **_REPORT)
async def read_lot_report(
    request: Request, asker: Asker, key: Key, from_us: From = None, to: To = None
) -> Response:
    """All that is printed of a lot over a period, wherever it was, with its exposure record; for its customer and the operator."""
    return await _report(request, asker, "lot", key, (from_us, to))


@router.get("/zones/{key}/limits", **_LIMITS)
async def read_zone_limits(
    request: Request, asker: Asker, key: Key, from_us: From = None, to: To = None
) -> Response:
    """The limits that held in a place over a period: each from when to when, by versions of profiles and by the goods there."""
    return await _limits(request, asker, "zone", key, (from_us, to))


@router.get("/shipments/{key}/limits", **_LIMITS)
async def read_shipment_limits(
    request: Request, asker: Asker, key: Key, from_us: From = None, to: To = None
) -> Response:
    """The limits that held on a journey over a period."""
    return await _limits(request, asker, "shipment", key, (from_us, to))


@router.get("/lots/{key}/limits", **_LIMITS)
async def read_lot_limits(
    request: Request, asker: Asker, key: Key, from_us: From = None, to: To = None
) -> Response:
    """The limits that held for a lot over a period, wherever it was."""
    return await _limits(request, asker, "lot", key, (from_us, to))


async def _limits(request: Request, asker: Principal, kind: str, key: str, asked: Span) -> Response:
    state = state_of(request)
    span = _span(asked, state.services.now_us())
    asking = await _asking(state, asker, kind, key, span)
    held = await state.pool(_held, asking)
    views = [text.limit_view(one, state.services.unit_of) for one in held]
    return JsonAnswer(LimitsView(text_of(span[0]), text_of(span[1]), views))


async def _report(request: Request, asker: Principal, kind: str, key: str, asked: Span) -> Response:
    state = state_of(request)
    now_us = state.services.now_us()
    from_us, to_us = _span(asked, now_us)
    span = (from_us, min(to_us, now_us))
    if span[1] <= span[0]:
        raise invalid("query/to", "ends_before_it_starts")
    asking = await _asking(state, asker, kind, key, span)
    index = await state.series()
    there = await state.pool(_stays, asking) if kind == "lot" else []
    wants = _beside(index, there) if kind == "lot" else _in_place(asking, index)
    wanted = await state.pool(asked_by_device, asking, wants)
    shown = await state.pool(points, state.services.readings, wants, wanted)
    whole = await _exposure(state, asking, index, there) if kind == "lot" else None
    held = await state.pool(_held, asking)
    found = await state.read(recorded, state.services, asking, there)
    report = _view(state, asking, shown, held, found, whole, now_us)
    return JsonAnswer(await state.write(_given, asking, report, now_us))


def _span(asked: Span, now_us: int) -> tuple[int, int]:
    """The period that is asked for."""
    to_us = now_us if asked[1] is None else asked[1]
    from_us = max(to_us - _WEEK_US, 0) if asked[0] is None else asked[0]
    if to_us <= from_us:
        raise invalid("query/to", "ends_before_it_starts")
    return from_us, to_us


async def _asking(state: State, asker: Principal, kind: str, key: str, span: tuple[int, int]) -> Asking:
    """What is asked for, if it exists and may be seen."""
    ownership = await state.ownership()
    owned = ownership.of_object(kind, key)
    # The whole way of a lot is its customer's to know, and the operator's; a carrier knows its own part from the shipment.
    permit(asker, Act.READ_READINGS, owned.only(Scope.CUSTOMER) if kind == "lot" else owned)
    if not ownership.exists(kind, key):
        raise Problem(Code.NOT_FOUND)
    return Asking(asker, ownership, ownership.snapshot, kind, key, *span)


def _stays(asking: Asking) -> list[exposure.Stay]:
    """Where a lot was meanwhile, and which devices were there with it."""
    watches = exposure.watches_beside(asking.snapshot, asking.key)
    return exposure.stays_of(asking.snapshot, watches, asking.key, asking.from_us, asking.to_us)


def _in_place(asking: Asking, index: SeriesIndex) -> list[Want]:
    """The series of a place, while their devices were there and as far as they may be seen."""
    found = resolve(asking.asker, Selection(zone=asking.key), index, asking.ownership.where)
    return [
        Want(want.info, tuple(clip(want.intervals, asking.from_us, asking.to_us)))
        for want in found
        if clip(want.intervals, asking.from_us, asking.to_us)
    ]


def _beside(index: SeriesIndex, there: list[exposure.Stay]) -> list[Want]:
    """The series of the devices beside a lot, while they were; in a shipment and its vehicle it is the same device."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in sorted((one for stay in there for one in stay.beside), key=lambda one: one.from_us):
        own = spans.setdefault(one.device, [])
        if own and one.from_us <= own[-1][1]:
            own[-1] = (own[-1][0], max(own[-1][1], one.to_us))
        else:
            own.append((one.from_us, one.to_us))
    return [
        Want(info, tuple(own)) for device, own in spans.items() for info in index.by_device.get(device, [])
    ]


def _held(asking: Asking) -> list[Held]:
    """The limits of the period; to a customer those for its own goods, and those of the place while they were there."""
    span = (asking.from_us, asking.to_us)
    if asking.kind == "lot":
        return held_for(asking.snapshot, asking.key, *span)
    if not bound(asking.asker):
        return held_in(asking.snapshot, [asking.key], *span)
    return _own_limits(asking)


def _own_limits(asking: Asking) -> list[Held]:
    """What held in a place for who sees only their own: while it was theirs; to customers by no rules but their own goods'."""
    asker, ownership, own = asking.asker, asking.ownership, owner_of(asking.asker)
    times = ownership.where.times_of(asking.key, own) if own else []
    found: list[Held] = []
    for one in held_in(asking.snapshot, [asking.key], asking.from_us, asking.to_us):
        rules = ownership.of_object("profile", one.limit.band.partition("/")[0])
        if asker.role is Role.CUSTOMER and not may(asker, Act.READ_GOODS, rules):
            continue
        found += [one._replace(from_us=a, to_us=b) for a, b in clip(times, one.from_us, one.to_us)]
    return found


async def _exposure(
    state: State, asking: Asking, index: SeriesIndex, there: list[exposure.Stay]
) -> LotExposureView:
    """The lot's record over the period."""
    found = await exposures.findings_of(state, asking.asker, asking.ownership, there)
    span = (max(asking.from_us, ALWAYS_US), asking.to_us)
    return await state.pool(
        exposures.told, state, index, asking.snapshot, asking.key, there, span, found, None
    )


def _view(
    state: State, asking: Asking, shown: list[Point], held: list[Held], found: Recorded,
    whole: LotExposureView | None, now_us: int,
) -> ReportView:  # fmt: skip
    unit_of, snapshot, inside = state.services.unit_of, asking.snapshot, not bound(asking.asker)
    things = {one.key: one for one in getattr(snapshot, _FIELDS[asking.kind])}
    keys = {device.full_name: device.key for device in snapshot.devices}
    return ReportView(
        ReportedThingView(asking.kind, asking.key, getattr(things[asking.key], "name", "")),
        text_of(asking.from_us), text_of(asking.to_us), text_of(now_us),
        [text.point_view(one, unit_of) for one in shown],
        [text.limit_view(one, unit_of) for one in held],
        [text.excursion_view(one, unit_of, found.followed.get(one.id), inside=inside) for one in found.excursions],
        found.left_out, found.decisions, found.acts, found.acts_left_out,
        text.calibration_views(shown, keys, chains(snapshot), asking.from_us, asking.to_us), whole,
        VerificationView(0, "", ""),
    )  # fmt: skip


def _given(connection: Any, asking: Asking, report: ReportView, now_us: int) -> dict[str, Any]:
    """The report with what it can be checked by; that it was given out is on record."""
    head = events.head(connection)
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(report))
    document["verification"] = {"head": head.sequence, "head_hash": head.hash.hex()}
    digest = digest_of(document)
    document["verification"]["sha256"] = digest
    note_given(connection, f"{asking.kind}:{asking.key}", digest, By(asking.asker.name, now_us))
    return document
