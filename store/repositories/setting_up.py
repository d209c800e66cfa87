"""The first user of an installation: let in once, by a token that only the one who starts the service sees."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable

from sqlalchemy import Connection, select

from detect.nouns import Json
from ingest.nouns import US_PER_HOUR
from registry.nouns import Person
from store.repositories.records import By, TakenError, record
from store.repositories.registry import RegistryRepository
from store.repositories.users import UserRepository, digest_of
from store.tables.events import events
from store.tables.users import accounts

SUBJECT = "installation:users"
"""Under this the offers stand in the event table; the newest is the one that holds."""
OFFERED_US = 24 * US_PER_HOUR
"""How long an offer holds. Starting the service again makes another, as long as nobody has an account."""

_OFFERED, _TAKEN = "set_up_offered", "set_up"
_TOKEN_BYTES = 32


class SetUpRepository:
    """The offer to be the first user, within one transaction. It ends for good with the first account, however that was made."""

    def __init__(self, connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._connection = connection
        self._entropy = entropy

    def offer(self, by: By) -> str | None:
        """A token with which somebody may become the first admin; an earlier one ends. None if there ever was an account.

        Only its hash is kept: 256 random bits cannot be guessed from it.
        """
        if self._has_users():
            return None
        token = self._entropy(_TOKEN_BYTES).hex()
        new: Json = {"hash": digest_of(token).hex(), "until_us": by.time_us + OFFERED_US}
        record(self._connection, by, _OFFERED, SUBJECT, None, new)
        return token

    def fits(self, token: str, now_us: int) -> bool:
        """Whether this token makes its bearer the first admin now."""
        found = None if self._has_users() else self._newest()
        if found is None:
            return False
        until_us, hash = found.get("until_us"), found.get("hash")
        in_time = isinstance(until_us, int) and now_us < until_us
        return hmac.compare_digest(str(hash), digest_of(token).hex()) and in_time

    def take(self, person: Person, hash: str, by: By) -> None:
        """Register the first admin, with the (hashed) password that was chosen.

        Raises:
            TakenError: somebody is registered under this key, and may be somebody else.
        """
        users = UserRepository(self._connection, self._entropy)
        if users.person(person.key) is not None:
            raise TakenError("person", person.key, f"person:{person.key}")
        record(self._connection, by, _TAKEN, SUBJECT, None, {"person": person.key})
        RegistryRepository(self._connection).put(person, by, 0)
        users.make(person.key, by)
        users.set_password(person.key, hash, by)

    def _has_users(self) -> bool:
        """Also an account that was disabled, or whose person is gone: then somebody was let in before."""
        return self._connection.execute(select(accounts.c.person).limit(1)).first() is not None

    def _newest(self) -> dict[str, Json] | None:
        query = (
            select(events.c.new)
            .where(events.c.subject == SUBJECT, events.c.act == _OFFERED)
            .order_by(events.c.sequence.desc())
            .limit(1)
        )
        found = self._connection.execute(query).scalar()
        return found if isinstance(found, dict) else None
