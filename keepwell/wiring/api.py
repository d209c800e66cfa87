"""The API process: HTTP over both databases."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from api.app import create_app
from api.services import Check, Services
from ingest import quantities
from ingest.mapping.shipped import shipped
from ingest.nouns import US_PER_SECOND
from keepwell.embedding import gateway_address
from keepwell.import_jobs import ImportJobs, child
from keepwell.listening import BrokerListener
from keepwell.long_jobs import LongJobs
from keepwell.long_jobs import child as long_work
from keepwell.publishing import BrokerPublisher
from keepwell.settings import Settings
from keepwell.wiring import adopting
from keepwell.wiring.forecasts import OnDemand
from keepwell.wiring.gateways import granted
from keepwell.wiring.parts import broker_of, client_id, now_us, position_of, reader_of
from keepwell.wiring.policies import known
from store import events, refusals
from store.files import SetAside
from store.journal import JournalReader
from store.model_files import ModelFiles
from store.readings import Reader
from store.repositories import alarms, checkpoints, findings, keys, machines, once, tickets
from store.repositories.credentials import CredentialRepository
from store.repositories.mappings import MappingRepository
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service

STALE_US = 15 * US_PER_SECOND


def build(settings: Settings, note: Callable[[SetAside], None]) -> FastAPI:
    """The web API over both databases."""
    database = open_service(settings.service, now_us())
    if database.set_aside:
        note(database.set_aside)
    reader = reader_of(settings)
    journal = _JournalHealth(settings.journal)
    broker = broker_of(settings)
    services = Services(
        readings=reader,
        database=database,
        events=events,
        registry=RegistryRepository,
        keys=keys.KeyRepository,
        once=once.once,
        findings=findings,
        alarms=alarms,
        tickets=tickets,
        imports=ImportJobs(database, settings.imports, child(settings.data), now_us),
        long_jobs=LongJobs(database, long_work(settings), now_us),
        model_complaint=partial(adopting.complaint, ModelFiles(settings.models)),
        adopt_proposal=adopting.adopt,
        policies=known,
        publisher=BrokerPublisher(broker, client_id(settings.data, "api")),
        credentials=CredentialRepository,
        granted=granted,
        refusals=partial(refusals.read, settings.refusals),
        gateway_address=gateway_address(settings),
        machines=machines,
        mappings=MappingRepository,
        ready_mappings=shipped,
        listener=BrokerListener(broker, client_id(settings.data, "api")),
        positions=partial(_positions, database, reader, journal),
        checks=(
            Check("ingest", journal.complaint),
            Check("store", partial(_store_complaint, reader, journal)),
            Check("detect", partial(_detect_complaint, database)),
        ),
        unit_of=lambda quantity: quantities.unit_of(quantity) or "",
        now_us=now_us,
        foretelling=OnDemand(database, reader, now_us),
        public_url=settings.public_url.rstrip("/"),
    )
    return create_app(services)


class _JournalHealth:
    """Whether ingest commits: connected and idle it does so every second."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self) -> tuple[int, int]:
        """Position and time of the newest batch."""
        reader = JournalReader(self._path)
        try:
            return reader.last()
        finally:
            reader.close()

    def complaint(self) -> str | None:
        """Why ingest is not ready."""
        return None if now_us() - self.last()[1] < STALE_US else "no_batch_committed_lately"


def _positions(database: ServiceDatabase, reader: Reader, journal: _JournalHealth) -> dict[str, int]:
    """How far each stage has come, in journal positions."""
    with database.reading() as connection:
        detected = checkpoints.position(connection)
    return {"journal": journal.last()[0], "store": position_of(reader), "detect": detected}


def _store_complaint(reader: Reader, journal: _JournalHealth) -> str | None:
    return None if journal.last()[0] - position_of(reader) < 500 else "behind_the_journal"


def _detect_complaint(database: ServiceDatabase) -> str | None:
    with database.reading() as connection:
        checkpoint = checkpoints.load(connection)
    return None if now_us() - checkpoint.as_of_us < 2 * STALE_US else "no_checkpoint_recorded_lately"
