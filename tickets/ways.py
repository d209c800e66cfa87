"""Which ticket a finding comes to: the decision, with its reason."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from detect.nouns import Finding, Severity
from tickets.explain import reached_us, severity_rank
from tickets.nouns import Priority, Ticket, TicketState


class Way(StrEnum):
    """What becomes of a finding that calls for work."""

    OPENS = "opens"
    """It opens a ticket: its cause has none, or had the last one too long ago."""
    JOINS = "joins"
    """It joins the live ticket of its cause, or one that was done after it was over."""
    STAYS = "stays"
    """It is where it belongs, and what is done is done."""
    REOPENS = "reopens"
    """It came back within the quiet time, got worse, or simply goes on: not done after all."""
    REINSTATES = "reinstates"
    """The ticket was withdrawn too early."""


def calls(finding: Finding) -> bool:
    """Whether a finding calls for work: advice is for reading, and what was retracted never was."""
    return finding.retracted is None and finding.severity is not Severity.ADVICE


class Terms(NamedTuple):
    """What the policy says about a finding."""

    quiet_us: int
    """How long after the end of its work (event time) an alarm that comes back joins the last ticket."""
    priority: Priority


def way(
    finding: Finding, before: Finding | None, home: Ticket | None, current: Ticket | None, terms: Terms
) -> tuple[Way, Ticket | None]:
    """What becomes of a finding, and with which ticket.

    Args:
        before: the finding as it was recorded, None if it is new.
        home: the ticket it belongs to already.
        current: the ticket that works on its cause, or did last.
    """
    if home and _settled(finding, before, home, terms.quiet_us):
        return Way.STAYS, home
    if current and current.live:
        return (Way.STAYS if home is current else Way.JOINS), current
    last = home or current
    if last is None or not (home or _near(finding, last, terms.quiet_us)):
        return Way.OPENS, None
    if last.state is TicketState.WITHDRAWN:
        return Way.REINSTATES, last
    if home is None and _over_before(finding, last) and terms.priority >= last.priority:
        return Way.JOINS, last
    return Way.REOPENS, last


def _settled(finding: Finding, before: Finding | None, home: Ticket, quiet_us: int) -> bool:
    """The work on it was done: it neither got worse since nor went on beyond the quiet time."""
    if home.live or home.state is TicketState.WITHDRAWN or before is None or not calls(before):
        return False
    if severity_rank(finding.severity) > severity_rank(before.severity):
        return False
    return reached_us(finding) <= _ended_us(home) + quiet_us


def _near(finding: Finding, last: Ticket, quiet_us: int) -> bool:
    """It touches the time from the first sign to the end of the work, the quiet time added at both ends."""
    return finding.start_us <= _ended_us(last) + quiet_us and reached_us(finding) >= last.since_us - quiet_us


def _over_before(finding: Finding, last: Ticket) -> bool:
    """Whoever did the work did it after this was over; it is only told late."""
    return finding.end_us is not None and finding.end_us <= _ended_us(last)


def _ended_us(ticket: Ticket) -> int:
    return ticket.opened_at_us if ticket.ended_us is None else ticket.ended_us
