"""Versions of the policy as kept: they are added and never changed. What they say is read in `tickets.policy`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from detect.nouns import Json
from registry.nouns import uuid7
from store.repositories.records import By, TakenError, record
from store.tables.policies import policies as table


class StoredPolicy(NamedTuple):
    """A version with its document, and who put it in, when and why."""

    id: str
    version: str
    valid_from_us: int
    document: Mapping[str, Json]
    reason: str
    principal: str
    created_us: int


def ids(connection: Connection) -> tuple[str, ...]:
    """The ids of all versions, the oldest first: whoever knows them needs no more."""
    return tuple(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())


def stored(connection: Connection, which: Sequence[str] | None = None) -> list[StoredPolicy]:
    """The versions of these ids (None: all), the oldest first."""
    query = select(*(table.c[name] for name in StoredPolicy._fields)).order_by(table.c.id)
    if which is not None:
        query = query.where(table.c.id.in_(which))
    return [StoredPolicy(*row) for row in connection.execute(query)]


def add(
    connection: Connection, version: str, valid_from_us: int, document: Mapping[str, Json], by: By,
    shipped: Collection[str] = (),
) -> None:  # fmt: skip
    """Keep a new version. `shipped`: names that are taken by what came with the software.

    Raises:
        TakenError: a version of this name exists.
    """
    same = connection.execute(select(table.c.id).where(table.c.version == version)).first()
    if same is not None or version in shipped:
        raise TakenError("policy", version, version)
    row = {
        "id": uuid7(by.time_us), "version": version, "valid_from_us": valid_from_us, "document": dict(document),
        "reason": by.reason, "principal": by.principal, "created_us": by.time_us,
    }  # fmt: skip
    connection.execute(insert(table), [row])
    told: dict[str, Json] = {
        "version": version,
        "valid_from_us": valid_from_us,
        "document": dict(document),
    }
    record(connection, by, "created", f"policy:{version}", None, told)
