"""The condition of devices in the detect process: its examiners, with what they ask of the registry."""

from __future__ import annotations

from collections.abc import Mapping

import registry.condition
from detect.condition import all as condition
from detect.condition.clocks import Standing
from detect.examining import Examiner
from detect.hours.cells import Curve
from registry.nouns import RegistrySnapshot
from store import events
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase

_KINDS = frozenset({"site", "zone", "gateway", "device", "device_model", "placement"})


def examiners(database: ServiceDatabase, readings: condition.Readings, log: Standing) -> list[Examiner]:
    """All of them."""
    asked = _Asked(database)
    return condition.examiners(readings, log, asked.curves, asked.sites)


class _Asked:
    """The registry, read anew only when something in it has changed."""

    def __init__(self, database: ServiceDatabase) -> None:
        self._database = database
        self._sequence = -1
        self._known: RegistrySnapshot | None = None

    def curves(self) -> Mapping[str, Curve]:
        return registry.condition.curves(self._snapshot())

    def sites(self) -> Mapping[str, str]:
        return registry.condition.sites(self._snapshot())

    def _snapshot(self) -> RegistrySnapshot:
        with self._database.reading() as connection:
            repository = RegistryRepository(connection)
            if self._known is None or repository.changes_since(self._sequence, limit=1):
                self._known = repository.snapshot(_KINDS)
            self._sequence = events.last_sequence(connection)
        return self._known
