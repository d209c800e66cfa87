"""Calibration: certificates that have run out while their device is in use, as work on the sensor.

Raw values are judged as they are, with or without a certificate; that one is overdue says nothing about the goods.
The findings are a function of the registry and the as-of time: one begins when a certificate runs out (or a device is placed
with one that has), and ends with the next certificate's date or when the device is taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from detect.nouns import Finding, FindingChange, Kind, Severity
from detect.ports import FindingLog
from detect.reconcile import NEW, Known, reconcile
from detect.tracks import FOREVER_US

DETECTOR = "calibration"
VERSION = "1"


class Overdue(NamedTuple):
    """A device is in use from–to with a certificate that has run out."""

    device: str
    """Full name."""
    quantity: str
    site: str | None
    """Where the device is; what is overdue on one site is one alarm and one piece of work."""
    certificate: str
    due_us: int
    from_us: int
    to_us: int | None
    """None while nothing ends it."""

    @property
    def subject(self) -> str:
        """The subject of its finding."""
        return f"device:{self.device}:{self.quantity}"


class CalibrationDues:
    """Follows the clock and the registry. If recording what was found fails, throw it away and make a new one."""

    def __init__(
        self, log: FindingLog, overdue: Callable[[], Sequence[Overdue]], new_id: Callable[[], str]
    ) -> None:
        """`overdue`: all there were, are and, as far as certificates say, will be."""
        self._overdue, self._new_id = overdue, new_id
        self._known = Known(log.stored)
        self._subjects = {found.subject for found in log.open_findings() if found.detector == DETECTOR}
        self._next_us = 0

    def registry_changed(self) -> None:
        """Judge all again at the next look."""
        self._next_us = 0

    def judge(self, as_of_us: int) -> list[FindingChange]:
        """What has run out, was renewed, or turned out otherwise, since the last look."""
        if as_of_us < self._next_us or not as_of_us:
            return []
        by_subject: dict[str, list[Overdue]] = {}
        self._next_us = FOREVER_US
        for one in self._overdue():
            if one.from_us > as_of_us:
                self._next_us = min(self._next_us, one.from_us)
            else:
                by_subject.setdefault(one.subject, []).append(one)
            if one.to_us is not None and one.to_us > as_of_us:
                self._next_us = min(self._next_us, one.to_us)
        changes: list[FindingChange] = []
        for subject in sorted(self._subjects | by_subject.keys()):
            recorded = self._known.within(subject, 0, FOREVER_US)
            judged = [_finding(one, as_of_us) for one in by_subject.get(subject, [])]
            own = [found for found in recorded if found.detector == DETECTOR]
            changes += reconcile(own, judged, "registry_changed", self._new_id)
        self._subjects |= by_subject.keys()
        self._known.note(changes)
        return changes


def _finding(one: Overdue, as_of_us: int) -> Finding:
    ends = one.to_us if one.to_us is not None and one.to_us <= as_of_us else None
    return Finding(
        id=NEW,
        detector=DETECTOR,
        detector_version=VERSION,
        kind=Kind.CALIBRATION_OVERDUE,
        subject=one.subject,
        band="",
        zone=None,
        cause=f"site:{one.site}:calibration" if one.site else f"device:{one.device}:calibration",
        severity=Severity.WARNING,
        start_us=one.from_us,
        end_us=ends,
        peak=None,
        area=None,
        coverage=1.0,
        samples=0,
        received_us=as_of_us,
        evidence={
            "device": one.device,
            "quantity": one.quantity,
            "certificate": one.certificate,
            "due_us": one.due_us,
        },
    )
