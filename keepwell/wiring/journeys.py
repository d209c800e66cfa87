"""Shipments followed by the positions of the devices in them, beside detection, which reads the feed anyway."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from ingest.nouns import US_PER_DAY, Columns
from registry import journeys
from registry.journeys import Fence
from registry.nouns import Device, Fixes, RegistrySnapshot, Shipment, Site, Source, Stage, Told
from store import positions
from store.nouns import Conflict, Feed, ReadingReader, SeriesInfo
from store.repositories import journeys as kept
from store.repositories.records import BadValueError, By
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase

PRINCIPAL = "system:geofence"
_log = logging.getLogger(__name__)

OPEN_US = 7 * US_PER_DAY
"""So long after its arrival, late positions still correct a journey."""


class Tapped:
    """The readings as the engine asks for them; notes which series with positions the feed brought anything of."""

    def __init__(self, readings: ReadingReader) -> None:
        self._readings = readings
        self.listening: frozenset[int] = frozenset()
        self.heard: set[int] | None = None
        """None: everything may have changed."""
        self.greatest = -1
        """The greatest number of a series that was heard."""

    def feed(self, after: int, max_readings: int = 200_000) -> list[Feed] | None:
        """As asked; what was heard is noted."""
        found = self._readings.feed(after, max_readings)
        if found is None:
            self.heard = None
        for feed in found or ():
            self._note(feed.kept)
            self._note(feed.disputed)
        return found

    def _note(self, rows: Columns) -> None:
        """Rows are sorted by series."""
        if len(rows):
            self.greatest = max(self.greatest, int(rows.series[-1]))
        if len(rows) and self.heard is not None and self.listening:
            wanted = np.array(sorted(self.listening), np.int32)
            at = np.minimum(np.searchsorted(rows.series, wanted), len(rows) - 1)
            self.heard.update(wanted[rows.series[at] == wanted].tolist())

    def take(self) -> set[int] | None:
        """What was heard since the last time."""
        heard, self.heard = self.heard, set()
        return heard

    def series(self) -> list[SeriesInfo]:
        """As asked."""
        return self._readings.series()

    def latest(self, series: Sequence[int] | None = None) -> Columns:
        """As asked."""
        return self._readings.latest(series)

    def range(self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None) -> Columns:
        """As asked."""
        return self._readings.range(series, start_us, end_us, limit)

    def conflicts(self, series: Sequence[int], start_us: int, end_us: int) -> list[Conflict]:
        """As asked."""
        return self._readings.conflicts(series, start_us, end_us)

    def position(self) -> int:
        """As asked."""
        return self._readings.position()


class _Followed(NamedTuple):
    """A shipment that is followed, and by whose positions."""

    shipment: Shipment
    sources: tuple[Source, ...]
    series: frozenset[int]


class _News(NamedTuple):
    """What positions say of a shipment."""

    shipment: Shipment
    told: Told


class Following:
    """Follows the shipments that are under way: those, and only those, whose positions or plans changed."""

    def __init__(self, readings: ReadingReader, tapped: Tapped, database: ServiceDatabase) -> None:
        self._readings, self._tapped, self._database = readings, tapped, database
        self._registry = -1
        self._plan: dict[str, _Followed] = {}
        self._fences: dict[str, Fence] = {}
        self._trackers: dict[str, positions.Tracker] = {}
        self._greatest = -1
        self._changed: set[str] = set()

    def follow(self, registry_sequence: int, now_us: int) -> int:
        """Write down what positions told since the last time; return how many shipments changed."""
        if registry_sequence != self._registry or self._tapped.greatest > self._greatest:
            self._take_up(now_us)
            self._registry = registry_sequence
        heard = self._tapped.take()
        for key, one in self._plan.items():
            if heard is None or not heard.isdisjoint(one.series):
                self._changed.add(key)
        done = [key for key in sorted(self._changed) if self._write(self._plan[key], now_us)]
        self._changed.clear()
        return len(done)

    def _take_up(self, now_us: int) -> None:
        """Read registry and series anew; shipments that are planned otherwise than before are looked at again."""
        with self._database.reading() as connection:
            snapshot = _journeys(RegistryRepository(connection))
        series = self._readings.series()
        self._greatest = max((info.id for info in series), default=-1)
        self._trackers = positions.trackers(series)
        fences = journeys.fences(snapshot.sites)
        plan = {one.shipment.key: one for one in self._under_way(snapshot, now_us)}
        again = {key for key, one in plan.items() if self._plan.get(key) != one or fences != self._fences}
        self._changed = again | (self._changed & plan.keys())
        self._plan, self._fences = plan, fences
        self._tapped.listening = frozenset().union(*(one.series for one in plan.values()))

    def _under_way(self, snapshot: RegistrySnapshot, now_us: int) -> list[_Followed]:
        found = []
        by_shipment = journeys.sources(snapshot)
        for shipment in snapshot.shipments:
            arrived_us = journeys.legs_of(shipment)[-1].arrived_us
            if shipment.stage is Stage.ARRIVED and arrived_us is not None and arrived_us < now_us - OPEN_US:
                continue
            known = [s for s in by_shipment[shipment.key] if s.device in self._trackers]
            series = frozenset(number for s in known for number in self._trackers[s.device])
            if by_shipment[shipment.key]:
                found.append(_Followed(shipment, tuple(by_shipment[shipment.key]), series))
        return found

    def _write(self, one: _Followed, now_us: int) -> bool:
        """Whether what the positions say is something new."""
        legs = range(len(journeys.legs_of(one.shipment)))
        fixes = [positions.of_sources(self._readings, self._trackers, one.sources, leg) for leg in legs]

        with self._database.reading() as connection:
            if self._news(connection, one.shipment.key, fixes) is None:
                return False
        try:
            with self._database.writing() as connection:
                news = self._news(connection, one.shipment.key, fixes)
                if news is None:
                    return False
                RegistryRepository(connection).put(news.shipment, By(PRINCIPAL, now_us, "journey.geofence"))
                kept.keep(connection, one.shipment.key, news.told)
        except BadValueError as error:  # positions contradict what a person entered, whose word holds
            _log.warning("journey not written down: %s", error)
            return False
        return True

    def _news(self, connection: Connection, key: str, fixes: list[Fixes]) -> _News | None:
        """The shipment as it is on record now, with what positions say; None if it says so already."""
        stored = RegistryRepository(connection).get(Shipment, key)
        if stored is None or len(journeys.legs_of(stored.value)) != len(fixes):
            return None
        before = kept.told(connection, key)
        news = _News(*journeys.followed(stored.value, before, fixes, self._fences))
        return None if news == (stored.value, before) else news


def _journeys(registry: RegistryRepository) -> RegistrySnapshot:
    """What of the registry says where shipments go and what travels in them: goods and customers are left out."""
    return RegistrySnapshot(
        sites=tuple(stored.value for stored in registry.all(Site).values()),
        devices=tuple(stored.value for stored in registry.all(Device).values()),
        shipments=tuple(stored.value for stored in registry.all(Shipment).values()),
        placements=tuple(registry.placements.on_journeys()),
    )
