"""Many rows at once: written and looked up in a fixed number of statements, each engine in its fastest way.

SQLite takes a statement per row at little cost, in one call; the statement is worded once per table, for compiling and
binding costs more than running it. PostgreSQL gets all rows as one JSON parameter: a statement per row costs it, and its
driver, three times as long.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Connection,
    Table,
    any_,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import sqlite

from store.documents import write_json

_POSTGRESQL = "postgresql"
_SQLITE = sqlite.dialect()
_NUL = "\\u0000"
"""What may stand in a document, but not in one that is taken to pieces."""


class _Wording(NamedTuple):
    """A statement for SQLite, and how the values of a row go with it."""

    statement: str
    names: tuple[str, ...]
    """In the order of the parameters."""
    documents: tuple[int, ...]
    """Which of the parameters are JSON."""


def among(connection: Connection, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column has one of many values (texts or integers): one parameter, so that the statement is always the same."""
    if connection.dialect.name == _POSTGRESQL:
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(select(func.json_each(write_json(list(values))).table_valued("value").c.value))


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
    if connection.dialect.name != _POSTGRESQL:
        _put(connection, _inserting(table, tuple(rows[0])), rows)
        return
    whole = _whole(rows)
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
    if connection.dialect.name != _POSTGRESQL:
        _put(connection, _updating(table, tuple(rows[0]), key), rows)
        return
    whole = _whole(rows)
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


def _put(connection: Connection, wording: _Wording, rows: Sequence[dict[str, Any]]) -> None:
    """Run a statement for SQLite once for every row."""
    parameters = []
    for row in rows:
        values = [row[name] for name in wording.names]
        for at in wording.documents:
            if values[at] is not None:
                values[at] = write_json(values[at])
        parameters.append(tuple(values))
    connection.exec_driver_sql(wording.statement, parameters)


@lru_cache
def _inserting(table: Table, names: tuple[str, ...]) -> _Wording:
    statement = str(insert(table).compile(dialect=_SQLITE, column_keys=list(names)))
    return _worded(statement, table, tuple(column.name for column in table.columns if column.name in names))


@lru_cache
def _updating(table: Table, names: tuple[str, ...], key: str) -> _Wording:
    others = [name for name in names if name != key]
    changed = update(table).where(table.c[key] == bindparam("at"))
    statement = str(changed.compile(dialect=_SQLITE, column_keys=others))
    return _worded(
        statement, table, (*(column.name for column in table.columns if column.name in others), key)
    )


def _worded(statement: str, table: Table, names: tuple[str, ...]) -> _Wording:
    documents = (at for at, name in enumerate(names) if isinstance(table.c[name].type, JSON))
    return _Wording(statement, names, tuple(documents))


def _whole(rows: Sequence[dict[str, Any]]) -> str | None:
    """All rows as one document; None where each is to go by itself."""
    whole = write_json(rows)
    return None if _NUL in whole else whole


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.format_table(table)


def _columns(connection: Connection, row: dict[str, Any]) -> list[str]:
    return [connection.dialect.identifier_preparer.quote(name) for name in row]
