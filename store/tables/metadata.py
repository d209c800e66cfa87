"""The one metadata on which every table of the service database is defined, and the column types they share."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import JSON, BigInteger, Column, ColumnElement, Integer, MetaData, String, bindparam

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Number = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit integer; SQLite numbers rows by themselves only under the name INTEGER."""

Document = JSON(none_as_null=True)
"""A JSON value; None is SQL's NULL."""


def one_of(column: Column[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column has one of few values that never change, as part of the statement's text.

    An engine uses a partial index only for a question that says word for word what the index says; parameters say nothing.
    """
    return column.in_(bindparam(None, sorted(values), String, expanding=True, literal_execute=True))
