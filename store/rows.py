"""Many rows at once: written and looked up in a fixed number of statements, each engine in its fastest way.

SQLite takes a statement per row at little cost, in one call. PostgreSQL gets all rows as one JSON parameter: a statement
per row costs it, and its driver, three times as long.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Table,
    any_,
    bindparam,
    insert,
    literal,
    update,
)

from store.documents import write_json

_POSTGRESQL = "postgresql"
_NUL = "\\u0000"
"""What may stand in a document, but not in one that is taken to pieces."""


def among(connection: Connection, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column has one of many values; on PostgreSQL one parameter, which costs its driver nothing to parse."""
    if connection.dialect.name == _POSTGRESQL:
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(list(values))


def write(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    there: AbstractSet[str] | Collection[str] = frozenset(),
    key: str = "id",
) -> None:
    """Insert the rows whose key is not in `there`, update the others (but not the key: others refer to it).

    Raises:
        sqlalchemy.exc.StatementError, ValueError: a document holds NaN or an infinity.
    """
    add(connection, table, [row for row in rows if row[key] not in there])
    change(connection, table, [row for row in rows if row[key] in there], key)


def add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns (the others are left to their defaults)."""
    if not rows:
        return
    whole = _whole(connection, rows)
    if whole is None:
        connection.execute(insert(table), rows)
        return
    name, columns = _quoted(connection, table), _columns(connection, rows[0])
    connection.exec_driver_sql(
        f"INSERT INTO {name} ({', '.join(columns)}) "
        f"SELECT {', '.join(columns)} FROM json_populate_recordset(NULL::{name}, %s::json)", (whole,)
    )  # fmt: skip


def change(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], key: str = "id") -> None:
    """Update rows that all name the same columns, found by `key`."""
    if not rows:
        return
    whole = _whole(connection, rows)
    if whole is None:
        known = [{"at" if name == key else name: row[name] for name in row} for row in rows]
        connection.execute(update(table).where(table.c[key] == bindparam("at")), known)
        return
    name, columns = _quoted(connection, table), _columns(connection, rows[0])
    (at,) = _columns(connection, {key: None})
    connection.exec_driver_sql(
        f"UPDATE {name} SET {', '.join(f'{column} = v.{column}' for column in columns if column != at)} "
        f"FROM json_populate_recordset(NULL::{name}, %s::json) AS v WHERE {name}.{at} = v.{at}", (whole,)
    )  # fmt: skip


def _whole(connection: Connection, rows: Sequence[dict[str, Any]]) -> str | None:
    """All rows as one document; None where each is to go by itself."""
    if connection.dialect.name != _POSTGRESQL:
        return None
    whole = write_json(rows)
    return None if _NUL in whole else whole


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.format_table(table)


def _columns(connection: Connection, row: dict[str, Any]) -> list[str]:
    return [connection.dialect.identifier_preparer.quote(name) for name in row]
