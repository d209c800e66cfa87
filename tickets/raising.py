"""Findings become alarms, exactly one per cause, and these few tickets, one live one per cause.

The outcome is a function of the set of findings, whatever the order in which they came: a ticket's priority, subject
and texts follow the worst of its findings that stand, the oldest among equals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from detect.nouns import Finding, FindingChange, Json
from tickets import alarms, explain
from tickets.alarming.stilling import Calm
from tickets.alarming.ticking import tick
from tickets.clocks.clocks import carried_on, tightened, with_deadline
from tickets.clocks.policies import Policies
from tickets.nouns import SYSTEM, Comment, Known, Places, Raised, Text, Ticket, TicketEvent, TicketState
from tickets.states import MACHINERY, Act, move
from tickets.telling import told
from tickets.ways import Terms, Way, calls, way

_NAMED = 20
"""How many findings an event names; the others it counts."""


@dataclass(frozen=True, slots=True)
class Raising:
    """How findings become tickets, as one callable that a store can be handed."""

    policies: Policies
    places: Places
    new_id: Callable[[int], str]
    """A UUIDv7 of a time."""

    def __call__(self, changes: Sequence[FindingChange], known: Known, now_us: int) -> Raised:
        """What `changes` make of what is known. Applied again to what came of it, they change nothing.

        What an uploaded file tells of is over and calls nobody.
        """
        live = [change for change in changes if not change.finding.evidence.get("imported")]
        return _Batch(known, self, now_us).work(live)

    def wake(self, known: Known, now_us: int) -> Raised:
        """What the passing of time, or a window that was opened or moved, makes of the alarms that are known.

        A shelf ends, a window is over and what goes on calls. Done again at the same moment, it changes nothing.
        """
        return _Batch(known, self, now_us).wake()


class _Batch:
    """One batch of findings on its way to alarms and tickets."""

    def __init__(self, known: Known, raising: Raising, now_us: int) -> None:
        self.known = known
        self.policy = raising.policies.at(now_us)
        self.places = raising.places
        self.new_id = raising.new_id
        self.now_us = now_us
        self.raised = Raised()
        self.calm = Calm(self.places, now_us, known.stills, known.shadows)
        self._before: dict[str, Finding | None] = {}
        self._tickets_before: dict[str, Ticket] = {}
        self._touched: dict[str, None] = {}
        self._going_on: dict[str, list[Finding]] = {}
        """Per cause, all of its findings that are known."""
        self._came: dict[str, list[str]] = defaultdict(list)
        """Per ticket, the findings that came to it."""
        self._acts: dict[str, str] = {}
        """Per ticket, the act by which its event goes."""

    def work(self, changes: Sequence[FindingChange]) -> Raised:
        """Alarms first, then a ticket for every finding that calls for work, then each ticket once as a whole."""
        by_cause = self._take(changes)
        going_on = self._going_on = self._by_cause()
        for cause, changed in by_cause.items():
            self._judge(cause, going_on.get(cause, []), changed)
            for finding in sorted(changed, key=lambda finding: (finding.start_us, finding.id)):
                if finding.cause == cause:
                    self._bring(finding)
        members = self._members()
        for id in self._touched:
            self._settle(self.known.tickets[id], members[id])
        return self.raised

    def wake(self) -> Raised:
        """Time first, then the alarms as their findings make them now, then tickets for what calls at last."""
        stills = {still.name: still for still in self.known.stills}
        going_on = self._going_on = self._by_cause()
        for cause, alarm in list(self.known.alarms.items()):
            now, events = tick(alarm, stills, self.now_us)
            if now != alarm:
                self.known.alarms[cause] = self.raised.alarms[cause] = now
                self.raised.events += events
            self._judge(cause, going_on.get(cause, []), [])
            self._bring_late(going_on.get(cause, []))
        members = self._members()
        for id in self._touched:
            self._settle(self.known.tickets[id], members[id])
        return self.raised

    def _bring_late(self, findings: list[Finding]) -> None:
        """What was held back and goes on comes to a ticket as if it had just been found."""
        for finding in sorted(findings, key=lambda one: (one.start_us, one.id)):
            if finding.end_us is None and finding.id not in self.known.ticket_of and self._calls(finding):
                self._before[finding.id] = None
                self._bring(finding)

    def _calls(self, finding: Finding) -> bool:
        """Whether a finding calls for work now; what has come to a ticket is not taken away from it."""
        return calls(finding) and (finding.id in self.known.ticket_of or not self.calm.holds_back(finding))

    def _take(self, changes: Sequence[FindingChange]) -> dict[str, list[Finding]]:
        """The findings that are not what they were, by their cause and the one they had before."""
        latest = {change.finding.id: change.finding for change in changes}
        by_cause: dict[str, list[Finding]] = defaultdict(list)
        for id, finding in latest.items():
            before = self.known.findings.get(id)
            if before == finding:
                continue
            self._before[id] = before
            self.known.findings[id] = finding
            for cause in dict.fromkeys([finding.cause, before.cause if before else finding.cause]):
                by_cause[cause].append(finding)
        return by_cause

    def _by_cause(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.known.findings.values():
            found[finding.cause].append(finding)
        return found

    def _members(self) -> dict[str, list[Finding]]:
        """The findings of each ticket, as they are now."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for id, ticket_id in self.known.ticket_of.items():
            ticket = self.known.ticket(ticket_id)
            if ticket and id in self.known.findings:
                found[ticket.id].append(self.known.findings[id])
        return found

    def _judge(self, cause: str, findings: list[Finding], changed: list[Finding]) -> None:
        old = self.known.alarms.get(cause)
        moment = alarms.Moment(self.now_us, self.calm, self._before)
        new = alarms.judge(cause, old, findings, changed, self.new_id(self.now_us), moment)
        if new is None or new is old:
            return
        self.known.alarms[cause] = self.raised.alarms[cause] = new
        self.raised.events += alarms.events(old, new)
        ticket = self.known.current(cause)
        if old and old.active and not new.active and ticket and ticket.live:
            returned: dict[str, Json] = {"cause": cause, "returned_us": new.returned_us}
            self.raised.events.append(TicketEvent.of("returned_to_normal", ticket, ticket, more=returned))

    def _bring(self, finding: Finding) -> None:
        """A finding to its ticket, and every ticket it concerns on the list of those to settle."""
        home = self.known.home(finding)
        if home:
            self._touch(home)
        if not self._calls(finding):
            self._accompany(finding)
            return
        current = self.known.current(finding.cause)
        if home and home is not current and home.cause != finding.cause:
            home = None  # it has another cause now, and goes where that one is worked on
        what, ticket = way(finding, self._before[finding.id], home, current, self._terms(finding))
        if what is Way.STAYS:
            return
        if ticket is None:
            ticket = self._open(finding)
        elif what in {Way.REOPENS, Way.REINSTATES}:
            ticket = self._revive(ticket, what)
        self._touch(ticket)
        self._belong(finding, ticket)

    def _accompany(self, finding: Finding) -> None:
        """What speaks beside an excursion comes to its live ticket, whose work it is not."""
        current = self.known.current(finding.cause)
        if finding.kind in explain.BESIDE and finding.retracted is None and current and current.live:
            self._touch(current)
            self._belong(finding, current)

    def _terms(self, finding: Finding) -> Terms:
        return Terms(self.policy.quiet_us[explain.ticket_kind(finding)], self.policy.priority_of(finding))

    def _belong(self, finding: Finding, ticket: Ticket) -> None:
        """The finding to the ticket, and the alarm of its cause too."""
        if self.known.ticket_of.get(finding.id) != ticket.id:
            self.known.ticket_of[finding.id] = self.raised.ticket_of[finding.id] = ticket.id
            self._came[ticket.id].append(finding.id)
        alarm = self.known.alarms[finding.cause]
        if alarm.ticket_id != ticket.id:
            moved = replace(alarm, ticket_id=ticket.id)
            self.known.alarms[alarm.cause] = self.raised.alarms[alarm.cause] = moved

    def _touch(self, ticket: Ticket) -> None:
        self._touched[ticket.id] = None
        self._tickets_before.setdefault(ticket.id, ticket)

    def _open(self, finding: Finding) -> Ticket:
        """A new ticket; its priority, deadline and texts are settled with its findings."""
        ticket = Ticket(
            id=self.new_id(self.now_us),
            number=self.known.next_number,
            kind=explain.ticket_kind(finding),
            cause=finding.cause,
            title=Text(""),
            why=Text(""),
            subject="",
            zone=None,
            site=None,
            lots=(),
            time_zone="UTC",
            grade="",
            priority=self.policy.priority_of(finding),
            state=TicketState.NEW,
            deadline_us=0,
            deadline=Text(""),
            clock_from_us=self.now_us,
            opened_at_us=self.now_us,
            opened_by=SYSTEM,
            since_us=finding.start_us,
            decided_received_us=finding.received_us,
        )
        self.known.next_number += 1
        self.known.tickets[ticket.id] = ticket
        self._acts[ticket.id] = "opened"
        self.raised.opened[ticket.id] = False
        return ticket

    def _revive(self, ticket: Ticket, what: Way) -> Ticket:
        """A ticket that was done, or withdrawn, is work again."""
        self._touch(ticket)
        act = Act.REOPEN if what is Way.REOPENS else Act.REINSTATE
        moved = move(ticket, act, MACHINERY, self.now_us, reason=f"ticket.way.{what}")
        if not isinstance(moved, Ticket):
            raise RuntimeError(f"{ticket.name} cannot {act}: {moved}")  # the table forbids what `way` decides
        moved = carried_on(ticket, replace(moved, clock_from_us=self.now_us), self.policy)
        self.known.tickets[ticket.id] = moved
        self._acts[ticket.id] = "reopened" if what is Way.REOPENS else "reinstated"
        self.raised.opened.setdefault(ticket.id, True)
        return moved

    def _settle(self, ticket: Ticket, members: list[Finding]) -> None:
        """The ticket as all its findings together make it."""
        callers = [finding for finding in members if calls(finding)]
        settled = self._renewed(ticket, callers) if callers else self._without_findings(ticket, members)
        old = self._tickets_before[ticket.id]
        opened = self._acts.get(ticket.id) == "opened"
        came = self._came.get(ticket.id, [])
        if settled == old and not opened and not came:
            return
        if not opened and settled.version == old.version and _notable(old, settled):
            settled = replace(settled, version=old.version + 1)
        self.known.tickets[ticket.id] = self.raised.tickets[ticket.id] = settled
        act = self._acts.get(ticket.id) or _act(old, settled, came)
        if act:
            named: dict[str, Json] = (
                {"findings": [*came[:_NAMED]], "finding_count": len(came)} if came else {}
            )
            before = None if opened else old
            self.raised.events.append(TicketEvent.of(act, before, settled, settled.reason, named))

    def _renewed(self, ticket: Ticket, callers: list[Finding]) -> Ticket:
        """Priority, texts and deadline of a live ticket follow its findings; a done one stays as it was left."""
        if ticket.findings_retracted and ticket.state is not TicketState.NEW:
            self._note(ticket, Text("ticket.note.stands_again"))
        if not ticket.live:
            return _standing(ticket)
        beside = self._going_on.get(ticket.cause, []) if ticket.cause else []
        renewed = told(_standing(ticket), callers, self.places, self.policy, self.now_us, beside)
        if self._acts.get(ticket.id) == "opened":
            return with_deadline(renewed, self.policy)
        judged = ("priority", "grade", "breach_p10_us")
        if all(getattr(renewed, name) == getattr(ticket, name) for name in judged):
            return renewed
        same = (renewed.priority, renewed.grade) == (ticket.priority, ticket.grade)
        due = renewed if same else with_deadline(renewed, self.policy)
        return tightened(due, ticket.act_by_us)

    def _without_findings(self, ticket: Ticket, members: list[Finding]) -> Ticket:
        """Nothing calls for it any more: withdrawn if nobody has taken it up, else a note to whoever has."""
        if ticket.findings_retracted:
            return ticket
        withdrawn = move(ticket, Act.WITHDRAW, MACHINERY, self.now_us, reason=f"retracted.{_reason(members)}")
        if isinstance(withdrawn, Ticket):
            self.raised.opened.pop(ticket.id, None)
            self._acts.setdefault(ticket.id, "withdrawn")
            return replace(withdrawn, findings_retracted=True)
        if ticket.state is TicketState.WITHDRAWN:
            return ticket
        self._note(ticket, Text("ticket.note.retracted", {"reason": _reason(members)}))
        return replace(ticket, findings_retracted=True)

    def _note(self, ticket: Ticket, note: Text) -> None:
        comment = Comment(self.new_id(self.now_us), ticket.id, self.now_us, SYSTEM, "", note)
        self.raised.comments.append(comment)


def _reason(members: Sequence[Finding]) -> str:
    """The message code of why the last of the findings was taken back."""
    reasons = [finding.retracted for finding in members if finding.retracted]
    return reasons[-1] if reasons else "moved"


def _standing(ticket: Ticket) -> Ticket:
    """The ticket with findings that call for it."""
    return replace(ticket, findings_retracted=False) if ticket.findings_retracted else ticket


def _notable(old: Ticket, new: Ticket) -> bool:
    """Whether somebody who edits the old one should look again: not for a text that counts on."""
    return any(
        getattr(old, name) != getattr(new, name)
        for name in ("state", "priority", "deadline_us", "subject", "findings_retracted")
    )


def _act(old: Ticket, new: Ticket, came: Sequence[str]) -> str | None:
    """The verb for what happened to a ticket, the weightiest first; None if only a text counts on."""
    if old.priority != new.priority:
        return "priority_changed"
    if old.findings_retracted != new.findings_retracted:
        return "findings_retracted" if new.findings_retracted else "findings_stand_again"
    if came:
        return "joined"
    if old.breach_p10_us != new.breach_p10_us:
        return "foreseen"
    return "changed" if _notable(old, new) else None
