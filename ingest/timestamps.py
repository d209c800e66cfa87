"""Time stamps of messages: epoch numbers of any size and RFC 3339 texts, as exact µs UTC."""

from __future__ import annotations

import re
from datetime import datetime

from ingest.fields import Fault, shown
from ingest.nouns import EARLIEST_US, MAX_AHEAD_US, US_PER_MINUTE, US_PER_SECOND, Reason

_WHOLE_SECONDS = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:[0-5]\d(Z|[+-]\d\d:?\d\d)", re.ASCII)
"""The common shape, which datetime reads as it stands."""

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:)(\d\d)(\.\d+)?([Zz]|[+-]\d\d:?\d\d)",
    re.ASCII,
)

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
    return _parse(text) if _WHOLE_SECONDS.fullmatch(text) else _from_rfc3339(text)


def _from_rfc3339(text: str) -> int | None:
    parts = _RFC3339.fullmatch(text)
    if parts is None:
        return None
    day, minute, second, fraction, offset = parts.groups(default="")
    leap = second == "60"  # a leap second is the first instant of the next minute
    whole = _parse(f"{day}T{minute}{'59' if leap else second}{offset.upper()}")
    if whole is None:
        return None
    if leap:
        return whole + US_PER_SECOND
    return whole + int(fraction[1:7].ljust(6, "0"))


def _parse(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int(moment.timestamp()) * US_PER_SECOND


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
