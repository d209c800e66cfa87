"""Working calendars: when work is done, by the clock on the wall of a place, and how much of it lies between two instants.

An instant is working time if the wall clock then shows a time within a shift. So the night in which the clock is set
forward has an hour less, the one in which it is set back an hour more, a shift within the gap has no time at all, and
times that exist twice count twice. A shift belongs to the day on which it begins: Friday's night shift is worked to
its end, whatever Saturday is.

Spans are kept per zone and year, with running sums: questions cost a search, not a walk.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from tickets.clocks import holidays

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"([a-z]{3}(?:[-,][a-z]{3})*) (\d\d):(\d\d)-(\d\d):(\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)
_LOOK_US = 6 * US_PER_HOUR
"""No zone changes its offset and back within so short a time."""
_FAR_YEARS = 60
_MINUTES_OF_DAY = 1440


class Shift(NamedTuple):
    """A stretch of the wall clock, on some days of the week."""

    days: frozenset[int]
    """0 = Monday. The day is the one on which it begins."""
    from_us: int
    """Since midnight."""
    to_us: int
    """Since the same midnight: more than a day where it crosses the next one."""


class Reason(StrEnum):
    """Why a day is worked as it is."""

    WEEKLY = "weekly"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    CLOSED = "closed"
    OPEN = "open"


class Worked(NamedTuple):
    """What is worked on a date, and why."""

    on: date
    shifts: tuple[Shift, ...]
    reason: Reason
    name: str
    """Of the holiday; "" if it is none."""
    provisional: bool


class Span(NamedTuple):
    """A stretch of working time, without a gap."""

    from_us: int
    to_us: int


class NeverWorkedError(ValueError):
    """Raised when a calendar has not so much working time within sixty years."""


class _Year(NamedTuple):
    """The working spans of a UTC year."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    """Working time of the year before each span."""
    total: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """When work is done."""

    name: str
    shifts: tuple[Shift, ...] = ()
    """Empty: round the clock."""
    country: str = ""
    """Whose holidays are free (`CN`, `DE-BY`, …); "" = nobody's."""
    closed: frozenset[date] = frozenset()
    """Own days off; they win over all else."""
    open: frozenset[date] = frozenset()
    """Own days on which work is done although they are free."""
    open_as: int = 0
    """The day of the week after which a day without shifts of its own is worked when it is made up for, or open."""
    time_zone: str = ""
    """IANA name; "" = that of the site."""
    _years: dict[tuple[str, int], _Year] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def always(self) -> bool:
        """Whether it is round the clock."""
        return not self.shifts

    def zone(self, of_site: str) -> str:
        """The IANA name of the zone whose wall clock counts."""
        return self.time_zone or of_site


def shift(text: str) -> Shift:
    """`"mon-fri 08:30-12:00"`, `"fri,sat 22:00-06:00"` as a shift; 24:00 is the end of the day.

    Raises:
        ValueError: it does not read like that.
    """
    found = _SHIFT.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not like 'mon-fri 08:30-12:00'")
    begin, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (2, 4))
    bad_minute = int(found[3]) > 59 or int(found[5]) > 59
    if bad_minute or begin >= _MINUTES_OF_DAY or end > _MINUTES_OF_DAY or begin == end:
        raise ValueError(f"{text!r} has no such time of day, or no length")
    end += _MINUTES_OF_DAY if end < begin else 0
    return Shift(_weekdays(found[1]), begin * US_PER_MINUTE, end * US_PER_MINUTE)


def worked(calendar: Calendar, on: date) -> Worked:
    """What is worked on a date, by the shifts that begin then, and why."""
    known = holidays.known(calendar.country, on)
    usual = _of_weekday(calendar, on.weekday())
    made_up = usual or _of_weekday(calendar, calendar.open_as)
    if on in calendar.closed:
        return Worked(on, (), Reason.CLOSED, "", False)
    if on in calendar.open:
        return Worked(on, made_up, Reason.OPEN, "", False)
    if known.day is holidays.Day.HOLIDAY:
        return Worked(on, (), Reason.HOLIDAY, known.name, known.provisional)
    if known.day is holidays.Day.MAKE_UP:
        return Worked(on, made_up, Reason.MAKE_UP, known.name, known.provisional)
    return Worked(on, usual, Reason.WEEKLY, "", known.provisional)


def between(calendar: Calendar, site_zone: str, from_us: int, to_us: int) -> int:
    """The working time between two instants; 0 if the second is not later."""
    if to_us <= from_us:
        return 0
    if calendar.always:
        return to_us - from_us
    zone = calendar.zone(site_zone)
    first, last = _year_of(from_us), _year_of(to_us)
    whole = sum(_table(calendar, zone, year).total for year in range(first, last))
    return whole + _done(_table(calendar, zone, last), to_us) - _done(_table(calendar, zone, first), from_us)


def add(calendar: Calendar, site_zone: str, from_us: int, working_us: int) -> int:
    """The first instant by which so much working time has passed since `from_us`.

    Raises:
        NeverWorkedError: there is not so much within sixty years.
    """
    if working_us <= 0:
        return from_us
    if calendar.always:
        return from_us + working_us
    zone, first = calendar.zone(site_zone), _year_of(from_us)
    wanted = working_us + _done(_table(calendar, zone, first), from_us)
    for year in range(first, first + _FAR_YEARS):
        table = _table(calendar, zone, year)
        if wanted <= table.total:
            at = bisect_right(table.before, wanted - 1) - 1
            return table.starts[at] + wanted - table.before[at]
        wanted -= table.total
    raise NeverWorkedError(f"calendar {calendar.name} has no {working_us} µs of work from {from_us}")


def spans(calendar: Calendar, site_zone: str, from_us: int, to_us: int) -> Iterator[Span]:
    """The working spans between two instants, cut off there; such as touch at midnight of a UTC year are one."""
    if calendar.always:
        yield Span(from_us, to_us)
        return
    pending: Span | None = None
    zone = calendar.zone(site_zone)
    for year in range(_year_of(from_us), _year_of(to_us) + 1):
        table = _table(calendar, zone, year)
        for start, end in zip(table.starts, table.ends, strict=True):
            one = Span(max(start, from_us), min(end, to_us))
            if one.from_us >= one.to_us:
                continue
            if pending and pending.to_us == one.from_us:
                pending = Span(pending.from_us, one.to_us)
                continue
            if pending:
                yield pending
            pending = one
    if pending:
        yield pending


def days(calendar: Calendar, site_zone: str, from_us: int, to_us: int) -> Iterator[Worked]:
    """The dates that the wall clock shows between two instants, and what is worked on them."""
    zone = calendar.zone(site_zone)
    on, last = (_local(zone, at).date() for at in (from_us, max(from_us, to_us)))
    while on <= last:
        yield worked(calendar, on)
        on += timedelta(days=1)


def provisional(calendar: Calendar, site_zone: str, from_us: int, to_us: int) -> list[int]:
    """The years between two instants whose holidays are not announced yet."""
    if calendar.always or not calendar.country:
        return []
    zone = calendar.zone(site_zone)
    first, last = (_local(zone, at).year for at in (from_us, max(from_us, to_us)))
    return [year for year in range(first, last + 1) if not holidays.announced(calendar.country, year)]


def clock_changes(zone: str, from_us: int, to_us: int) -> list[tuple[int, int]]:
    """(instant, by how many µs the wall clock is set forward) between two instants."""
    found: list[tuple[int, int]] = []
    for year in range(_year_of(from_us), _year_of(to_us) + 1):
        pieces = _pieces(zone, year)
        for (_, _, before), (at, _, after) in pairwise(pieces):
            if from_us < at <= to_us:
                found.append((at, after - before))
    return found


def _weekdays(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"{part!r} is not a day of the week or a range of them")
        low, high = DAYS.index(first), DAYS.index(last or first)
        found |= set(range(low, high + 1)) if low <= high else {*range(low, 7), *range(high + 1)}
    return frozenset(found)


def _of_weekday(calendar: Calendar, weekday: int) -> tuple[Shift, ...]:
    return tuple(one for one in calendar.shifts if weekday in one.days)


def _year_of(time_us: int) -> int:
    return (_EPOCH + timedelta(microseconds=time_us)).year


def _local(zone: str, time_us: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=time_us)).astimezone(_zone(zone))


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _done(table: _Year, time_us: int) -> int:
    """The working time of the year before an instant of it."""
    at = bisect_right(table.starts, time_us) - 1
    return table.before[at] + min(time_us, table.ends[at]) - table.starts[at] if at >= 0 else 0


def _table(calendar: Calendar, zone: str, year: int) -> _Year:
    kept = calendar._years.get((zone, year))
    if kept is None:
        kept = calendar._years[zone, year] = _reckoned(calendar, zone, year)
    return kept


def _reckoned(calendar: Calendar, zone: str, year: int) -> _Year:
    """The wall clock's spans, moved to UTC wherever one offset holds."""
    walls = _walls(calendar, year)
    found: list[Span] = []
    for from_us, to_us, offset in _pieces(zone, year):
        moved = (Span(max(a - offset, from_us), min(b - offset, to_us)) for a, b in walls)
        found += [one for one in moved if one.from_us < one.to_us]
    before, total = [], 0
    for one in found:
        before.append(total)
        total += one.to_us - one.from_us
    return _Year([one.from_us for one in found], [one.to_us for one in found], before, total)


def _walls(calendar: Calendar, year: int) -> list[Span]:
    """The spans of a year and the days around it on the wall clock, in order and without overlap."""
    on, end = date(year, 1, 1) - timedelta(days=3), date(year, 12, 31) + timedelta(days=3)
    found: list[Span] = []
    while on <= end:
        midnight = (on - _EPOCH_DAY).days * US_PER_DAY
        found += [Span(midnight + one.from_us, midnight + one.to_us) for one in worked(calendar, on).shifts]
        on += timedelta(days=1)
    merged: list[Span] = []
    for one in sorted(found):
        if merged and one.from_us <= merged[-1].to_us:
            merged[-1] = Span(merged[-1].from_us, max(merged[-1].to_us, one.to_us))
        else:
            merged.append(one)
    return merged


@cache
def _pieces(zone: str, year: int) -> list[tuple[int, int, int]]:
    """(from, to, offset in µs) of the parts of a UTC year in which one offset holds."""
    start, end = (_instant(datetime(y, 1, 1, tzinfo=UTC)) for y in (year, year + 1))
    found: list[tuple[int, int, int]] = []
    since, offset, at = start, _offset(zone, start), start
    while at < end:
        ahead = min(at + _LOOK_US, end)
        if ahead < end and _offset(zone, ahead) != offset:
            change = _change(zone, at, ahead)
            found.append((since, change, offset))
            since, offset = change, _offset(zone, change)
        at = ahead
    return [*found, (since, end, offset)]


def _change(zone: str, low_us: int, high_us: int) -> int:
    """The first instant of a new offset; it is somewhere after `low_us`, and by `high_us`."""
    before = _offset(zone, low_us)
    while high_us - low_us > 1:
        middle = (low_us + high_us) // 2
        low_us, high_us = (middle, high_us) if _offset(zone, middle) == before else (low_us, middle)
    return high_us


def _offset(zone: str, time_us: int) -> int:
    return _local(zone, time_us).utcoffset() // timedelta(microseconds=1)  # type: ignore[operator]


def _instant(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
