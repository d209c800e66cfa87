"""A due date explained: from where it counts, by which rule, what stopped it, which days were free, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from detect.nouns import Json
from tickets.clocks import calendars
from tickets.clocks.calendars import Reason
from tickets.clocks.measuring import BREACH, Course
from tickets.clocks.nouns import Clock, ClockState
from tickets.clocks.policies import Measure
from tickets.clocks.stopwatch import Counts, Run, Stretch, Terms
from tickets.nouns import Text

_NAMED = 6
"""How many days a sentence names."""
_FAR_US = 400 * 86_400_000_000
"""Days are named within this time only."""


def explained(way: Course, run: Run, clock: Clock) -> tuple[Text, ...]:
    """The steps to a clock's due date, in the order in which one would reckon it."""
    steps = [Text("clocks.step.from", {"from_us": clock.from_us, "measure": clock.measure})]
    steps += _stretches(run)
    until = clock.due_us or clock.if_resumed_us or clock.ended_us or way.now_us
    steps += _calendar(way, run, clock.from_us, min(until, clock.from_us + _FAR_US))
    return (*steps, _result(run, clock))


def _stretches(run: Run) -> Iterator[Text]:
    """The terms whenever they change, and everything that did not count."""
    terms: Terms | None = None
    for key, group in groupby(run.stretches, _alike):
        stretches = list(group)
        first, last = stretches[0], stretches[-1]
        if first.terms and first.terms != terms:
            yield _said(first, terms)
            terms = first.terms
        state = first.piece.hold or first.piece.state
        span: dict[str, Json] = {"from_us": first.piece.from_us, "to_us": last.to_us, "state": state}
        if key[0] is Counts.PAUSED:
            yield Text("clocks.step.paused", span)
        elif key[0] is Counts.DONE and first.terms:
            yield Text("clocks.step.done", span)
        elif first.piece.hold:
            yield Text("clocks.step.pending_counts", span)


def _alike(stretch: Stretch) -> tuple[Counts, Terms | None, object, object]:
    done = stretch.counts is Counts.DONE
    return stretch.counts, stretch.terms, stretch.piece.hold, None if not done else stretch.piece.state


def _said(stretch: Stretch, before: Terms | None) -> Text:
    """By which rule it runs, from when on."""
    terms, piece = stretch.terms, stretch.piece
    assert terms is not None  # asked only where there are some
    params: dict[str, Json] = {
        "rule": piece.policy.said(terms.rule), "calendar": piece.policy.said(terms.calendar.name), "allowed_us": terms.allowed_us,
        "policy": piece.policy.version, "at_us": piece.from_us, "spent_us": stretch.spent_us,
        "grade": piece.facts.grade or "–", "priority": piece.facts.priority.name,
    }  # fmt: skip
    return Text("clocks.step.rule" if before is None else "clocks.step.rule_changed", params)


def _calendar(way: Course, run: Run, from_us: int, to_us: int) -> Iterator[Text]:
    """What the calendar in force made of the days in between, and what the wall clock did."""
    last = next((one for one in reversed(run.stretches) if one.terms), None)
    terms = last.terms if last else None
    if last is None or terms is None or terms.calendar.always:
        return
    calendar, zone = terms.calendar, terms.calendar.zone(way.zone)
    days = list(calendars.days(calendar, way.zone, from_us, to_us))
    worked = calendars.between(calendar, way.zone, from_us, to_us)
    count = sum(bool(day.shifts) for day in days)
    name = last.piece.policy.said(calendar.name)
    yield Text("clocks.step.shifts", {"calendar": name, "days": count, "worked_us": worked, "zone": zone})
    for code, reasons in _DAYS.items():
        named = [day for day in days if day.reason in reasons]
        if named:
            shown: list[Json] = [day.on.isoformat() for day in named[:_NAMED]]
            names: list[Json] = list(dict.fromkeys(day.name for day in named if day.name))
            yield Text(f"clocks.step.{code}", {"days": shown, "count": len(named), "names": names or ["–"]})
    years: list[Json] = list(calendars.provisional(calendar, way.zone, from_us, to_us))
    if years:
        yield Text("clocks.step.provisional", {"years": [str(year) for year in years]})
    for at_us, forward_us in calendars.clock_changes(zone, from_us, to_us):
        code = "forward" if forward_us > 0 else "back"
        yield Text(f"clocks.step.clock_{code}", {"at_us": at_us, "by_us": abs(forward_us)})


_DAYS = {
    "free": (Reason.HOLIDAY,), "closed": (Reason.CLOSED,), "make_up": (Reason.MAKE_UP,), "opened": (Reason.OPEN,),
}  # fmt: skip


def _result(run: Run, clock: Clock) -> Text:
    """What came of it."""
    params: dict[str, Json] = {
        "due_us": clock.due_us, "spent_us": clock.spent_us, "allowed_us": clock.allowed_us, "ended_us": clock.ended_us,
        "left_us": max(0, clock.allowed_us - clock.spent_us), "late_us": clock.late_us, "resumed_us": clock.if_resumed_us,
    }  # fmt: skip
    if clock.measure is Measure.FEEDBACK_CLOSE and set(run.reached) == {BREACH}:
        return Text("clocks.step.result.promised_anew", params)
    still = clock.state is ClockState.MISSED and clock.ended_us is None
    return Text(f"clocks.step.result.{'overdue' if still else clock.state}", params)
