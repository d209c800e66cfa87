"""A report put together: which readings, limits, excursions, decisions, acts and certificates it holds, and for whose eyes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from api.event_text import event_view
from api.guard import may
from api.ownership import Ownership
from api.policy import Act, bound
from api.selection import Want
from api.services import Services
from api.subjects import owners_of
from api.times import text_of
from api.views_report import LotDecisionView, ReportedActView
from detect.nouns import GOODS_KINDS, Finding, Kind, Watch
from ingest.nouns import US_PER_MINUTE
from registry import exposure
from registry.nouns import Principal, RegistrySnapshot, SubjectKind
from registry.plan import watches
from registry.reported.asked import Asked, asked_of
from registry.reported.nouns import Piece
from registry.stays import stays
from store import events
from store.events import Event
from store.repositories.findings import FindingFilter
from store.repositories.reports import Followed, followed

MOST_EXCURSIONS = 500
MOST_ACTS = 1000
_MOST_LOTS = 500
_PEOPLE = ("person:", "key:", "user:", "link:", "command line")
"""How the names of those begin who act; what the system does follows from the rest."""
_EXPECTED = frozenset({Kind.PREDICTED_BREACH})
"""What was expected did not happen, or is told as what it became."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants a report of what over which time."""

    asker: Principal
    ownership: Ownership
    snapshot: RegistrySnapshot
    kind: str
    """zone, shipment or lot."""
    key: str
    from_us: int
    to_us: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the records say of it."""

    excursions: list[Finding]
    left_out: int
    followed: dict[str, Followed]
    decisions: list[LotDecisionView]
    acts: list[ReportedActView]
    acts_left_out: int


def asked_by_device(asking: Asking, wants: Iterable[Want]) -> dict[str, Asked]:
    """What was asked of each device while it counted."""
    pieces: dict[str, list[Piece]] = {}
    for want in wants:
        pieces.setdefault(want.info.device, [Piece(*one) for one in want.intervals])
    keys = {device.key for device in asking.snapshot.devices if device.full_name in pieces}
    by_device: dict[str, list[Watch]] = {}
    for watch in watches(asking.snapshot, [one for one in asking.snapshot.placements if one.subject in keys]):
        by_device.setdefault(watch.device, []).append(watch)
    return {
        device: asked_of(asking.snapshot, by_device.get(device, ()), device, own)
        for device, own in pieces.items()
    }


def recorded(
    connection: Any, services: Services, asking: Asking, there: Sequence[exposure.Stay]
) -> Recorded:  # fmt: skip
    """Excursions of the period and what came of them, decisions on lots, and what people did.

    Args:
        there: the stays of a lot; none for a place.
    """
    found = _excursions(connection, services, asking, there)
    came_of = followed(connection, [one.id for one in found])
    lots = _lots(asking)
    about = _about(connection, services, asking, lots, found, came_of)
    acts = [event for event in about if event.principal.startswith(_PEOPLE)]
    owned = owners_of(connection, services, asking.ownership, {event.subject for event in acts})
    seen = [view for event in acts if (view := event_view(asking.asker, event, owned[event.subject]))]
    told = [ReportedActView(v.sequence, v.time, v.principal, v.act, v.subject, v.reason) for v in seen]
    inside = not bound(asking.asker)
    return Recorded(
        found[:MOST_EXCURSIONS], max(len(found) - MOST_EXCURSIONS, 0), came_of,
        [one for event in about if (one := _decision(event, lots, inside=inside))],
        told[:MOST_ACTS], max(len(told) - MOST_ACTS, 0),
    )  # fmt: skip


def _excursions(
    connection: Any, services: Services, asking: Asking, there: Sequence[exposure.Stay]
) -> list[Finding]:
    """What was found about goods there, and may be seen; in order of time."""
    zones = {stay.place for stay in there} if asking.kind == "lot" else {asking.key}
    which = FindingFilter(
        kinds=GOODS_KINDS - _EXPECTED, zones=zones, from_us=asking.from_us, to_us=asking.to_us
    )
    found, after = list[Finding](), None
    while page := services.findings.find(connection, which, after, MOST_EXCURSIONS):
        found += page
        after = (page[-1].start_us, page[-1].id)
    own = [
        one
        for one in found
        if (asking.kind != "lot" or any(exposure.about(one, stay) for stay in there))
        and may(asking.asker, Act.READ_FINDINGS, asking.ownership.of_finding(one))
    ]
    return sorted(own, key=lambda one: (one.start_us, one.id))


def _lots(asking: Asking) -> list[str]:
    """The lots that are told of: itself, or those that were there and may be seen."""
    if asking.kind == "lot":
        return [asking.key]
    there = dict.fromkeys(
        stay.lot
        for stay in stays(asking.snapshot)
        if stay.place == asking.key and stay.from_us < asking.to_us and asking.from_us < stay.to_us
    )
    own = [lot for lot in there if may(asking.asker, Act.READ_GOODS, asking.ownership.of_object("lot", lot))]
    return sorted(own)[:_MOST_LOTS]


def _about(
    connection: Any,
    services: Services,
    asking: Asking,
    lots: Sequence[str],
    found: Sequence[Finding],
    came_of: dict[str, Followed],
) -> list[Event]:
    """The events of the period about the thing and its lots, and all of the tickets and alarms that came of it."""
    rows = services.registry(connection).placements
    own = rows.of(SubjectKind.LOT, asking.key) if asking.kind == "lot" else rows.at(asking.key)
    things = {f"{asking.kind}:{asking.key}", *(f"lot:{lot}" for lot in lots)}
    things |= {f"placement:{one.id}" for one in own}
    followed_up = {f"ticket:{one.ticket_id}" for one in came_of.values()}
    alarms = {f"alarm:{one.cause}" for one in found}
    by_subject = events.of_subjects(connection, things | followed_up | alarms)
    every = [event for own in by_subject.values() for event in own]
    begin = min((one.start_us for one in found), default=asking.from_us)
    return sorted(
        event
        for event in every
        if event.subject in followed_up
        or (event.subject in alarms and event.time_us >= begin)
        or asking.from_us <= event.time_us < asking.to_us + US_PER_MINUTE
    )


def _decision(event: Event, lots: Sequence[str], *, inside: bool) -> LotDecisionView | None:
    """What an event says of the status of a lot."""
    kind, _, key = event.subject.partition(":")
    if kind != "lot" or key not in lots:
        return None
    old, new = (one if isinstance(one, dict) else {} for one in (event.old, event.new))
    before, status = old.get("status"), new.get("status")
    if status is None or status == before or not old:
        return None
    return LotDecisionView(
        key, text_of(event.time_us), None if before is None else str(before), str(status),
        event.principal if inside else "", event.reason if inside else "",
    )  # fmt: skip
