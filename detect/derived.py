"""Derived: goods that lag behind the air, dew-point margins and wet surfaces, judged like measured series.

In-order readings advance all surfaces at once (`detect.followed`). An air of which something came late, was doubted, or
is not known yet, is recalled from the store (`detect.recalled`) as far as the change reaches; both give the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detect.excursions import trusted
from detect.followed import Followed, Unfollowed, spans
from detect.held import Held
from detect.judging import Dirty, Judging, Record, subject_of
from detect.lag import look_back_us
from detect.layout import NEVER
from detect.nouns import SOURCES, Finding, FindingChange, Json, Watch
from detect.ports import Readings
from detect.recalled import Recalled
from detect.reconcile import Known
from detect.spending import Spending
from detect.surfaces import NO_SERIES, Surfaces, compile_surfaces
from detect.telling import Telling
from detect.tracks import Plan, compile_plan, first_difference_us
from ingest.nouns import Columns, SeriesKey

MANY = 8
"""So many airs are read from the store with one question rather than one by one."""


class Moment:
    """What the engine knows at one step: as-of time, and up to when each series was fed."""

    __slots__ = ("as_of_us", "last_us", "received_us")

    def __init__(self, as_of_us: int, received_us: int, last_us: NDArray[np.int64]) -> None:
        self.as_of_us, self.received_us, self.last_us = as_of_us, received_us, last_us


@dataclass(slots=True)
class _World:
    """All that one compiled registry brings with it."""

    surfaces: Surfaces
    plan: Plan
    keys: dict[int, SeriesKey]
    recalled: Recalled
    judging: Judging
    spending: Spending
    followed: Followed
    until_us: NDArray[np.int64]
    """Per series: before this, a reading may belong to an air that is over, or tell what goods brought with them."""
    of_subject: dict[str, list[int]]


class Derived:
    """The virtual series of one engine."""

    def __init__(
        self,
        readings: Readings,
        known: Known,
        new_id: Callable[[], str],
        zone_changed: Callable[[str, int, int], None],
    ) -> None:
        self._held = Held(readings)
        self._known = known
        self.telling = Telling(known, self._evidence)
        self._record = Record(known, self.telling, new_id, zone_changed)
        self._moment = Moment(0, 0, np.empty(0, np.int64))
        self._world = self._compile([], {}, 0)

    # ------------------------------------------------------------------ what is followed

    def enter(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey], now: Moment) -> None:
        """Compile the surfaces anew, carrying on those that stay; what must be judged again for it is judged at `settle`."""
        before, self._moment = self._world, now
        self._world = self._compile(watches, series, now.as_of_us)
        self._world.followed.go_on(before.followed)
        self._world.spending.go_on(before.spending)
        numbers = self._numbers()
        self._open = [
            numbers[name]
            for name in self._names(before, before.judging.excursions.open_series())
            if name in numbers
        ]
        self._before = before

    def _compile(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey], as_of_us: int) -> _World:
        surfaces = compile_surfaces(watches, series)
        size = max(series, default=0) + 1
        keys = surfaces.series_keys()
        plan = compile_plan(surfaces.watches, surfaces.plan_keys(), lambda limit: not limit.budget_us)
        budgets = compile_plan(surfaces.watches, surfaces.plan_keys(), lambda limit: limit.budget_us > 0)
        recalled = Recalled(surfaces, self._held, self._fed_us)
        judging = Judging(plan, len(keys), keys, recalled, self._record)
        spending = Spending(budgets, len(keys), keys, recalled, self._front_us, self._record)
        followed = Followed(surfaces, size, as_of_us)
        of_subject: dict[str, list[int]] = {}
        for number, key in keys.items():
            of_subject.setdefault(subject_of(key), []).append(number)
            judging.excursions.move_to(number, as_of_us)
        return _World(
            surfaces, plan, keys, recalled, judging, spending, followed, _until_us(surfaces, size, as_of_us),
            of_subject,
        )  # fmt: skip

    def _fed_us(self, series: int) -> int:
        return int(self._moment.last_us[series])

    @staticmethod
    def _names(world: _World, numbers: Iterable[int]) -> Iterator[tuple[object, str]]:
        """Virtual series by what they are, whatever their numbers."""
        named = (world.surfaces.names[number] for number in numbers)
        return ((world.surfaces.keys[surface], quantity) for surface, quantity in named)

    def _numbers(self) -> dict[tuple[object, str], int]:
        numbers = range(len(self._world.surfaces.names))
        return dict(zip(self._names(self._world, numbers), numbers, strict=True))

    def settle(self, open_findings: Sequence[Finding], now: Moment) -> list[FindingChange]:
        """Judge again what was going on before `enter`, or is on record as going on."""
        self._moment = now
        recorded = {f.subject for f in open_findings} & self._world.of_subject.keys()
        numbers = {*self._open, *(n for subject in recorded for n in self._world.of_subject[subject])}
        self._open = []
        changes = [
            change for n in sorted(numbers) if self._front_us(n) != NEVER for change in self._rejudge_now(n)
        ]
        return changes + self._world.spending.settle(open_findings, now.as_of_us)

    def registry_changed(self, now: Moment) -> list[FindingChange]:
        """Judge again what `enter` has changed, from the first difference on."""
        self._moment = now
        before, world = self._before, self._world
        old = dict(zip(self._names(before, before.keys), before.keys, strict=True))
        changed: dict[str, int] = {}
        for name, number in self._numbers().items():
            from_us = self._differs_us(before, old.get(name), number)
            if from_us is not None:
                subject = subject_of(world.keys[number])
                changed[subject] = min(changed.get(subject, from_us), from_us)
        for name in old.keys() - self._numbers().keys():
            number = old[name]
            from_us = min((s.from_us for s in before.plan.stretches.get(number, [])), default=0)
            subject = subject_of(before.keys[number])
            changed[subject] = min(changed.get(subject, from_us), from_us)
        changes = [
            change for s, from_us in sorted(changed.items()) for change in self._again(s, max(from_us, 0))
        ]
        return changes + world.spending.replaces(before.spending, now.as_of_us)

    def _differs_us(self, before: _World, was: int | None, number: int) -> int | None:
        """From when on a virtual series is judged otherwise than before."""
        if was is None:
            return min((s.from_us for s in self._world.plan.stretches.get(number, [])), default=0)
        if _sources(before.surfaces, was) != _sources(self._world.surfaces, number):
            return 0
        return first_difference_us(before.plan, self._world.plan, number, was)

    def judge_everything(self, recorded: Sequence[Finding], now: Moment) -> list[FindingChange]:
        """Judge all virtual series from the beginning."""
        self._moment = now
        self._world.followed.forget()
        recorded = [finding for finding in recorded if is_derived(finding)]
        subjects = {*self._world.of_subject, *(finding.subject for finding in recorded)}
        changes = [change for subject in sorted(subjects) for change in self._again(subject, 0)]
        return changes + self._world.spending.judge_everything(recorded, now.as_of_us)

    def _again(self, subject: str, from_us: int) -> list[FindingChange]:
        """Judge a subject again from a moment on; what no track stands for any more is retracted."""
        numbers = self._world.of_subject.get(subject, [])
        changes = self._world.judging.disown(subject, from_us, numbers, self._moment.as_of_us)
        for number in numbers:
            front_us = self._front_us(number)
            if front_us != NEVER:
                changes += self._rejudge(number, Dirty(from_us, max(front_us, from_us)))
                changes += self._world.spending.again(number, self._moment.as_of_us)
        return changes

    # ------------------------------------------------------------------ one batch

    def judge(self, kept: Columns, disputed: Columns, now: Moment) -> list[FindingChange]:
        """Judge newly kept and newly disputed readings (sorted by series and time)."""
        world, self._moment = self._world, now
        if not world.surfaces.names:
            return []
        rows = trusted(kept)
        said = world.followed.said(rows)
        dirty = world.followed.unfollowed(said)
        self._add_past(dirty, rows, disputed)
        if dirty:
            apart = np.isin(said.air, list(dirty))
            for air, span in spans(said.take(apart)):
                _widen(dirty, air, *span)
            said = said.take(~apart)
        values = world.followed.follow(said)
        odd = ~world.judging.excursions.in_stretch(values)
        elsewhere = np.unique(values.series[odd])
        calm = values.take(~np.isin(values.series, elsewhere)) if len(elsewhere) else values
        followed = world.judging.excursions.follow(calm)
        changes = world.judging.followed(followed, now.received_us, now.as_of_us)
        for number in elsewhere.tolist():
            own = values.time_us[values.series == number]
            changes += self._rejudge(number, Dirty(int(own[0]), int(own[-1])))
        changes += world.spending.follow(values, now.as_of_us)
        changes += self._recall(dirty)
        changes += world.spending.tick(now.as_of_us)
        for number in world.judging.excursions.open_at_end(now.as_of_us):
            changes += self._rejudge_now(number)
        return changes

    def _add_past(self, dirty: dict[int, Unfollowed], rows: Columns, disputed: Columns) -> None:
        """Add the airs that are over, or newly doubted, of which the batch says something; and whose goods came by there."""
        late = rows.take(rows.time_us < self._world.until_us[rows.series])
        for past, doubted in ((late, False), (disputed, True)):
            for series, time_us in zip(past.series.tolist(), past.time_us.tolist(), strict=True):
                self._add_one(dirty, series, time_us, doubted)

    def _add_one(self, dirty: dict[int, Unfollowed], series: int, time_us: int, doubted: bool) -> None:
        surfaces = self._world.surfaces
        for air, _ in surfaces.listening.get(series, []):
            there = surfaces.airs[air]
            inside = there.from_us <= time_us < there.to_us
            if inside and (
                doubted or any(time_us < end for end in _over(surfaces, air, self._moment.as_of_us))
            ):
                _widen(dirty, air, time_us, time_us)
        for number, from_us, to_us in surfaces.remembering.get(series, []):
            if from_us <= time_us < to_us:
                surface = surfaces.surfaces[number]
                self._world.recalled.forget(number)
                _widen(dirty, surface.air, surface.begin_us, surface.begin_us)

    def _recall(self, dirty: dict[int, Unfollowed]) -> list[FindingChange]:
        """Judge airs again from the store, many of them with one question."""
        if not dirty:
            return []
        first_us = min(span.first_us for span in dirty.values())
        self._known.load(sorted({subject for air in dirty for subject in self._subjects(air)}), first_us)
        changes: list[FindingChange] = []
        airs = sorted(dirty)
        while airs:
            some = self._hold(airs, dirty)
            airs = airs[len(some) :]
            for air in some:
                changes += self._recall_air(air, dirty[air])
            self._held.release()
        return changes

    def _subjects(self, air: int) -> Iterator[str]:
        surfaces = self._world.surfaces
        numbers = (n for surface in surfaces.of_air[air] for n in surfaces.of_surface.get(surface, []))
        return (subject_of(self._world.keys[number]) for number in numbers)

    def _hold(self, airs: list[int], dirty: Mapping[int, Unfollowed]) -> list[int]:
        """As many of the airs as can be read at once; their readings are then at hand."""
        surfaces, count = self._world.surfaces, len(airs)
        while count >= MANY:
            some = airs[:count]
            series = [n for air in some for n in surfaces.airs[air].series if n != NO_SERIES]
            lag_us = max(surfaces.surfaces[s].lag_us for air in some for s in surfaces.of_air[air])
            start_us = min(dirty[air].first_us for air in some) - 2 * look_back_us(lag_us)
            end_us = max(self._fed_us(number) for number in series) + 1
            if self._held.hold(np.unique(np.array(series, np.int64)), max(start_us, 0), end_us):
                return some
            count //= 2
        return airs[: max(count, 1)]

    def _recall_air(self, air: int, span: Unfollowed) -> list[FindingChange]:
        world, surfaces = self._world, self._world.surfaces
        front_us = max(self._fed_us(n) for n in surfaces.airs[air].series if n != NO_SERIES)
        going = [s for s in surfaces.of_air[air] if surfaces.surfaces[s].end_us > self._moment.as_of_us]
        for surface in going:
            world.followed.take_up(surface, world.recalled.now(surface, front_us))
        if going:
            back_us = max(look_back_us(surfaces.surfaces[s].lag_us) for s in going)
            heard = world.recalled.heard(air, front_us, max(back_us, surfaces.airs[air].gap_us))
            world.followed.heard.time_us[air], world.followed.heard.value[air] = heard
            world.followed.front_us[air] = front_us
        changes: list[FindingChange] = []
        for surface in surfaces.of_air[air]:
            there = surfaces.surfaces[surface]
            reach_us = min(world.followed.reach_us(surface, max(span.last_us, there.begin_us)), front_us)
            if span.first_us < there.end_us and reach_us >= there.begin_us:
                first_us = max(span.first_us, there.begin_us)
                whole = Dirty(first_us, max(reach_us, first_us))
                for number in surfaces.of_surface.get(surface, []):
                    changes += self._rejudge(number, whole)
                    changes += world.spending.doubted(number, first_us, self._moment.as_of_us)
        return changes

    # ------------------------------------------------------------------ one virtual series

    def _front_us(self, number: int) -> int:
        """Up to when the air of a virtual series was fed, or NEVER."""
        series = self._world.surfaces.air_of(number).series
        return max(self._fed_us(n) for n in series if n != NO_SERIES)

    def _rejudge(self, number: int, span: Dirty) -> list[FindingChange]:
        now = self._moment
        fed_us = self._front_us(number)
        return self._world.judging.rejudge(number, span, fed_us, now.received_us, now.as_of_us)

    def _rejudge_now(self, number: int) -> list[FindingChange]:
        at_us = self._front_us(number)
        return self._rejudge(number, Dirty(at_us, at_us))

    def _evidence(self, finding: Finding) -> dict[str, Json] | None:
        """What a person wants to see first of a finding."""
        world = self._world
        for number in world.of_subject.get(finding.subject, []):
            if any(
                t.judges(finding.band, finding.zone, finding.start_us) for t in world.plan.tracks_of(number)
            ):
                return world.recalled.evidence(*world.surfaces.names[number], finding.start_us)
        return None


def _widen(dirty: dict[int, Unfollowed], air: int, first_us: int, last_us: int) -> None:
    old = dirty.get(air, Unfollowed(first_us, last_us))
    dirty[air] = Unfollowed(min(old.first_us, first_us), max(old.last_us, last_us))


def _until_us(surfaces: Surfaces, size: int, as_of_us: int) -> NDArray[np.int64]:
    """Per series: before when a reading may concern what is over."""
    until_us = np.full(size, NEVER, np.int64)
    for series, airs in surfaces.listening.items():
        ends = [end for air, _ in airs for end in _over(surfaces, air, as_of_us)]
        until_us[series] = max(ends, default=NEVER)
    for series, stops in surfaces.remembering.items():
        until_us[series] = max([int(until_us[series]), *(to_us for _, _, to_us in stops)])
    return until_us


def _over(surfaces: Surfaces, air: int, as_of_us: int) -> list[int]:
    """When those surfaces of an air ended that are over."""
    ends = (surfaces.surfaces[surface].end_us for surface in surfaces.of_air[air])
    return [end for end in ends if end <= as_of_us]


def _sources(surfaces: Surfaces, number: int) -> tuple[object, ...]:
    """What a virtual series is derived from."""
    surface = surfaces.names[number][0]
    there = surfaces.surfaces[surface]
    air = surfaces.airs[there.air]
    past = sorted((n, a, b) for n, stops in surfaces.remembering.items() for s, a, b in stops if s == surface)
    return air.series, air.gap_us, there.path, tuple(past)


def is_derived(finding: Finding) -> bool:
    """Whether a finding is about a quantity that is derived."""
    return finding.subject.rsplit(":", 1)[-1] in SOURCES
