"""Hourly: whole hours of each series as they are completed, and what the slow detectors say of them at each row.

An hour is complete when a reading of a later hour comes; the running hour is unknown. A series that shares its room
is judged an hour later, so that the others there can have completed theirs; an hour that one of them completes later
still is never used for its neighbours. So no row rests on one that came after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Json
from detect.scoring.nouns import NO_GROUP, Entrant, Followed
from detect.streams.nouns import NOTHING, HourDetector, Hours, Verdict
from ingest.nouns import US_PER_HOUR

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
ALONE, SHARED = 1, 2
"""How many hours wait at the end: the running one, and in a shared room the one that neighbours still complete."""


class Course(NamedTuple):
    """One series by hours, rising; the last one is running. Shapes: (h,)."""

    hour: Whole
    samples: Whole
    total: Floats
    low: Floats
    high: Floats
    arrived: Whole
    """Number of the row that was the first of the hour."""

    def then(self, later: Course) -> Course:
        """This and what came after it, whose first hour may be the running one."""
        if not len(self.hour) or self.hour[-1] != later.hour[0]:
            return _joined(self, later)
        running = Course(
            self.hour[-1:], self.samples[-1:] + later.samples[:1], self.total[-1:] + later.total[:1],
            np.minimum(self.low[-1:], later.low[:1]), np.maximum(self.high[-1:], later.high[:1]), self.arrived[-1:],
        )  # fmt: skip
        return _joined(self.cut(slice(-1)), running, later.cut(slice(1, None)))

    def cut(self, part: slice | NDArray[np.bool_]) -> Course:
        """Some of its hours."""
        return Course(
            self.hour[part],
            self.samples[part],
            self.total[part],
            self.low[part],
            self.high[part],
            self.arrived[part],
        )

    def hours(self) -> Hours:
        """As the detectors read it."""
        return Hours(self.hour, self.samples, self.total / self.samples, self.low, self.high)


class Ruled(NamedTuple):
    """What one slow detector says at each row, and what stands behind it where that is new (by row)."""

    verdict: Verdict
    evidence: dict[int, dict[str, Json]]


class Hourly:
    """All series by hours, within the reach of the detectors."""

    def __init__(self, detectors: Sequence[HourDetector]) -> None:
        self._detectors = detectors
        self._reach = max((d.look_back_hours for d in detectors), default=0)
        self._entrants: list[Entrant] = []
        self._courses: list[Course] = []
        self._rooms: dict[tuple[int, str], list[int]] = {}

    def enter(self, entrants: Sequence[Entrant]) -> None:
        """Know these series too; their numbers go on from the last."""
        for entrant in entrants:
            if entrant.group != NO_GROUP:
                self._rooms.setdefault((entrant.group, entrant.quantity), []).append(len(self._entrants))
            self._entrants.append(entrant)
            self._courses.append(_nothing())

    def follow(self, rows: Followed) -> list[Ruled]:
        """What each detector says at each row."""
        out = [Ruled(_silent(len(rows.series)), {}) for _ in self._detectors]
        if not len(rows.series):
            return out
        order = np.argsort(rows.series, kind="stable")
        series, hour = rows.series[order], rows.time_us[order] // US_PER_HOUR
        first = np.flatnonzero((np.diff(series, prepend=-1) != 0) | (np.diff(hour, prepend=-1) != 0))
        pieces = _pieces(hour, rows.value[order], rows.number[order], first)
        bounds = np.flatnonzero(np.diff(series[first], prepend=-1))
        spans = list(zip(bounds.tolist(), [*bounds[1:].tolist(), len(first)], strict=True))
        for a, b in spans:
            number = int(series[first[a]])
            self._courses[number] = self._courses[number].then(pieces.cut(slice(a, b)))
        ends = [*first.tolist(), len(order)]
        for a, b in spans:
            self._judge(int(series[first[a]]), hour, order, slice(ends[a], ends[b]), out)
        for a, _ in spans:
            self._trim(int(series[first[a]]))
        return out

    def _judge(self, number: int, hour: Whole, order: Whole, mine: slice, out: Sequence[Ruled]) -> None:
        """Let every detector judge one series, and spread what it says over its rows (`order[mine]`)."""
        course, entrant = self._courses[number], self._entrants[number]
        lag = ALONE if entrant.group == NO_GROUP else SHARED
        known = course.cut(slice(max(len(course.hour) - lag, 0))).hours()
        at = np.searchsorted(course.hour, hour[mine]) - lag
        rows, at = order[mine][at >= 0], at[at >= 0]
        if not len(rows):
            return
        peers = self._peers(number, lag)
        for detector, ruled in zip(self._detectors, out, strict=True):
            if entrant.quantity not in detector.quantities:
                continue
            said = detector.judge(known, peers, 0)
            ruled.verdict.score[rows] = said.score[at]
            ruled.verdict.kind[rows] = said.kind[at]
            ruled.verdict.since_us[rows] = said.since_us[at]
            for hour_at, row in _risen(said, at, rows):
                ruled.evidence[row] = detector.evidence(known, hour_at, said)

    def _peers(self, number: int, lag: int) -> list[Hours]:
        """The others of its quantity in its room, as far as they were complete when it was judged."""
        entrant, mine = self._entrants[number], self._courses[number]
        judged = np.append(mine.arrived, np.full(lag + 1, -1))
        out = []
        for other in self._rooms.get((entrant.group, entrant.quantity), ()):
            if other == number:
                continue
            course = self._courses[other]
            whole = course.cut(slice(max(len(course.hour) - 1, 0)))
            due = judged[np.searchsorted(mine.hour, whole.hour) + lag]
            out.append(whole.cut(course.arrived[1:][: len(whole.hour)] <= due).hours())
        return out

    def _trim(self, number: int) -> None:
        """Forget what is out of reach of the last hours that were judged, and of those yet to come."""
        course = self._courses[number]
        least = course.hour[-1 - SHARED :][0] - self._reach
        self._courses[number] = course.cut(slice(int(np.searchsorted(course.hour, least)), None))


def _risen(said: Verdict, at: Whole, rows: Whole) -> list[tuple[int, int]]:
    """Hours (by index) with which something new stands, and the rows at which that is first known."""
    newly = np.flatnonzero((said.kind != NOTHING) & (np.diff(said.kind, prepend=NOTHING) != 0))
    place = np.searchsorted(at, newly)
    inside = place < len(at)
    newly, place = newly[inside], place[inside]
    here = at[place] == newly
    return list(zip(newly[here].tolist(), rows[place[here]].tolist(), strict=True))


def _pieces(hour: Whole, value: Floats, number: Whole, first: Whole) -> Course:
    if not len(first):
        return _nothing()
    return Course(
        hour[first], np.diff(first, append=len(hour)), np.add.reduceat(value, first),
        np.minimum.reduceat(value, first), np.maximum.reduceat(value, first), number[first],
    )  # fmt: skip


def _nothing() -> Course:
    whole, real = np.empty(0, np.int64), np.empty(0)
    return Course(whole, whole, real, real, real, whole)


def _joined(*parts: Course) -> Course:
    return Course(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _silent(n: int) -> Verdict:
    return Verdict(np.full(n, np.nan, np.float32), np.full(n, NOTHING, np.int8), np.zeros(n, np.int64))
