"""A cold room with its cooler, as readings and as examiners see it; figures kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from detect.examining import Span
from detect.machines.fleet import Fleet
from detect.machines.inspecting import InspectionExaminer
from detect.machines.nouns import US_PER_DAY, Day, Machine, Role, Source, Task
from detect.machines.resting import RestExaminer
from detect.machines.wearing import WearExaminer
from detect.nouns import Finding, Limit, Severity, Watch
from ingest.nouns import SeriesKey
from tests.detect.memory import MemoryReadings

DETECTORS = ("machine_wear", "machine_rest", "inspections")
FIRST = 20_000
"""The day on which the machines of these tests begin."""
MINUTE = 60_000_000
COOLER = Machine("ac", "AC 1", "cold", Task.COOLING, "CU-20", "hub", (), 8.0)
KEYS = {
    1: SeriesKey("g/room", "temperature"), 2: SeriesKey("g/unit", "running"), 3: SeriesKey("g/roof", "outdoor_temperature"),
}  # fmt: skip
ROLES = {1: Role.ROOM, 2: Role.RUNNING, 3: Role.OUTDOOR_C}


def thermostat(duty: float, minutes: int = 1440, cycle: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Temperature and running of a room that swings by 2 K around 4 °C, minute by minute."""
    phase = np.arange(minutes) % cycle
    on = phase < round(duty * cycle)
    share = np.where(
        on, phase / max(round(duty * cycle), 1), (phase - duty * cycle) / max(cycle * (1 - duty), 1)
    )
    return np.where(on, 5.0 - 2 * share, 3.0 + 2 * share), on.astype(float)


class Memory:
    """Figures kept in memory."""

    def __init__(self) -> None:
        self.days: dict[tuple[str, int], Day] = {}
        self.made: list[int] = []

    def kept(self, machine: str, from_day: int, behind_day: int) -> list[Day]:
        """In order."""
        return [self.days[machine, day] for day in range(from_day, behind_day) if (machine, day) in self.days]

    def keep(self, machine: str, days: Sequence[Day]) -> None:
        """In place of those of the same number."""
        self.made += [day.day for day in days]
        self.days |= {(machine, day.day): day for day in days}


class Cold:
    """A cold room with a cooler, by days of its strength; read every so many minutes."""

    def __init__(self, strength: Sequence[float], every: int = 10) -> None:
        self.rows: list[tuple[int, int, float, int]] = []
        for day, own in enumerate(strength):
            duty = min(0.35 / own, 1.0) if own else 0.0
            room, running = thermostat(duty, cycle=80)
            if not own:
                room = np.minimum(4.0 + np.arange(1440) / 120, 16.0)
            for minute in range(0, 1440, every):
                at = (FIRST + day) * US_PER_DAY + minute * MINUTE
                values = {1: room[minute], 2: running[minute], 3: 24.0 + (day % 5)}
                self.rows += [(series, at, float(value), 0) for series, value in values.items()]
        self.machine = replace(
            COOLER, sources=tuple(Source(ROLES[n], *key, 0, 2**62) for n, key in KEYS.items())
        )
        self.log, self.readings = Memory(), MemoryReadings([])
        self.to_us = (FIRST + len(strength)) * US_PER_DAY

    def receive(self, rows: Sequence[tuple[int, int, float, int]]) -> dict[int, Span]:
        """Keep them; what they touched."""
        self.readings.add(rows, max(at for _, at, _, _ in rows))
        touched: dict[int, Span] = {}
        for series, at, _, _ in rows:
            known = touched.get(series, Span(at, at))
            touched[series] = Span(min(known.first_us, at), max(known.last_us, at))
        return touched

    def fleet(self) -> Fleet:
        """As after a restart."""
        return Fleet(self.readings, self.log, lambda: [self.machine])


LIMIT = Limit("chilled/high", "temperature", "high", 8.0, 0.2, 0, 1, Severity.ALARM)
WATCH = Watch("g/room", "g", "cold", 0, None, MINUTE, (), MINUTE, (LIMIT,))
WEAKENING = [1.0] * 26 + [1.0 - 0.06 * day for day in range(1, 9)]


def told(
    examiner: WearExaminer | RestExaminer | InspectionExaminer, cold: Cold, touched: dict[int, Span]
) -> list[Finding]:
    """What an examiner says after a look at all of it."""
    examiner.expect([WATCH], KEYS)
    judged = examiner.examine(touched, cold.to_us) if touched else []
    judged += examiner.examine({}, cold.to_us)
    return [finding for one in judged for finding in one.findings]


def figured(cold: Cold, rows: Sequence[tuple[int, int, float, int]]) -> dict[int, Span]:
    """The days before the last one have their figures; what is new is the last day."""
    touched = cold.receive(rows)
    told(WearExaminer(cold.fleet()), cold, touched)
    return {series: Span((FIRST + 10) * US_PER_DAY, span.last_us) for series, span in touched.items()}


def stopped(with_signal: bool) -> list[Finding]:
    """A machine that stands still for ten hours after ten ordinary days."""
    cold = Cold([1.0] * 10 + [0.0])
    cold.to_us -= 14 * 60 * MINUTE
    rows = [row for row in cold.rows if row[1] < cold.to_us and (with_signal or row[0] != 2)]
    return told(RestExaminer(cold.fleet()), cold, figured(cold, rows))


def findings() -> list[Finding]:
    """One that weakens, one that stands still, one that is due for inspection."""
    weak = Cold(WEAKENING, 20)
    found = told(WearExaminer(weak.fleet()), weak, weak.receive(weak.rows))
    weak.machine = replace(weak.machine, inspection_us=2 * US_PER_DAY, inspected_us=(FIRST * US_PER_DAY,))
    return [*found, *stopped(True), *told(InspectionExaminer(weak.fleet()), weak, {})]
