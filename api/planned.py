"""Planned: what is expected of every device when, by one state of the registry; made anew only when that has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from api.pool import Pool
from api.services import Services
from detect.nouns import Watch
from registry.nouns import RegistrySnapshot
from registry.plan import watches

_MOST = 16


class _Goods(NamedTuple):
    """Whose goods a plan is of."""

    lots: frozenset[str] | None
    """None: all."""
    alone: bool
    """Without what zones have of their own."""


class Plans:
    """The plan of the newest registry that was asked about, and those in which some lots alone are in their places."""

    def __init__(self, services: Services, pool: Pool) -> None:
        self._services, self._pool = services, pool
        self._lock = asyncio.Lock()
        self._sequence = -1
        self._snapshot: RegistrySnapshot | None = None
        self._made: dict[_Goods, list[Watch]] = {}

    async def of(
        self, sequence: int, lots: Collection[str] | None = None, *, alone: bool = False
    ) -> list[Watch]:
        """The watches of a registry of at least this number; with `lots`: as if there were no others.

        Args:
            alone: as if zones had no profile of their own, either.
        """
        goods = _Goods(None if lots is None else frozenset(lots), alone)
        async with self._lock:
            return await self._pool(self._find, sequence, goods)

    def _find(self, sequence: int, goods: _Goods) -> list[Watch]:
        if self._snapshot is None or sequence > self._sequence:
            with self._services.database.reading() as connection:
                self._snapshot = self._services.registry(connection).snapshot()
            self._sequence = self._snapshot.sequence
            self._made.clear()
        if goods not in self._made:
            if len(self._made) >= _MOST:
                self._made.clear()
            self._made[goods] = watches(_only(self._snapshot, goods))
        return self._made[goods]


def _only(snapshot: RegistrySnapshot, goods: _Goods) -> RegistrySnapshot:
    found = snapshot
    if goods.lots is not None:
        found = replace(found, lots=tuple(lot for lot in found.lots if lot.key in goods.lots))
    if goods.alone:
        found = replace(found, zones=tuple(replace(zone, profile=None) for zone in found.zones))
    return found
