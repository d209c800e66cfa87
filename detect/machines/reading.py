"""Reading the days of machines: kept readings become what was seen of a machine in a day, and that its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

import numpy as np

from detect.excursions import trusted
from detect.machines.days import NOBODY, Course, Seen, figures, running_of_power
from detect.machines.nouns import US_PER_DAY, Day, Machine, Role, Source, Task
from detect.ports import Rows
from ingest.nouns import Columns, SeriesKey

_PER_CENT = frozenset({"duty_cycle"})
_MOST_PROBES = 4
"""So many probes of a room are enough; the first by name."""
VERSION = "1"


class Showing:
    """What shows a machine at work, as series of the store."""

    def __init__(self, machine: Machine, numbers: Mapping[SeriesKey, int]) -> None:
        self.machine = machine
        known = (
            (source, numbers.get(SeriesKey(source.device, source.quantity))) for source in machine.sources
        )
        self._sources = [(source, number) for source, number in known if number is not None]
        self.series = {number for _, number in self._sources}

    def digest(self, day: int) -> str:
        """What a day's figures are reckoned from, as long as the readings are the same; "" = nothing shows it that day."""
        used = sorted((source.role, number) for source, number in self._within(day))
        if not used:
            return ""
        return f"{crc32(repr((VERSION, self.machine.task, used)).encode()):08x}"

    def day(self, readings: Rows, day: int) -> Day:
        """The figures of a day, from the store."""
        return Day(
            day, figures(self.seen(readings, day * US_PER_DAY, (day + 1) * US_PER_DAY)), self.digest(day)
        )

    def seen(self, readings: Rows, from_us: int, to_us: int) -> Seen:
        """What was measured from–to; times count from `from_us`."""
        used = [
            (source, number)
            for source, number in self._sources
            if source.from_us < to_us and source.to_us > from_us
        ]
        rows = (
            trusted(readings.range(sorted({number for _, number in used}), from_us, to_us))
            if used
            else Columns.empty()
        )

        def courses(role: Role) -> list[Course]:
            own = [(source, number) for source, number in used if source.role is role]
            return [_course(rows, source, number, from_us) for source, number in own[:_MOST_PROBES]]

        running = _longest(courses(Role.RUNNING))
        if not len(running.value):
            running = running_of_power(_longest(courses(Role.POWER)))
        room = courses(Role.ROOM)
        warmth = _longest(courses(Role.WARMTH if self.machine.task is Task.DRYING else Role.ROOM))
        return Seen(
            self.machine.task, room, warmth, running, _longest(courses(Role.DOOR)),
            _longest(courses(Role.OUTDOOR_C)), _longest(courses(Role.OUTDOOR_RH)),
        )  # fmt: skip

    def _within(self, day: int) -> Iterable[tuple[Source, int]]:
        from_us, to_us = day * US_PER_DAY, (day + 1) * US_PER_DAY
        return ((s, n) for s, n in self._sources if s.from_us < to_us and s.to_us > from_us)


def _course(rows: Columns, source: Source, number: int, from_us: int) -> Course:
    there = (rows.series == number) & (rows.time_us >= source.from_us) & (rows.time_us < source.to_us)
    value = rows.value[there]
    if source.quantity in _PER_CENT:
        value = value / 100.0
    return Course(
        (rows.time_us[there] - from_us) / 1e6,
        np.clip(value, 0.0, 1.0) if source.role is Role.RUNNING else value,
    )


def _longest(courses: Sequence[Course]) -> Course:
    return max(courses, key=lambda course: len(course.value), default=NOBODY)
