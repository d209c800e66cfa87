"""The event table verified, offline or beside a running service."""

from __future__ import annotations

from typing import Any

from keepwell.settings import Settings
from keepwell.wiring.parts import expect_service, now_us
from store import events
from store.service import open_service


def build(settings: Settings) -> dict[str, Any]:
    """What verification found, as one object.

    Raises:
        FileNotFoundError: there is no service database in the data directory.
    """
    expect_service(settings)
    database = open_service(settings.service, now_us())
    try:
        with database.reading() as connection:
            verdict = events.verify(connection)
    finally:
        database.close()
    first, last = verdict.unsealed or (0, 0)
    return {
        "head": verdict.head.sequence,
        "hash": verdict.head.hash.hex(),
        "broken": verdict.broken.value if verdict.broken else None,
        "broken_at": verdict.broken_at,
        "unsealed": f"{first}–{last}" if verdict.unsealed else "–",
    }
