"""A service database copied from one engine into another, row by row, in one transaction on each side.

A backup holds the service database as an SQLite file whatever keeps it, so that it can be looked at anywhere and put
back into either engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from store import files
from store.service import Place, ServiceDatabase, describe, open_service
from store.tables import metadata

_PAGE = 1_000


class NotEmptyError(OSError):
    """Raised when a database is to be filled that holds something already."""


def copy_service(source: Place, target: Path, now_us: int) -> None:
    """One state of the service database as an SQLite file of its own, whoever writes meanwhile. `target` must be new."""
    if isinstance(source, Path):
        files.copy(source, target)
        return
    with closing(open_service(source, now_us)) as origin, closing(open_service(target, now_us)) as copied:
        _copy(origin, copied)
    one = files.connect(target)
    one.execute("PRAGMA journal_mode=DELETE")
    one.close()
    target.with_name(f"{target.name}.lock").unlink()


def fill_service(url: str, source: Path, now_us: int) -> None:
    """Put what an SQLite file holds into an empty PostgreSQL database, all or nothing. `source` may be brought up to date.

    Raises:
        NotEmptyError: something is in it.
        ConnectionError, OSError, NewerFormat: as for `store.service.open_service`.
    """
    with closing(open_service(source, now_us)) as origin, closing(open_service(url, now_us)) as filled:
        _copy(origin, filled)


def _copy(origin: ServiceDatabase, target: ServiceDatabase) -> None:
    with origin.reading() as before, target.writing() as after:
        for table in metadata.sorted_tables:
            if after.execute(select(table).limit(1)).first() is not None:
                raise NotEmptyError(
                    f"{describe(target.place)} holds an installation already: name an empty database"
                )
        for table in metadata.sorted_tables:
            _copy_table(table, before, after)


def _copy_table(table: Table, before: Connection, after: Connection) -> None:
    """References within the table are filled in behind all its rows: they may point either way."""
    inward = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    later: list[dict[str, Any]] = []
    for rows in _pages(table, before):
        later += [
            _reference(table, row, inward) for row in rows if any(row[name] is not None for name in inward)
        ]
        after.execute(insert(table), [row | dict.fromkeys(inward) for row in rows])
    if later:
        (key,) = table.primary_key
        after.execute(update(table).where(key == bindparam("at")), later)


def _pages(table: Table, connection: Connection) -> Iterator[list[dict[str, Any]]]:
    """All rows in the order of their key; a transaction sees one state, so counting on is safe."""
    result = connection.execute(select(table).order_by(*table.primary_key)).mappings()
    while page := result.fetchmany(_PAGE):
        yield [dict(row) for row in page]


def _reference(table: Table, row: dict[str, Any], inward: set[str]) -> dict[str, Any]:
    (key,) = table.primary_key
    return {"at": row[key.name]} | {name: row[name] for name in inward}
