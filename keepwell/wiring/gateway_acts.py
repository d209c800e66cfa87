"""Credentials of gateways from the command line: the same acts as over HTTP, on the data directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.gateway_access import AccessView, access_of
from ingest.broker_url import parse_broker_url
from keepwell import mosquitto_files
from keepwell.embedding import ADDRESS_FILE, gateway_address
from keepwell.processes import note_set_aside
from keepwell.settings import Settings
from keepwell.wiring.gateways import entitled_now, granted
from keepwell.wiring.parts import now_us
from store.repositories.credentials import Credential, CredentialRepository
from store.repositories.records import By
from store.service import ServiceDatabase, open_service

BY = "command line"


class GatewayActs:
    """What can be done about credentials. A service that runs beside it follows within a second."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, gateway: str) -> Credential | None:
        """The credential of one gateway, revoked ones too."""
        with self._transaction() as connection:
            return CredentialRepository(connection).get(gateway)

    def all(self) -> list[Credential]:
        """All credentials, revoked ones too."""
        with self._transaction() as connection:
            return CredentialRepository(connection).all()

    def issue(self, gateway: str, reason: str) -> tuple[AccessView, str]:
        """A new secret for a gateway, and how it connects with it.

        Raises:
            BadValueError: no gateway can be called so.
        """
        with self._transaction() as connection:
            _, secret = CredentialRepository(connection).issue(gateway, By(BY, now_us(), reason))
            return access_of(gateway, self._address(), granted(connection, gateway)), secret

    def revoke(self, gateway: str, reason: str) -> None:
        """Put a gateway out.

        Raises:
            NoSuchObjectError: it has no credential.
        """
        with self._transaction() as connection:
            CredentialRepository(connection).revoke(gateway, By(BY, now_us(), reason))

    def export(self, folder: Path) -> None:
        """Write `acl` and `password` for Mosquitto.

        Raises:
            OSError: they cannot be written.
        """
        with self._transaction() as connection:
            entitled = entitled_now(connection, self._settings)
        own = parse_broker_url(self._settings.broker) if self._settings.broker else None
        mosquitto_files.write(folder, entitled.rights, entitled.passwords, own)

    def _address(self) -> str:
        """As the service that ran last told it, unless the settings say it."""
        known = self._settings.data / ADDRESS_FILE
        said = self._settings.gateway_address or self._settings.broker
        return known.read_text("utf-8") if known.exists() and not said else gateway_address(self._settings)

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        self._settings.data.mkdir(parents=True, exist_ok=True)
        database: ServiceDatabase = open_service(self._settings.service, now_us())
        if database.set_aside:
            note_set_aside(database.set_aside)
        try:
            with database.writing() as connection:
                yield connection
        finally:
            database.close()


def build(settings: Settings) -> GatewayActs:
    """The acts on one data directory."""
    return GatewayActs(settings)
