"""Examining: judging that looks again at what it is about every so often, rather than at every reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from detect.nouns import Finding, Watch
from ingest.nouns import SeriesKey


class Span(NamedTuple):
    """The event times of a series at which readings came, or were doubted, since the last look."""

    first_us: int
    last_us: int


class Judged(NamedTuple):
    """What is true of a subject in [from_us, to_us): these findings and no others.

    A finding on record that overlaps one of these is the same one; one that touches the interval and overlaps none is
    retracted; one that lies outside is left alone. New ids are given when they are recorded.
    """

    detector: str
    subject: str
    from_us: int
    to_us: int
    findings: Sequence[Finding]


class Examiner(Protocol):
    """Looks at its subjects whenever the as-of time passes a multiple of `every_us`.

    What it says is a function of the kept readings, the registry's history and the as-of time: the same look at the
    same readings says the same, whatever the order in which they came.
    """

    detector: str
    every_us: int

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know the devices that are placed and the series that exist; called at the start and at every change."""

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Look again. `touched`: the series of which readings came, or were doubted, since the last look.

        `as_of_us` is the multiple of `every_us` that was passed; readings from there on count at the next look only, for
        which they are touched again. A look comes in parts, whole zones at a time, so that nothing urgent waits for it;
        its last part touches nothing: there what depends on the time alone is looked at, once.
        """
