"""Unconfirmed: excursions whose own sensor is under suspicion. They are told all the same, with the doubt beside them.

What is in doubt is a function of the findings alone: an excursion and a soft fault of a sensor it rests on share a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from detect.excursions import DETECTOR
from detect.nouns import (
    DEW_POINT_MARGIN,
    SOFT_FAULTS,
    SOURCES,
    SURFACE_HUMIDITY,
    Change,
    Finding,
    FindingChange,
    Json,
)
from detect.reconcile import Known
from detect.tracks import FOREVER_US

RESTS_ON = {**SOURCES, **{q: SOURCES[q] | {"temperature"} for q in (DEW_POINT_MARGIN, SURFACE_HUMIDITY)}}
"""Derived quantity → the measured ones from which it is reckoned."""
EVIDENCE = "unconfirmed"
"""Where the evidence of an excursion has the kinds of suspicion, sorted."""


class Unconfirmed:
    """Marks excursions, and those on record again when a suspicion comes, changes or goes."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def marked(self, changes: Sequence[FindingChange]) -> list[FindingChange]:
        """The changes of a step with their doubts, and behind them what follows for other excursions."""
        out = [self._marked(change) if _excursion(change.finding) else change for change in changes]
        told = {change.finding.id for change in out}
        doubted: dict[str, Finding] = {}
        for change in changes:
            if change.finding.kind in SOFT_FAULTS:
                doubted |= {found.id: found for found in self._resting_on(change.finding)}
        for found in doubted.values():
            evidence = self._evidence(found)
            if evidence != found.evidence and found.id not in told:
                out.append(FindingChange(Change.REVISED, replace(found, evidence=evidence)))
        self._known.note([change for change in out if _excursion(change.finding)])
        return out

    def _marked(self, change: FindingChange) -> FindingChange:
        if change.finding.retracted:
            return change
        evidence = self._evidence(change.finding)
        return FindingChange(change.change, replace(change.finding, evidence=evidence), change.other_id)

    def _evidence(self, found: Finding) -> dict[str, Json]:
        kinds: list[Json] = [*sorted({str(fault.kind) for fault in self._faults_of(found)})]
        if not kinds and EVIDENCE not in found.evidence:
            return found.evidence
        return {**found.evidence, EVIDENCE: kinds}

    def _faults_of(self, found: Finding) -> Iterable[Finding]:
        device, quantity = _device_and_quantity(found)
        for source in RESTS_ON.get(quantity, {quantity}):
            for fault in self._sharing(f"device:{device}:{source}", found):
                if fault.kind in SOFT_FAULTS:
                    yield fault

    def _resting_on(self, fault: Finding) -> Iterable[Finding]:
        """The excursions on record that rest on a suspected sensor: all, for it may have been suspected otherwise before."""
        device, quantity = _device_and_quantity(fault)
        derived = [name for name, sources in RESTS_ON.items() if quantity in sources]
        for name in (quantity, *derived):
            for found in self._known.within(f"device:{device}:{name}", 0, FOREVER_US):
                if _excursion(found):
                    yield found

    def _sharing(self, subject: str, found: Finding) -> list[Finding]:
        end_us = FOREVER_US if found.end_us is None else found.end_us
        return self._known.within(subject, found.start_us, end_us)


def _excursion(found: Finding) -> bool:
    return found.detector == DETECTOR


def _device_and_quantity(found: Finding) -> tuple[str, str]:
    device, _, quantity = found.subject.removeprefix("device:").rpartition(":")
    return device, quantity
