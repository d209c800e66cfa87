"""Lists and gateways: new kinds of objects, new fields of the old ones, mappings, credentials, imports.

The statements are SQLite's, for only such databases are so old.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the statements beside this file, one after another."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split(";\n\n"):
        op.execute(statement.rstrip(";\n"))
