"""Deadlines against a clock that walks minute by minute: thousands of random timelines, and no difference.

Shifts by day and night, in the gap and in the repeated hour, holidays, make-up Saturdays, own days, pauses of all kinds,
changes of policy, grade and priority, resolving and reopening, what was written down later, zones on both hemispheres.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise, product
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets import oracle_clock as oracle
from tests.tickets.desk import any_ticket
from tests.tickets.oracle_clock import FAR, MIN_US, START_US, Hours
from tickets.clocks import calendars
from tickets.clocks.calendars import Calendar, Shift
from tickets.clocks.clocks import clocks
from tickets.clocks.log import read
from tickets.clocks.nouns import Clock, Context
from tickets.clocks.policies import Measure, Policies, Policy, Rule, Selector, Side
from tickets.nouns import Hold, Priority, Ticket, TicketKind, TicketState
from tickets.policy import load

ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo",
    "UTC",
)  # fmt: skip
TIMELINES, PORTIONS = 10_800, 12
BASE = load().versions[0]
S = TicketState
CHANGES = (
    (2025, 10, 4), (2025, 10, 25), (2025, 10, 30), (2025, 11, 1), (2026, 3, 7), (2026, 3, 28), (2026, 4, 4), (2026, 4, 23),
    (2026, 9, 5),
)  # fmt: skip
"""Days on, or just before, clocks are set somewhere."""
EXCHANGES = ((2026, 2, 13), (2026, 2, 27), (2026, 10, 8), (2025, 10, 10))
"""Just before Saturdays on which China works."""
PRIORITIES = ("P1", "P3")
CODES: dict[str, list[Any]] = {
    "state": list(S), "hold": [None, *Hold], "grade": ["A", "B"], "priority": list(PRIORITIES),
}  # fmt: skip
"""What can change in a timeline."""


class Event(NamedTuple):
    """An event as the store keeps it."""

    time_us: int
    principal: str
    act: str
    reason: str
    old: dict[str, Any]
    new: dict[str, Any]


class Kept(NamedTuple):
    """A calendar, ours and the oracle's, and the zone whose wall clock counts (None: the site's)."""

    ours: Calendar
    hours: Hours
    zone: str | None


def _calendar(random: Random, number: int) -> Kept:
    """One to four shifts, by day, over midnight or at the hours in which clocks are set."""
    if number == 0:
        return Kept(Calendar("always"), Hours((), "", frozenset(), frozenset(), 0), None)
    shifts = []
    for _ in range(random.randint(1, 4)):
        days = tuple(sorted(random.sample(range(7), random.randint(1, 7))))
        begin = random.choice((0, 60, 90, 120, 135, 150, 480, 510, 810, 1320, 1380, random.randrange(1440)))
        length = random.choice((20, 30, 60, 210, 240, 480, 600, 1440))
        shifts.append((days, begin, begin + min(length, 1440)))
    picked = [date.fromordinal(date(2025, 9, 22).toordinal() + random.randrange(380)) for _ in range(24)]
    zone = random.choice(ZONES) if random.random() < 0.15 else None
    hours = Hours(
        tuple(shifts), random.choice(("", "CN", "CN", "DE", "US")), frozenset(picked[:12]), frozenset(picked[12:]),
        random.randrange(7),
    )  # fmt: skip
    ours = tuple(Shift(frozenset(d), a * MIN_US, b * MIN_US) for d, a, b in shifts)
    return Kept(
        Calendar(f"c{number}", ours, hours.country, hours.closed, hours.open, hours.open_as, zone or ""),
        hours,
        zone,
    )


_RANDOM = Random(7)
POOL = [_calendar(_RANDOM, number) for number in range(16)]


Terms = dict[tuple[Side, str, str], tuple[Kept, int]]
"""(side, grade, priority) → calendar and allowance in minutes."""


class Timeline:
    """A ticket's life as it was, told to both clocks."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.zone = self.random.choice(ZONES)
        self.opened = self._opening()
        self.happened: list[tuple[int, dict[str, Any]]] = []
        self.answered: int | None = None
        self._live()
        last = max([self.opened, *(at for at, _ in self.happened)])
        self.now = min(last, self.opened + 12 * 1440) + self.random.randint(1, 4 * 1440)
        self.happened = [(at, new) for at, new in self.happened if at <= self.now]
        self.end = self.now + FAR
        self.versions = self._versions()

    def _opening(self) -> int:
        kind = self.random.random()
        if kind < 0.75:
            day = self.random.choice(CHANGES if kind < 0.5 else EXCHANGES)
            base = (int(datetime(*day, tzinfo=UTC).timestamp()) * 1_000_000 - START_US) // MIN_US
            return max(1440, base + self.random.randint(-3 * 1440, 2 * 1440))
        return self.random.randint(1440, oracle.MINUTES - 80 * 1440)

    def _live(self) -> None:
        """What happens, in its order: holds and returns, resolving and reopening, changes of facts, an answer."""
        at, state = self.opened, S.REPORTED
        for _ in range(self.random.randint(0, 9)):
            at += self.random.choice((0, 1, 30, 240, 1440, self.random.randint(0, 4000)))
            new, state = self._next(state)
            self.happened.append((at, new))
            if self.answered is None and new.get("state") in {S.ASSESSED, S.IN_PROGRESS, S.RESOLVED}:
                self.answered = at

    def _next(self, state: S) -> tuple[dict[str, Any], S]:
        if state is S.RESOLVED:
            return {"state": S.REOPENED}, S.REOPENED
        if state is S.PENDING:
            after = self.random.choice((S.IN_PROGRESS, S.IN_PROGRESS, S.RESOLVED, S.PENDING))
            if after is not S.PENDING:
                return {"state": after, "hold": None}, after
            return {"hold": self.random.choice(list(Hold))}, state
        what = self.random.randrange(6)
        if what < 2:
            return {"state": S.PENDING, "hold": self.random.choice(list(Hold))}, S.PENDING
        if what == 2:
            return {"state": S.RESOLVED}, S.RESOLVED
        if what == 3:
            return {"state": S.ASSESSED}, S.ASSESSED
        if what == 4:
            return {"priority": self.random.choice(("P1", "P3"))}, state
        return {"grade": self.random.choice(("A", "B"))}, state

    def _versions(self) -> list[tuple[int, Terms, dict[Side, frozenset[Hold]]]]:
        """(valid from, terms, pauses) of each policy."""
        later = (self.opened + self.random.randint(-500, 9000) for _ in range(self.random.randint(0, 2)))
        return [(start, self._terms(), self._pauses()) for start in sorted({0, *later})]

    def _terms(self) -> Terms:
        """A calendar for each side and grade, an allowance for each priority."""
        pick = self.random.choice
        calendars_of = {(side, grade): pick(POOL) for side, grade in product(Side, "AB")}
        return {
            (*of, priority): (kept, 20 * pick((1, 6, 12, 24, 60, self.random.randint(1, 200))))
            for of, kept in calendars_of.items()
            for priority in PRIORITIES
        }

    def _pauses(self) -> dict[Side, frozenset[Hold]]:
        more = self.random.choice((frozenset(), frozenset({Hold.PART, Hold.VENDOR})))
        return {
            Side.PROMISE: frozenset({Hold.CUSTOMER, Hold.FORCE_MAJEURE}),
            Side.TARGET: more | {Hold.CUSTOMER},
        }

    def policies(self) -> Policies:
        """The versions as ours."""
        return Policies(tuple(self._policy(*version) for version in self.versions))

    def _policy(self, start: int, rules: Any, pauses: dict[Side, frozenset[Hold]]) -> Policy:
        by_side: dict[Side, list[Rule]] = {side: [] for side in Side}
        for side in Side:
            for grade in "AB":
                allowed = dict.fromkeys(Priority, 0)
                allowed |= {p: rules[side, grade, p.name][1] * MIN_US for p in (Priority.P1, Priority.P3)}
                kept = rules[side, grade, "P1"][0]
                measures = {Measure.RESOLUTION: allowed, Measure.FIRST_RESPONSE: allowed}
                by_side[side].append(Rule(grade, side, Selector(grade=frozenset(grade)), kept.ours, measures))
        return replace(
            BASE, version=str(start), valid_from_us=us(start) if start else 0, pauses=pauses, stages=(), feedback=None,
            promises=tuple(by_side[Side.PROMISE]), targets=tuple(by_side[Side.TARGET]),
        )  # fmt: skip

    def events(self) -> list[Event]:
        """What was written down, in that order: some of it later than it happened."""
        told = [
            Event(
                us(self.opened),
                "key:c",
                "opened",
                "",
                {},
                {"state": "reported", "grade": "A", "priority": "P3", "kind": "customer"},
            )
        ]
        for at, new in self.happened:
            late = self.random.choice((0, 0, 0, 5, 600)) if at + 600 <= self.now else 0
            said = {**new, "at_us": us(at)} if late else new
            told.append(Event(us(at + late), "person:li", "did", "", {}, said))
        return [told[0], *sorted(told[1:], key=lambda event: event.time_us)] if not self._ties() else told

    def _ties(self) -> bool:
        """Whether two things happened at one minute: then their order is that of the log, and none is told late."""
        times = [at for at, _ in self.happened]
        return len(set(times)) < len(times)

    def ticket(self) -> Ticket:
        """The ticket as it is now."""
        new = {k: v for _, one in self.happened for k, v in one.items()}
        return replace(
            TICKET, opened_at_us=us(self.opened), clock_from_us=us(self.opened), grade=new.get("grade", "A"),
            priority=Priority[new.get("priority", "P3")], state=new.get("state", S.REPORTED), hold=new.get("hold"),
        )  # fmt: skip

    def arrays(self, side: Side) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(working, allowance, counts) of a side for each minute: filled in event by event, as a person would."""
        length = self.end - self.opened
        said = {name: np.zeros(length, np.int8) for name in CODES}
        for at, new in [
            (self.opened, {"state": S.REPORTED, "hold": None, "grade": "A", "priority": "P3"}),
            *self.happened,
        ]:
            for name, array in said.items():
                if name in new:
                    array[at - self.opened :] = CODES[name].index(new[name])
        worked, allowed, counts = (np.zeros(length, kind) for kind in (bool, np.int32, np.int8))
        for number, (start, rules, pauses) in enumerate(self.versions):
            end = self.versions[number + 1][0] if number + 1 < len(self.versions) else self.end
            valid = np.zeros(length, bool)
            valid[max(0, start - self.opened) : max(0, end - self.opened)] = True
            for (of, grade, priority), (kept, allowance) in rules.items():
                if of is not side:
                    continue
                here = (
                    valid
                    & (said["grade"] == "AB".index(grade))
                    & (said["priority"] == PRIORITIES.index(priority))
                )
                if here.any():
                    allowed[here] = allowance
                    whole = oracle.working(kept.hours, kept.zone or self.zone)[self.opened : self.end]
                    worked[here] = whole[here]
            pauses_at = np.array([hold in pauses[side] for hold in CODES["hold"]])
            pending = said["state"] == CODES["state"].index(S.PENDING)
            counts[valid & pending & pauses_at[said["hold"]]] = 1
        counts[said["state"] == CODES["state"].index(S.RESOLVED)] = 2
        return worked, allowed, counts


def us(minute: int) -> int:
    """A minute of the oracle in µs UTC."""
    return START_US + minute * MIN_US


def _minute(time_us: int | None) -> float | None:
    return None if time_us is None else (time_us - START_US) / MIN_US


TICKET = any_ticket(TicketKind.CUSTOMER, S.REPORTED)
TICKET = replace(TICKET, opened_by="key:c", breach_p10_us=None, time_zone="UTC")
SHARES = [*BASE.warnings, 100]


def _compare(line: Timeline, clock: Clock, walked: oracle.Walked) -> str:
    """What is different, in words; "" if nothing is."""
    ours = {share: _minute(at) for share, at in clock.shares if at < us(line.end)}
    said = (str(clock.state), clock.spent_us / MIN_US, clock.stopped_us / MIN_US, ours)
    wanted = (walked.state, walked.spent, walked.stopped, walked.reached)
    if said != wanted:
        return f"{clock.name}: {said}, but {wanted}"
    due = _minute(clock.due_us)
    if clock.state in {"running", "missed"} and due is not None and due < line.end and due != walked.due:
        return f"{clock.name} is due at {due}, but {walked.due}"
    return ""


def _resumed(line: Timeline, clock: Clock, worked: np.ndarray, allowed: np.ndarray) -> str:
    """Whether the date "if it went on now" is what the walk would find with the terms of now."""
    if clock.if_resumed_us is None or len(line.versions) > 1:
        return ""
    here = line.now - line.opened
    left = int(allowed[here]) - clock.spent_us // MIN_US
    if left <= 0:
        return "" if clock.if_resumed_us == us(line.now) else "not due at once"
    ahead = np.flatnonzero(np.cumsum(worked[here:]) == left)
    wanted = line.now + int(ahead[0]) + 1 if len(ahead) else None
    return (
        ""
        if wanted is None or _minute(clock.if_resumed_us) == wanted
        else f"resumed: {_minute(clock.if_resumed_us)}, but {wanted}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("portion", range(PORTIONS))
def test_no_difference_to_a_walk_by_minutes(portion: int) -> None:
    """State, due date, time spent, time stopped and every warning of three clocks, over a thousand timelines at a time."""
    seen: Counter[str] = Counter()
    for seed in range(portion, TIMELINES, PORTIONS):
        line = Timeline(seed)
        found = clocks(
            line.ticket(),
            read(line.events()),
            line.policies(),
            Context(line.zone),
            us(line.now),
            explain=seed % 20 == 0,
        )
        for side in Side:
            worked, allowed, counts = line.arrays(side)
            for measure, stop in ((Measure.RESOLUTION, None), (Measure.FIRST_RESPONSE, line.answered)):
                stopped = stop if stop is not None and stop <= line.now else None
                clock = found.named(f"{side}:{measure}")
                assert clock is not None, seed
                walked = oracle.walk(line.opened, line.now, stopped, worked, allowed, counts, SHARES)
                assert _compare(line, clock, walked) == "", f"seed {seed}"
                assert _resumed(line, clock, worked, allowed) == "", f"seed {seed}"
                seen[str(clock.state)] += 1
    assert min(seen[state] for state in ("running", "paused", "met", "missed")) >= 50, seen


def test_the_walk_would_notice_an_hour() -> None:
    """The oracle is no rubber stamp: told another zone's wall clock, it finds most of our answers wrong."""
    lines = [line for line in map(Timeline, range(600)) if line.zone == "America/New_York"]
    wrong = 0
    for line in lines:
        found = clocks(line.ticket(), read(line.events()), line.policies(), Context("UTC"), us(line.now))
        clock = found.named("promise:resolution")
        assert clock is not None
        walked = oracle.walk(line.opened, line.now, None, *line.arrays(Side.PROMISE), SHARES)
        wrong += _compare(line, clock, walked) != ""
    assert len(lines) >= 50
    assert wrong >= len(lines) / 2


@pytest.mark.parametrize("number", range(1, len(POOL)))
def test_working_time_of_every_hour_in_every_zone(number: int) -> None:
    """Between any two instants of a year our calendar has as many minutes as the walk, and spans cover just these."""
    random, kept = Random(number), POOL[number]
    for zone in ZONES[:4]:
        worked = oracle.working(kept.hours, kept.zone or zone)
        so_far = np.concatenate(([0], np.cumsum(worked)))
        for _ in range(60):
            first, last = sorted(random.randint(2000, oracle.MINUTES - 2000) for _ in range(2))
            ours = calendars.between(kept.ours, zone, us(first), us(last))
            assert ours == int(so_far[last] - so_far[first]) * MIN_US, (zone, first, last)
        first = random.randint(2000, oracle.MINUTES - 60_000)
        spans = list(calendars.spans(kept.ours, zone, us(first), us(first + 40_000)))
        covered = np.zeros(40_000, bool)
        for span in spans:
            covered[(span.from_us - us(first)) // MIN_US : (span.to_us - us(first)) // MIN_US] = True
        assert (covered == worked[first : first + 40_000]).all()
        assert all(a.to_us < b.from_us for a, b in pairwise(spans))


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(POOL),
    st.sampled_from(ZONES),
    st.integers(START_US, us(oracle.MINUTES)),
    st.integers(1, 10**12),
)
def test_adding_and_measuring_agree_to_the_microsecond(
    kept: Kept, zone: str, from_us: int, working_us: int
) -> None:
    """The due date has just so much working time before it, and an instant earlier it has less."""
    due = calendars.add(kept.ours, zone, from_us, working_us)
    assert calendars.between(kept.ours, zone, from_us, due) == working_us
    assert calendars.between(kept.ours, zone, from_us, due - 1) == working_us - 1
