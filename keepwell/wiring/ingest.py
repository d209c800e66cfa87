"""The ingest process: broker → journal."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import registry.plan
from ingest.mapping.mapper import Mapper
from ingest.nouns import US_PER_MINUTE, NewSeries
from ingest.pipeline import Pipeline
from ingest.repeats import HORIZON_US, Repeats
from ingest.series import KnownDevices, SeriesNumbers, SeriesSettings
from ingest.service import Intake
from ingest.session import SessionSettings
from ingest.subscriber import Subscriber
from ingest.watching import Watcher
from keepwell.settings import Settings
from keepwell.wiring.mappings import Mapped, mapped
from keepwell.wiring.parts import broker_of, client_id, now_us, position_of, reader_of
from registry import models
from registry.nouns import RegistrySnapshot
from store import events
from store.files import SetAside
from store.journal import Journal, open_journal
from store.live_messages import LiveKeeper
from store.readings import Reader, StoreAbsent
from store.repositories.mappings import MappingRepository
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase, open_service

_log = logging.getLogger(__name__)

HOUSE_S = 1.0
SHOWN_S = 0.2
"""How often messages are handed to who looks at them."""
JOURNAL_GAP = 1 << 32
"""More positions than any journal holds."""
JOURNAL_KEPT_US = HORIZON_US + US_PER_MINUTE
"""Batches stay in the journal at least so long, for the fingerprints of messages without a time."""


def build(settings: Settings, note: Callable[[SetAside], None]) -> Intake:
    """Ingest: broker → journal."""
    journal, set_aside = open_journal(settings.journal, now_us())
    reader = reader_of(settings)
    if set_aside:
        note(set_aside)
        _go_on(journal, reader)
    registry_ = _RegistryView(settings, note)
    series = SeriesNumbers(
        journal.series(), SeriesSettings(unknown_devices=settings.unknown_devices), registry_.known_devices
    )
    repeats = Repeats(reversed(list(journal.fingerprints_since(now_us() - HORIZON_US))))
    subscriber = Subscriber(
        broker_of(settings),
        client_id(settings.data, "ingest"),
        now_us,
        SessionSettings(mqtt5=settings.mqtt5),
    )

    mapper, watcher = Mapper(), Watcher(LiveKeeper(settings.live, now_us))

    def follow_mappings() -> None:
        if mapper.mappings != registry_.mapped.active:
            mapper.use(registry_.mapped.active)
        subscriber.want(registry_.mapped.filters, registry_.mapped.retired)

    def keep_house() -> None:
        registry_.look()
        series.refresh()
        follow_mappings()
        watcher.look()
        journal.forget(position_of(reader), now_us() - JOURNAL_KEPT_US)

    follow_mappings()
    pipeline = Pipeline(journal, series, repeats, now_us, mapper=mapper, watcher=watcher)
    return Intake(subscriber, pipeline, _both(_every(HOUSE_S, keep_house), _every(SHOWN_S, watcher.flush)))


def _go_on(journal: Journal, reader: Reader) -> None:
    """Let a new journal continue a lost one, so far ahead that the store may still apply what it can read of the old one."""
    try:
        known = [NewSeries(s.id, s.gateway, s.device, s.quantity) for s in reader.series()]
    except StoreAbsent:
        return
    journal.adopt(known, position_of(reader) + JOURNAL_GAP)


def _both(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def do() -> None:
        first()
        second()

    return do


def _every(seconds: float, deed: Callable[[], None]) -> Callable[[], None]:
    """`deed`, at most once in so many seconds however often it is called."""
    last = [0.0]

    def maybe() -> None:
        if time.monotonic() - last[0] >= seconds:
            last[0] = time.monotonic()
            deed()

    return maybe


_NEEDED = frozenset({"gateway", "device", "device_model"})
"""What ingest needs of the registry: however many goods there are, they are none of its business."""


class _RegistryView:
    """What ingest knows of the registry. A service database that is away changes nothing: the last view stays."""

    def __init__(self, settings: Settings, note: Callable[[SetAside], None]) -> None:
        self._settings, self._note = settings, note
        self._database: ServiceDatabase | None = None
        self._sequence = -1
        self._known = KnownDevices()
        self.mapped = Mapped()
        """The mappings that are switched on."""
        self.look()

    def known_devices(self) -> KnownDevices:
        """The last view."""
        return self._known

    def look(self) -> None:
        """Read the registry, and the mappings, if they changed."""
        try:
            self._database = self._database or self._open()
            with self._database.reading() as connection:
                sequence = events.last_sequence(connection)
                changed = sequence != self._sequence and (
                    self._sequence < 0
                    or RegistryRepository(connection).changes_since(self._sequence, 1, _NEEDED)
                )
                if changed:
                    self._known = _known_devices(RegistryRepository(connection).snapshot(_NEEDED))
                if self._sequence < 0 or MappingRepository(connection).changed_since(self._sequence):
                    self.mapped = mapped(connection)
                self._sequence = sequence
        except Exception as error:  # noqa: BLE001  # whatever ails another part's database, ingest goes on
            self._database = None
            _log.warning("the registry cannot be read, going on with what was known: %s", error)

    def _open(self) -> ServiceDatabase:
        database = open_service(self._settings.service, now_us())
        if database.set_aside:
            self._note(database.set_aside)
        return database


def _known_devices(snapshot: RegistrySnapshot) -> KnownDevices:
    return KnownDevices(
        registry.plan.identities(snapshot),
        frozenset(device.full_name for device in snapshot.devices),
        models.sentinels(snapshot),
    )
