"""Spells: stretches in which goods' temperature, or how fast it changes, is beyond a limit; frost and sudden changes.

Runs are found by the arithmetic of excursions (`detect.excursions`): on-delay and number of samples decide whether there
is one, the deadband when it is over, and it is judged back to the last value that says for sure that there was none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from detect.examining import Judged, Span
from detect.excursions import Excursions, Judgement
from detect.goods.bare import Bare, subject_of
from detect.goods.courses import AHEAD_US, Changes, Course, fed, stirred, surfaces_of, windowed
from detect.nouns import (
    FREEZE_THAW,
    PRODUCT_TEMPERATURE,
    RATE_OF_CHANGE,
    Finding,
    Json,
    Kind,
    Limit,
    Severity,
    Watch,
)
from detect.ports import Rows
from detect.surfaces import Surfaces
from detect.tracks import FOREVER_US, Plan, compile_plan
from ingest.nouns import US_PER_MINUTE, SeriesKey

EVERY_US = 15 * US_PER_MINUTE
_EVENTS_TOLD = 12


class Spells:
    """An examiner of what is a spell of one quantity. Findings are about `device:…:temperature`."""

    detector: str
    version: ClassVar[str] = "1"
    every_us = EVERY_US
    kind: ClassVar[Kind]
    quantity: ClassVar[str]
    cause: ClassVar[str]
    """What goes with the zone into the cause."""

    def __init__(self, readings: Rows) -> None:
        self._readings = readings
        self._surfaces, self._plan = Surfaces(), Plan()
        self._finder = Excursions(self._plan, 0)
        self._numbers: dict[str, list[int]] = {}
        self._bare = Bare()

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Compile the virtual series that are judged."""
        self._surfaces = surfaces_of(watches, series, self.quantity, self.own)
        self._plan = compile_plan(self._surfaces.watches, self._surfaces.plan_keys(), lambda _: True)
        self._finder = Excursions(self._plan, len(self._surfaces.names))
        self._numbers = {}
        for number in range(len(self._surfaces.names)):
            self._numbers.setdefault(self._device(number), []).append(number)
        self._bare.expect(self._numbers, series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Judge again all devices of which something touched tells, each from the first that may be otherwise."""
        first = stirred(self._surfaces, touched)
        course = self.course(self._surfaces, as_of_us)
        bare = self._bare.judged(self.detector, touched)
        return bare + [
            self._judged(device, from_us, as_of_us, course) for device, from_us in sorted(first.items())
        ]

    # ------------------------------------------------------------------ what the kinds differ in

    def own(self, limit: Limit) -> Limit:
        """A limit as it is compared with the virtual series."""
        return limit

    def course(self, surfaces: Surfaces, as_of_us: int) -> Course:
        """The values of the virtual series."""
        return Course(surfaces, self._readings, fed(as_of_us))

    def told(self, found: list[Finding], limit: Limit, runs: list[Finding]) -> list[Finding]:
        """The findings under one limit with what is said of them. `runs`: these, and those within the window before."""
        raise NotImplementedError

    # ------------------------------------------------------------------ judging

    def _device(self, number: int) -> str:
        return self._surfaces.air_of(number).device

    def _judged(self, device: str, from_us: int, as_of_us: int, course: Course) -> Judged:
        found: list[Finding] = []
        for number in self._numbers[device]:
            for limit, own in self._runs(number, from_us, as_of_us, course):
                if own:
                    back_us = max(min(f.start_us for f in own) - limit.window_us, 0)
                    every = dict(self._runs(number, back_us, as_of_us, course)).get(limit, own)
                    found += [self._evident(f, number, course) for f in self.told(own, limit, every)]
        return Judged(self.detector, subject_of(device), from_us, FOREVER_US, found)

    def _runs(
        self, number: int, from_us: int, as_of_us: int, course: Course
    ) -> Iterator[tuple[Limit, list[Finding]]]:
        """Per limit of a virtual series the spells from a moment on."""
        finder = self._finder
        judgements: dict[int, list[Judgement]] = {}
        for judgement in finder.rejudge(number, from_us, as_of_us, course, as_of_us + AHEAD_US, as_of_us):
            judgements.setdefault(judgement.track, []).append(judgement)
        key = SeriesKey(self._device(number), "temperature")
        for track, own in judgements.items():
            runs = [
                self._named(finder.finding(judgement.runs, i, key, as_of_us), track)
                for judgement in own
                for i in range(len(judgement.runs))
            ]
            yield self._plan.tracks[track].limit, runs

    def _named(self, found: Finding, track: int) -> Finding:
        own = self._plan.tracks[track]
        zone, left = own.zone, found.end_us in {to_us for _, to_us in own.intervals}
        return replace(
            found, evidence={**found.evidence, "left": left}, detector=self.detector, detector_version=self.version, kind=self.kind,
            cause=f"zone:{zone}:{self.cause}",
        )  # fmt: skip

    def _evident(self, found: Finding, number: int, course: Course) -> Finding:
        surface = self._surfaces.names[number][0]
        shown = course.evidence(surface, PRODUCT_TEMPERATURE, found.start_us)
        return replace(found, evidence={**found.evidence, **shown, "quantity": self.quantity})


class Freezing(Spells):
    """Goods that freeze and thaw: each event from the first frost that lasts to the thaw, and how many there were."""

    detector = "freeze_thaw"
    kind = Kind.FREEZE_THAW
    quantity = FREEZE_THAW
    cause = f"{PRODUCT_TEMPERATURE}:low"  # one with goods that are too cold: one alarm, one ticket

    def own(self, limit: Limit) -> Limit:
        """At the freezing point itself it freezes: beyond the limit is what is not above it."""
        return replace(limit, limit=math.nextafter(limit.limit, math.inf))

    def told(self, found: list[Finding], limit: Limit, runs: list[Finding]) -> list[Finding]:
        """Within what is allowed an event is advice; the count is that of the window that ends as it begins."""
        told = []
        for event in found:
            since_us = event.start_us - limit.window_us
            counted = [run for run in runs if since_us < run.start_us <= event.start_us]
            events: list[Json] = [[run.start_us, run.end_us] for run in counted[-_EVENTS_TOLD:]]
            evidence: dict[str, Json] = {
                **event.evidence, "limit": round(limit.limit, 6), "count": len(counted), "cycles": limit.cycles,
                "window_us": limit.window_us, "events": events, "thawed": event.end_us is not None and not event.evidence["left"],
            }  # fmt: skip
            severity = limit.severity if len(counted) > limit.cycles else Severity.ADVICE
            told.append(replace(event, severity=severity, evidence=evidence))
        return told


class FastChange(Spells):
    """Goods whose own temperature changes faster than they bear; goods without a known lag are not judged.

    An open door, or a probe that jumps, moves the air: the goods' lag damps both.
    """

    detector = "fast_change"
    kind = Kind.FAST_CHANGE
    quantity = RATE_OF_CHANGE
    cause = RATE_OF_CHANGE

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Compile the virtual series of goods that lag behind the air."""
        lagging = [replace(watch, limits=tuple(_with_lag(watch))) for watch in watches]
        super().expect(lagging, series)

    def own(self, limit: Limit) -> Limit:
        """Rates over different windows are different series."""
        return windowed(limit)

    def course(self, surfaces: Surfaces, as_of_us: int) -> Course:
        """How fast the goods' temperature changes."""
        return Changes(surfaces, self._readings, fed(as_of_us))

    def told(self, found: list[Finding], limit: Limit, runs: list[Finding]) -> list[Finding]:
        """With the window over which the change is taken."""
        return [replace(f, evidence={**f.evidence, "window_us": limit.window_us}) for f in found]


def _with_lag(watch: Watch) -> Iterator[Limit]:
    """The limits of a watch on changes of goods whose lag is known."""
    known = {goods.profile for goods in watch.goods if goods.lag_us > 0}
    for limit in watch.limits:
        if limit.quantity == RATE_OF_CHANGE and limit.band.rsplit("/", 1)[0] in known:
            yield limit
