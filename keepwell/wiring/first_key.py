"""The first API key, made at the first start."""

from __future__ import annotations

from pathlib import Path

from keepwell.processes import note_set_aside
from keepwell.settings import Settings
from keepwell.wiring.parts import now_us
from store.repositories import keys
from store.service import open_service


def build(settings: Settings) -> str | None:
    """The secret of the first API key, if none was ever made; it is shown once and kept nowhere."""
    database = open_service(settings.service, now_us())
    if database.set_aside:
        note_set_aside(database.set_aside)
    try:
        with database.writing() as connection:
            issued = keys.KeyRepository(connection).first(now_us())
    finally:
        database.close()
    return issued.secret if issued else None


def secret_of(data: Path) -> str:
    """The first key of a fresh data directory."""
    secret = build(Settings(data=data))
    assert secret is not None  # it is fresh
    return secret
