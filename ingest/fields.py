"""One field of a message, checked: a name, a number, a value in its unit, or the fault that keeps it out."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from math import inf, isfinite
from typing import NamedTuple

from ingest.nouns import Decoded, Reason
from ingest.quantities import convert

MAX_NAME = 128
"""The longest name of a device or quantity, in characters."""

_SHOWN = 40
_WILDCARDS = "+#"
_EDGES = ":/"
_NUMBER_TEXT = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
_NOT_FINITE_TEXT = {"nan", "inf", "infinity"}


class Fault(NamedTuple):
    """Why a field is refused: the named reason, and a sentence for who repairs it."""

    reason: Reason
    says: str


class Said(NamedTuple):
    """A number that was converted: what stood there, and what became of it."""

    quantity: str
    value: float
    unit: str
    converted: float


_heard: ContextVar[list[Said] | None] = ContextVar("conversions", default=None)


@contextmanager
def conversions() -> Iterator[list[Said]]:
    """Within this, what is converted in this thread is noted in the list that is handed out."""
    found: list[Said] = []
    token = _heard.set(found)
    try:
        yield found
    finally:
        _heard.reset(token)


class UnfitNameError(Exception):
    """A name that cannot be the name of a device or quantity."""


def number(value: object) -> float | Fault:
    """The value as the nearest double, or WRONG_TYPE, TEXT_NUMBER or NOT_FINITE.

    Integers beyond 2^53 lose their last digits; what no double can hold is NOT_FINITE.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        figure = _double(value)
        return figure if isfinite(figure) else Fault(Reason.NOT_FINITE, "expected a finite number")
    return Fault(_misfit(value), f"expected a number, got {shown(value)}")


def _double(value: float | Decimal) -> float:
    try:
        return float(value)
    except (OverflowError, ValueError):  # an integer beyond 1.8e308, a signalling NaN
        return inf


def _misfit(value: object) -> Reason:
    if not isinstance(value, str):
        return Reason.WRONG_TYPE
    if value.strip().lstrip("+-").lower() in _NOT_FINITE_TEXT:
        return Reason.NOT_FINITE
    looks_like_number = len(value) <= _SHOWN and _NUMBER_TEXT.fullmatch(value)
    return Reason.TEXT_NUMBER if looks_like_number else Reason.WRONG_TYPE


@lru_cache(maxsize=16_384)
def fit_name(name: Hashable) -> str:
    """`name`, if it can name a device or quantity; a name that cannot raises `UnfitNameError` and is not cached.

    A name has 1 to 128 visible characters of any script, no MQTT wildcard, no blank at either end and neither
    begins nor ends with ':' or '/'; slashes within are fine.
    """
    if not isinstance(name, str):
        raise UnfitNameError(f"expected a text, got {shown(name)}")
    if not 0 < len(name) <= MAX_NAME:
        raise UnfitNameError(f"expected 1 to {MAX_NAME} characters, got {len(name)}")
    # U+3000 is the blank of Chinese text, the one invisible character that names rightly contain.
    if not name.replace("\u3000", " ").isprintable():
        raise UnfitNameError(f"has a control or invisible character: {shown(name)}")
    if any(sign in name for sign in _WILDCARDS):
        raise UnfitNameError(f"has an MQTT wildcard: {shown(name)}")
    if name != name.strip() or name != name.strip(_EDGES):
        raise UnfitNameError(f"begins or ends with a blank, ':' or '/': {shown(name)}")
    return name


def name_fault(name: object) -> Fault | None:
    """BAD_NAME if `name` cannot name a device or quantity."""
    if not isinstance(name, str):
        return Fault(Reason.BAD_NAME, f"expected a text, got {shown(name)}")
    try:
        fit_name(name)
    except UnfitNameError as unfit:
        return Fault(Reason.BAD_NAME, str(unfit))
    return None


def measured(quantity: str, value: object, unit: object) -> float | Fault:
    """`value` as a number in the quantity's one unit, or why it is none; without a unit it is taken to be in it."""
    fault = name_fault(quantity)
    if fault is not None:
        return fault
    figure = number(value)
    if isinstance(figure, Fault) or unit is None:
        return figure
    converted = convert(quantity, figure, unit) if isinstance(unit, str) else None
    if converted is None:
        return Fault(Reason.UNKNOWN_UNIT, f"unit {shown(unit)} is unknown or does not measure this")
    heard = _heard.get()
    if heard is not None and converted != figure:
        heard.append(Said(quantity, figure, str(unit), converted))
    return number(converted)


def keep(into: Decoded, device: str, quantity: str, time_us: int, value: float, flag: int) -> None:
    """Add one value to a message's readings."""
    into.devices.append(device)
    into.quantities.append(quantity)
    into.times.append(time_us)
    into.values.append(value)
    into.flags.append(flag)


def shown(value: object) -> str:
    """A value as a short printable text that every file and page can hold."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{visible(value)}"'
        case int() if value.bit_length() > 64:
            return f"an integer of {value.bit_length()} bits"
        case int() | float():
            return repr(value)
        case dict():
            return "an object"
        case list():
            return "a list"
    return f"a {type(value).__name__}"


def visible(text: str) -> str:
    """The beginning of `text`, with all that cannot be printed (lone surrogates too) written as escapes."""
    cut = text[:_SHOWN]
    ending = "…" if len(text) > len(cut) else ""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut) + ending
