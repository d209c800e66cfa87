"""Retuning: which other figures of a rule the verdicts of engineers speak for. Proposed, tried, shown; a person adopts them.

Rules that keep goods from freezing, metal from getting wet, and goods of 2–8 °C within these are never loosened, whatever
was said of their tickets; nor is anything critical.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from detect.nouns import DEW_POINT_MARGIN, EXAMINED, SURFACE_HUMIDITY, Finding, Limit, Severity
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from registry.trials import BandChange
from tickets.explain import reached_us
from tickets.outcomes import Tally
from tickets.verdicts import Said, Word

_TEMPERATURES = frozenset({"temperature", "product_temperature", "surface_temperature"})
_WET = frozenset({DEW_POINT_MARGIN, SURFACE_HUMIDITY})
_FREEZING_C = 5.0
"""A lower limit up to here is there so that nothing freezes; 2 °C is the lower end of 2–8 °C."""
_CHILLED_C = 8.0
_DELAY_STEP_US = 5 * US_PER_MINUTE
_MOST_DELAY_US = 4 * US_PER_HOUR
_ROOM = 0.5
"""A new figure stays this share of the way from the old one to the mildest trouble that was true."""
_LEAST_FALSE = 2
"""One mistaken ticket speaks for nothing."""


class Untouched(StrEnum):
    """Why nothing is proposed. `retuning.untouched.<name>` says it to people."""

    PROTECTED = "protected"
    """Freezing, wet metal, 2–8 °C, critical: never loosened."""
    BUDGET = "budget"
    """It judges time that adds up, not events."""
    TOO_FEW = "too_few"
    """Fewer than two tickets were called false."""
    NOTHING_BETTER = "nothing_better"
    """Whatever would have kept the false ones silent, would have kept true ones silent too."""


class Candidate(NamedTuple):
    """A change that may do, and which figure it is about."""

    figure: str
    change: BandChange


class Proposed(msgspec.Struct, frozen=True):
    """A change with what it would have done over the window of the back-test."""

    figure: str
    """on_delay, limit, deadband or threshold."""
    change: dict[str, Any]
    old: float
    new: float
    """In the figure's unit; a delay in seconds."""
    before: Tally
    after: Tally
    from_us: int
    to_us: int


def untouched(limit: Limit) -> Untouched | None:
    """Why a limit is left as it is, whatever is said; None if it may be retuned."""
    if limit.severity is Severity.CRITICAL or limit.quantity in _WET:
        return Untouched.PROTECTED
    if limit.quantity in _TEMPERATURES:
        keeps = limit.limit <= _FREEZING_C if limit.side == "low" else limit.limit <= _CHILLED_C
        if keeps:
            return Untouched.PROTECTED
    return Untouched.BUDGET if limit.budget_us or limit.quantity in EXAMINED else None


def candidates(limit: Limit, words: Sequence[Word]) -> list[Candidate] | Untouched:
    """Changes of one limit that would have kept false tickets silent and true ones not.

    Args:
        words: what was said of findings of this limit.
    """
    why = untouched(limit)
    if why is not None:
        return why
    false = [word.finding for word in words if word.said is Said.FALSE]
    true = [word.finding for word in words if word.said is not Said.FALSE]
    if len({word.ticket for word in words if word.said is Said.FALSE}) < _LEAST_FALSE:
        return Untouched.TOO_FEW
    found = [*_delays(limit, false, true), *_limits(limit, false, true), *_deadbands(limit, false)]
    return found or Untouched.NOTHING_BETTER


def _delays(limit: Limit, false: Sequence[Finding], true: Sequence[Finding]) -> list[Candidate]:
    """Longer than half of the false ones lasted, and than all of them."""
    lasted = sorted(reached_us(finding) - finding.start_us for finding in false)
    shortest = min((reached_us(finding) - finding.start_us for finding in true), default=_MOST_DELAY_US)
    most_us = min(limit.on_delay_us + _ROOM * max(shortest - limit.on_delay_us, 0), _MOST_DELAY_US)
    wanted = {_up(lasted[len(lasted) // 2] + 1, _DELAY_STEP_US), _up(lasted[-1] + 1, _DELAY_STEP_US)}
    return [
        Candidate("on_delay", BandChange(on_delay_us=us))
        for us in sorted(wanted)
        if limit.on_delay_us < us <= most_us
    ]


def _limits(limit: Limit, false: Sequence[Finding], true: Sequence[Finding]) -> list[Candidate]:
    """Just beyond the worst value of half of the false ones, and of all of them."""
    sign = 1.0 if limit.side == "high" else -1.0
    beyond = sorted(sign * (f.peak - limit.limit) for f in false if f.peak is not None)
    mildest = min((sign * (f.peak - limit.limit) for f in true if f.peak is not None), default=math.inf)
    most = min(_ROOM * mildest, _most_shift(limit))
    wanted = {_up(b + 0.05, 0.1) for b in (beyond[len(beyond) // 2], beyond[-1])} if beyond else set()
    return [
        Candidate("limit", BandChange(limit=round(limit.limit + sign * shift, 3)))
        for shift in sorted(wanted)
        if 0 < shift <= most
    ]


def _most_shift(limit: Limit) -> float:
    """Where nothing true was ever seen, a limit is moved by no more than this: a kelvin, or five per cent of humidity."""
    return 1.0 if limit.quantity in _TEMPERATURES else 5.0 if limit.quantity == "relative_humidity" else 0.0


def _deadbands(limit: Limit, false: Sequence[Finding]) -> list[Candidate]:
    """Twice as wide, if the false ones came one upon another: a value that hovers about the limit."""
    ordered = sorted(false, key=lambda finding: (finding.subject, finding.start_us))
    hovering = sum(
        a.subject == b.subject and b.start_us - reached_us(a) < US_PER_HOUR for a, b in pairwise(ordered)
    )
    if hovering < _LEAST_FALSE or not limit.deadband:
        return []
    return [Candidate("deadband", BandChange(deadband=round(2 * limit.deadband, 3)))]


def _up(value: float, step: float) -> Any:
    """The next multiple of a step; of whole steps a whole number."""
    found = math.ceil(value / step) * step
    return found if isinstance(step, int) else round(found, 3)


def better(before: Tally, tried: Sequence[tuple[Candidate, Tally]]) -> tuple[Candidate, Tally] | None:
    """The change after which nothing true is missed that was told before, and the fewest false ones are left.

    Among equals that with the fewest tickets, and the smallest change.
    """
    kept = [
        (candidate, after)
        for candidate, after in tried
        if set(after.missed) <= set(before.missed) and after.said_false < before.said_false
    ]
    return min(kept, key=lambda one: (one[1].said_false, one[1].tickets, one[0].figure), default=None)


def factor(false: Sequence[float], true: Sequence[float]) -> float | Untouched:
    """By what the threshold of a model is to be multiplied, from how odd (in thresholds) what was said to be was at its worst."""
    if len(false) < _LEAST_FALSE:
        return Untouched.TOO_FEW
    most = min((1 + _ROOM * (odd - 1) for odd in true), default=2.0)
    wanted = min(1.05 * max(false), most)
    return round(wanted, 4) if wanted > 1.01 else Untouched.NOTHING_BETTER


def figures(limit: Limit, candidate: Candidate) -> tuple[float, float]:
    """The old and the new figure, a delay in seconds."""
    changed = candidate.change.of(limit)
    if candidate.figure == "on_delay":
        return limit.on_delay_us / 1_000_000, changed.on_delay_us / 1_000_000
    return float(getattr(limit, candidate.figure)), float(getattr(changed, candidate.figure))
