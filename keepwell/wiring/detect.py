"""The detect process: feed → findings, alarms, tickets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

import registry.plan
from detect.calibration import CalibrationDues, Overdue
from detect.engine import Engine
from detect.examining import Examiner
from detect.goods import examiners as goods
from detect.hours import sensors, unusual
from detect.nouns import Checkpoint, Finding, FindingChange, Watch
from detect.ports import FindingLog, Kept
from detect.streams.catalogue import ALL
from keepwell.detecting import Detecting
from keepwell.settings import Settings
from keepwell.wiring import condition, forecasts, holds, machines, models
from keepwell.wiring.heads import DailyHeads
from keepwell.wiring.journeys import Following, Tapped
from keepwell.wiring.parts import now_us as wall_us
from keepwell.wiring.parts import reader_of
from keepwell.wiring.policies import known
from registry import calibrations
from registry.nouns import SubjectKind, uuid7
from store import events
from store.files import SetAside
from store.model_files import ModelFiles
from store.repositories import checkpoints, desk, findings
from store.repositories import forecasts as announcements
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service
from tickets.places import RegistryPlaces
from tickets.raising import Raising

_SENSORS = frozenset({
    "site",
    "zone",
    "gateway",
    "device",
    "calibration",
    "equipment",
    "shipment",
    "placement",
})
"""What certificates of devices in use are about."""


def build(
    settings: Settings, note: Callable[[SetAside], None], now_us: Callable[[], int] = wall_us
) -> Detecting:
    """Detect and tickets: feed → findings, alarms, tickets."""
    database = open_service(settings.service, now_us())
    if database.set_aside:
        note(database.set_aside)
    reader = reader_of(settings)
    tapped = Tapped(reader)
    service = _Desk(database, Following(reader, tapped, database), DailyHeads(settings.audit_heads, now_us))

    def new_engine() -> Engine:
        files = ModelFiles(settings.models)
        looking = [*examiners(database, reader, service), *models.examiners(database, files, reader, now_us)]
        return Engine(
            tapped, service, service.watches, service.checkpoint(), lambda: uuid7(now_us()), looking, ALL
        )

    def new_dues() -> CalibrationDues:
        return CalibrationDues(service, service.overdue, lambda: uuid7(now_us()))

    return Detecting(new_engine, new_dues, service, now_us)


def examiners(
    database: ServiceDatabase, reader: Kept, service: FindingLog, *, on_record: bool = True
) -> list[Examiner]:
    """All that look every so often (but trained models), without anything from an earlier engine.

    Args:
        on_record: False: what they reckon for later is kept in memory, for a back-test.
    """
    return [
        *goods.examiners(reader, service),
        *sensors.examiners(reader),
        *unusual.examiners(reader),
        *condition.examiners(database, reader, service),
        *forecasts.examiners(database, reader, service),
        *machines.examiners(database, reader, on_record=on_record),
    ]


class _Desk:
    """The service database as detection uses it."""

    def __init__(self, database: ServiceDatabase, following: Following, heads: DailyHeads) -> None:
        self._database = database
        self._heads = heads
        self._following = following
        self._policies = -1
        """The number of the policies with which tickets are raised."""
        self._sequence = 0
        self._registry = 0
        self._raising: Raising | None = None
        self._sealed = -1

    def writing(self) -> AbstractContextManager[Connection]:
        return self._database.writing()

    def record(self, connection: Connection, changes: list[FindingChange], at_us: int) -> None:
        policies = known(connection)
        if self._raising is None or policies.number != self._policies:
            places = RegistryPlaces(RegistryRepository(connection).snapshot(), policies.at(at_us).grades)
            self._raising, self._policies = Raising(policies, places, uuid7), policies.number
        desk.record(connection, changes, self._raising, at_us)
        holds.hold(connection, changes, at_us)
        announcements.note(connection, changes)

    def keep_checkpoint(self, connection: Connection, checkpoint: Checkpoint, at_us: int) -> None:
        checkpoints.keep(connection, checkpoint, at_us)

    def checkpoint(self) -> Checkpoint:
        with self._database.reading() as connection:
            return checkpoints.load(connection)

    def unsealed(self) -> bool:
        with self._database.reading() as connection:
            self._heads.note(connection)
            return events.last_sequence(connection) != self._sealed

    def seal(self, connection: Connection) -> int:
        done = events.seal(connection)
        self._sealed = events.last_sequence(connection)
        return done

    def registry_sequence(self) -> int:
        """A number that changes when the registry does."""
        with self._database.reading() as connection:
            sequence = events.last_sequence(connection)
            changes = sequence != self._sequence and RegistryRepository(connection).changes_since(
                self._sequence
            )
        self._sequence = sequence
        if changes:
            self._registry = changes[-1].sequence
            self._raising = None
        return self._registry

    def follow(self, now_us: int) -> None:
        """Shipments by the positions in them."""
        self._following.follow(self._registry, now_us)

    def stored(self, subjects: Any, from_us: int) -> list[Finding]:
        with self._database.reading() as connection:
            return findings.stored(connection, subjects, from_us)

    def open_findings(self) -> list[Finding]:
        with self._database.reading() as connection:
            return findings.going_on(connection)

    def standing(self) -> list[Finding]:
        with self._database.reading() as connection:
            return findings.standing(connection)

    def overdue(self) -> list[Overdue]:
        with self._database.reading() as connection:
            return calibrations.overdue(RegistryRepository(connection).snapshot(_SENSORS))

    def watches(self) -> list[Watch]:
        with self._database.reading() as connection:
            repository = RegistryRepository(connection)
            snapshot = repository.snapshot()
            placed = repository.placements.of_kind(SubjectKind.DEVICE)
        recorded = {
            (stored.value.subject, stored.value.valid_from_us): _made_us(stored.id) for stored in placed
        }
        keys_of = {device.full_name: device.key for device in snapshot.devices}
        return [
            replace(watch, recorded_us=recorded.get((keys_of[watch.device], watch.valid_from_us), 0))
            for watch in registry.plan.watches(snapshot)
        ]


def _made_us(uuid7_text: str) -> int:
    """When a UUIDv7 was made, to the millisecond below."""
    return int(uuid7_text.replace("-", "")[:12], 16) * 1000
