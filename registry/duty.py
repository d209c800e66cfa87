"""Who is on shift and on call when: shifts, absences and rotas, asked at any instant. Pure; daylight saving is the zones' own.

A time of day that a clock shows twice is the first of the two; one that it skips is as late after midnight as the
offset before the skip makes it (RFC 5545, 3.3.5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from ingest.nouns import US_PER_DAY
from registry.nouns import Absence, Level, Rota, Shift, Weekday

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK = tuple(Weekday)


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
    """All plans, asked at an instant."""

    def __init__(self, shifts: Iterable[Shift], absences: Iterable[Absence], rotas: Iterable[Rota]) -> None:
        self._shifts: Mapping[str, list[Shift]] = defaultdict(list)
        self._absences: Mapping[str, list[Absence]] = defaultdict(list)
        for shift in shifts:
            self._shifts[shift.person].append(shift)
        for absence in absences:
            self._absences[absence.person].append(absence)
        self.rotas = tuple(sorted(rotas, key=lambda rota: rota.key))

    def presence(self, person: str, time_us: int) -> Presence:
        """What the plans say of a person."""
        if self.is_absent(person, time_us):
            return Presence.ABSENT
        planned = self._shifts.get(person, ())
        if any(on_shift(shift, time_us) for shift in planned):
            return Presence.ON_SHIFT
        return Presence.OFF if planned else Presence.UNPLANNED

    def is_absent(self, person: str, time_us: int) -> bool:
        """Whether somebody is away."""
        return any(away.from_us <= time_us < away.to_us for away in self._absences.get(person, ()))

    def absences_of(self, person: str) -> Sequence[Absence]:
        """When somebody is away."""
        return self._absences.get(person, ())

    def next_shift_us(self, person: str, time_us: int, until_us: int) -> int | None:
        """When somebody's next shift begins (and nobody is absent then): in (time_us, until_us]; None if none does."""
        starts = (
            start
            for shift in self._shifts.get(person, ())
            for start, end in spans(shift, time_us, until_us + 1)
            if time_us < start <= until_us and not self.is_absent(person, start)
        )
        return min(starts, default=None)

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
        held = [(_nearness(rota, at), rota.key, rota) for rota in self.rotas if rota.level is level]
        return [rota for near, _, rota in sorted(held, key=lambda one: one[:2]) if near < _FOREIGN]

    def on_call(self, at: At, level: Level, time_us: int, without: Iterable[str] = ()) -> str | None:
        """The person on call there: whose turn it is on the nearest rota, else who is next in turn; nobody absent."""
        barred = set(without)
        for rota in self.rotas_for(at, level):
            for person in in_turn(rota, time_us):
                if person not in barred and not self.is_absent(person, time_us):
                    return person
        return None

    def called(self, person: str, time_us: int) -> list[Rota]:
        """The rotas on which it is this person's turn."""
        return [rota for rota in self.rotas if next(iter(in_turn(rota, time_us)), None) == person]


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
