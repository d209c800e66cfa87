"""User accounts from the command line: the same acts as over HTTP, on the data directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api.passwords import Passwords
from api.routes.users import INVITED_US, state_name
from keepwell.processes import note_set_aside
from keepwell.settings import Settings
from keepwell.wiring.parts import now_us
from registry.nouns import Person
from registry.passwords import Weak, weakness
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.repositories.users import Account, UserRepository
from store.service import open_service

BY = "command line"


class UserActs:
    """What can be done about accounts. A service that runs beside it follows within a second."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def person(self, key: str) -> Person | None:
        """The person of that key."""
        with self._transaction() as connection:
            return UserRepository(connection).person(key)

    def has_account(self, key: str) -> bool:
        """Whether that person has an account."""
        with self._transaction() as connection:
            return UserRepository(connection).get(key) is not None

    def add(self, person: Person, password: str | None, reason: str) -> dict[str, Any]:
        """An account, for a person who is registered on the way; with a password, or an invitation to choose one.

        Raises:
            BadValueError, NoSuchObjectError, TakenError: there can be no such person or account.
            ValueError: the name of the reason why the password is too weak.
        """
        hash = None if password is None else _hashed(password, person)
        with self._transaction() as connection:
            by, users = By(BY, now_us(), reason), UserRepository(connection)
            if users.person(person.key) is None:
                RegistryRepository(connection).put(person, by, 0)
            users.make(person.key, by)
            if hash is not None:
                users.set_password(person.key, hash, by)
                return self._told(connection, person.key)
            return self._invited(connection, person.key, by)

    def invite(self, key: str, reason: str) -> dict[str, Any]:
        """A new invitation.

        Raises:
            NoSuchObjectError: there is no such account.
        """
        with self._transaction() as connection:
            return self._invited(connection, key, By(BY, now_us(), reason))

    def password(self, key: str, password: str, reason: str, *, must_change: bool) -> dict[str, Any]:
        """Another password; open sessions end, also a lock.

        Raises:
            NoSuchObjectError: there is no such account.
            ValueError: the name of the reason why the password is too weak.
        """
        person = self.person(key) or Person(key=key)
        hash = _hashed(password, person)
        with self._transaction() as connection:
            by = By(BY, now_us(), reason)
            UserRepository(connection).set_password(key, hash, by, must_change=must_change)
            return self._told(connection, key)

    def let_in(self, key: str, reason: str, *, disabled: bool) -> dict[str, Any]:
        """Disable an account, or enable it.

        Raises:
            NoSuchObjectError: there is no such account.
        """
        with self._transaction() as connection:
            users, by = UserRepository(connection), By(BY, now_us(), reason)
            if disabled:
                users.disable(key, by)
            else:
                users.enable(key, by)
            return self._told(connection, key)

    def all(self) -> list[dict[str, Any]]:
        """All accounts."""
        with self._transaction() as connection:
            return [_row(account, person) for account, person in UserRepository(connection).all()]

    def _invited(self, connection: Any, key: str, by: By) -> dict[str, Any]:
        _, token = UserRepository(connection).invite(key, by.time_us + INVITED_US, by)
        address = self._settings.public_url.rstrip("/")
        link = f"{address}/invitation#{token}" if address else ""
        return {
            **self._told(connection, key),
            "token": token,
            "link": link,
            "until_us": by.time_us + INVITED_US,
        }

    def _told(self, connection: Any, key: str) -> dict[str, Any]:
        users = UserRepository(connection)
        account, person = users.get(key), users.person(key)
        assert account is not None  # whoever asks has just written it
        assert person is not None
        return _row(account, person)

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        database = open_service(self._settings.service, now_us())
        if database.set_aside:
            note_set_aside(database.set_aside)
        try:
            with database.writing() as connection:
                yield connection
        finally:
            database.close()


def build(settings: Settings) -> UserActs:
    """The acts on the data directory of these settings."""
    return UserActs(settings)


def _hashed(password: str, person: Person) -> str:
    weak: Weak | None = weakness(password, person)
    if weak is not None:
        raise ValueError(str(weak))
    return Passwords().hash(password)


def _row(account: Account, person: Person) -> dict[str, Any]:
    return {
        "person": account.person, "name": person.name, "role": str(person.role), "site": person.site,
        "carrier": person.carrier, "customer": person.customer, "state": state_name(account),
        "created_us": account.created_us, "password_set_us": account.changed_us, "disabled_us": account.disabled_us,
    }  # fmt: skip
