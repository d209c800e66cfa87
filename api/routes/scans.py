"""Codes and scans: what a code names; two scans place a thing; scans made offline; the last one undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_goods as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may
from api.identifying import named, read_code, visible_things
from api.languages import language
from api.openapi import operation
from api.ownership import Ownership
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act, bound
from api.problems import Code, Problem, problem_view
from api.refusals import as_problems
from api.scanning import carried_out, undone
from api.services import RegistryRows
from api.state import State, state_of
from api.times import TimeIn
from api.views_goods import IdentityView, ObjectView, ScanOutcome, ScanOutcomes, ScanView, scan_view
from api.wire import Line, Wire
from registry.nouns import KINDS, Principal, Scan, SubjectKind, Thing
from store.repositories.records import By
from texts import Language

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["scans"])

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
ScannedText = Annotated[str, Field(min_length=1, max_length=500)]
_AT_ONCE = 50
"""Scans made offline that share a transaction: fewer waits for the disk, and nobody waits long for the lock."""
AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]


class ScanIn(Wire):
    """Two codes, scanned one after the other in either order: a device or lot, and where it is put."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SCAN_IN]})

    client_id: Annotated[Line, Field(min_length=1, max_length=100)]
    """Of your own making: the same scan sent again counts once."""
    first: ScannedText
    second: ScannedText
    time_us: TimeIn | None = Field(None, alias="time")
    """When it was scanned; now without it."""
    note: Line = ""


class ScansIn(Wire):
    """Scans made offline, in the order in which they were made."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SCANS_IN]})

    scans: Annotated[list[ScanIn], Field(min_length=1, max_length=500)]


@router.get("/identify", **operation(Act.IDENTIFY, IdentityView, examples.IDENTITY))
async def identify(
    request: Request,
    asker: Asker,
    code: Annotated[str, Query(max_length=500, description="As scanned; FNC1 as %1D or <GS>.")],
) -> Response:
    """What a code names: a barcode, a QR code, an RFID tag's hexadecimal digits, one of our labels."""
    state = state_of(request)
    identity = read_code(code, state.services.public_url, "query/code")
    ownership = await ownership_for(state, asker)
    now_us = state.services.now_us()

    def find(connection: Any) -> list[ObjectView]:
        registry = state.services.registry(connection)
        things = visible_things(asker, ownership, named(registry, identity))
        return [_object_view(registry, thing, now_us) for thing in things]

    objects = await state.read(find)
    view = IdentityView(identity.names, identity.canonical, identity.text, dict(identity.pairs), objects)
    return JsonAnswer(view)


@router.post(
    "/scans",
    **operation(
        Act.SCAN, ScanView, examples.SCAN, status=201, problems=(Code.SCAN_REFUSED, Code.OVERLAP, Code.KEY_REUSED)
    ),
)  # fmt: skip
async def scan(request: Request, asker: Asker, body: ScanIn) -> Response:
    """Place a device or lot by two scans. It leaves wherever it was, for it can be in one place only."""
    state = state_of(request)
    ownership = await ownership_for(state, asker)
    done = await state.write(lambda connection: _carry_out(connection, state, asker, ownership, body))
    return JsonAnswer(scan_view(done), 201)


@router.post("/scans/batch", **operation(Act.SCAN, ScanOutcomes, examples.SCAN_OUTCOMES))
async def scan_batch(
    request: Request, asker: Asker, body: ScansIn, accept_language: AcceptLanguage = "en"
) -> Response:
    """Scans made offline: each is done or refused by itself, in the order given."""
    state, lang = state_of(request), language(accept_language)
    ownership = await ownership_for(state, asker)
    items: list[ScanOutcome] = []

    def write(connection: Any, part: Sequence[ScanIn]) -> None:
        for one in part:
            items.append(_outcome(connection, state, asker, ownership, one, lang))

    for at in range(0, len(body.scans), _AT_ONCE):
        await state.write(write, body.scans[at : at + _AT_ONCE])
    return JsonAnswer(ScanOutcomes(items))


def _outcome(
    connection: Any, state: State, asker: Principal, ownership: Ownership | None, one: ScanIn, lang: Language
) -> ScanOutcome:
    """One of many: done, or undone within the transaction of all and refused."""
    try:
        with connection.begin_nested():
            done = _carry_out(connection, state, asker, ownership, one)
        return ScanOutcome(one.client_id, scan_view(done), None)
    except Problem as problem:
        return ScanOutcome(one.client_id, None, problem_view(problem, lang, f"{PREFIX}/scans/batch"))


@router.get("/scans", **operation(Act.SCAN, Page[ScanView], examples.SCANS, problems=(Code.BAD_CURSOR,)))
async def list_scans(request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """Scans, the newest first; one's own, for who sees only its own."""
    state = state_of(request)
    before = read_cursor(request, cursor, str)
    whose = None if may(asker, Act.READ_GOODS) and not bound(asker) else asker.name
    rows: Sequence[Scan] = await state.read(
        lambda connection: state.services.registry(connection).scans.page(whose, before, limit + 1)
    )
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    return JsonAnswer(
        Page([scan_view(row) for row in shown], following), headers=next_link(request, following)
    )


@router.post(
    "/scans/{id}/undo",
    **operation(Act.SCAN, ScanView, examples.SCAN, problems=(Code.NOT_FOUND, Code.SCAN_REFUSED)),
)
async def undo_scan(request: Request, asker: Asker, id: Id) -> Response:
    """As if it had not been scanned: one's own last scan of a thing. What was changed since stays as it is."""
    state = state_of(request)
    by = By(asker.name, state.services.now_us(), "undone")

    def write(connection: Any) -> Scan:
        return undone(state.services.registry(connection).scans, asker, id, by)

    return JsonAnswer(scan_view(await state.write(write)))


async def ownership_for(state: State, asker: Principal) -> Ownership | None:
    """What decides for who sees only its own; None for whoever sees all."""
    return await state.ownership() if bound(asker) else None


def _carry_out(
    connection: Any, state: State, asker: Principal, ownership: Ownership | None, body: ScanIn
) -> Scan:
    """One scan."""
    now_us, url = state.services.now_us(), state.services.public_url
    codes = (read_code(body.first, url, "body/first"), read_code(body.second, url, "body/second"))
    wanted = Scan(
        principal=asker.name, client_id=body.client_id, first=codes[0].canonical, second=codes[1].canonical,
        time_us=now_us if body.time_us is None else body.time_us, received_us=now_us, note=body.note, subject="", place="",
    )  # fmt: skip
    registry = state.services.registry(connection)
    with as_problems():
        return carried_out(registry, asker, ownership, wanted, codes, repeats_any_time=body.time_us is None)


def _object_view(registry: RegistryRows, thing: Thing, now_us: int) -> ObjectView:
    stored = registry.get(KINDS[thing.kind].noun, thing.key)
    name = stored.value.name if stored else ""
    if thing.kind not in set(SubjectKind):
        return ObjectView(thing.kind, thing.key, name, None, None)
    here = [s.value for s in registry.placements.of(SubjectKind(thing.kind), thing.key)]
    now = [p for p in here if p.valid_from_us <= now_us and (p.valid_to_us is None or p.valid_to_us > now_us)]
    place = now[-1] if now else None
    return ObjectView(
        thing.kind, thing.key, name, place.place_kind if place else None, place.place if place else None
    )
