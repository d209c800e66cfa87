"""Suspecting: the detectors of streams over all placed series, so that what they find is the same in any order of arrival.

Readings in order are followed, all series at once. A series of which something came late, was doubted, or has not been
followed since a restart is dirty: it is followed anew from the store, as far back as its detectors look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.held import Held
from detect.judging import Record, subject_of
from detect.layout import NEVER, Ints
from detect.nouns import Finding, FindingChange, Kind, Watch
from detect.ports import Readings
from detect.reconcile import reconcile
from detect.running import LONGEST_HOLD_US, Run, advance, finding
from detect.stays import Stay, stays_of
from detect.streams.nouns import NO_GROUP, NOTHING, Detector, Roster, Rows, Verdict
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE, Columns, SeriesKey

WAIT_US = 2 * US_PER_MINUTE
"""A series of which something comes late time and again is followed anew this often, and when nothing else goes on."""
MOST_SERIES = 64
"""So many are followed anew in one step, lest what is urgent waits for them."""
WIDER = 8
DIRTY = np.dtype([("series", "<i4"), ("from_us", "<i8")])
STATE = np.dtype([
    ("asked", "?"),  # whether it is judged at all
    ("placed", "?"),  # whether [from_us, to_us) is a stay, rather than a time between stays
    ("from_us", "<i8"), ("to_us", "<i8"),
    ("followed_us", "<i8"),  # the last row that was followed, or NEVER since the start
    ("dirty_us", "<i8"),  # from where on to follow anew, or FOREVER_US
    ("due_us", "<i8"),  # as-of time from which on that is to be done
    ("open", "?"),
])  # fmt: skip


class _Said(NamedTuple):
    """What each detector says of rows that were followed from nothing, from one moment to another."""

    read_us: int
    end_us: int
    rows: Columns
    verdicts: list[Verdict]


class _Exact(NamedTuple):
    """Rows of one stay, and what each detector says of them; when the first one came nothing stood."""

    begin_us: int
    rows: Columns
    verdicts: list[Verdict]


class Suspecting:
    """What streams say of the series of one engine. Each series is judged by itself."""

    def __init__(self, makers: Sequence[Callable[[], Detector]], readings: Readings, record: Record) -> None:
        self._makers, self._record, self._held = makers, record, Held(readings)
        self._keys: dict[int, SeriesKey] = {}
        self._stays: dict[str, list[Stay]] = {}
        self._entered = False
        self._said: dict[int, _Said] = {}
        """What is said of series that are being followed anew."""
        self._unheard: set[int] = set()
        """Those of them that said nothing before what is to be followed anew."""
        self._quantities: list[str] = []
        self._begin()
        self.names = [detector.name for detector in self._detectors]
        self._asked: frozenset[str] = frozenset().union(*(d.quantities for d in self._detectors))
        self._look_back_us = max((d.look_back_us for d in self._detectors), default=0)

    def _begin(self) -> None:
        """New detectors, that have heard nothing."""
        self._detectors = [make() for make in self._makers]
        self._open: list[dict[int, dict[Kind, Run]]] = [{} for _ in self._detectors]
        self._state = np.empty(0, STATE)

    # ------------------------------------------------------------------ what is expected

    def enter(self, watches: Sequence[Watch], keys: Mapping[int, SeriesKey]) -> None:
        """Take up what the registry says and which series there are; what it says otherwise now is followed anew."""
        if not self._detectors:
            return
        before, self._stays = self._stays, stays_of(watches)
        self._keys = {n: k for n, k in keys.items() if k.quantity in self._asked and k.device in self._stays}
        self._grow(keys)
        self._state["asked"] = False
        self._state["asked"][list(self._keys)] = True
        for runs in self._open:
            for number in runs.keys() - self._keys.keys():
                del runs[number]
        for number, key in self._keys.items() if self._entered else ():
            differing = {*before.get(key.device, [])} ^ {*self._stays[key.device]}
            if differing:
                self._soil(np.array([number]), np.array([max(min(s.from_us for s in differing), 0)]), 0)
        self._entered = True

    def _grow(self, keys: Mapping[int, SeriesKey]) -> None:
        size = max(max(keys, default=-1) + 1, len(self._quantities))
        said = [keys[n].quantity if n in keys else "" for n in range(size)]
        known = len(self._quantities)
        dirty = b""
        if any(new and new != old for new, old in zip(said, self._quantities, strict=False)):
            dirty = self.checkpoint()
            self._begin()
        fresh = np.zeros(size - len(self._state), STATE)
        fresh["followed_us"], fresh["dirty_us"] = NEVER, FOREVER_US
        self._state = np.append(self._state, fresh)
        self._quantities = [*said[:known], *said[known:]]
        alone, nobody_said = np.full(size, NO_GROUP, np.int32), np.zeros(size, np.int64)
        for detector in self._detectors:
            detector.enter(Roster(self._quantities, alone, nobody_said))
        self.take_up(dirty)

    # ------------------------------------------------------------------ following

    def follow(
        self, kept: Columns, disputed: Columns, received_us: int, as_of_us: int
    ) -> list[FindingChange]:
        """Newly kept and newly disputed readings, both sorted by series and time."""
        if not self._detectors:
            return []
        state = self._state
        rows = trusted(kept)
        rows = rows.take(state["asked"][rows.series])
        own = state[rows.series]
        odd = (rows.time_us <= own["followed_us"]) | (own["followed_us"] == NEVER)
        odd |= (rows.time_us < own["from_us"]) | (rows.time_us >= own["to_us"])
        cold = own["followed_us"] == NEVER
        self._soil(rows.series[odd & cold], rows.time_us[odd & cold], 0)
        self._soil(rows.series[odd & ~cold], rows.time_us[odd & ~cold], as_of_us + WAIT_US)
        doubted = disputed.take(state["asked"][disputed.series])
        self._soil(doubted.series, doubted.time_us, as_of_us + WAIT_US)
        waits = state["dirty_us"][rows.series] != FOREVER_US
        self._soil(rows.series[waits], rows.time_us[waits], FOREVER_US)
        calm = rows.take(own["placed"] & ~waits)
        return self._follow(calm, received_us) if len(calm) else []

    def _soil(self, series: NDArray[np.integer], from_us: Ints, due_us: int) -> None:
        """Have series followed anew from some moments on."""
        if not len(series):
            return
        clean = series[self._state["dirty_us"][series] == FOREVER_US]
        self._state["due_us"][clean] = FOREVER_US
        np.minimum.at(self._state["dirty_us"], series, from_us)
        np.minimum.at(self._state["due_us"], series, due_us)

    def _follow(self, rows: Columns, received_us: int) -> list[FindingChange]:
        begin = np.flatnonzero(np.diff(rows.series, prepend=-1))
        end = np.append(begin[1:], len(rows))
        series = rows.series[begin]
        open_here = self._state["open"][series]
        changes: list[FindingChange] = []
        for at, detector in enumerate(self._detectors):
            verdict = detector.follow(Rows(rows.series, rows.time_us, rows.value))
            standing = np.bitwise_or.reduceat(verdict.kind != NOTHING, begin)
            for i in np.flatnonzero(standing | open_here).tolist():
                part = slice(int(begin[i]), int(end[i]))
                changes += self._advance(
                    at, int(series[i]), rows.take(part), _cut(verdict, part), received_us
                )
        self._state["followed_us"][series] = rows.time_us[end - 1]
        return changes

    def _advance(
        self, at: int, number: int, rows: Columns, verdict: Verdict, received_us: int
    ) -> list[FindingChange]:
        """What changed of the runs of a series, as findings."""
        detector, key = self._detectors[at], self._keys[number]
        runs = self._open[at].setdefault(number, {})
        before_us = int(self._state["followed_us"][number])
        changed = advance(runs, detector.kinds, (rows.time_us, rows.value), verdict, before_us)
        self._note_open(number)
        if not changed:
            return []
        stay = next(s for s in self._stays[key.device] if s.from_us <= rows.time_us[0] < s.to_us)
        judged = [finding(run, detector, key, stay, received_us) for run in changed]
        first_us, kinds = min(f.start_us for f in judged), {run.kind for run in changed}
        recorded = [
            f
            for f in self._record.known.within(subject_of(key), first_us, FOREVER_US)
            if f.detector == detector.name and f.kind in kinds and f.end_us is None
        ]
        return self._reconcile(recorded, judged)

    def _reconcile(self, recorded: list[Finding], judged: list[Finding]) -> list[FindingChange]:
        return self._record.telling.of(reconcile(recorded, judged, "late_readings", self._record.new_id))

    def _note_open(self, number: int) -> None:
        for runs in self._open:
            if number in runs and not runs[number]:
                del runs[number]
        self._state["open"][number] = any(number in runs for runs in self._open)

    # ------------------------------------------------------------------ following anew

    def work(self, last_us: Ints, as_of_us: int, *, idle: bool) -> list[FindingChange]:
        """Follow some of what is dirty anew. `last_us`: per series the newest reading that the feed has told of."""
        state = self._state
        left = np.flatnonzero(state["open"] & (state["to_us"] <= as_of_us))
        self._soil(left, state["followed_us"][left], 0)
        ready = state["asked"] & (state["dirty_us"] != FOREVER_US)
        if not idle:
            ready &= state["due_us"] <= as_of_us
        numbers = np.flatnonzero(ready)
        numbers = np.sort(numbers[np.argsort(state["dirty_us"][numbers], kind="stable")][-MOST_SERIES:])
        if not len(numbers):
            return []
        from_us = int(state["dirty_us"][numbers].min()) - self._reach_us
        self._held.hold(numbers, max(from_us, 0), int(last_us[numbers].max()) + 1)
        self._ahead(numbers.tolist(), last_us)
        self._unheard = self._unheard_before()
        changes = [c for n in numbers.tolist() for c in self._anew(n, int(last_us[n]), as_of_us)]
        self._held.release()
        self._said = {}
        return changes

    @property
    def _reach_us(self) -> int:
        """How far back is read at first."""
        return self._look_back_us + LONGEST_HOLD_US + US_PER_HOUR

    def _ahead(self, numbers: Sequence[int], last_us: Ints) -> None:
        """Follow the series that were in one stay all the time with one call: most are done with that."""
        spans: dict[int, tuple[int, int]] = {}
        for number in numbers:
            first_us, fed_us = int(self._state["dirty_us"][number]), int(last_us[number])
            stays = self._stays[self._keys[number].device]
            own = [stay for stay in stays if stay.to_us > first_us and stay.from_us <= fed_us]
            if len(own) == 1:
                first_us = max(first_us, own[0].from_us)
                read_us = max(first_us - self._reach_us, own[0].from_us, 0)
                spans[number] = (read_us, min(fed_us + 1, own[0].to_us))
        parts = [trusted(self._held.range([number], *span)) for number, span in spans.items()]
        bounds = np.cumsum([0, *(len(part) for part in parts)]).tolist()
        verdicts = self._say(list(spans), Columns.concat(parts))
        for (number, span), rows, (a, b) in zip(spans.items(), parts, pairwise(bounds), strict=True):
            self._said[number] = _Said(*span, rows, [_cut(verdict, slice(a, b)) for verdict in verdicts])

    def _unheard_before(self) -> set[int]:
        """The series in which there is nothing to go back to, asked for together: they would be asked for one by one."""
        dirty_us = self._state["dirty_us"]
        begun = {n: said.rows.time_us[:1] for n, said in self._said.items()}
        left = np.array([n for n, first in begun.items() if (first >= dirty_us[n]).all()], np.int64)
        until_us = max((self._said[n].read_us for n in left.tolist()), default=0)
        reach_us = self._reach_us
        while len(left) and until_us:
            from_us = max(until_us - reach_us, 0)
            rows = trusted(self._held.range(left.tolist(), from_us, until_us))
            left = np.setdiff1d(left, rows.series[rows.time_us < dirty_us[rows.series]])
            until_us, reach_us = from_us, reach_us * WIDER
        return set(left.tolist())

    def _anew(self, number: int, fed_us: int, as_of_us: int) -> list[FindingChange]:
        """Follow one series anew, and leave the detectors as if they had followed it all the time."""
        key, first_us = self._keys[number], int(self._state["dirty_us"][number])
        begin_us, judged = first_us, list[Finding]()
        for runs in self._open:
            runs.pop(number, None)
        self._settle(number, fed_us)
        for stay in self._stays[key.device]:
            if stay.to_us <= first_us or stay.from_us > fed_us:
                continue
            exact = self._exact(number, stay, max(first_us, stay.from_us), min(fed_us + 1, stay.to_us))
            begin_us = min(begin_us, exact.begin_us)
            for at, verdict in enumerate(exact.verdicts):
                found = self._runs(at, exact.rows, verdict, over=stay.to_us <= as_of_us)
                judged += [finding(run, self._detectors[at], key, stay, as_of_us) for run in found]
                if stay.to_us > fed_us:
                    self._open[at][number] = {run.kind: run for run in found if not run.ended}
        self._note_open(number)
        # A finding that is over ends at the last row at which it stood: it may be the very row that is followed anew.
        within = self._record.known.within(subject_of(key), begin_us - 1, FOREVER_US)
        return self._reconcile([f for f in within if f.detector in self.names], judged)

    def _settle(self, number: int, fed_us: int) -> None:
        """A series is clean, and followed up to its newest reading, in a stay or between two."""
        edges = [(s.from_us, s.to_us) for s in self._stays[self._keys[number].device]]
        here = next((edge for edge in edges if edge[0] <= fed_us < edge[1]), None)
        between = (
            max((to for _, to in edges if to <= fed_us), default=0),
            min((begin for begin, _ in edges if begin > fed_us), default=FOREVER_US),
        )
        one = self._state[number]
        one["from_us"], one["to_us"] = here or between
        one["placed"], one["followed_us"], one["dirty_us"] = here is not None, fed_us, FOREVER_US

    def _runs(self, at: int, rows: Columns, verdict: Verdict, *, over: bool) -> list[Run]:
        """All runs of a detector in rows; `over`: there will be no further ones."""
        if not len(rows):
            return []
        runs: dict[Kind, Run] = {}
        values = (rows.time_us, rows.value)
        changed = advance(runs, self._detectors[at].kinds, values, verdict, NEVER)
        ended = [run for run in changed if run.ended]
        return ended + [run._replace(ended=over) for run in runs.values()]

    def _exact(self, number: int, stay: Stay, first_us: int, end_us: int) -> _Exact:
        """Follow a stay up to `end_us`, from a row on, at `first_us` or before, at which nothing stood."""
        reach_us = self._reach_us
        while True:
            read_us = max(first_us - reach_us, stay.from_us, 0)
            rows, verdicts = self._read(number, read_us, end_us)
            at = int(np.searchsorted(rows.time_us, first_us)) - 1
            whole = read_us <= max(stay.from_us, 0) or number in self._unheard
            if at < 0 and whole:
                break
            if at < 0:
                reach_us *= WIDER
                continue
            near_us = int(rows.time_us[at]) - LONGEST_HOLD_US
            if not whole and near_us - self._look_back_us < read_us:
                reach_us = first_us - near_us + self._look_back_us
                continue
            since_us = _stood_since(
                rows, verdicts, slice(int(np.searchsorted(rows.time_us, near_us)), at + 1)
            )
            if since_us is None:
                break
            first_us, reach_us = since_us, self._reach_us
        there = slice(at + 1, None)
        return _Exact(first_us, rows.take(there), [_cut(verdict, there) for verdict in verdicts])

    def _read(self, number: int, read_us: int, end_us: int) -> tuple[Columns, list[Verdict]]:
        """The rows of a series, and what each detector says of them when it begins there."""
        said = self._said.pop(number, None)
        if said and (said.read_us, said.end_us) == (read_us, end_us):
            return said.rows, said.verdicts
        rows = trusted(self._held.range([number], read_us, end_us))
        return rows, self._say([number], rows)

    def _say(self, numbers: Sequence[int], rows: Columns) -> list[Verdict]:
        said = []
        for detector in self._detectors:
            detector.forget(numbers)
            said.append(detector.follow(Rows(rows.series, rows.time_us, rows.value)))
        return said

    # ------------------------------------------------------------------ restarts

    def everything(self, numbers: Sequence[int]) -> None:
        """Have all that these series ever said followed anew."""
        known = np.array([n for n in numbers if n in self._keys], np.int64)
        self._soil(known, np.zeros(len(known), np.int64), 0)

    def checkpoint(self) -> bytes:
        """What is still to be followed anew."""
        numbers = np.flatnonzero(self._state["dirty_us"] != FOREVER_US)
        dirty = np.empty(len(numbers), DIRTY)
        dirty["series"], dirty["from_us"] = numbers, self._state["dirty_us"][numbers]
        return dirty.tobytes()

    def take_up(self, dirty: bytes) -> None:
        """Go on with what an older one had still to do."""
        found = np.frombuffer(dirty, DIRTY)
        found = found[found["series"] < len(self._state)]
        self._soil(found["series"], found["from_us"], 0)


def _stood_since(rows: Columns, verdicts: Sequence[Verdict], near: slice) -> int | None:
    """Since when anything stood that stands at one of some rows; None if nothing does."""
    found = []
    for verdict in verdicts:
        standing = np.flatnonzero(verdict.kind[near] != NOTHING)
        if len(standing):
            found += [int(rows.time_us[near][standing[0]]), int(verdict.since_us[near][standing].min())]
    return min(found, default=None)


def _cut(verdict: Verdict, part: slice) -> Verdict:
    return Verdict(verdict.score[part], verdict.kind[part], verdict.since_us[part])
