"""The nouns of alarms: the condition behind a cause, its shelf, what stills alarms, and what is decided about goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from detect.nouns import EQUIPMENT_KINDS, GOODS_KINDS, Json, Kind, Severity


class AlarmState(StrEnum):
    """The states of ISA-18.2, by the names of OPC UA Part 9's ActiveState, AckedState and their companions."""

    NORMAL = "normal"
    ACTIVE_UNACKED = "active_unacked"
    ACTIVE_ACKED = "active_acked"
    RETURNED_UNACKED = "returned_unacked"
    LATCHED_UNACKED = "latched_unacked"
    """Returned, but what becomes of the goods is not decided, and nobody has seen it."""
    LATCHED_ACKED = "latched_acked"
    """Returned and seen; the decision is open."""
    SHELVED = "shelved"
    """Put aside by a person for a time."""
    SUPPRESSED = "suppressed"
    """By design: what is done there, or what is known already, explains it."""
    OUT_OF_SERVICE = "out_of_service"
    """What it is about is out of service."""


QUIET = frozenset({AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE})
"""Nobody is told of an alarm in one of these; it goes on underneath."""


class Shelving(StrEnum):
    """OPC UA's ShelvingState."""

    UNSHELVED = "unshelved"
    ONE_SHOT = "one_shot_shelved"
    """Until it returns to normal, or the time is over."""
    TIMED = "timed_shelved"
    """Until the time is over, however often it comes and goes."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """An alarm that is put aside, or is to be: by whom, why and until when."""

    sort: Shelving
    by: str
    reason: str
    from_us: int
    until_us: int
    second: bool = False
    """Only with a second person's consent."""
    confirmed_by: str | None = None

    @property
    def stands(self) -> bool:
        """Whether the alarm is really shelved: nobody's consent is missing."""
        return not self.second or self.confirmed_by is not None

    def told(self) -> dict[str, Json]:
        """Field by field."""
        return {
            "sort": self.sort, "by": self.by, "reason": self.reason, "from_us": self.from_us, "until_us": self.until_us,
            "second": self.second, "confirmed_by": self.confirmed_by,
        }  # fmt: skip


LATCHING = GOODS_KINDS - {Kind.UNWATCHED, Kind.PREDICTED_BREACH}
"""Excursions: something happened to goods, and when it is over somebody has to say what becomes of them."""
LATCHING_SEVERITIES = frozenset({Severity.ALARM, Severity.CRITICAL})
"""A warning says that a limit is near; nothing has happened yet."""
MORE = "more"
"""Stands in a list of undecided excursions that is not kept any longer."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """The condition behind a cause; there is exactly one per cause, and it outlives its tickets."""

    id: str
    """UUIDv7."""
    cause: str
    kind: Kind
    subject: str
    zone: str | None
    severity: Severity
    """The worst of the findings that go on; when none does, of those that did last."""
    active: bool
    """A finding of this cause goes on."""
    acked: bool
    """Somebody has acknowledged it since it was raised last."""
    acked_by: str | None
    """Who did so first; all who did are in `store.tables.alarms.alarm_acks`."""
    active_since_us: int
    """Event time of the start of the oldest finding that goes on (or last did)."""
    returned_us: int | None
    """Event time of the return to normal; None while active."""
    ticket_id: str | None
    """The ticket that works on this cause, or did last; None if it never called for work."""
    version: int
    calls: int = 1
    """How many times it has called for attention; an acknowledgement answers one call."""
    shelf: Shelf | None = None
    undecided: tuple[str, ...] = ()
    """Ids of the excursions that are over and about whose goods nobody has decided; the last may be `MORE`."""
    suppressed_by: str | None = None
    """What explains it: `maintenance:<id>`, `defrost:<id>`, `plan:<zone>`, `alarm:<cause>`; None: nothing does."""
    suppressed_until_us: int | None = None
    """When that ends; None: not by time."""
    out_of_service: str | None = None
    """Id of the entry by which what it is about is out of service."""
    flapping_until_us: int | None = None
    """It comes and goes too fast to be told each time: one call, until it has been quiet so long."""

    @property
    def state(self) -> AlarmState:
        """The state by its ISA-18.2 name; what covers the others comes first."""
        if self.out_of_service is not None:
            return AlarmState.OUT_OF_SERVICE
        if self.suppressed_by is not None:
            return AlarmState.SUPPRESSED
        return AlarmState.SHELVED if self.shelf and self.shelf.stands else self.condition

    @property
    def condition(self) -> AlarmState:
        """The state without what covers it."""
        if self.active:
            return AlarmState.ACTIVE_ACKED if self.acked else AlarmState.ACTIVE_UNACKED
        if self.undecided:
            return AlarmState.LATCHED_ACKED if self.acked else AlarmState.LATCHED_UNACKED
        return AlarmState.NORMAL if self.acked else AlarmState.RETURNED_UNACKED

    @property
    def shelving(self) -> Shelving:
        """OPC UA's name for how it is shelved."""
        return self.shelf.sort if self.shelf and self.shelf.stands else Shelving.UNSHELVED

    @property
    def quiet(self) -> bool:
        """Whether nobody is to be told when it comes or goes."""
        return self.state in QUIET

    @property
    def latched(self) -> bool:
        """Whether a decision about goods is open."""
        return bool(self.undecided)

    @property
    def next_us(self) -> int | None:
        """When time alone changes it; None: never."""
        ends = (self.shelf.until_us if self.shelf else None, self.suppressed_until_us, self.flapping_until_us)
        return min((end for end in ends if end is not None), default=None)

    def acknowledged(self, principal: str) -> Alarm:
        """As somebody who has seen it leaves it; itself if it was acknowledged before."""
        if self.acked:
            return self
        return replace(self, acked=True, acked_by=principal, version=self.version + 1)

    def told(self) -> dict[str, Json]:
        """The fields whose change an event tells."""
        return {
            "state": self.state, "severity": self.severity, "kind": self.kind, "subject": self.subject,
            "zone": self.zone, "acked_by": self.acked_by, "ticket_id": self.ticket_id, "active": self.active,
            "latched": self.latched, "shelf": self.shelf.told() if self.shelf else None, "suppressed_by": self.suppressed_by,
            "out_of_service": self.out_of_service, "flapping": self.flapping_until_us is not None,
        }  # fmt: skip


CLIMATE = EQUIPMENT_KINDS | {Kind.ANOMALY, Kind.SUDDEN_CHANGE, Kind.SPIKE, Kind.NOISE}
"""What a machine that defrosts or stands still looks like."""
SHADOWED = frozenset({
    Kind.SILENT_DEVICE, Kind.SILENT_QUANTITY, Kind.LOST_MESSAGES, Kind.GAP_PATTERN, Kind.WEAK_RADIO,
})  # fmt: skip
"""What a dead gateway does to the devices behind it."""


class Ack(NamedTuple):
    """That one person has seen one call of an alarm."""

    principal: str
    time_us: int
    comment: str


class StillSort(StrEnum):
    """Why alarms are still."""

    MAINTENANCE = "maintenance"
    """Somebody works there, from one time to another."""
    DEFROST = "defrost"
    """By design: the machine does this now and then."""
    PLAN = "plan"
    """By design: the schedule of the zone has its machines off."""
    OUT_OF_SERVICE = "out_of_service"
    """Not in use until it is put back."""


class StillState(StrEnum):
    """How far a window has come."""

    PLANNED = "planned"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Still:
    """From when to when the alarms of something call nobody. Alarms about goods are never among them."""

    id: str
    """UUIDv7."""
    sort: StillSort
    subject: str
    """`site:`, `zone:`, `gateway:`, `device:` (full name) or `equipment:`."""
    from_us: int
    to_us: int | None
    """None: until it is put back."""
    reason: str
    owner: str
    """Who answers for it."""
    recorded_us: int
    state: StillState = StillState.PLANNED
    reminded_us: int | None = None
    """When its owner was last reminded of it."""
    version: int = 1

    @property
    def name(self) -> str:
        """As alarms name what stills them."""
        return f"{self.sort}:{self.id}"

    def told(self) -> dict[str, Json]:
        """The fields whose change an event tells."""
        return {
            "sort": self.sort, "subject": self.subject, "from_us": self.from_us, "to_us": self.to_us, "owner": self.owner,
            "state": self.state,
        }  # fmt: skip


class Said(StrEnum):
    """What was decided about goods after an excursion."""

    RELEASED = "released"
    REJECTED = "rejected"
    NO_HARM = "no_harm"
    """They stay what they are: nothing happened to them."""


class Decision(NamedTuple):
    """What was decided about one lot (or about goods nobody knows: "") after which excursions."""

    lot: str
    said: Said
    reason: str
    principal: str
    time_us: int
    excursions: tuple[str, ...]


class AlarmRefusal(StrEnum):
    """Why an act on an alarm was refused. `alarm.refused.<name>` says it to people."""

    REASON_MISSING = "reason_missing"
    FREEZING = "freezing"
    """What freezes is lost within the time of a shelf."""
    WET_METAL = "wet_metal"
    """Water on metal kills at the melting pot."""
    CHILLED_GOODS = "chilled_goods"
    """Goods of 2–8 °C have no hours to spare."""
    TOO_LONG = "too_long"
    TOO_LONG_FOR_CRITICAL = "too_long_for_critical"
    ALREADY_OVER = "already_over"
    NOT_SHELVED = "not_shelved"
    SHELVED_ALREADY = "shelved_already"
    NOTHING_TO_CONFIRM = "nothing_to_confirm"
    SAME_PERSON = "same_person"
    """Who asked cannot be the second person."""
    NOTHING_TO_DECIDE = "nothing_to_decide"
    LOT_NOT_CONCERNED = "lot_not_concerned"


Stills = Mapping[str, Still]
"""By `Still.name`."""
