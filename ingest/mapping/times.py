"""The time of a record as its mapping reads it: exact µs UTC, or that there is none, or why it is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ingest.fields import Fault, shown
from ingest.mapping.nouns import Distrusted, Time
from ingest.mapping.paths import Path, first
from ingest.nouns import US_PER_SECOND, Reason
from ingest.timestamps import clock_fault, to_us

UNITS_US = {"s": US_PER_SECOND, "ms": 1_000, "us": 1, "ns": 0}
"""Unit of an epoch number → its µs; a nanosecond is less than one."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"-?\d{1,19}(\.\d{1,9})?", re.ASCII)
_LOCAL = re.compile(
    r"(\d{4})([-/.]?)(\d\d?)\2(\d\d?)[T _]?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?", re.ASCII
)
_LONGEST = 40
_MOST = 1 << 80


def read_time(rule: Time, root: object, record: object, received_us: int) -> int | Fault | None:
    """The time of a record in µs UTC; None if it has none (or none to be believed, and the rule says so)."""
    value = next((found for path in rule.at if (found := _at(path, root, record)) is not None), None)
    if value is None:
        return None
    time_us = _read(rule, value)
    if time_us is None:
        return Fault(Reason.BAD_TIME, f"expected {_wanted(rule)}, got {shown(value)}")
    if time_us < rule.distrust_before_us:
        says = f"{shown(value)} is before {_day(rule.distrust_before_us)}"
        return None if rule.distrusted is Distrusted.RECEIPT else Fault(Reason.CLOCK, says)
    fault = clock_fault(time_us, received_us)
    return Fault(fault.reason, f"{shown(value)} {fault.says}") if fault else time_us


def _at(path: Path, root: object, record: object) -> object:
    return first(path, root if path.from_root else record)


def _read(rule: Time, value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _read_text(rule, value.strip())
    if rule.format in UNITS_US:
        return _epoch(value, UNITS_US[rule.format])
    return to_us(value) if rule.format == "auto" else None


def _read_text(rule: Time, text: str) -> int | None:
    if len(text) > _LONGEST:
        return None
    if rule.format not in UNITS_US and rule.format != "auto":
        return _patterned(text, rule.format, rule.zone)
    if rule.format == "auto" and (time_us := to_us(text)) is not None:
        return time_us
    if rule.format == "auto" and rule.zone is not None and (local := _LOCAL.fullmatch(text)):
        return _in_zone(local, rule.zone)
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text) if "." in text else int(text)
    return _epoch(number, UNITS_US[rule.format]) if rule.format in UNITS_US else to_us(number)


def _epoch(value: object, unit_us: int) -> int | None:
    """An epoch number in a stated unit (0: ns) as µs; whole numbers stay exact."""
    if isinstance(value, int):
        return None if abs(value) > _MOST else value * unit_us if unit_us else value // 1_000
    if isinstance(value, float) and abs(value) < _MOST:  # neither NaN nor infinite
        return round(value * unit_us) if unit_us else int(value) // 1_000
    return None


def _in_zone(local: re.Match[str], zone: ZoneInfo) -> int | None:
    year, _, month, day, hour, minute, second, fraction = local.groups()
    try:
        when = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=zone)
    except ValueError:
        return None
    seconds = int(second or 0)
    if seconds > 60:
        return None
    return _us(when) + seconds * US_PER_SECOND + int((fraction or "0").ljust(6, "0")[:6])


@lru_cache(maxsize=4_096)
def _patterned(text: str, pattern: str, zone: ZoneInfo | None) -> int | None:
    try:
        when = datetime.strptime(text, pattern)  # noqa: DTZ007  # the zone follows
    except ValueError:
        return None
    if when.tzinfo is None:
        if zone is None:
            return None
        when = when.replace(tzinfo=zone)
    return _us(when)


def _us(when: datetime) -> int:
    try:
        return (when - _EPOCH) // timedelta(microseconds=1)
    except OverflowError:  # year 1 in a zone east of Greenwich
        return -_MOST


def _wanted(rule: Time) -> str:
    if rule.format in UNITS_US:
        return f"an epoch number in {rule.format}"
    if rule.format != "auto":
        return f"a time like {rule.format}" + ("" if rule.zone or "%z" in rule.format else " and a zone")
    local = f", or a time in {rule.zone}" if rule.zone else " (the mapping names no zone)"
    return f"RFC 3339 with an offset, or an epoch number{local}"


def _day(time_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat(timespec="minutes")
