"""Telling people, wired: the sender over the outbox, the lamps on site, and the call to the outside watcher."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.services import Check
from keepwell.publishing import BrokerPublisher
from keepwell.settings import Settings
from keepwell.wiring.parts import broker_of, client_id, now_us
from notify.channels.building import Wanted, routes_of
from notify.heartbeat import Heartbeat
from notify.recipients import Directory, Reach, registered_habits
from notify.routes import Routes
from notify.sending import AckLink, Sender
from notify.siren import Siren
from registry.nouns import Person, RegistrySnapshot
from store.repositories import habits
from store.repositories.registry import RegistryRepository
from store.service import ServiceDatabase

_PEOPLE = frozenset({"person", "contact", "site"})
_PLACES = frozenset({"zone", "gateway"})
_IDLE_S = 0.5
_STOP_S = 3.0
_log = logging.getLogger(__name__)


class Telling:
    """All that goes outward, each part in a thread of its own while the block lasts: `with build(…): …`.

    So a broker or a watcher that does not answer holds up no message.
    """

    def __init__(self, sender: Sender, siren: Siren, heartbeat: Heartbeat | None) -> None:
        self.sender, self.siren, self.heartbeat = sender, siren, heartbeat
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Telling:
        self._begin("outbox", self.sender.step)
        self._begin("lamps", self.siren.step)
        if self.heartbeat is not None:
            beat = self.heartbeat.step
            self._begin("watcher", lambda at_us: 0 if beat(at_us) is None else 1)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(_STOP_S)
        self.sender.close()

    def _begin(self, part: str, step: Callable[[int], int]) -> None:
        thread = threading.Thread(target=self._run, args=(part, step), name=part, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, part: str, step: Callable[[int], int]) -> None:
        """Step for ever: a part that fails is named in the log, and tried again."""
        while not self._stop.is_set():
            try:
                done = step(now_us())
            except Exception as error:  # noqa: BLE001  # a thread that ends would end all telling
                if not isinstance(error, SQLAlchemyError):
                    _log.exception("%s: a fault", part)
                _log.warning("%s cannot be worked on: %s", part, type(error).__name__)
                done = 0
            if not done:
                self._stop.wait(_IDLE_S)


def build(
    settings: Settings,
    database: ServiceDatabase,
    checks: Sequence[Check] = (),
    ack_link: AckLink | None = None,
) -> Telling:
    """Everything that tells people, over an open database.

    Args:
        settings: Of the installation.
        database: The service database.
        checks: What must be well for the outside watcher to be called.
        ack_link: (notice, person) → where the person can acknowledge it, "" = nowhere.

    Raises:
        BadServerError: the address of the mail server cannot be used.
    """
    routes = routes_of(wanted_of(settings), now_us)
    publisher = BrokerPublisher(broker_of(settings), client_id(settings.data, "siren"))
    watched = settings.heartbeat_url or settings.heartbeat_fail_url
    heartbeat = Heartbeat(settings.heartbeat_url, settings.heartbeat_fail_url, checks) if watched else None
    return Telling(
        Sender(
            database, lambda connection: directory_of(connection, settings, routes), routes, ack_link=ack_link
        ),
        Siren(database, _places, partial(publisher.connected, retain=True)),
        heartbeat,
    )


def wanted_of(settings: Settings) -> Wanted:
    """The channels that the settings ask for."""
    return Wanted(
        email_url=settings.notify_email_url, provider=settings.notify_provider, key_id=settings.notify_key_id,
        key_secret=settings.notify_key_secret, sms_sign=settings.notify_sms_sign,
        sms_template=settings.notify_sms_template, sms_app=settings.notify_sms_app,
        voice_template=settings.notify_voice_template, voice_number=settings.notify_voice_number,
        voice_app=settings.notify_voice_app, sms_url=settings.notify_sms_url, voice_url=settings.notify_voice_url,
        todo=settings.notify_todo,
    )  # fmt: skip


def directory_of(connection: Connection, settings: Settings, routes: Routes) -> Directory:
    """Who is told, as the registry says now."""
    snapshot = RegistryRepository(connection).snapshot(_PEOPLE)
    reach = Reach(
        routes.email is not None, routes.sms is not None, routes.voice is not None,
        tuple(settings.notify_desk_urls.split()), settings.notify_desk_email, settings.notify_desk_phone,
        settings.notify_time_zone, "en" if settings.notify_language == "en" else "zh",
    )  # fmt: skip
    return Directory(
        {one.key: one for one in snapshot.people}, {one.key: one for one in snapshot.contacts},
        {one.key: one for one in snapshot.sites}, teams_of(snapshot.people),
        {f"person:{one.key}": registered_habits(one) for one in snapshot.people} | habits.all_of(connection), reach,
    )  # fmt: skip


def teams_of(persons: Collection[Person]) -> dict[str, list[str]]:
    """Team → keys of its members, as the persons say it themselves."""
    found: dict[str, list[str]] = {}
    for person in persons:
        for team in person.teams:
            found.setdefault(team, []).append(person.key)
    return found


def _places(connection: Connection) -> RegistrySnapshot:
    return RegistryRepository(connection).snapshot(_PLACES)
