"""Webhook endpoints as kept: made with a secret that is shown once, changed, rotated, switched off, removed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from detect.nouns import Json
from ingest.nouns import US_PER_HOUR
from registry.nouns import uuid7
from store import events
from store.repositories import checks
from store.repositories.records import By, NoSuchObjectError, expect, plain, record
from store.signing_secrets import new_signing_secret
from store.tables.webhooks import deliveries
from store.tables.webhooks import endpoints as table

OVERLAP_US = 24 * US_PER_HOUR
"""For so long after a rotation both secrets sign, so that a receiver can change over without a gap."""
BY_HAND, GONE = "by_hand", "gone"
"""Why an endpoint is switched off: somebody did it, or it answered 410."""


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """What is said of an endpoint."""

    name: str
    url: str
    types: tuple[str, ...] = ()
    """Types of events, `ticket.*` for all of a family; none: everything."""
    language: str = "en"
    customer: str | None = None
    """It is told only what this customer may know; None: everything. It never changes."""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go, without its secrets."""

    id: str
    name: str
    url: str
    types: tuple[str, ...]
    language: str
    customer: str | None
    disabled: str | None
    """Why nothing is sent there; None: it is."""
    from_sequence: int
    """It is told of events after this one."""
    previous_until_us: int | None
    """Until when the secret before the last rotation still signs."""
    created_us: int
    created_by: str
    version: int


class Signers(NamedTuple):
    """The secrets of an endpoint."""

    current: str
    previous: str | None
    previous_until_us: int | None

    def at(self, now_us: int) -> tuple[str, ...]:
        """Those that sign now, the current one first."""
        overlaps = self.previous is not None and now_us < (self.previous_until_us or 0)
        return (self.current, self.previous) if overlaps and self.previous else (self.current,)


_shown = tuple(table.c[field.name] for field in fields(Endpoint))


def create(
    connection: Connection, draft: EndpointDraft, by: By, entropy: Callable[[int], bytes] = os.urandom
) -> tuple[Endpoint, str]:
    """Keep an endpoint; it hears of what happens from now on. The secret is in the answer and can be asked for never again.

    Raises:
        NoSuchObjectError: there is no such customer.
    """
    if draft.customer is not None and not checks.exists(connection, "customer", draft.customer):
        raise NoSuchObjectError("customer", draft.customer)
    secret = new_signing_secret(entropy)
    made = Endpoint(
        id=uuid7(by.time_us, entropy), name=draft.name, url=draft.url, types=draft.types, language=draft.language,
        customer=draft.customer, disabled=None if draft.enabled else BY_HAND,
        from_sequence=events.last_sequence(connection), previous_until_us=None, created_us=by.time_us,
        created_by=by.principal, version=1,
    )  # fmt: skip
    connection.execute(insert(table).values(**_row(made), secret=secret))
    record(connection, by, "created", f"webhook:{made.id}", None, _told(made))
    return made, secret


def get(connection: Connection, id: str) -> Endpoint | None:
    """One endpoint."""
    row = connection.execute(select(*_shown).where(table.c.id == id)).mappings().first()
    return _endpoint(row) if row else None


def all_of_them(connection: Connection) -> list[Endpoint]:
    """All endpoints, the oldest first."""
    rows = connection.execute(select(*_shown).order_by(table.c.id)).mappings()
    return [_endpoint(row) for row in rows]


def signers(connection: Connection, id: str) -> Signers | None:
    """The secrets of an endpoint, for whoever sends."""
    wanted = select(table.c.secret, table.c.previous_secret, table.c.previous_until_us)
    row = connection.execute(wanted.where(table.c.id == id)).first()
    return Signers(*row) if row else None


def change(connection: Connection, id: str, draft: EndpointDraft, by: By, version: int | None) -> Endpoint:
    """The endpoint as it is described now; its customer stays.

    Raises:
        NoSuchObjectError: there is none.
        OutdatedVersionError: it is in another version.
    """
    old = _expected(connection, id, version)
    disabled = None if draft.enabled else old.disabled or BY_HAND
    new = replace(
        old, name=draft.name, url=draft.url, types=draft.types, language=draft.language, disabled=disabled,
        from_sequence=events.last_sequence(connection) if old.disabled and not disabled else old.from_sequence,
        version=old.version + 1,
    )  # fmt: skip
    return _keep(connection, "changed", old, new, by)


def disable(connection: Connection, id: str, why: str, by: By) -> Endpoint | None:
    """Send nothing there any more; None if there is no such endpoint (or it is off already)."""
    old = get(connection, id)
    if old is None or old.disabled:
        return None
    return _keep(connection, "disabled", old, replace(old, disabled=why, version=old.version + 1), by)


def rotate(
    connection: Connection,
    id: str,
    by: By,
    entropy: Callable[[int], bytes] = os.urandom,
    expected: int | None = None,
) -> tuple[Endpoint, str]:
    """Give it a new secret; the one before signs beside it for another day. Rotated again within that day, the older one ends.

    Raises:
        NoSuchObjectError, OutdatedVersionError: as for `change`.
    """
    old = _expected(connection, id, expected)
    before, secret = signers(connection, id), new_signing_secret(entropy)
    assert before is not None  # it was there in this transaction
    until_us = by.time_us + OVERLAP_US
    secrets = {"secret": secret, "previous_secret": before.current}
    connection.execute(update(table).where(table.c.id == id).values(secrets))
    new = replace(old, previous_until_us=until_us, version=old.version + 1)
    return _keep(connection, "rotated", old, new, by), secret


def remove(connection: Connection, id: str, by: By, version: int | None) -> None:
    """Forget an endpoint and all that was, or was to be, delivered there.

    Raises:
        NoSuchObjectError, OutdatedVersionError: as for `change`.
    """
    old = _expected(connection, id, version)
    connection.execute(delete(deliveries).where(deliveries.c.endpoint == id))
    connection.execute(delete(table).where(table.c.id == id))
    record(connection, by, "removed", f"webhook:{id}", _told(old), None)


def _keep(connection: Connection, act: str, old: Endpoint, new: Endpoint, by: By) -> Endpoint:
    connection.execute(update(table).where(table.c.id == new.id).values(_row(new)))
    differs = [
        field.name for field in fields(Endpoint) if getattr(old, field.name) != getattr(new, field.name)
    ]
    before, after = _told(old), _told(new)
    record(
        connection, by, act, f"webhook:{new.id}", {name: before[name] for name in differs},
        {name: after[name] for name in differs},
    )  # fmt: skip
    return new


def _told(endpoint: Endpoint) -> dict[str, Json]:
    """An endpoint as events tell of it: many receivers are known by a secret in their path, so that is left out."""
    scheme, _, rest = endpoint.url.partition("://")
    return plain(endpoint) | {"url": f"{scheme}://{rest.partition('/')[0]}/…"}


def _expected(connection: Connection, id: str, version: int | None) -> Endpoint:
    found = get(connection, id)
    if found is None:
        raise NoSuchObjectError("webhook", id)
    expect("webhook", id, version, found.version)
    return found


def _row(endpoint: Endpoint) -> dict[str, object]:
    return {field.name: getattr(endpoint, field.name) for field in fields(Endpoint)} | {
        "types": list(endpoint.types)
    }


def _endpoint(row: RowMapping) -> Endpoint:
    return Endpoint(**{**{str(name): value for name, value in row.items()}, "types": tuple(row["types"])})
