"""Inbound hooks as kept, and what became of their reports: one live ticket per thing that is reported."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from detect.nouns import Json
from registry.nouns import uuid7
from store.repositories import checks
from store.repositories.desk import tell
from store.repositories.records import By, NoSuchObjectError, TakenError, expect, plain, record
from store.repositories.ticket_rows import comment_row
from store.signing_secrets import new_signing_secret
from store.tables.hooks import hooks as table
from store.tables.hooks import reports
from store.tables.tickets import comments
from tickets.nouns import Comment, Text, TicketEvent


@dataclass(frozen=True, slots=True)
class HookDraft:
    """What is said of a hook."""

    name: str
    mapping: dict[str, Json]
    """A `tickets.hooks.HookMapping` as JSON."""
    kind: str
    """Of the tickets it opens."""
    customer: str | None = None
    zone: str | None = None
    resolves: str = "comment"
    """What "it is over" does to the ticket: `comment`, or `resolve`."""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Hook:
    """An inbound hook, without its secret."""

    id: str
    key: str
    name: str
    mapping: dict[str, Json]
    kind: str
    customer: str | None
    zone: str | None
    resolves: str
    disabled: str | None
    created_us: int
    created_by: str
    version: int


@dataclass(frozen=True, slots=True)
class Reported:
    """The last report about one thing, and the ticket it came to."""

    ticket_id: str
    digest: str
    time_us: int


_shown = tuple(table.c[field.name] for field in fields(Hook))


def create(
    connection: Connection, key: str, draft: HookDraft, by: By, entropy: Callable[[int], bytes] = os.urandom
) -> tuple[Hook, str]:
    """Keep a hook. Its secret is in the answer and can be asked for never again.

    Raises:
        TakenError: there is a hook of this key.
        NoSuchObjectError: there is no such customer or zone.
    """
    if get(connection, key):
        raise TakenError("hook", key, f"hook:{key}")
    _check(connection, draft)
    secret = new_signing_secret(entropy)
    made = Hook(
        uuid7(by.time_us, entropy), key, draft.name, draft.mapping, draft.kind, draft.customer, draft.zone,
        draft.resolves, None if draft.enabled else "by_hand", by.time_us, by.principal, 1,
    )  # fmt: skip
    connection.execute(insert(table).values(**plain(made), secret=secret))
    record(connection, by, "created", f"hook:{key}", None, plain(made))
    return made, secret


def get(connection: Connection, key: str) -> Hook | None:
    """One hook."""
    row = connection.execute(select(*_shown).where(table.c.key == key)).mappings().first()
    return _hook(row) if row else None


def all_of_them(connection: Connection) -> list[Hook]:
    """All hooks, by key."""
    return [_hook(row) for row in connection.execute(select(*_shown).order_by(table.c.key)).mappings()]


def secret_of(connection: Connection, key: str) -> str | None:
    """The secret of a hook that is switched on; None if there is none."""
    which = select(table.c.secret).where(table.c.key == key, table.c.disabled.is_(None))
    return connection.execute(which).scalar_one_or_none()


def change(connection: Connection, key: str, draft: HookDraft, by: By, version: int | None) -> Hook:
    """The hook as it is described now.

    Raises:
        NoSuchObjectError: there is no such hook, customer or zone.
        OutdatedVersionError: it is in another version.
    """
    old = _expected(connection, key, version)
    _check(connection, draft)
    new = replace(
        old, name=draft.name, mapping=draft.mapping, kind=draft.kind, customer=draft.customer, zone=draft.zone,
        resolves=draft.resolves, disabled=None if draft.enabled else "by_hand", version=old.version + 1,
    )  # fmt: skip
    _keep(connection, "changed", old, new, by)
    return new


def rotate(
    connection: Connection,
    key: str,
    by: By,
    version: int | None = None,
    entropy: Callable[[int], bytes] = os.urandom,
) -> tuple[Hook, str]:
    """Give it a new secret; the old one opens nothing from now on.

    Raises:
        NoSuchObjectError, OutdatedVersionError: as for `change`.
    """
    old, secret = _expected(connection, key, version), new_signing_secret(entropy)
    new = replace(old, version=old.version + 1)
    connection.execute(update(table).where(table.c.key == key).values(secret=secret))
    _keep(connection, "rotated", old, new, by)
    return new, secret


def remove(connection: Connection, key: str, by: By, version: int | None) -> None:
    """Forget a hook; its tickets stay.

    Raises:
        NoSuchObjectError, OutdatedVersionError: as for `change`.
    """
    old = _expected(connection, key, version)
    connection.execute(delete(reports).where(reports.c.hook == old.id))
    connection.execute(delete(table).where(table.c.key == key))
    record(connection, by, "removed", f"hook:{key}", plain(old), None)


def reported(connection: Connection, hook: Hook, dedupe: str) -> Reported | None:
    """What was reported about a thing last. Until the transaction ends, nobody else handles a report of this hook."""
    connection.execute(select(table.c.id).where(table.c.id == hook.id).with_for_update())
    which = (reports.c.hook == hook.id) & (reports.c.dedupe == dedupe)
    wanted = select(reports.c.ticket_id, reports.c.digest, reports.c.time_us)
    row = connection.execute(wanted.where(which)).first()
    return Reported(*row) if row else None


def keep_report(connection: Connection, hook: Hook, dedupe: str, said: Reported) -> None:
    """Keep what was reported about a thing, and its ticket."""
    row = {"ticket_id": said.ticket_id, "digest": said.digest, "time_us": said.time_us}
    which = (reports.c.hook == hook.id) & (reports.c.dedupe == dedupe)
    if connection.execute(update(reports).where(which).values(row)).rowcount == 0:
        connection.execute(insert(reports).values(hook=hook.id, dedupe=dedupe, **row))


def note(connection: Connection, ticket_id: str, words: Text, by: By) -> None:
    """Note something on a ticket. Unlike a person who speaks, who notes has not taken it up."""
    said = Comment(uuid7(by.time_us), ticket_id, by.time_us, by.principal, "", words)
    connection.execute(insert(comments), [comment_row(said)])
    told = TicketEvent("commented", f"ticket:{ticket_id}", by.reason, {}, {"comment": said.id})
    tell(connection, told, by.principal, by.time_us)


def _check(connection: Connection, draft: HookDraft) -> None:
    for kind, key in (("customer", draft.customer), ("zone", draft.zone)):
        if key is not None and not checks.exists(connection, kind, key):
            raise NoSuchObjectError(kind, key)


def _expected(connection: Connection, key: str, version: int | None) -> Hook:
    found = get(connection, key)
    if found is None:
        raise NoSuchObjectError("hook", key)
    expect("hook", key, version, found.version)
    return found


def _keep(connection: Connection, act: str, old: Hook, new: Hook, by: By) -> None:
    connection.execute(update(table).where(table.c.id == new.id).values(plain(new)))
    before, after = plain(old), plain(new)
    differs = [name for name in after if before[name] != after[name]]
    record(
        connection, by, act, f"hook:{new.key}", {name: before[name] for name in differs},
        {name: after[name] for name in differs},
    )  # fmt: skip


def _hook(row: RowMapping) -> Hook:
    return Hook(**{str(name): value for name, value in row.items()})
