"""Inspecting: when machines are due for inspection, by the calendar and by their condition, and the examiner that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from detect.examining import Judged, Span
from detect.machines.fleet import Fleet
from detect.machines.nouns import US_PER_DAY, Day, Figure, Machine
from detect.nouns import Finding, Json, Kind, Severity, Watch
from detect.reconcile import NEW
from ingest.nouns import US_PER_MINUTE, SeriesKey

DETECTOR = "inspections"
VERSION = "1"
WEAK, WEAKEST = 93.0, 75.0
"""Below so much strength (%) an inspection is due earlier, the more so the weaker; at the latter it is due now."""
STRONG = 97.0
STRETCHED = 1.25
"""With so much strength or more, known for `STRONG_DAYS`, it can wait for a quarter longer."""
STRONG_DAYS = 60
_MEDIAN_DAYS = 7
OVERDUE_US = 30 * US_PER_DAY
"""What is not done so long after it was due is an alarm."""


class Reason(StrEnum):
    """Why an inspection is due when it is; `texts: inspection.<reason>`."""

    DATE = "date"
    WORSE = "worse"
    STRETCHED = "stretched"
    NEVER = "never"


class Due(NamedTuple):
    """When the inspection after one is due."""

    due_us: int
    date_us: int
    """By the calendar alone."""
    reason: Reason
    condition: float | None
    """Strength by which that was decided, %."""


def due(machine: Machine, last_us: int, days: Sequence[Day], until_us: int) -> Due | None:
    """When the inspection after the one at `last_us` is (or became) due; None without a plan.

    Once it is due it stays so: `due_us` is then the first moment at which it was. Before that it is what follows from the
    condition of the last days before `until_us`.
    """
    if machine.inspection_us is None:
        return None
    date_us = last_us + machine.inspection_us
    now = Due(date_us, date_us, Reason.DATE, None)
    known = [
        d for d in days if Figure.CONDITION in d.figures and last_us < (d.day + 1) * US_PER_DAY <= until_us
    ]
    for at in range(len(known)):
        lately = [d.figures[Figure.CONDITION].value for d in known[max(at - _MEDIAN_DAYS + 1, 0) : at + 1]]
        now = _by_condition(machine.inspection_us, last_us, float(np.median(lately)), at + 1)
        if now.due_us < (known[at].day + 1) * US_PER_DAY:
            return now._replace(due_us=max(now.due_us, known[at].day * US_PER_DAY))
    return now


def _by_condition(interval_us: int, last_us: int, strength: float, days: int) -> Due:
    date_us = last_us + interval_us
    if strength < WEAK:
        share = max((strength - WEAKEST) / (WEAK - WEAKEST), 0.0)
        return Due(last_us + round(share * interval_us), date_us, Reason.WORSE, strength)
    if strength >= STRONG and days >= STRONG_DAYS:
        return Due(last_us + round(STRETCHED * interval_us), date_us, Reason.STRETCHED, strength)
    return Due(date_us, date_us, Reason.DATE, strength)


class InspectionExaminer:
    """Findings `equipment:…` by the registry, what is on record of inspections, and the figures that are kept."""

    detector = DETECTOR
    every_us = 10 * US_PER_MINUTE

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know the machines."""
        self._fleet.expect(watches, series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """At the end of a look: every machine with a plan."""
        if touched:
            return []
        machines = [showing.machine for showing in self._fleet.showing.values()]
        return [self._look(machine, as_of_us) for machine in machines]

    def _look(self, machine: Machine, as_of_us: int) -> Judged:
        done = [at_us for at_us in machine.inspected_us if at_us <= as_of_us][-2:]
        findings: list[Finding] = []
        for last_us, next_us in zip_longest(done, done[1:]):
            until_us = as_of_us if next_us is None else next_us
            days = self._fleet.kept(machine.key, last_us // US_PER_DAY, until_us // US_PER_DAY + 1)
            found = due(machine, last_us, days, until_us)
            if found and found.due_us < until_us:
                findings.append(_finding(machine, found, last_us, next_us, as_of_us))
        if not done and machine.inspection_us is not None:
            kept = self._fleet.kept(machine.key, 0, as_of_us // US_PER_DAY + 1)
            days = [day for day in kept if day.figures]
            findings += [_never(machine, days[0].day * US_PER_DAY, as_of_us)] if days else []
        return Judged(DETECTOR, machine.subject, done[0] if done else 0, as_of_us, findings)


def _never(machine: Machine, since_us: int, as_of_us: int) -> Finding:
    """Nobody knows when it was inspected: a hint, no work that would pile up on the first day."""
    found = Due(since_us, since_us, Reason.NEVER, None)
    return _finding(machine, found, None, None, as_of_us)


def _finding(machine: Machine, found: Due, last_us: int | None, end_us: int | None, as_of_us: int) -> Finding:
    severity = Severity.ALARM if as_of_us - found.due_us > OVERDUE_US else Severity.WARNING
    evidence: dict[str, Json] = {
        "equipment": machine.key, "name": machine.name, "task": str(machine.task), "reason": str(found.reason),
        "checks": str(machine.task), "last": "done" if last_us is not None else "never", "last_us": last_us,
        "date_us": found.date_us, "condition": None if found.condition is None else round(found.condition, 1),
        "interval_us": machine.inspection_us,
    }  # fmt: skip
    return Finding(
        id=NEW, detector=DETECTOR, detector_version=VERSION, kind=Kind.INSPECTION_DUE, subject=machine.subject, band="",
        zone=machine.zone, cause=f"equipment:{machine.key}:inspection",
        severity=Severity.ADVICE if last_us is None else severity, start_us=found.due_us, end_us=end_us,
        peak=found.condition, area=None, coverage=1.0, samples=0, received_us=as_of_us, evidence=evidence,
    )  # fmt: skip
