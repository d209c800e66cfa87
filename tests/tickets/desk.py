"""What the tests of tickets share: findings in one line, and a desk that remembers in memory what a store would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from detect.nouns import Change, Finding, FindingChange, Json, Kind, Severity
from registry.nouns import uuid7
from tickets.nouns import Known, Place, Priority, Raised, Ticket, TicketKind, TicketState
from tickets.policy import load
from tickets.raising import Raising
from tickets.states import Act, Actor, move

MIN = 60_000_000
HOUR = 60 * MIN
T0 = 1_795_219_200_000_000
"""2026-11-21T00:00Z."""
ENGINEER = Actor("user:wang", "engineer")
POLICIES = load()
_ids = count()


class Somewhere:
    """Every zone is a room of the same name on one site, with goods of a customer of one grade."""

    def __init__(self, grade: str = "", lots: tuple[str, ...] = ()) -> None:
        self.grade, self.lots = grade, lots

    def of(self, finding: Finding) -> Place | None:
        """The zone under a speaking name."""
        if finding.zone is None:
            return None
        return Place(f"Room {finding.zone}", "harbour", "Asia/Shanghai", self.grade, self.lots)


def finding(
    cause: str = "zone:z1:temperature:high",
    kind: Kind = Kind.TOO_HIGH,
    severity: Severity = Severity.ALARM,
    start_us: int = T0,
    end_us: int | None = None,
    subject: str = "device:g1/p7:temperature",
    zone: str | None = "z1",
    evidence: dict[str, Json] | None = None,
    peak: float | None = 9.8,
) -> Finding:
    """A finding like those of the excursion detector."""
    return Finding(
        id=uuid7(start_us + next(_ids)),
        detector="test",
        detector_version="1",
        kind=kind,
        subject=subject,
        band="chilled/high",
        zone=zone,
        cause=cause,
        severity=severity,
        start_us=start_us,
        end_us=end_us,
        peak=peak,
        area=12.5,
        coverage=0.98,
        samples=31,
        received_us=start_us + 2_000_000,
        evidence={"limit": 8.0, "quantity": "temperature", "profile": "chilled", "device": "g1/p7",
                  "readings": [[start_us, 8.4], [start_us + MIN, 9.8]]} if evidence is None else evidence,
    )  # fmt: skip


def opened(*findings: Finding) -> list[FindingChange]:
    """The findings as just noticed."""
    return [FindingChange(Change.OPENED, one) for one in findings]


def closed(one: Finding, end_us: int) -> FindingChange:
    """The finding, over at `end_us`."""
    return FindingChange(Change.CLOSED, replace(one, end_us=end_us))


def retracted(one: Finding, reason: str = "late_readings") -> FindingChange:
    """The finding, taken back."""
    return FindingChange(Change.RETRACTED, replace(one, retracted=reason))


class Desk:
    """All that is known, kept in memory across batches, and people's acts on it."""

    def __init__(self, places: Somewhere | None = None) -> None:
        self.raising = Raising(POLICIES, places or Somewhere(), uuid7)
        self.known = Known({}, {}, {}, {}, 1)
        self.raised: list[Raised] = []

    def take(self, changes: Sequence[FindingChange], now_us: int = T0 + 5 * MIN) -> Raised:
        """Work a batch of findings through."""
        self.raised.append(self.raising(changes, self.known, now_us))
        return self.raised[-1]

    def act(self, ticket: Ticket, what: Act, now_us: int, reason: str = "because") -> Ticket:
        """A person does something; it must be possible."""
        moved = move(ticket, what, ENGINEER, now_us, reason)
        assert isinstance(moved, Ticket), moved
        self.known.tickets[ticket.id] = moved
        return moved

    @property
    def tickets(self) -> list[Ticket]:
        """All tickets by number."""
        return sorted(self.known.tickets.values(), key=lambda ticket: ticket.number)

    @property
    def ticket(self) -> Ticket:
        """The only ticket there is."""
        (only,) = self.tickets
        return only

    @property
    def notes(self) -> list[str]:
        """The codes of all notes written so far."""
        return [comment.note.code for raised in self.raised for comment in raised.comments if comment.note]

    def acts(self, prefix: str) -> list[str]:
        """The acts of all events about alarms (`alarm:`) or tickets (`ticket:`)."""
        return [
            event.act for raised in self.raised for event in raised.events if event.subject.startswith(prefix)
        ]


def any_ticket(kind: TicketKind = TicketKind.GOODS, state: TicketState = TicketState.NEW) -> Ticket:
    """A ticket in any state, as nobody raised it."""
    desk = Desk()
    desk.take(opened(finding()))
    ended = None if state in {TicketState.NEW, TicketState.REPORTED} else T0
    return replace(desk.ticket, kind=kind, state=state, priority=Priority.P2, ended_us=ended)
