"""How every place stands now, in one answer: what a service team looks at all day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_overview as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.openapi import operation
from api.overview import PlaceNow, Stand, by_stand, patience_us, weight
from api.overview_text import place_view, work_view
from api.ownership import Ownership
from api.policy import Act, Resource, bound, owner_of
from api.problems import Code, Problem
from api.routes.forecasts import may_see
from api.selection import SeriesIndex
from api.state import State, state_of
from api.ticket_asked import Sight
from api.times import text_of
from api.views_overview import OverviewView
from api.whereabouts import FOREVER_US, Stay
from registry.nouns import Principal, Site, Zone
from store.nouns import ReadingReader
from store.repositories.forecasts import announced
from store.repositories.open_work import LoudAlarm, OpenWork, Within, loud_alarms, open_work
from store.repositories.ticket_filter import TicketFilter, TicketOrder
from tickets.nouns import Ticket

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["overview"])

_MOST = 10_000
Newest = Mapping[int, int]
"""Series → time of its newest reading."""


@router.get(
    "/overview", **operation(Act.READ_PLACES, OverviewView, examples.OVERVIEW, problems=(Code.NOT_FOUND,))
)
async def read_overview(
    request: Request,
    asker: Asker,
    site: Annotated[str | None, Query(max_length=64, description="This site alone, with its zones.")] = None,
    state: Annotated[list[Stand] | None, Query(max_length=10)] = None,
    zones: Annotated[bool, Query(description="Each site with its zones.")] = False,
) -> Response:
    """Every site that one may see, and every vehicle: how it stands, the open work, when it was last heard."""
    app = state_of(request)
    ownership, now_us = await app.ownership(), app.services.now_us()
    if site is not None:
        permit(asker, Act.READ_PLACES, ownership.of_object("site", site))
        if site not in ownership.map.sites:
            raise Problem(Code.NOT_FOUND)
    index, within = await app.series(), _within(ownership, site)
    newest = await app.pool(_newest, app.services.readings, _heard_in(ownership, index, within))
    places = _places(asker, ownership, index, newest, site, now_us)
    elsewhere = await app.read(_fill, app, asker, ownership, places, now_us, within)
    for place in places:
        place.gather(now_us)
    standing = by_stand(places)
    chosen = [place for place in places if state is None or place.stand in state]
    chosen.sort(key=lambda place: place.rank())
    with_zones = zones or site is not None
    items = [
        place_view(place, app.services.unit_of, with_zones=with_zones, inside=not bound(asker))
        for place in chosen
    ]
    states = {str(stand): n for stand, n in standing.items()}
    view = OverviewView(text_of(now_us), states, items, work_view(elsewhere if site is None else []))
    return JsonAnswer(view, headers={"Cache-Control": "no-store"})


def _within(ownership: Ownership, site: str | None) -> Within | None:
    return None if site is None else Within(site, [zone.key for zone in ownership.map.zones_of.get(site, ())])


def _heard_in(ownership: Ownership, index: SeriesIndex, within: Within | None) -> list[int] | None:
    """The series of all devices that ever hung in a site's zones; None: all."""
    if within is None:
        return None
    devices = {stay.what for zone in within.zones for stay in ownership.where.stays_in(zone)}
    return sorted({info.id for device in devices for info in index.by_device.get(device, ())})


def _newest(readings: ReadingReader, series: list[int] | None) -> Newest:
    found = readings.latest(series)
    return dict(zip(found.series.tolist(), found.time_us.tolist(), strict=True))


def _places(
    asker: Principal, ownership: Ownership, index: SeriesIndex, newest: Newest, only: str | None, now_us: int
) -> list[PlaceNow]:
    """The places that one may see, and when each was last heard. What travels stands by itself, while somebody's goods are in it."""
    there, found = ownership.map, list[PlaceNow]()
    known = ownership.belongings.known_to(owner_of(asker)).sites if bound(asker) else there.sites.keys()
    for site in there.sites.values() if only is None else [there.sites[only]]:
        zones = [zone for zone in there.zones_of.get(site.key, ()) if _sees(asker, ownership, zone, now_us)]
        shown = site if site.key in known else None
        listening = [_listen(asker, ownership, index, newest, zone, shown) for zone in zones]
        own = may(asker, Act.READ_PLACES, Resource(ownership.belongings.of("site", site.key)))
        if shown is None:  # another customer's own site: its name is theirs
            found += listening
        elif zones or own:
            found.append(PlaceNow(site, None, zones=listening))
    if only is None:
        travelling = [zone for zone in there.zones_of.get(None, ()) if _sees(asker, ownership, zone, now_us)]
        found += [_listen(asker, ownership, index, newest, zone, None) for zone in travelling]
    return found


def _sees(asker: Principal, ownership: Ownership, zone: Zone, now_us: int) -> bool:
    """Whether something of one's own is there now."""
    owners = ownership.where.owners(zone.key, now_us, now_us + 1) if bound(asker) else frozenset()
    return may(asker, Act.READ_PLACES, Resource(owners))


def _listen(
    asker: Principal, ownership: Ownership, index: SeriesIndex, newest: Newest, zone: Zone, site: Site | None
) -> PlaceNow:
    """A zone with its newest reading, of the devices that hung there at that moment, as far as one may see them."""
    where, intervals = ownership.where, ownership.map.intervals
    stays = where.stays_in(zone.key) if not bound(asker) else [
        Stay(one.device, zone.key, one.start_us, one.end_us)
        for one in where.of_place(zone.key, 0, FOREVER_US)
        if may(asker, Act.READ_READINGS, Resource(one.owners))
    ]  # fmt: skip
    times = [
        newest[info.id]
        for stay in stays
        for info in index.by_device.get(stay.what, ())
        if stay.start_us <= newest.get(info.id, -1) < stay.end_us
    ]
    patience = patience_us([intervals.get(stay.what) for stay in stays])
    return PlaceNow(site, zone, newest_us=max(times, default=None), patience_us=patience)


def _fill(
    connection: Any,
    app: State,
    asker: Principal,
    ownership: Ownership,
    places: Sequence[PlaceNow],
    now_us: int,
    within: Within | None,
) -> list[OpenWork]:
    """Give each place its alarms, foretold breaches and work; what belongs to none of them is handed back."""
    zones = {one.zone.key: one for place in places for one in (place, *place.zones) if one.zone}
    sites = {place.site.key: place for place in places if place.site and not place.zone}

    def place_of(zone: str | None, subject: str, site: str | None = None) -> PlaceNow | None:
        if zone in zones:
            return zones[zone]
        return sites.get(site or ownership.map.site_of(zone, subject) or "")

    alarms = (
        app.loud_alarms(connection) if within is None else sorted(loud_alarms(connection, within), key=weight)
    )
    for alarm in _visible(alarms, asker, ownership):
        place = place_of(alarm.zone, alarm.subject)
        if place is not None and not place.alarms:  # the others matter less
            place.alarms.append(alarm)
    for breach in announced(connection, None, "standing", _MOST):
        if breach.zone in zones and may_see(asker, ownership, breach):
            zones[breach.zone].breaches.append(breach)
    elsewhere: list[OpenWork] = []
    for work in _work(connection, asker, ownership, now_us, within):
        place = place_of(work.zone, "", work.site)
        (elsewhere if place is None else place.work).append(work)
    return elsewhere


def _visible(alarms: Iterable[LoudAlarm], asker: Principal, ownership: Ownership) -> Iterable[LoudAlarm]:
    if not bound(asker):
        return alarms
    return (one for one in alarms if may(asker, Act.READ_ALARMS, ownership.of_alarm(one)))


def _work(
    connection: Any, asker: Principal, ownership: Ownership, now_us: int, within: Within | None
) -> Iterable[OpenWork]:
    if not bound(asker):
        return open_work(connection, now_us, within)
    see = Sight(asker, ownership, lambda ticket: "")
    pages = see.pages(connection, TicketFilter(live=True), TicketOrder.NEWEST)
    return [_one(ticket, now_us) for page in pages for ticket in page]


def _one(ticket: Ticket, now_us: int) -> OpenWork:
    late = ticket.act_by_us is not None and ticket.act_by_us < now_us
    return OpenWork(
        ticket.site, ticket.zone, int(ticket.priority), 1, int(ticket.deadline_us < now_us), int(late),
        ticket.deadline_us, ticket.act_by_us,
    )  # fmt: skip
