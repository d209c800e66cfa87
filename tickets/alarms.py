"""Findings of one cause are one alarm: what its state is, given all of them that matter now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from detect.nouns import Finding, Json
from tickets.alarming import latching
from tickets.alarming.flapping import flapping_until_us
from tickets.alarming.nouns import Shelving
from tickets.alarming.states import Act
from tickets.alarming.stilling import Calm, Quieted
from tickets.alarming.ticking import RETURNED, WORSENED, released, taken_off
from tickets.explain import leading, reached_us, severity_rank, subject
from tickets.nouns import Alarm, TicketEvent


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known, beside the findings, when alarms are judged."""

    now_us: int
    calm: Calm
    before: Mapping[str, Finding | None] = field(default_factory=dict)
    """The changed findings as they were recorded, by id."""


def judge(
    cause: str,
    alarm: Alarm | None,
    findings: Sequence[Finding],
    changed: Sequence[Finding],
    id: str,
    moment: Moment,
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
    open_ones = latching.undecided(alarm, cause, changed, moment.before)
    if not speakers:
        return _returned(alarm, changed, open_ones) if alarm else None
    lead = leading(speakers)
    new = Alarm(
        id=id,
        cause=cause,
        kind=lead.kind,
        subject=subject(lead),
        zone=lead.zone,
        severity=lead.severity,
        active=bool(going_on),
        acked=False,
        acked_by=None,
        active_since_us=min(finding.start_us for finding in speakers),
        returned_us=None if going_on else max(reached_us(finding) for finding in speakers),
        ticket_id=None,
        version=1,
        undecided=open_ones,
        flapping_until_us=flapping_until_us(standing, moment.now_us),
    )
    new = _quieted(new, [moment.calm.of(finding) for finding in speakers])
    if alarm is None:
        return new
    new = _carried(alarm, new)
    return alarm if new == alarm else replace(new, version=alarm.version + 1)


def acknowledge(alarm: Alarm, principal: str) -> Alarm:
    """The alarm as somebody who has seen it leaves it; itself if it was acknowledged before."""
    return alarm.acknowledged(principal)


def _quieted(alarm: Alarm, why: Sequence[Quieted | None]) -> Alarm:
    """Quiet only if every finding that speaks for it is."""
    found = [one for one in why if one is not None]
    if not found or len(found) < len(why):
        return alarm
    if all(one.out is not None for one in found):
        return replace(alarm, out_of_service=min(str(one.out) for one in found))
    last = max(found, key=lambda one: (one.until_us or 0, one.by))
    ends = [one.until_us for one in found]
    until = None if None in ends else max(end for end in ends if end is not None)
    return replace(alarm, suppressed_by=last.by, suppressed_until_us=until)


def _carried(alarm: Alarm, new: Alarm) -> Alarm:
    """What people did to the alarm stays, unless it calls again."""
    new = replace(
        new,
        id=alarm.id,
        ticket_id=alarm.ticket_id,
        acked=alarm.acked,
        acked_by=alarm.acked_by,
        version=alarm.version,
        calls=alarm.calls,
        shelf=alarm.shelf,
    )
    if _ends_shelf(alarm, new):
        new = replace(new, shelf=None)
    if _calls_again(alarm, new):
        return replace(new, acked=False, acked_by=None, calls=alarm.calls + 1)
    unheard = alarm.suppressed_by is not None and new.suppressed_by is None and not alarm.active
    return released(new) if unheard else new


def _returned(alarm: Alarm, changed: Sequence[Finding], open_ones: tuple[str, ...]) -> Alarm:
    """All that spoke for it was retracted or now has another cause."""
    if not alarm.active:
        if open_ones == alarm.undecided:
            return alarm
        return replace(alarm, undecided=open_ones, version=alarm.version + 1)
    at_us = max((reached_us(finding) for finding in changed), default=alarm.active_since_us)
    now = replace(alarm, active=False, returned_us=at_us, undecided=open_ones, version=alarm.version + 1)
    return replace(now, shelf=None) if _ends_shelf(alarm, now) else now


def _ends_shelf(alarm: Alarm, new: Alarm) -> bool:
    """Worse than what was put aside; or put aside only until it was over."""
    if alarm.shelf is None:
        return False
    once = alarm.shelving is Shelving.ONE_SHOT and alarm.active and not new.active
    return once or severity_rank(new.severity) > severity_rank(alarm.severity)


def _calls_again(alarm: Alarm, new: Alarm) -> bool:
    """Active again, or worse than what was acknowledged, or an episode nobody had heard of when it was over.

    One that flaps calls once.
    """
    if severity_rank(new.severity) > severity_rank(alarm.severity):
        return True
    if _latches_anew(alarm, new):
        return True
    if alarm.flapping_until_us is not None and new.flapping_until_us is not None:
        return False
    if new.active and not alarm.active:
        return True
    if new.active or alarm.active:
        return False
    return new.active_since_us > (alarm.returned_us or 0) or bool({*new.undecided} - {*alarm.undecided})


def _latches_anew(old: Alarm, new: Alarm) -> bool:
    """Over before and after, and only now is there something to decide."""
    return new.latched and not old.latched and not new.active and not old.active


def events(old: Alarm | None, new: Alarm) -> list[TicketEvent]:
    """What happened to an alarm, in order; nothing if only its times moved on.

    First what uncovers it, then what covers it, then what goes on underneath.
    """
    told: list[TicketEvent] = []
    if old is None:
        return [TicketEvent.of(Act.RAISED, None, new, more=_under_cover(None, new))]
    now = old
    if now.shelf is not None and new.shelf is None:
        worse = severity_rank(new.severity) > severity_rank(old.severity)
        now, event = taken_off(now, WORSENED if worse else RETURNED)
        told.append(event)
    for act, put in _covers(now, new):
        told.append(TicketEvent.of(act, now, put))
        now = put
    last = _act(now, new)
    if last:
        told.append(TicketEvent.of(last, now, new, more=_under_cover(old, new)))
    return told


def _covers(old: Alarm, new: Alarm) -> list[tuple[Act, Alarm]]:
    """The steps by which an alarm comes out of, and into, suppression and being out of service."""
    steps: list[tuple[Act, Alarm]] = []
    now = old
    if old.out_of_service is not None and new.out_of_service is None:
        now = replace(now, out_of_service=None)
        steps.append((Act.PUT_BACK, now))
    if now.suppressed_by is not None and new.suppressed_by is None:
        now = replace(released(now), active=now.active)
        steps.append((Act.RELEASED, now))
    if now.suppressed_by is None and new.suppressed_by is not None:
        now = replace(now, suppressed_by=new.suppressed_by)
        steps.append((Act.SUPPRESSED, now))
    if now.out_of_service is None and new.out_of_service is not None:
        now = replace(now, out_of_service=new.out_of_service)
        steps.append((Act.TAKEN_OUT, now))
    return steps


def _under_cover(old: Alarm | None, new: Alarm) -> dict[str, Json]:
    """Marks what nobody is told of (under a cover, or one of many comings and goings), and what was over when it was told."""
    flaps = bool(old and old.flapping_until_us is not None and new.flapping_until_us is not None)
    marks: dict[str, Json] = {"quiet": True} if new.quiet or flaps else {}
    over_at_once = not new.active and not (old and old.active)
    return marks | ({"over": True} if over_at_once else {})


def _act(old: Alarm, new: Alarm) -> Act | None:
    if new.active and not old.active:
        return Act.RAISED
    if old.active and not new.active:
        return Act.RETURNED
    if (old.acked and not new.acked) or _latches_anew(old, new):
        return Act.RAISED
    if old.latched and not new.latched:
        return Act.UNLATCHED
    return Act.CHANGED if old.severity is not new.severity or old.latched is not new.latched else None
