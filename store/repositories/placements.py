"""Placements as kept: who was where from when to when, corrected and ended, never overlapping where that is impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from registry.nouns import How, PlaceKind, Placement, SubjectKind, uuid7
from store.repositories import checks
from store.repositories.records import (
    BadValueError,
    By,
    NoSuchObjectError,
    OverlapError,
    Stored,
    expect,
    plain,
    record,
    stored_rows,
)
from store.tables.registry import placements as table

_INSERT = insert(table)
_ORDER = (table.c.subject_kind, table.c.subject, table.c.valid_from_us, table.c.place)
_OF = (
    select(table)
    .where(table.c.subject_kind == bindparam("kind"), table.c.subject == bindparam("subject"))
    .order_by(*_ORDER)
)


class PlacementRepository:
    """The placements within one transaction."""

    def __init__(self, connection: Connection, entropy: Callable[[int], bytes]) -> None:
        self._connection = connection
        self._entropy = entropy

    def all(self) -> list[Stored[Placement]]:
        """All placements, by subject and time."""
        return self._find()

    def of_kind(self, subject_kind: SubjectKind) -> list[Stored[Placement]]:
        """All placements of devices, or of lots."""
        return self._find(table.c.subject_kind == subject_kind)

    def about(self, subject: str | None = None, place: str | None = None) -> list[Stored[Placement]]:
        """Placements by subject and time; None does not narrow."""
        wanted = {table.c.subject: subject, table.c.place: place}
        return self._find(*(column == value for column, value in wanted.items() if value is not None))

    def get(self, id: str) -> Stored[Placement] | None:
        """One placement."""
        return next(iter(self._find(table.c.id == id)), None)

    def of(self, subject_kind: SubjectKind, subject: str) -> list[Stored[Placement]]:
        """Where a device or lot was, is and will be, by time."""
        asked = {"kind": subject_kind, "subject": subject}
        return stored_rows(self._connection.execute(_OF, asked), Placement)

    def at(self, place: str) -> list[Stored[Placement]]:
        """Who was, is and will be in a place."""
        return self._find(table.c.place == place)

    def on_journeys(self) -> list[Placement]:
        """Those of devices anywhere, and of whatever is in a shipment."""
        asked = or_(table.c.subject_kind == SubjectKind.DEVICE, table.c.place_kind == PlaceKind.SHIPMENT)
        return [stored.value for stored in self._find(asked)]

    def as_of(
        self, time_us: int, *, subject: str | None = None, place: str | None = None
    ) -> list[Stored[Placement]]:
        """Who was where at an instant, as known now."""
        also = [table.c.subject == subject] if subject is not None else []
        also += [table.c.place == place] if place is not None else []
        valid = and_(
            table.c.valid_from_us <= time_us,
            or_(table.c.valid_to_us.is_(None), table.c.valid_to_us > time_us),
        )
        return self._find(valid, *also)

    def place(self, placement: Placement, by: By) -> Stored[Placement]:
        """Put a device or lot somewhere. A device that is elsewhere must leave there first (`end`, `move`).

        Raises:
            NoSuchObjectError: there is no such device, lot or place.
            BadValueError: it ends before it begins, or a lot would be in equipment.
            OverlapError: the device is somewhere else at that time, or the lot there already.
        """
        self._check(placement)
        new = Stored(uuid7(by.time_us, self._entropy), 1, placement)
        self._connection.execute(_INSERT, {"id": new.id, "version": 1, **plain(placement)})
        record(self._connection, by, "created", f"placement:{new.id}", None, plain(placement))
        return new

    def change(self, id: str, placement: Placement, by: By, expected: int | None = None) -> Stored[Placement]:
        """Correct a record: where, from, to. Nothing happens when it says so already; raises as `place` does.

        Raises:
            OutdatedVersionError: it is in another version.
        """
        stored = self._existing(id, expected)
        if stored.value == placement:
            return stored
        self._check(placement, but=id)
        new = Stored(id, stored.version + 1, placement)
        self._connection.execute(
            update(table).where(table.c.id == id), {"version": new.version, **plain(placement)}
        )
        record(self._connection, by, "changed", f"placement:{id}", plain(stored.value), plain(placement))
        return new

    def end(self, id: str, at_us: int, by: By, expected: int | None = None) -> Stored[Placement]:
        """The subject left at `at_us`."""
        stored = self._existing(id, expected)
        return self.change(id, replace(stored.value, valid_to_us=at_us), by)

    def remove(self, id: str, by: By, expected: int | None = None) -> None:
        """It never was: take a wrong record away (its history stays in the event table)."""
        stored = self._existing(id, expected)
        self._connection.execute(delete(table).where(table.c.id == id))
        record(self._connection, by, "removed", f"placement:{id}", plain(stored.value), None)

    def move(
        self, subject_kind: SubjectKind, subject: str, to: tuple[PlaceKind, str], by: By, how: How
    ) -> Stored[Placement]:
        """A device or lot goes from wherever it is to one place, at the time of the change."""
        for stored in self.as_of(by.time_us, subject=subject):
            if stored.value.subject_kind is subject_kind:
                self.end(stored.id, by.time_us, by)
        kind, place = to
        return self.place(
            Placement(
                subject_kind=subject_kind, subject=subject, place_kind=kind, place=place,
                valid_from_us=by.time_us, set_by=by.principal, how=how,
            ),
            by,
        )  # fmt: skip

    def replace_device(self, old: str, new: str, at_us: int, by: By, how: How) -> Stored[Placement]:
        """Another device hangs where this one hung, from `at_us` on; the place keeps what both measured.

        Raises:
            NoSuchObjectError: the old device hung nowhere at that time.
        """
        found = [s for s in self.as_of(at_us, subject=old) if s.value.subject_kind is SubjectKind.DEVICE]
        if not found:
            raise NoSuchObjectError("placement", old)
        self.end(found[0].id, at_us, by)
        return self.place(
            replace(found[0].value, subject=new, valid_from_us=at_us, set_by=by.principal, how=how), by
        )

    def apply(self, wanted: Iterable[Placement], by: By) -> None:
        """Make the placements of a file hold. For whom it places, what earlier files placed and it lacks is removed.

        A placement without an end leaves an end that was set otherwise as it is.
        """
        wanted = [replace(placement, set_by=by.principal, how=How.FILE) for placement in wanted]
        there = {_identity(stored.value): stored for stored in self.all()}
        placed = {(p.subject_kind, p.subject) for p in wanted}
        kept = {_identity(p) for p in wanted}
        for identity, stored in there.items():
            value = stored.value
            if (
                value.how is How.FILE
                and (value.subject_kind, value.subject) in placed
                and identity not in kept
            ):
                self.remove(stored.id, by)
        for placement in wanted:
            self._apply_one(placement, there.get(_identity(placement)), by)

    def _apply_one(self, placement: Placement, stored: Stored[Placement] | None, by: By) -> None:
        if stored is None:
            self.place(placement, by)
        elif placement.valid_to_us is not None:
            self.change(stored.id, replace(stored.value, valid_to_us=placement.valid_to_us), by)

    def _existing(self, id: str, expected: int | None) -> Stored[Placement]:
        stored = self.get(id)
        if stored is None:
            raise NoSuchObjectError("placement", id)
        expect("placement", id, expected, stored.version)
        return stored

    def _check(self, placement: Placement, but: str = "") -> None:
        lot_in_machine = (
            placement.subject_kind is SubjectKind.LOT and placement.place_kind is PlaceKind.EQUIPMENT
        )
        if lot_in_machine:
            raise BadValueError("placement", placement.subject, "place")
        if placement.valid_to_us is not None and placement.valid_to_us <= placement.valid_from_us:
            raise BadValueError("placement", placement.subject, "valid_to_us")
        for kind, key in (
            (placement.subject_kind, placement.subject),
            (placement.place_kind, placement.place),
        ):
            if not checks.exists(self._connection, kind, key):
                raise NoSuchObjectError(kind, key)
        for other in self.of(placement.subject_kind, placement.subject):
            same = placement.subject_kind is SubjectKind.DEVICE or other.value.place == placement.place
            if other.id != but and same and _overlap(other.value, placement):
                raise OverlapError(placement.subject, other.value.place)

    def _find(self, *where: ColumnElement[bool]) -> list[Stored[Placement]]:
        return stored_rows(self._connection.execute(select(table).where(*where).order_by(*_ORDER)), Placement)


def _identity(placement: Placement) -> tuple[str, str, str, int]:
    return placement.subject_kind, placement.subject, placement.place, placement.valid_from_us


def _overlap(one: Placement, other: Placement) -> bool:
    return (one.valid_to_us is None or one.valid_to_us > other.valid_from_us) and (
        other.valid_to_us is None or other.valid_to_us > one.valid_from_us
    )
