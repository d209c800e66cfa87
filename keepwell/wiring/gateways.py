"""Who gets in at the broker, as the service database says, for the process that looks after the broker."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ingest.mapping.answers import replies_of
from ingest.mapping.nouns import GatewayMapping
from ingest.mapping.topics import publishing_of
from keepwell.broker_folder import write_private
from keepwell.broker_rights import Rights
from keepwell.processes import note_set_aside
from keepwell.settings import Settings
from keepwell.wiring import mappings
from keepwell.wiring.parts import now_us
from store import events
from store.gateway_secrets import Hashes, hashes_of
from store.repositories.credentials import CredentialRepository
from store.repositories.records import By
from store.service import ServiceDatabase, open_service

_log = logging.getLogger(__name__)


class Entitled(NamedTuple):
    """Who gets in."""

    rights: Rights
    passwords: Mapping[str, str]
    """Gateway → hash for Mosquitto."""


class GatewayDesk:
    """The credentials and rights in force, told when they change."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept = settings.data / "gateway-hashes.json"
        """A copy, for the day on which the service database is lost: no gateway has to be visited then."""
        self._database: ServiceDatabase | None = None
        self._sequence = -1
        self._told: Entitled | None = None

    def changed(self) -> Entitled | None:
        """Who gets in, if that is not what was told last. A database that is away changes nothing."""
        try:
            return self._look()
        except Exception as error:  # noqa: BLE001  # whatever ails the database, the broker goes on
            self.close()
            _log.warning("credentials cannot be read, going on with those known: %s", error)
            return self._from_copy() if self._told is None else None

    def close(self) -> None:
        """Release the database."""
        if self._database is not None:
            self._database.close()
        self._database, self._sequence = None, -1

    def _look(self) -> Entitled | None:
        if self._database is None:
            self._database = self._open()
        with self._database.reading() as connection:
            sequence = events.last_sequence(connection)
            if sequence == self._sequence:
                return None
            self._sequence = sequence
            entitled = entitled_now(connection, self._settings)
        if self._told and _names(self._told) and not _names(entitled):
            # A credential's row is never removed: this is another file.
            self.close()
            self._told = None
            return self._look()
        return self._tell(entitled)

    def _tell(self, entitled: Entitled) -> Entitled | None:
        if entitled == self._told:
            return None
        self._told = entitled
        copy = {
            gateway: (known, entitled.passwords[gateway])
            for gateway, known in entitled.rights.gateways.items()
        }
        write_private(self._kept, json.dumps(copy))
        return entitled

    def _open(self) -> ServiceDatabase:
        database = open_service(self._settings.service, now_us())
        if database.set_aside:
            note_set_aside(database.set_aside)
        self._take_over(database)
        return database

    def _take_over(self, database: ServiceDatabase) -> None:
        """Credentials that were kept in plain text once, and those of a service database that was lost."""
        plain = self._settings.data / "broker" / "gateways.json"
        with database.writing() as connection:
            credentials = CredentialRepository(connection)
            if not credentials.all():
                credentials.take_over(self._copy(), By("system", now_us(), "the service database was lost"))
            if plain.exists():
                known = {gateway: hashes_of(secret) for gateway, secret in _read(plain).items()}
                credentials.take_over(known, By("system", now_us(), "secrets are kept as hashes"))
        plain.unlink(missing_ok=True)

    def _copy(self) -> dict[str, Hashes]:
        kept = _read(self._kept) if self._kept.exists() else {}
        return {gateway: Hashes(*hashes) for gateway, hashes in kept.items()}

    def _from_copy(self) -> Entitled | None:
        if not self._kept.exists():
            return None
        self._told = _entitled(self._copy(), (), self._settings)
        return self._told


def build(settings: Settings) -> GatewayDesk:
    """The desk of an installation."""
    return GatewayDesk(settings)


def entitled_now(connection: Connection, settings: Settings) -> Entitled:
    """Who gets in, as the database says."""
    credentials = CredentialRepository(connection)
    hashes = credentials.in_force()
    barred = tuple(known.gateway for known in credentials.all() if known.gateway not in hashes)
    return _entitled(hashes, barred, settings, mappings.granted(connection))


def _entitled(
    hashes: Mapping[str, Hashes],
    barred: tuple[str, ...],
    settings: Settings,
    mapped: Sequence[GatewayMapping] = (),
) -> Entitled:
    publishing = publishing_of(mapped, (*hashes, *barred))
    rights = Rights(
        {gateway: known.bcrypt for gateway, known in hashes.items()},
        extra=publishing.own,
        read=publishing.anyone,
        replies=replies_of(mapped),
        barred=barred,
        anonymous=settings.mqtt_anonymous or not (hashes or barred),
    )
    return Entitled(rights, {gateway: known.pbkdf2 for gateway, known in hashes.items()})


def granted(connection: Connection, gateway: str) -> tuple[str, ...]:
    """The topic filters that mappings let a gateway publish to."""
    return publishing_of(mappings.granted(connection), [gateway]).own[gateway]


def _names(entitled: Entitled) -> set[str]:
    return {*entitled.rights.gateways, *entitled.rights.barred}


def _read(path: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return kept
