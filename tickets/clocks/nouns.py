"""The nouns of clocks: a clock with its state and explanation, all clocks of a ticket, warnings, calls, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tickets.clocks.policies import Measure, Side
from tickets.notices import Urgency
from tickets.nouns import Text


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    """It was due before it was met, or is overdue; that does not change any more."""
    VOID = "void"
    """The ticket was cancelled, merged or withdrawn before it was due."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline of a ticket."""

    name: str
    """Unique in its ticket: `promise:resolution`, `target:stage:assessment`, `promise:update:2`."""
    side: Side
    measure: Measure
    rule: str
    """The name of the policy's rule by which it runs."""
    policy: str
    """The version of that policy."""
    calendar: str
    allowed_us: int
    """Working time."""
    from_us: int
    due_us: int | None
    """None while it is paused, and where it never became due."""
    state: ClockState
    spent_us: int
    """Working time."""
    stopped_us: int
    """Wall-clock time in which it was paused."""
    ended_us: int | None
    """When it was met, or made void."""
    shares: tuple[tuple[int, int], ...]
    """(percent, the instant at which so much is spent), as far as they can be told; 100 is the breach."""
    if_resumed_us: int | None
    """When it would be due if what it waits for came now; None unless paused."""
    provisional: bool
    """It rests on holidays that are not announced yet."""
    steps: tuple[Text, ...] = ()

    @property
    def open(self) -> bool:
        """Whether something is still to be done for it."""
        return self.ended_us is None and self.state is not ClockState.VOID

    @property
    def late_us(self) -> int:
        """Working time beyond the allowance, so far; 0 if it was not missed."""
        return max(0, self.spent_us - self.allowed_us) if self.state is ClockState.MISSED else 0


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks of a ticket, as of an instant."""

    clocks: tuple[Clock, ...]
    deadline_us: int | None
    """The resolution that is due first; while it is paused, when it would be due if work went on now. None: none is open."""
    deadline: Text
    act_by_us: int | None
    """The latest moment at which acting still helps; now, once that is past. None: nothing is to be done, or no clock says."""
    act_by: Text
    too_late: bool
    """Damage can no longer be prevented: limit it."""
    prevent_by_us: int | None
    """Until when acting would (or would have) prevented damage; None if none is foreseen."""
    next_us: int | None
    """When anything next changes by itself: a share of a clock, act-by."""

    def named(self, name: str) -> Clock | None:
        """A clock by its name."""
        return next((clock for clock in self.clocks if clock.name == name), None)


@dataclass(frozen=True, slots=True)
class Context:
    """What of the registry the clocks of a ticket need to know."""

    time_zone: str = "UTC"
    """IANA name, of the site."""
    contracted: bool = True
    """Whether the customer has a contract at all: only then do contracted promises run for what nobody reported."""
    value: Mapping[str, Decimal] = field(default_factory=dict)
    """Currency → what the goods concerned are worth."""
    critical_goods: bool = False
    """A limit of their profile is one whose breach ruins them."""
    standstill: Mapping[str, Decimal] = field(default_factory=dict)
    """Currency → what an hour without them costs their owners."""


class Warning(NamedTuple):
    """A share of a clock was reached."""

    step: str
    clock: Clock
    share: int
    """In percent; 100: it is overdue."""
    at_us: int


class Rung(NamedTuple):
    """Somebody is to be called."""

    step: str
    who: str
    """`keeper_on_duty`, `on_call_1`, `on_call_2`, `supervisor`, `head`."""
    at_us: int
    urgency: Urgency
    ladder: str
    """Why: `escalation.<ends>` says what is waited for."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Compensation that is proposed; a supervisor decides."""

    step: str
    offer: str
    """The name of the policy's offer."""
    clock: str
    hours_late: int
    """Begun hours of working time beyond allowance and grace."""
    share: Decimal
    """Of the basis, 0…1, as capped."""
    amounts: Mapping[str, Decimal]
    """Currency → amount, to the cent."""
    final: bool
    """The clock has ended: it will not grow any more."""
    steps: tuple[Text, ...]
