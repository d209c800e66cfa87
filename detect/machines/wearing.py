"""Wearing: the examiner that finds machines which decay, and says when their rooms can no longer be held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from detect.examining import Judged, Span
from detect.machines.fleet import Fleet
from detect.machines.nouns import US_PER_DAY, Day, Figure, Machine, Value
from detect.machines.outlook import BRIDGE_DAYS, REMEMBERED_DAYS, Outlook, Peers, among, episodes, outlooks
from detect.nouns import Finding, Json, Kind, Severity, Watch
from detect.reconcile import NEW
from ingest.nouns import US_PER_MINUTE, SeriesKey

DETECTOR = "machine_wear"
VERSION = "1"
JUDGED_DAYS = 40
"""So many days are judged again at each look; what began before stays as it is on record."""
URGENT_DAYS = 3.0
"""If one in ten such machines fails within so many days, it is an alarm."""
_SILENT_DAYS = 7
"""A machine that showed nothing for so long is not known to decay any more."""
_POINTS = 30
_OUTLOOK = frozenset({
    Figure.WEAR, Figure.SPREAD, Figure.CONDITION, Figure.P10_DAYS, Figure.P50_DAYS, Figure.P90_DAYS,
})  # fmt: skip


class WearExaminer:
    """Findings `equipment:…` by days (UTC) that are over."""

    detector = DETECTOR
    every_us = 5 * US_PER_MINUTE
    """Nothing is judged but what came late, or a day that is over; so looking often costs little."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._touched: dict[str, Span] = {}
        self._changed: set[str] = set()
        """Of which the registry says something else than it did."""
        self._judged_to = 0
        self._expected: dict[str, Machine] = {}

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know the machines and what shows them; those of which something else is known are judged again."""
        self._fleet.expect(watches, series)
        now = {key: showing.machine for key, showing in self._fleet.showing.items()}
        self._changed |= {key for key, machine in now.items() if self._expected.get(key) != machine}
        self._expected = now

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Gather what was touched; with nothing touched (the end of a look) judge the machines concerned."""
        for key, span in self._fleet.touched(touched).items():
            known = self._touched.get(key, span)
            self._touched[key] = Span(min(known.first_us, span.first_us), max(known.last_us, span.last_us))
        if touched:
            return []
        behind = as_of_us // US_PER_DAY
        today_us = behind * US_PER_DAY
        concerned = {key for key, span in self._touched.items() if span.first_us < today_us} | self._changed
        if behind > self._judged_to:
            concerned |= self._fleet.showing.keys()
        over = {key: self._touched.get(key) for key in sorted(concerned & self._fleet.showing.keys())}
        self._touched = {
            key: Span(max(span.first_us, today_us), span.last_us)
            for key, span in self._touched.items()
            if span.last_us >= today_us
        }
        self._changed, self._judged_to = set(), behind
        return self._judge(over, behind)

    def _judge(self, over: Mapping[str, Span | None], behind: int) -> list[Judged]:
        begins = {key: _from_day(span, behind) for key, span in over.items()}
        found: dict[str, list[Outlook]] = {}
        for key, span in over.items():
            from_day = begins[key]
            days = self._fleet.days(key, from_day - REMEMBERED_DAYS, behind, span)
            found[key] = outlooks(self._fleet.showing[key].machine, days, from_day)
            self._keep(key, days, found[key], from_day)
        return [self._judged(key, found[key], begins[key], behind) for key in over]

    def _keep(self, key: str, days: Sequence[Day], found: Sequence[Outlook], from_day: int) -> None:
        """The outlook of a day among its figures, where it is another than it was."""
        said = {one.day: one.figures() for one in found}
        renewed = []
        for day in days:
            if day.day < from_day:
                continue
            bare = {figure: value for figure, value in day.figures.items() if figure not in _OUTLOOK}
            whole: dict[Figure, Value] = {**bare, **said.get(day.day, {})}
            if whole != day.figures:
                renewed.append(replace(day, figures=whole))
        if renewed:
            self._fleet.keep(key, renewed)

    def _peers(self, key: str, lead: Outlook) -> Peers | None:
        """The machine among its like, by what is kept of the same day."""
        like = self._fleet.like(key)
        days = [day for other in like for day in self._fleet.kept(other, lead.day, lead.day + 1)]
        return among(lead.wear, [d.figures[Figure.WEAR].value for d in days if Figure.WEAR in d.figures])

    def _judged(self, key: str, found: Sequence[Outlook], from_day: int, behind: int) -> Judged:
        machine = self._fleet.showing[key].machine
        findings = []
        for first, last in episodes(found):
            lately = found[-1].day - found[last].day < BRIDGE_DAYS
            going_on = lately and behind - found[last].day <= _SILENT_DAYS
            lead = next(one for one in reversed(found[: last + 1]) if one.decays)
            findings.append(
                _finding(machine, _Stretch(found, first, last, lead, going_on), self._peers(key, lead))
            )
        return Judged(DETECTOR, machine.subject, from_day * US_PER_DAY, behind * US_PER_DAY, findings)


def _from_day(span: Span | None, behind: int) -> int:
    first = behind if span is None else span.first_us // US_PER_DAY
    return max(min(first, behind - JUDGED_DAYS), REMEMBERED_DAYS)


class _Stretch(NamedTuple):
    """A stretch of decay among the outlooks of a machine."""

    found: Sequence[Outlook]
    first: int
    last: int
    lead: Outlook
    """The last day of it."""
    going_on: bool


def _finding(machine: Machine, stretch: _Stretch, peers: Peers | None) -> Finding:
    found, first, last, lead, going_on = stretch
    known = [one for one in found[first : last + 1] if one.decays]
    start_us = (found[first].day + 1) * US_PER_DAY
    behind_us = (lead.day + 1) * US_PER_DAY
    window = lead.window
    ahead = {f"p{p}_us": None for p in (10, 50, 90)} if window is None else {
        f"p{p}_us": round(behind_us + days * US_PER_DAY) for p, days in zip((10, 50, 90), window, strict=True)
    }  # fmt: skip
    evidence: dict[str, Json] = {
        "equipment": machine.key, "name": machine.name, "task": str(machine.task), "figure": str(Figure.WEAR),
        "then": 1.0, "now": round(lead.wear, 3), "longer": round(lead.wear - 1.0, 3), "condition": round(lead.condition, 1), "began_us": (lead.day if lead.began_day is None else lead.began_day) * US_PER_DAY,
        "raised_us": start_us, **ahead, "among": peers.words if peers else "few",
        "peers": peers.machines if peers else 0, "peers_wear": round(peers.median, 3) if peers else None,
        "peers_z": round(peers.z, 1) if peers else None,
        "points": [[one.day * US_PER_DAY, round(one.condition, 1)] for one in found[max(last - _POINTS, 0) : last + 1]],
    }  # fmt: skip
    urgent = window is not None and window.p10 < URGENT_DAYS
    return Finding(
        id=NEW, detector=DETECTOR, detector_version=VERSION, kind=Kind.DEGRADING_EQUIPMENT, subject=machine.subject,
        band="", zone=machine.zone, cause=f"equipment:{machine.key}:condition",
        severity=Severity.ALARM if urgent else Severity.WARNING, start_us=start_us,
        end_us=None if going_on else max((found[last].day + 1) * US_PER_DAY, start_us + 1), peak=lead.wear, area=None,
        coverage=min(len(known) / max(found[last].day - found[first].day + 1, 1), 1.0), samples=len(known),
        received_us=behind_us, evidence=evidence,
    )  # fmt: skip
