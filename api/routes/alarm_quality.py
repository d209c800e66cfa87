"""How good the alarms are to the people in front of them: the figures of EEMUA 191 and ISA-18.2."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_alarms as examples
from api.alarm_deadbands import Deadbands
from api.alarm_quality import Asked, quality
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.openapi import operation
from api.policy import Act, Owner, Scope
from api.problems import invalid
from api.state import state_of
from api.times import TimeIn
from api.views_alarms import AlarmQualityView
from tickets.nouns import Alarm

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["quality"])

DAY_US = 24 * 3_600_000_000
USUAL_US = 30 * DAY_US
"""Less than thirty days tell little."""
MOST_US = 366 * DAY_US


@router.get("/alarm-quality", **operation(Act.READ_QUALITY, AlarmQualityView, examples.QUALITY))
async def read_alarm_quality(
    request: Request,
    asker: Asker,
    from_: Annotated[
        TimeIn | None, Query(alias="from", description="30 days before `to` unless said.")
    ] = None,
    to: Annotated[TimeIn | None, Query(description="Now unless said.")] = None,
    site: Annotated[str | None, Query(max_length=64)] = None,
    operators: Annotated[int, Query(ge=1, le=1000, description="Among how many people they are shared.")] = 1,
) -> Response:
    """Load, floods, chattering and stale alarms, their mix, what needed action, and the worst with what would help."""
    state = state_of(request)
    to_us = state.services.now_us() if to is None else to
    from_us = to_us - USUAL_US if from_ is None else from_
    if not 0 < to_us - from_us <= MOST_US:
        raise invalid("query/from", "bad_span", days=MOST_US // DAY_US)
    ownership = await state.ownership()
    if site is not None and not ownership.exists("site", site):
        raise invalid("query/site", "unknown_reference", kind="site", key=site)

    def belongs(alarm: Alarm) -> bool:
        return site is None or Owner(Scope.SITE, site) in ownership.of_alarm(alarm).owners

    zone = ownership.place(None, site, (), ()).time_zone
    lang = language(request.headers.get("accept-language", ""))
    asked = Asked(from_us, to_us, site, operators, zone, lang)

    def look(connection: Any) -> AlarmQualityView:
        services = state.services
        lacking = Deadbands(connection, services.readings, services.unit_of, from_us, to_us)
        return quality(connection, asked, belongs, lacking.propose)

    return JsonAnswer(await state.read(look))
