"""Machines: their figures of a day, how they wear, when they will fail, and that they stand still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.machines.days import Course, Seen, figures
from detect.machines.inspecting import InspectionExaminer, Reason, due
from detect.machines.nouns import US_PER_DAY, Day, Figure, Task, Value
from detect.machines.outlook import among, episodes, outlooks, trend
from detect.machines.recovery import recoveries
from detect.machines.resting import RestExaminer
from detect.machines.sawtooth import turns
from detect.machines.wearing import WearExaminer
from detect.nouns import Kind, Severity
from tests.detect.cold_rooms import (
    COOLER,
    FIRST,
    MINUTE,
    WEAKENING,
    Cold,
    figured,
    stopped,
    thermostat,
    told,
)  # fmt: skip


def course(values: np.ndarray) -> Course:
    """Minute by minute from the beginning of the day."""
    return Course(60.0 * np.arange(len(values)), np.asarray(values, float))


def test_figures_of_a_day() -> None:
    """Duty by its signal and by the room, cycle, swing and pull-down of a thermostat whose figures are known."""
    room, running = thermostat(0.3)
    outdoors = Course(3600.0 * np.arange(24), np.full(24, 30.0))
    found = figures(Seen(Task.COOLING, [course(room)], course(room), course(running), outdoor_c=outdoors))
    said = {figure: value.value for figure, value in found.items()}
    assert said[Figure.DUTY] == pytest.approx(0.3, abs=0.01)
    assert said[Figure.DUTY_SEEN] == pytest.approx(0.3, abs=0.04)
    assert said[Figure.CYCLE_S] == pytest.approx(2400, rel=0.03)
    assert said[Figure.SWING] == pytest.approx(2.0, abs=0.15)
    assert said[Figure.PULL_DOWN] == pytest.approx(2 / 0.2, rel=0.1)
    assert said[Figure.LOAD] == pytest.approx(26.0, abs=0.1)
    assert found[Figure.ROOM].coverage == 1.0


def test_a_heater_is_a_cooler_upside_down() -> None:
    """The same room turned over gives the same cycle to a heater."""
    room, running = thermostat(0.3)
    heated = figures(Seen(Task.HEATING, [course(8.0 - room)], running=course(running)))
    cooled = figures(Seen(Task.COOLING, [course(room)], running=course(running)))
    for figure in (Figure.DUTY_SEEN, Figure.CYCLE_S, Figure.SWING, Figure.PULL_DOWN):
        assert heated[figure] == cooled[figure]


def test_nothing_is_said_of_what_was_not_seen() -> None:
    """No probe: no figures. A probe of four readings a day, or a flat one: no cycles. Cycles that it hardly catches: none."""
    assert figures(Seen(Task.COOLING, [])) == {}
    few = figures(Seen(Task.COOLING, [Course(np.array([0.0, 6e3, 3e4, 6e4]), np.full(4, 5.0))]))
    flat = figures(Seen(Task.COOLING, [course(np.full(1440, 5.0))]))
    room, _ = thermostat(0.5, cycle=10)
    coarse = figures(Seen(Task.COOLING, [Course(300.0 * np.arange(288), room[::5])]))
    for found in (few, flat, coarse):
        assert Figure.ROOM in found
        assert not {Figure.DUTY_SEEN, Figure.CYCLE_S} & found.keys()


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=60), st.floats(0.5, 3))
@settings(max_examples=60, deadline=None)
def test_turns_alternate(values: list[float], least: float) -> None:
    """Tops and bottoms take turns, at least so far apart, and nothing between two of them lies beyond either."""
    found = turns(values, least)
    heights = [values[at] for at in found]
    steps = np.diff(heights)
    assert (np.abs(steps) >= least - 1e-12).all()
    assert (steps[1:] * steps[:-1] < 0).all()
    for a, b in pairwise(found):
        assert min(values[a], values[b]) <= min(values[a : b + 1])
        assert max(values[a], values[b]) >= max(values[a : b + 1])


def test_recovery_after_a_door() -> None:
    """An exponential return of 600 s is told as one; a rise too small to speak of is left out."""
    time_s = 30.0 * np.arange(240)
    excess = np.where(time_s < 600, time_s / 600, np.exp(-(time_s - 600) / 600)) * 4.0
    assert recoveries(time_s, 4.0 + excess, np.array([600.0]), 1.0) == pytest.approx([600], rel=0.05)
    assert len(recoveries(time_s, 4.0 + 0.1 * excess, np.array([600.0]), 1.0)) == 0


def days(strength: Sequence[float], noise: float = 0.01, outdoors: bool = True, seed: int = 1) -> list[Day]:
    """Days of a cooler whose duty is load over strength, as weather comes and goes."""
    rng = np.random.default_rng(seed)
    load = 20 + 5 * np.sin(np.arange(len(strength)) / 4) + rng.normal(0, 1, len(strength))
    found = []
    for day, (own, pressed) in enumerate(zip(strength, load, strict=True)):
        duty = min(0.02 * pressed / own + rng.normal(0, noise), 1.0)
        said = {
            Figure.DUTY: duty,
            Figure.ROOM: 4.0 + max(0.02 * pressed / own - 1, 0) * 4,
            Figure.WORST: 5.0,
            Figure.SWING: 2.0,
        }
        said |= {Figure.LOAD: pressed, Figure.LOAD_PEAK: pressed + 5} if outdoors else {}
        found.append(Day(FIRST + day, {figure: Value(float(value), 1440) for figure, value in said.items()}))
    return found


FADING = [1.0] * 40 + [1.0 - 0.04 * day for day in range(1, 16)]


def test_a_decay_is_told_with_its_window() -> None:
    """4 % a day: told within a week of its beginning, long before it is gone; P10 ≤ P50 ≤ P90, and they come closer."""
    found = outlooks(COOLER, days(FADING))
    first = next(one for one in found if one.decays)
    assert FIRST + 41 <= first.day <= FIRST + 47
    assert first.began_day is not None
    assert abs(first.began_day - FIRST - 40) <= 4
    windows = [one.window for one in found if one.decays]
    assert all(w is not None and w.p10 <= w.p50 <= w.p90 for w in windows)
    assert found[-1].condition == pytest.approx(43, abs=6)
    assert len(episodes(found)) == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_sound_machine_is_left_alone(seed: int) -> None:
    """Weather comes and goes, its strength does not: nothing."""
    assert episodes(outlooks(COOLER, days([1.0] * 90, seed=seed))) == []


def test_a_repair_begins_anew() -> None:
    """What is weak before and after a repair alike was not repaired in vain: the machine is compared with what it is now."""
    weak = days([*FADING, *[0.5] * 30])
    repaired = replace(COOLER, resets_us=((FIRST + len(FADING)) * US_PER_DAY,))
    assert outlooks(COOLER, weak)[-1].decays
    assert not outlooks(repaired, weak)[-1].decays


def test_not_ready_is_not_normal() -> None:
    """Of a machine of two weeks, and of days without figures, nothing is said at all."""
    assert outlooks(COOLER, days([1.0] * 15)) == []
    bare = [replace(day, figures={Figure.ROOM: day.figures[Figure.ROOM]}) for day in days([1.0] * 60)]
    assert outlooks(COOLER, bare) == []


def test_a_day_depends_on_earlier_days_alone() -> None:
    """What is said of a day is the same whatever comes after it."""
    whole = days(FADING)
    assert outlooks(COOLER, whole)[: len(outlooks(COOLER, whole[:48]))] == outlooks(COOLER, whole[:48])


def test_among_its_like() -> None:
    """Fewer than three like it say nothing; one that is off stands out."""
    assert among(1.5, [1.0, 1.0]) is None
    found = among(1.5, [0.98, 1.0, 1.02, 1.01])
    assert found is not None
    assert found.words == "alone"
    assert found.z > 5


def test_the_trend_forgives_outliers() -> None:
    """The median of all slopes; too few points have none."""
    points = [(day, 2.0 * day) for day in range(9)]
    points[4] = (4, 900.0)
    assert trend(points) == pytest.approx(2.0)
    assert trend(points[:4]) is None


def test_wear_is_found_in_any_order_and_after_restarts() -> None:
    """In order at once; half of it late, in another order, by a new examiner: the same finding, and few days made anew."""
    straight = Cold(WEAKENING, 20)
    (expected,) = told(WearExaminer(straight.fleet()), straight, straight.receive(straight.rows))
    assert (expected.kind, expected.subject, expected.end_us) == (
        Kind.DEGRADING_EQUIPMENT,
        "equipment:ac",
        None,
    )
    assert expected.evidence["p10_us"] <= expected.evidence["p50_us"] <= expected.evidence["p90_us"]  # type: ignore[operator]

    late = Cold(WEAKENING, 20)
    told(WearExaminer(late.fleet()), late, late.receive(late.rows[1::2][::-1]))
    (found,) = told(WearExaminer(late.fleet()), late, late.receive(late.rows[0::2]))
    assert found == expected

    late.log.made.clear()
    one_late = late.receive([(1, (FIRST + 30) * US_PER_DAY + 5 * MINUTE, 4.0, 0)])
    told(WearExaminer(late.fleet()), late, one_late)
    assert FIRST + 30 in late.log.made
    assert FIRST + 10 not in late.log.made


@pytest.mark.parametrize("with_signal", [True, False])
def test_a_machine_that_stands_still(with_signal: bool) -> None:
    """Its room warms and nothing brings it back: told within hours, by its signal or by the room alone, since it last worked."""
    (found,) = stopped(with_signal)
    assert found.kind is Kind.FAILED_EQUIPMENT
    assert found.end_us is None
    assert found.evidence["told"] == ("signal" if with_signal else "room")
    assert abs(found.start_us - (FIRST + 10) * US_PER_DAY) < 90 * MINUTE


def test_a_machine_that_works_does_not_stand_still() -> None:
    """Eleven ordinary days: nothing."""
    cold = Cold([1.0] * 11)
    assert told(RestExaminer(cold.fleet()), cold, figured(cold, cold.rows)) == []


def with_strength(values: Sequence[float]) -> list[Day]:
    """Days of which the condition is kept."""
    return [Day(FIRST + day, {Figure.CONDITION: Value(value)}) for day, value in enumerate(values)]


@pytest.mark.parametrize(
    ("strength", "reason", "due_day"),
    [
        ([100.0] * 50, Reason.DATE, 100),
        ([100.0] * 80, Reason.STRETCHED, 125),
        ([95.0] * 80, Reason.DATE, 100),
        ([84.0] * 40, Reason.WORSE, 50),
        ([100.0] * 20 + [70.0] * 20, Reason.WORSE, 23),
    ],
)
def test_inspections_by_date_and_condition(strength: list[float], reason: Reason, due_day: int) -> None:
    """Every 100 days; a weak machine sooner, down to at once; one that stays strong for two months later."""
    machine = replace(COOLER, inspection_us=100 * US_PER_DAY, inspected_us=(FIRST * US_PER_DAY,))
    found = due(machine, FIRST * US_PER_DAY, with_strength(strength), (FIRST + len(strength)) * US_PER_DAY)
    assert found is not None
    assert found.reason is reason
    assert found.due_us / US_PER_DAY - FIRST == pytest.approx(due_day, abs=0.01)


def test_inspection_findings_come_and_go() -> None:
    """Overdue until it is done; none on record is a hint; no plan, no finding."""
    cold = Cold([1.0] * 3)
    told(WearExaminer(cold.fleet()), cold, cold.receive(cold.rows))
    plan = replace(cold.machine, inspection_us=2 * US_PER_DAY)
    for inspected, expected in (
        ((), [(Severity.ADVICE, FIRST, None)]),
        ((FIRST * US_PER_DAY,), [(Severity.WARNING, FIRST + 2, None)]),
        (((FIRST - 1) * US_PER_DAY, (FIRST + 2) * US_PER_DAY), [(Severity.WARNING, FIRST + 1, FIRST + 2)]),
        (((FIRST + 2) * US_PER_DAY,), []),
    ):
        cold.machine = replace(plan, inspected_us=inspected)
        found = told(InspectionExaminer(cold.fleet()), cold, {})
        days_of = [(f.severity, f.start_us // US_PER_DAY, f.end_us and f.end_us // US_PER_DAY) for f in found]
        assert days_of == expected
    cold.machine = replace(plan, inspection_us=None)
    assert told(InspectionExaminer(cold.fleet()), cold, {}) == []
