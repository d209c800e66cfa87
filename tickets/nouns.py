"""The nouns of tickets: an alarm, a ticket, what is said on it, and where things are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Protocol

from detect.nouns import Finding, Json
from tickets.alarming.nouns import Alarm as Alarm
from tickets.alarming.nouns import AlarmState as AlarmState
from tickets.alarming.nouns import Still
from tickets.goods import Goods
from tickets.refusals import Refusal as Refusal

SYSTEM = "system"
"""The principal of everything that no person did."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence as message code and parameters; `texts.render` says it in a language."""

    code: str
    params: Mapping[str, Json] = field(default_factory=dict)


class TicketKind(StrEnum):
    """Who has the work, which decides the path a ticket takes."""

    GOODS = "goods"
    SENSOR = "sensor"
    GATEWAY = "gateway"
    EQUIPMENT = "equipment"
    CUSTOMER = "customer"
    INTERNAL = "internal"


class Priority(IntEnum):
    """How urgent, P1 first."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4
    P5 = 5


class TicketState(StrEnum):
    """Where a ticket stands. From `reported` (or `new`) to `closed` in the order of the customer's path."""

    NEW = "new"
    """Raised by an alarm or by hand."""
    REPORTED = "reported"
    """Raised by a customer."""
    ASSESSED = "assessed"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    SURVEYED = "surveyed"
    IMPROVEMENT = "improvement"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    """All that called for it was retracted before anybody had taken it up."""


class Category(StrEnum):
    """What sort of problem it is; it decides which skills and which promises apply."""

    QUALITY = "quality"
    DELIVERY = "delivery"
    TECHNICAL = "technical"
    FEEDBACK = "feedback"
    """What a customer has to say beside any trouble: praise, complaint, wish."""


class Phase(StrEnum):
    """Where the customer stands with the goods."""

    PRE_SALE = "pre_sale"
    IN_SALE = "in_sale"
    AFTER_SALE = "after_sale"


class Hold(StrEnum):
    """What a pending ticket waits for; it decides which clocks pause."""

    CUSTOMER = "customer"
    FORCE_MAJEURE = "force_majeure"
    """Proven: the reason names the proof."""
    PART = "part"
    VENDOR = "vendor"
    CARRIER = "carrier"
    OTHER = "other"
    """Pauses no clock."""


class Line(StrEnum):
    """Who has it: the first line, or the experts for hard cases."""

    FIRST = "first"
    EXPERT = "expert"


UNTOUCHED = frozenset({TicketState.NEW, TicketState.REPORTED})
LIVE = UNTOUCHED | {
    TicketState.ASSESSED, TicketState.PLANNED, TicketState.IN_PROGRESS, TicketState.PENDING, TicketState.REOPENED,
}  # fmt: skip
"""Work is still to be done: at most one ticket per cause is in one of these."""
WAITING = frozenset({TicketState.RESOLVED, TicketState.CONFIRMED, TicketState.SURVEYED})
"""Work is done, and the system has still something to do about it, some day."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Work for a person, opened by alarms, by a customer or by hand."""

    id: str
    """UUIDv7."""
    number: int
    kind: TicketKind
    cause: str | None
    """The cause of the alarm that opened it; None if a person did."""
    title: Text
    why: Text
    subject: str
    zone: str | None
    site: str | None
    lots: tuple[str, ...]
    time_zone: str
    """IANA name: on whose clocks its times are shown."""
    grade: str
    """The best grade among the customers concerned; "" if there is none."""
    priority: Priority
    state: TicketState
    deadline_us: int
    deadline: Text
    """Why this deadline."""
    clock_from_us: int
    """Since when the deadline counts: the opening, and later by as long as it was done in between."""
    opened_at_us: int
    opened_by: str
    """A principal, or `system`."""
    since_us: int
    """Event time at which the oldest of its findings began."""
    decided_received_us: int | None
    """Receipt of the reading that decided it; None if no reading did."""
    taken_up_by: str | None = None
    """The first person who acted on it."""
    assignee: str | None = None
    reason: str = ""
    """Why it is in its present state: a person's words, or the system's message code (`texts.spoken`)."""
    held_from: TicketState | None = None
    """The state to which a pending ticket goes back."""
    ended_us: int | None = None
    """When it stopped being live; None while it is."""
    merged_into: str | None = None
    findings_retracted: bool = False
    """All its findings turned out not to have been: a note to whoever has taken it up."""
    category: Category = Category.TECHNICAL
    phase: Phase = Phase.AFTER_SALE
    customer: str | None = None
    """Key of the customer who reported it, or under whose contract it runs; None for nobody's."""
    hold: Hold | None = None
    """What it waits for; None unless pending."""
    line: Line = Line.FIRST
    team: str | None = None
    """Key of the team that has it; None if no team does."""
    parent_id: str | None = None
    """The ticket of which this is a part."""
    breach_p10_us: int | None = None
    """Act-by rests on it: the time before which harm comes with one chance in ten, or when it came; None if none is foreseen."""
    travel_us: int = 0
    """How long whoever has it is on the way."""
    repair_us: int = 0
    """How long the work itself is expected to take."""
    act_by_us: int | None = None
    """The latest moment at which acting still prevents damage; None where no clock names one."""
    shared: bool = False
    """Goods of several customers are concerned: what the best grade was promised holds, but the work is nobody's own."""
    version: int = 1

    @property
    def name(self) -> str:
        """The number for people, e.g. `KW-000123`."""
        return ticket_name(self.number)

    @property
    def live(self) -> bool:
        """Whether work is still to be done."""
        return self.state in LIVE

    def told(self) -> dict[str, Json]:
        """The fields whose change an event tells."""
        return {
            "number": self.number, "kind": self.kind, "cause": self.cause, "subject": self.subject,
            "zone": self.zone, "priority": self.priority.name, "state": self.state, "grade": self.grade,
            "deadline_us": self.deadline_us, "assignee": self.assignee, "merged_into": self.merged_into,
            "findings_retracted": self.findings_retracted, "title": self.title.code, "category": self.category,
            "phase": self.phase, "customer": self.customer, "hold": self.hold, "line": self.line, "team": self.team,
            "parent_id": self.parent_id, "breach_p10_us": self.breach_p10_us, "travel_us": self.travel_us,
            "repair_us": self.repair_us, "act_by_us": self.act_by_us, "shared": self.shared,
        }  # fmt: skip


def ticket_name(number: int) -> str:
    """The number of a ticket as people say it."""
    return f"KW-{number:06d}"


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said on a ticket, or what the system noted there."""

    id: str
    ticket_id: str
    time_us: int
    principal: str
    body: str
    """A person's words; "" for a note."""
    note: Text | None = None
    """The system's note, rendered per language; None for a person's words."""
    public: bool = False
    """Whether the customer concerned reads it; the desk's other words stay inside."""
    customer: str | None = None
    """The customer who said it: no other customer reads it; None for the desk's words."""
    at_us: int | None = None
    """When it was said, where that was told later."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that somebody put on a ticket; its contents are a file of that name."""

    id: str
    ticket_id: str
    time_us: int
    """When it came."""
    at_us: int
    """When it was taken, as who sent it says."""
    principal: str
    customer: str | None
    """The customer who sent it; None for the desk's."""
    public: bool
    """Whether the customer concerned sees it."""
    caption: str
    width: int
    height: int
    size: int
    sha256: str
    thumbnail: str
    original: str
    """SHA-256 of the file as it was sent."""


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """A change of an alarm or a ticket as the event table keeps it, without principal and time."""

    act: str
    subject: str
    """`alarm:{cause}` or `ticket:{id}`."""
    reason: str
    old: Mapping[str, Json]
    new: Mapping[str, Json]
    """Of both only what differs."""

    @classmethod
    def of(
        cls,
        act: str,
        old: Alarm | Ticket | None,
        new: Alarm | Ticket,
        reason: str = "",
        more: Mapping[str, Json] | None = None,
    ) -> TicketEvent:
        """`act` turned `old` (None: nothing) into `new`; `more` is added to what is new."""
        before, after = old.told() if old else {}, new.told()
        differs = [name for name in after if name not in before or before[name] != after[name]]
        subject = f"alarm:{new.cause}" if isinstance(new, Alarm) else f"ticket:{new.id}"
        told = {name: after[name] for name in differs}
        return cls(
            act, subject, reason, {name: before[name] for name in differs if old}, {**told, **(more or {})}
        )


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A ticket was opened or reopened: what the world outside must hear of."""

    ticket: Ticket
    reopened: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is, in the words of people, and whose goods are there."""

    name: str
    site: str | None = None
    time_zone: str = "UTC"
    """IANA name."""
    grade: str = ""
    """The best grade among the customers whose goods are there; "" if nobody's are."""
    lots: tuple[str, ...] = ()
    goods: tuple[Goods, ...] = ()
    """The same lots with what they are worth."""

    @property
    def shared(self) -> bool:
        """Whether goods of several customers are there."""
        return len({one.customer for one in self.goods}) > 1


class Places(Protocol):
    """What tickets need to know of the registry."""

    def of(self, finding: Finding) -> Place | None:
        """Where a finding is and what goods were there at its time; None if nobody knows the place."""


@dataclass(slots=True)
class Known:
    """What is known before a batch of findings is judged, of all causes and tickets the batch touches.

    The values are replaced in place while the batch is worked through.
    """

    alarms: dict[str, Alarm]
    """By cause."""
    tickets: dict[str, Ticket]
    """By id: those of the alarms, those of the findings."""
    findings: dict[str, Finding]
    """By id: those of the tickets, and all of these causes that go on; as they were before the batch."""
    ticket_of: dict[str, str]
    """Finding id → ticket id. A finding belongs to one ticket at most."""
    next_number: int
    stills: tuple[Still, ...] = ()
    """What keeps alarms about work on sensors, gateways and machines quiet."""
    shadows: Mapping[str, int] = field(default_factory=dict)
    """Gateways that are silent as a whole, and since when (event time)."""

    def current(self, cause: str) -> Ticket | None:
        """The ticket that works on the cause, or did last."""
        alarm = self.alarms.get(cause)
        return self.ticket(alarm.ticket_id) if alarm else None

    def home(self, finding: Finding) -> Ticket | None:
        """The ticket the finding belongs to."""
        return self.ticket(self.ticket_of.get(finding.id))

    def ticket(self, id: str | None) -> Ticket | None:
        """A ticket by id, or the one it was merged into."""
        ticket = self.tickets.get(id) if id else None
        return self.ticket(ticket.merged_into) if ticket and ticket.merged_into else ticket


@dataclass(slots=True)
class Raised:
    """What a batch of findings changed; to be persisted in one commit."""

    alarms: dict[str, Alarm] = field(default_factory=dict)
    """New or changed, by cause."""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    """New or changed, by id."""
    ticket_of: dict[str, str] = field(default_factory=dict)
    """Findings that came to a ticket, or to another one."""
    comments: list[Comment] = field(default_factory=list)
    events: list[TicketEvent] = field(default_factory=list)
    opened: dict[str, bool] = field(default_factory=dict)
    """Ticket id → whether it was reopened rather than opened."""
