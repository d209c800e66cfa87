"""API keys: made at random, shown once, kept as a hash, given a role, revoked, expired."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from ingest.nouns import US_PER_HOUR
from registry.nouns import Principal, Role, uuid7
from store.repositories import checks
from store.repositories.records import BadValueError, By, NoSuchObjectError, plain, record
from store.tables.keys import keys as table
from store.tables.registry import OBJECTS
from store.tables.users import accounts

PREFIX = "kw_"
COARSE_US = US_PER_HOUR
"""The last use of a key is written down at most this often."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SECRET_BYTES = 20
_SHAPE = re.compile(rf"{PREFIX}([{_ALPHABET}]{{32}})([{_ALPHABET}]{{6}})")
_HINT = 4


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be shown: everything but the secret."""

    id: str
    name: str
    hint: str
    """The secret's first characters, so that its owner can tell it from others."""
    role: Role
    customer: str | None
    gateway: str | None
    site: str | None
    carrier: str | None
    person: str | None
    """Who acts with it, if it was given out for one person."""
    created_us: int
    expires_us: int | None
    last_used_us: int | None
    revoked_us: int | None


class Issued(NamedTuple):
    """A new key and its secret, which cannot be seen again."""

    key: Key
    secret: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key is given out for."""

    name: str
    role: Role
    customer: str | None = None
    """Key of the customer; required for, and only for, role customer."""
    gateway: str | None = None
    """Id of the gateway; required for, and only for, role gateway."""
    site: str | None = None
    """Key of the site; required for, and only for, role keeper."""
    carrier: str | None = None
    """Key of the carrier; required for, and only for, roles driver and carrier."""
    expires_us: int | None = None
    person: str | None = None
    """Key of the person who acts with it: it opens nothing once that person is removed or may not log in any more."""


SCOPES: Mapping[str, frozenset[Role]] = {
    "customer": frozenset({Role.CUSTOMER}),
    "gateway": frozenset({Role.GATEWAY}),
    "site": frozenset({Role.KEEPER}),
    "carrier": frozenset({Role.DRIVER, Role.CARRIER}),
}
"""Field of a grant → the roles that need it; all others must not have it."""
_REFERENCES = ("customer", "site", "carrier", "person")


class KeyRepository:
    """The keys within one transaction."""

    def __init__(self, connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._connection = connection
        self._entropy = entropy

    def issue(self, grant: Grant, by: By) -> Issued:
        """Make a key. The secret is in the answer and nowhere else.

        Raises:
            BadValueError: the scope does not fit the role, or it would have expired already.
            NoSuchObjectError: there is no such customer, site or carrier.
        """
        self._check(grant, by.time_us)
        secret = new_secret(self._entropy)
        key = Key(
            id=uuid7(by.time_us, self._entropy), name=grant.name, hint=secret[len(PREFIX) :][:_HINT],
            role=grant.role, customer=grant.customer, gateway=grant.gateway, site=grant.site, carrier=grant.carrier,
            person=grant.person, created_us=by.time_us, expires_us=grant.expires_us, last_used_us=None, revoked_us=None,
        )  # fmt: skip
        self._connection.execute(insert(table), {"hash": _hash(secret), **plain(key)})
        record(self._connection, by, "created", f"key:{key.id}", None, plain(key))
        return Issued(key, secret)

    def first(self, time_us: int) -> Issued | None:
        """The first key, of an admin, if none was ever made."""
        if self._connection.execute(select(table.c.id).limit(1)).first():
            return None
        return self.issue(Grant("first key", Role.ADMIN), By("system", time_us, "first start"))

    def get(self, id: str) -> Key | None:
        """One key."""
        row = self._connection.execute(select(*_shown).where(table.c.id == id)).mappings().first()
        return _key(row) if row else None

    def all(self) -> list[Key]:
        """All keys, the oldest first; revoked and expired ones too."""
        return [
            _key(row) for row in self._connection.execute(select(*_shown).order_by(table.c.id)).mappings()
        ]

    def revoke(self, id: str, by: By) -> Key:
        """From now on the key opens nothing; revoking again changes nothing.

        Raises:
            NoSuchObjectError: there is none.
        """
        old = self.get(id)
        if old is None:
            raise NoSuchObjectError("key", id)
        if old.revoked_us is not None:
            return old
        self._connection.execute(update(table).where(table.c.id == id).values(revoked_us=by.time_us))
        new = self.get(id)
        assert new is not None  # it was there in this transaction
        record(self._connection, by, "revoked", f"key:{id}", plain(old), plain(new))
        return new

    def authenticate(self, secret: str, now_us: int) -> Principal | None:
        """Who holds this secret; None if nobody does, or no longer. Reads only."""
        if not well_formed(secret):
            return None
        row = (
            self._connection.execute(select(*_shown).where(table.c.hash == _hash(secret))).mappings().first()
        )
        if row is None or row["revoked_us"] is not None:
            return None
        if row["expires_us"] is not None and row["expires_us"] <= now_us:
            return None
        if row["person"] is not None and not self._acts(row["person"], row["created_us"]):
            return None
        scopes = {field: row[field] for field in SCOPES}
        return Principal(f"key:{row['id']}", Role(row["role"]), **scopes, person=row["person"])

    def _acts(self, person: str, since_us: int) -> bool:
        """Whether somebody still works here whom a key was given at a time, and is not kept out.

        Whoever was registered later under the same key is somebody else: the UUIDv7 inside tells when that was.
        """
        table_of_people = OBJECTS["person"]
        id = self._connection.execute(
            select(table_of_people.c.id).where(table_of_people.c.key == person)
        ).scalar()
        disabled = select(accounts.c.person).where(
            accounts.c.person == person, accounts.c.disabled_us.is_not(None)
        )
        here = id is not None and int(id[:8] + id[9:13], 16) <= since_us // 1000
        return here and self._connection.execute(disabled).first() is None

    def note_used(self, used: dict[str, int]) -> int:
        """Write down when keys (by principal name) were last used; how many rows changed. No event: it is no change."""
        changed = 0
        for name, time_us in used.items():
            stale = or_(table.c.last_used_us.is_(None), table.c.last_used_us <= time_us - COARSE_US)
            where = (table.c.id == name.removeprefix("key:"), stale)
            changed += self._connection.execute(
                update(table).where(*where).values(last_used_us=time_us)
            ).rowcount
        return changed

    def _check(self, grant: Grant, now_us: int) -> None:
        if grant.role is Role.SYSTEM:
            raise BadValueError("key", grant.name, "role")
        for field, roles in SCOPES.items():
            if (getattr(grant, field) is not None) != (grant.role in roles):
                raise BadValueError("key", grant.name, field)
        if grant.expires_us is not None and grant.expires_us <= now_us:
            raise BadValueError("key", grant.name, "expires_us")
        for kind in _REFERENCES:
            named = getattr(grant, kind)
            if named is not None and not checks.exists(self._connection, kind, named):
                raise NoSuchObjectError(kind, named)


class Uses:
    """Which keys were used when, gathered by request threads and written down now and then (`note_used`)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[str, int] = {}

    def note(self, principal: Principal, now_us: int) -> None:
        """This key was used now."""
        with self._lock:
            self._used[principal.name] = now_us

    def take(self) -> dict[str, int]:
        """What was gathered since the last time."""
        with self._lock:
            used, self._used = self._used, {}
        return used


def new_secret(entropy: Callable[[int], bytes] = os.urandom) -> str:
    """A secret of 160 random bits: `kw_`, 32 characters, 6 characters of checksum (typing errors need no look-up)."""
    body = _spell(int.from_bytes(entropy(_SECRET_BYTES)), 32)
    return f"{PREFIX}{body}{_checksum(body)}"


def well_formed(secret: str) -> bool:
    """Whether a text can be a secret at all: shape and checksum."""
    match = _SHAPE.fullmatch(secret)
    return match is not None and _checksum(match[1]) == match[2]


def _checksum(body: str) -> str:
    return _spell(zlib.crc32(body.encode()) & 0x3FFFFFFF, 6)


def _spell(number: int, length: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _hash(secret: str) -> bytes:
    """160 random bits cannot be guessed, so a plain hash keeps them (a slow one would only slow down requests)."""
    return hashlib.sha256(secret.encode()).digest()


_shown = tuple(table.c[field.name] for field in fields(Key))


def _key(row: RowMapping) -> Key:
    values = {str(name): value for name, value in row.items()}
    return Key(**{**values, "role": Role(values["role"])})
