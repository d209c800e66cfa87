"""Tickets are a function of the set of findings: whatever the order and the batches, the same tickets come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from tests.tickets.desk import HOUR, MIN, T0, Desk, finding
from tickets import explain
from tickets.nouns import TicketState
from tickets.policy import load
from tickets.ways import calls

POLICY = load().at(T0)
CAUSES = ["gateway:g1:silent", "zone:z1:temperature:high"]
KINDS = [Kind.TOO_HIGH, Kind.UNWATCHED, Kind.SILENT_GATEWAY, Kind.SILENT_DEVICE, Kind.SENTINEL]
Life = list[FindingChange]
Outcome = Counter[tuple[str | None, str, str, str]]


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """One finding from its opening on: extended, revised (severity, cause), closed, retracted, standing again."""
    start_us = T0 + draw(st.integers(0, 5)) * 20 * HOUR
    now = finding(
        cause=draw(st.sampled_from(CAUSES)),
        kind=draw(st.sampled_from(KINDS)),
        severity=draw(st.sampled_from(list(Severity))),
        start_us=start_us,
        subject=draw(st.sampled_from(["device:g1/p1:temperature", "device:g1/p2:temperature", "gateway:g1"])),
        zone=draw(st.sampled_from(["z1", "z2", None])),
    )
    life = [FindingChange(Change.OPENED, now)]
    for step in draw(st.lists(st.sampled_from(list(Change)[1:5]), max_size=4)):
        now = _stepped(draw, now, step)
        life.append(FindingChange(step, now))
    return life


def _stepped(draw: st.DrawFn, now: Finding, step: Change) -> Finding:
    if step is Change.RETRACTED:
        return replace(now, retracted="late_readings")
    if step is Change.CLOSED:
        return replace(now, end_us=now.start_us + draw(st.integers(1, 90)) * MIN)
    if step is Change.EXTENDED:
        return replace(now, samples=now.samples + 1, peak=12.0)
    return replace(
        now,
        severity=draw(st.sampled_from(list(Severity))),
        cause=draw(st.sampled_from(CAUSES)),
        retracted=None,
        end_us=None,
    )


@st.composite
def batches(draw: st.DrawFn, all_lives: Sequence[Life]) -> list[Life]:
    """The changes in an order that keeps each finding's own, cut into batches."""
    rest = [list(life) for life in all_lives]
    done: list[Life] = [[]]
    while any(rest):
        chosen = draw(st.sampled_from([i for i, life in enumerate(rest) if life]))
        done[-1].append(rest[chosen].pop(0))
        if draw(st.booleans()):
            done.append([])
    return done


def _outcome(work: Sequence[Life]) -> Outcome:
    """(cause, subject, priority, state) of all tickets, those left out whose findings are all retracted."""
    desk, now = Desk(), count(T0 + HOUR, 7 * MIN)
    for batch in work:
        desk.take(batch, next(now))
    return Counter(
        (ticket.cause, ticket.subject, ticket.priority.name, ticket.state)
        for ticket in desk.tickets
        if ticket.state is not TicketState.WITHDRAWN
    )


def _expected(all_lives: Sequence[Life]) -> Outcome:
    """What the last state of every finding calls for: a new ticket for each cause that still has a caller."""
    last = [life[-1].finding for life in all_lives]
    expected: Outcome = Counter()
    for cause in CAUSES:
        callers = [one for one in last if calls(one) and one.cause == cause]
        if callers:
            priority = min(POLICY.priority_of(one) for one in callers).name
            expected[cause, explain.subject(explain.leading(callers)), priority, "new"] += 1
    return expected


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_the_order_of_arrival_does_not_matter(data: st.DataObject) -> None:
    """Any interleaving in any batches gives what the final findings call for, and one live ticket per cause."""
    all_lives = data.draw(st.lists(lives(), min_size=1, max_size=4))
    for _ in range(2):
        assert _outcome(data.draw(batches(all_lives))) == _expected(all_lives)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_same_batch_again_changes_nothing(data: st.DataObject) -> None:
    """After a crash the last batch is worked through again: no event, no note, no ticket more."""
    desk, now = Desk(), count(T0 + HOUR, 7 * MIN)
    for batch in data.draw(batches(data.draw(st.lists(lives(), min_size=1, max_size=3)))):
        desk.take(batch, next(now))
        again = desk.take(batch, next(now))
        assert (again.alarms, again.tickets, again.ticket_of, again.comments, again.events, again.opened) == (
            {}, {}, {}, [], [], {},
        )  # fmt: skip
