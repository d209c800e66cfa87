"""What a ticket says, by the finding that speaks for all and by all of its findings together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detect.nouns import GOODS_KINDS, Finding, Kind, Severity
from tickets import explain
from tickets.clocks.policies import Policy, best_grade
from tickets.clocks.priority import priority, stakes_of
from tickets.nouns import Place, Places, Ticket

_HARM = frozenset({Severity.ALARM, Severity.CRITICAL})
"""Excursions that do harm from their start on."""


def told(
    ticket: Ticket, callers: Sequence[Finding], places: Places, policy: Policy, now_us: int,
    beside: Sequence[Finding] = (),
) -> Ticket:  # fmt: skip
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
    breach_us = breach(callers)
    floor = min(policy.priority_of(finding) for finding in callers)
    stakes = stakes_of(one for there in goods for one in there.goods)
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
        grade=ticket.grade
        if ticket.customer
        else best_grade((there.grade for there in goods), policy.grades),
        shared=len({one.customer for there in goods for one in there.goods}) > 1,
        lots=tuple(sorted({lot for there in goods for lot in there.lots})),
        priority=priority(floor, stakes, breach_us, policy, now_us).priority,
        breach_p10_us=breach_us,
        since_us=min(finding.start_us for finding in callers),
    )


def breach(findings: Sequence[Finding]) -> int | None:
    """When harm comes with one chance in ten, or when it began; None if none is foreseen and none goes on."""
    foretold = (f.evidence.get("p10_us") for f in findings if _foretells_harm(f) and _stands(f))
    began = (
        f.start_us for f in findings if f.kind in explain.BREACHES and f.severity in _HARM and _stands(f)
    )
    return min([*(time for time in foretold if isinstance(time, int)), *began], default=None)


def _foretells_harm(finding: Finding) -> bool:
    """Whether goods suffer where the limit is passed: to come near one is a warning, and may be one for days."""
    limit = finding.evidence.get("limit_severity", finding.severity)
    return finding.kind is Kind.PREDICTED_BREACH and limit in _HARM


def _stands(finding: Finding) -> bool:
    return finding.end_us is None and finding.retracted is None


def _unwatched(callers: Sequence[Finding], places: Places) -> list[str]:
    """The names of the zones whose goods nobody sees."""
    zones = {finding.zone: finding for finding in callers if finding.kind is Kind.UNWATCHED and finding.zone}
    found = ((zone, places.of(finding)) for zone, finding in zones.items())
    return sorted(place.name if place else zone for zone, place in found)
