"""Who is on shift and on call when, against an oracle that lets the clocks run minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.duty import At, Duty, Presence, in_turn, on_shift
from registry.nouns import Absence, Level, Rota, Shift, Turn, Weekday

MIN = 60_000_000
HOUR = 60 * MIN
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEK = list(Weekday)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
# Days on or about which some of these clocks are put forward or back, and one that is like any other.
DAYS = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2026-07-15")
CLOCKS = st.builds(lambda h, m: f"{h:02d}:{m:02d}", st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))


def us(text: str) -> int:
    """µs UTC of an ISO time with offset."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def wall(time_us: int, zone: str) -> datetime:
    """What the clocks of a zone show, without offset."""
    return (EPOCH + timedelta(microseconds=time_us)).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


class Ticking:
    """A clock that is read every minute, and knows when it showed what for the first time."""

    def __init__(self, from_us: int, to_us: int, zone: str) -> None:
        self.first: dict[datetime, int] = {}
        before = None
        for time_us in range(from_us, to_us, MIN):
            shown = wall(time_us, zone)
            self.first.setdefault(shown, time_us)
            if before is not None and shown - before[0] > timedelta(minutes=1):
                self._skip(before[0], shown, before[1])
            before = shown, time_us

    def _skip(self, last: datetime, shown: datetime, time_us: int) -> None:
        """Minutes that the clock skips come as late as if it had not."""
        minute = last + timedelta(minutes=1)
        while minute < shown:
            time_us += MIN
            self.first.setdefault(minute, time_us)
            minute += timedelta(minutes=1)

    def at(self, day: datetime, clock: str) -> int | None:
        """When the clock first shows this on a day."""
        hours, minutes = map(int, clock.split(":"))
        return self.first.get(day.replace(hour=hours, minute=minutes))


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(DAYS),
    days=st.sets(st.sampled_from(WEEK), min_size=1),
    starts=CLOCKS,
    ends=CLOCKS,
    cut=st.none() | st.integers(-1500, 1500),
)
def test_shifts(zone: str, day: str, days: set[Weekday], starts: str, ends: str, cut: int | None) -> None:
    """Over the days around a change of the clocks no minute is judged otherwise than by letting the clocks run."""
    middle = us(f"{day}T12:00:00+00:00")
    to_us = middle + cut * MIN if cut is not None else None
    shift = Shift(
        key="s", person="p", days=tuple(days), starts=starts, ends=ends, time_zone=zone, to_us=to_us
    )
    ticking = Ticking(middle - 5 * DAY, middle + 5 * DAY, zone)
    told: set[int] = set()
    for ago in range(-4, 4):
        begin = wall(middle + ago * DAY, zone).replace(hour=0, minute=0)
        if WEEK[begin.weekday()] not in days:
            continue
        first = ticking.at(begin, starts)
        last = ticking.at(begin + timedelta(days=ends <= starts), ends)
        if first is not None and last is not None:
            told |= set(range(first, last, MIN))
    told = {minute for minute in told if to_us is None or minute < to_us}
    duty = Duty([shift], [], [])
    for time_us in range(middle - 2 * DAY, middle + 2 * DAY, 11 * MIN):
        assert on_shift(shift, time_us) == (time_us in told), wall(time_us, zone)
        assert (duty.presence("p", time_us) is Presence.ON_SHIFT) == (time_us in told), wall(time_us, zone)


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(DAYS),
    clock=CLOCKS,
    turn_days=st.integers(1, 9),
    people=st.integers(1, 4),
)
def test_rotations(zone: str, day: str, clock: str, turn_days: int, people: int) -> None:
    """Every hand-over is at its time of day, however long the day before it was."""
    middle = us(f"{day}T12:00:00+00:00")
    ticking = Ticking(middle - 16 * DAY, middle + 4 * DAY, zone)
    begin = wall(middle - 14 * DAY, zone).replace(hour=0, minute=0)
    starts_us = ticking.at(begin, clock)
    assert starts_us is not None
    names = tuple(f"p{number}" for number in range(people))
    rota = Rota(
        key="r", level=Level.FIRST, people=names, starts_us=starts_us, turn_days=turn_days, time_zone=zone
    )
    duty = Duty([], [], [rota])
    hand_overs = []
    for number in range(20):
        found = ticking.at(begin + timedelta(days=number), clock)
        if found is not None and number % turn_days == 0:
            hand_overs.append(found)
    for time_us in range(middle - 2 * DAY, middle + 2 * DAY, 13 * MIN):
        turn = sum(hand_over <= time_us for hand_over in hand_overs) - 1
        assert in_turn(rota, time_us)[0] == names[turn % people], wall(time_us, zone)
        assert duty.on_call(At(), Level.FIRST, time_us) == names[turn % people], wall(time_us, zone)


SPAN = st.tuples(st.integers(0, 3000), st.integers(1, 2000))


@settings(max_examples=80, deadline=None)
@given(
    turns=st.lists(st.tuples(st.sampled_from("abc"), SPAN), max_size=5),
    away=st.lists(st.tuples(st.sampled_from("abc"), SPAN), max_size=5),
    rotation=st.lists(st.sampled_from("abc"), max_size=3, unique=True),
)
def test_on_call(
    turns: list[tuple[str, tuple[int, int]]], away: list[tuple[str, tuple[int, int]]], rotation: list[str]
) -> None:
    """Nobody absent is called; the last swap that was entered wins; without one the rotation says, and who follows steps in."""
    start = us("2026-10-25T00:00:00+02:00")

    def span(pair: tuple[int, int]) -> tuple[int, int]:
        return start + pair[0] * MIN, start + (pair[0] + pair[1]) * MIN

    rota = Rota(
        key="r", level=Level.FIRST, time_zone="Europe/Berlin", people=tuple(rotation), starts_us=start - DAY, turn_days=1,
        turns=tuple(Turn(person=p, from_us=span(s)[0], to_us=span(s)[1]) for p, s in turns),
    )  # fmt: skip
    absences = [
        Absence(key=f"a{n}", person=p, from_us=span(s)[0], to_us=span(s)[1]) for n, (p, s) in enumerate(away)
    ]
    duty = Duty([], absences, [rota])
    for time_us in range(start, start + 4 * DAY, 37 * MIN):
        absent = {p for p, s in away if span(s)[0] <= time_us < span(s)[1]}
        asked = [p for p, s in reversed(turns) if span(s)[0] <= time_us < span(s)[1]]
        days = (wall(time_us, "Europe/Berlin").date() - wall(start - DAY, "Europe/Berlin").date()).days
        asked += (
            [rotation[(days + step) % len(rotation)] for step in range(len(rotation))] if rotation else []
        )
        there = [person for person in asked if person not in absent]
        assert duty.on_call(At(), Level.FIRST, time_us) == (there[0] if there else None)


def test_nearest_rota() -> None:
    """The rota of the site goes before that of the team, of the region, and the one for all; another site's never counts."""

    def rota(key: str, **where: str) -> Rota:
        return Rota(key=key, level=Level.FIRST, people=(key,), **where)  # type: ignore[arg-type]

    every = [
        rota("all"),
        rota("region", region="south"),
        rota("team", team="t"),
        rota("site", site="s"),
        rota("other", site="x"),
    ]
    duty = Duty([], [], every)
    at = At("s", "t", "south")
    assert [found.key for found in duty.rotas_for(at, Level.FIRST)] == ["site", "team", "region", "all"]
    assert duty.rotas_for(at, Level.SECOND) == []
    now = us("2026-11-22T00:00:00+00:00")
    assert duty.on_call(at, Level.FIRST, now) == "site"
    assert duty.on_call(at, Level.FIRST, now, without=["site", "team"]) == "region"
    assert duty.on_call(At("x"), Level.FIRST, now) == "other"
    assert duty.on_call(At(None, None, "north"), Level.FIRST, now) == "all"


def test_night_shift_of_the_long_and_the_short_night() -> None:
    """22:00–06:00 lasts nine hours when the clocks go back, seven when they go forward."""
    night = Shift(
        key="n", person="p", days=tuple(WEEK), starts="22:00", ends="06:00", time_zone="Europe/Berlin"
    )
    duty = Duty([night], [], [])
    back = us("2026-10-24T12:00:00+02:00")
    forward = us("2026-03-28T12:00:00+01:00")
    assert [(end - start) / HOUR for start, end in duty.shifts_of("p", back, back + DAY)] == [9]
    assert [(end - start) / HOUR for start, end in duty.shifts_of("p", forward, forward + DAY)] == [7]


@pytest.mark.parametrize(("when", "presence"), [
    ("2026-11-23T09:00:00+08:00", Presence.ON_SHIFT),
    ("2026-11-23T07:59:59+08:00", Presence.OFF),
    ("2026-11-23T17:00:00+08:00", Presence.OFF),
    ("2026-11-22T09:00:00+08:00", Presence.OFF),
    ("2026-11-24T09:00:00+08:00", Presence.ABSENT),
])  # fmt: skip
def test_presence(when: str, presence: Presence) -> None:
    """Absence goes before shift; of whom nothing is planned nothing is known."""
    days = Shift(key="d", person="p", days=tuple(WEEK[:5]), starts="08:00", ends="17:00")
    away = Absence(
        key="a", person="p", from_us=us("2026-11-24T00:00:00+08:00"), to_us=us("2026-11-25T00:00:00+08:00")
    )
    duty = Duty([days], [away], [])
    assert duty.presence("p", us(when)) is presence
    assert duty.presence("q", us(when)) is Presence.UNPLANNED


def test_next_shift_is_not_one_of_an_absence() -> None:
    """Who is away when the next shift begins comes with the one after."""
    days = Shift(key="d", person="p", days=tuple(WEEK), starts="08:00", ends="17:00")
    away = Absence(
        key="a", person="p", from_us=us("2026-11-24T00:00:00+08:00"), to_us=us("2026-11-25T00:00:00+08:00")
    )
    duty = Duty([days], [away], [])
    now = us("2026-11-23T18:00:00+08:00")
    assert duty.next_shift_us("p", now, now + 3 * DAY) == us("2026-11-25T08:00:00+08:00")
    assert duty.next_shift_us("p", now, now + 20 * HOUR) is None


@settings(max_examples=50, deadline=None)
@given(
    clocks=st.lists(st.tuples(CLOCKS, CLOCKS), min_size=1, max_size=3),
    away=st.tuples(st.integers(0, 6000), st.integers(1, 3000)),
    zone=st.sampled_from(ZONES),
    asked=st.integers(0, 6000),
)
def test_next_shift(clocks: list[tuple[str, str]], away: tuple[int, int], zone: str, asked: int) -> None:
    """It is the first minute after now at which somebody who was not on shift is; what is kept between questions changes nothing."""
    start = us("2026-10-23T00:00:00+00:00")
    shifts = [
        Shift(key=f"s{n}", person="p", days=(Weekday.SAT, Weekday.TUE), starts=a, ends=b, time_zone=zone)
        for n, (a, b) in enumerate(clocks)
    ]
    gone = Absence(key="a", person="p", from_us=start + away[0] * MIN, to_us=start + sum(away) * MIN)
    duty = Duty(shifts, [gone], [])
    now, until = start + asked * MIN, start + asked * MIN + 8 * DAY
    found = duty.next_shift_us("p", now, until)
    begins = sorted({begin for begin, _ in duty.shifts_of("p", now, until) if now < begin <= until})
    there = [begin for begin in begins if not gone.from_us <= begin < gone.to_us]
    assert found == (there[0] if there else None)
    for begin in begins:
        assert any(on_shift(shift, begin) for shift in shifts)
        assert not any(on_shift(shift, begin - 1) for shift in shifts)
    fresh = Duty(shifts, [gone], [])
    assert [duty.presence("p", time_us) for time_us in range(now, until, 97 * MIN)] == [
        fresh.presence("p", time_us) for time_us in reversed(range(now, until, 97 * MIN))
    ][::-1]
