"""The engine: reads the feed, judges in event time, and hands over what changed.

Findings are a function of the kept readings, the registry's history and the as-of time. In-order readings take the
columnar path; whatever is late, disputed or outside the limits in force marks its series, which is then judged again
from the store around that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from detect.derived import Derived, Moment, is_derived
from detect.examining import Examiner
from detect.excursions import trusted
from detect.imported import ImportedExcursions
from detect.judging import Dirty, Judging, Record, subject_of
from detect.layout import NEVER
from detect.live import LiveReadings
from detect.looking import Looking
from detect.nouns import Checkpoint, Finding, FindingChange, Json, Watch
from detect.ports import FindingLog, Readings
from detect.present import Now
from detect.quiet import Silence
from detect.reconcile import Known
from detect.sensor_faults import SensorFaults
from detect.spending import Spending
from detect.streams.nouns import Detector
from detect.suspecting import Suspecting
from detect.telling import Telling, first_readings
from detect.tracks import FOREVER_US, Plan, compile_plan, first_difference_us, of_budgets
from detect.unconfirmed import Unconfirmed
from ingest.nouns import MAX_AHEAD_US, US_PER_HOUR, Columns, Flag, SeriesKey


class Step(NamedTuple):
    """What one look at the feed brought."""

    changes: list[FindingChange]
    checkpoint: Checkpoint
    readings: int


class Engine:
    """One per process. If recording what a step returned fails, throw the engine away and make a new one."""

    def __init__(
        self,
        readings: Readings,
        log: FindingLog,
        watches: Callable[[], list[Watch]],
        checkpoint: Checkpoint,
        new_id: Callable[[], str],
        examiners: Sequence[Examiner] = (),
        streams: Sequence[Callable[[], Detector]] = (),
    ) -> None:
        self._readings = LiveReadings(readings)
        self._log, self._watches, self._new_id = log, watches, new_id
        self._position = checkpoint.position
        self._as_of_us = checkpoint.as_of_us
        self._known = Known(log.stored)
        self._imported = ImportedExcursions(self._readings, log, new_id)
        self._telling = Telling(self._known, self._first_readings)
        self._record = Record(self._known, self._telling, new_id, self._look_at_zone)
        self._derived = Derived(self._readings, self._known, new_id, self._look_at_zone)
        self._spending = Spending(Plan(), 1, {}, self._readings, self._fed_us, self._record)
        self._unconfirmed = Unconfirmed(self._known)
        self._suspecting = Suspecting(streams, self._readings, self._record)
        self._looking = Looking(examiners, self._known, new_id, checkpoint.looks, self._suspecting.names)
        self._keys: dict[int, SeriesKey] = {}
        self._numbers: dict[str, int] = {}
        self._last_us: NDArray[np.int64] = np.empty(0, np.int64)
        self._trusted_us: NDArray[np.int64] = np.empty(0, np.int64)
        self._plan_watches: list[Watch] = []
        self._pending: list[FindingChange] = []
        self._take_up(checkpoint)
        self._outdated = checkpoint.watches not in {"", self._digest}

    # ------------------------------------------------------------------ taking up work

    def _take_up(self, checkpoint: Checkpoint) -> None:
        """Begin where the record ends: the newest readings, and around those that do not say that all is well."""
        self._plan_watches = self._watches()
        self._imported.expect(self._plan_watches)
        self._enter_series()
        latest = self._latest()
        self._hear_newest(latest)
        self._looking.take_up(latest)
        self._suspecting.take_up(checkpoint.dirty)
        still_open = self._log.open_findings()
        self._silence.adopt(checkpoint, still_open)
        self._faults = SensorFaults(self._readings, self._known, self._new_id)
        self._faults.adopt(still_open)
        self._settle_in(latest, set())
        self._pending += self._derived.settle(still_open, self._moment(self._as_of_us))
        self._pending += self._spending.settle(still_open, self._as_of_us)

    def _latest(self) -> Columns:
        """The newest readings of the series entered; the store may have opened more since."""
        latest = self._readings.latest()
        return latest.take(latest.series < len(self._last_us))

    def _hear_newest(self, latest: Columns) -> None:
        """Take up the newest readings of all series, and the newest trusted ones. They were received by now."""
        self._last_us[latest.series] = latest.time_us
        good = trusted(latest)
        self._trusted_us[good.series] = good.time_us
        for series in np.setdiff1d(latest.series, good.series).tolist():
            self._trusted_us[series] = self._trusted_before(series, int(self._last_us[series]))
        self._as_of_us = max(self._as_of_us, int(latest.time_us.max(initial=0)) - MAX_AHEAD_US)

    def _trusted_before(self, series: int, before_us: int) -> int:
        """The time of a series' newest trusted reading before a moment, or NEVER."""
        reach_us = US_PER_HOUR
        while True:
            from_us = max(before_us - reach_us, 0)
            rows = trusted(self._readings.range([series], from_us, before_us))
            if len(rows) or not from_us:
                return int(rows.time_us[-1]) if len(rows) else NEVER
            reach_us *= 16

    def _settle_in(self, latest: Columns, open_before: set[int]) -> None:
        """Follow every series by the limits of now, and judge those again whose state their newest reading leaves open."""
        for series in self._plan.stretches:
            self._excursions.move_to(series, max(int(self._last_us[series]), self._as_of_us))
        for series in sorted({*open_before, *self._excursions.unsettled(latest)}):
            self._pending += self._rejudge_now(series, self._as_of_us)

    def _enter_series(self) -> None:
        """Read series and plan anew, keeping what is known of series already there."""
        infos = self._readings.series()
        self._keys = {s.id: SeriesKey(s.device, s.quantity) for s in infos}
        self._numbers = {subject_of(key): number for number, key in self._keys.items()}
        size = max(self._keys, default=0) + 1
        self._entered = np.isin(np.arange(size), list(self._keys))
        self._last_us = _grown(self._last_us, size)
        self._trusted_us = _grown(self._trusted_us, size)
        self._digest = sha256(msgspec.msgpack.encode(self._plan_watches)).hexdigest()
        self._plan: Plan = compile_plan(self._plan_watches, self._keys.items())
        self._judging = Judging(self._plan, size, self._keys, self._readings, self._record)
        self._excursions = self._judging.excursions
        self._silence = Silence(self._plan, infos, self._readings, self._known, self._new_id)
        self._derived.enter(self._plan_watches, self._keys, self._moment(self._as_of_us))
        self._spent_before = self._spending
        budgets = compile_plan(self._plan_watches, self._keys.items(), of_budgets)
        self._spending = Spending(budgets, size, self._keys, self._readings, self._fed_us, self._record)
        self._spending.go_on(self._spent_before)
        self._looking.expect(self._plan_watches, self._keys)
        self._suspecting.enter(self._plan_watches, self._keys)

    def _fed_us(self, series: int) -> int:
        return int(self._last_us[series])

    def _moment(self, received_us: int) -> Moment:
        return Moment(self._as_of_us, received_us, self._last_us)

    # ------------------------------------------------------------------ one step

    def step(self, max_readings: int = 200_000) -> Step:
        """Judge what the store has applied since the last step."""
        step = self._step(max_readings)
        return step._replace(changes=self._unconfirmed.marked(step.changes))

    def _step(self, max_readings: int) -> Step:
        changes = self._take_pending()
        feed = self._readings.feed(self._position, max_readings)
        if feed is None or self._outdated:
            return self._judge_everything(changes)
        if feed:
            kept = _in_order([f.kept for f in feed])
            disputed = _in_order([f.disputed for f in feed])
            received_us = min((f.received_us for f in feed if len(f.kept)), default=feed[-1].received_us)
            self._as_of_us = max(self._as_of_us, feed[-1].received_us)
            changes += self._judge(kept, disputed, received_us)
            for series, span in self._readings.brought().items():
                self._looking.touch_span(series, *span)
            changes += self._imported.judge_brought(self._as_of_us)
            self._position = feed[-1].position
            changes += self._waiting(idle=not len(kept))
        heard = sum(len(f.kept) for f in feed)
        changes += self._suspecting.work(self._last_us, self._as_of_us, idle=not heard)
        changes += self._looking.look(self._as_of_us)
        return Step(changes, self._checkpoint(), heard)

    def _waiting(self, *, idle: bool) -> list[FindingChange]:
        """The extensions of findings that are told now."""
        tellings = (self._telling, self._derived.telling)
        return [change for one in tellings for change in one.waiting(self._as_of_us, idle=idle)]

    def _take_pending(self) -> list[FindingChange]:
        """What taking up work has brought; it goes out before anything that is found later."""
        changes, self._pending = self._pending, []
        return changes

    def _checkpoint(self) -> Checkpoint:
        due, lagged = self._silence.checkpoint()
        looks = self._looking.checkpoint()
        dirty = self._suspecting.checkpoint()
        return Checkpoint(self._position, self._as_of_us, due, lagged, self._digest, looks, dirty)

    def _judge(self, kept: Columns, disputed: Columns, received_us: int) -> list[FindingChange]:
        if not self._has_entered(kept):
            self._reload()
        changes = self._take_pending()
        changes += self._faults.note(kept, disputed, self._keys, received_us, self._as_of_us)
        dirty = self._mark(kept, disputed)
        calm = kept.take(~np.isin(kept.series, list(dirty))) if dirty else kept
        followed = self._excursions.follow(trusted(calm))
        changes += self._judging.followed(followed, received_us, self._as_of_us)
        before_us, before_trusted_us = self._last_us.copy(), self._trusted_us.copy()
        np.maximum.at(self._last_us, kept.series, kept.time_us)
        good = trusted(kept)
        np.maximum.at(self._trusted_us, good.series, good.time_us)
        for series, span in dirty.items():
            changes += self._rejudge(series, span, received_us)
        for series in self._excursions.open_at_end(self._as_of_us):
            changes += self._rejudge_now(series, received_us)
        changes += self._derived.judge(kept, disputed, self._moment(received_us))
        changes += self._spend(good, disputed)
        self._silence.heard(kept, before_us, before_trusted_us, received_us)
        self._doubt(disputed)
        changes += self._silence.judge(Now(self._as_of_us, self._last_us, self._trusted_us))
        changes += self._faults.lapse(self._as_of_us)
        changes += self._suspecting.follow(kept, disputed, received_us, self._as_of_us)
        self._looking.touch(kept)
        self._looking.touch(disputed)
        return changes

    def _has_entered(self, kept: Columns) -> bool:
        """Whether all series of some readings are known."""
        if not len(kept):
            return True
        return int(kept.series.max()) < len(self._entered) and bool(self._entered[kept.series].all())

    def _spend(self, good: Columns, disputed: Columns) -> list[FindingChange]:
        """Budgets that newly trusted readings use up, or newly doubted ones give back."""
        doubted = np.isin(good.series, disputed.series)
        changes = self._spending.follow(good.take(~doubted), self._as_of_us)
        rows = _in_order([good.take(doubted), disputed])
        for at in np.flatnonzero(np.diff(rows.series, prepend=-1)).tolist():
            changes += self._spending.doubted(int(rows.series[at]), int(rows.time_us[at]), self._as_of_us)
        return changes + self._spending.tick(self._as_of_us)

    def _doubt(self, disputed: Columns) -> None:
        """Newly disputed readings are no words any more."""
        self._silence.doubted(disputed)
        newest = disputed.take(disputed.time_us == self._trusted_us[disputed.series])
        for series, time_us in zip(newest.series.tolist(), newest.time_us.tolist(), strict=True):
            self._trusted_us[series] = self._trusted_before(series, time_us)

    def _mark(self, kept: Columns, disputed: Columns) -> dict[int, Dirty]:
        """The series that cannot simply be followed, with the span of the readings that say so."""
        if not len(kept) and not len(disputed):
            return {}
        odd = (kept.time_us <= self._last_us[kept.series]) | ~self._excursions.in_stretch(kept)
        marked = np.union1d(kept.series[odd], disputed.series)
        rows = _in_order([kept.take(np.isin(kept.series, marked)), disputed])
        stirring = {*rows.series[~self._excursions.calm(rows)].tolist(), *disputed.series.tolist()}
        at = np.flatnonzero(np.diff(rows.series, prepend=-1)).tolist()
        spans = {
            int(rows.series[a]): Dirty(int(rows.time_us[a]), int(rows.time_us[b - 1]))
            for a, b in pairwise([*at, len(rows)])
        }
        self._known.load(
            [subject_of(self._keys[s]) for s in spans], min((d.first_us for d in spans.values()), default=0)
        )
        return {
            series: span
            for series, span in spans.items()
            if series in stirring or self._judging.on_record(series, span)
        }

    def _rejudge(self, series: int, span: Dirty, received_us: int) -> list[FindingChange]:
        """Judge a series again around a span."""
        fed_us = int(self._last_us[series])
        return self._judging.rejudge(series, span, fed_us, received_us, self._as_of_us)

    def _rejudge_now(self, series: int, received_us: int) -> list[FindingChange]:
        """Judge a series again around its newest reading."""
        at_us = int(self._last_us[series])
        return self._rejudge(series, Dirty(at_us, at_us), received_us)

    def _first_readings(self, finding: Finding) -> dict[str, Json] | None:
        number = self._numbers.get(finding.subject)
        return None if number is None else first_readings(self._readings, number, finding.start_us)

    def _look_at_zone(self, zone: str, start_us: int, end_us: int) -> None:
        self._silence.look_at_zone(zone, start_us, end_us)

    # ------------------------------------------------------------------ changes of the registry

    def registry_changed(self) -> None:
        """Read the watches again; series whose limits or places changed are judged again from the first difference."""
        old, groups, before = self._plan, self._silence.groups, self._plan_watches
        self._plan_watches = self._watches()
        self._reload()
        self._pending += self._silence.replaces(groups, self._as_of_us)
        for series in self._keys:
            from_us = first_difference_us(old, self._plan, series)
            if from_us is not None and self._last_us[series] != NEVER:
                self._pending += self._judge_again(series, Dirty(from_us, self._as_of_us))
        self._pending += self._derived.registry_changed(self._moment(self._as_of_us))
        self._pending += self._spending.replaces(self._spent_before, self._as_of_us)
        self._pending += self._imported.judge_again(self._plan_watches, self._as_of_us)
        self._pending += self._looking.replaces(before, self._as_of_us)

    def _reload(self) -> None:
        """Compile the plan anew, for new series or a changed registry, carrying on what goes on."""
        open_before = self._excursions.open_series()
        silence = self._silence
        self._enter_series()
        self._silence.go_on(silence)
        latest = self._latest()
        known = latest.take(latest.time_us <= self._last_us[latest.series])
        self._settle_in(known, set(open_before))
        self._pending += self._derived.settle([], self._moment(self._as_of_us))

    def _judge_again(self, series: int, span: Dirty) -> list[FindingChange]:
        """Judge a series under a changed plan: what no track of the new plan stands for is retracted."""
        subject = subject_of(self._keys[series])
        changes = self._judging.disown(subject, span.first_us, [series], self._as_of_us)
        return changes + self._rejudge(series, span, self._as_of_us)

    def _judge_everything(self, changes: list[FindingChange]) -> Step:
        """The feed no longer reaches back, or the registry changed behind our back: judge all from the beginning."""
        position = self._readings.position()
        self._reload()
        latest = self._latest()
        changes += self._take_pending()
        self._hear_newest(latest)
        self._known.load(list(self._numbers), 0)
        for series in latest.series.tolist():
            rows = self._readings.range([series], 0, FOREVER_US)
            disputed = rows.take((rows.flags & int(Flag.DISPUTED)) != 0)
            changes += self._faults.note(
                rows, disputed, self._keys, self._as_of_us, self._as_of_us, whole=True
            )
            span = Dirty(int(rows.time_us[0]), int(rows.time_us[-1]))
            changes += self._judge_again(series, span)
            self._looking.touch_span(series, *span)
        self._suspecting.everything(latest.series.tolist())
        changes += self._imported.judge_everything(self._as_of_us)
        standing = self._log.standing()
        changes += self._derived.judge_everything(standing, self._moment(self._as_of_us))
        measured = [finding for finding in standing if not is_derived(finding)]
        changes += self._spending.judge_everything(measured, self._as_of_us)
        changes += self._silence.disown(standing) + self._looking.disown(standing)
        for key in self._silence.groups:
            self._silence.look_again(key, 0, self._as_of_us)
        self._position, self._outdated = position, False
        return Step(changes + self._waiting(idle=True), self._checkpoint(), 0)


def _in_order(parts: Sequence[Columns]) -> Columns:
    """Several sorted parts as one, sorted by series and time."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else Columns.empty()
    whole = Columns.concat(list(parts))
    return whole.take(np.lexsort((whole.time_us, whole.series)))


def _grown(times_us: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """The same times, with room for more series that never spoke."""
    return np.concatenate([times_us, np.full(size - len(times_us), NEVER, np.int64)])
