"""Scans as kept: what was scanned when and by whom, the placements it made and ended, and its undoing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from registry.nouns import Kept, Move, Placement, Scan, SubjectKind, Thing, uuid7
from store.repositories.placements import PlacementRepository
from store.repositories.records import By, NoSuchObjectError, OutdatedVersionError, Stored, plain, record
from store.tables.goods import scans as table


class ScanRepository:
    """The scans within one transaction."""

    def __init__(
        self, connection: Connection, placements: PlacementRepository, entropy: Callable[[int], bytes]
    ) -> None:
        self._connection = connection
        self._placements = placements
        self._entropy = entropy

    def get(self, id: str) -> Scan | None:
        """One scan."""
        row = self._connection.execute(select(table).where(table.c.id == id)).mappings().first()
        return _scan(row) if row else None

    def sent(self, principal: str, client_id: str) -> Scan | None:
        """The scan that was sent under this id before."""
        same = (table.c.principal == principal) & (table.c.client_id == client_id)
        row = self._connection.execute(select(table).where(same)).mappings().first()
        return _scan(row) if row else None

    def page(self, principal: str | None, before: str | None, limit: int) -> list[Scan]:
        """Scans, the newest first, those before the id `before`; of one principal or (None) of all."""
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        if principal is not None:
            query = query.where(table.c.principal == principal)
        if before is not None:
            query = query.where(table.c.id < before)
        return [_scan(row) for row in self._connection.execute(query).mappings()]

    def placed(self, subject: Thing) -> list[Kept]:
        """Every placement of a thing."""
        found = self._placements.of(SubjectKind(subject.kind), subject.key)
        return [Kept(stored.id, stored.value) for stored in found]

    def carry_out(self, scan: Scan, move: Move, by: By) -> Scan:
        """Do what a scan means, and keep it."""
        for kept in move.ends:
            self._placements.end(kept.id, scan.time_us, by)
        made = self._placements.place(move.new, by) if move.new else None
        done = replace(
            scan, id=uuid7(by.time_us, self._entropy), placement=made.id if made else None,
            ended=tuple(kept.id for kept in move.ends),
        )  # fmt: skip
        self._connection.execute(insert(table), plain(done))
        record(self._connection, by, "scanned", f"scan:{done.id}", None, plain(done))
        return done

    def undo(self, id: str, by: By) -> Scan:
        """As if it had not been scanned. Undoing again changes nothing.

        Raises:
            NoSuchObjectError: there is none.
            OutdatedVersionError: what it made was changed since.
        """
        scan = self.get(id)
        if scan is None:
            raise NoSuchObjectError("scan", id)
        if scan.undone_us is not None:
            return scan
        if scan.placement is not None:
            made = self._as_left(scan, scan.placement, None)
            self._placements.remove(made.id, by)
        for ended in scan.ended:
            stored = self._as_left(scan, ended, scan.time_us)
            self._placements.change(ended, replace(stored.value, valid_to_us=None), by)
        self._connection.execute(update(table).where(table.c.id == id).values(undone_us=by.time_us))
        undone = replace(scan, undone_us=by.time_us)
        record(self._connection, by, "undone", f"scan:{id}", plain(scan), plain(undone))
        return undone

    def _as_left(self, scan: Scan, id: str, ends_us: int | None) -> Stored[Placement]:
        """A placement that the scan touched, if nobody touched it since."""
        stored = self._placements.get(id)
        if stored is None or stored.value.valid_to_us != ends_us:
            raise OutdatedVersionError("scan", scan.id, 1, stored.version if stored else 0)
        return stored


def _scan(row: RowMapping) -> Scan:
    return msgspec.convert({str(name): value for name, value in row.items()}, Scan)
