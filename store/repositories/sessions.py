"""Sessions of people who have logged in: opened, known again by a secret, ended by hand, by rest and by age."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from sqlalchemy import Connection, RowMapping, and_, delete, insert, or_, select, update

from detect.nouns import Json
from ingest.nouns import US_PER_DAY, US_PER_HOUR
from registry.nouns import Principal, Role, uuid7
from store.repositories.records import By, NoSuchObjectError, record
from store.tables.registry import OBJECTS
from store.tables.users import accounts
from store.tables.users import sessions as table

PREFIX = "kws_"
IDLE_US = 12 * US_PER_HOUR
"""Unused for so long, a session is over: a shift with its breaks fits in, the next day's shift logs in anew."""
LONGEST_US = 7 * US_PER_DAY
"""However much it is used, it is over after so long: a stolen one serves a week at most (NIST SP 800-63B, AAL1: 30 days)."""
KEPT_US = 90 * US_PER_DAY
"""Sessions that are over are listed for so long; the event table keeps them for good."""
_MOST_AGENT = 120
_SECRET_BYTES = 32

SCOPES: Mapping[Role, str] = {
    Role.CUSTOMER: "customer",
    Role.KEEPER: "site",
    Role.DRIVER: "carrier",
    Role.CARRIER: "carrier",
}
"""Role → the field of the person that says for whom."""
_PERSON = OBJECTS["person"]


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it may be shown."""

    id: str
    person: str
    created_us: int
    seen_us: int
    """When it was used last, to the minute."""
    expires_us: int
    """When it is over at the latest."""
    revoked_us: int | None
    agent: str
    """What the browser calls itself, shortened."""


class SessionRepository:
    """The sessions within one transaction."""

    def __init__(self, connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._connection = connection
        self._entropy = entropy

    def open(self, person: str, agent: str, address: str, by: By) -> tuple[Session, str]:
        """A new session and its secret, which is in the answer and nowhere else.

        Raises:
            NoSuchObjectError: there is no such person.
        """
        person_id = self._connection.execute(select(_PERSON.c.id).where(_PERSON.c.key == person)).scalar()
        if person_id is None:
            raise NoSuchObjectError("person", person)
        secret = PREFIX + self._entropy(_SECRET_BYTES).hex()
        made = Session(
            uuid7(by.time_us, self._entropy), person, by.time_us, by.time_us, by.time_us + LONGEST_US, None,
            agent[:_MOST_AGENT],
        )  # fmt: skip
        row = {field.name: getattr(made, field.name) for field in fields(Session)}
        self._connection.execute(insert(table).values(hash=_hash(secret), person_id=person_id, **row))
        told: dict[str, Json] = {"session": made.id, "address": address, "agent": made.agent}
        record(self._connection, by, "logged_in", f"user:{person}", None, told)
        return made, secret

    def authenticate(self, secret: str, now_us: int) -> Principal | None:
        """Who holds this secret, as its person is registered now; None if it is over. Reads only."""
        live = and_(
            table.c.hash == _hash(secret), table.c.revoked_us.is_(None), table.c.expires_us > now_us,
            table.c.seen_us > now_us - IDLE_US, accounts.c.disabled_us.is_(None),
        )  # fmt: skip
        row = self._connection.execute(_WHO.where(live)).mappings().first()
        return _principal(row) if row else None

    def of_secret(self, secret: str) -> Session | None:
        """The session with this secret, over or not."""
        row = self._connection.execute(_SHOWN.where(table.c.hash == _hash(secret))).mappings().first()
        return _session(row) if row else None

    def of(self, person: str, now_us: int) -> list[Session]:
        """The sessions of a person that are not over, the newest first."""
        where = and_(
            table.c.person == person, table.c.revoked_us.is_(None), table.c.expires_us > now_us,
            table.c.seen_us > now_us - IDLE_US,
        )  # fmt: skip
        rows = self._connection.execute(_SHOWN.where(where).order_by(table.c.id.desc())).mappings()
        return [_session(row) for row in rows]

    def end(self, id: str, person: str, by: By, act: str = "session_ended") -> None:
        """End one session of a person (`act`: how it stands in the history); again changes nothing.

        Raises:
            NoSuchObjectError: this person has no such session.
        """
        where = and_(table.c.id == id, table.c.person == person)
        row = self._connection.execute(_SHOWN.where(where)).mappings().first()
        if row is None:
            raise NoSuchObjectError("session", id)
        if row["revoked_us"] is None:
            self._connection.execute(update(table).where(where).values(revoked_us=by.time_us))
            record(self._connection, by, act, f"user:{person}", None, {"session": id})

    def revoke_all(self, person: str, by: By, keep: str = "") -> int:
        """End all sessions of a person but one (an id); how many."""
        live = and_(table.c.person == person, table.c.revoked_us.is_(None), table.c.id != keep)
        ended = self._connection.execute(update(table).where(live).values(revoked_us=by.time_us)).rowcount
        if ended:
            record(self._connection, by, "sessions_ended", f"user:{person}", None, {"n": ended})
        return ended

    def note_seen(self, seen: Mapping[str, int]) -> None:
        """Write down when sessions (by the hash of the secret, hex) were last used. No event: it is no change."""
        for digest, time_us in seen.items():
            where = and_(table.c.hash == bytes.fromhex(digest), table.c.seen_us < time_us)
            self._connection.execute(update(table).where(where).values(seen_us=time_us))

    def forget(self, now_us: int) -> int:
        """Drop the rows of sessions that ended long ago; how many."""
        old = or_(table.c.expires_us < now_us - KEPT_US, table.c.revoked_us < now_us - KEPT_US)
        return self._connection.execute(delete(table).where(old)).rowcount


def _hash(secret: str) -> bytes:
    """256 random bits cannot be guessed, so a plain hash keeps them."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _principal(row: RowMapping) -> Principal:
    """As the person is registered now: of its scopes only the one that its role is bound to."""
    role = Role(row["role"])
    scope = SCOPES.get(role)
    own = {scope: row[scope]} if scope else {}
    return Principal(f"person:{row['person']}", role, **own, person=row["person"])


_SHOWN = select(*(table.c[field.name] for field in fields(Session)))
_WHO = (
    select(table.c.person, _PERSON.c.role, _PERSON.c.customer, _PERSON.c.site, _PERSON.c.carrier)
    .join(_PERSON, and_(_PERSON.c.key == table.c.person, _PERSON.c.id == table.c.person_id))
    .join(accounts, and_(accounts.c.person == table.c.person, accounts.c.person_id == table.c.person_id))
)


def _session(row: RowMapping) -> Session:
    return Session(**{str(name): value for name, value in row.items()})
