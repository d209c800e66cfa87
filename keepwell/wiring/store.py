"""The store process: journal → readings."""

from __future__ import annotations

from collections.abc import Callable

from keepwell.settings import Settings
from keepwell.wiring.parts import influx_of, now_us
from store.applying import Applying, begin_anew
from store.files import SetAside
from store.journal import JournalReader
from store.readings import Writer, open_influx_store, open_store


def build(settings: Settings, note: Callable[[SetAside], None]) -> Applying:
    """Store: journal → readings."""
    store = _open_writer(settings)
    if store.set_aside:
        note(store.set_aside)
        begin_anew(store, JournalReader(settings.journal))

    def open_journal() -> JournalReader | None:
        return JournalReader(settings.journal) if settings.journal.exists() else None

    return Applying(open_journal, store, now_us)


def _open_writer(settings: Settings) -> Writer:
    if settings.influx_url:
        return open_influx_store(settings.readings, influx_of(settings), now_us=now_us())
    return open_store(settings.readings, now_us=now_us(), retention_days=settings.retention_days or None)
