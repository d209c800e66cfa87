"""The registry as it is, for planning: asked for many objects at once, in one reading transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from registry.nouns import KINDS, Placement, SubjectKind
from store.repositories.codes import CodeRepository
from store.repositories.records import Stored, stored_rows
from store.tables.registry import OBJECTS, placements

_AT_ONCE = 900
"""Values in one question: below the least number of parameters that SQLite was ever built with."""


class StoredDirectory:
    """Answers what `registry.lists` asks of the registry."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, kind: str, attribute: str, values: Collection[Any]) -> list[Stored[Any]]:
        """The objects of a kind whose attribute is one of the values."""
        table, noun = OBJECTS[kind], KINDS[kind].noun
        return [
            stored
            for some in _pieces(values)
            for stored in stored_rows(
                self._connection.execute(select(table).where(table.c[attribute].in_(some))), noun
            )
        ]

    def placements(self, subject_kind: SubjectKind, subjects: Collection[str]) -> list[Stored[Any]]:
        """All placements of these devices or lots, by subject and time."""
        return [
            stored
            for some in _pieces(subjects)
            for stored in stored_rows(
                self._connection.execute(
                    select(placements)
                    .where(placements.c.subject_kind == subject_kind, placements.c.subject.in_(some))
                    .order_by(placements.c.subject, placements.c.valid_from_us)
                ),
                Placement,
            )
        ]

    def codes(self, codes: Collection[str]) -> Mapping[str, str]:
        """Which of the codes are on record: code → `kind:key`."""
        holders = CodeRepository(self._connection).holders(sorted(codes))
        return {code: f"{thing.kind}:{thing.key}" for code, thing in holders.items()}

    def time_zones(self) -> set[str]:
        """The time zones of the operator's own sites; those of its customers have their own clocks."""
        site = OBJECTS["site"]
        own = select(site.c.time_zone).where(site.c.customer.is_(None)).distinct()
        return set(self._connection.execute(own).scalars())


def _pieces(values: Collection[Any]) -> Iterator[Sequence[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
