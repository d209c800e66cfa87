"""The deadband that an alarm lacks: its findings and the readings between them, fetched and handed to `tickets.alarming.deadbands`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from detect.nouns import Finding, Kind
from ingest.nouns import Flag
from store.nouns import ReadingReader
from store.readings.errors import ColdTierDown, StoreAbsent, StoreDamaged
from store.repositories import findings
from store.repositories.findings import FindingFilter
from tickets.alarming.deadbands import Deadband, Told, deadband
from tickets.nouns import Alarm

_UNTRUSTED = int(Flag.DISPUTED | Flag.SENTINEL | Flag.IMPOSSIBLE)
_CROSSING = (Kind.TOO_HIGH, Kind.TOO_LOW)
"""Kinds of findings that are a value beyond a limit."""
_MOST_FINDINGS = 500
_MOST_READINGS = 100_000
"""Of each device, from the first on; where it has more, later gaps count as not measured."""


class Proposed(NamedTuple):
    """A deadband in the unit of the limit."""

    deadband: Deadband
    unit: str


class _Line(NamedTuple):
    """Findings of one device at one limit."""

    device: str
    quantity: str
    limit: float
    high: bool


class Deadbands:
    """Deadbands for alarms, from what was found and measured in a stretch of time."""

    def __init__(
        self, connection: Any, reader: ReadingReader, unit_of: Callable[[str], str], from_us: int, to_us: int
    ) -> None:
        self._connection, self._reader, self._unit_of = connection, reader, unit_of
        self._from_us, self._to_us = from_us, to_us
        self._series: Mapping[tuple[str, str], int] | None = None

    def propose(self, alarm: Alarm) -> Proposed | None:
        """What would have kept it from coming again and again; None where a deadband is no help, or readings are away."""
        if alarm.kind not in _CROSSING:
            return None
        lines = self._lines(alarm.cause)
        try:
            found = deadband([self._told(line, those) for line, those in lines.items()])
        except (StoreAbsent, StoreDamaged, ColdTierDown):
            return None
        quantity = next((line.quantity for line in lines), "")
        return None if found is None else Proposed(found, self._unit_of(quantity))

    def _lines(self, cause: str) -> dict[_Line, list[Finding]]:
        """The findings that are over, by device and limit, in order."""
        which = FindingFilter(
            kinds=_CROSSING, causes=[cause], going_on=False, from_us=self._from_us, to_us=self._to_us
        )
        lines: dict[_Line, list[Finding]] = defaultdict(list)
        for one in reversed(findings.find(self._connection, which, limit=_MOST_FINDINGS)):
            said = one.evidence.get("device"), one.evidence.get("quantity"), one.evidence.get("limit")
            device, quantity, limit = said
            if isinstance(device, str) and isinstance(quantity, str) and isinstance(limit, int | float):
                lines[_Line(device, quantity, float(limit), one.kind is Kind.TOO_HIGH)].append(one)
        return dict(lines)

    def _told(self, line: _Line, those: Sequence[Finding]) -> Told:
        starts = np.array([one.start_us for one in those], np.int64)
        ends = np.array([one.end_us for one in those], np.int64)
        series = self._number(line.device, line.quantity)
        if series is None:
            return Told(starts, ends, np.empty(0, np.int64), np.empty(0, np.float64))
        rows = self._reader.range([series], int(ends[0]), int(starts[-1]), _MOST_READINGS)
        rows = rows.take((rows.flags & _UNTRUSTED) == 0)
        beyond = np.asarray(rows.value, np.float64) - line.limit
        return Told(starts, ends, np.asarray(rows.time_us, np.int64), -beyond if line.high else beyond)

    def _number(self, device: str, quantity: str) -> int | None:
        if self._series is None:
            self._series = {(info.device, info.quantity): info.id for info in self._reader.series()}
        return self._series.get((device, quantity))
