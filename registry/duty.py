"""Who is on shift and on call when: shifts, absences and rotas, asked at any instant. Pure; daylight saving is the zones' own.

A time of day that a clock shows twice is the first of the two; one that it skips is as late after midnight as the
offset before the skip makes it (RFC 5545, 3.3.5).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from ingest.nouns import US_PER_DAY
from registry.nouns import Absence, Level, Rota, Shift, Weekday

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK = tuple(Weekday)
BLOCK_US = 15 * US_PER_DAY
"""So far ahead a next shift is looked for."""
_MOST_KEPT = 10_000


class Presence(StrEnum):
    """Whether somebody can be asked to work. `presence.<name>` says it to people."""

    ABSENT = "absent"
    ON_SHIFT = "on_shift"
    UNPLANNED = "unplanned"
    """Nobody planned any shift of this person: there is nothing to say against it."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class At:
    """Where somebody is needed: which rotas hold there."""

    site: str | None = None
    team: str | None = None
    region: str = ""


class Duty:
    """All plans, asked at an instant. What was reckoned for the days about an instant is kept for the next question."""

    def __init__(self, shifts: Iterable[Shift], absences: Iterable[Absence], rotas: Iterable[Rota]) -> None:
        self._shifts: Mapping[str, list[Shift]] = defaultdict(list)
        self._absences: Mapping[str, list[Absence]] = defaultdict(list)
        for shift in shifts:
            self._shifts[shift.person].append(shift)
        for absence in absences:
            self._absences[absence.person].append(absence)
        self.rotas = tuple(sorted(rotas, key=lambda rota: rota.key))
        self._rotations = {rota.key: _Rotation(rota) for rota in self.rotas}
        self._held: dict[At, dict[Level, list[Rota]]] = {}
        self._stretches: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self._barred: Mapping[str, int] = {}

    def without(self, barred: Mapping[str, int]) -> Duty:
        """The same plans, with some people away until further notice.

        Args:
            barred: person → since when the account is disabled.
        """
        other = copy(self)
        other._barred = barred
        return other

    def barred_us(self, person: str) -> int | None:
        """Since when somebody's account is disabled; None if it is not."""
        return self._barred.get(person)

    def presence(self, person: str, time_us: int) -> Presence:
        """What the plans say of a person."""
        if self.is_absent(person, time_us):
            return Presence.ABSENT
        if person not in self._shifts:
            return Presence.UNPLANNED
        near = self._near(person, time_us)
        at = bisect_right(near, (time_us, 2**63)) - 1
        return Presence.ON_SHIFT if at >= 0 and time_us < near[at][1] else Presence.OFF

    def is_absent(self, person: str, time_us: int) -> bool:
        """Whether somebody is away."""
        return person in self._barred or self.absence(person, time_us) is not None

    def absence(self, person: str, time_us: int) -> Absence | None:
        """The absence on record at an instant, of several the one that began first."""
        there = (away for away in self._absences.get(person, ()) if away.from_us <= time_us < away.to_us)
        return min(there, key=lambda away: (away.from_us, away.key), default=None)

    def absences_of(self, person: str) -> Sequence[Absence]:
        """When somebody is away."""
        return self._absences.get(person, ())

    def next_shift_us(self, person: str, time_us: int, until_us: int) -> int | None:
        """When somebody's next shift begins (and nobody is absent then): in (time_us, until_us]; None if none does.

        Asked at most `BLOCK_US` ahead.
        """
        starts = (
            start
            for start, _ in self._near(person, time_us)
            if time_us < start <= until_us and not self.is_absent(person, start)
        )
        return next(starts, None)

    def shift_ends_us(self, person: str, time_us: int) -> int | None:
        """When the stretch of work that somebody is in ends; None if there is none."""
        there = (end for start, end in self._near(person, time_us) if start <= time_us < end)
        return next(there, None)

    def shift_ended_us(self, person: str, time_us: int) -> int | None:
        """When somebody's last stretch of work ended; None if none did in the last `BLOCK_US`."""
        found = self.shifts_of(person, time_us - BLOCK_US, time_us)
        return max((end for _, end in found if end <= time_us), default=None)

    def handed_over_us(self, person: str, time_us: int) -> int | None:
        """When one of the rotas on which somebody stands is handed over next; None if none is."""
        found = (_next_turn_us(rota, time_us) for rota in self.rotas if _stands_on(person, rota))
        return min((at_us for at_us in found if at_us is not None), default=None)

    def _near(self, person: str, time_us: int) -> list[tuple[int, int]]:
        """Somebody's stretches of work from before an instant to at least `BLOCK_US` after it, in order."""
        block = time_us // BLOCK_US
        found = self._stretches.get((person, block))
        if found is None:
            if len(self._stretches) >= _MOST_KEPT:
                self._stretches.clear()
            found = self.shifts_of(person, block * BLOCK_US, (block + 2) * BLOCK_US)
            self._stretches[person, block] = found
        return found

    def shifts_of(self, person: str, from_us: int, to_us: int) -> list[tuple[int, int]]:
        """Somebody's stretches of work that touch [from, to), those that touch each other joined; absences are not taken off."""
        found = [span for shift in self._shifts.get(person, ()) for span in spans(shift, from_us, to_us)]
        joined: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if joined and start <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(end, joined[-1][1])
            else:
                joined.append((start, end))
        return joined

    def rotas_for(self, at: At, level: Level) -> list[Rota]:
        """The rotas of a level that hold there, the most particular first: site, team, region, everywhere."""
        held = self._held.get(at)
        if held is None:
            if len(self._held) >= _MOST_KEPT:
                self._held.clear()
            near = sorted(
                ((_nearness(rota, at), rota) for rota in self.rotas), key=lambda one: (one[0], one[1].key)
            )
            held = {
                one: [rota for how, rota in near if how < _FOREIGN and rota.level is one] for one in Level
            }
            self._held[at] = held
        return held[level]

    def on_call(self, at: At, level: Level, time_us: int, without: Iterable[str] = ()) -> str | None:
        """The person on call there: whose turn it is on the nearest rota, else who is next in turn; nobody absent."""
        barred = set(without)
        for rota in self.rotas_for(at, level):
            for person in self._rotations[rota.key].order(time_us):
                if person not in barred and not self.is_absent(person, time_us):
                    return person
        return None

    def called(self, person: str, time_us: int) -> list[Rota]:
        """The rotas on which it is this person's turn."""
        return [rota for rota in self.rotas if next(iter(in_turn(rota, time_us)), None) == person]


class _Rotation:
    """A rota, and between which hand-overs the last question lay."""

    def __init__(self, rota: Rota) -> None:
        self._rota = rota
        self._from_us = self._to_us = 0
        self._turn = 0

    def order(self, time_us: int) -> list[str]:
        """As `in_turn`."""
        if self._rota.turns or not self._rota.people or time_us < self._rota.starts_us:
            return in_turn(self._rota, time_us)
        if not self._from_us <= time_us < self._to_us:
            self._turn = turn_number(self._rota, time_us)
            self._from_us, self._to_us = _turn_span(self._rota, self._turn)
        people = self._rota.people
        now = self._turn % len(people)
        return [*people[now:], *people[:now]]


_FOREIGN = 4


def _nearness(rota: Rota, at: At) -> int:
    """0 for the rota of the site itself … 3 for one that holds everywhere; `_FOREIGN` for one that does not hold there."""
    wanted = ((rota.site, at.site), (rota.team, at.team), (rota.region or None, at.region or None))
    if any(own is not None and own != there for own, there in wanted):
        return _FOREIGN
    return next((near for near, (own, _) in enumerate(wanted) if own is not None), 3)


def on_shift(shift: Shift, time_us: int) -> bool:
    """Whether an instant is in a shift."""
    return any(start <= time_us < end for start, end in spans(shift, time_us, time_us + 1))


def spans(shift: Shift, from_us: int, to_us: int) -> Iterator[tuple[int, int]]:
    """The stretches of a shift that touch [from, to), each cut to what the shift's own dates allow, in order."""
    low = shift.from_us
    high = shift.to_us if shift.to_us is not None else 2**62
    if not shift.days:
        if low < to_us and high > from_us:
            yield low, high
        return
    zone, first, last = _zone(shift.time_zone), _clock(shift.starts), _clock(shift.ends)
    day = _local(from_us, zone).date() - timedelta(days=2)
    end_day = _local(to_us, zone).date() + timedelta(days=1)
    while day <= end_day:
        if _WEEK[day.weekday()] in shift.days:
            start = max(low, instant(day, first, zone))
            end = min(high, instant(day + timedelta(days=last <= first), last, zone))
            if start < end and start < to_us and end > from_us:
                yield start, end
        day += timedelta(days=1)


def in_turn(rota: Rota, time_us: int) -> list[str]:
    """The people of a rota in the order in which they are asked: who has a dated turn, whose turn it is, who follows."""
    dated = [turn.person for turn in reversed(rota.turns) if turn.from_us <= time_us < turn.to_us]
    count = len(rota.people)
    if not count or time_us < rota.starts_us:
        return list(dict.fromkeys(dated))
    now = turn_number(rota, time_us) % count
    return list(dict.fromkeys([*dated, *rota.people[now:], *rota.people[:now]]))


def turn_number(rota: Rota, time_us: int) -> int:
    """How many hand-overs there were until then, the first one not counted."""
    zone = _zone(rota.time_zone)
    first = _local(rota.starts_us, zone)
    clock = first.time().replace(tzinfo=None, fold=0)
    day = _local(time_us, zone).date()
    if instant(day, clock, zone) > time_us:
        day -= timedelta(days=1)
    elif instant(day + timedelta(days=1), clock, zone) <= time_us:
        day += timedelta(days=1)
    return max(0, (day - first.date()).days // rota.turn_days)


def _turn_span(rota: Rota, number: int) -> tuple[int, int]:
    """From when to when a turn lasts."""
    zone = _zone(rota.time_zone)
    first = _local(rota.starts_us, zone)
    clock = first.time().replace(tzinfo=None, fold=0)
    day = first.date() + timedelta(days=number * rota.turn_days)
    return instant(day, clock, zone), instant(day + timedelta(days=rota.turn_days), clock, zone)


def _stands_on(person: str, rota: Rota) -> bool:
    return person in rota.people or any(turn.person == person for turn in rota.turns)


def _next_turn_us(rota: Rota, time_us: int) -> int | None:
    """When the order of a rota changes next: a hand-over, or a dated turn begins or ends."""
    edges = [edge for turn in rota.turns for edge in (turn.from_us, turn.to_us)]
    if len(rota.people) > 1:
        begun = time_us >= rota.starts_us
        edges.append(_turn_span(rota, turn_number(rota, time_us))[1] if begun else rota.starts_us)
    return min((edge for edge in edges if edge > time_us), default=None)


def instant(day: date, clock: time, zone: ZoneInfo) -> int:
    """A date and a time of day on the clocks of a zone, in µs UTC."""
    return (datetime.combine(day, clock, tzinfo=zone) - _EPOCH) // timedelta(microseconds=1)


def _local(time_us: int, zone: ZoneInfo) -> datetime:
    """An instant on the clocks of a zone; far times are held within what a calendar can say."""
    held = min(max(time_us, -US_PER_DAY), 250_000_000_000_000_000)
    return (_EPOCH + timedelta(microseconds=held)).astimezone(zone)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def _clock(text: str) -> time:
    return time.fromisoformat(text)
