"""Planned: what is expected of every device when, by one state of the registry; made anew only when that has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace

from api.pool import Pool
from api.services import Services
from detect.nouns import Watch
from registry.nouns import RegistrySnapshot
from registry.plan import watches

_MOST = 16


class Plans:
    """The plan of the newest registry that was asked about, and those in which some lots alone are in their places."""

    def __init__(self, services: Services, pool: Pool) -> None:
        self._services, self._pool = services, pool
        self._lock = asyncio.Lock()
        self._sequence = -1
        self._snapshot: RegistrySnapshot | None = None
        self._made: dict[frozenset[str] | None, list[Watch]] = {}

    async def of(self, sequence: int, lots: Collection[str] | None = None) -> list[Watch]:
        """The watches of a registry of at least this number; with `lots`: as if there were no others."""
        key = None if lots is None else frozenset(lots)
        async with self._lock:
            return await self._pool(self._find, sequence, key)

    def _find(self, sequence: int, lots: frozenset[str] | None) -> list[Watch]:
        if self._snapshot is None or sequence > self._sequence:
            with self._services.database.reading() as connection:
                self._snapshot = self._services.registry(connection).snapshot()
            self._sequence = self._snapshot.sequence
            self._made.clear()
        if lots not in self._made:
            if len(self._made) >= _MOST:
                self._made.clear()
            self._made[lots] = watches(_only(self._snapshot, lots))
        return self._made[lots]


def _only(snapshot: RegistrySnapshot, lots: frozenset[str] | None) -> RegistrySnapshot:
    if lots is None:
        return snapshot
    return replace(snapshot, lots=tuple(lot for lot in snapshot.lots if lot.key in lots))
