"""Whether each part of an installation is well: asked by `/readyz`, and before the outside watcher is called."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from api.services import Check
from ingest.nouns import US_PER_SECOND
from keepwell.settings import Settings
from keepwell.wiring.parts import position_of
from store.journal import JournalReader
from store.readings import Reader
from store.repositories import checkpoints, clerk
from store.service import ServiceDatabase

STALE_US = 15 * US_PER_SECOND
_BEHIND = 500
"""Batches that may wait for the store."""


def checks(
    settings: Settings, database: ServiceDatabase, reader: Reader, now_us: Callable[[], int]
) -> tuple[Check, ...]:
    """Every part that must be ready before the service is."""
    return (
        Check("ingest", partial(_ingest, settings.journal, now_us)),
        Check("store", partial(_store, settings.journal, reader)),
        Check("detect", partial(_detect, database, now_us)),
        Check("tickets", partial(_tickets, database, now_us)),
    )


def positions(settings: Settings, database: ServiceDatabase, reader: Reader) -> dict[str, int]:
    """How far each stage has come, in journal positions."""
    with database.reading() as connection:
        detected = checkpoints.position(connection)
    return {"journal": _last(settings.journal)[0], "store": position_of(reader), "detect": detected}


def _last(journal: Path) -> tuple[int, int]:
    """Position and time of the newest batch. Connected and idle, ingest commits every second."""
    reader = JournalReader(journal)
    try:
        return reader.last()
    finally:
        reader.close()


def _ingest(journal: Path, now_us: Callable[[], int]) -> str | None:
    return None if now_us() - _last(journal)[1] < STALE_US else "no_batch_committed_lately"


def _store(journal: Path, reader: Reader) -> str | None:
    return None if _last(journal)[0] - position_of(reader) < _BEHIND else "behind_the_journal"


def _detect(database: ServiceDatabase, now_us: Callable[[], int]) -> str | None:
    with database.reading() as connection:
        checkpoint = checkpoints.load(connection)
    return None if now_us() - checkpoint.as_of_us < 2 * STALE_US else "no_checkpoint_recorded_lately"


def _tickets(database: ServiceDatabase, now_us: Callable[[], int]) -> str | None:
    with database.reading() as connection:
        kept_us = clerk.kept_us(connection)
    return None if now_us() - kept_us < 2 * STALE_US else "the_clerk_is_away"
