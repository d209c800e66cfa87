"""Act-by: it tightens at once, loosens slowly, never pauses, and says when it is too late."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from tests.tickets.clockwork import STAFF, Case, S, at, policy, promise, shown
from texts import Language, render
from tickets.clocks.act_by import CALM_US, foreseen
from tickets.nouns import TicketKind

DAY = policy(promise(resolution="24 h"), target=[{"name": "all", "resolution": "24 h"}])


def goods(breach: str | None = "2026-11-20 18:00", **more: int) -> Case:
    """A ticket about goods that was opened at nine, with a breach foreseen."""
    case = Case("2026-11-20 09:00", kind=TicketKind.GOODS, **more)
    said = None if breach is None else at(breach)
    case.events = [case.events[0]._replace(new={**case.events[0].new, "breach_p10_us": said})]
    case.ticket = replace(case.ticket, breach_p10_us=said)
    return case


def forecast(case: Case, when: str, breach: str | None) -> Case:
    """A forecast says something else."""
    return case.did(when, "foreseen", "system", breach_p10_us=None if breach is None else at(breach))


def by(case: Case, now: str) -> str:
    """Act-by as of a moment."""
    return shown(case.clocks(now, DAY).act_by_us)


def test_the_breach_less_the_way_and_the_work() -> None:
    """18:00 less 50 min on the way and 70 min of work: 16:00. Where the solution is due sooner, that counts."""
    case = goods(travel_us=50 * US_PER_MINUTE, repair_us=70 * US_PER_MINUTE)
    found = case.clocks("2026-11-20 09:00", DAY)
    assert (shown(found.act_by_us), found.too_late, found.act_by.code) == (
        "2026-11-20 16:00",
        False,
        "clocks.act_by.damage",
    )
    far = goods("2026-11-25 18:00")
    found = far.clocks("2026-11-20 09:00", DAY)
    assert (shown(found.act_by_us), found.act_by.code) == ("2026-11-21 09:00", "clocks.act_by.due")
    assert by(goods(None), "2026-11-20 09:00") == "2026-11-21 09:00"


def test_an_earlier_forecast_tightens_at_once() -> None:
    """Nobody waits for a second opinion on bad news."""
    case = forecast(goods(), "2026-11-20 10:00", "2026-11-20 14:00")
    assert by(case, "2026-11-20 10:00") == "2026-11-20 14:00"


def test_a_later_forecast_takes_a_second_one_and_half_an_hour() -> None:
    """Both: one alone never, two within minutes not before half an hour has passed since the first."""
    case = forecast(goods(), "2026-11-20 10:00", "2026-11-20 20:00")
    assert by(case, "2026-11-20 12:00") == "2026-11-20 18:00"
    forecast(case, "2026-11-20 12:10", "2026-11-20 20:30")
    assert by(case, "2026-11-20 12:10") == "2026-11-20 20:00"
    quick = forecast(
        forecast(goods(), "2026-11-20 10:00", "2026-11-20 20:00"), "2026-11-20 10:10", "2026-11-20 21:00"
    )
    assert (by(quick, "2026-11-20 10:29"), by(quick, "2026-11-20 10:30")) == (
        "2026-11-20 18:00",
        "2026-11-20 20:00",
    )
    assert shown(quick.clocks("2026-11-20 10:15", DAY).next_us) == "2026-11-20 10:30"


def test_a_forecast_that_wavers_loosens_nothing() -> None:
    """Later, earlier, later: the count begins anew."""
    case = forecast(goods(), "2026-11-20 10:00", "2026-11-20 20:00")
    forecast(case, "2026-11-20 10:10", "2026-11-20 17:50")
    forecast(case, "2026-11-20 10:20", "2026-11-20 20:00")
    assert by(case, "2026-11-20 11:30") == "2026-11-20 17:50"


def test_a_forecast_that_was_taken_back_loosens_after_half_an_hour() -> None:
    """An announcement is only taken back when many forecasts deny it."""
    case = forecast(goods(), "2026-11-20 10:00", None)
    assert (by(case, "2026-11-20 10:29"), by(case, "2026-11-20 10:30")) == (
        "2026-11-20 18:00",
        "2026-11-21 09:00",
    )


def test_too_late_to_prevent() -> None:
    """When the moment is past: limit the damage, and act now. It says which of both it is."""
    case = goods(travel_us=US_PER_HOUR)
    found = case.clocks("2026-11-20 17:00", DAY)
    assert (found.too_late, shown(found.act_by_us), found.act_by.code) == (
        True,
        "2026-11-20 17:00",
        "clocks.act_by.too_late",
    )
    assert case.clocks("2026-11-20 18:30", DAY).act_by.code == "clocks.act_by.harm_began"
    assert not case.clocks("2026-11-20 16:59", DAY).too_late


def test_damage_does_not_wait_for_the_customer() -> None:
    """The promise pauses, the target pauses, act-by stays where it is."""
    case = goods().hold("2026-11-20 09:30", "customer")
    found = case.clocks("2026-11-20 12:00", DAY)
    assert {str(clock.state) for clock in found.clocks if "stage" not in clock.name} == {"paused"}
    assert shown(found.act_by_us) == "2026-11-20 18:00"


def test_an_overdue_solution_is_not_too_late_to_prevent() -> None:
    """Late against a promise and too late against damage are two things."""
    found = goods("2026-11-28 18:00").clocks("2026-11-23 09:00", DAY)
    assert (found.too_late, found.act_by.code, shown(found.act_by_us)) == (
        False,
        "clocks.act_by.overdue",
        "2026-11-23 09:00",
    )


def test_a_ticket_that_is_done_has_no_act_by() -> None:
    """Nothing is to be done any more."""
    case = goods().did("2026-11-20 10:00", "resolve", STAFF, state=S.RESOLVED)
    assert case.clocks("2026-11-20 20:00", DAY).act_by_us is None


STEPS = st.lists(st.tuples(st.integers(1, 60), st.one_of(st.none(), st.integers(0, 600))), max_size=12)


@settings(deadline=None)
@given(STEPS, st.integers(0, 90))
def test_it_is_never_later_than_what_was_said_last_half_an_hour(
    steps: list[tuple[int, int | None]], wait: int
) -> None:
    """Whatever forecasts say, act-by is never later than any forecast of the last 30 minutes, and never earlier than all."""
    case, minute = goods(), 0
    said = [(0, at("2026-11-20 18:00"))]
    for after, breach in steps:
        minute += after
        time_us = None if breach is None else case.opened_us + breach * US_PER_MINUTE
        case.events.append(
            case.events[0]._replace(
                time_us=case.opened_us + minute * US_PER_MINUTE,
                principal="system",
                act="foreseen",
                new={"breach_p10_us": time_us},
            )
        )
        said.append((minute, 2**62 if time_us is None else time_us))
    now = case.opened_us + (minute + wait) * US_PER_MINUTE
    found = foreseen(case.ticket, case.log(), now).breach_us
    found = 2**62 if found is None else found
    lately = [breach for at_minute, breach in said if minute + wait - at_minute < CALM_US // US_PER_MINUTE]
    assert found <= min([*lately, said[-1][1]])
    assert found >= min(breach for _, breach in said)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Too late to prevent: limit the damage."), ("zh", "已来不及避免：请尽量减少损失。")],
)
def test_it_is_said_in_both_languages(lang: Language, words: str) -> None:
    """The sentence that an engineer reads first."""
    said = goods(travel_us=US_PER_HOUR).clocks("2026-11-20 17:30", DAY).act_by
    assert render(said.code, said.params, lang, "Asia/Shanghai").startswith(words)
