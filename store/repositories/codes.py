"""Codes as kept: which object carries one, each once in the whole registry; and what else an object is known by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, insert, or_, select

from registry.nouns import Registered, Thing, kind_of
from store.repositories.records import TakenError
from store.tables.goods import codes as table
from store.tables.registry import OBJECTS

_AT_ONCE = 900


class CodeRepository:
    """The codes within one transaction. They are written by the registry's repository alone, with their objects."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, value: Registered, before: Registered | None) -> None:
        """The codes of an object are those that it says, and no longer those it said before.

        Raises:
            TakenError: one of them is another object's.
        """
        self.keep_all(
            kind_of(value), [(value.key, getattr(value, "codes", ()), getattr(before, "codes", ()))]
        )

    def keep_all(self, kind: str, changes: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> None:
        """As `keep`, for many objects of a kind at once: (key, its codes, its codes before)."""
        changes = [change for change in changes if set(change[1]) != set(change[2])]
        gone = [code for _, codes, had in changes for code in had if code not in codes]
        new = [(code, key) for key, codes, had in changes for code in dict.fromkeys(codes) if code not in had]
        for part in _parts(gone):
            self._connection.execute(delete(table).where(table.c.code.in_(part)))
        owner: dict[str, Thing] = self.holders([code for code, _ in new])
        for code, key in new:
            holder = owner.setdefault(code, Thing(kind, key))
            if holder != Thing(kind, key):
                raise TakenError(kind, key, f"{holder} ({code})")
        if new:
            self._connection.execute(
                insert(table), [{"code": code, "kind": kind, "key": key} for code, key in new]
            )

    def drop(self, kind: str, key: str) -> None:
        """The object is gone, and its codes are free."""
        self._connection.execute(delete(table).where(table.c.kind == kind, table.c.key == key))

    def holders(self, asked: Sequence[str]) -> dict[str, Thing]:
        """Code → the object that carries it, of those asked for that anything carries."""
        found: dict[str, Thing] = {}
        for part in _parts(asked):
            query = select(table.c.code, table.c.kind, table.c.key).where(table.c.code.in_(part))
            found |= {code: Thing(kind, key) for code, kind, key in self._connection.execute(query)}
        return found

    def products(self, gtins: Sequence[str]) -> list[Thing]:
        """The products with one of these numbers."""
        product = OBJECTS["product"]
        found = self._connection.execute(select(product.c.key).where(product.c.gtin.in_(gtins)))
        return [Thing("product", key) for key in found.scalars()]

    def batches(self, gtins: Sequence[str], batch: str) -> list[Thing]:
        """The lots of a product that carry this batch number in another system."""
        product, lot = OBJECTS["product"], OBJECTS["lot"]
        query = (
            select(lot.c.key)
            .join(product, product.c.key == lot.c.product)
            .where(product.c.gtin.in_(gtins), lot.c.external_number == batch)
        )
        return [Thing("lot", key) for key in self._connection.execute(query).scalars()]

    def numbered(self, number: str, kinds: Sequence[str]) -> list[Thing]:
        """The objects that have this number in any other system; devices by their serial number too."""
        found: list[Thing] = []
        for kind in kinds:
            columns = OBJECTS[kind].c
            same = columns.external_number == number
            if kind == "device":
                same = or_(same, columns.serial == number)
            keys = self._connection.execute(select(columns.key).where(same)).scalars()
            found += [Thing(kind, key) for key in keys]
        return found


def _parts(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    """A few at a time: a statement takes only so many parameters."""
    return (codes[at : at + _AT_ONCE] for at in range(0, len(codes), _AT_ONCE))
