"""The climate risk outlook: of a site by zone, product and week; and for a service team, whose goods come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_outlook as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.languages import language
from api.openapi import operation
from api.ownership import Ownership
from api.policy import Act, Resource, Scope, bound, owner_of
from api.problems import Code, Problem
from api.rule_text import card_view
from api.state import State, state_of
from api.views_outlook import (
    BasisView,
    ChanceView,
    OutlookListView,
    OutlookView,
    RiskView,
    WeekView,
    ZoneOutlookView,
)
from detect.forecasts.zones import Zone as Watched
from registry.climate import Climate, climate_of
from registry.guidance import Card
from registry.nouns import KEY_PATTERN, Principal, RegistrySnapshot, Site, Zone
from registry.outlook import Risk, Week, basis_of, outlook, place_of

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["forecasts"])

Weeks = Annotated[int, Query(ge=1, le=26, description="How many weeks ahead.")]
_KINDS = frozenset({"site", "zone"})


class _Looked(NamedTuple):
    """A zone with its weeks."""

    zone: Zone
    profiles: list[str]
    customers: list[str]
    basis: BasisView
    weeks: list[Week]


@router.get(
    "/sites/{key}/outlook",
    **operation(Act.READ_PLACES, OutlookView, examples.OUTLOOK, problems=(Code.NOT_FOUND,)),
)
async def read_outlook(
    request: Request,
    asker: Asker,
    key: Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")],
    weeks: Weeks = 8,
) -> Response:
    """How likely goods get damp, freeze or overheat, zone by zone and week by week, with what to do before."""
    state = state_of(request)
    ownership = await state.ownership()
    permit(asker, Act.READ_PLACES, ownership.of_object("site", key))
    snapshot = await _snapshot(state)
    site = next((site for site in snapshot.sites if site.key == key), None)
    if site is None:
        raise Problem(Code.NOT_FOUND)
    climate = climate_of(site)
    found = await _look(state, asker, ownership, snapshot, [site], weeks, learn=True)
    cards: dict[str, Card] = {c.key: c for z in found for w in z.weeks for o in w.chances for c in o.cards}
    lang = language(request.headers.get("accept-language", ""))
    return JsonAnswer(
        OutlookView(
            key, climate.zone if climate else None, climate.coastal if climate else None,
            [_zone_view(one) for one in found], [card_view(card, lang) for card in cards.values()],
        )
    )  # fmt: skip


@router.get("/outlook", **operation(Act.READ_PLACES, OutlookListView, examples.OUTLOOKS))
async def list_outlook(
    request: Request,
    asker: Asker,
    weeks: Weeks = 4,
    risk: Risk | None = None,
    least: Annotated[float, Query(ge=0, le=1, description="Only chances of at least this.")] = 0.3,
) -> Response:
    """Whose goods are likely to get damp, freeze or overheat in the weeks ahead: at most 500 zones, the likeliest first."""
    state = state_of(request)
    ownership = await state.ownership()
    snapshot = await _snapshot(state)
    found = await _look(state, asker, ownership, snapshot, snapshot.sites, weeks, learn=False)
    rows = [row for one in found for row in _risks(one, risk) if row.chance >= least]
    rows.sort(key=lambda row: (-row.chance, row.site, row.zone, row.risk))
    return JsonAnswer(OutlookListView(rows[:500]))


async def _snapshot(state: State) -> RegistrySnapshot:
    found: RegistrySnapshot = await state.read(
        lambda connection: state.services.registry(connection).snapshot(_KINDS)
    )
    return found


async def _look(
    state: State, asker: Principal, ownership: Ownership, snapshot: RegistrySnapshot, sites: Sequence[Site],
    weeks: int, *, learn: bool,
) -> list[_Looked]:  # fmt: skip
    """All zones of some sites that are watched and that the asker may see."""
    now_us = state.services.now_us()
    climates = {site.key: (climate, _today(now_us, site)) for site in sites if (climate := climate_of(site))}
    own: list[tuple[Zone, Resource]] = []
    for zone in snapshot.zones:
        there = Resource(ownership.where.owners(zone.key, now_us, now_us + 1))
        if zone.site in climates and may(asker, Act.READ_PLACES, there):
            # Whoever sees only its own does not learn whose goods stand beside them.
            mine = there.owners & {owner_of(asker)} if bound(asker) else there.owners
            own.append((zone, Resource(frozenset(owner for owner in mine if owner is not None))))

    def work() -> list[_Looked]:
        watched = state.services.foretelling.watched()
        return [
            _looked(state, zone, there, watched[zone.key], climates, weeks, learn)
            for zone, there in own
            if zone.key in watched and watched[zone.key].limits
        ]

    return await state.pool(work)


def _looked(
    state: State, zone: Zone, there: Resource, watched: Watched, climates: Mapping[str, tuple[Climate, date]],
    weeks: int, learn: bool,
) -> _Looked:  # fmt: skip
    climate, today = climates[zone.site or ""]
    response = state.services.foretelling.response(watched, learn=learn)
    limits = list(dict.fromkeys(limit for limit, _ in watched.limits))
    found = outlook(climate, limits, zone.climate_control, response, today, weeks)
    basis = BasisView(place_of(climate), basis_of(response), round(response.days, 1) if response else 0.0)
    customers = sorted(owner.key for owner in there.owners if owner.scope is Scope.CUSTOMER)
    profiles = sorted({limit.band.rpartition("/")[0] for limit in limits})
    return _Looked(zone, profiles, customers, basis, found)


def _today(now_us: int, site: Site) -> date:
    return datetime.fromtimestamp(now_us / 1e6, ZoneInfo(site.time_zone)).date()


def _zone_view(one: _Looked) -> ZoneOutlookView:
    weeks = [
        WeekView(
            week.begins.isoformat(), [str(season) for season in week.seasons],
            [ChanceView(c.risk, c.chance, c.band, [card.key for card in c.cards]) for c in week.chances],
        )
        for week in one.weeks
    ]  # fmt: skip
    return ZoneOutlookView(one.zone.key, one.profiles, one.customers, one.basis, weeks)


def _risks(one: _Looked, wanted: Risk | None) -> list[RiskView]:
    """Per risk the worst week of a zone."""
    best: dict[Risk, RiskView] = {}
    for week in one.weeks:
        for c in week.chances:
            if (wanted is None or c.risk is wanted) and (
                c.risk not in best or c.chance > best[c.risk].chance
            ):
                best[c.risk] = RiskView(
                    one.zone.site or "", one.zone.key, one.customers, c.risk, c.chance, c.band,
                    week.begins.isoformat(), one.basis,
                )  # fmt: skip
    return list(best.values())
