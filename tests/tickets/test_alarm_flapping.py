"""Alarms that come and go: one call while they do, whatever the order in which their findings become known."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Finding, Kind, Severity
from tests.tickets.desk import HOUR, MIN, T0, Desk, closed, finding, opened
from tickets.alarming.flapping import BURSTS, QUIET_US, flapping_until_us, transitions
from tickets.alarming.nouns import AlarmState, Still, StillSort, StillState

S = 1_000_000
Span = tuple[int, int | None]


def spans() -> st.SearchStrategy[list[Span]]:
    """From–to in half minutes; some overlap, some go on."""
    one = st.tuples(st.integers(0, 200), st.one_of(st.none(), st.integers(0, 12)))
    return st.lists(one, max_size=12)


def findings_of(some: list[Span]) -> list[Finding]:
    """A finding for each."""
    return [
        finding(start_us=T0 + at * 30 * S, end_us=None if lasts is None else T0 + (at + lasts) * 30 * S)
        for at, lasts in some
    ]


@settings(max_examples=500, deadline=None)
@given(spans(), st.integers(0, 400))
def test_transitions_and_flapping_by_looking_every_half_minute(some: list[Span], now: int) -> None:
    """Whether something goes on, looked at in every half minute, changes exactly at the transitions."""
    found = findings_of(some)
    edges = transitions(found)
    assert edges == transitions(random.Random(1).sample(found, len(found)))

    def goes_on(at: int) -> bool:
        return any(f.start_us <= at and (f.end_us is None or at < f.end_us) for f in found)

    ticks = [T0 + i * 15 * S for i in range(-1, 2 * 240)]
    seen = [b for a, b in pairwise(ticks) if goes_on(a) != goes_on(b)]
    shown = [edge for edge in edges if edges.count(edge) == 1]
    assert seen == shown
    until: int | None = None
    for i, edge in enumerate(edges):
        burst = any(i + 1 >= n and edge - edges[i + 1 - n] <= width for n, width in BURSTS)
        if burst or (until is not None and edge <= until):
            until = edge + QUIET_US
    now_us = T0 + now * MIN
    assert flapping_until_us(found, now_us) == (until if until is not None and until > now_us else None)


def _flapping(desk: Desk, times: int) -> list[Finding]:
    """It comes and goes every two minutes."""
    came = []
    for i in range(times):
        one = finding(
            kind=Kind.STUCK, cause="device:g1/p7:sensor", severity=Severity.WARNING, start_us=T0 + i * 4 * MIN
        )
        desk.take(opened(one), T0 + i * 4 * MIN)
        desk.take([closed(one, T0 + (i * 4 + 2) * MIN)], T0 + (i * 4 + 2) * MIN)
        came.append(one)
    return came


def test_one_call_while_it_flaps() -> None:
    """Acknowledged once it stays so; one ticket; the comings are marked as told to nobody; after half an hour it is calm."""
    desk = Desk()
    came = _flapping(desk, 3)
    (alarm,) = desk.known.alarms.values()
    assert alarm.flapping_until_us == T0 + 10 * MIN + QUIET_US
    desk.known.alarms[alarm.cause] = alarm.acknowledged("user:li")
    again = finding(kind=Kind.STUCK, cause=alarm.cause, severity=Severity.WARNING, start_us=T0 + 12 * MIN)
    raised = desk.take(opened(again), T0 + 12 * MIN)
    assert desk.known.alarms[alarm.cause].state is AlarmState.ACTIVE_ACKED
    assert [event.new.get("quiet") for event in raised.events if event.act == "raised"] == [True]
    assert len(desk.tickets) == 1
    assert len(came) == 3
    woken = desk.raising.wake(desk.known, T0 + 43 * MIN)
    assert [event.act for event in woken.events] == ["calmed"]
    assert desk.known.alarms[alarm.cause].state is AlarmState.ACTIVE_UNACKED


def test_a_worse_one_calls_also_while_it_flaps() -> None:
    """Damping is for what is known; that it is critical now is news."""
    desk = Desk()
    _flapping(desk, 3)
    (alarm,) = desk.known.alarms.values()
    desk.known.alarms[alarm.cause] = alarm.acknowledged("user:li")
    worse = finding(kind=Kind.STUCK, cause=alarm.cause, severity=Severity.CRITICAL, start_us=T0 + 12 * MIN)
    desk.take(opened(worse), T0 + 12 * MIN)
    assert desk.known.alarms[alarm.cause].state is AlarmState.ACTIVE_UNACKED


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_windows_do_not_make_the_order_matter(data: st.DataObject) -> None:
    """With a window: the same findings in any order, looked at when all is over, give the same tickets and suppression."""
    some = data.draw(
        st.lists(
            st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(1, 6))), min_size=1, max_size=5
        )
    )
    start, lasts = data.draw(st.integers(0, 20)), data.draw(st.integers(1, 12))
    window = Still(
        "w", StillSort.MAINTENANCE, "gateway:g1", T0 + start * HOUR, T0 + (start + lasts) * HOUR, "work", "user:li", T0,
        StillState.RUNNING,
    )  # fmt: skip
    found = [
        finding(
            f"device:g1/p{i}:sensor", Kind.STUCK, Severity.WARNING, T0 + at * HOUR,
            None if hours is None else T0 + (at + hours) * HOUR, f"device:g1/p{i}",
        )
        for i, (at, hours) in enumerate(some)
    ]  # fmt: skip
    outcomes = []
    for _ in range(2):
        desk = Desk()
        desk.known.stills = (window,)
        for one in data.draw(st.permutations(found)):
            desk.take(opened(one), T0 + 40 * HOUR)
        desk.raising.wake(desk.known, T0 + 41 * HOUR)
        outcomes.append(sorted((str(t.cause), str(t.state)) for t in desk.tickets))
    inside = {
        f.cause for f in found
        if f.start_us >= window.from_us and f.end_us is not None and f.end_us <= (window.to_us or 0)
    }  # fmt: skip
    assert outcomes[0] == outcomes[1] == sorted((f.cause, "new") for f in found if f.cause not in inside)
