"""Pauses: which are too long, which a wider silence explains, and which are on record."""

from __future__ import annotations

from detect.excursions import DETECTOR as EXCURSION
from detect.layout import Layout
from detect.nouns import Finding
from detect.reconcile import Known
from detect.silence import DETECTOR, KINDS, Group, Key, Level, Pause, explained, subject_of


class Pauses:
    """Judges single pauses of the groups of a layout by what is known of them."""

    def __init__(self, layout: Layout, known: Known) -> None:
        self._layout, self._known = layout, known

    def too_long(self, group: Group, pause: Pause, as_of_us: int) -> bool:
        """Whether a pause is longer than its group may be quiet."""
        end_us = as_of_us if pause.end_us is None else pause.end_us
        if group.overdue(pause.start_us, end_us):
            return True
        return (
            group.level is Level.ZONE
            and group.overdue(pause.start_us, end_us, in_excursion=True)
            and self._in_excursion(group, pause.start_us)
        )

    def _in_excursion(self, group: Group, at_us: int) -> bool:
        """Whether the goods of a zone were beyond a limit when it fell silent."""
        subjects = {
            subject_of(*key)
            for member in group.members
            for key in self._layout.of_series[member]
            if key[0] is Level.QUANTITY
        }
        return any(
            found.detector == EXCURSION and found.zone == group.name
            for subject in subjects | group.goods_subjects
            for found in self._known.within(subject, at_us, at_us + 1)
        )

    def cause(self, group: Group, pause: Pause, wider: dict[Key, list[Pause]]) -> str | None:
        """One cause, one alarm: None if a wider group's silence explains it, which for a zone is its cause instead."""
        expected = group.at(pause.start_us)
        tolerance_us = expected.alert_us if group.level is Level.ZONE else expected.quiet_us
        by = next((k for k, found in wider.items() if explained(pause, tolerance_us, found)), None)
        if group.level is Level.ZONE:
            return f"{subject_of(*by)}:silent" if by else f"{group.subject}:unwatched"
        return None if by else f"{subject_of(group.level, group.name)}:silent"

    def recorded(self, group: Group, start_us: int, end_us: int) -> list[Finding]:
        """The pauses of a group on record that touch a window."""
        found = self._known.within(group.subject, start_us, end_us)
        return [f for f in found if f.detector == DETECTOR and f.kind is KINDS[group.level]]
