"""Planning, asked with anything at any time: nothing lost, nothing twice, and what is critical never waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.planning import HOUR_US, MINUTE_US, Bundle, Past, Person, Plan, Policy, Way, plan, quiet_until
from store.messages import Channel, Habits, Held, Telling, TellingState
from tickets.notices import Urgency

T0 = 1_795_248_000_000_000
POLICY = Policy()
WAYS = tuple(Way(channel, f"{channel}:1") for channel in Channel)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Nowhere/Else")

tellings = st.builds(
    lambda number, urgency, subject, until, rounds, held: Telling(
        f"t{number}", number, "person:a", f"c{number}", f"ticket:{subject}", "warned", {}, urgency, until, T0,
        held=held, rounds=rounds, next_us=T0, state=TellingState.TOLD if rounds else TellingState.WAITING,
    ),
    st.integers(0, 200), st.sampled_from(Urgency), st.integers(0, 3), st.booleans(), st.integers(0, 3),
    st.sampled_from([None, Held.STORM, Held.QUIET_HOURS]),
)  # fmt: skip
dues = st.lists(tellings, max_size=40, unique_by=lambda one: one.id)
minutes = st.none() | st.integers(0, 1439)
people = st.builds(
    lambda ways, begin, end, zone, waits: Person(
        "person:a", tuple(ways), Habits("person:a", quiet_from_min=begin, quiet_to_min=end, high_waits=waits), zone
    ),
    st.lists(st.sampled_from(WAYS), unique=True), minutes, minutes, st.sampled_from(ZONES), st.booleans(),
)  # fmt: skip
pasts = st.builds(
    lambda direct, digest, calls, crowded: Past(
        tuple(T0 - at for at in direct), None if digest is None else T0 - digest, tuple(T0 - at for at in calls), crowded
    ),
    st.lists(st.integers(0, HOUR_US), max_size=25), st.none() | st.integers(0, HOUR_US),
    st.lists(st.integers(0, HOUR_US), max_size=6),
    st.sampled_from([frozenset(), frozenset(way.lane for way in WAYS)]),
)  # fmt: skip


def placed(planned: Plan) -> list[str]:
    """Where each telling went."""
    told = [one.id for bundle in planned.bundles for one in bundle.tellings]
    return told + [one.telling.id for one in planned.waits] + [one.id for one in planned.dead]


@given(dues, people, pasts, st.integers(0, 400 * 24 * 60))
def test_everything_has_one_place(due: list[Telling], person: Person, past: Past, minute: int) -> None:
    """Whatever is due is told, waits with a reason and a time to come, or is given up: each once."""
    now_us = T0 + minute * MINUTE_US
    planned = plan(person, due, past, POLICY, now_us)
    assert sorted(placed(planned)) == sorted(one.id for one in due)
    assert all(wait.until_us > now_us for wait in planned.waits)
    assert all(at is None or at > now_us for bundle in planned.bundles for at in bundle.again_us.values())
    assert {one.id for one in planned.unreachable} <= set(placed(planned))


@given(dues, people, pasts, st.integers(0, 400 * 24 * 60))
def test_critical_never_waits(due: list[Telling], person: Person, past: Past, minute: int) -> None:
    """Neither night, storm, budget nor a full bot holds it, nor is it put into a digest with others."""
    planned = plan(person, due, past, POLICY, T0 + minute * MINUTE_US)
    if not person.ways:
        assert not planned.bundles
        return
    assert not [wait for wait in planned.waits if wait.telling.urgency is Urgency.CRITICAL]
    with_critical = [b for b in planned.bundles if any(t.urgency is Urgency.CRITICAL for t in b.tellings)]
    assert len(with_critical) <= 1
    assert all(t.urgency is Urgency.CRITICAL for b in with_critical for t in b.tellings)
    assert all(bundle.ways for bundle in planned.bundles)


@given(dues, people, pasts, st.randoms())
def test_the_order_of_the_question_does_not_matter(
    due: list[Telling], person: Person, past: Past, mixed: object
) -> None:
    """The database may answer in any order."""
    shuffled = list(due)
    mixed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert plan(person, due, past, POLICY, T0) == plan(person, shuffled, past, POLICY, T0)


@given(dues, pasts, st.integers(0, 2000))
def test_of_one_subject_nothing_overtakes(due: list[Telling], past: Past, minute: int) -> None:
    """What is told by itself never goes before something that was caused earlier, of the same ticket, and waits."""
    calm = [replace(one, urgency=Urgency.NORMAL) for one in due]
    planned = plan(
        Person("person:a", WAYS, Habits("person:a"), "UTC"), calm, past, POLICY, T0 + minute * MINUTE_US
    )
    seen: dict[str, int] = {}
    told = [one for bundle in planned.bundles for one in bundle.tellings]
    for one in [*told, *[wait.telling for wait in planned.waits]]:
        assert seen.get(one.subject, -1) < one.sequence
        seen[one.subject] = one.sequence


@given(
    st.integers(0, 2 * 366 * 24 * 60), st.integers(0, 1439), st.integers(0, 1439), st.sampled_from(ZONES[:4])
)
def test_quiet_hours_end(minute: int, begin: int, end: int, zone: str) -> None:
    """By the minute: they end at the first minute outside of them, also where days have 23 or 25 hours."""
    habits = Habits("a", quiet_from_min=begin, quiet_to_min=end)
    now_us = T0 + minute * MINUTE_US
    until = quiet_until(habits, zone, now_us)
    if until is None:
        return
    assert now_us < until <= now_us + 26 * HOUR_US
    assert quiet_until(habits, zone, until) is None or begin == end or until - now_us <= 2 * HOUR_US


def night(person_quiet: tuple[int, int] = (22 * 60, 7 * 60)) -> Person:
    """Somebody in Shanghai with all ways, who sleeps."""
    habits = Habits("person:a", quiet_from_min=person_quiet[0], quiet_to_min=person_quiet[1])
    return Person("person:a", WAYS, habits, "Asia/Shanghai")


def one(urgency: Urgency, number: int = 1, **more: object) -> Telling:
    """A telling about a ticket of its own."""
    made = Telling(
        f"t{number}", number, "person:a", f"c{number}", f"ticket:{number}", "warned", {}, urgency, True, T0
    )
    return replace(made, **more)  # type: ignore[arg-type]


AT_NIGHT = T0 + 8 * HOUR_US  # midnight in Shanghai


@pytest.mark.parametrize(
    ("urgency", "channels"),
    [
        (Urgency.CRITICAL, {"voice", "sms", "chat", "email"}), (Urgency.HIGH, {"chat", "email"}), (Urgency.NORMAL, {"chat"}),
    ],
)  # fmt: skip
def test_ways_by_urgency(urgency: Urgency, channels: set[str]) -> None:
    """The telephone rings for what is critical alone."""
    (bundle,) = plan(night((0, 0)), [one(urgency)], Past(), POLICY, T0).bundles
    assert {way.channel for way in bundle.ways} == channels


def test_the_night() -> None:
    """Normal waits until seven, high does not unless the person wants it so, critical rings."""
    due = [one(Urgency.NORMAL, 1), one(Urgency.HIGH, 2), one(Urgency.CRITICAL, 3)]
    planned = plan(night(), due, Past(), POLICY, AT_NIGHT)
    assert [bundle.tellings[0].id for bundle in planned.bundles] == ["t3", "t2"]
    (wait,) = planned.waits
    assert (wait.held, datetime.fromtimestamp(wait.until_us / 1e6, UTC).hour) == (Held.QUIET_HOURS, 23)
    sleeper = replace(night(), habits=replace(night().habits, high_waits=True))
    assert len(plan(sleeper, due, Past(), POLICY, AT_NIGHT).waits) == 2


def test_low_comes_with_the_digest_of_the_day() -> None:
    """It waits for the next of the fixed times, and then all of it is one message."""
    due = [one(Urgency.LOW, number) for number in range(3)]
    first = plan(night(), due, Past(), POLICY, T0 + MINUTE_US)
    assert {wait.held for wait in first.waits} == {Held.NEXT_DIGEST}
    at_us = first.waits[0].until_us
    later = [replace(wait.telling, held=wait.held) for wait in first.waits]
    (bundle,) = plan(night((0, 0)), later, Past(), POLICY, at_us).bundles
    assert (bundle.code, len(bundle.tellings)) == ("digest", 3)


def test_the_telephone_rings_once_for_many_and_not_without_end() -> None:
    """Several critical things are one call; a second within the minute is written at once and rung a minute later."""
    due = [one(Urgency.CRITICAL, number) for number in range(5)]
    (bundle,) = plan(night(), due, Past(), POLICY, T0).bundles
    assert (bundle.code, sum(way.channel is Channel.VOICE for way in bundle.ways)) == ("several", 1)
    soon = Past(calls_us=(T0 - MINUTE_US // 2,))
    (bundle,) = plan(night(), due[:1], soon, POLICY, T0).bundles
    assert {way.channel for way in bundle.ways} == {"sms", "chat", "email"}
    assert bundle.again_us == {"t0": T0 + MINUTE_US // 2}
    enough = Past(calls_us=tuple(T0 - number * 2 * MINUTE_US for number in range(1, 5)))
    (bundle,) = plan(night(), due[:1], enough, POLICY, T0).bundles
    assert Channel.VOICE not in {way.channel for way in bundle.ways}


def test_repeats_have_an_end() -> None:
    """Every urgency has its interval and its last time; after that it is for the escalation."""
    rounds: dict[Urgency, int] = {}
    for urgency in (Urgency.CRITICAL, Urgency.HIGH, Urgency.NORMAL):
        now_us, told = T0, one(urgency)
        while True:
            (bundle,) = plan(night((0, 0)), [told], Past(), POLICY, now_us).bundles
            again = bundle.again_us[told.id]
            told = replace(told, rounds=told.rounds + 1)
            if again is None:
                break
            assert again == now_us + POLICY.repeat_us[urgency]
            now_us = again
        rounds[urgency] = told.rounds
    assert rounds == dict(POLICY.repeat_most)


def test_digests_keep_their_distance_and_the_budget_holds() -> None:
    """After a digest the next waits; with the budget of the hour used up, more comes in a digest and says so."""
    due = [one(Urgency.NORMAL, number) for number in range(30)]
    past = Past(direct_us=(T0,) * 10, digest_us=T0 - MINUTE_US)
    waits = plan(night((0, 0)), due, past, POLICY, T0).waits
    assert {(wait.held, wait.until_us) for wait in waits} == {(Held.STORM, T0 + 9 * MINUTE_US)}
    used = Past(direct_us=tuple(T0 - 20 * MINUTE_US for _ in range(20)), digest_us=T0 - MINUTE_US)
    assert {wait.held for wait in plan(night((0, 0)), due, used, POLICY, T0).waits} == {Held.BUDGET}
    full = Past(crowded=frozenset(way.lane for way in WAYS))
    planned = plan(night((0, 0)), due, full, POLICY, T0)
    assert [bundle.code for bundle in planned.bundles] == ["digest"]


def test_a_digest_of_one_is_that_one() -> None:
    """Whoever waited alone comes under its own title."""
    planned = plan(night((0, 0)), [one(Urgency.NORMAL, held=Held.STORM)], Past(), POLICY, T0)
    assert [bundle.code for bundle in planned.bundles] == ["warned"]
    assert isinstance(planned.bundles[0], Bundle)
