"""Findings of one cause are one alarm: what its state is, given all of them that matter now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detect.nouns import Finding
from tickets.explain import leading, reached_us, severity_rank, subject
from tickets.nouns import Alarm, TicketEvent


def judge(
    cause: str, alarm: Alarm | None, findings: Sequence[Finding], changed: Sequence[Finding], id: str
) -> Alarm | None:
    """The alarm as it is now; `alarm` itself if nothing about it changed, None if there is no reason for one.

    Args:
        findings: all of this cause that go on, and those that changed, as they are now.
        changed: those that changed in this batch and have, or had, this cause.
        id: for a new alarm.
    """
    standing = [finding for finding in findings if not finding.retracted and finding.cause == cause]
    going_on = [finding for finding in standing if finding.end_us is None]
    changed_ids = {finding.id for finding in changed}
    speakers = going_on or [finding for finding in standing if finding.id in changed_ids]
    if not speakers:
        return _returned(alarm, changed) if alarm else None
    new = _of(cause, leading(speakers), speakers, active=bool(going_on), id=id)
    if alarm is None:
        return new
    new = replace(
        new,
        id=alarm.id,
        ticket_id=alarm.ticket_id,
        acked=alarm.acked,
        acked_by=alarm.acked_by,
        version=alarm.version,
    )
    if _calls_again(alarm, new):
        new = replace(new, acked=False, acked_by=None)
    return alarm if new == alarm else replace(new, version=alarm.version + 1)


def acknowledge(alarm: Alarm, principal: str) -> Alarm:
    """The alarm as somebody who has seen it leaves it; itself if it was acknowledged before."""
    if alarm.acked:
        return alarm
    return replace(alarm, acked=True, acked_by=principal, version=alarm.version + 1)


def _of(cause: str, lead: Finding, speakers: Sequence[Finding], *, active: bool, id: str) -> Alarm:
    return Alarm(
        id=id,
        cause=cause,
        kind=lead.kind,
        subject=subject(lead),
        zone=lead.zone,
        severity=lead.severity,
        active=active,
        acked=False,
        acked_by=None,
        active_since_us=min(finding.start_us for finding in speakers),
        returned_us=None if active else max(reached_us(finding) for finding in speakers),
        ticket_id=None,
        version=1,
    )


def _returned(alarm: Alarm, changed: Sequence[Finding]) -> Alarm:
    """All that spoke for it was retracted or now has another cause."""
    if not alarm.active:
        return alarm
    at_us = max((reached_us(finding) for finding in changed), default=alarm.active_since_us)
    return replace(alarm, active=False, returned_us=at_us, version=alarm.version + 1)


def _calls_again(alarm: Alarm, new: Alarm) -> bool:
    """Active again, or worse than what was acknowledged, or an episode nobody had heard of when it was over."""
    if new.active and not alarm.active:
        return True
    if severity_rank(new.severity) > severity_rank(alarm.severity):
        return True
    return not new.active and not alarm.active and new.active_since_us > (alarm.returned_us or 0)


def event(old: Alarm | None, new: Alarm) -> TicketEvent | None:
    """What happened to an alarm; None if only its times moved on."""
    act = _act(old, new)
    return TicketEvent.of(act, old, new) if act else None


def _act(old: Alarm | None, new: Alarm) -> str | None:
    if old is None or (new.active and not old.active):
        return "raised"
    if old.active and not new.active:
        return "returned"
    if old.acked and not new.acked:
        return "raised"
    return "changed" if old.severity is not new.severity else None
