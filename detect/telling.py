"""Telling: which changes go out at once, with what evidence, and which may wait a little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from detect.nouns import Change, Finding, FindingChange, Json
from detect.ports import Rows
from detect.reconcile import Known
from detect.tracks import FOREVER_US

EXTENSION_US = 5_000_000
"""An excursion that only goes on is recorded this often while readings keep coming."""
EVIDENCE_READINGS = 12


class Telling:
    """Remembers every change; one that merely extends a finding waits, the others go out with evidence."""

    def __init__(self, known: Known, evidence: Callable[[Finding], dict[str, Json] | None]) -> None:
        """`evidence`: what a person wants to see first of a finding; None if there is nothing to show."""
        self._known, self._evidence = known, evidence
        self._extended: dict[str, FindingChange] = {}
        self._told_us = 0

    def of(self, changes: Sequence[FindingChange]) -> list[FindingChange]:
        """What goes out of these changes now."""
        self._known.note(changes)
        out = []
        for change in changes:
            if change.change is Change.EXTENDED:
                self._extended[change.finding.id] = change
                continue
            self._extended.pop(change.finding.id, None)
            out.append(self._with_evidence(change))
        return out

    def waiting(self, as_of_us: int, *, idle: bool) -> list[FindingChange]:
        """The extensions that have waited long enough, or all when nothing else is going on."""
        if not idle and as_of_us - self._told_us < EXTENSION_US:
            return []
        self._told_us = as_of_us
        waiting, self._extended = list(self._extended.values()), {}
        return waiting

    def _with_evidence(self, change: FindingChange) -> FindingChange:
        finding = change.finding
        if finding.retracted or "readings" in finding.evidence:
            return change
        evidence = self._evidence(finding)
        if evidence is None:
            return change
        complete = replace(finding, evidence={**finding.evidence, **evidence})
        self._known.note([FindingChange(change.change, complete)])
        return FindingChange(change.change, complete, change.other_id)


def first_readings(readings: Rows, series: int, start_us: int) -> dict[str, Json]:
    """The readings around the beginning of a finding."""
    rows = readings.range([series], start_us, FOREVER_US, EVIDENCE_READINGS)
    pairs: list[Json] = [[t, v] for t, v in zip(rows.time_us.tolist(), rows.value.tolist(), strict=True)]
    return {"readings": pairs}
