"""Dates and times as people type them: ISO, 2026/11/22, 2026年11月22日 8:30, Excel's day numbers, with or without offset."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from ingest.nouns import EARLIEST_US
from registry.faults import FieldError
from registry.lists.cells import plain
from registry.lists.nouns import LocalTime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a local time of an Excel sheet, its offset is not in the file
_FIRST_DAY, _LAST_DAY = 20_000.0, 80_000.0
"""Excel's day numbers that can be meant: 1954 to 2119. Others are rather a quantity in the wrong column."""
_LAST_US = (datetime(2200, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_CLOCK = (
    r"(?:(?P<half>上午|下午|中午|晚上|am|pm)?(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})?分?"
    r"(?::?(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,6})\d*)?秒?)?(?P<after>am|pm)?)"
)
_OFFSET = r"(?P<offset>z|utc|[+-]\d{2}:?\d{2})?"
_DATES = tuple(re.compile(rf"{day}(?:t?{_CLOCK}{_OFFSET})?", re.IGNORECASE) for day in (
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?",
    r"(?P<year>(?:19|20|21)\d\d)(?P<month>\d\d)(?P<day>\d\d)",
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
))  # fmt: skip
_SLASHED = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})(?:t?{_CLOCK}{_OFFSET})?", re.IGNORECASE)


def moment(cell: object) -> int | LocalTime:
    """A date and time: µs UTC if the offset is written, else by a clock that the row tells. A date is its first instant."""
    return _read(cell, end_of_day=False)


def end(cell: object) -> int | LocalTime:
    """As `moment`, but a date alone is meant inclusive: its end."""
    return _read(cell, end_of_day=True)


def in_zone(found: int | LocalTime, zone: tzinfo) -> int:
    """µs UTC. A local time that comes twice is the first; one that never was is as far behind midnight as the clock says."""
    if isinstance(found, int):
        return found
    return _microseconds(found.when.replace(tzinfo=zone))


def local(us: int, zone: str) -> datetime:
    """The time on the clocks of a zone, without offset: as a clerk would type it."""
    return (_EPOCH + timedelta(microseconds=us)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _read(cell: object, *, end_of_day: bool) -> int | LocalTime:
    when, has_clock = _parsed(cell)
    if end_of_day and not has_clock:
        when += timedelta(days=1)
    if when.tzinfo is not None:
        return _microseconds(when)
    _microseconds(when.replace(tzinfo=UTC))
    return LocalTime(when)


def _parsed(cell: object) -> tuple[datetime, bool]:
    """(the time, whether an hour is said)."""
    if isinstance(cell, datetime):
        return cell, cell.time() != time()
    if isinstance(cell, date):
        return datetime.combine(cell, time()), False
    if isinstance(cell, bool | time | timedelta | list | dict):
        raise FieldError("not_a_time")
    if isinstance(cell, int | float):
        return _from_day_number(float(cell))
    written = re.sub(r"\s+", "t", re.sub(r"\s*([年月日号/.:-])\s*", r"\1", plain(cell)))
    written = re.sub(r"t(?=[+-]\d\d)|(?<=[日号])t|(?<=[午上])t|t(?=am|pm)", "", written, flags=re.IGNORECASE)
    if re.fullmatch(r"\d{5}(\.\d+)?", written):
        return _from_day_number(float(written))
    for parts in _readings(written):
        return _built(parts)
    raise FieldError("not_a_time")


def _readings(written: str) -> Iterator[dict[str, Any]]:
    for form in _DATES:
        match = form.fullmatch(written)
        if match:
            yield match.groupdict()
    match = _SLASHED.fullmatch(written)
    if match:
        first, second = int(match[1]), int(match[2])
        if first <= 12 and second <= 12 and first != second:
            raise FieldError("ambiguous_date")
        month, day = (first, second) if first <= 12 else (second, first)
        yield {**match.groupdict(), "year": match[3], "month": month, "day": day}


def _built(parts: dict[str, Any]) -> tuple[datetime, bool]:
    half = (parts["half"] or parts["after"] or "").lower()
    has_clock = parts["hour"] is not None
    try:
        clock = _clock(parts, half) if has_clock else time()
        at_midnight = has_clock and int(parts["hour"]) == 24
        day = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        when = datetime.combine(day, clock) + timedelta(days=at_midnight)
    except (ValueError, OverflowError) as error:
        raise FieldError("no_such_date") from error
    return (when.replace(tzinfo=_offset(parts["offset"])) if parts["offset"] else when), has_clock


def _clock(parts: dict[str, Any], half: str) -> time:
    hour = int(parts["hour"])
    if half in {"下午", "晚上", "pm"} and hour < 12:
        hour += 12
    if half in {"上午", "am"} and hour == 12:
        hour = 0
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    if hour == 24 and minute == second == 0:
        return time()
    return time(hour, minute, second, int((parts["fraction"] or "0").ljust(6, "0")))


def _offset(written: str) -> tzinfo:
    if written.lower() in {"z", "utc"}:
        return UTC
    digits = written[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if ahead >= timedelta(hours=15):
        raise FieldError("no_such_date")
    return timezone(-ahead if written[0] == "-" else ahead)


def _from_day_number(number: float) -> tuple[datetime, bool]:
    if not _FIRST_DAY <= number <= _LAST_DAY:
        raise FieldError("not_a_time")
    # Excel's fractions of a day are exact to about 10 µs: the second is meant.
    when = _DAY_ZERO + timedelta(seconds=round(number * 86_400))
    return when, when.time() != time()


def _microseconds(when: datetime) -> int:
    try:
        found = (when - _EPOCH) // timedelta(microseconds=1)
    except OverflowError as error:
        raise FieldError("no_such_date") from error
    if not EARLIEST_US <= found < _LAST_US:
        raise FieldError("date_out_of_range")
    return found


def clock(name: str) -> Callable[[int | LocalTime], int]:
    """`in_zone` for an IANA name."""
    zone = ZoneInfo(name)
    return lambda found: in_zone(found, zone)
