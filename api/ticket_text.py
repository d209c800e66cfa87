"""Findings, alarms and tickets as they go over the wire, in the language and on the clocks of the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from api.policy import bound
from api.rule_text import card_view
from api.services import EventRow
from api.times import text_of, text_of_optional
from api.views_desk import AlarmView, CommentView, FindingView, Step, TicketFull, TicketView, VerdictView
from detect.nouns import Finding, Json
from registry.nouns import Principal
from texts import Language, render
from tickets.nouns import Alarm, Comment, Text, Ticket
from tickets.remedy import remedy
from tickets.verdicts import Verdict, asks


def finding_view(finding: Finding) -> FindingView:
    """A finding."""
    return FindingView(
        finding.id, finding.detector, finding.detector_version, finding.model, finding.kind, finding.subject, finding.band,
        finding.zone, finding.cause, finding.severity, text_of(finding.start_us), text_of_optional(finding.end_us),
        finding.peak, finding.area, finding.coverage, finding.samples, text_of(finding.received_us), finding.retracted,
        bool(finding.evidence.get("imported")),
    )  # fmt: skip


def alarm_view(alarm: Alarm, asker: Principal) -> AlarmView:
    """An alarm."""
    acked_by = name_for(asker, alarm.acked_by)
    return AlarmView(
        alarm.id, alarm.version, alarm.cause, alarm.kind, alarm.subject, alarm.zone, alarm.severity, alarm.state,
        text_of(alarm.active_since_us), text_of_optional(alarm.returned_us), acked_by, alarm.ticket_id,
    )  # fmt: skip


def ticket_view(
    ticket: Ticket, lang: Language, asker: Principal, own_lots: frozenset[str] | None
) -> TicketView:
    """A ticket in one line. `own_lots`: the lots that the asker may know of; None = all."""
    zone = ZoneInfo(ticket.time_zone)
    lots = [lot for lot in ticket.lots if own_lots is None or lot in own_lots]
    return TicketView(
        ticket.id, ticket.name, ticket.version, ticket.kind, sentence(ticket.title, ticket, lang), ticket.subject,
        ticket.zone, ticket.site, lots, ticket.priority.name, ticket.state, ticket.live, text_of(ticket.deadline_us, zone),
        text_of(ticket.opened_at_us, zone), name_for(asker, ticket.opened_by), text_of(ticket.since_us, zone),
        name_for(asker, ticket.assignee),
    )  # fmt: skip


def ticket_full(
    view: TicketView,
    ticket: Ticket,
    lang: Language,
    asker: Principal,
    findings: Sequence[Finding],
    comments: Sequence[Comment],
    history: Sequence[EventRow],
    acts: Sequence[str],
    verdict: Verdict | None = None,
) -> TicketFull:
    """A ticket with everything that explains it. Who sees only its own reads its own words and the system's notes."""
    bare = bound(asker)
    shown = [c for c in comments if not bare or c.note is not None or c.principal == asker.name]
    return TicketFull(
        **{name: getattr(view, name) for name in view.__struct_fields__},
        time_zone=ticket.time_zone,
        why=sentence(ticket.why, ticket, lang),
        remedy=[card_view(card, lang) for card in remedy(findings)],
        deadline_why=sentence(ticket.deadline, ticket, lang),
        reason="" if bare else ticket.reason,
        cause=ticket.cause,
        decided_received=text_of_optional(ticket.decided_received_us),
        merged_into=ticket.merged_into,
        findings_retracted=ticket.findings_retracted,
        findings=[finding_view(finding) for finding in findings],
        comments=[comment_view(comment, ticket, lang) for comment in shown],
        history=[_step(event, asker) for event in history],
        acts=list(acts),
        verdict=None if bare or verdict is None else verdict_view(verdict),
        asks_verdict=not bare and asks(ticket, verdict),
    )


def verdict_view(verdict: Verdict) -> VerdictView:
    """What was said last of a ticket."""
    return VerdictView(
        str(verdict.verdict), verdict.reason, text_of_optional(verdict.began_us), verdict.principal, text_of(verdict.time_us)
    )  # fmt: skip


def comment_view(comment: Comment, ticket: Ticket, lang: Language) -> CommentView:
    """What was said, or noted, on a ticket."""
    text = sentence(comment.note, ticket, lang) if comment.note is not None else comment.body
    return CommentView(
        comment.id, text_of(comment.time_us), comment.principal, text, comment.note is not None
    )


def sentence(text: Text, ticket: Ticket, lang: Language) -> str:
    """A sentence of a ticket, with times on the clocks of its place."""
    return render(text.code, text.params, lang, ticket.time_zone)


def name_for(asker: Principal, principal: str | None) -> str | None:
    """A principal's name as the asker may know it: who sees only its own learns of nobody but itself and the system."""
    known = principal in (None, "system", asker.name)
    return principal if known or not bound(asker) else None


def _step(event: EventRow, asker: Principal) -> Step:
    new: Mapping[str, Json] = event.new if isinstance(event.new, dict) else {}
    state = new.get("state")
    bare = bound(asker)
    changed: dict[str, Any] = {} if bare else dict(new)
    return Step(
        text_of(event.time_us), name_for(asker, event.principal), event.act, None if state is None else str(state),
        None if bare else event.reason, changed,
    )  # fmt: skip
