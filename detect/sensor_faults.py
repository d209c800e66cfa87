"""Sensor faults: sentinels, impossible values, and readings that two devices dispute.

Such readings gather into episodes: two of one series belong together if they lie within the hold time. An episode is
a function of the set of its readings, whatever the order in which they came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from detect.nouns import Change, Finding, FindingChange, Json, Kind, Severity
from detect.ports import Readings
from detect.reconcile import NEW, Known, reconcile
from ingest.nouns import US_PER_DAY, Columns, Flag, SeriesKey

DETECTOR = "sensor_fault"
VERSION = "1"
HOLD_US = US_PER_DAY
"""A sensor that faults again within a day has the same fault."""
LEAST_DISPUTED = 3
"""So many disputed readings of a series in one episode mean that two devices share its identity."""


FLAGS = {Kind.SENTINEL: Flag.SENTINEL, Kind.IMPOSSIBLE: Flag.IMPOSSIBLE}
"""Faults that the store flags, reading by reading."""


class Episode(NamedTuple):
    """Faulty readings of one series that belong together."""

    first_us: int
    last_us: int
    samples: int
    worst: float | None


def episodes(times_us: Sequence[int], values: Sequence[float] | None = None) -> list[Episode]:
    """Gather sorted times (µs) into episodes; `worst` is the last value of each.

    >>> episodes([0, 10, 10 + HOLD_US + 1])
    [Episode(first_us=0, last_us=10, samples=2, worst=None), Episode(first_us=86400000011, last_us=86400000011, samples=1, worst=None)]
    """
    if not times_us:
        return []
    breaks = (np.flatnonzero(np.diff(np.asarray(times_us)) > HOLD_US) + 1).tolist()
    bounds = [0, *breaks, len(times_us)]
    return [
        Episode(times_us[a], times_us[b - 1], b - a, values[b - 1] if values is not None else None)
        for a, b in pairwise(bounds)
    ]


class SensorFaults:
    """Episodes of faulty readings, as findings about the sensor."""

    def __init__(self, readings: Readings, known: Known, new_id: Callable[[], str]) -> None:
        self._readings, self._known, self._new_id = readings, known, new_id
        self._open: dict[str, Finding] = {}

    def adopt(self, open_findings: Sequence[Finding]) -> None:
        """Take up the episodes that were recorded as still going on."""
        self._open = {f.id: f for f in open_findings if f.detector == DETECTOR}

    def note(
        self, kept: Columns, disputed: Columns, keys: dict[int, SeriesKey], received_us: int, as_of_us: int,
        *, whole: bool = False,
    ) -> list[FindingChange]:  # fmt: skip
        """Judge newly kept and newly disputed readings; `whole`: they are all that the series ever had."""
        changes: list[FindingChange] = []
        for kind, flag in FLAGS.items():
            rows = kept.take((kept.flags & int(flag | Flag.DISPUTED)) == flag)
            for series in np.unique(rows.series).tolist():
                own = rows.take(rows.series == series)
                fresh = episodes(own.time_us.tolist(), own.value.tolist())
                changes += self._add(kind, keys[series], fresh, received_us, as_of_us, whole=whole)
        for series in np.unique(disputed.series).tolist():
            own = disputed.take(disputed.series == series)
            changes += self._add_disputed(series, own, keys[series], received_us, as_of_us)
            changes += self._take_back(series, own, keys[series], received_us, as_of_us)
        return changes

    def _take_back(
        self, series: int, rows: Columns, key: SeriesKey, received_us: int, as_of_us: int
    ) -> list[FindingChange]:
        """A disputed reading is unknown: the episodes it was counted in are told anew from the store.

        Their samples may then contain readings that the store had before the feed told of them; nothing else depends on it.
        """
        changes: list[FindingChange] = []
        for kind, flag in FLAGS.items():
            own = rows.take((rows.flags & int(flag)) != 0)
            near = [f for e in episodes(own.time_us.tolist()) for f in self._near(kind, key, e)]
            near = list({f.id: f for f in near}.values())
            if not near:
                continue
            start_us, end_us = min(f.start_us for f in near), max(_episode(f).last_us for f in near)
            kept = self._readings.range([series], start_us, end_us + 1)
            kept = kept.take((kept.flags & int(flag | Flag.DISPUTED)) == flag)
            judged = [
                self._finding(kind, key, e, received_us, as_of_us)
                for e in episodes(kept.time_us.tolist(), kept.value.tolist())
            ]
            changes += reconcile(near, judged, "disputed", self._new_id)
        self._follow(changes)
        return changes

    def _add_disputed(
        self, series: int, rows: Columns, key: SeriesKey, received_us: int, as_of_us: int
    ) -> list[FindingChange]:
        """Disputed readings are counted from the store, for those too few to be a finding are recorded nowhere else."""
        start, end = int(rows.time_us.min()), int(rows.time_us.max())
        while True:
            conflicts = self._readings.conflicts([series], start - HOLD_US, end + HOLD_US + 1)
            times = sorted({c.time_us for c in conflicts} | set(rows.time_us.tolist()))
            if times[0] == start and times[-1] == end:
                break
            start, end = min(start, times[0]), max(end, times[-1])
        enough = [e for e in episodes(times) if e.samples >= LEAST_DISPUTED]
        return self._add(Kind.SHARED_IDENTITY, key, enough, received_us, as_of_us, whole=True)

    def _add(
        self,
        kind: Kind,
        key: SeriesKey,
        fresh: list[Episode],
        received_us: int,
        as_of_us: int,
        *,
        whole: bool = False,
    ) -> list[FindingChange]:
        """Join new episodes with the recorded ones near them. `whole`: they already contain what was recorded."""
        changes: list[FindingChange] = []
        for episode in fresh:
            near = self._near(kind, key, episode)
            merged = episode if whole else _merge([_episode(f) for f in near] + [episode])
            changes += self._revise(kind, key, near, merged, received_us, as_of_us)
        return changes

    def _near(self, kind: Kind, key: SeriesKey, episode: Episode) -> list[Finding]:
        subject = f"device:{key.device}:{key.quantity}"
        self._known.load([subject], episode.first_us - HOLD_US)
        within = self._known.within(subject, episode.first_us - HOLD_US - 1, episode.last_us + HOLD_US + 1)
        found = [f for f in within if f.detector == DETECTOR]
        return sorted(
            (f for f in found if f.kind is kind and _episode(f).last_us >= episode.first_us - HOLD_US),
            key=lambda f: f.start_us,
        )

    def _revise(
        self,
        kind: Kind,
        key: SeriesKey,
        near: list[Finding],
        episode: Episode,
        received_us: int,
        as_of_us: int,
    ) -> list[FindingChange]:
        finding = self._finding(kind, key, episode, received_us, as_of_us)
        finding = (
            replace(finding, id=near[0].id, received_us=near[0].received_us)
            if near
            else replace(finding, id=self._new_id())
        )
        changes = [FindingChange(_change(near, finding), finding)] if not near or near[0] != finding else []
        changes += [
            FindingChange(Change.MERGED, replace(f, retracted="merged"), finding.id) for f in near[1:]
        ]
        self._follow(changes)
        return changes

    def _finding(
        self, kind: Kind, key: SeriesKey, episode: Episode, received_us: int, as_of_us: int
    ) -> Finding:
        """An episode as a finding about the sensor."""
        goes_on = as_of_us - episode.last_us <= HOLD_US
        return Finding(
            id=NEW,
            detector=DETECTOR,
            detector_version=VERSION,
            kind=kind,
            subject=f"device:{key.device}:{key.quantity}",
            band="",
            zone=None,
            cause=f"device:{key.device}:{'identity' if kind is Kind.SHARED_IDENTITY else 'sensor'}",
            severity=Severity.WARNING,
            start_us=episode.first_us,
            end_us=None if goes_on else episode.last_us,
            peak=None,
            area=None,
            coverage=1.0,
            samples=episode.samples,
            received_us=received_us,
            evidence=_evidence(key, episode),
        )

    def _follow(self, changes: Sequence[FindingChange]) -> None:
        self._known.note(changes)
        for change in changes:
            if change.finding.end_us is None and not change.finding.retracted:
                self._open[change.finding.id] = change.finding
            else:
                self._open.pop(change.finding.id, None)

    def lapse(self, as_of_us: int) -> list[FindingChange]:
        """End the episodes that have seen no faulty reading for the hold time."""
        over = [f for f in self._open.values() if as_of_us - _episode(f).last_us > HOLD_US]
        changes = [FindingChange(Change.CLOSED, replace(f, end_us=_episode(f).last_us)) for f in over]
        self._follow(changes)
        return changes


def _episode(finding: Finding) -> Episode:
    last = finding.evidence["last_us"]
    value = finding.evidence.get("value")
    return Episode(
        finding.start_us, int(str(last)), finding.samples, float(str(value)) if value is not None else None
    )


def _evidence(key: SeriesKey, episode: Episode) -> dict[str, Json]:
    evidence: dict[str, Json] = {"device": key.device, "quantity": key.quantity, "last_us": episode.last_us}
    if episode.worst is not None:
        evidence["value"] = episode.worst
    return evidence


def _merge(parts: list[Episode]) -> Episode:
    newest = max(parts, key=lambda e: e.last_us)
    return Episode(
        min(e.first_us for e in parts), newest.last_us, sum(e.samples for e in parts), newest.worst
    )  # fmt: skip


def _change(near: list[Finding], finding: Finding) -> Change:
    if not near:
        return Change.OPENED
    return Change.CLOSED if near[0].end_us is None and finding.end_us is not None else Change.EXTENDED
