"""Escalation: the right people at the right minute, each once, until somebody has it; and compensation, never by itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.tickets.clockwork import STAFF, Case, S, at, policy, promise, shown
from tests.tickets.test_act_by import goods
from texts import LANGUAGES, render
from tickets.clocks.clocks import clocks
from tickets.clocks.compensation import compensation
from tickets.clocks.escalation import climb
from tickets.clocks.log import Log
from tickets.clocks.nouns import Clocks, Context
from tickets.clocks.policies import Policies, Policy
from tickets.notices import Urgency
from tickets.nouns import TicketKind
from tickets.policy import load, templates, whole

SHIPPED = load().versions[0]
ALL_DAY = [
    ("09:00", "keeper_on_duty"),
    ("09:05", "on_call_1"),
    ("09:10", "on_call_2"),
    ("09:15", "supervisor"),
]


def climbed(case: Case, until: str, rules: Policy = SHIPPED) -> list[tuple[str, str]]:
    """(time, who) of all calls, by a clerk that sleeps from one to the next."""
    now_us, log, calls = case.opened_us, case.log(), []
    while now_us is not None and now_us <= at(until, case.zone):
        found = _clocks(case, log, rules, now_us)
        for rung in climb(case.ticket, found, log, rules, now_us).due:
            calls.append((shown(rung.at_us, case.zone)[-5:], rung.who))
            log = replace(log, steps=log.steps | {rung.step})
        now_us = climb(case.ticket, found, log, rules, now_us).next_us  # type: ignore[assignment]
    return calls


def _clocks(case: Case, log: Log, rules: Policy, now_us: int) -> Clocks:
    return clocks(case.ticket, log, Policies((rules,)), Context(case.zone), now_us)


def test_goods_at_risk_ring_at_0_5_10_and_15_minutes() -> None:
    """Keeper, engineer on call, the second, the supervisor; all of them critical, and nobody twice."""
    assert climbed(goods(), "2026-11-20 12:00") == ALL_DAY
    case = goods()
    rungs = climb(
        case.ticket,
        _clocks(case, case.log(), SHIPPED, at("2026-11-20 11:00")),
        case.log(),
        SHIPPED,
        at("2026-11-20 11:00"),
    ).due
    assert {rung.urgency for rung in rungs} == {Urgency.CRITICAL}
    assert len({rung.step for rung in rungs}) == 4


def test_short_time_presses_the_steps_together() -> None:
    """8 minutes to act-by: 0, 2, 4 and 6, all before it."""
    assert climbed(goods("2026-11-20 09:08"), "2026-11-20 12:00") == [
        ("09:00", "keeper_on_duty"), ("09:02", "on_call_1"), ("09:04", "on_call_2"), ("09:06", "supervisor"),
    ]  # fmt: skip


@pytest.mark.parametrize("minutes", range(1, 40))
def test_all_have_been_called_before_act_by(minutes: int) -> None:
    """Whatever time there is, somebody is left to act in."""
    act_by = at("2026-11-20 09:00") + minutes * 60_000_000
    calls = climbed(goods(f"2026-11-20 09:{minutes:02d}"), "2026-11-20 12:00")
    assert len(calls) == 4
    assert all(at(f"2026-11-20 {when}") < act_by for when, _ in calls)


def test_too_late_calls_a_minute_apart() -> None:
    """The damage is on its way: no time is left to divide, and nobody is waited for long."""
    assert climbed(goods("2026-11-20 08:30"), "2026-11-20 12:00") == [
        ("09:00", "keeper_on_duty"), ("09:01", "on_call_1"), ("09:02", "on_call_2"), ("09:03", "supervisor"),
    ]  # fmt: skip


def test_accepting_stops_it_and_declining_starts_it_again() -> None:
    """Somebody who has it is enough; who gives it back leaves it to the next."""
    case = goods().did("2026-11-20 09:07", "accept", assignee=STAFF)
    assert (
        climb(
            case.ticket,
            _clocks(case, case.log(), SHIPPED, at("2026-11-20 10:00")),
            case.log(),
            SHIPPED,
            at("2026-11-20 10:00"),
        ).due
        == []
    )
    case.did("2026-11-20 11:00", "declined")
    found = climb(
        case.ticket,
        _clocks(case, case.log(), SHIPPED, at("2026-11-20 11:05")),
        case.log(),
        SHIPPED,
        at("2026-11-20 11:05"),
    ).due
    assert [(shown(rung.at_us)[-5:], rung.who) for rung in found] == [
        ("11:00", "keeper_on_duty"),
        ("11:05", "on_call_1"),
    ]


def test_the_system_accepts_nothing() -> None:
    """That the dispatcher has given it to somebody is not that somebody has it."""
    case = goods().did("2026-11-20 09:01", "assigned", "system", assignee=STAFF)
    assert climbed(case, "2026-11-20 12:00") == ALL_DAY


def test_a_customer_waits_24_hours_for_the_supervisor_and_48_for_the_head() -> None:
    """Unsolved is what counts: accepted or in progress does not help, resolved does."""
    case = Case("2026-11-18 09:00").did("2026-11-18 09:10", "accept", assignee=STAFF)
    case.did("2026-11-18 10:00", "start", state=S.IN_PROGRESS)
    assert climbed(case, "2026-11-25 09:00") == [("09:00", "supervisor"), ("09:00", "head")]
    solved = Case("2026-11-18 09:00").did("2026-11-19 08:59", "resolve", state=S.RESOLVED)
    assert climbed(solved, "2026-11-25 09:00")[:1] == []


def test_steps_may_be_in_working_time() -> None:
    """Nobody is called on Saturday night for what can wait until Monday."""
    rules = policy(promise(resolution="1 d"), escalation=[{
        "name": "mild", "kind": "customer", "until": "resolved", "calendar": "office",
        "step": [{"after": "2 h", "who": "supervisor"}],
    }])  # fmt: skip
    case = Case("2026-11-20 16:30")
    assert climbed(case, "2026-11-25 09:00", rules) == [("09:30", "supervisor")]


# Compensation.

OFFER = templates()["five-percent-an-hour"][1]
PROMISED = whole({**OFFER, "promise": [promise(resolution="4 h")], "calendar": []}, "p1", 0)
WORTH = Context("Asia/Shanghai", value={"CNY": Decimal("186000.55")})


def proposed(case: Case, now: str, rules: Policy = PROMISED, context: Context = WORTH) -> Any:
    """What is proposed at a moment."""
    found = clocks(case.ticket, case.log(), Policies((rules,)), context, at(now))
    return compensation(case.ticket, found, rules, context, case.log())


def test_five_percent_for_every_hour_begun() -> None:
    """Due at 13:00, solved at 15:20: three begun hours, 15 % of the goods, to the cent, and final."""
    case = Case("2026-11-20 09:00").did("2026-11-20 15:20", "resolve", state=S.RESOLVED)
    found = proposed(case, "2026-11-20 16:00")
    assert (found.hours_late, found.share, found.amounts, found.final) == (
        3,
        Decimal("0.15"),
        {"CNY": Decimal("27900.08")},
        True,
    )
    for lang in LANGUAGES:
        words = [render(step.code, step.params, lang, "Asia/Shanghai") for step in found.steps]
        assert "27,900.08 CNY" in words[-1]
        assert "15 %" in words[1]


def test_never_more_than_the_cap_and_never_final_while_it_lasts() -> None:
    """30 % after six hours, and it stays there."""
    found = proposed(Case("2026-11-20 09:00"), "2026-11-22 16:00")
    assert (found.share, found.final) == (Decimal("0.3"), False)


def test_nothing_is_proposed_where_nothing_is_owed() -> None:
    """Off by default; not for what nobody reported; not in time; not without goods; not for proven force majeure."""
    late = Case("2026-11-20 09:00").did("2026-11-20 15:20", "resolve", state=S.RESOLVED)
    assert proposed(late, "2026-11-20 16:00", SHIPPED) is None
    assert proposed(late, "2026-11-20 16:00", context=Context("Asia/Shanghai")) is None
    assert (
        proposed(
            Case("2026-11-20 09:00").did("2026-11-20 12:59", "resolve", state=S.RESOLVED), "2026-11-20 16:00"
        )
        is None
    )
    own = Case("2026-11-20 09:00", kind=TicketKind.GOODS).did("2026-11-20 15:20", "resolve", state=S.RESOLVED)
    anybody = whole(
        {
            "compensation": [{**OFFER["compensation"][0], "kind": ["customer", "goods"]}],
            "promise": [{**promise(resolution="4 h"), "contracted": True}],
        },
        "p",
        0,
    )  # type: ignore[index]
    assert proposed(own, "2026-11-20 16:00", anybody) is None
    storm = Case("2026-11-20 09:00").hold("2026-11-20 10:00", "force_majeure").resume("2026-11-20 10:10")
    storm.did("2026-11-20 18:00", "resolve", state=S.RESOLVED)
    assert proposed(storm, "2026-11-20 19:00") is None


def test_grace_and_exclusions() -> None:
    """Half an hour of grace costs nothing; pre-sale questions are excluded."""
    offer = {**OFFER["compensation"][0], "grace": "30 min", "exclude": [{"phase": "pre_sale"}]}  # type: ignore[index]
    rules = whole({"compensation": [offer], "promise": [promise(resolution="4 h")]}, "p", 0)
    case = Case("2026-11-20 09:00").did("2026-11-20 13:30", "resolve", state=S.RESOLVED)
    assert proposed(case, "2026-11-20 16:00", rules) is None
    late = Case("2026-11-20 09:00").did("2026-11-20 13:31", "resolve", state=S.RESOLVED)
    assert proposed(late, "2026-11-20 16:00", rules).hours_late == 1
    late.ticket = replace(late.ticket, phase="pre_sale")  # type: ignore[arg-type]
    assert proposed(late, "2026-11-20 16:00", rules) is None
