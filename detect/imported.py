"""Imported: what uploaded loggers saw beyond the limits, as findings that nobody is called for.

A file that comes after the journey is judged by the same arithmetic as what came live, but apart from it: an imported
excursion has a detector and a cause of its own, says `imported` in its evidence, and raises no alarm and no ticket.
It ends with the file, for nothing goes on that a file tells of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from detect.excursions import Excursions, Judgement
from detect.live import LiveReadings, Span
from detect.nouns import Finding, FindingChange, Watch
from detect.ports import FindingLog, Readings
from detect.reconcile import Known, reconcile
from detect.tracks import FOREVER_US, Plan, compile_plan
from ingest.nouns import MAX_AHEAD_US, Columns, Flag, SeriesKey
from store.nouns import Conflict, Feed, SeriesInfo

DETECTOR = "imported_excursion"
_WHOLE = Span(0, FOREVER_US)


class _FileReadings:
    """The imported readings of one series, as series 0: as much as a judge of excursions asks for."""

    def __init__(self, readings: Readings, series: int) -> None:
        self._readings, self._series = readings, series

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        rows = self._readings.range([self._series], start_us, end_us)
        rows = rows.take((rows.flags & int(Flag.IMPORTED)) != 0).take(slice(0, limit))
        return Columns(np.zeros(len(rows), np.int32), rows.time_us, rows.value, rows.flags)

    def series(self) -> list[SeriesInfo]:
        return []

    def latest(self, series: Sequence[int] | None = None) -> Columns:
        return self.range([0], 0, FOREVER_US).take(slice(-1, None))

    def feed(self, after: int, max_readings: int = 200_000) -> list[Feed] | None:
        return []

    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> list[Conflict]:
        return self._readings.conflicts([self._series], start_us, end_us)

    def position(self) -> int:
        return self._readings.position()


class ImportedExcursions:
    """Judges files series by series, each time from the store: files are few, and nothing waits for them."""

    def __init__(self, readings: LiveReadings, log: FindingLog, new_id: Callable[[], str]) -> None:
        self._live, self._readings, self._new_id = readings, readings.all, new_id
        self._known = Known(log.stored)
        self._watches: dict[str, list[Watch]] = {}
        self._keys: dict[int, SeriesKey] = {}

    def expect(self, watches: Iterable[Watch]) -> None:
        """Take up what the registry says; `judge` goes by it from now on."""
        self._watches = {}
        for watch in watches:
            self._watches.setdefault(watch.device, []).append(watch)

    def judge_brought(self, as_of_us: int) -> list[FindingChange]:
        """Judge what imports have changed since the last call."""
        brought = self._live.take_brought()
        return [change for series, span in brought.items() for change in self._judge(series, span, as_of_us)]

    def judge_again(self, watches: Sequence[Watch], as_of_us: int) -> list[FindingChange]:
        """Judge all imported readings that were met of the devices of whom something else is expected now."""
        before = self._watches
        self.expect(watches)
        return [
            change
            for series in sorted(self._live.imported)
            if before.get(self._key(series).device) != self._watches.get(self._key(series).device)
            for change in self._judge(series, _WHOLE, as_of_us)
        ]

    def judge_everything(self, as_of_us: int) -> list[FindingChange]:
        """Judge all imported readings that were met."""
        self._live.take_brought()
        every = sorted(self._live.imported)
        return [change for series in every for change in self._judge(series, _WHOLE, as_of_us)]

    def _key(self, series: int) -> SeriesKey:
        if series not in self._keys:
            self._keys = {info.id: SeriesKey(info.device, info.quantity) for info in self._readings.series()}
        return self._keys[series]

    def _judge(self, series: int, span: Span, as_of_us: int) -> list[FindingChange]:
        """Judge a series around a span, with all findings on record that it touches."""
        key = self._key(series)
        plan = compile_plan(self._watches.get(key.device, []), [(0, key)])
        rows = _FileReadings(self._readings, series)
        fed_us = as_of_us + MAX_AHEAD_US
        first_us, last_us = max(span.first_us, 0), min(span.last_us, fed_us)
        while True:
            judged = Excursions(plan, 1).rejudge(0, first_us, last_us, rows, fed_us, as_of_us)
            touched = [found for judgement in judged for found in self._recorded(key, plan, judgement)]
            wider = (
                min([first_us, *(found.start_us for found in touched)]),
                max([last_us, *(found.end_us or found.start_us for found in touched)]),
            )
            if wider == (first_us, last_us):
                break
            first_us, last_us = wider
        changes = self._ownerless(key, plan, first_us, last_us)
        for judgement in judged:
            recorded = self._recorded(key, plan, judgement)
            found = _findings(Excursions(plan, 1), judgement, key, as_of_us)
            changes += reconcile(recorded, found, "late_readings", self._new_id)
        self._known.note(changes)
        return changes

    def _of_key(self, key: SeriesKey, start_us: int, end_us: int) -> list[Finding]:
        found = self._known.within(f"device:{key.device}:{key.quantity}", start_us, end_us)
        return [one for one in found if one.detector == DETECTOR]

    def _recorded(self, key: SeriesKey, plan: Plan, judgement: Judgement) -> list[Finding]:
        """The findings on record of the judged track that touch the judged window."""
        track = plan.tracks[judgement.track]
        found = self._of_key(key, judgement.start_us, judgement.end_us)
        return [one for one in found if (one.band, one.zone) == (track.limit.band, track.zone)]

    def _ownerless(self, key: SeriesKey, plan: Plan, start_us: int, end_us: int) -> list[FindingChange]:
        """Take back what no limit stands for any more."""
        gone = [
            one
            for one in self._of_key(key, start_us, end_us)
            if not any(track.judges(one.band, one.zone, one.start_us) for track in plan.tracks)
        ]
        return reconcile(gone, [], "registry_changed", self._new_id)


def _findings(judge: Excursions, judgement: Judgement, key: SeriesKey, as_of_us: int) -> list[Finding]:
    """The runs of a judgement as findings about what is over."""
    runs, found = judgement.runs, []
    for i in range(len(runs)):
        one = judge.finding(runs, i, key, as_of_us)
        end_us = int(runs.last_us[i]) if one.end_us is None else one.end_us
        found.append(
            replace(
                one,
                detector=DETECTOR,
                cause=f"import:{one.cause}",
                end_us=end_us,
                evidence={**one.evidence, "imported": True},
            )
        )
    return found
