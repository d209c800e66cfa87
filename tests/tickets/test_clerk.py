"""The clerk: whatever moments it looks at, the same steps are taken, each once, and nothing that was due is skipped."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.nouns import Customer, RegistrySnapshot
from tests.tickets.clerking import REGISTRY, Life, life, person
from tests.tickets.staff import DAY, HOUR, MIN, MONDAY, away, ticket
from tickets.deeds import Correction, Deed
from tickets.nouns import Priority, Ticket, TicketKind, TicketState
from tickets.states import Act

OPENED = MONDAY
GOODS = ticket(
    opened_at_us=OPENED, clock_from_us=OPENED, since_us=OPENED, priority=Priority.P1, breach_p10_us=OPENED + 10 * HOUR,
    lots=("l1",), grade="A",
)  # fmt: skip
REPORT = ticket(
    TicketKind.CUSTOMER, opened_at_us=OPENED, clock_from_us=OPENED, since_us=OPENED, customer="c1", grade="A",
    state=TicketState.REPORTED, opened_by="link:1", cause=None, lots=("l1",), deadline_us=OPENED + 2 * HOUR,
)  # fmt: skip
ALONE = RegistrySnapshot(sites=REGISTRY.sites, customers=REGISTRY.customers, lots=REGISTRY.lots)


def spent(one: Ticket, moments: list[int], until_us: int) -> Life:
    """A life at which the clerk looks at its wake-up times and at these moments besides."""
    found = life(one)
    for moment in sorted(moments):
        found.until(OPENED + moment)
        found.look(OPENED + moment)
    found.until(until_us)
    return found


MOMENTS = st.lists(st.integers(0, 3 * DAY), max_size=8).flatmap(lambda some: st.just([*some, *some[:2]]))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([GOODS, REPORT]), MOMENTS)
def test_looks_in_between_change_nothing(one: Ticket, moments: list[int]) -> None:
    """Early, needless and repeated looks: the same events at the same minutes, the same messages."""
    prompt, busy = spent(one, [], OPENED + 3 * DAY), spent(one, moments, OPENED + 3 * DAY)
    assert [(e.time_us, e.act, e.step) for e in busy.log] == [(e.time_us, e.act, e.step) for e in prompt.log]
    assert busy.told.keys() == prompt.told.keys()
    assert replace(busy.ticket, act_by_us=None) == replace(
        prompt.ticket, act_by_us=None
    )  # once too late, it is now


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([GOODS, REPORT]), st.lists(st.integers(0, 3 * DAY), max_size=8))
def test_a_clerk_that_comes_late_skips_nothing(one: Ticket, moments: list[int]) -> None:
    """It was dead most of the time: at the end every call was made, once, and of each clock the last word was said."""
    prompt, late = spent(one, [], OPENED + 3 * DAY), life(one)
    for moment in [*sorted(moments), 3 * DAY]:
        late.look(OPENED + moment)
    for acts in (("assigned", "escalated", "too_late"), ("missed",)):
        assert {step for _, step in late.steps(*acts)} == {step for _, step in prompt.steps(*acts)}
    taken = [step for _, step in late.steps()]
    assert len(set(taken)) == len(taken)
    assert set(taken) <= {step for _, step in prompt.steps()}
    assert late.ticket.state is prompt.ticket.state


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9 * DAY), max_size=6))
def test_reminders_and_the_end_come_whoever_looks(moments: list[int]) -> None:
    """Resolved at once: two reminders, then closed; with a clerk that looks when it will, never too early or too often."""
    found = life(REPORT)
    found.did(OPENED + HOUR, Act.RESOLVE, person("near"))
    for moment in [*sorted(moments), *range(9 * DAY, 12 * DAY, HOUR)]:
        found.look(OPENED + HOUR + moment)
    reminded = [event.time_us - OPENED - HOUR for event in found.log if event.act == "reminded"]
    assert len(reminded) == 2
    assert reminded[0] >= 2 * DAY
    assert reminded[1] >= max(5 * DAY, reminded[0] + DAY)
    assert found.ticket.state is TicketState.CLOSED
    assert found.log[-1].time_us - OPENED - HOUR >= max(7 * DAY, reminded[1] + DAY)
    assert len(found.heard("reminder")) == 2


def test_goods_ring_at_0_5_10_and_15_minutes() -> None:
    """Nobody reacts: the keeper, who is on call, the second, the supervisor; each is told once."""
    found = life(GOODS)
    found.until(OPENED + HOUR)
    assert found.heard("assigned") == [("person:near", 0)]
    assert found.heard("escalated") == [
        ("person:keeper", 0), ("person:second", 5), ("person:third", 10), ("person:boss", 15),
    ]  # fmt: skip
    assert all(event.principal == "system" for event in found.log if event.step)


def test_short_time_presses_the_calls_together() -> None:
    """8 minutes to act-by: 0, 2, 4 and 6."""
    repair = life(GOODS).ticket.repair_us + life(GOODS).ticket.travel_us
    found = life(replace(GOODS, breach_p10_us=OPENED + repair + 8 * MIN))
    found.until(OPENED + 7 * MIN)
    assert [minute for _, minute in found.heard("escalated")] == [0, 2, 4, 6]
    found.until(OPENED + HOUR)
    assert found.heard("too_late") == [("person:near", 8)]


def test_accepting_ends_the_calls() -> None:
    """Taken at minute six: two were called, and nobody else is."""
    found = life(GOODS)
    found.until(OPENED + 6 * MIN)
    assert found.did(OPENED + 6 * MIN, Act.ACCEPT, person("near"))
    found.look(OPENED + 6 * MIN)
    found.until(OPENED + 2 * HOUR)
    assert [minute for _, minute in found.heard("escalated")] == [0, 5]


def test_declined_goes_to_the_next_and_in_the_end_to_the_supervisor() -> None:
    """Nobody gets it twice; the last one has nobody to decline to, and the reasons are on the ticket."""
    found, had = life(replace(GOODS, priority=Priority.P3, breach_p10_us=None)), list[str]()
    for minute in range(1, 4):
        assert found.ticket.assignee is not None
        had.append(found.ticket.assignee)
        assert found.did(OPENED + minute * MIN, Act.DECLINE, person(had[-1].removeprefix("person:")))
        found.look(OPENED + minute * MIN)
    assert sorted(had) == ["person:near", "person:second", "person:third"]
    assert found.ticket.assignee == "person:boss"
    assert found.heard("nobody_found") == [("person:boss", 3)]
    given_away = [event for event in found.log if event.act == "assigned"]
    assert [event.new["way"] for event in given_away] == ["best", "on_call", "on_call", "supervisor"]  # type: ignore[index,call-overload]
    assert all(event.new["reasons"] for event in given_away)  # type: ignore[index,call-overload]


def test_nobody_at_all_is_on_record_and_tried_again() -> None:
    """No person is named: it says so once, and gives the ticket away as soon as there is somebody."""
    found = life(GOODS, registry=ALONE)
    found.until(OPENED + 2 * HOUR)
    assert found.ticket.assignee is None
    assert len(found.steps("nobody_found")) == 1
    found.registry = REGISTRY
    found.until(OPENED + 2 * HOUR + 15 * MIN)
    assert found.ticket.assignee == "person:near"


def test_who_is_away_is_not_asked() -> None:
    """The engineer at work is ill."""
    ill = replace(REGISTRY, absences=(away("near", OPENED - DAY),))
    assert life(GOODS, registry=ill).ticket.assignee == "person:second"


def test_a_team_that_has_it_is_kept() -> None:
    """Dispatch names the team of whom it chose."""
    found = life(GOODS)
    (event,) = [event for event in found.log if event.act == "assigned"]
    assert (found.ticket.team, found.ticket.line) == (None, GOODS.line)
    assert event.new["repair_us"] == found.ticket.repair_us > 0  # type: ignore[index,call-overload]


def test_priority_rises_as_damage_comes_near_and_never_falls() -> None:
    """More than a day away, then within a day, then within four hours: P4, P3, P2; what is P1 stays it."""
    far = replace(GOODS, priority=Priority.P4, breach_p10_us=OPENED + 40 * HOUR)
    found, seen = life(far), list[tuple[int, Priority]]()
    for hour in range(0, 40):
        found.until(OPENED + hour * HOUR)
        found.look(OPENED + hour * HOUR)
        if not seen or seen[-1][1] is not found.ticket.priority:
            seen.append((hour, found.ticket.priority))
    assert [priority for _, priority in seen] == sorted((priority for _, priority in seen), reverse=True)
    assert seen[0][1] is Priority.P4
    assert len(seen) >= 2
    changed = [event.time_us - OPENED for event in found.log if event.act == "priority_changed"]
    assert changed == [16 * HOUR, 36 * HOUR]
    assert {to for to, _ in found.heard("priority_raised")} == {"person:near"}
    calm = life(replace(GOODS, priority=Priority.P1, breach_p10_us=OPENED + 90 * HOUR))
    calm.until(OPENED + DAY)
    assert calm.ticket.priority is Priority.P1


def test_what_a_person_said_of_the_priority_stands() -> None:
    """Corrected with a reason: time alone does not overrule it."""
    found = life(replace(GOODS, priority=Priority.P3, breach_p10_us=OPENED + 40 * HOUR))
    deed = Deed(Act.CORRECT, "empty pallets", correction=Correction(priority=Priority.P5))
    assert found.did(OPENED + HOUR, deed, person("boss"))
    found.look(OPENED + HOUR)
    found.until(OPENED + 39 * HOUR)
    assert found.ticket.priority is Priority.P5


def test_a_customers_new_grade_reaches_its_tickets() -> None:
    """C instead of A: an event says so, and what is promised is what a C was promised from then on."""
    found = life(REPORT)
    due = found.ticket.deadline_us
    found.registry = replace(REGISTRY, customers=(Customer(key="c1", grade="C"),))
    found.look(OPENED + 10 * MIN)
    assert found.ticket.grade == "C"
    assert [event.new["grade"] for event in found.log if event.act == "graded"] == ["C"]  # type: ignore[index,call-overload]
    assert found.ticket.deadline_us > due
    found.registry = REGISTRY
    found.look(OPENED + 20 * MIN)
    assert (found.ticket.grade, found.ticket.deadline_us) == ("A", due)


def test_damage_that_came_near_at_once_is_said_at_once() -> None:
    """A forecast comes in that leaves no time: too late, once, and act-by is now."""
    found = life(GOODS)
    found.until(OPENED + HOUR)
    found.foretold(OPENED + HOUR, OPENED + HOUR + MIN)
    found.look(OPENED + HOUR)
    found.look(OPENED + 2 * HOUR)
    assert found.heard("too_late") == [("person:near", 60)]
    assert found.ticket.act_by_us == OPENED + 2 * HOUR
