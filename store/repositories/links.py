"""Signed links as kept: made at random for one purpose, told once, kept as a hash, used, counted, revoked, expired."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from ingest.nouns import US_PER_DAY, US_PER_MINUTE
from registry.nouns import Principal, Role, uuid7
from store.repositories.keys import PREFIX as KEY_PREFIX
from store.repositories.keys import new_secret, well_formed
from store.repositories.records import BadValueError, By, NoSuchObjectError, plain, record
from store.repositories.ticket_rows import ticket_of
from store.tables.links import links as table
from store.tables.tickets import tickets
from tickets.nouns import Ticket

PREFIX = "kl_"
_LOOKS_US = 10 * US_PER_MINUTE
"""Looking again within this is counted, but is no event of its own."""


class Purpose(StrEnum):
    """What a link is for; it can be used for nothing else."""

    FOLLOW = "follow"
    """Reading how a ticket goes, commenting on it, confirming that it is solved, reopening it."""
    SURVEY = "survey"
    """One question, and a text."""
    REPORT = "report"
    """Reporting trouble for a customer."""
    ACKNOWLEDGE = "acknowledge"
    """One of our own people has seen an alarm, or accepts its ticket."""


VALID_US = {
    Purpose.FOLLOW: 30 * US_PER_DAY, Purpose.SURVEY: 14 * US_PER_DAY, Purpose.REPORT: 30 * US_PER_DAY,
    Purpose.ACKNOWLEDGE: 30 * US_PER_DAY,
}  # fmt: skip
"""For how long a link is good, unless it is made for another time."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link, without its token."""

    id: str
    purpose: Purpose
    customer: str | None
    ticket_id: str | None
    alarm_id: str | None
    person: str | None
    """The principal for whom it was made, if it is one of ours."""
    role: Role
    """In what capacity it is used."""
    created_us: int
    created_by: str
    expires_us: int
    revoked_us: int | None
    uses: int
    last_used_us: int | None

    @property
    def name(self) -> str:
        """As it stands in the event table."""
        return f"link:{self.id}"

    def principal(self) -> Principal:
        """Who asks by this link: for its purpose and its one thing, and nothing beside."""
        return Principal(
            self.name,
            self.role,
            customer=self.customer,
            purpose=self.purpose,
            ticket=self.ticket_id,
            alarm=self.alarm_id,
        )


class Bound(NamedTuple):
    """What a link is about, and for whom."""

    ticket_id: str | None = None
    customer: str | None = None
    alarm_id: str | None = None
    person: str | None = None
    role: Role = Role.CUSTOMER


_shown = tuple(table.c[field.name] for field in fields(Link))


def issue(
    connection: Connection,
    purpose: Purpose,
    bound: Bound,
    by: By,
    expires_us: int | None = None,
    entropy: Callable[[int], bytes] = os.urandom,
) -> tuple[Link, str]:
    """Make a link; its token is in the answer and nowhere else. For a message: `…/links/{token}`.

    Args:
        bound: a customer, with a ticket to follow or to ask about, or without to report; a ticket or an alarm, with
            person and role, to acknowledge.
        expires_us: None: after `VALID_US`.

    Raises:
        BadValueError: what it is bound to does not fit the purpose, or it would have expired already.
    """
    _check(purpose, bound)
    until_us = by.time_us + VALID_US[purpose] if expires_us is None else expires_us
    if until_us <= by.time_us:
        raise BadValueError("link", purpose, "expires")
    token = PREFIX + new_secret(entropy).removeprefix(KEY_PREFIX)
    made = Link(
        id=uuid7(by.time_us, entropy), purpose=purpose, customer=bound.customer, ticket_id=bound.ticket_id,
        alarm_id=bound.alarm_id, person=bound.person, role=bound.role, created_us=by.time_us, created_by=by.principal,
        expires_us=until_us, revoked_us=None, uses=0, last_used_us=None,
    )  # fmt: skip
    connection.execute(insert(table).values(**plain(made), hash=_hash(token)))
    record(connection, by, "created", made.name, None, plain(made))
    return made, token


def find(connection: Connection, token: str, now_us: int) -> Link | None:
    """The link of a token that is good now; None if it is wrong, expired or revoked. Reads only."""
    if not token.startswith(PREFIX) or not well_formed(KEY_PREFIX + token.removeprefix(PREFIX)):
        return None
    row = connection.execute(select(*_shown).where(table.c.hash == _hash(token))).mappings().first()
    link = _link(row) if row else None
    good = link is not None and link.revoked_us is None and now_us < link.expires_us
    return link if good else None


def used(connection: Connection, link: Link, act: str, now_us: int) -> None:
    """Count a use, and put it on record. Of looks at it (`looked_at`), one in ten minutes is on record."""
    counted = update(table).where(table.c.id == link.id).values(uses=table.c.uses + 1, last_used_us=now_us)
    connection.execute(counted)
    again = link.last_used_us is not None and now_us - link.last_used_us < _LOOKS_US
    if act != "looked_at" or not again:
        record(connection, By(link.name, now_us), act, link.name, None, None)


def get(connection: Connection, id: str) -> Link | None:
    """A link by its id."""
    row = connection.execute(select(*_shown).where(table.c.id == id)).mappings().first()
    return _link(row) if row else None


def all_of_them(
    connection: Connection, ticket_id: str | None = None, after: str = "", limit: int = 100
) -> list[Link]:
    """Links (of one ticket), the oldest first, with ids behind `after`."""
    query = select(*_shown).where(table.c.id > after).order_by(table.c.id).limit(limit)
    if ticket_id is not None:
        query = query.where(table.c.ticket_id == ticket_id)
    return [_link(row) for row in connection.execute(query).mappings()]


def revoke(connection: Connection, id: str, by: By) -> Link:
    """From now on the link opens nothing; revoking again changes nothing.

    Raises:
        NoSuchObjectError: there is none.
    """
    old = get(connection, id)
    if old is None:
        raise NoSuchObjectError("link", id)
    if old.revoked_us is not None:
        return old
    connection.execute(update(table).where(table.c.id == id).values(revoked_us=by.time_us))
    record(connection, by, "revoked", old.name, {"revoked_us": None}, {"revoked_us": by.time_us})
    new = get(connection, id)
    assert new is not None  # it was there in this transaction
    return new


def reported_by(connection: Connection, link: Link, limit: int = 50) -> list[Ticket]:
    """The tickets that were opened by this link, the newest first."""
    query = select(tickets).where(tickets.c.opened_by == link.name).order_by(tickets.c.number.desc())
    return [ticket_of(row) for row in connection.execute(query.limit(limit)).mappings()]


def reports_since(connection: Connection, link: Link, since_us: int) -> int:
    """How many tickets were opened by this link after a time."""
    which = (tickets.c.opened_by == link.name) & (tickets.c.opened_at_us > since_us)
    return int(connection.execute(select(func.count()).select_from(tickets).where(which)).scalar_one())


def _check(purpose: Purpose, bound: Bound) -> None:
    """Exactly what the purpose needs, so that no link opens more than it says."""
    theirs = bound.customer and bound.role is Role.CUSTOMER and not bound.alarm_id and not bound.person
    ours = bound.person is not None and bound.role not in {Role.CUSTOMER, Role.SYSTEM, Role.GATEWAY}
    fits = {
        Purpose.FOLLOW: theirs and bound.ticket_id,
        Purpose.SURVEY: theirs and bound.ticket_id,
        Purpose.REPORT: theirs and not bound.ticket_id,
        Purpose.ACKNOWLEDGE: ours
        and (bound.ticket_id is None) != (bound.alarm_id is None)
        and not bound.customer,
    }
    if not fits[purpose]:
        raise BadValueError("link", purpose, "purpose")


def _hash(token: str) -> bytes:
    """160 random bits cannot be guessed, so a plain hash keeps them."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _link(row: RowMapping) -> Link:
    values = {str(name): value for name, value in row.items()}
    return Link(**{**values, "purpose": Purpose(values["purpose"]), "role": Role(values["role"])})
