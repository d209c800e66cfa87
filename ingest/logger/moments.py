"""Moments: the times of a file as µs UTC, whatever their order of day and month, their clock or their zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from ingest.logger.nouns import Cell
from ingest.timestamps import to_us

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_YEAR_FIRST = re.compile(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_DAY_NAMED = re.compile(r"(\d{1,2})[- ]([a-z]{3,9})[-, ]+(\d{4})")
_NAMED_DAY = re.compile(r"([a-z]{3,9})[. ]+(\d{1,2}),? +(\d{4})")
_CLOCK = re.compile(
    r"\s*t?,?\s*(?P<before>上午|下午|am|pm)?\s*(?P<h>\d{1,2})[:时点.h](?P<m>\d{1,2})"
    r"(?:[:分.](?P<s>\d{1,2})(?:[.,](?P<f>\d{1,9}))?)?[分秒]?\s*(?P<after>上午|下午|a\.?m\.?|p\.?m\.?)?"
    r"\s*(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-]\d\d?(?::?\d\d)?)?"
)
_EPOCH_NUMBER = re.compile(r"\d{10}|\d{13}")


class Written(NamedTuple):
    """A time as it is written: a local one, or with its own offset."""

    local: datetime
    offset_min: int | None


class NoMomentError(ValueError):
    """A time that cannot be read, or that there never was; the message says which."""


@dataclass(slots=True)
class Moments:
    """Reads the times of one file, in order."""

    zone: tzinfo | None
    """Of local times; None if the file's times must carry their own."""
    day_first: bool | None
    _last_us: int = 0

    def read(self, day: Cell, clock: Cell = None) -> int:
        """µs UTC. An hour that a clock shows twice is the first one until the file has passed it.

        Raises:
            NoMomentError: it is no time.
        """
        written = written_of(day, clock, self.day_first)
        if isinstance(written, int):
            return written
        if written.offset_min is not None:
            zone: tzinfo | None = timezone(timedelta(minutes=written.offset_min))
        else:
            zone = self.zone
        if zone is None:
            raise NoMomentError("has no zone")
        found = self._in_zone(written.local, zone)
        self._last_us = found
        return found

    def _in_zone(self, local: datetime, zone: tzinfo) -> int:
        first = _us(local.replace(tzinfo=zone))
        second = _us(local.replace(tzinfo=zone, fold=1))
        if first == second:
            return first
        if second < first:
            raise NoMomentError("is in the hour that clocks leave out in spring")
        return first if self._last_us < first else second


def _us(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def written_of(day: Cell, clock: Cell, day_first: bool | None) -> Written | int:
    """A time as it is written, or µs UTC where a number counts from 1970.

    Raises:
        NoMomentError: it is no time.
    """
    if isinstance(day, bool) or day is None:
        raise NoMomentError("is no time")
    if isinstance(day, int | float):
        return _counted(day)
    if isinstance(day, date) and clock is not None:
        return _joined(day, clock)
    if isinstance(day, datetime):
        return Written(day.replace(tzinfo=None), _offset_of(day))
    if not isinstance(day, str):
        raise NoMomentError("is no date with a time")
    return _spoken(f"{day} {_text(clock)}" if clock is not None else day, day_first)


def orders_in(days: Iterable[Cell]) -> tuple[bool, bool, bool]:
    """What the texts of a column tell of the order of day and month: (some are unclear alone, day first, month first)."""
    unclear = day_first = month_first = False
    for day in days:
        found = _YEAR_LAST.match(day.strip()) if isinstance(day, str) else None
        if found is None or found[2] == ".":
            continue
        unclear = True
        # "26/11/21" could begin with its year, so a short year says nothing about the order.
        day_first |= int(found[1]) > 12 and len(found[4]) == 4
        month_first |= int(found[3]) > 12 and len(found[4]) == 4
    return unclear, day_first, month_first


def has_own_zone(day: Cell, clock: Cell = None) -> bool:
    """Whether a time says which zone it is of."""
    try:
        written = written_of(day, clock, day_first=True)
    except NoMomentError:
        return False
    return isinstance(written, int) or written.offset_min is not None


def _counted(number: float) -> int:
    us = to_us(number)
    if us is None or not _EPOCH_NUMBER.fullmatch(str(int(number))):
        raise NoMomentError("is a number, but none of the seconds or milliseconds since 1970")
    return us


def _joined(day: date, clock: Cell) -> Written | int:
    if isinstance(clock, datetime):
        clock = clock.time()
    if isinstance(clock, timedelta):
        return Written(datetime.combine(_date(day), time()) + clock, None)
    if isinstance(clock, time):
        return Written(datetime.combine(_date(day), clock.replace(tzinfo=None)), None)
    return _spoken(f"{_date(day)} {_text(clock)}", None)


def _date(day: date) -> date:
    """Without the midnight that a workbook adds."""
    return date(day.year, day.month, day.day)


def _text(clock: Cell) -> str:
    return clock.isoformat() if isinstance(clock, time) else str(clock)


def _offset_of(moment: datetime) -> int | None:
    offset = moment.utcoffset()
    return None if offset is None else round(offset.total_seconds() / 60)


def _spoken(text: str, day_first: bool | None) -> Written | int:
    text = text.strip().casefold()
    if _EPOCH_NUMBER.fullmatch(text):
        return _counted(int(text))
    day, end = _day(text, day_first)
    found = _CLOCK.fullmatch(text, end)
    if found is None:
        raise NoMomentError("has no time of day" if not text[end:].strip() else "is no time")
    hour, fraction = _hour(found), (found["f"] or "").ljust(6, "0")[:6]
    try:
        clock = time(hour, int(found["m"]), int(found["s"] or 0), int(fraction))
        local = datetime.combine(date(*day), clock)
    except ValueError as error:
        raise NoMomentError("is no date or time that there is") from error
    return Written(local, _zone_min(found["zone"]))


def _day(text: str, day_first: bool | None) -> tuple[tuple[int, int, int], int]:
    """(year, month, day) at the beginning of a text, and where it ends."""
    if found := _YEAR_FIRST.match(text):
        return (int(found[1]), int(found[3]), int(found[4])), found.end()
    if found := _YEAR_LAST.match(text):
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        first, second = int(found[1]), int(found[3])
        turned = day_first if found[2] != "." else True
        if turned is None:
            turned = first > 12
        return ((year, second, first) if turned else (year, first, second)), found.end()
    named = _DAY_NAMED.match(text) or _NAMED_DAY.match(text)
    if named is None:
        raise NoMomentError("is no time")
    word = named[2] if named[1].isdigit() else named[1]
    number = named[1] if named[1].isdigit() else named[2]
    if word[:3] not in _MONTHS:
        raise NoMomentError("names no month")
    return (int(named[3]), _MONTHS.index(word[:3]) + 1, int(number)), named.end()


def _hour(found: re.Match[str]) -> int:
    hour = int(found["h"])
    half = (found["before"] or found["after"] or "").replace(".", "")
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise NoMomentError("is no time of a clock with twelve hours")
    return hour % 12 + (12 if half in {"pm", "下午"} else 0)


def _zone_min(text: str | None) -> int | None:
    if not text:
        return None
    digits = text.removeprefix("utc").removeprefix("gmt").replace(":", "")
    if digits in {"z", ""}:
        return 0
    sign = -1 if digits[0] == "-" else 1
    hours, minutes = (digits[1:], "0") if len(digits) <= 3 else (digits[1:-2], digits[-2:])
    return sign * (int(hours) * 60 + int(minutes))
