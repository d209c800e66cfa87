"""Policies as nouns: what was promised to whom, what we ask of ourselves, when clocks pause, and who is called.

A policy is one version of one document (`tickets/policy.toml`, the templates beside it, or what was put in over HTTP).
Which rule holds for a ticket is decided by its facts: of the rules that match, the one that names most of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeVar

from detect.nouns import Finding, Json, Kind, Severity
from tickets.clocks.calendars import Calendar
from tickets.notices import Urgency
from tickets.nouns import Hold, Priority, TicketKind, TicketState


class Side(StrEnum):
    """Whose clock it is."""

    PROMISE = "promise"
    """The service promise (SLA): what a customer was told."""
    TARGET = "target"
    """The work target (OLA): what we ask of ourselves."""


class Measure(StrEnum):
    """What a clock waits for."""

    FIRST_RESPONSE = "first_response"
    ARRIVAL = "arrival"
    UPDATE = "update"
    RESOLUTION = "resolution"
    STAGE = "stage"
    FEEDBACK_ANSWER = "feedback_answer"
    FEEDBACK_CLOSE = "feedback_close"


PROMISED = (Measure.FIRST_RESPONSE, Measure.ARRIVAL, Measure.UPDATE, Measure.RESOLUTION)
"""What promises and targets can be about."""


class Facts(NamedTuple):
    """What of a ticket decides which rules hold for it."""

    kind: TicketKind
    category: str
    phase: str
    grade: str
    """"" = nobody's."""
    priority: Priority


class Selector(NamedTuple):
    """For which tickets a rule is: in every fact that it names, one of these. None: any."""

    kind: frozenset[str] | None = None
    category: frozenset[str] | None = None
    phase: frozenset[str] | None = None
    grade: frozenset[str] | None = None
    priority: frozenset[str] | None = None

    def matches(self, facts: Facts) -> bool:
        """Whether the rule is for such a ticket."""
        said = (facts.kind, facts.category, facts.phase, facts.grade, facts.priority.name)
        return all(wanted is None or value in wanted for wanted, value in zip(self, said, strict=True))

    @property
    def weight(self) -> int:
        """How many facts it names."""
        return sum(wanted is not None for wanted in self)

    def meets(self, other: Selector) -> bool:
        """Whether there can be a ticket that both are for."""
        return all(a is None or b is None or a & b for a, b in zip(self, other, strict=True))


@dataclass(frozen=True, slots=True)
class Rule:
    """What is promised to, or asked of ourselves for, some tickets."""

    name: str
    side: Side
    selector: Selector
    calendar: Calendar
    allowed: Mapping[Measure, Mapping[Priority, int]]
    """Working time in µs; of the measures it names."""
    contracted: bool = False
    """A promise that holds for goods of such customers also when nobody reported anything."""


class Since(StrEnum):
    """From where a stage counts."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    ASSESSED = "assessed"
    PLANNED = "planned"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    SURVEYED = "surveyed"


@dataclass(frozen=True, slots=True)
class Stage:
    """How long a stretch of a ticket's way may take."""

    name: str
    selector: Selector
    calendar: Calendar
    since: Since
    until: TicketState
    within_us: int
    """Working time."""


class Ends(StrEnum):
    """What stops an escalation."""

    ACCEPTED = "accepted"
    """Somebody has taken the ticket."""
    RESOLVED = "resolved"


class Step(NamedTuple):
    """Who is called how long after the start."""

    after_us: int
    who: str
    """`keeper_on_duty`, `on_call_1`, `on_call_2`, `supervisor`, `head`."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who is called, one after the other, while nothing happens."""

    name: str
    selector: Selector
    ends: Ends
    urgency: Urgency
    steps: tuple[Step, ...]
    calendar: Calendar
    """In whose working time the steps are; round the clock by default."""
    within_act_by: bool
    """Whether the steps are pressed together so that all are done before the ticket's act-by."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Compensation for lateness; a person decides on every one."""

    name: str
    selector: Selector
    measure: Measure
    rate: Decimal
    """Share of the basis for every hour begun, 0…1."""
    cap: Decimal
    """At most this share."""
    grace_us: int
    """Lateness that costs nothing."""
    excluded: tuple[Selector, ...] = ()
    excluded_holds: frozenset[Hold] = frozenset()
    """Nothing for tickets that ever waited for one of these."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """By when customers' feedback is answered and closed."""

    selector: Selector
    calendar: Calendar
    answer_us: int
    close_us: int


@dataclass(frozen=True, slots=True)
class Impact:
    """From which sums on goods, or an hour's standstill, weigh much; by currency."""

    value: Mapping[str, tuple[Decimal, Decimal]]
    """Currency → (much, very much)."""
    standstill: Mapping[str, tuple[Decimal, Decimal]]
    """Per hour: currency → (much, very much)."""
    soon_us: int
    """Damage within this is very urgent, …"""
    later_us: int
    """… within this urgent, and later less so."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy."""

    version: str
    valid_from_us: int
    grades: tuple[str, ...]
    """The names of the customers' grades, the one promised the most first."""
    priority: Mapping[Kind, Mapping[Severity, Priority]]
    quiet_us: Mapping[TicketKind, int]
    calendars: Mapping[str, Calendar]
    promises: tuple[Rule, ...]
    targets: tuple[Rule, ...]
    stages: tuple[Stage, ...]
    pauses: Mapping[Side, frozenset[Hold]]
    warnings: tuple[int, ...]
    """Shares of the allowance in percent, rising."""
    ladders: tuple[Ladder, ...]
    offers: tuple[Offer, ...]
    feedback: Feedback | None
    impact: Impact
    document: Mapping[str, Json]
    """As it was written, without version and validity."""
    shipped_names: frozenset[str] = frozenset()
    """What in it is called as the software came with it; `texts` has these as `policy.name.<word>`."""
    _found: dict[tuple[Side, Measure, Facts], Rule | None] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def said(self, name: str) -> Json:
        """The name of a rule or calendar for people: a message code for what was shipped; what somebody wrote stays as it is."""
        if name not in self.shipped_names:
            return name
        return {"code": f"policy.name.{_NO_WORD.sub('_', name.lower())}", "params": {}}

    def priority_of(self, finding: Finding) -> Priority:
        """How urgent a finding that calls for work is, by its kind and severity alone."""
        return self.priority[finding.kind][finding.severity]

    def rule(self, side: Side, measure: Measure, facts: Facts) -> Rule | None:
        """The rule of a measure that holds for such a ticket; None if none does.

        Promises are for what customers report; for other tickets about their goods only those that say so.
        """
        key = (side, measure, facts)
        if key not in self._found:
            rules = [one for one in self._of(side, facts) if measure in one.allowed]
            self._found[key] = closest(rules, facts)
        return self._found[key]

    def _of(self, side: Side, facts: Facts) -> Iterable[Rule]:
        if side is Side.TARGET:
            return self.targets
        if facts.kind is TicketKind.CUSTOMER:
            return self.promises
        return [one for one in self.promises if one.contracted and facts.grade]

    def rank(self, grade: str) -> int:
        """Where a grade stands, 0 is promised the most; grades that the policy does not name come last."""
        return self.grades.index(grade) if grade in self.grades else len(self.grades)


@dataclass(frozen=True, slots=True)
class Policies:
    """All versions, oldest first."""

    versions: tuple[Policy, ...]
    number: int = 0
    """Changes whenever a version is added."""

    def at(self, time_us: int) -> Policy:
        """The version valid at a time; before the first one, the first."""
        valid = [policy for policy in self.versions if policy.valid_from_us <= time_us]
        return valid[-1] if valid else self.versions[0]

    def after(self, time_us: int) -> list[Policy]:
        """The versions that become valid later than this."""
        return [policy for policy in self.versions if policy.valid_from_us > time_us]

    def named(self, version: str) -> Policy | None:
        """A version by its name."""
        return next((policy for policy in self.versions if policy.version == version), None)


_NO_WORD = re.compile(r"[^a-z0-9]+")
Selected = TypeVar("Selected", Rule, Stage, Offer, Ladder)


def closest(rules: Iterable[Selected], facts: Facts) -> Selected | None:
    """Of the rules that match, the one that names most facts. No two such can match alike: reading refuses them."""
    return max(
        (rule for rule in rules if rule.selector.matches(facts)),
        key=lambda rule: rule.selector.weight,
        default=None,
    )


def best_grade(grades: Iterable[str], order: Sequence[str]) -> str:
    """The grade that is promised the most; "" if there is none. Grades outside of `order` follow by the alphabet."""
    named = {grade for grade in grades if grade}
    if len(named) < 2:
        return named.pop() if named else ""
    known = {grade: at for at, grade in enumerate(order)}
    return min(named, key=lambda grade: (known.get(grade, len(known)), grade))
