"""Resting: the examiner that finds machines which stand still though their rooms need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from detect.examining import Judged, Span
from detect.machines.fleet import Fleet
from detect.machines.nouns import US_PER_DAY, Day, Figure, Machine, Task
from detect.machines.stopped import Rest, Usual, rests
from detect.machines.wear import LEAST_DUTY
from detect.nouns import Finding, Json, Kind, Severity, Watch
from detect.reconcile import NEW
from ingest.nouns import US_PER_MINUTE, SeriesKey

DETECTOR = "machine_rest"
VERSION = "1"
USUAL_DAYS = 14
"""What is usual is told by the two weeks before the day looked at."""
FEWEST_DAYS = 5
_WORSE = 15.0
"""By how many per cent of these days the usual worst is worse than their median: high, but no failure of some days."""
_BACK_DAYS = 2
_MOST_BACK_DAYS = 16
"""A rest is followed back to its beginning, but not further than this."""
_EVERY_US = 10 * US_PER_MINUTE


class RestExaminer:
    """Findings `equipment:…` by what came of late; a late reading has its days looked at again."""

    detector = DETECTOR
    every_us = _EVERY_US

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know the machines and what shows them."""
        self._fleet.expect(watches, series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Look at the machines of which readings came, from the day before these on."""
        judged = []
        for key, span in self._fleet.touched(touched).items():
            first = min(span.first_us, as_of_us) // US_PER_DAY
            found = self._look(key, first - 1, as_of_us)
            if found is not None:
                judged.append(found)
        return judged

    def _look(self, key: str, first: int, as_of_us: int) -> Judged | None:
        """From the day `first` on, or from earlier where a rest reaches back."""
        showing, earliest = self._fleet.showing[key], first - _MOST_BACK_DAYS
        while True:
            usual = _usual(showing.machine, self._fleet.days(key, first - USUAL_DAYS, first))
            if usual is None:
                return None
            from_us = first * US_PER_DAY
            seen = showing.seen(self._fleet.readings, from_us, as_of_us)
            found = rests(seen, showing.machine.sign, usual, (as_of_us - from_us) / 1e6)
            if not found or found[0].from_s > 0 or first <= earliest:
                break
            first -= _BACK_DAYS
        samples = sum(len(course.value) for course in seen.room)
        findings = [_finding(showing.machine, rest, usual, from_us, as_of_us, samples) for rest in found]
        return Judged(DETECTOR, showing.machine.subject, from_us, as_of_us, findings)


def _usual(machine: Machine, days: Sequence[Day]) -> Usual | None:
    """How the machine was on the days before on which it worked; None while too little is known."""
    days = [day for day in days if _worked(day)]

    def median(figure: Figure, of: float = 50.0) -> float | None:
        said = [day.figures[figure].value for day in days if figure in day.figures]
        return float(np.percentile(said, of)) if len(said) >= FEWEST_DAYS else None

    worst = median(Figure.WORST, 50.0 + machine.sign * _WORSE)
    if worst is None:
        return None
    swing, cycle, on = median(Figure.SWING), median(Figure.CYCLE_S), median(Figure.ON_S)
    least = 5.0 if machine.task is Task.DRYING else 1.0
    pause = (cycle - on) if cycle is not None and on is not None else 3600.0
    return Usual(machine.sign * worst, max(swing or least, least), pause)


def _worked(day: Day) -> bool:
    """Whether it had something to do: an idle machine does not show where it begins."""
    duty = day.figures.get(Figure.DUTY, day.figures.get(Figure.DUTY_SEEN))
    return duty is not None and duty.value >= LEAST_DUTY


def _finding(
    machine: Machine, rest: Rest, usual: Usual, from_us: int, as_of_us: int, samples: int
) -> Finding:
    start_us = from_us + round(rest.from_s * 1e6)
    end_us = None if rest.to_s is None else from_us + round(rest.to_s * 1e6)
    quantity = "relative_humidity" if machine.task is Task.DRYING else "temperature"
    evidence: dict[str, Json] = {
        "equipment": machine.key, "name": machine.name, "task": str(machine.task), "quantity": quantity,
        "told": "signal" if rest.told else "room", "usual": {"value": round(machine.sign * usual.worst, 2), "quantity": quantity},
        "last_us": min(as_of_us, end_us or as_of_us),
    }  # fmt: skip
    return Finding(
        id=NEW, detector=DETECTOR, detector_version=VERSION, kind=Kind.FAILED_EQUIPMENT, subject=machine.subject,
        band="", zone=machine.zone, cause=f"equipment:{machine.key}:condition", severity=Severity.ALARM,
        start_us=start_us, end_us=end_us, peak=round(machine.sign * rest.worst, 2), area=None, coverage=1.0,
        samples=samples, received_us=as_of_us, evidence=evidence,
    )  # fmt: skip
