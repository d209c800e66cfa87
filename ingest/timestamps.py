"""Time stamps of messages: epoch numbers of any size and RFC 3339 texts, as exact µs UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from ingest.fields import Fault, shown
from ingest.nouns import EARLIEST_US, MAX_AHEAD_US, US_PER_DAY, US_PER_MINUTE, US_PER_SECOND, Reason

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)
_SECOND_US = {f":{second:02d}Z": second * US_PER_SECOND for second in range(60)}
"""How the commonest time stamps end, after the minute."""

_SECONDS, _MILLIS, _MICROS, _NANOS = 10**10, 10**13, 10**16, 10**19
"""Below each bound (in size) a number is read in that unit.

10^10 s is the year 2286, and 10^10 ms is April 1970: between 2001 and 2286 the four readings of a number never
overlap, and whatever is outside of these years is refused by its clock anyway.
"""


def to_us(value: object) -> int | None:
    """A time as µs UTC, or None if it is none; the window of `clock_fault` is not checked here.

    Integers are epoch s, ms, µs or ns by their size, and exact. Floats likewise, rounded to µs. Texts are RFC 3339
    with an offset; 't', 'z' and a blank for 'T' are taken, digits beyond µs are cut off. Numbers as text, and times
    without an offset, are no times.
    """
    kind = type(value)
    if kind is str:
        return _from_text(value)  # type: ignore[arg-type]
    if kind is int:
        return _from_int(value)  # type: ignore[arg-type]
    if kind is float:
        return _from_float(value)  # type: ignore[arg-type]
    return None


def _from_int(number: int) -> int | None:
    size = abs(number)
    if size < _SECONDS:
        return number * US_PER_SECOND
    if size < _MILLIS:
        return number * 1_000
    if size < _MICROS:
        return number
    return number // 1_000 if size < _NANOS else None


def _from_float(number: float) -> int | None:
    size = abs(number)
    if size < _SECONDS:
        return round(number * 1e6)
    if size < _MILLIS:
        return round(number * 1e3)
    if size < _MICROS:
        return round(number)
    return int(number) // 1_000 if size < _NANOS else None  # NaN and infinity end here too, as None


def _from_text(text: str) -> int | None:
    second_us = _SECOND_US.get(text[16:])
    if second_us is None:
        return _from_rfc3339(text)
    minute_us = _minute(text[:16])
    return None if minute_us is None else minute_us + second_us


@lru_cache(maxsize=4_096)
def _minute(text: str) -> int | None:
    """The µs of a minute such as "2026-11-21T08:00", in UTC. Cached, because most messages are of the same few."""
    return _from_rfc3339(f"{text}:00Z")


def _from_rfc3339(text: str) -> int | None:
    if not _RFC3339.fullmatch(text):
        return None
    leap = text[17:19] == "60"  # datetime knows no leap second: it is read as a second after the one before
    if leap:
        text = f"{text[:17]}59{text[19:]}"
    try:
        since = datetime.fromisoformat(text.upper()) - _EPOCH
    except ValueError:
        return None
    return since.days * US_PER_DAY + (since.seconds + leap) * US_PER_SECOND + since.microseconds


def clock_fault(time_us: int, received_us: int) -> Fault | None:
    """CLOCK if a time is before 2001 or too far ahead of its receipt."""
    if time_us < EARLIEST_US:
        return Fault(Reason.CLOCK, "is before 2001")
    if time_us > received_us + MAX_AHEAD_US:
        return Fault(
            Reason.CLOCK, f"is more than {MAX_AHEAD_US // US_PER_MINUTE} minutes ahead of its receipt"
        )
    return None


def event_time(value: object, received_us: int) -> int | Fault:
    """A time as µs UTC within the window, or BAD_TIME or CLOCK."""
    time_us = to_us(value)
    if time_us is None:
        wanted = "expected RFC 3339 with an offset, or an epoch number in s, ms, µs or ns"
        return Fault(Reason.BAD_TIME, f"{wanted}, got {shown(value)}")
    fault = clock_fault(time_us, received_us)
    if fault is None:
        return time_us
    return Fault(fault.reason, f"{shown(value)} {fault.says}")
