"""Forecasts: of a zone now, all that were announced; the weather and the schedules that they are made from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_forecasts as examples
from api.encoding import JsonAnswer
from api.forecasts_wire import ScheduleIn, WeatherIn
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.languages import language
from api.openapi import operation
from api.ownership import Ownership
from api.policy import Act, Resource
from api.problems import Code, Problem
from api.refusals import as_problems
from api.state import State, state_of
from api.versions import IfMatch, any_version, etag
from api.views_forecasts import (
    AnnouncedListView,
    ScheduleView,
    WeatherView,
    ZoneForecastView,
    announced_view,
    forecast_view,
    issue_view,
    kept_view,
    schedule_view,
)
from api.whereabouts import FOREVER_US
from detect.forecasts.nouns import HORIZON_H
from ingest.nouns import US_PER_DAY
from registry.nouns import KEY_PATTERN, Principal
from store.repositories.forecasts import Announced, announced
from store.repositories.records import By
from store.repositories.weather import Schedule, WeatherIssue, WeatherRepository

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["forecasts"])

Key = Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")]
_MOST = 2000


@router.get(
    "/zones/{key}/forecast",
    **operation(Act.READ_FINDINGS, ZoneForecastView, examples.FORECAST, problems=(Code.NOT_FOUND,)),
)
async def read_forecast(request: Request, asker: Asker, key: Key) -> Response:
    """When each limit of a zone will be passed, with the curves behind it; reckoned anew, so never stale."""
    state = state_of(request)
    ownership = await state.ownership()
    if not ownership.exists("zone", key):
        raise Problem(Code.NOT_FOUND)
    now_us = state.services.now_us()
    permit(asker, Act.READ_FINDINGS, Resource(ownership.where.owners(key, now_us, now_us + 1)))
    found = await state.pool(lambda: state.services.foretelling.foretell(key))
    standing = await state.read(lambda connection: announced(connection, [key], "standing"))
    lang = language(request.headers.get("accept-language", ""))
    return JsonAnswer(forecast_view(found, standing, HORIZON_H, lang))


@router.get("/forecasts", **operation(Act.READ_FINDINGS, AnnouncedListView, examples.ANNOUNCEMENTS))
async def list_forecasts(
    request: Request,
    asker: Asker,
    zone: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[str | None, Query(pattern="^(standing|came_true|withdrawn|expired|retracted)$")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Breaches that were announced, the newest first, and of those that are over how many came true."""
    here = state_of(request)
    ownership = await here.ownership()
    zones = None if zone is None else [zone]
    rows = await here.read(lambda connection: announced(connection, zones, state, _MOST))
    own = [one for one in rows if may_see(asker, ownership, one)]
    return JsonAnswer(AnnouncedListView([announced_view(one) for one in own[:limit]], kept_view(own)))


def may_see(asker: Principal, ownership: Ownership, one: Announced) -> bool:
    """Whose goods were in the zone while it was announced."""
    to_us = FOREVER_US if one.ended_us is None else one.ended_us + 1
    return may(asker, Act.READ_FINDINGS, Resource(ownership.where.owners(one.zone, one.announced_us, to_us)))


# ---------------------------------------------------------------------- weather


@router.put("/sites/{key}/weather", **operation(Act.WRITE_WEATHER, problems=(Code.NOT_FOUND,), status=204))
async def put_weather(request: Request, asker: Asker, key: Key, body: WeatherIn) -> Response:
    """Keep a weather forecast for a site. Earlier issues stay: from how wrong they were follows how sure a forecast is."""
    state = state_of(request)
    await _find(state, asker, Act.WRITE_WEATHER, "site", key)
    issue = WeatherIssue(key, body.issued, body.source, body.rows())
    by = By(asker.name, state.services.now_us())
    await state.write(lambda connection: WeatherRepository(connection).put_issue(issue, by))
    return Response(status_code=204)


@router.get(
    "/sites/{key}/weather",
    **operation(Act.READ_PLACES, WeatherView, examples.WEATHER, problems=(Code.NOT_FOUND,)),
)
async def read_weather(
    request: Request, asker: Asker, key: Key, days: Annotated[int, Query(ge=1, le=60)] = 2
) -> Response:
    """The weather forecasts that were issued for a site in the last days, the newest first."""
    state = state_of(request)
    await _find(state, asker, Act.READ_PLACES, "site", key)
    from_us = state.services.now_us() - days * US_PER_DAY
    issues = await state.read(
        lambda connection: WeatherRepository(connection).issues(key, from_us, FOREVER_US)
    )
    return JsonAnswer(WeatherView(key, [issue_view(issue) for issue in reversed(issues)]))


# ---------------------------------------------------------------------- schedules


@router.put(
    "/zones/{key}/schedule",
    **operation(
        Act.WRITE_SCHEDULES,
        ScheduleView,
        examples.SCHEDULE,
        problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE),
    ),
)
async def put_schedule(
    request: Request, asker: Asker, key: Key, body: ScheduleIn, if_match: IfMatch = None
) -> Response:
    """Plan doors to stand open and machines to be off from now on, in place of what was planned; the past stays."""
    state = state_of(request)
    await _find(state, asker, Act.WRITE_SCHEDULES, "zone", key)
    by = By(asker.name, state.services.now_us(), body.reason)

    def put(connection: Any) -> Schedule:
        with as_problems():
            kept = WeatherRepository(connection)
            return kept.put_schedule(key, body.planned(), by, any_version(if_match))

    return _schedule(await state.write(put))


@router.get(
    "/zones/{key}/schedule",
    **operation(Act.READ_PLACES, ScheduleView, examples.SCHEDULE, problems=(Code.NOT_FOUND,)),
)
async def read_schedule(request: Request, asker: Asker, key: Key) -> Response:
    """What is planned for a zone, and what was."""
    state = state_of(request)
    await _find(state, asker, Act.READ_PLACES, "zone", key)
    return _schedule(await state.read(lambda connection: WeatherRepository(connection).schedule(key)))


def _schedule(schedule: Schedule) -> Response:
    return JsonAnswer(schedule_view(schedule), headers=etag(schedule.version))


async def _find(state: State, asker: Principal, act: Act, kind: str, key: str) -> None:
    """Go on only if it exists and may be asked for."""
    ownership = await state.ownership()
    permit(asker, act, ownership.of_object(kind, key))
    if not ownership.exists(kind, key):
        raise Problem(Code.NOT_FOUND)
