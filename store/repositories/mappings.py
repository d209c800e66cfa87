"""Mappings as kept: versions that never change, and which of them is switched on, each change with its event."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from detect.nouns import Json
from registry.nouns import uuid7
from store.repositories.records import By, NoSuchObjectError, expect, record
from store.tables.events import events
from store.tables.mappings import mapping_versions, mappings

KIND = "mapping"


class MappingState(StrEnum):
    """What a mapping does."""

    DRAFT = "draft"
    """Written, and never switched on."""
    ACTIVE = "active"
    """Messages are read by its active version."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new version says."""

    document: Mapping[str, Any]
    """As docs/mappings.md describes it."""
    settings: Mapping[str, Any]
    """Setting → what was filled in."""
    ready: str = ""
    """Key of the ready-made mapping it was taken from; "" if it was written here."""


@dataclass(frozen=True, slots=True)
class MappingVersion:
    """One version of a mapping."""

    number: int
    draft: Draft
    made_us: int
    made_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class StoredMapping:
    """A mapping: its state and which versions count."""

    id: str
    key: str
    state: MappingState
    active: int | None
    """Number of the version that is switched on."""
    latest: int
    version: int
    """How often this row changed (the ETag, from 1)."""


class MappingRepository:
    """The mappings within one transaction."""

    def __init__(self, connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._connection = connection
        self._entropy = entropy

    def all(self) -> list[StoredMapping]:
        """All of them, by key."""
        rows = self._connection.execute(select(mappings).order_by(mappings.c.key)).mappings()
        return [_stored(row) for row in rows]

    def get(self, key: str) -> StoredMapping | None:
        """The mapping of that key."""
        row = self._connection.execute(select(mappings).where(mappings.c.key == key)).mappings().first()
        return _stored(row) if row else None

    def versions(self, key: str) -> list[MappingVersion]:
        """All versions of a mapping, the oldest first."""
        query = select(mapping_versions).where(mapping_versions.c.mapping == key)
        rows = self._connection.execute(query.order_by(mapping_versions.c.number)).mappings()
        return [_version(row) for row in rows]

    def version(self, key: str, number: int) -> MappingVersion | None:
        """One version of a mapping."""
        here = (mapping_versions.c.mapping == key, mapping_versions.c.number == number)
        row = self._connection.execute(select(mapping_versions).where(*here)).mappings().first()
        return _version(row) if row else None

    def changed_since(self, sequence: int) -> bool:
        """Whether some mapping changed after an event."""
        ours = (events.c.sequence > sequence, events.c.subject.startswith(f"{KIND}:"))
        return self._connection.execute(select(events.c.sequence).where(*ours).limit(1)).first() is not None

    def put(self, key: str, draft: Draft, by: By, expected: int | None = None) -> StoredMapping:
        """Make the mapping, or a new version of it; nothing changes if its latest version says so already.

        What is switched on stays so, in the version it was. `expected` as in the registry: None = any, 0 = none yet.

        Raises:
            OutdatedVersionError: it is in another version.
        """
        old = self.get(key)
        expect(KIND, key, expected, old.version if old else 0)
        latest = self.version(key, old.latest) if old else None
        if old and latest and latest.draft == draft:
            return old
        number = old.latest + 1 if old else 1
        new = (
            replace(old, latest=number, version=old.version + 1)
            if old
            else StoredMapping(uuid7(by.time_us, self._entropy), key, MappingState.DRAFT, None, 1, 1)
        )
        self._keep(old, new, "changed" if old else "created", by)
        row = {
            "id": uuid7(by.time_us, self._entropy), "mapping": key, "number": number, "document": dict(draft.document),
            "settings": dict(draft.settings), "ready": draft.ready, "made_us": by.time_us, "made_by": by.principal,
            "reason": by.reason,
        }  # fmt: skip
        self._connection.execute(insert(mapping_versions), row)
        return new

    def switch_on(
        self, key: str, by: By, number: int | None = None, expected: int | None = None
    ) -> StoredMapping:
        """From now on messages are read by that version (without one: the latest).

        Raises:
            NoSuchObjectError: there is no such mapping or version.
            OutdatedVersionError: it is in another version.
        """
        old = self._expected(key, expected)
        number = number or old.latest
        if self.version(key, number) is None:
            raise NoSuchObjectError("mapping_version", str(number))
        return self._switched(old, MappingState.ACTIVE, number, "switched_on", by)

    def switch_off(self, key: str, by: By, expected: int | None = None) -> StoredMapping:
        """From now on no message is read by it.

        Raises:
            NoSuchObjectError: there is no such mapping.
            OutdatedVersionError: it is in another version.
        """
        old = self._expected(key, expected)
        if old.state is MappingState.DRAFT:
            return old
        return self._switched(old, MappingState.OFF, None, "switched_off", by)

    def _expected(self, key: str, expected: int | None) -> StoredMapping:
        old = self.get(key)
        if old is None:
            raise NoSuchObjectError(KIND, key)
        expect(KIND, key, expected, old.version)
        return old

    def _switched(
        self, old: StoredMapping, state: MappingState, active: int | None, act: str, by: By
    ) -> StoredMapping:
        if (old.state, old.active) == (state, active):
            return old
        new = replace(old, state=state, active=active, version=old.version + 1)
        self._keep(old, new, act, by)
        return new

    def _keep(self, old: StoredMapping | None, new: StoredMapping, act: str, by: By) -> None:
        row = {
            "id": new.id, "key": new.key, "state": new.state.value, "active": new.active, "latest": new.latest,
            "version": new.version,
        }  # fmt: skip
        if old is None:
            self._connection.execute(insert(mappings), row)
        else:
            self._connection.execute(update(mappings).where(mappings.c.key == new.key), row)
        record(self._connection, by, act, f"{KIND}:{new.key}", _told(old), _told(new))


def _told(mapping: StoredMapping | None) -> dict[str, Json] | None:
    """What an event says; the document itself stands in its version, which never changes."""
    if mapping is None:
        return None
    return {"state": mapping.state.value, "active": mapping.active, "latest": mapping.latest}


def _stored(row: RowMapping) -> StoredMapping:
    values = {str(name): value for name, value in row.items()}
    return StoredMapping(**{**values, "state": MappingState(values["state"])})


def _version(row: RowMapping) -> MappingVersion:
    draft = Draft(row["document"], row["settings"], row["ready"])
    return MappingVersion(row["number"], draft, row["made_us"], row["made_by"], row["reason"])
