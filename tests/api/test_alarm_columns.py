"""What the event table says of alarms as columns, against reading it event by event."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from api.alarm_quality import columns
from detect.nouns import Json, Severity
from store.repositories.alarm_history import Rows
from tests.tickets.desk import T0, Desk, finding, opened
from tickets.nouns import Alarm

LEVEL = {"advice": 0, "warning": 0, "alarm": 1, "critical": 2}
Event = tuple[str, str, dict[str, Json]]


def known_alarms() -> dict[str, Alarm]:
    """Three alarms, of a severity each."""
    desk = Desk()
    for i, severity in enumerate((Severity.WARNING, Severity.ALARM, Severity.CRITICAL)):
        desk.take(opened(finding(f"zone:z{i}:temperature:high", severity=severity)))
    return desk.known.alarms


KNOWN = known_alarms()


@st.composite
def told(draw: st.DrawFn) -> Event:
    """An act on one of four alarms, of which one is not to be counted, with what it says."""
    new: dict[str, Json] = {}
    for name, value in (("quiet", True), ("over", True)):
        if draw(st.integers(0, 3)) == 0:
            new[name] = value
    if draw(st.booleans()):
        new["severity"] = draw(st.sampled_from([str(one) for one in Severity]))
    if draw(st.booleans()):
        new["state"] = draw(st.sampled_from(["active_unacked", "returned_unacked", "normal"]))
    act = draw(st.sampled_from(["raised", "returned", "acknowledged", "released", "calmed", "changed"]))
    return act, draw(st.sampled_from([*KNOWN, "another"])), new


@settings(max_examples=500, deadline=None)
@given(st.lists(told(), max_size=25))
def test_columns_say_what_the_events_say(some: list[Event]) -> None:
    """Which rows count, which were quiet, what was over at once, and how bad each raising was at its time."""
    rows = Rows(
        [T0 + i for i in range(len(some))],
        [act for act, _, _ in some],
        [cause for _, cause, _ in some],
        [json.dumps(new) for _, _, new in some],
    )
    numbers = {cause: i for i, cause in enumerate(KNOWN)}
    expected: list[tuple[int, int, int, bool]] = []
    levels = []
    severity = {cause: str(alarm.severity) for cause, alarm in KNOWN.items()}
    for i, (act, cause, new) in enumerate(some):
        if cause not in KNOWN:
            continue
        severity[cause] = str(new.get("severity", severity[cause]))
        quiet = "quiet" in new
        if act in ("returned", "acknowledged"):
            expected.append((T0 + i, numbers[cause], -1 if act == "returned" else 0, quiet))
        elif act == "raised" or (act in ("released", "calmed") and new.get("state") == "active_unacked"):
            expected.append((T0 + i, numbers[cause], 1, quiet))
            if "over" in new:
                expected.append((T0 + i, numbers[cause], -1, quiet))
            if not quiet:
                levels.append(LEVEL[severity[cause]])
    history, found = columns(rows, numbers, KNOWN)
    got = zip(history.time_us, history.alarm, history.turn, history.quiet, strict=True)
    assert [(int(a), int(b), int(c), bool(d)) for a, b, c, d in got] == expected
    assert found.tolist() == levels
