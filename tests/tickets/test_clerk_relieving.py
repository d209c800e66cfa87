"""Whoever has a ticket goes away: unaccepted it goes on at once and says why, accepted it stays and the supervisor is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.nouns import Certificate, Level, RegistrySnapshot, Rota, Shift
from tests.tickets.clerking import ALL_DAY, REGISTRY, Life, life, person
from tests.tickets.staff import DAY, HOUR, MIN, away, engineer
from tests.tickets.test_clerk import GOODS, OPENED
from texts import LANGUAGES, render
from tickets.dispatch.assigning import by_hand, told
from tickets.dispatch.assigning import given as given_to
from tickets.nouns import Priority, Ticket, TicketKind
from tickets.states import Act

CALM = replace(GOODS, priority=Priority.P3, breach_p10_us=None)
ILL = away("near", OPENED + HOUR, OPENED + 9 * HOUR)


def ill(at_us: int = OPENED + HOUR, registry: RegistrySnapshot = REGISTRY) -> RegistrySnapshot:
    """The engineer at work is away from then on, for eight hours."""
    return replace(registry, absences=(away("near", at_us, at_us + 8 * HOUR),))


def why(found: Life, act: str = "relieved") -> list[str]:
    """The reasons that stand in the events."""
    news = [event.new for event in found.log if event.act == act]
    return [new["why"]["code"] for new in news if isinstance(new, dict)]  # type: ignore[index,call-overload]


@pytest.mark.parametrize("one", [GOODS, CALM])
def test_an_absence_that_begins_moves_the_ticket_at_that_minute(one: Ticket) -> None:
    """Entered before: nothing happens until it begins, then the next one has it, with the reason, in both languages."""
    found = life(one, registry=ill())
    assert found.ticket.assignee == "person:near"
    found.until(OPENED + HOUR - 1)
    assert found.ticket.assignee == "person:near"
    found.until(OPENED + HOUR)
    assert (found.ticket.assignee, why(found)) == ("person:second", ["dispatch.left.absent"])
    assert found.heard("passed_on") == [("person:second", 60)]
    (notice,) = [notice for _, notice in found.told.values() if notice.code == "passed_on"]
    assert notice.until_answered
    for language in LANGUAGES:
        said = render("notice.passed_on.data", notice.params, language, "Asia/Shanghai")
        assert "Near" in said
        assert "11:00" in said


def test_an_absence_entered_late_moves_it_when_it_is_entered() -> None:
    """It says he has been ill for an hour: the ticket that he was given meanwhile goes on now, once."""
    found = life(CALM)
    found.registry = ill(OPENED - HOUR)
    found.look(OPENED + 20 * MIN)
    found.look(OPENED + 21 * MIN)
    assert (found.ticket.assignee, why(found)) == ("person:second", ["dispatch.left.absent"])
    assert found.heard("passed_on") == [("person:second", 20)]


def test_accepted_it_stays_and_the_supervisor_is_told_once() -> None:
    """Accepted, or begun: nothing is taken from anybody; told again only of another absence."""
    for what in (Act.ACCEPT, Act.ASSESS, Act.START):
        found = life(CALM, registry=ill())
        assert found.did(OPENED + MIN, what, person("near"))
        found.until(OPENED + 3 * HOUR)
        assert (found.ticket.assignee, why(found)) == ("person:near", [])
        assert why(found, "holder_away") == ["dispatch.left.absent"]
        assert found.heard("holder_away") == [("person:boss", 60)]
        found.registry = ill(OPENED + 4 * HOUR)
        found.look(OPENED + 3 * HOUR + MIN)
        found.until(OPENED + 5 * HOUR)
        assert found.heard("holder_away") == [("person:boss", 60), ("person:boss", 240)]


def test_accepted_before_it_was_opened_again_is_not_accepted_now() -> None:
    """Reopened: it has to be accepted again, and goes on if that cannot be."""
    found = life(CALM)
    assert found.did(OPENED + MIN, Act.ACCEPT, person("near"))
    assert found.did(OPENED + 2 * MIN, Act.RESOLVE, person("near"))
    assert found.did(OPENED + 3 * MIN, Act.REOPEN, person("boss"))
    found.registry = ill()
    found.look(OPENED + 4 * MIN)
    found.until(OPENED + HOUR)
    assert found.ticket.assignee == "person:second"


def test_a_shift_ends_and_the_ticket_cannot_wait() -> None:
    """Due before the morning: at the end of the shift it goes to whoever is there. Due after it: it waits for the morning."""
    shifts = (
        *(shift for shift in ALL_DAY if shift.person != "near"),
        Shift(key="n", person="near", days=ALL_DAY[0].days, starts="08:00", ends="12:00"),
        Shift(key="l", person="late", days=ALL_DAY[0].days, starts="11:00", ends="20:00"),
    )
    registry = replace(REGISTRY, shifts=shifts, people=(*REGISTRY.people, engineer("late")))
    pressing = life(replace(CALM, priority=Priority.P2), registry=registry)
    assert (pressing.ticket.assignee, pressing.ticket.deadline_us < OPENED + 22 * HOUR) == (
        "person:near",
        True,
    )
    pressing.until(OPENED + 2 * HOUR - 1)
    assert pressing.ticket.assignee == "person:near"
    pressing.until(OPENED + 2 * HOUR)
    assert (pressing.ticket.assignee, why(pressing)) == ("person:late", ["dispatch.left.off_duty"])
    patient = life(CALM, registry=registry)
    patient.until(OPENED + 12 * HOUR)
    assert (patient.ticket.assignee, patient.ticket.deadline_us > OPENED + 22 * HOUR) == ("person:near", True)
    assert why(patient) + why(patient, "holder_away") == []


def test_a_turn_on_call_ends() -> None:
    """Rung at night and not accepted: at the hand-over of the rota it goes to whoever is on call then."""
    rota = Rota(
        key="1", level=Level.FIRST, people=("second", "third"), turn_days=1, starts_us=OPENED - 23 * HOUR
    )
    shifts = tuple(
        Shift(key=who, person=who, from_us=OPENED + 90 * DAY, to_us=OPENED + 91 * DAY)
        for who in ("near", "second", "third")
    )  # nobody is on shift before
    registry = replace(REGISTRY, rotas=(rota, *REGISTRY.rotas[2:]), shifts=shifts)
    found = life(GOODS, registry=registry)
    first = found.ticket.assignee
    found.until(OPENED + HOUR - 1)
    assert found.ticket.assignee == first
    found.until(OPENED + HOUR)
    assert {first, found.ticket.assignee} == {"person:second", "person:third"}
    assert why(found) == ["dispatch.left.off_duty"]


def test_for_want_of_others_at_the_end_of_a_shift_it_stays() -> None:
    """Nobody else suits: it is not pushed to the supervisor, who is told instead."""
    alone = [one for one in REGISTRY.people if one.key not in {"second", "third"}]
    shifts = (Shift(key="n", person="near", from_us=OPENED - HOUR, to_us=OPENED + 2 * HOUR),)
    registry = replace(REGISTRY, people=tuple(alone), rotas=REGISTRY.rotas[2:], shifts=shifts)
    found = life(CALM, registry=registry)
    found.until(OPENED + 3 * HOUR)
    assert (found.ticket.assignee, why(found)) == ("person:near", [])
    assert why(found, "holder_away") == ["dispatch.left.off_duty"]


def test_a_certificate_expires() -> None:
    """The one paper for what the work needs: at that microsecond it goes to somebody who may do it."""
    paper = Certificate(skill="network", expires_us=OPENED + 2 * HOUR)
    able = engineer("near", site="harbour", skills=("network",), certificates=(paper,))
    other = engineer("second", skills=("network",))
    registry = replace(REGISTRY, people=(able, other, *REGISTRY.people[2:]))
    dead = replace(
        CALM, kind=TicketKind.GATEWAY, cause="gateway:g1:silent", subject="gateway:g1", lots=(), grade=""
    )
    found = life(dead, registry=registry)
    found.until(OPENED + 2 * HOUR - 1)
    assert found.ticket.assignee == "person:near"
    found.until(OPENED + 2 * HOUR)
    assert (found.ticket.assignee, why(found)) == ("person:second", ["dispatch.left.expired"])
    alone = life(dead, registry=replace(registry, people=(able, *REGISTRY.people[2:])))
    alone.until(OPENED + 2 * HOUR)
    assert (alone.ticket.assignee, why(alone, "holder_away")) == ("person:near", ["dispatch.left.expired"])


def test_who_is_not_on_record_any_more() -> None:
    """The person is struck from the list of people."""
    found = life(CALM)
    found.registry = replace(REGISTRY, people=REGISTRY.people[1:], shifts=ALL_DAY[2:])
    found.look(OPENED + MIN)
    assert (found.ticket.assignee, why(found)) == ("person:second", ["dispatch.left.gone"])


def test_nobody_else_is_there() -> None:
    """The last one falls ill: nobody has it, that is on record, and it is given away once somebody comes."""
    alone = replace(REGISTRY, people=(engineer("near", site="harbour"),), rotas=(), shifts=ALL_DAY[:2])
    found = life(CALM, registry=alone)
    found.registry = ill(OPENED + HOUR, alone)
    found.look(OPENED + MIN)
    found.until(OPENED + 2 * HOUR)
    assert found.ticket.assignee is None
    assert [step for _, step in found.steps("nobody_found")] == ["nobody:1"]
    found.until(OPENED + 9 * HOUR + 20 * MIN)
    assert found.ticket.assignee == "person:near"


def test_the_supervisor_who_has_it_for_want_of_others_goes_too() -> None:
    """Then the next supervisor has it, and a ticket given to nobody never."""
    few = replace(REGISTRY, people=tuple(one for one in REGISTRY.people if one.role != "engineer"), rotas=())
    found = life(CALM, registry=few)
    assert found.ticket.assignee == "person:boss"
    found.until(OPENED + 9 * HOUR)
    assert (found.ticket.assignee, why(found)) == ("person:boss", [])
    found.registry = replace(few, absences=(away("boss", OPENED, OPENED + 40 * HOUR),))
    found.look(OPENED + 9 * HOUR)
    assert found.ticket.assignee == "person:chief"
    assert found.heard("nobody_found")[-1] == ("person:chief", 540)


def test_a_supervisor_may_give_it_to_somebody_who_is_away() -> None:
    """By hand, and told that the person is absent: it stays with whom the supervisor wants."""
    found = life(CALM, registry=ill(OPENED - HOUR))
    assert found.ticket.assignee == "person:second"
    world = found.world()
    hand = by_hand(
        found.ticket, REGISTRY.people[0], world.people, OPENED + MIN, "person:boss", "comes back for it"
    )
    after = given_to(found.ticket, hand.choice)
    assert isinstance(after, Ticket)
    found.given(OPENED + MIN, after, "person:boss", told(hand.choice))
    found.look(OPENED + MIN)
    found.until(OPENED + 3 * HOUR)
    assert (found.ticket.assignee, why(found)) == ("person:near", [])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["near", "second", "third", "boss"]), st.integers(0, 72), st.integers(1, 30)), max_size=8),
       st.lists(st.integers(0, 3 * DAY), max_size=6))  # fmt: skip
def test_nobody_who_is_absent_keeps_it(spells: list[tuple[str, int, int]], moments: list[int]) -> None:
    """Whoever falls ill when: at any look the ticket is with somebody who is there, and looks in between change nothing."""
    absences = tuple(
        replace(away(who, OPENED + begins * HOUR, OPENED + (begins + lasts) * HOUR), key=f"a{number}")
        for number, (who, begins, lasts) in enumerate(spells)
    )
    registry = replace(REGISTRY, absences=absences)
    prompt, busy = life(CALM, registry=registry), life(CALM, registry=registry)
    prompt.until(OPENED + 3 * DAY)
    for moment in sorted(moments):
        busy.until(OPENED + moment)
        busy.look(OPENED + moment)
        has = (busy.ticket.assignee or "").removeprefix("person:")
        assert not any(a.person == has and a.from_us <= OPENED + moment < a.to_us for a in absences)
    busy.until(OPENED + 3 * DAY)
    assert [(e.time_us, e.act, e.step) for e in busy.log] == [(e.time_us, e.act, e.step) for e in prompt.log]
