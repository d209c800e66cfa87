"""User accounts: how a person of the registry proves who it is. Hashes come in ready-made; no password gets here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, and_, delete, insert, select, update

from ingest.nouns import US_PER_MINUTE
from registry.nouns import Person, Role
from store.repositories.records import BadValueError, By, NoSuchObjectError, TakenError, record
from store.repositories.registry import RegistryRepository
from store.repositories.sessions import SCOPES, SessionRepository
from store.tables.registry import OBJECTS
from store.tables.users import accounts as table

FREE_FAILURES = 5
"""So many wrong passwords in a row cost nothing: people mistype (OWASP's authentication guidance names 3 to 5)."""
FIRST_LOCK_US = US_PER_MINUTE
LONGEST_LOCK_US = 15 * US_PER_MINUTE
"""A lock doubles from one minute to 15. That leaves about 100 guesses a day, and nobody can lock somebody out for long."""

_TOKEN_BYTES = 32
_PERSON = OBJECTS["person"]


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a person."""

    person: str
    person_id: str
    """The UUIDv7 of the person for whom it was made."""
    hash: str | None
    """Of the password (argon2id, with its parameters); None until one is set."""
    created_us: int
    changed_us: int | None
    """When the password was set last."""
    disabled_us: int | None
    must_change: bool
    """Somebody else chose the password: it only serves to choose another."""
    failures: int
    """Wrong passwords in a row."""
    locked_until_us: int | None
    invited_until_us: int | None
    """Until when the open invitation holds; None without one."""


class Invited(NamedTuple):
    """An account with an open invitation, and the token that is the invitation; it cannot be seen again."""

    account: Account
    token: str


class UserRepository:
    """The accounts within one transaction. An account whose person is gone is none."""

    def __init__(self, connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._connection = connection
        self._entropy = entropy

    def get(self, person: str) -> Account | None:
        """The account of a person."""
        return self._first(table.c.person == person)

    def all(self) -> list[tuple[Account, Person]]:
        """All accounts with their persons, by key."""
        rows = self._connection.execute(_SHOWN.order_by(table.c.person)).mappings()
        found = [_account(row) for row in rows]
        persons = RegistryRepository(self._connection).all(Person)
        return [(account, persons[account.person].value) for account in found]

    def person(self, key: str) -> Person | None:
        """The person of that key."""
        stored = RegistryRepository(self._connection).get(Person, key)
        return stored.value if stored else None

    def make(self, person: str, by: By) -> Account:
        """An account without a password: nobody can log in to it yet.

        Raises:
            NoSuchObjectError: there is no such person.
            TakenError: it has an account.
            BadValueError: nobody logs in in this role, or the role lacks its site, carrier or customer.
        """
        stored = RegistryRepository(self._connection).get(Person, person)
        if stored is None:
            raise NoSuchObjectError("person", person)
        if self.get(person) is not None:
            raise TakenError("user", person, f"person:{person}")
        _check(stored.value)
        self._connection.execute(delete(table).where(table.c.person == person))  # of who had this key before
        row = {
            "person": person, "person_id": stored.id, "created_us": by.time_us, "must_change": False, "failures": 0,
        }  # fmt: skip
        self._connection.execute(insert(table).values(**row))
        record(self._connection, by, "created", f"user:{person}", None, {"role": str(stored.value.role)})
        return self._there(person)

    def invite(self, person: str, until_us: int, by: By) -> Invited:
        """Let the person choose a password until then; an earlier invitation ends, a password there is goes on until then.

        Raises:
            NoSuchObjectError: there is no such account.
        """
        self._there(person)
        token = self._entropy(_TOKEN_BYTES).hex()
        self._set(person, invitation=digest_of(token), invited_until_us=until_us)
        record(self._connection, by, "invited", f"user:{person}", None, {"until_us": until_us})
        return Invited(self._there(person), token)

    def invited(self, token: str, now_us: int) -> Account | None:
        """Whom a token invites; nobody if it was used, replaced or is over, or the account is disabled."""
        found = self._first(table.c.invitation == digest_of(token))
        if found is None or found.invited_until_us is None or found.invited_until_us <= now_us:
            return None
        return None if found.disabled_us is not None else found

    def set_password(
        self, person: str, hash: str, by: By, *, must_change: bool = False, keep: str = ""
    ) -> Account:
        """From now on the password is this one; the invitation is used up, and all sessions end but `keep` (an id)."""
        self._there(person)
        self._set(
            person, hash=hash, changed_us=by.time_us, must_change=must_change, failures=0, locked_until_us=None,
            invitation=None, invited_until_us=None,
        )  # fmt: skip
        record(self._connection, by, "password_set", f"user:{person}", None, {"must_change": must_change})
        SessionRepository(self._connection).revoke_all(person, by, keep)
        return self._there(person)

    def hash_anew(self, person: str, old: str, new: str) -> None:
        """The same password, kept with today's parameters; no change, so no event."""
        where = and_(table.c.person == person, table.c.hash == old)
        self._connection.execute(update(table).where(where).values(hash=new))

    def disable(self, person: str, by: By) -> Account:
        """From now on nobody comes in with it, and its sessions and the person's keys open nothing."""
        old = self._there(person)
        if old.disabled_us is None:
            self._set(person, disabled_us=by.time_us, invitation=None, invited_until_us=None)
            record(self._connection, by, "disabled", f"user:{person}", None, None)
            SessionRepository(self._connection).revoke_all(person, by)
        return self._there(person)

    def enable(self, person: str, by: By) -> Account:
        """Let the person in again, with the password that was; sessions stay ended."""
        old = self._there(person)
        if old.disabled_us is not None:
            self._set(person, disabled_us=None, failures=0, locked_until_us=None)
            record(self._connection, by, "enabled", f"user:{person}", None, None)
        return self._there(person)

    def failed(self, account: Account, now_us: int) -> int | None:
        """Count a wrong password; until when the account is locked now, if it is."""
        failures = account.failures + 1
        until_us = None
        if failures >= FREE_FAILURES:
            doubled = FIRST_LOCK_US << min(failures - FREE_FAILURES, 10)
            until_us = now_us + min(doubled, LONGEST_LOCK_US)
        self._set(account.person, failures=failures, locked_until_us=until_us)
        return until_us

    def came_in(self, person: str) -> None:
        """The right password: wrong ones before it are forgotten."""
        self._set(person, failures=0, locked_until_us=None)

    def _set(self, person: str, **values: object) -> None:
        self._connection.execute(update(table).where(table.c.person == person).values(**values))

    def _there(self, person: str) -> Account:
        found = self.get(person)
        if found is None:
            raise NoSuchObjectError("user", person)
        return found

    def _first(self, where: object) -> Account | None:
        row = self._connection.execute(_SHOWN.where(where)).mappings().first()  # type: ignore[arg-type]
        return _account(row) if row else None


def _check(person: Person) -> None:
    if person.role in {Role.SYSTEM, Role.GATEWAY}:
        raise BadValueError("user", person.key, "role")
    scope = SCOPES.get(person.role)
    if scope is not None and getattr(person, scope) is None:
        raise BadValueError("user", person.key, scope)


def digest_of(token: str) -> bytes:
    """256 random bits cannot be guessed, so a plain hash keeps them."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


_SHOWN = select(*(table.c[field.name] for field in fields(Account))).join(
    _PERSON, and_(_PERSON.c.key == table.c.person, _PERSON.c.id == table.c.person_id)
)


def _account(row: RowMapping) -> Account:
    return Account(**{str(name): value for name, value in row.items()})
