"""Label sheets as PDF: QR code and readable id for devices, zones, lots and shipments."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import examples_goods as examples
from api.concealing import as_seen_by
from api.guard import PREFIX, Asker, GuardedRoute
from api.identifying import visible_things
from api.label_sheet import A4, SINGLE, Grid, pdf_of
from api.labelling import Labelling, in_order
from api.languages import language
from api.openapi import operation
from api.policy import Act
from api.problems import invalid
from api.registry_wire import enum_in
from api.routes.scans import ownership_for
from api.state import state_of
from api.wire import Key, Wire
from registry.nouns import Principal, Thing

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["labels"])

MAX_LABELS = 1000
Kind = Literal["device", "zone", "lot", "shipment"]
AcceptLanguage = Annotated[str, Header(max_length=500, description="en or zh")]
_PDF = {"application/pdf": "%PDF-1.4 …"}


class Sheet(StrEnum):
    """The paper: 24 labels of 70 × 37 mm on A4, or one of 60 × 40 mm to a page."""

    A4 = "a4"
    SINGLE = "single"


_GRIDS = {Sheet.A4: A4, Sheet.SINGLE: SINGLE}
_Margin = Annotated[float, Field(ge=0, le=50, strict=False)]


class LabelsIn(Wire):
    """Which labels, on which paper."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LABELS_IN]})

    kind: Kind
    keys: Annotated[list[Key], Field(max_length=MAX_LABELS, default_factory=list)]
    site: Key | None = None
    """All of a site, instead of keys."""
    sheet: enum_in(Sheet) = Sheet.A4  # type: ignore[valid-type]
    skip: Annotated[int, Field(ge=0, lt=A4.columns * A4.rows)] = 0
    """Places of the first sheet that are used up already."""
    margin_left_mm: _Margin | None = None
    margin_top_mm: _Margin | None = None
    """Where the printer puts things elsewhere than the sheet has them."""
    copies: Annotated[int, Field(ge=1, le=20)] = 1


@router.get("/labels", **operation(Act.IDENTIFY, also=_PDF))
async def read_labels(
    request: Request,
    asker: Asker,
    kind: Kind,
    key: Annotated[list[Key], Query(max_length=100)] = [],  # noqa: B006
    site: Annotated[Key | None, Query(description="All of a site, instead of keys.")] = None,
    sheet: Sheet = Sheet.A4,
    skip: Annotated[int, Query(ge=0, lt=A4.columns * A4.rows)] = 0,
    accept_language: AcceptLanguage = "en",
) -> Response:
    """Labels as PDF, by a link. Chinese text is set in a font that the viewer brings (STSong or any other)."""
    body = LabelsIn.model_validate({"kind": kind, "keys": key, "site": site, "sheet": sheet, "skip": skip})
    return await _answer(request, asker, body, accept_language)


@router.post("/labels", **operation(Act.IDENTIFY, also=_PDF))
async def print_labels(
    request: Request, asker: Asker, body: LabelsIn, accept_language: AcceptLanguage = "en"
) -> Response:
    """Labels as PDF: of a list of keys, or all of a site; on the sheet and with the margins asked for."""
    return await _answer(request, asker, body, accept_language)


async def _answer(request: Request, asker: Principal, body: LabelsIn, accept_language: str) -> Response:
    state = state_of(request)
    if (body.site is None) == (not body.keys):
        raise invalid("body/keys", "only_one")
    grid = _grid(body)
    ownership = await ownership_for(state, asker)
    lang, now_us, url = language(accept_language), state.services.now_us(), state.services.public_url

    def draw(connection: Any) -> bytes:
        snapshot = state.services.registry(connection).snapshot()
        seen = tuple(as_seen_by(asker, ownership, one) for one in snapshot.shipments)
        labelling = Labelling(replace(snapshot, shipments=seen), now_us, url, lang)
        asked = (
            labelling.on_site(body.kind, body.site) if body.site else [Thing(body.kind, k) for k in body.keys]
        )
        things = visible_things(asker, ownership, [thing for thing in asked if labelling.known(thing)])
        _check(body, asked, things)
        labels = [labelling.label(thing) for thing in in_order(things) for _ in range(body.copies)]
        return pdf_of(labels, grid, body.skip)

    headers = {
        "Content-Disposition": f'inline; filename="labels-{body.kind}.pdf"', "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store", "Content-Language": lang, "Vary": "Accept-Language",
    }  # fmt: skip
    return Response(await state.read(draw), 200, headers, "application/pdf")


def _grid(body: LabelsIn) -> Grid:
    """The sheet, with the margins asked for."""
    grid = _GRIDS[body.sheet]
    left = grid.left if body.margin_left_mm is None else body.margin_left_mm
    top = grid.top if body.margin_top_mm is None else body.margin_top_mm
    found = replace(grid, left=left, top=top)
    if body.skip >= grid.columns * grid.rows:
        raise invalid("body/skip", "too_great", limit=grid.columns * grid.rows - 1)
    if not found.fits():
        raise invalid("body/margin_left_mm", "labels_off_page")
    return found


def _check(body: LabelsIn, asked: list[Thing], found: list[Thing]) -> None:
    """Every key that was named must be there; a site may have nothing, which is said rather than printed empty."""
    missing = [thing.key for thing in asked if thing not in found] if body.keys else []
    if missing:
        raise invalid("body/keys", "unknown_reference", kind=body.kind, key=", ".join(missing[:10]))
    if not found:
        raise invalid("body/site", "no_labels")
    if len(found) * body.copies > MAX_LABELS:
        raise invalid("body/copies", "too_great", limit=MAX_LABELS)
