"""Judging: excursions of one plan's series, found and then reconciled with what is on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from detect.excursions import DETECTOR, Excursions, Judgement
from detect.nouns import Change, Finding, FindingChange
from detect.ports import Rows
from detect.reconcile import Known, reconcile
from detect.runs import Runs
from detect.telling import Telling
from detect.tracks import FOREVER_US, Plan
from ingest.nouns import SeriesKey


class Dirty(NamedTuple):
    """The span of a series that must be judged again."""

    first_us: int
    last_us: int


class Record(NamedTuple):
    """What judging shares with its surroundings."""

    known: Known
    telling: Telling
    new_id: Callable[[], str]
    zone_changed: Callable[[str, int, int], None]
    """(zone, start, end): what is known of excursions there has changed."""


class Judging:
    """The excursions of one plan. `keys`: whose excursions the plan's series are."""

    def __init__(
        self, plan: Plan, size: int, keys: dict[int, SeriesKey], readings: Rows, record: Record
    ) -> None:
        self.excursions = Excursions(plan, size)
        self._plan, self._keys, self._readings, self._record = plan, keys, readings, record

    def subject(self, series: int) -> str:
        """The subject of findings about a series."""
        return subject_of(self._keys[series])

    def on_record(self, series: int, span: Dirty) -> bool:
        """Whether an excursion is on record that readings in a span could change."""
        recorded = self._record.known.within(self.subject(series), span.first_us, span.last_us + 1)
        return any(found.detector == DETECTOR for found in recorded)

    def followed(self, found: Sequence[Runs], received_us: int, as_of_us: int) -> list[FindingChange]:
        """Record runs found by following: each touches nothing but its own earlier part."""
        changes: list[FindingChange] = []
        for runs in found:
            for i in range(len(runs)):
                changes += self._followed(runs, i, received_us, as_of_us)
        return changes

    def _followed(self, runs: Runs, i: int, received_us: int, as_of_us: int) -> list[FindingChange]:
        series = self._plan.tracks[int(runs.track[i])].series
        judged = self.excursions.finding(runs, i, self._keys[series], received_us)
        end_us = FOREVER_US if judged.end_us is None else judged.end_us
        within = self._record.known.within(judged.subject, judged.start_us, end_us)
        recorded = [f for f in within if _same_track(f, judged)]
        changes = reconcile(recorded, [judged], "limit_not_exceeded", self._record.new_id)
        if any(change.change is not Change.EXTENDED for change in changes):
            self._record.zone_changed(judged.zone or "", judged.start_us, as_of_us)
        return self._record.telling.of(changes)

    def rejudge(
        self, series: int, span: Dirty, fed_us: int, received_us: int, as_of_us: int
    ) -> list[FindingChange]:
        """Judge a series again around a span, and reconcile with what was recorded there."""
        while True:
            judgements = self.excursions.rejudge(
                series, span.first_us, span.last_us, self._readings, fed_us, as_of_us
            )
            wider = self._with_recorded(series, span, judgements)
            if wider == span:
                break
            span = wider
        changes: list[FindingChange] = []
        for judgement in judgements:
            changes += self._reconcile(series, judgement, received_us, as_of_us)
        return changes

    def _with_recorded(self, series: int, span: Dirty, judgements: Sequence[Judgement]) -> Dirty:
        """The span with all recorded findings that the judged windows cut, for they can only be judged whole."""
        first_us, last_us = span
        for judgement in judgements:
            for found in self._recorded(series, judgement):
                if found.start_us < judgement.start_us:
                    first_us = min(first_us, found.start_us)
                if found.end_us is not None and found.end_us > judgement.end_us:
                    last_us = max(last_us, found.end_us)
        return Dirty(first_us, last_us)

    def _recorded(self, series: int, judgement: Judgement) -> list[Finding]:
        """The excursions on record of the judged track that touch the judged window."""
        track = self._plan.tracks[judgement.track]
        found = self._record.known.within(self.subject(series), judgement.start_us, judgement.end_us)
        same = (DETECTOR, track.limit.band, track.zone)
        return [f for f in found if (f.detector, f.band, f.zone) == same]

    def _reconcile(
        self, series: int, judgement: Judgement, received_us: int, as_of_us: int
    ) -> list[FindingChange]:
        key = self._keys[series]
        track = self._plan.tracks[judgement.track]
        judged = [
            self.excursions.finding(judgement.runs, i, key, received_us) for i in range(len(judgement.runs))
        ]
        recorded = self._recorded(series, judgement)
        changes = self._record.telling.of(reconcile(recorded, judged, "late_readings", self._record.new_id))
        if changes:
            start_us = min([judgement.start_us, *(f.start_us for f in recorded)])
            self._record.zone_changed(track.zone, start_us, min(judgement.end_us, as_of_us))
        return changes

    def disown(self, subject: str, from_us: int, series: Sequence[int], as_of_us: int) -> list[FindingChange]:
        """Retract what is on record about a subject from a moment on and no track of these series stands for."""
        tracks = [track for number in series for track in self._plan.tracks_of(number)]
        gone = [
            f
            for f in self._record.known.within(subject, from_us, FOREVER_US)
            if f.detector == DETECTOR and not any(t.judges(f.band, f.zone, f.start_us) for t in tracks)
        ]
        for finding in gone:
            self._record.zone_changed(finding.zone or "", finding.start_us, as_of_us)
        return self._record.telling.of(reconcile(gone, [], "registry_changed", self._record.new_id))


def subject_of(key: SeriesKey) -> str:
    """The subject of findings about a series."""
    return f"device:{key.device}:{key.quantity}"


def _same_track(a: Finding, b: Finding) -> bool:
    return (a.detector, a.band, a.zone) == (b.detector, b.band, b.zone)
