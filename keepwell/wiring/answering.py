"""Who answers gateways: wired to the mappings that are switched on."""

from __future__ import annotations

from ingest.broker_url import parse_broker_url
from keepwell.answering import Answering, Mappings
from keepwell.processes import note_set_aside
from keepwell.settings import Settings
from keepwell.wiring.mappings import switched_on
from keepwell.wiring.parts import client_id, now_us
from store import events
from store.service import ServiceDatabase, open_service


def build(settings: Settings) -> Answering:
    """The one who answers, for the process of the API."""
    broker = parse_broker_url(settings.broker, settings.broker_ca or None)
    return Answering(broker, client_id(settings.data, "answering"), _Switched(settings).look)


class _Switched:
    """The mappings that are switched on, read again when the database has changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database: ServiceDatabase | None = None
        self._sequence = -1

    def look(self) -> Mappings | None:
        """The mappings; None if nothing has happened since."""
        if self._database is None:
            self._database = self._open()
        with self._database.reading() as connection:
            sequence = events.last_sequence(connection)
            if sequence == self._sequence:
                return None
            mappings = switched_on(connection)
        self._sequence = sequence
        return mappings

    def _open(self) -> ServiceDatabase:
        database = open_service(self._settings.service, now_us())
        if database.set_aside:
            note_set_aside(database.set_aside)
        return database
