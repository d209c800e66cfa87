"""Clocks by worked examples, reckoned by hand on paper, and how they explain themselves."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from tests.tickets.clockwork import CUSTOMER, OFFICE, STAFF, Case, S, at, policy, promise, shown
from texts import Language, catalogue, render
from tickets.clocks import calendars
from tickets.clocks.clocks import clocks, warnings
from tickets.clocks.log import Log
from tickets.clocks.nouns import ClockState, Context
from tickets.clocks.policies import Measure, Policies, Side
from tickets.nouns import Category, Hold, TicketKind
from tickets.policy import load, templates, whole

HOUR = US_PER_HOUR
SOLVED = "promise:resolution"
FOUR = policy(promise("office", resolution="4 h"))


def test_over_lunch_and_into_the_next_day() -> None:
    """Friday 11:00, 4 h of work: 1 h until lunch, 3 h of the afternoon's 4 make 16:30. From 16:00: Monday 11:00."""
    assert Case("2026-11-20 11:00").due(SOLVED, "2026-11-20 11:00", FOUR) == "2026-11-20 16:30"
    assert Case("2026-11-20 16:00").due(SOLVED, "2026-11-20 16:00", FOUR) == "2026-11-23 11:00"


def test_over_the_national_day_and_the_saturday_worked_for_it() -> None:
    """Wednesday 30 September 17:00, 8 h: half an hour, then free until 8 October, which is 7.5 h: 17:30."""
    eight = policy(promise("office", resolution="8 h"))
    case = Case("2026-09-30 17:00")
    assert case.due(SOLVED, "2026-09-30 17:00", eight) == "2026-10-08 17:30"
    assert Case("2026-10-09 17:00").due(SOLVED, "2026-10-09 17:00", FOUR) == "2026-10-10 12:00"


@pytest.mark.parametrize("day", ["2026-02-14", "2026-02-28", "2026-10-10"])
def test_a_saturday_that_is_made_up_for_is_worked(day: str) -> None:
    """China works on some Saturdays, and on no other."""
    case = Case(f"{day} 09:00")
    assert case.due(SOLVED, f"{day} 09:00", FOUR) == f"{day} 14:30"


def test_a_year_that_is_not_announced_is_marked() -> None:
    """1 January 2027 is free for sure, but what is worked for the spring festival nobody knows yet: it says so."""
    case = Case("2026-12-31 17:00")
    clock = case.clock(SOLVED, "2026-12-31 17:00", FOUR)
    assert (shown(clock.due_us), clock.provisional) == ("2027-01-04 12:00", True)
    assert "clocks.step.provisional" in [step.code for step in clock.steps]
    assert not Case("2026-11-20 11:00").clock(SOLVED, "2026-11-20 11:00", FOUR).provisional


@pytest.mark.parametrize(
    ("opened", "due"),
    [("2026-03-28 22:00", "2026-03-29 06:00"), ("2026-10-24 22:00", "2026-10-25 05:00")],
)
def test_a_night_shift_over_the_change_of_clocks(opened: str, due: str) -> None:
    """22:00 to 06:00 in Berlin: 7 real hours in the night clocks go forward, 9 in the one they go back. 7 h, and 8 h."""
    hours = 7 if "03-28" in opened else 8
    case = Case(opened, zone="Europe/Berlin")
    assert case.due(SOLVED, opened, policy(promise("night", resolution=f"{hours} h"))) == due


def test_a_shift_within_the_gap_has_no_time_and_one_in_the_repeated_hour_has_two() -> None:
    """02:15–02:45 does not exist on 29 March 2026 in Berlin and comes twice on 25 October."""
    calendar = calendars.Calendar("odd", (calendars.shift("mon-sun 02:15-02:45"),))
    lasts = {
        day: calendars.between(calendar, "Europe/Berlin", at(f"{day} 00:00", "Europe/Berlin"), at(f"{day} 12:00", "Europe/Berlin"))
        for day in ("2026-03-28", "2026-03-29", "2026-10-25")
    }  # fmt: skip
    assert [us // US_PER_MINUTE for us in lasts.values()] == [30, 0, 60]
    days = calendars.Calendar("round", (calendars.shift("mon-sun 00:00-24:00"),))
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        end = at(f"{day} 23:59", "Europe/Berlin") + US_PER_MINUTE
        assert (
            calendars.between(days, "Europe/Berlin", at(f"{day} 00:00", "Europe/Berlin"), end) == hours * HOUR
        )


def test_a_calendar_may_have_its_own_clock() -> None:
    """A team in New York works its own hours, wherever the goods are."""
    own = {**OFFICE, "holidays": "US", "time_zone": "America/New_York"}
    rules = policy(promise("office", resolution="1 h"), calendars=[own])
    assert Case("2026-11-20 09:00").due(SOLVED, "2026-11-20 09:00", rules) == "2026-11-20 22:30"


def test_friday_nights_shift_is_worked_to_its_end() -> None:
    """A shift belongs to the day on which it begins, also where the next one is closed."""
    fridays = {"name": "office", "shifts": "fri 22:00-06:00", "closed": ["2026-11-21"]}
    rules = policy(promise("office", resolution="8 h"), calendars=[fridays])
    assert Case("2026-11-20 22:00").due(SOLVED, "2026-11-20 22:00", rules) == "2026-11-21 06:00"


def test_a_pause_over_a_weekend_costs_its_working_time_only() -> None:
    """Waiting for the customer from Friday 16:30 to Monday 09:30: the clock stands still for 1 h and 1 h of work."""
    case = Case("2026-11-20 15:30").hold("2026-11-20 16:30", "customer").resume("2026-11-23 09:30")
    clock = case.clock(SOLVED, "2026-11-23 09:30", FOUR)
    assert (clock.spent_us, shown(clock.due_us)) == (HOUR, "2026-11-23 14:00")


@pytest.mark.parametrize(
    ("hold", "promised", "asked"),
    [
        ("customer", "paused", "paused"), ("force_majeure", "paused", "paused"), ("part", "running", "paused"),
        ("vendor", "running", "paused"), ("carrier", "running", "paused"), ("other", "running", "running"),
    ],
)  # fmt: skip
def test_what_pauses_whose_clock(hold: str, promised: str, asked: str) -> None:
    """A promise waits for the customer or proven force majeure alone; our own target also for part, vendor, carrier."""
    case = Case("2026-11-20 09:00").hold("2026-11-20 09:30", hold)
    found = case.clocks("2026-11-20 10:00", load().versions[0])
    states = [
        str(clock.state) for side in ("promise", "target") if (clock := found.named(f"{side}:resolution"))
    ]
    assert states == [promised, asked]


def test_a_paused_clock_has_no_due_date_but_says_when_it_would_be() -> None:
    """While it waits nobody knows; if it went on now, it would be this."""
    case = Case("2026-11-20 09:00").hold("2026-11-20 10:00", "customer")
    clock = case.clock(SOLVED, "2026-11-20 11:00", FOUR)
    assert (clock.state, clock.due_us, shown(clock.if_resumed_us)) == (
        ClockState.PAUSED,
        None,
        "2026-11-20 15:30",
    )
    assert shown(case.clocks("2026-11-20 11:00", FOUR).deadline_us) == "2026-11-20 15:30"


def test_reopening_goes_on_with_the_same_clock() -> None:
    """1 h before it was solved, 2 days in which it was; 3 h are left."""
    case = Case("2026-11-16 09:00").did("2026-11-16 10:00", "resolve", state=S.RESOLVED)
    assert case.clock(SOLVED, "2026-11-17 10:00", FOUR).state is ClockState.MET
    case.did("2026-11-18 09:00", "reopen", CUSTOMER, state=S.REOPENED)
    clock = case.clock(SOLVED, "2026-11-18 09:00", FOUR)
    assert (clock.state, clock.spent_us, shown(clock.due_us)) == (
        ClockState.RUNNING,
        HOUR,
        "2026-11-18 12:00",
    )


def test_met_at_the_last_moment_and_missed_by_a_minute() -> None:
    """The due instant itself is in time."""
    case = Case("2026-11-20 08:30").did("2026-11-20 14:00", "resolve", state=S.RESOLVED)
    assert case.clock(SOLVED, "2026-11-20 18:00", FOUR).state is ClockState.MET
    late = Case("2026-11-20 08:30").did("2026-11-20 14:01", "resolve", state=S.RESOLVED)
    clock = late.clock(SOLVED, "2026-11-21 18:00", FOUR)
    assert (clock.state, shown(clock.due_us), clock.late_us) == (
        ClockState.MISSED,
        "2026-11-20 14:00",
        US_PER_MINUTE,
    )


def test_what_was_missed_stays_missed_when_the_promise_is_loosened() -> None:
    """A new policy does not rewrite the past; one that comes in time does give time."""
    case = Case("2026-11-20 08:30")
    later = policy(promise("office", resolution="40 h"), version="p2", from_us=at("2026-11-20 15:00"))
    sooner = policy(promise("office", resolution="40 h"), version="p2", from_us=at("2026-11-20 13:00"))
    assert case.clock(SOLVED, "2026-11-20 16:00", FOUR, later).state is ClockState.MISSED
    assert case.clock(SOLVED, "2026-11-20 16:00", FOUR, sooner).state is ClockState.RUNNING


def test_a_promise_that_is_tightened_below_what_is_spent_is_due_at_the_change() -> None:
    """Nobody can break a promise before it is made."""
    case = Case("2026-11-20 08:30")
    tighter = policy(promise("office", resolution="1 h"), version="p2", from_us=at("2026-11-20 11:30"))
    assert case.due(SOLVED, "2026-11-20 11:40", FOUR, tighter) == "2026-11-20 11:30"


def test_a_policy_that_is_to_come_is_reckoned_with() -> None:
    """The due date does not jump on the day on which a version known for weeks becomes valid."""
    case = Case("2026-11-20 16:30")
    coming = policy(promise("always", resolution="4 h"), version="p2", from_us=at("2026-11-21 00:00"))
    before = case.due(SOLVED, "2026-11-20 17:00", FOUR, coming)
    assert before == case.due(SOLVED, "2026-11-21 01:00", FOUR, coming) == "2026-11-21 03:00"


def test_who_answers_the_customer_and_who_does_not() -> None:
    """Accepting takes the ticket and answers nobody; the system, the customer and a word inside the house do not either."""
    rules = policy(promise(first_response="2 h"))
    silent = Case("2026-11-20 09:00")
    silent.did("2026-11-20 09:05", "accept", assignee=STAFF).did(
        "2026-11-20 09:06", "commented", public=False
    )
    silent.did("2026-11-20 09:07", "commented", CUSTOMER, public=True).did(
        "2026-11-20 09:08", "assigned", "system", assignee=STAFF
    )
    silent.did("2026-11-20 09:09", "commented", "link:7", public=True)
    assert silent.clock("promise:first_response", "2026-11-20 10:00", rules).state is ClockState.RUNNING
    for act, new in (("assess", {"state": S.ASSESSED}), ("start", {"state": S.IN_PROGRESS}), ("responded", {}),
                     ("commented", {"public": True}), ("plan", {"state": S.PLANNED}), ("resolve", {"state": S.RESOLVED})):  # fmt: skip
        case = Case("2026-11-20 09:00").did("2026-11-20 09:30", act, **new)  # type: ignore[arg-type]
        clock = case.clock("promise:first_response", "2026-11-20 10:00", rules)
        assert (clock.state, shown(clock.ended_us)) == (ClockState.MET, "2026-11-20 09:30"), act


def test_what_was_told_late_counts_from_when_it_happened() -> None:
    """The engineer called at 09:30 and wrote it down at noon: answered at 09:30. Arrival likewise."""
    rules = policy(promise(first_response="2 h", arrival="3 h"))
    case = Case("2026-11-20 09:00").did("2026-11-20 09:30", "responded", told="2026-11-20 12:30")
    case.did("2026-11-20 11:45", "arrived", told="2026-11-20 13:00")
    found = case.clocks("2026-11-20 14:00", rules)
    assert {clock.name: str(clock.state) for clock in found.clocks if "e:a" in clock.name or "first" in clock.name} == {
        "promise:first_response": "met", "promise:arrival": "met",
    }  # fmt: skip


def test_a_cancelled_ticket_owes_nothing() -> None:
    """Its clocks end, but what was missed before was missed."""
    case = Case("2026-11-20 08:30").did("2026-11-20 10:00", "cancel", state=S.CANCELLED)
    assert case.clock(SOLVED, "2026-11-25 10:00", FOUR).state is ClockState.VOID
    late = Case("2026-11-20 08:30").did("2026-11-20 16:00", "cancel", state=S.CANCELLED)
    assert late.clock(SOLVED, "2026-11-25 10:00", FOUR).state is ClockState.MISSED


def test_stages_of_the_way() -> None:
    """Assessed within 1 h of the report, a first solution within 2 h of the dispatch."""
    shipped = load().versions[0]
    case = Case("2026-11-20 09:00").did("2026-11-20 09:40", "assigned", "system", assignee=STAFF)
    case.did("2026-11-20 10:30", "assess", state=S.ASSESSED)
    found = case.clocks("2026-11-20 11:00", shipped)
    states = {c.name: (str(c.state), shown(c.due_us)) for c in found.clocks if c.measure == "stage"}
    assert states == {
        "target:stage:assessment": ("missed", "2026-11-20 10:00"),
        "target:stage:first solution": ("running", "2026-11-20 11:40"),
    }


def test_feedback_is_answered_closed_or_promised_anew() -> None:
    """24 h and 7 days; a new date with a reason takes the old one's place, if it comes before that has passed."""
    shipped = load().versions[0]
    case = Case("2026-11-02 09:00", category=Category.FEEDBACK).did("2026-11-02 10:00", "responded")
    found = case.clocks("2026-11-03 09:00", shipped)
    names = {
        c.name.split(":")[1]: (str(c.state), shown(c.due_us)) for c in found.clocks if "feedback" in c.name
    }
    assert names == {
        "feedback_answer": ("met", "2026-11-03 09:00"),
        "feedback_close": ("running", "2026-11-09 09:00"),
    }
    case.did("2026-11-08 09:00", "promised_anew", due_us=at("2026-11-20 12:00"))
    clock = case.clock("promise:feedback_close", "2026-11-19 09:00", shipped)
    assert (clock.state, shown(clock.due_us)) == (ClockState.RUNNING, "2026-11-20 12:00")
    assert clock.steps[-1].code == "clocks.step.result.promised_anew"
    late = Case("2026-11-02 09:00", category=Category.FEEDBACK).did(
        "2026-11-10 09:00", "promised_anew", due_us=at("2026-11-20 12:00")
    )
    assert late.clock("promise:feedback_close", "2026-11-11 09:00", shipped).state is ClockState.MISSED


def test_warnings_come_once_and_only_the_highest() -> None:
    """At 50, 75 and 90 % and when it is due; what was passed while nobody looked is not told one by one."""
    rules = policy(promise("office", resolution="4 h"))
    case = Case("2026-11-20 08:30")

    def warned(now: str, *steps: str) -> list[tuple[str, str]]:
        log = replace(case.log(), steps=frozenset(steps))
        found = warnings(case.clocks(now, rules), log, at(now))
        return [(one.step, shown(one.at_us)) for one in found if one.clock.name == SOLVED]

    assert warned("2026-11-20 10:29") == []
    assert warned("2026-11-20 10:30") == [(f"warned:{SOLVED}:50", "2026-11-20 10:30")]
    assert warned("2026-11-20 10:40", f"warned:{SOLVED}:50") == []
    assert warned("2026-11-20 13:40") == [(f"warned:{SOLVED}:90", "2026-11-20 13:36")]
    assert warned("2026-11-20 14:00") == [(f"warned:{SOLVED}:100", "2026-11-20 14:00")]
    assert shown(case.clocks("2026-11-20 10:30", rules).next_us) <= "2026-11-20 11:30"


def test_every_instant_that_changes_something_is_announced() -> None:
    """Who sleeps until `next_us`, again and again, misses no warning."""
    rules, case, seen = (
        policy(promise("office", first_response="2 h", resolution="9 h")),
        Case("2026-11-20 08:30"),
        set(),
    )
    now_us, steps = case.opened_us, set[str]()
    for _ in range(40):
        found = clocks(case.ticket, case.log(), Policies((rules,)), Context(case.zone), now_us)
        for one in warnings(found, Log((), frozenset(steps)), now_us):
            steps.add(one.step)
            seen.add((one.clock.measure, one.share))
            assert one.at_us == now_us
        if found.next_us is None:
            break
        assert found.next_us > now_us
        now_us = found.next_us
    wanted = {(m, share) for m in ("first_response", "resolution") for share in (50, 75, 90, 100)}
    assert wanted <= {(str(measure), share) for measure, share in seen}


def test_the_explanation_reads_as_one_would_reckon_it() -> None:
    """Each step of a due date in both languages, with the holiday, the exchanged Saturday, the pause and the new policy."""
    case = Case("2026-09-30 16:30").hold("2026-10-09 09:00", "customer").resume("2026-10-09 11:00")
    case.hold("2026-10-09 13:30", "part").resume("2026-10-09 14:30")
    first = policy(promise("office", resolution="8 h"))
    other = policy(promise("office", resolution="16 h"), version="p2", from_us=at("2026-10-08 12:00"))
    clock = case.clock(SOLVED, "2026-10-09 15:00", first, other)
    english = [render(step.code, step.params, "en", case.zone) for step in clock.steps]
    assert (
        english
        == [
            "The clock (resolution) counts from 2026-09-30 16:30 (UTC+08:00).",
            "Rule all of policy p1 allows 8 h of working time by the calendar office (grade A, P2).",
            "From 2026-10-08 12:00 (UTC+08:00) rule all of policy p2 allows 16 h in all by the calendar office (grade A, P2); 4 h 30 min spent before count.",
            "Stopped from 2026-10-09 09:00 (UTC+08:00) to 2026-10-09 11:00 (UTC+08:00): waits for the customer.",
            "Pending from 2026-10-09 13:30 (UTC+08:00) to 2026-10-09 14:30 (UTC+08:00) (waits for a part): this clock goes on.",
            "The calendar office has 17 h 30 min of work on 4 days up to then, by the clock in Asia/Shanghai.",
            "7 public holidays in between: 2026-10-01, 2026-10-02, 2026-10-03, 2026-10-04, 2026-10-05, 2026-10-06 (National Day).",
            "1 days of the weekend are worked in exchange for a holiday: 2026-10-10 (National Day).",
            "11 h 30 min spent, 4 h 30 min left: due at 2026-10-10 11:00 (UTC+08:00).",
        ]
        or english[-1]
    )
    chinese = [render(step.code, step.params, "zh", case.zone) for step in clock.steps]
    assert len(chinese) == len(english)
    assert all("{" not in text and "clocks." not in text for text in (*english, *chinese))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_name_has_a_word(lang: Language) -> None:
    """No clock reaches people as an English identifier."""
    words = {"side": Side, "measure": Measure, "state": ClockState, "hold": Hold}
    missing = [
        f"{kind}.{name}"
        for kind, names in words.items()
        for name in names
        if f"clocks.{kind}.{name}" not in catalogue(lang)
    ]
    assert missing == []


def test_the_night_clocks_change_is_named() -> None:
    """Whoever wonders about the hour finds it among the steps."""
    case = Case("2026-10-24 23:00", zone="Europe/Berlin")
    clock = case.clock(SOLVED, "2026-10-24 23:00", policy(promise("night", resolution="8 h")))
    (step,) = [one for one in clock.steps if one.code.startswith("clocks.step.clock_")]
    assert render(step.code, step.params, "en", "Europe/Berlin").startswith(
        "The clock is set back by 1 h at 2026-10-25 02:00"
    )


@pytest.mark.parametrize("name", list(templates()))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_template_explains_itself(name: str, lang: str) -> None:
    """Every clock of every ready-made policy can be read in both languages."""
    rules = whole(templates()[name][1], name, 0)
    case = Case("2026-12-30 16:00", grade=rules.grades[0]).did(
        "2026-12-30 17:00", "assigned", "system", assignee=STAFF
    )
    found = case.clocks("2027-01-05 10:00", rules)
    assert found.clocks
    for clock in found.clocks:
        assert all(render(step.code, step.params, lang, case.zone) for step in clock.steps)  # type: ignore[arg-type]
    for text in (found.deadline, found.act_by):
        assert "clocks." not in render(text.code, text.params, lang, case.zone)  # type: ignore[arg-type]


def test_an_old_ticket_whose_log_says_little_is_judged_by_what_it_is() -> None:
    """Tickets from before there were grades in the log have that of their row."""
    case = Case("2026-11-20 09:00", kind=TicketKind.SENSOR, grade="")
    case.events = [case.events[0]._replace(new={"state": "new"})]
    found = case.clocks("2026-11-20 10:00", load().versions[0])
    assert [clock.name for clock in found.clocks] == ["target:resolution"]
    assert all(a < b for a, b in pairwise([us for _, us in found.clocks[0].shares]))
