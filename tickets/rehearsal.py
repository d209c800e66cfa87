"""Rehearsal: findings and the tickets that would come of them, in memory; nothing of it is on record.

Nobody works on these tickets, so each is taken to be done as soon as its trouble is over: the next trouble of the
cause then joins, reopens or opens a ticket by the same policy as a real one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count

from detect.engine import Engine
from detect.history import History
from detect.nouns import Finding, FindingChange
from registry.nouns import Role, uuid7
from tickets.nouns import Alarm, Known, Ticket
from tickets.raising import Raising
from tickets.states import Act, Actor, move

_ENGINEER = Actor("backtest", Role.ENGINEER)


class Rehearsal:
    """What detection would have recorded (`detect.ports.FindingLog`), and the desk behind it."""

    def __init__(self, raising: Raising, counts: Callable[[Finding], bool]) -> None:
        """`counts`: the findings of which tickets come here; the others are only remembered."""
        self._raising, self._counts = raising, counts
        self.findings: dict[str, Finding] = {}
        self.raised_us: dict[str, int] = {}
        """Finding → as-of time at which it was first told."""
        self.tickets: dict[str, Ticket] = {}
        self.ticket_of: dict[str, str] = {}
        self.reopened = 0
        self._alarms: dict[str, Alarm] = {}
        self._of_subject: dict[str, set[str]] = defaultdict(set)
        self._of_cause: dict[str, set[str]] = defaultdict(set)
        """Findings that go on, by cause."""
        self._of_ticket: dict[str, set[str]] = defaultdict(set)

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        """See `FindingLog`."""
        found = (self.findings[id] for subject in subjects for id in self._of_subject[subject])
        return [f for f in found if not f.retracted and (f.end_us is None or f.end_us >= from_us)]

    def open_findings(self) -> list[Finding]:
        """See `FindingLog`."""
        return [finding for finding in self.standing() if finding.end_us is None]

    def standing(self) -> list[Finding]:
        """See `FindingLog`."""
        return [finding for finding in self.findings.values() if not finding.retracted]

    def counted(self) -> list[Finding]:
        """What stands of the findings that count, in order of time."""
        found = [finding for finding in self.standing() if self._counts(finding)]
        return sorted(found, key=lambda finding: (finding.start_us, finding.subject, finding.band))

    def record(self, changes: Sequence[FindingChange], now_us: int) -> None:
        """Take note of what a step found, and do what comes of it."""
        fresh = {c.finding.id: c for c in changes if self.findings.get(c.finding.id) != c.finding}
        before = {id: self.findings[id] for id in fresh if id in self.findings}
        counting = [change for change in fresh.values() if self._counts(change.finding)]
        if counting:
            self._work(counting, {id: one for id, one in before.items() if self._counts(one)}, now_us)
        for change in fresh.values():
            self._note(change.finding, now_us)

    def _work(self, changes: Sequence[FindingChange], before: dict[str, Finding], now_us: int) -> None:
        causes = {f.cause for f in (*(c.finding for c in changes), *before.values())}
        known = self._known(causes, before)
        raised = self._raising(changes, known, now_us)
        self._alarms |= raised.alarms
        self.tickets |= raised.tickets
        for id, ticket_id in raised.ticket_of.items():
            self._of_ticket[self.ticket_of.get(id, "")].discard(id)
            self._of_ticket[ticket_id].add(id)
        self.ticket_of |= raised.ticket_of
        self.reopened += sum(raised.opened.values())
        self._finish(causes, now_us)

    def _known(self, causes: set[str], before: dict[str, Finding]) -> Known:
        """What a real desk would have read for this."""
        alarms = {cause: self._alarms[cause] for cause in causes if cause in self._alarms}
        homes = {id: self.ticket_of[id] for id in before if id in self.ticket_of}
        wanted = {*homes.values(), *(alarm.ticket_id for alarm in alarms.values() if alarm.ticket_id)}
        members = {id: ticket for ticket in wanted for id in self._of_ticket[ticket]}
        ids = {*members, *(id for cause in causes for id in self._of_cause[cause])}
        return Known(
            alarms=alarms,
            tickets={id: self.tickets[id] for id in wanted},
            findings={id: self.findings[id] for id in ids if self._counts(self.findings[id])} | before,
            ticket_of=homes | members,
            next_number=len(self.tickets) + 1,
        )

    def _finish(self, causes: set[str], now_us: int) -> None:
        """Tickets whose trouble is over are done."""
        for cause in causes & self._alarms.keys():
            alarm = self._alarms[cause]
            ticket = self.tickets.get(alarm.ticket_id or "")
            if ticket and ticket.live and not alarm.active:
                done = move(ticket, Act.RESOLVE, _ENGINEER, now_us)
                self.tickets[ticket.id] = done if isinstance(done, Ticket) else ticket

    def _note(self, finding: Finding, now_us: int) -> None:
        old = self.findings.get(finding.id)
        if old is not None:
            self._of_cause[old.cause].discard(old.id)
        self.findings[finding.id] = finding
        self._of_subject[finding.subject].add(finding.id)
        self.raised_us.setdefault(finding.id, now_us)
        if finding.end_us is None and not finding.retracted:
            self._of_cause[finding.cause].add(finding.id)


def rehearse(
    history: History,
    rehearsal: Rehearsal,
    engine: Engine,
    tell: Callable[[int], None],
) -> None:
    """Let an engine over `history` judge to its end.

    Args:
        tell: told the as-of time after every step; what it raises ends the rehearsal.
    """
    while not history.over:
        step = engine.step()
        rehearsal.record(step.changes, history.as_of_us)
        tell(history.as_of_us)
    step = engine.step()
    rehearsal.record(step.changes, history.as_of_us)


def numbered() -> Callable[[], str]:
    """Ids for findings that are on no record."""
    numbers = count(1)
    return lambda: uuid7(next(numbers))
