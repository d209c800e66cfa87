"""What is known of equipment, put together: kept figures, like machines, findings that go on, inspections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from api.services import MachineRows
from api.times import text_of, text_of_optional
from api.views_equipment import (
    ConditionView,
    DueView,
    FigurePoint,
    FigureView,
    InspectionView,
    PeersView,
    StandingView,
    WindowView,
)
from detect.machines.inspecting import Due, due
from detect.machines.nouns import US_PER_DAY, Day, Figure, Machine, Value
from detect.machines.outlook import among, trend
from detect.nouns import Finding
from registry.nouns import Equipment, Inspection
from texts import Language, render

UNITS: Mapping[Figure, str] = {
    Figure.DUTY: "ratio", Figure.DUTY_SEEN: "ratio", Figure.LOAD: "K or g/kg", Figure.LOAD_PEAK: "K or g/kg",
    Figure.ROOM: "°C or %", Figure.WORST: "°C or %", Figure.WARMTH: "°C", Figure.DOOR: "ratio", Figure.CYCLE_S: "s",
    Figure.ON_S: "s", Figure.SWING: "K or %", Figure.PULL_DOWN: "K/h or %/h", Figure.RECOVERY_S: "s",
    Figure.DEFROSTS: "1/d", Figure.DEFROST_S: "s", Figure.WEAR: "ratio", Figure.SPREAD: "ratio",
    Figure.CONDITION: "%", Figure.P10_DAYS: "d", Figure.P50_DAYS: "d", Figure.P90_DAYS: "d",
}  # fmt: skip
TREND_DAYS = 30
LOOK_BACK_DAYS = 400
"""So far back the strength is looked at for the next inspection."""


class Known(NamedTuple):
    """A machine with what is on record of it."""

    machine: Machine
    registered: Equipment
    days: Sequence[Day]
    inspections: Sequence[Inspection]
    going_on: Sequence[Finding]
    like: Sequence[float]
    """The wear of its like, of the same last day."""


def days_of(rows: MachineRows, connection: Any, key: str, from_day: int, behind_day: int) -> list[Day]:
    """Kept days; figures of another version that nobody knows are left out."""
    known = set(map(str, Figure))
    return [
        Day(one.day, {Figure(k): Value(*v) for k, v in one.figures.items() if k in known}, one.inputs)
        for one in rows.days(connection, key, from_day, behind_day)
    ]


def condition_view(known: Known, from_day: int, now_us: int, soon_us: int, lang: Language) -> ConditionView:
    """Everything of one machine."""
    last = next((day for day in reversed(known.days) if Figure.WEAR in day.figures), None)
    wear = last.figures[Figure.WEAR].value if last else None
    peers = among(wear, known.like) if wear is not None else None
    return ConditionView(
        key=known.machine.key,
        name=known.machine.name,
        zone=known.machine.zone,
        kind=str(known.registered.kind),
        model=known.machine.model,
        last_day=_date(known.days[-1].day) if known.days else None,
        strength_percent=round(last.figures[Figure.CONDITION].value, 1) if last else None,
        wear=None if wear is None else round(wear, 3),
        window=_window(last),
        peers=PeersView(peers.machines, round(peers.median, 3), round(peers.z, 1)) if peers else None,
        standing=[
            StandingView(f.id, str(f.kind), str(f.severity), text_of(f.start_us)) for f in known.going_on
        ],
        inspection=due_view(known, now_us, soon_us, lang),
        inspections=[inspection_view(one) for one in reversed(known.inspections)],
        figures=_figures([day for day in known.days if day.day >= from_day]),
    )


def due_view(known: Known, now_us: int, soon_us: int, lang: Language) -> DueView:
    """When the machine is due for inspection, and why then."""
    machine = known.machine
    done = [one.done_us for one in known.inspections if one.done_us <= now_us]
    found = due(machine, done[-1], known.days, now_us) if done else None
    state = _state(machine, found, now_us, soon_us)
    reason = str(found.reason) if found else "never" if state == "never" else None
    return DueView(
        equipment=machine.key,
        name=machine.name,
        zone=machine.zone,
        site=machine.site,
        state=state,
        due=text_of_optional(found.due_us if found else None),
        by_calendar=text_of_optional(found.date_us if found else None),
        reason=reason,
        said=render(f"inspection.{reason or 'unplanned'}", {}, lang),
        strength_percent=None if found is None or found.condition is None else round(found.condition, 1),
        last_done=text_of_optional(done[-1] if done else None),
        checks=render(f"checks.{machine.task}", {}, lang),
    )


def urgency(view: DueView) -> tuple[int, str, str]:
    """The order of dues: overdue, due, never on record, later, unplanned; the soonest first."""
    states = ("overdue", "due", "never", "later", "unplanned")
    return states.index(view.state), view.due or "", view.equipment


def inspection_view(one: Inspection) -> InspectionView:
    """An inspection on record."""
    return InspectionView(
        one.id,
        one.equipment,
        text_of(one.done_us),
        str(one.result),
        dict(one.readings),
        one.note,
        one.principal,
    )


def _state(machine: Machine, found: Due | None, now_us: int, soon_us: int) -> str:
    if machine.inspection_us is None:
        return "unplanned"
    if found is None:
        return "never"
    if found.due_us <= now_us:
        return "overdue"
    return "due" if found.due_us <= soon_us else "later"


def _window(last: Day | None) -> WindowView | None:
    if last is None or Figure.P50_DAYS not in last.figures:
        return None
    behind_us = (last.day + 1) * US_PER_DAY
    names = (Figure.P10_DAYS, Figure.P50_DAYS, Figure.P90_DAYS)
    seconds = (round(last.figures[name].value * 86_400) * 1_000_000 for name in names)
    return WindowView(*(text_of(behind_us + us) for us in seconds))


def _figures(days: Sequence[Day]) -> list[FigureView]:
    found = []
    for figure in Figure:
        own = [(day.day, day.figures[figure]) for day in days if figure in day.figures]
        if own:
            points = [
                FigurePoint(_date(day), round(v.value, 4), v.samples, round(v.coverage, 3)) for day, v in own
            ]
            lately = [(day, v.value) for day, v in own if day > own[-1][0] - TREND_DAYS]
            slope = trend(lately)
            found.append(
                FigureView(str(figure), UNITS[figure], None if slope is None else round(slope, 6), points)
            )
    return found


def _date(day: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat()
