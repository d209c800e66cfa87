"""Credentials of gateways at the broker: issued, renewed, revoked; the secret itself is never here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from registry.nouns import GATEWAY_PATTERN, Gateway
from store.gateway_secrets import Hashes, hashes_of, new_secret
from store.repositories.records import BadValueError, By, NoSuchObjectError, plain, record
from store.repositories.registry import RegistryRepository
from store.tables.credentials import credentials as table
from store.tables.registry import OBJECTS

_USABLE = re.compile(rf"(?!keepwell(-|$)){GATEWAY_PATTERN}")
"""Names that begin with keepwell are those of Keepwell's own users at the broker."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What may be shown of a gateway's credential."""

    gateway: str
    issued_us: int
    """The secret in force was made then."""
    issued_by: str
    revoked_us: int | None


class CredentialRepository:
    """The credentials within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issue(self, gateway: str, by: By) -> tuple[Credential, str]:
        """Give the gateway a new secret, in place of the one it had; it is registered if it was not yet.

        The secret is in the answer and nowhere else.

        Raises:
            BadValueError: no gateway can be called so.
        """
        if not _USABLE.fullmatch(gateway):
            raise BadValueError("credential", gateway, "gateway")
        registry = RegistryRepository(self._connection)
        if registry.get(Gateway, gateway) is None:
            registry.put(Gateway(key=gateway), by)
        secret = new_secret()
        return self._keep(gateway, hashes_of(secret), by), secret

    def revoke(self, gateway: str, by: By) -> Credential:
        """From now on the gateway gets in no more; revoking again changes nothing.

        Raises:
            NoSuchObjectError: it never had a credential.
        """
        old = self.get(gateway)
        if old is None:
            raise NoSuchObjectError("credential", gateway)
        if old.revoked_us is not None:
            return old
        new = Credential(gateway, old.issued_us, old.issued_by, by.time_us)
        self._connection.execute(
            update(table).where(table.c.gateway == gateway).values(revoked_us=by.time_us)
        )
        record(self._connection, by, "revoked", f"credential:{gateway}", plain(old), plain(new))
        return new

    def get(self, gateway: str) -> Credential | None:
        """The credential of one gateway, revoked ones too."""
        row = self._connection.execute(select(*_shown).where(table.c.gateway == gateway)).mappings().first()
        return _credential(row) if row else None

    def all(self) -> list[Credential]:
        """All credentials by gateway, revoked ones too."""
        rows = self._connection.execute(select(*_shown).order_by(table.c.gateway)).mappings()
        return [_credential(row) for row in rows]

    def in_force(self) -> dict[str, Hashes]:
        """Who gets in: the gateways that are registered and have a secret."""
        registered = OBJECTS["gateway"].c.key
        query = select(table.c.gateway, table.c.bcrypt, table.c.pbkdf2).join(
            OBJECTS["gateway"], registered == table.c.gateway
        )
        rows = self._connection.execute(query.where(table.c.revoked_us.is_(None)).order_by(table.c.gateway))
        return {gateway: Hashes(bcrypt, pbkdf2) for gateway, bcrypt, pbkdf2 in rows}

    def take_over(self, known: Mapping[str, Hashes], by: By) -> int:
        """Keep credentials that were in force elsewhere, for gateways that have none here; returns how many."""
        registry, taken = RegistryRepository(self._connection), 0
        for gateway, hashes in known.items():
            if not _USABLE.fullmatch(gateway) or self.get(gateway) is not None:
                continue
            if registry.get(Gateway, gateway) is None:
                registry.put(Gateway(key=gateway), by)
            self._keep(gateway, hashes, by)
            taken += 1
        return taken

    def _keep(self, gateway: str, hashes: Hashes, by: By) -> Credential:
        old, new = self.get(gateway), Credential(gateway, by.time_us, by.principal, None)
        self._connection.execute(delete(table).where(table.c.gateway == gateway))
        self._connection.execute(insert(table), {**plain(new), **hashes._asdict()})
        act = "renewed" if old and old.revoked_us is None else "issued"
        record(self._connection, by, act, f"credential:{gateway}", plain(old) if old else None, plain(new))
        return new


_shown = tuple(table.c[field.name] for field in fields(Credential))


def _credential(row: RowMapping) -> Credential:
    return Credential(**{str(name): value for name, value in row.items()})
