"""Lists and gateways: new kinds of objects, new fields of the old ones."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, DefaultClause, inspect

from store.tables import metadata

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make what is missing."""
    bind = op.get_bind()
    there = inspect(bind)
    tables = set(there.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in tables:
            continue
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                new = column._copy()
                if not column.nullable:
                    new.server_default = DefaultClause("[]" if isinstance(column.type, JSON) else "")
                op.add_column(table.name, new)
    metadata.create_all(bind)
