"""Batteries of devices: by the discharge curve of the model where it is registered, else by how high they once were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from detect.condition.lives import LifeExaminer, Series
from detect.examining import Judged, Span
from detect.hours.battery import Battery
from detect.hours.cells import VOLTAGES, Cells, Curve, of_curve
from detect.hours.examiner import Hourly
from detect.nouns import Watch
from ingest.nouns import US_PER_HOUR

VOLTAGE = "battery_voltage"
Curves = Callable[[], Mapping[str, Curve]]
"""Device (full name) → the discharge curve of its model, where there is one."""


class BatteryExaminer:
    """Voltages of batteries."""

    detector = VOLTAGE
    every_us = US_PER_HOUR

    def __init__(self, readings: Hourly, curves: Curves) -> None:
        self._readings, self._curves = readings, curves
        self._by_cells: dict[Sequence[Cells], LifeExaminer] = {}

    def expect(self, watches: Sequence[Watch], series: Series) -> None:
        """See Examiner."""
        tables = {device: (of_curve(curve),) for device, curve in self._curves().items() if len(curve) > 1}
        parts: dict[Sequence[Cells], list[int]] = {}
        for number, key in series.items():
            if key.quantity == VOLTAGE:
                parts.setdefault(tables.get(key.device, VOLTAGES), []).append(number)
        self._by_cells = {table: LifeExaminer(Battery(VOLTAGE, table), self._readings) for table in parts}
        for table, examiner in self._by_cells.items():
            examiner.expect(watches, {number: series[number] for number in parts[table]})

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """See Examiner."""
        return [one for part in self._by_cells.values() for one in part.examine(touched, as_of_us)]
