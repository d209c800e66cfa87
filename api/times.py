"""Times over HTTP: RFC 3339 with an offset outside, integer µs UTC inside."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER_US = 15 * 60 * 1_000_000
_END_US = (datetime(9999, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
_RFC3339 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")

TimeText = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
"""A time in an answer."""


def text_of(us: int, zone: tzinfo = UTC) -> str:
    """µs UTC as RFC 3339 in `zone`: `2026-11-21T08:00:00Z`, with as many decimals as it has (none, 3 or 6)."""
    when = (EPOCH + timedelta(microseconds=us)).astimezone(zone)
    spec = "seconds" if us % 1_000_000 == 0 else "milliseconds" if us % 1000 == 0 else "microseconds"
    text = when.isoformat(timespec=spec)
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def text_of_optional(us: int | None) -> str | None:
    """As `text_of`; None stays None."""
    return None if us is None else text_of(us)


def texts_of(us: NDArray[np.int64], zone: tzinfo = UTC) -> list[str]:
    """As `text_of`, for a column (n,) of times. Offsets are looked up once per quarter of an hour."""
    quarters = us // _QUARTER_US
    offsets = {q: _offset_us(int(q) * _QUARTER_US, zone) for q in np.unique(quarters).tolist()}
    return [_local(t, offsets[q]) for t, q in zip(us.tolist(), quarters.tolist(), strict=True)]


def _offset_us(us: int, zone: tzinfo) -> int:
    """The offset of `zone` from UTC at a time. No zone changes its offset within a quarter of an hour of UTC."""
    offset = (EPOCH + timedelta(microseconds=us)).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1e6)


def _local(us: int, offset_us: int) -> str:
    text = text_of(us + offset_us)
    if not offset_us:
        return text
    minutes = abs(offset_us) // 60_000_000
    return f"{text[:-1]}{'+' if offset_us > 0 else '-'}{minutes // 60:02d}:{minutes % 60:02d}"


def _parse(text: Any) -> int:
    """An RFC 3339 time with offset as µs UTC. A `+` that a URL turned into a space is read as `+`."""
    plain = text.replace(" ", "+") if isinstance(text, str) else ""
    if not _RFC3339.fullmatch(plain):
        raise PydanticCustomError("bad_time", "not RFC 3339 with an offset")
    try:
        when = datetime.fromisoformat(plain.upper())
        us = (when - EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("bad_time", "no such time") from error
    if not 0 <= us < _END_US:
        raise PydanticCustomError("bad_time", "before 1970 or after 9998")
    return us


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError) as error:
        raise PydanticCustomError("bad_zone", "no such time zone") from error


TimeIn = Annotated[
    int,
    BeforeValidator(_parse),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-21T08:00:00Z"]}),
]
"""A time in a request: RFC 3339 with offset; µs UTC after validation."""

ZoneName = Annotated[str, AfterValidator(lambda name: (_zone(name), name)[1])]
"""An IANA time zone in a request, known to exist."""

OptionalZone = Annotated[str, AfterValidator(lambda name: (name and _zone(name), name)[1])]
"""As `ZoneName`, or "" for none of its own."""
