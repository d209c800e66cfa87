"""A seat that one process takes and others wait for: who works where two must not work at once."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from store.service import Place


class Seat(Protocol):
    """One place for one process; it is free again when that process is gone, however it went."""

    def take(self) -> bool:
        """Whether it is ours now. Waits for nobody; a database that is away has no seats."""

    def held(self) -> bool:
        """Whether it is ours still: asked of the server once a second at most."""

    def leave(self) -> None:
        """Let somebody else have it."""


class OwnSeat:
    """Where the database is a file, the lock in its data directory has seen to it already."""

    def take(self) -> bool:
        return True

    def held(self) -> bool:
        return True

    def leave(self) -> None:
        return


def seat_of(place: Place) -> Seat:
    """The seat of who works on tickets, and sends, for this service database."""
    if isinstance(place, Path):
        return OwnSeat()
    module: Any = import_module("store.seats_postgres")
    made: Seat = module.AdvisorySeat(place)
    return made
