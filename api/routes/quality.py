"""The quality of the data: how complete it is, what contradicts what, and what to do about it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import examples_lists as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.openapi import operation
from api.policy import Act
from api.state import State, state_of
from api.views_quality import QualityView, Report, quality_view, report_of
from registry.completeness import MATTERS, completeness, context_of
from registry.contradictions import contradictions
from registry.nouns import KINDS
from store.readings.errors import StoreAbsent

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["lists"])

NEEDED = frozenset({*MATTERS, "calibration", "placement"})


async def _heard(state: State) -> set[str] | None:
    """The devices that ever said anything; None while the readings are away."""
    try:
        return {info.device for info in (await state.series()).by_id.values()}
    except StoreAbsent:
        return None


@router.get("/data-quality", **operation(Act.READ_QUALITY, QualityView, examples.QUALITY))
async def read_data_quality(request: Request, asker: Asker) -> Response:
    """Completeness (by kind and by customer; the target is 90 %) and contradictions, each with what to do."""
    state = state_of(request)
    now_us = state.services.now_us()
    heard = await _heard(state)

    def look(connection: Any) -> Report:
        snapshot = state.services.registry(connection).snapshot(NEEDED)
        context = context_of(snapshot, now_us)
        found = list(contradictions(snapshot, context, heard))
        objects = sum(len(getattr(snapshot, KINDS[kind].field)) for kind in MATTERS)
        return report_of(snapshot, completeness(snapshot, context), found, now_us, objects)

    return JsonAnswer(
        quality_view(await state.read(look), language(request.headers.get("accept-language", "")))
    )
