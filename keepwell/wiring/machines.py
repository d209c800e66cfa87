"""Machines in the detect process: their examiners, with the registry and the figures they keep."""

from __future__ import annotations

from collections.abc import Sequence

import registry.machines
from detect.examining import Examiner
from detect.machines.fleet import Fleet
from detect.machines.inspecting import InspectionExaminer
from detect.machines.nouns import Day, Figure, Machine, Value
from detect.machines.resting import RestExaminer
from detect.machines.wearing import WearExaminer
from detect.ports import Rows
from store import events
from store.repositories import machines
from store.repositories.machines import StoredDay
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase


def examiners(database: ServiceDatabase, readings: Rows, *, on_record: bool = True) -> list[Examiner]:
    """All that look at machines, without anything from an earlier engine.

    Args:
        on_record: False: the figures of their days are kept in memory, for a back-test.
    """
    kept = _Kept(database) if on_record else _Apart(database)
    fleet = Fleet(readings, kept, kept.machines)
    return [WearExaminer(fleet), RestExaminer(fleet), InspectionExaminer(fleet)]


class _Kept:
    """The service database as the machines' examiners use it."""

    def __init__(self, database: ServiceDatabase) -> None:
        self._database = database
        self._sequence = -1
        self._known: list[Machine] = []

    def machines(self) -> Sequence[Machine]:
        """The machines of now; read anew only when something about them changed."""
        with self._database.reading() as connection:
            repository, needed = RegistryRepository(connection), registry.machines.NEEDED
            if self._sequence < 0 or repository.changes_since(self._sequence, 1, needed):
                self._known = registry.machines.machines(
                    repository.snapshot(needed), machines.inspected(connection)
                )
            self._sequence = events.last_sequence(connection)
        return self._known

    def kept(self, machine: str, from_day: int, behind_day: int) -> list[Day]:
        with self._database.reading() as connection:
            found = machines.days(connection, machine, from_day, behind_day)
        return [
            Day(
                one.day,
                {Figure(name): Value(*value) for name, value in one.figures.items() if name in _KNOWN},
                one.inputs,
            )
            for one in found
        ]

    def keep(self, machine: str, days: Sequence[Day]) -> None:
        rows = [
            StoredDay(
                day.day,
                day.inputs,
                {str(name): (v.value, v.samples, v.coverage) for name, v in day.figures.items()},
            )
            for day in days
        ]
        with self._database.writing() as connection:
            machines.keep_days(connection, machine, rows)


class _Apart(_Kept):
    """The same without the figures on record: those of a back-test are its own."""

    def __init__(self, database: ServiceDatabase) -> None:
        super().__init__(database)
        self._days: dict[str, dict[int, Day]] = {}

    def kept(self, machine: str, from_day: int, behind_day: int) -> list[Day]:
        own = self._days.get(machine, {})
        return [own[day] for day in sorted(own) if from_day <= day < behind_day]

    def keep(self, machine: str, days: Sequence[Day]) -> None:
        self._days.setdefault(machine, {}).update((day.day, day) for day in days)


_KNOWN = frozenset(map(str, Figure))
