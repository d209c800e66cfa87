"""How a place stands, as it goes over the wire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from api.exposure_text import UnitOf, unit_named
from api.overview import PlaceNow
from api.times import text_of, text_of_optional
from api.views_overview import BreachView, OpenWorkView, PlaceView, WorstView
from store.repositories.forecasts import Announced
from store.repositories.open_work import LoudAlarm, OpenWork
from tickets.nouns import Priority


def place_view(place: PlaceNow, unit_of: UnitOf, *, with_zones: bool, inside: bool) -> PlaceView:
    """A place; `inside`: also what stays inside the desk."""
    site, zone = place.site, place.zone
    named = zone or site
    zones = sorted(place.zones, key=lambda one: one.rank()) if with_zones and zone is None else None
    return PlaceView(
        site=site.key if site else None,
        zone=zone.key if zone else None,
        name=(named.name or named.key) if named else "",
        latitude=site.latitude if site else None,
        longitude=site.longitude if site else None,
        time_zone=site.time_zone if site else None,
        state=place.stand,
        worst=_worst_view(place.worst, inside=inside),
        breach=_breach_view(place.breach, unit_of),
        work=work_view(place.work, inside=inside),
        newest_reading=text_of_optional(place.newest_us),
        zones=None
        if zones is None
        else [place_view(one, unit_of, with_zones=False, inside=inside) for one in zones],
    )


def work_view(work: Sequence[OpenWork], *, inside: bool = True) -> OpenWorkView:
    """Live tickets, summed up. By when one must act is the desk's own business."""
    by_priority: Counter[str] = Counter()
    for one in work:
        by_priority[Priority(one.priority).name] += one.live
    return OpenWorkView(
        live=sum(one.live for one in work),
        overdue=sum(one.overdue for one in work),
        act_by_past=sum(one.act_by_past for one in work) if inside else 0,
        by_priority=dict(sorted(by_priority.items())),
        deadline=_earliest(one.deadline_us for one in work),
        act_by=_earliest(one.act_by_us for one in work) if inside else None,
    )


def _earliest(times: Iterable[int | None]) -> str | None:
    return text_of_optional(min((us for us in times if us is not None), default=None))


def _worst_view(alarm: LoudAlarm | None, *, inside: bool) -> WorstView | None:
    if alarm is None:
        return None
    return WorstView(
        alarm.id, alarm.kind, alarm.severity, alarm.subject if inside else "", alarm.zone, text_of(alarm.active_since_us),
        alarm.ticket_id,
    )  # fmt: skip


def _breach_view(breach: Announced | None, unit_of: UnitOf) -> BreachView | None:
    if breach is None:
        return None
    return BreachView(
        breach.zone, breach.band, breach.quantity, breach.side, breach.value,
        unit_named(breach.quantity, unit_of), breach.probability,
        text_of_optional(breach.p10_us), text_of_optional(breach.p50_us), text_of_optional(breach.p90_us),
    )  # fmt: skip
