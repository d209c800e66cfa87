"""What a ticket says, by the finding that speaks for all and by all of its findings together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detect.nouns import GOODS_KINDS, Finding, Kind
from tickets import explain
from tickets.nouns import Place, Places, Ticket
from tickets.policy import Policy


def told(
    ticket: Ticket, callers: Sequence[Finding], places: Places, policy: Policy, beside: Sequence[Finding] = ()
) -> Ticket:
    """The ticket with title, reasons, subject, place and priority as its findings make them, in whatever order.

    Args:
        callers: those of its findings that call for work, at least one.
        beside: all of its cause, some of which may have a word to say on them.
    """
    lead = explain.leading(callers)
    place = places.of(lead)
    where = place or Place("")
    goods = [there for finding in callers if finding.kind in GOODS_KINDS and (there := places.of(finding))]
    unwatched = _unwatched(callers, places)
    return replace(
        ticket,
        kind=ticket.kind if ticket.taken_up_by else explain.ticket_kind(lead),
        title=explain.with_doubt(explain.title(lead, place, unwatched), callers, "title"),
        why=explain.with_doubt(
            explain.with_beside(explain.why(lead, place, callers, unwatched), beside), callers, "why"
        ),
        subject=explain.subject(lead),
        zone=lead.zone,
        site=where.site,
        time_zone=where.time_zone,
        grade=min((there.grade for there in goods if there.grade), default=""),
        lots=tuple(sorted({lot for there in goods for lot in there.lots})),
        priority=min(policy.priority_of(finding) for finding in callers),
        since_us=min(finding.start_us for finding in callers),
    )


def _unwatched(callers: Sequence[Finding], places: Places) -> list[str]:
    """The names of the zones whose goods nobody sees."""
    zones = {finding.zone: finding for finding in callers if finding.kind is Kind.UNWATCHED and finding.zone}
    found = ((zone, places.of(finding)) for zone, finding in zones.items())
    return sorted(place.name if place else zone for zone, place in found)
