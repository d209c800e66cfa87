"""Findings, alarms and tickets as they go over the wire, in the language and on the clocks of the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from api.belongings import Known
from api.event_text import tells
from api.policy import bound, names_of
from api.rule_text import card_view
from api.services import EventRow
from api.times import text_of, text_of_optional
from api.views_desk import (
    CommentView,
    FindingView,
    PartView,
    Step,
    SurveyView,
    TicketFull,
    TicketView,
    VerdictView,
    WorkView,
)
from detect.nouns import Finding, Json
from registry.nouns import Principal, Role
from texts import Language, render
from tickets.acting import BY_HAND
from tickets.deeds import Sheet, Survey, asks_improvement
from tickets.mapping import System, foreign_of
from tickets.nouns import Comment, Text, Ticket
from tickets.remedy import remedy
from tickets.stages import owner_of, path_of
from tickets.verdicts import Verdict, asks


def finding_view(finding: Finding) -> FindingView:
    """A finding."""
    return FindingView(
        finding.id, finding.detector, finding.detector_version, finding.model, finding.kind, finding.subject, finding.band,
        finding.zone, finding.cause, finding.severity, text_of(finding.start_us), text_of_optional(finding.end_us),
        finding.peak, finding.area, finding.coverage, finding.samples, text_of(finding.received_us), finding.retracted,
        bool(finding.evidence.get("imported")),
    )  # fmt: skip


def ticket_view(
    ticket: Ticket,
    lang: Language,
    asker: Principal,
    known: Known | None,
    system: System | None = None,
) -> TicketView:
    """A ticket in one line.

    Args:
        known: the lots and sites that the asker may know of; None = all.
        system: in whose words the state is told too.
    """
    zone, bare = ZoneInfo(ticket.time_zone), bound(asker)
    foreign = foreign_of(system, ticket) if system else None
    lots = [lot for lot in ticket.lots if known is None or lot in known.lots]
    site = ticket.site if known is None or ticket.site in known.sites else None
    return TicketView(
        ticket.id, ticket.name, ticket.version, ticket.kind, sentence(ticket.title, ticket, lang), ticket.subject,
        ticket.zone, site, lots, ticket.priority.name, ticket.state, ticket.live, text_of(ticket.deadline_us, zone),
        text_of(ticket.opened_at_us, zone), name_for(asker, ticket.opened_by), text_of(ticket.since_us, zone),
        name_for(asker, ticket.assignee), ticket.category, ticket.phase,
        ticket.customer if not bare or ticket.customer == asker.customer else None, ticket.hold, ticket.line,
        None if bare else ticket.team, None if bare else ticket.parent_id,
        None if ticket.act_by_us is None else text_of(ticket.act_by_us, zone), owner_of(ticket),
        foreign.state if foreign else None, foreign.reason if foreign else None, ticket.taken_up_by is not None,
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
    work: tuple[Sheet, Survey | None, Sequence[Ticket]] = (Sheet(), None, ()),
    merged_into: Ticket | None = None,
) -> TicketFull:
    """A ticket with everything that explains it. Who sees only its own reads its own words, what the desk says to it, and the system's notes.

    Args:
        work: what is written down about the work, what the customer answered, and the parts of the ticket.
        merged_into: the ticket in which it goes on, if the asker may see that one.
    """
    bare = bound(asker)
    shown = [comment for comment in comments if hears(asker, comment, ticket)]
    sheet, survey, parts = work
    return TicketFull(
        **{name: getattr(view, name) for name in view.__struct_fields__},
        time_zone=ticket.time_zone,
        why=_why(ticket, asker, lang),
        remedy=[card_view(card, lang) for card in remedy(findings)],
        deadline_why=sentence(ticket.deadline, ticket, lang),
        reason="" if bare else ticket.reason,
        cause=ticket.cause,
        decided_received=text_of_optional(ticket.decided_received_us),
        merged_into=merged_into.id if merged_into else None,
        merged_number=merged_into.name if merged_into else None,
        goes_on=goes_on(merged_into, lang) if ticket.merged_into else None,
        findings_retracted=ticket.findings_retracted,
        findings=[finding_view(finding) for finding in findings],
        comments=[comment_view(comment, ticket, lang, asker) for comment in shown],
        history=[_step(event, asker) for event in history if not bare or tells(asker, event)],
        acts=list(acts),
        verdict=None if bare or verdict is None else verdict_view(verdict),
        asks_verdict=not bare and asks(ticket, verdict),
        work=work_view(sheet, survey, asker),
        parts=[] if bare else [_part(part, lang) for part in parts],
        path=path_of(ticket),
    )


def goes_on(other: Ticket | None, lang: Language) -> str:
    """Where a merged ticket goes on; None: in one that the reader may not see."""
    if other is None:
        return render("ticket.goes_on.elsewhere", {}, lang)
    return render("ticket.goes_on.there", {"number": other.name}, lang)


def work_view(sheet: Sheet, survey: Survey | None, asker: Principal) -> WorkView:
    """What is written down about the work: all for the desk; what was done, promised and answered for its customer."""
    bare = bound(asker)
    own = survey is not None and (
        not bare or survey.principal in names_of(asker) or _is_of(asker, survey.customer)
    )
    inside = Sheet() if bare else sheet
    return WorkView(
        inside.plan, list(inside.steps), inside.tried, sheet.resolution, inside.found, sheet.done, inside.improvement,
        inside.improvement_owner, text_of_optional(sheet.wished_us), text_of_optional(sheet.promised_us),
        sheet.unanswered, SurveyView(survey.score, survey.text, text_of(survey.time_us)) if survey and own else None,
        not bare and asks_improvement(survey) and not sheet.improvement,
    )  # fmt: skip


def hears(asker: Principal, comment: Comment, ticket: Ticket) -> bool:
    """Whether a comment is meant for the asker: a customer reads its own words, and what the desk tells it."""
    if not bound(asker) or comment.note is not None or comment.principal in names_of(asker):
        return True
    if asker.role is not Role.CUSTOMER or not comment.public:
        return False
    return _is_of(asker, comment.customer or ticket.customer or asker.customer)


def _is_of(asker: Principal, customer: str | None) -> bool:
    return customer is not None and asker.customer == customer


def _part(ticket: Ticket, lang: Language) -> PartView:
    return PartView(ticket.name, sentence(ticket.title, ticket, lang), ticket.state, ticket.live)


def verdict_view(verdict: Verdict) -> VerdictView:
    """What was said last of a ticket."""
    return VerdictView(
        str(verdict.verdict), verdict.reason, text_of_optional(verdict.began_us), verdict.principal, text_of(verdict.time_us)
    )  # fmt: skip


def comment_view(comment: Comment, ticket: Ticket, lang: Language, asker: Principal) -> CommentView:
    """What was said, or noted, on a ticket."""
    text = sentence(comment.note, ticket, lang) if comment.note is not None else comment.body
    return CommentView(
        comment.id, text_of(comment.time_us), name_for(asker, comment.principal), text, comment.note is not None,
        comment.public, comment.customer, text_of_optional(comment.at_us),
    )  # fmt: skip


def sentence(text: Text, ticket: Ticket, lang: Language) -> str:
    """A sentence of a ticket, with times on the clocks of its place."""
    return render(text.code, text.params, lang, ticket.time_zone)


def _why(ticket: Ticket, asker: Principal, lang: Language) -> str:
    """Why it was opened, if it says so; by whom is told to nobody who sees only its own."""
    if ticket.why.code == BY_HAND and (bound(asker) or not ticket.why.params["words"]):
        return str(ticket.why.params["words"])
    return sentence(ticket.why, ticket, lang)


def name_for(asker: Principal, principal: str | None) -> str | None:
    """A principal's name as the asker may know it: who sees only its own learns of nobody but itself and the system."""
    known = principal in (None, "system", *names_of(asker))
    return principal if known or not bound(asker) else None


def _done_us(new: Mapping[str, Any]) -> int | None:
    """When it was done, if an event says so."""
    found = new.get("at_us")
    return found if isinstance(found, int) else None


def _step(event: EventRow, asker: Principal) -> Step:
    new: Mapping[str, Json] = event.new if isinstance(event.new, dict) else {}
    state = new.get("state")
    bare = bound(asker)
    changed: dict[str, Any] = {} if bare else dict(new)
    return Step(
        text_of(event.time_us), name_for(asker, event.principal), event.act, None if state is None else str(state),
        None if bare else event.reason, changed, text_of_optional(_done_us(new)),
    )  # fmt: skip
