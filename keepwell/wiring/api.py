"""The API process: HTTP over both databases."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import FastAPI

from api.app import create_app
from api.services import Services
from ingest import quantities
from ingest.mapping.shipped import shipped
from keepwell.embedding import gateway_address
from keepwell.import_jobs import ImportJobs, child
from keepwell.listening import BrokerListener
from keepwell.long_jobs import LongJobs
from keepwell.long_jobs import child as long_work
from keepwell.publishing import BrokerPublisher
from keepwell.settings import Settings
from keepwell.wiring import adopting, health
from keepwell.wiring.forecasts import OnDemand
from keepwell.wiring.gateways import granted
from keepwell.wiring.parts import broker_of, client_id, reader_of
from keepwell.wiring.parts import now_us as wall_us
from keepwell.wiring.policies import known
from notify.webhooks.addresses import Allowed
from store import events, refusals
from store.files import SetAside
from store.live_messages import LiveMessages
from store.model_files import ModelFiles
from store.repositories import alarms, findings, keys, machines, once, tickets
from store.repositories.credentials import CredentialRepository
from store.repositories.mappings import MappingRepository
from store.repositories.registry import RegistryRepository
from store.service import open_service


def build(
    settings: Settings, note: Callable[[SetAside], None], now_us: Callable[[], int] = wall_us
) -> FastAPI:
    """The web API over both databases."""
    database = open_service(settings.service, now_us())
    if database.set_aside:
        note(database.set_aside)
    reader = reader_of(settings)
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
        imports=ImportJobs(database, settings.imports, child(settings), now_us),
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
        live=LiveMessages(settings.live, now_us),
        positions=partial(health.positions, settings, database, reader),
        checks=health.checks(settings, database, reader, now_us),
        unit_of=lambda quantity: quantities.unit_of(quantity) or "",
        now_us=now_us,
        foretelling=OnDemand(database, reader, now_us),
        webhook_allow=Allowed.read(settings.webhook_allow),
        public_url=settings.public_url.rstrip("/"),
        receipt_token=settings.notify_receipt_token,
    )
    return create_app(services)
