"""The states of alarms: whatever findings, people, windows and time do to them, only ways of the table are taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from tests.tickets.desk import HOUR, MIN, T0, Desk, finding
from tickets.alarming import latching, shelving
from tickets.alarming.nouns import Alarm, AlarmState, Decision, Said, Shelving, Still, StillSort, StillState
from tickets.alarming.states import TABLE, Act, possible
from tickets.nouns import TicketEvent

CAUSE = "gateway:g1:silent"
KINDS = [Kind.TOO_HIGH, Kind.UNWATCHED, Kind.SILENT_GATEWAY, Kind.SILENT_DEVICE, Kind.FAILED_EQUIPMENT]
DIAGRAM = Path(__file__).parents[2] / "docs" / "alarms.md"


class Watched(Desk):
    """A desk that checks every change of its one alarm against the table."""

    def __init__(self) -> None:
        super().__init__()
        self.state: AlarmState | None = None
        self.now_us = T0

    @property
    def alarm(self) -> Alarm:
        """The alarm there is."""
        return self.known.alarms[CAUSE]

    def checked(self, events: list[TicketEvent]) -> None:
        """Every event names a way of the table, and together they lead to the state the alarm is in."""
        for event in events:
            if event.subject != f"alarm:{CAUSE}":
                continue
            now = AlarmState(str(event.new["state"])) if "state" in event.new else self.state
            assert now is not None
            assert possible(event.act, self.state, now), (event.act, self.state, now)
            self.state = now
        if CAUSE in self.known.alarms:
            assert self.state is self.alarm.state

    def found(self, changes: list[FindingChange]) -> None:
        """Findings come."""
        self.checked(self.take(changes, self.now_us).events)

    def wake(self) -> None:
        """The time comes."""
        before = dict(self.known.alarms)
        self.checked(self.raising.wake(self.known, self.now_us).events)
        again = self.raising.wake(self.known, self.now_us)
        assert (again.alarms, again.events, again.opened) == ({}, [], {}), before

    def do(self, act: Act, decide: Callable[[Alarm], object]) -> None:
        """A person does something, if it is possible."""
        if CAUSE not in self.known.alarms:
            return
        before = self.alarm
        after = decide(before)
        if isinstance(after, Alarm) and after != before:
            self.known.alarms[CAUSE] = after
            self.checked([TicketEvent.of(act, before, after)])


def _lives(draw: Callable[..., object], desk: Watched) -> None:
    """One thing that happens to a finding: it opens, ends, gets worse, is taken back, stands again."""
    known = [f for f in desk.known.findings.values() if f.cause == CAUSE]
    if not known or draw(st.booleans()):
        new = finding(CAUSE, draw(st.sampled_from(KINDS)), draw(st.sampled_from(list(Severity))), desk.now_us)  # type: ignore[arg-type]
        over = replace(new, end_us=desk.now_us + draw(st.integers(0, 20)) * MIN)  # type: ignore[operator]
        desk.found([FindingChange(Change.OPENED, draw(st.sampled_from([new, new, over])))])  # type: ignore[arg-type]
        return
    one = draw(st.sampled_from(sorted(known, key=lambda f: f.id)))
    assert isinstance(one, Finding)
    changed = draw(
        st.sampled_from([
            replace(one, end_us=max(one.start_us, desk.now_us)), replace(one, retracted="late_readings"),
            replace(one, severity=Severity.CRITICAL), replace(one, severity=Severity.WARNING),
            replace(one, retracted=None, end_us=None), replace(one, cause="another"),
        ])
    )  # fmt: skip
    assert isinstance(changed, Finding)
    desk.found([FindingChange(Change.REVISED, changed)])


def _people(draw: Callable[..., object], desk: Watched) -> None:
    """One thing that a person does to the alarm."""
    now = desk.now_us
    until, sort = now + 40 * MIN, draw(st.sampled_from([Shelving.TIMED, Shelving.ONE_SHOT]))
    wish = shelving.Wish("user:li", "known", until, sort)  # type: ignore[arg-type]
    act = draw(st.sampled_from(["ack", "shelve", "confirm", "unshelve", "decide"]))
    if act == "ack":
        desk.do(Act.ACKNOWLEDGED, lambda alarm: alarm.acknowledged("user:li"))
    elif act == "shelve":
        desk.do(Act.SHELVED, lambda alarm: shelving.shelve(alarm, wish, now, None))
    elif act == "confirm":
        desk.do(Act.SHELVED, lambda alarm: shelving.confirm(alarm, "user:wu", now))
    elif act == "unshelve":
        desk.do(Act.UNSHELVED, shelving.unshelve)
    else:
        desk.do(Act.DECIDED, lambda alarm: latching.decided(alarm, (), "user:li"))


def _windows(draw: Callable[..., object], desk: Watched) -> None:
    """A window or an outage of the gateway begins or ends."""
    if desk.known.stills and draw(st.booleans()):
        desk.known.stills = tuple(
            replace(still, state=StillState.OVER, to_us=desk.now_us) for still in desk.known.stills
        )
        return
    sort = draw(st.sampled_from([StillSort.MAINTENANCE, StillSort.OUT_OF_SERVICE]))
    subject = draw(st.sampled_from(["gateway:g1", "zone:z1", "equipment:e1"]))
    to_us = desk.now_us + 90 * MIN if sort is StillSort.MAINTENANCE else None
    still = Still(
        f"s{desk.now_us}", sort, subject, desk.now_us, to_us, "work", "user:li", T0, StillState.RUNNING
    )  # type: ignore[arg-type]
    desk.known.stills = (*desk.known.stills, still)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_only_ways_of_the_table_are_taken(data: st.DataObject) -> None:
    """Findings, people, windows and time in any order: every event is a line of the table, waking twice does nothing."""
    desk = Watched()
    for _ in range(data.draw(st.integers(1, 14))):
        desk.now_us += data.draw(st.integers(0, 50)) * MIN
        what = data.draw(st.sampled_from([_lives, _lives, _people, _windows]))
        what(data.draw, desk)
        if data.draw(st.booleans()):
            desk.wake()


def test_every_way_of_the_table_leads_somewhere() -> None:
    """No state is a trap: from each there is a way, and each state is reached."""
    reached = {target for way in TABLE for target in way.targets}
    assert reached == set(AlarmState)
    assert {way.source for way in TABLE} == {None, *AlarmState}


def test_the_drawn_diagram_is_the_table() -> None:
    """docs/alarms.md draws every way of the table and no other."""
    drawn = re.findall(r"^ {4}(\[\*\]|\w+) --> (\w+): (\w+)$", DIAGRAM.read_text("utf-8"), re.MULTILINE)
    table = {(way.source or "[*]", target, way.act) for way in TABLE for target in way.targets}
    assert {(source, target, act) for source, target, act in drawn} == {
        tuple(map(str, line)) for line in table
    }


@pytest.mark.parametrize("lots", [(), ("lot-1",), ("lot-1", "lot-2")])
def test_latched_until_every_lot_is_decided(lots: tuple[str, ...]) -> None:
    """The excursion is over, the state is latched; it ends with the decision about the last lot."""
    desk = Watched()
    hot = finding(CAUSE, severity=Severity.ALARM)
    desk.found([FindingChange(Change.OPENED, hot)])
    desk.found([FindingChange(Change.CLOSED, replace(hot, end_us=T0 + HOUR))])
    assert (desk.alarm.state, desk.alarm.undecided) == (AlarmState.LATCHED_UNACKED, (hot.id,))
    said: list[Decision] = []
    for lot in lots or ("",):
        assert desk.alarm.latched
        said.append(Decision(lot, Said.RELEASED, "measured", "user:qa", T0, (hot.id,)))
        remaining = latching.still_open(desk.alarm, {hot.id: lots}, said)
        desk.do(Act.DECIDED, lambda alarm, remaining=remaining: latching.decided(alarm, remaining, "user:qa"))
    assert (desk.alarm.state, desk.alarm.acked_by) == (AlarmState.NORMAL, "user:qa")


def test_a_decided_excursion_that_gets_worse_is_open_again() -> None:
    """Late readings make it longer: who decided did not know that. A later look that finds the same changes nothing."""
    desk = Watched()
    hot = finding(CAUSE, severity=Severity.ALARM)
    over = replace(hot, end_us=T0 + HOUR)
    desk.found([FindingChange(Change.OPENED, over)])
    desk.do(Act.DECIDED, lambda alarm: latching.decided(alarm, (), "user:qa"))
    desk.found([FindingChange(Change.REVISED, replace(over, coverage=0.9))])
    assert desk.alarm.state is AlarmState.NORMAL
    desk.found([FindingChange(Change.REVISED, replace(over, end_us=T0 + 2 * HOUR))])
    assert desk.alarm.state is AlarmState.LATCHED_UNACKED
    desk.found([FindingChange(Change.RETRACTED, replace(over, retracted="late_readings"))])
    assert not desk.alarm.latched
