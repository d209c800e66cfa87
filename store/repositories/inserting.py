"""Inserting rows that may be there already, on each engine in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], unique: Sequence[str]
) -> None:
    """Insert the rows whose values in the columns `unique` (a unique constraint) are not there yet."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(table).on_conflict_do_nothing(index_elements=unique), rows)
    else:
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(index_elements=unique), rows)
