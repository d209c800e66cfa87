"""Bands: what the fields of a limit must be together, and the readers of those fields that only some limits have."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from detect.nouns import (
    CONDITIONING,
    EXAMINED,
    FREEZE_THAW,
    MEAN_KINETIC,
    Allowed,
)
from registry import fields
from registry.faults import FieldError

STAGES = ("storage", "loading", "transport", "arrived")
"""Where goods can be: in a store of no journey, or in a journey's stage."""
MOST_CYCLES = 1000
_LOW_ONLY = frozenset({FREEZE_THAW})
_WINDOWLESS = frozenset({CONDITIONING})
_ALLOWED = {
    "low": fields.number(-273.15, 1000),
    "high": fields.number(-273.15, 1000),
    "most": fields.number(-273.15, 1000),
    "most_for": fields.duration,
    "coverage": fields.number(0, 1),
}
_NEEDED = ("low", "high", "most", "most_for")


class Band(Protocol):
    """As much of a limit as its fit asks for."""

    @property
    def quantity(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def budget_us(self) -> int: ...
    @property
    def window_us(self) -> int: ...
    @property
    def allowed(self) -> object | None: ...


class Misfit(NamedTuple):
    """The field that does not go with the others, and why."""

    field: str
    code: str


def misfit(band: Band) -> Misfit | None:
    """What is wrong with the fields of a limit together; None if nothing is."""
    if (band.quantity == MEAN_KINETIC) != (band.allowed is not None):
        return Misfit("allowed", "allowed_without_kinetic")
    if band.quantity not in EXAMINED:
        fits = band.budget_us <= band.window_us and bool(band.window_us) == bool(band.budget_us)
        return None if fits else Misfit("budget", "budget_without_window")
    if band.budget_us or bool(band.window_us) == (band.quantity in _WINDOWLESS):
        return Misfit("window", "window_misfit")
    if (band.side == "low") != (band.quantity in _LOW_ONLY):
        return Misfit("side", "side_misfit")
    return None


def cycles(value: object) -> int:
    """How many times something is allowed: a whole number from 0."""
    return 0 if value == 0 and not isinstance(value, bool) else fields.count(value)


def allowed(value: object) -> Allowed:
    """`{ low = 15.0, high = 30.0, most = 40.0, most_for = "24 h", coverage = 0.9 }`."""
    if not isinstance(value, dict) or not set(_NEEDED) <= value.keys() <= _ALLOWED.keys():
        raise FieldError("bad_allowed", fields=", ".join(_ALLOWED))
    read: dict[str, Any] = {name: _ALLOWED[name](item) for name, item in value.items()}
    most_us = read.pop("most_for")
    if not read["low"] < read["high"] <= read["most"]:
        raise FieldError("bad_allowed", fields=", ".join(_ALLOWED))
    return Allowed(most_us=most_us, **read)
