"""Looking: calls each examiner when it is time, and reconciles what it says with what is on record."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from detect.examining import Examiner, Judged, Span
from detect.layout import NEVER, Ints
from detect.nouns import Finding, FindingChange, Looks, Watch
from detect.reconcile import Known, reconcile
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_DAY, Columns, SeriesKey

MOST_SERIES = 256
"""So many series are examined in one step, lest what is urgent waits for them; a zone is never divided."""
NEW_LOOKS_BACK_US = 28 * US_PER_DAY
"""An examiner that is new judges so much of what was there before it."""
LATE = np.dtype([("series", "<i4"), ("first_us", "<i8"), ("last_us", "<i8")])
MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What one examiner does wrong must not keep the others, and the limits, from being judged."""

_log = logging.getLogger(__name__)


class _Look(NamedTuple):
    """A part of a look that is still to be taken."""

    examiner: Examiner
    touched: dict[int, Span]
    as_of_us: int


class _Pace:
    """What examiners that look equally often share: when they looked last, and what was touched since."""

    def __init__(self, every_us: int) -> None:
        self.every_us = every_us
        self.examiners: list[Examiner] = []
        self.looked_us = 0
        self.looking_us = 0
        """The look that is being taken; it is `looked_us` once all its parts are done."""
        self.first_us: Ints = np.empty(0, np.int64)
        self.last_us: Ints = np.empty(0, np.int64)
        self.under_way: tuple[Ints, Ints] | None = None
        """First and last of what was touched before the look that is being taken."""

    def grow(self, size: int) -> None:
        """Have room for so many series."""
        more = max(size - len(self.first_us), 0)
        self.first_us = np.append(self.first_us, np.full(more, FOREVER_US, np.int64))
        self.last_us = np.append(self.last_us, np.full(more, NEVER, np.int64))

    def touch(self, series: Ints, first_us: Ints, last_us: Ints) -> None:
        """Remember what was touched of some series, each named once."""
        self.first_us[series] = np.minimum(self.first_us[series], first_us)
        self.last_us[series] = np.maximum(self.last_us[series], last_us)

    def take(self, as_of_us: int) -> dict[int, Span]:
        """Begin a look: what lies before it is under way, what lies behind it remains touched for the next."""
        self.under_way = (self.first_us, self.last_us)
        touched = np.flatnonzero(self.last_us != NEVER)
        spans = zip(self.first_us[touched].tolist(), self.last_us[touched].tolist(), strict=True)
        ahead = self.last_us >= as_of_us
        self.first_us = np.where(ahead, np.maximum(self.first_us, as_of_us), FOREVER_US)
        self.last_us = np.where(ahead, self.last_us, NEVER)
        self.looking_us = as_of_us
        return {number: Span(*span) for number, span in zip(touched.tolist(), spans, strict=True)}

    def done(self) -> None:
        """The look is taken."""
        self.looked_us, self.under_way = self.looking_us, None

    def late(self) -> bytes:
        """What a restart would not find by itself: touched since the last look, but lying before it."""
        first_us, last_us = self.first_us, self.last_us
        if self.under_way:
            size = len(self.under_way[0])
            first_us = np.append(np.minimum(first_us[:size], self.under_way[0]), first_us[size:])
            last_us = np.append(np.maximum(last_us[:size], self.under_way[1]), last_us[size:])
        numbers = np.flatnonzero(first_us < self.looked_us)
        found = np.empty(len(numbers), LATE)
        found["series"], found["first_us"], found["last_us"] = numbers, first_us[numbers], last_us[numbers]
        return found.tobytes()


class Looking:
    """The examiners of one engine. What came ahead of a look remains touched for the next one."""

    def __init__(
        self, examiners: Sequence[Examiner], known: Known, new_id: Callable[[], str], looks: Looks,
        others: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """`others`: detectors whose findings are retracted, too, where the registry knows nothing of their place."""
        self._known, self._new_id = known, new_id
        self._watches: Sequence[Watch] = ()
        self._series: Mapping[int, SeriesKey] = {}
        self._order: dict[int, tuple[str, str]] = {}
        self._queue: deque[_Look] = deque()
        self._failed: set[str] = set()
        self._names = {examiner.detector for examiner in examiners}
        self._retracted = self._names.union(others)
        self._paces: dict[int, _Pace] = {}
        for examiner in examiners:
            pace = self._paces.setdefault(examiner.every_us, _Pace(examiner.every_us))
            pace.examiners.append(examiner)
        self._before = looks

    # ------------------------------------------------------------------ what is expected

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Take up what the registry says and which series there are."""
        self._watches, self._series = watches, series
        zones: dict[str, str] = {watch.device: watch.zone for watch in watches}
        self._order = {n: (zones.get(key.device, ""), key.device) for n, key in series.items()}
        for pace in self._paces.values():
            pace.grow(max(series, default=0) + 1)
            for examiner in pace.examiners:
                examiner.expect(watches, series)

    def take_up(self, newest: Columns) -> None:
        """After a restart: what was touched since the last look. `newest`: the newest reading of each series."""
        for pace in self._paces.values():
            pace.looked_us, late = self._before.paces.get(pace.every_us, (0, b""))
            found = np.frombuffer(late, LATE)
            found = found[found["series"] < len(pace.first_us)]
            pace.touch(found["series"], found["first_us"], found["last_us"])
            since_us = np.full(len(newest), pace.looked_us)
            if not pace.looked_us or any(e.detector not in self._before.detectors for e in pace.examiners):
                since_us = np.maximum(newest.time_us - NEW_LOOKS_BACK_US, 0)
            ahead = newest.time_us >= since_us
            pace.touch(newest.series[ahead].astype(np.int64), since_us[ahead], newest.time_us[ahead])

    def replaces(self, before: Sequence[Watch], as_of_us: int) -> list[FindingChange]:
        """The registry changed: touched is whatever shares a device or a zone with what it says otherwise now."""
        differs_us: dict[str, int] = {}
        for watch in {*before} ^ {*self._watches}:
            for name in _names(watch):
                differs_us[name] = min(differs_us.get(name, FOREVER_US), watch.valid_from_us)
        from_us: dict[str, int] = {}
        for watch in (*before, *self._watches):
            earliest_us = min(differs_us.get(name, FOREVER_US) for name in _names(watch))
            from_us[watch.device] = min(from_us.get(watch.device, FOREVER_US), earliest_us)
        for number, key in self._series.items():
            if from_us.get(key.device, FOREVER_US) < as_of_us:
                self.touch_span(number, max(from_us[key.device], 0), as_of_us)
        lost = self._subjects(before) - self._subjects(self._watches)
        self._known.load(sorted(lost), 0)
        return self._retract([f for s in sorted(lost) for f in self._known.within(s, 0, FOREVER_US)])

    def disown(self, standing: Sequence[Finding]) -> list[FindingChange]:
        """Retract what is on record about places and devices of which the registry knows nothing any more."""
        placed = self._subjects(self._watches)
        about = ("zone:", "device:")
        return self._retract([f for f in standing if f.subject.startswith(about) and f.subject not in placed])

    def _subjects(self, watches: Sequence[Watch]) -> set[str]:
        devices = {watch.device for watch in watches}
        own = {
            f"device:{key.device}:{key.quantity}" for key in self._series.values() if key.device in devices
        }
        return own | {name for watch in watches for name in _names(watch)}

    def _retract(self, recorded: Sequence[Finding]) -> list[FindingChange]:
        own = [found for found in recorded if found.detector in self._retracted]
        changes = reconcile(own, [], "registry_changed", self._new_id)
        self._known.note(changes)
        return changes

    # ------------------------------------------------------------------ what is touched

    def touch(self, rows: Columns) -> None:
        """Readings came or were doubted (sorted by series and time)."""
        if not len(rows) or not self._paces:
            return
        begin = np.flatnonzero(np.diff(rows.series, prepend=-1))
        end = np.append(begin[1:], len(rows)) - 1
        series = rows.series[begin].astype(np.int64)
        for pace in self._paces.values():
            pace.touch(series, rows.time_us[begin], rows.time_us[end])

    def touch_span(self, series: int, first_us: int, last_us: int) -> None:
        """A span of a series is to be examined again."""
        for pace in self._paces.values():
            if series < len(pace.first_us):
                pace.touch(np.array([series]), np.array([first_us]), np.array([last_us]))

    # ------------------------------------------------------------------ looking

    def look(self, as_of_us: int) -> list[FindingChange]:
        """Begin the looks that are due, and take as much of them as one step may hold."""
        for pace in self._paces.values():
            due_us = as_of_us // pace.every_us * pace.every_us
            if due_us > pace.looked_us and pace.looking_us <= pace.looked_us:
                self._queue += self._parts(pace, pace.take(due_us))
        changes: list[FindingChange] = []
        room = MOST_SERIES
        while self._queue and room > 0:
            look = self._queue.popleft()
            room -= len(look.touched)
            changes += self._take(look)
        under_way = {look.examiner.every_us for look in self._queue}
        for pace in self._paces.values():
            if pace.every_us not in under_way and pace.looking_us > pace.looked_us:
                pace.done()
        return changes

    def _parts(self, pace: _Pace, touched: Mapping[int, Span]) -> Iterator[_Look]:
        """The parts of a look: whole zones, and at last one for what needs no readings."""
        numbers = sorted(touched.keys() & self._order.keys(), key=lambda n: (self._order[n], n))
        for examiner in pace.examiners:
            part: dict[int, Span] = {}
            for at, number in enumerate(numbers):
                new_zone = at and self._order[number][0] != self._order[numbers[at - 1]][0]
                if len(part) >= MOST_SERIES and new_zone:
                    yield _Look(examiner, part, pace.looking_us)
                    part = {}
                part[number] = touched[number]
            if part:
                yield _Look(examiner, part, pace.looking_us)
            yield _Look(examiner, {}, pace.looking_us)

    def _take(self, look: _Look) -> list[FindingChange]:
        try:
            judged = look.examiner.examine(look.touched, look.as_of_us)
        except MISTAKES:
            if look.examiner.detector not in self._failed:
                _log.exception("the examiner %s fails; its findings stay as they are", look.examiner.detector)
            self._failed.add(look.examiner.detector)
            return []
        if judged:
            self._known.load([one.subject for one in judged], min(one.from_us for one in judged))
        changes: list[FindingChange] = []
        for one in judged:
            changes += self._reconcile(one)
        return changes

    def _reconcile(self, judged: Judged) -> list[FindingChange]:
        own = Span(judged.from_us, judged.to_us)
        spans = [own, *(_span(found) for found in judged.findings)]
        first_us, last_us = min(s.first_us for s in spans), max(s.last_us for s in spans)
        recorded = [
            found
            for found in self._known.within(judged.subject, first_us, last_us)
            if found.detector == judged.detector and any(_touch(_span(found), span) for span in spans)
        ]
        changes = reconcile(recorded, judged.findings, "looked_again", self._new_id)
        self._known.note(changes)
        return changes

    def checkpoint(self) -> Looks:
        """When each pace looked last, and what has been touched since that a restart would not find."""
        paces = {pace.every_us: (pace.looked_us, pace.late()) for pace in self._paces.values()}
        return Looks(sorted(self._names), paces)


def _names(watch: Watch) -> tuple[str, str]:
    """The subjects that a watch gives rise to."""
    return f"device:{watch.device}", f"zone:{watch.zone}"


def _span(found: Finding) -> Span:
    return Span(found.start_us, FOREVER_US if found.end_us is None else found.end_us)


def _touch(a: Span, b: Span) -> bool:
    """Whether two spans share more than a moment, or begin together."""
    return (a.first_us < b.last_us and b.first_us < a.last_us) or a.first_us == b.first_us
