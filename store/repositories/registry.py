"""Registry objects as kept: by key, with versions, each change with its event in the same transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, or_, select, update

from registry.nouns import KINDS, Registered, RegistrySnapshot, kind_name, kind_of, uuid7
from store import events
from store.events import Event
from store.repositories import checks
from store.repositories.bulk import Writing, write_all
from store.repositories.codes import CodeRepository
from store.repositories.placements import PlacementRepository
from store.repositories.records import (
    BadValueError,
    By,
    InUseError,
    NoSuchObjectError,
    Stored,
    expect,
    plain,
    record,
    stored_rows,
)
from store.repositories.scans import ScanRepository
from store.repositories.searching import EVERYTHING, Search, conditions
from store.tables.events import events as event_table
from store.tables.registry import OBJECTS

T = TypeVar("T", bound=Registered)

_INSERT = {kind: insert(table) for kind, table in OBJECTS.items()}
_SUBJECTS = (*KINDS, "placement")


class RegistryRepository:
    """The registry within one transaction."""

    def __init__(self, connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._connection = connection
        self._entropy = entropy
        self.placements = PlacementRepository(connection, entropy)
        self.codes = CodeRepository(connection)
        self.scans = ScanRepository(connection, self.placements, entropy)

    def get(self, noun: type[T], key: str) -> Stored[T] | None:
        """The object of that kind and key."""
        table = OBJECTS[kind_name(noun)]
        found = stored_rows(self._connection.execute(select(table).where(table.c.key == key)), noun)
        return found[0] if found else None

    def page(
        self, noun: type[T], after: str = "", limit: int = 100, search: Search = EVERYTHING
    ) -> list[Stored[T]]:
        """Objects of a kind by key, those behind the key `after`, at most `limit`."""
        kind = kind_name(noun)
        table = OBJECTS[kind]
        query = select(table).where(table.c.key > after, *conditions(kind, table, search))
        return stored_rows(self._connection.execute(query.order_by(table.c.key).limit(limit)), noun)

    def numbered(self, noun: type[T], system: str | None, number: str | None) -> list[Stored[T]]:
        """The objects of a kind with this number in another system, by key; None does not narrow."""
        table = OBJECTS[kind_name(noun)]
        wanted = {table.c.external_system: system, table.c.external_number: number}
        query = select(table).where(
            *(column == value for column, value in wanted.items() if value is not None)
        )
        return stored_rows(self._connection.execute(query.order_by(table.c.key)), noun)

    def all(self, noun: type[T]) -> dict[str, Stored[T]]:
        """All objects of a kind, by key."""
        table = OBJECTS[kind_name(noun)]
        rows = stored_rows(self._connection.execute(select(table).order_by(table.c.key)), noun)
        return {stored.value.key: stored for stored in rows}

    def put(self, value: T, by: By, expected: int | None = None) -> Stored[T]:
        """Make the object, or change it to be like this; no version and no event when it is so already.

        `expected` is the version that the change was made for: None = any, 0 = there must be none yet.

        Raises:
            OutdatedVersionError: it is in another version.
            BadValueError, NoSuchObjectError, TakenError: the key, a reference, or a name or number is not possible.
        """
        stored = self.get(type(value), value.key)
        expect(kind_of(value), value.key, expected, stored.version if stored else 0)
        return self._write(value, stored, by)

    def remove(self, noun: type[Registered], key: str, by: By, expected: int | None = None) -> None:
        """Remove the object; its history stays in the event table.

        Raises:
            NoSuchObjectError: there is none.
            OutdatedVersionError: it is in another version.
            InUseError: something refers to it.
        """
        kind = kind_name(noun)
        stored = self.get(noun, key)
        if stored is None:
            raise NoSuchObjectError(kind, key)
        expect(kind, key, expected, stored.version)
        user = checks.user_of(self._connection, kind, key)
        if user:
            raise InUseError(kind, key, user)
        table = OBJECTS[kind]
        self._connection.execute(delete(table).where(table.c.key == key))
        self.codes.drop(kind, key)
        record(self._connection, by, "removed", f"{kind}:{key}", plain(stored.value), None)

    def known_keys(self) -> dict[str, set[str]]:
        """Kind → the keys there are."""
        return {
            kind: set(self._connection.execute(select(table.c.key)).scalars())
            for kind, table in OBJECTS.items()
        }

    def snapshot(self, kinds: Collection[str] = _SUBJECTS) -> RegistrySnapshot:
        """The whole registry as it is, or these kinds of it alone (`placement` is one)."""
        found: dict[str, Any] = {
            kind.field: tuple(stored.value for stored in self.all(kind.noun).values())
            for name, kind in KINDS.items()
            if name in kinds
        }
        placements = tuple(s.value for s in self.placements.all()) if "placement" in kinds else ()
        return RegistrySnapshot(
            sequence=events.last_sequence(self._connection), placements=placements, **found
        )

    def apply(self, wanted: RegistrySnapshot, by: By) -> int:
        """Make the registry say what a file says, and leave alone what the file does not mention.

        Returns how many objects were made or changed; 0 if all was so already.

        Raises:
            BadValueError, NoSuchObjectError, TakenError, OverlapError: nothing may be committed then.
        """
        before = events.last_sequence(self._connection)
        for name, kind in KINDS.items():
            values = getattr(wanted, kind.field)
            there = self.all(kind.noun) if values else {}
            write_all(self._connection, _writings(name, values, there), by, self._entropy)
        self.placements.apply(wanted.placements, by)
        return events.last_sequence(self._connection) - before

    def changes_since(
        self, sequence: int, limit: int = 10_000, kinds: Collection[str] = _SUBJECTS
    ) -> list[Event]:
        """What changed in the registry (or of these kinds) after an event, in order."""
        ours = or_(*(event_table.c.subject.startswith(f"{kind}:", autoescape=True) for kind in kinds))
        query = select(*(c for c in event_table.columns if c.name != "hash")).where(
            event_table.c.sequence > sequence
        )
        rows = self._connection.execute(query.where(ours).order_by(event_table.c.sequence).limit(limit))
        return [Event(*row) for row in rows]

    def _write(self, value: T, stored: Stored[T] | None, by: By) -> Stored[T]:
        if stored and stored.value == value:
            return stored
        checks.check(self._connection, value, is_new=stored is None)
        self.codes.keep(value, stored.value if stored else None)
        kind, table = kind_of(value), OBJECTS[kind_of(value)]
        row = plain(value)
        if stored is None:
            new = Stored(uuid7(by.time_us, self._entropy), 1, value)
            self._connection.execute(_INSERT[kind], {"id": new.id, "version": 1, **row})
        else:
            new = Stored(stored.id, stored.version + 1, value)
            self._connection.execute(
                update(table).where(table.c.id == stored.id), {"version": new.version, **row}
            )
        old = plain(stored.value) if stored else None
        record(self._connection, by, "changed" if stored else "created", f"{kind}:{value.key}", old, row)
        return new


def _writings(kind: str, values: Iterable[Registered], there: Mapping[str, Stored[Any]]) -> Iterator[Writing]:
    """What of a file is not so already; the fields of each object are checked by themselves."""
    for value in values:
        stored = there.get(value.key)
        if stored and stored.value == value:
            continue
        field = checks.bad_field(value)
        if field:
            raise BadValueError(kind, value.key, field)
        if stored:
            yield Writing(kind, value.key, stored.id, stored.version, plain(stored.value), plain(value))
        else:
            yield Writing(kind, value.key, "", 0, None, plain(value))
