"""One clock over the pieces of a ticket's time: how much it has counted, when each share of its allowance is reached.

What ran before a change of policy, grade or priority is kept, and the new allowance is for the whole: time already spent
counts. A clock whose new allowance is spent already is due at the change, never before it. What was missed under
the terms of its time stays missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from tickets.clocks import calendars
from tickets.clocks.calendars import Calendar
from tickets.clocks.timeline import EVER_US, Piece


class Terms(NamedTuple):
    """By what a clock runs in a piece."""

    rule: str
    calendar: Calendar
    allowed_us: int


class Counts(StrEnum):
    """Whether a piece counts."""

    COUNTS = "counts"
    PAUSED = "paused"
    """It waits for what stops this clock."""
    DONE = "done"
    """Nothing is to be done."""


class Stretch(NamedTuple):
    """What a clock did in a piece, as far as `now_us`."""

    piece: Piece
    to_us: int
    terms: Terms | None
    counts: Counts
    spent_us: int
    """Before it, in all."""


@dataclass(slots=True)
class Run:
    """What a clock has done and will do if nothing happens."""

    from_us: int
    terms: Terms | None = None
    """Those in force now."""
    spent_us: int = 0
    stopped_us: int = 0
    """Wall-clock time in which it was paused."""
    reached: dict[int, int] = field(default_factory=dict)
    """Share in percent → the instant at which that much is spent; missing while that is not to be seen."""
    counts: Counts = Counts.COUNTS
    """Whether it counts now."""
    stretches: list[Stretch] = field(default_factory=list)


def run(
    pieces: Sequence[Piece],
    site_zone: str,
    from_us: int,
    stop_us: int | None,
    terms_of: Callable[[Piece], Terms | None],
    counts_in: Callable[[Piece], Counts],
    shares: Sequence[int],
    now_us: int,
) -> Run:
    """A clock from `from_us` to `stop_us` (None: it has not stopped).

    Args:
        terms_of: None where nothing is promised: the clock then does not count.
        shares: percentages of the allowance, 100 among them.
    """
    found, ran = Run(from_us), 0
    for piece in pieces:
        start = max(piece.from_us, from_us)
        end = piece.to_us if stop_us is None else min(piece.to_us, stop_us)
        if start >= end:
            if start == end == from_us and piece.from_us <= from_us:
                found.terms = terms_of(piece)  # it was met at the very instant at which it began
            continue
        terms = terms_of(piece)
        counts = counts_in(piece) if terms else Counts.DONE
        if start <= now_us:
            _take(found, piece, start, min(end, now_us), terms, counts, ran)
        if terms is None or counts is not Counts.COUNTS:
            continue
        _reach(found, shares, terms, site_zone, start, end, ran)
        if start <= now_us:
            found.spent_us = ran + calendars.between(terms.calendar, site_zone, start, min(end, now_us))
        ran += calendars.between(terms.calendar, site_zone, start, end) if end < EVER_US else 0
    return found


def _take(
    found: Run, piece: Piece, start: int, end: int, terms: Terms | None, counts: Counts, ran: int
) -> None:
    """Note what the clock does in a piece that has begun."""
    found.terms, found.counts = terms, counts
    found.stretches.append(Stretch(piece._replace(from_us=start), end, terms, counts, ran))
    if counts is Counts.PAUSED:
        found.stopped_us += max(0, end - start)


def _reach(
    found: Run, shares: Sequence[int], terms: Terms, zone: str, start: int, end: int, ran: int
) -> None:
    """Note when shares are reached, as far as that is before the piece ends."""
    for share in shares:
        if share in found.reached:
            continue
        missing = -(-terms.allowed_us * share // 100) - ran
        at = start if missing <= 0 else calendars.add(terms.calendar, zone, start, missing)
        if at < end:
            found.reached[share] = at
