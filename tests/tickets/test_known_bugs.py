"""The bugs that are known of other help desks' clocks, by the names under which they were reported: none of them is ours."""

from __future__ import annotations

from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from tests.tickets.clockwork import Case, at, policy, promise, shown
from tickets.clocks import calendars
from tickets.clocks.nouns import ClockState

HOUR = US_PER_HOUR
SOLVED = "promise:resolution"
FOUR = policy(promise("office", resolution="4 h"))


def test_glpi_6902_pending_time_survives_a_change_of_policy() -> None:
    """Waiting time was lost when the service level changed: 2 h of waiting stay 2 h under the new one."""
    case = Case("2026-11-20 08:30").hold("2026-11-20 09:30", "customer").resume("2026-11-20 11:30")
    other = policy(promise("office", resolution="5 h"), version="p2", from_us=at("2026-11-20 11:45"))
    clock = case.clock(SOLVED, "2026-11-20 11:50", FOUR, other)
    assert (clock.spent_us, shown(clock.due_us)) == (HOUR + 20 * US_PER_MINUTE, "2026-11-20 17:00")


def test_glpi_10594_a_weekend_spent_waiting_is_not_counted_over() -> None:
    """Waiting from Friday evening to Monday morning costs no working time at all, so the due date does not move."""
    waited = Case("2026-11-20 15:30").hold("2026-11-20 17:30", "customer").resume("2026-11-23 08:30")
    assert waited.due(SOLVED, "2026-11-23 08:30", FOUR) == Case("2026-11-20 15:30").due(
        SOLVED, "2026-11-23 08:30", FOUR
    )


def test_glpi_22678_a_share_is_reached_in_working_time_and_not_at_midnight() -> None:
    """Half of 4 h from Friday 16:30 is Monday 09:30, not some hour of the night."""
    clock = Case("2026-11-20 16:30").clock(SOLVED, "2026-11-20 16:30", FOUR)
    assert [(share, shown(us)) for share, us in clock.shares] == [
        (50, "2026-11-23 09:30"), (75, "2026-11-23 10:30"), (90, "2026-11-23 11:06"), (100, "2026-11-23 11:30"),
    ]  # fmt: skip


def test_zammad_5177_the_update_does_not_overrule_the_first_response() -> None:
    """With an update every hour and a first response in 4 h, the first response is due in 4 h, and updates follow it."""
    rules = policy(promise(first_response="4 h", update="1 h", resolution="2 d"))
    case = Case("2026-11-20 09:00")
    found = case.clocks("2026-11-20 09:10", rules)
    assert [(str(clock.measure), shown(clock.due_us)) for clock in found.clocks if clock.measure in {"first_response", "update"}] == [
        ("first_response", "2026-11-20 13:00"),
    ]  # fmt: skip
    case.did("2026-11-20 12:00", "commented", public=True)
    assert case.due("promise:update:1", "2026-11-20 12:10", rules) == "2026-11-20 13:00"
    case.did("2026-11-20 12:50", "updated", public=True)
    assert case.due("promise:update:2", "2026-11-20 12:55", rules) == "2026-11-20 13:50"
    assert case.clocks("2026-11-20 12:55", rules).named("promise:update:1") is None
    case.did("2026-11-20 15:00", "updated", public=True)
    assert case.clock("promise:update:2", "2026-11-20 15:10", rules).state is ClockState.MISSED


def test_several_shifts_a_day_pause_for_lunch() -> None:
    """Service hours with one window a day cannot have a lunch break: two shifts can, and the second one is not forgotten."""
    spans = calendars.spans(
        policy(promise("office", resolution="1 h")).calendars["office"],
        "Asia/Shanghai",
        at("2026-11-20 00:00"),
        at("2026-11-21 00:00"),
    )
    assert [(shown(one.from_us)[-5:], shown(one.to_us)[-5:]) for one in spans] == [
        ("08:30", "12:00"),
        ("13:30", "17:30"),
    ]
