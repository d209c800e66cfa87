"""Policies as kept: versions are added, never changed, so each is read once however often it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from detect.nouns import Json
from registry.nouns import uuid7
from store.repositories.records import By, TakenError, record
from store.tables.policies import policies as table
from tickets import policy
from tickets.clocks.policies import Policies, Policy
from tickets.clocks.reading import read


class StoredPolicy(NamedTuple):
    """A version with who put it in, when and why."""

    version: str
    valid_from_us: int
    reason: str
    principal: str
    created_us: int


_read: dict[str, Policy] = {}
"""Row id → the policy; a row never changes."""
_merged: dict[tuple[str, ...], Policies] = {}
"""Row ids → all versions together; only the newest combination is kept."""


def load(connection: Connection) -> Policies:
    """The shipped versions and those that were put in; `number` tells whether one was added."""
    ids = tuple(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())
    if ids in _merged:
        return _merged[ids]
    missing = [id for id in ids if id not in _read]
    if missing:
        rows = connection.execute(select(table).where(table.c.id.in_(missing))).mappings()
        _read.update({row["id"]: read(row["document"], row["version"], row["valid_from_us"]) for row in rows})
    found = policy.with_stored(_shipped(), [_read[id] for id in ids])
    _merged.clear()
    _merged[ids] = found
    return found


def stored(connection: Connection) -> list[StoredPolicy]:
    """The versions that were put in, the newest first."""
    columns = [table.c[name] for name in StoredPolicy._fields]
    query = select(*columns).order_by(table.c.id.desc())
    return [StoredPolicy(*row) for row in connection.execute(query)]


def add(connection: Connection, wanted: Policy, by: By) -> Policy:
    """Keep a new version.

    Raises:
        TakenError: a version of this name exists.
    """
    if load(connection).named(wanted.version) is not None:
        raise TakenError("policy", wanted.version, wanted.version)
    document: Mapping[str, Json] = wanted.document
    connection.execute(
        insert(table),
        [{
            "id": uuid7(by.time_us), "version": wanted.version, "valid_from_us": wanted.valid_from_us,
            "document": dict(document), "reason": by.reason, "principal": by.principal, "created_us": by.time_us,
        }],
    )  # fmt: skip
    told: dict[str, Json] = {"version": wanted.version, "valid_from_us": wanted.valid_from_us}
    record(connection, by, "created", f"policy:{wanted.version}", None, {**told, "document": dict(document)})
    return wanted


@cache
def _shipped() -> Policies:
    return policy.load()
