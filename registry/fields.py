"""Readers of single fields of a registry file: a TOML value becomes the value of a noun, or `FieldError` says why not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import available_timezones

from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND
from registry.faults import FieldError
from registry.identity import UnreadableError, canonical
from registry.nouns import GATEWAY_PATTERN, KEY_PATTERN

Reader = Callable[[object], Any]
T = TypeVar("T")

MAX_TEXT = 500
MAX_NAME = 40
MAX_AMOUNT = Decimal(10) ** 15
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"s": US_PER_SECOND, "min": US_PER_MINUTE, "h": US_PER_HOUR, "d": US_PER_DAY}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|d)")
_QUANTITY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_FULL_NAME = re.compile(rf"{GATEWAY_PATTERN}(/.{{1,128}})?")


def text(value: object) -> str:
    """A text of one line."""
    found = _typed(value, str, "text")
    if len(found) > MAX_TEXT or not found.isprintable():
        raise FieldError("bad_text", limit=MAX_TEXT)
    return found


def name(value: object) -> str:
    """A short name of people's own choosing, not empty."""
    found = text(value)
    if not 0 < len(found) <= MAX_NAME or found != found.strip():
        raise FieldError("bad_text", limit=MAX_NAME)
    return found


def key(value: object) -> str:
    """A key of our own."""
    found = _typed(value, str, "text")
    if not re.fullmatch(KEY_PATTERN, found):
        raise FieldError("bad_key", value=found)
    return found


def gateway_key(value: object) -> str:
    """A gateway's id on the wire."""
    found = _typed(value, str, "text")
    if not re.fullmatch(GATEWAY_PATTERN, found):
        raise FieldError("bad_gateway", value=found)
    return found


def full_name(value: object) -> str:
    """The full name of a device."""
    found = text(value)
    if not _FULL_NAME.fullmatch(found):
        raise FieldError("bad_full_name", value=found)
    return found


def quantity(value: object) -> str:
    """The name of a quantity; also of one that we do not know, for a gateway may say any."""
    found = _typed(value, str, "text")
    if not _QUANTITY.fullmatch(found):
        raise FieldError("bad_quantity", value=found)
    return found


def quantities(value: object) -> tuple[str, ...]:
    """Several quantities."""
    return tuple(quantity(item) for item in _typed(value, list, "list"))


def keys(value: object) -> tuple[str, ...]:
    """Several keys."""
    return tuple(key(item) for item in _typed(value, list, "list"))


def texts(value: object) -> tuple[str, ...]:
    """Several texts."""
    return tuple(text(item) for item in _typed(value, list, "list"))


def code(value: object) -> str:
    """A code that can be scanned, however it is written; in its canonical form."""
    found = _typed(value, str, "text")
    try:
        return canonical(found)
    except UnreadableError as error:
        raise FieldError("bad_code", value=error.text, why=f"invalid.code_{error.why}") from error


def several(read: Reader) -> Callable[[object], tuple[Any, ...]]:
    """Several of what `read` reads."""
    return lambda value: tuple(read(item) for item in _typed(value, list, "list"))


def digits(value: object) -> str:
    """A number that is a name: digits only."""
    found = _typed(value, str, "text")
    if not re.fullmatch(r"[0-9]{0,20}", found):
        raise FieldError("bad_digits", value=found)
    return found


def amount(value: object) -> Decimal:
    """A sum of money or goods: a number, or a text of one where every digit counts; not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FieldError("wrong_type", wanted="number", found=_word(value))
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise FieldError("bad_amount", value=str(value)) from None
    if not (found.is_finite() and 0 <= found < MAX_AMOUNT and found.as_tuple().exponent >= -6):  # type: ignore[operator]
        raise FieldError("bad_amount", value=str(value))
    return found


def currency(value: object) -> str:
    """A currency by its three letters (ISO 4217)."""
    found = _typed(value, str, "text")
    if not re.fullmatch(r"[A-Z]{3}", found):
        raise FieldError("bad_currency", value=found)
    return found


def by_name(name: Reader, read: Reader) -> Callable[[object], tuple[tuple[str, Any], ...]]:
    """A table of values by name, in the order of the names."""

    def read_table(value: object) -> tuple[tuple[str, Any], ...]:
        pairs = _typed(value, dict, "table").items()
        return tuple(sorted((name(key), read(item)) for key, item in pairs))

    return read_table


def curve(value: object) -> tuple[tuple[float, float], ...]:
    """Pairs of numbers, the first ones rising."""
    read = number()
    points = [_typed(point, list, "list") for point in _typed(value, list, "list")]
    if any(len(point) != 2 for point in points):
        raise FieldError("bad_curve")
    found = tuple((read(x), read(y)) for x, y in points)
    if any(before[0] >= after[0] for before, after in pairwise(found)):
        raise FieldError("bad_curve")
    return found


def numbers(value: object) -> tuple[float, ...]:
    """Several numbers."""
    return tuple(map(number(), _typed(value, list, "list")))


def flag(value: object) -> bool:
    """true or false."""
    return _typed(value, bool, "boolean")


def number(low: float = -math.inf, high: float = math.inf) -> Callable[[object], float]:
    """A finite number between two bounds, both allowed."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FieldError("wrong_type", wanted="number", found=_word(value))
        if not (math.isfinite(value) and low <= value <= high):
            raise FieldError("out_of_range", value=str(value), low=low, high=high)
        return float(value)

    return read


def whole(low: int, high: int) -> Callable[[object], int]:
    """A whole number between two bounds, both allowed."""

    def read(value: object) -> int:
        found = _typed(value, int, "integer")
        if not low <= found <= high:
            raise FieldError("out_of_range", value=str(found), low=low, high=high)
        return found

    return read


count = whole(1, 1000)
"""A whole number from 1 to 1000."""


def duration(value: object) -> int:
    """`"90 s"`, `"15 min"`, `"4 h"` or `"2 d"`, in µs; more than 0."""
    match = _DURATION.fullmatch(_typed(value, str, "text"))
    found = round(float(match[1]) * _UNITS[match[2]]) if match else 0
    if not 0 < found < 3650 * US_PER_DAY:
        raise FieldError("bad_duration", value=str(value))
    return found


def delay(value: object) -> int:
    """A duration that may also be `"0 s"`."""
    return 0 if value == "0 s" else duration(value)


def moment(value: object) -> int:
    """A date and time with offset, in µs UTC."""
    found = _typed(value, datetime, "time")
    if found.tzinfo is None:
        raise FieldError("time_without_offset", value=found.isoformat())
    return (found - _EPOCH) // timedelta(microseconds=1)


def time_of_day(value: object) -> str:
    """`"08:30"`; also the time that TOML has for itself."""
    found = value.strftime("%H:%M") if isinstance(value, time) else _typed(value, str, "text")
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", found):
        raise FieldError("bad_time_of_day", value=found)
    return found


def spoken_language(value: object) -> str:
    """A language by its code (ISO 639)."""
    found = _typed(value, str, "text")
    if not re.fullmatch(r"[a-z]{2,3}", found):
        raise FieldError("bad_language", value=found)
    return found


def time_zone(value: object) -> str:
    """An IANA time zone."""
    found = _typed(value, str, "text")
    if found not in available_timezones():
        raise FieldError("bad_time_zone", value=found)
    return found


def one_of(words: Sequence[str]) -> Callable[[object], str]:
    """One of some words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise FieldError("bad_choice", value=str(value), choices=", ".join(words))
        return value

    return read


def choice(kind: type[StrEnum]) -> Callable[[object], StrEnum]:
    """One of the words of an enumeration."""
    read = one_of([member.value for member in kind])
    return lambda value: kind(read(value))


_WORDS = {
    str: "text",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "list",
    dict: "table",
    datetime: "time",
}


def _typed(value: object, kind: type[T], wanted: str) -> T:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise FieldError("wrong_type", wanted=wanted, found=_word(value))
    return value


def _word(value: object) -> str:
    return _WORDS.get(type(value), type(value).__name__)
