"""The desk: people on duty, policies, users, messages, webhooks, links, the states of alarms, and what the clerk keeps.

The statements are SQLite's, for only such databases are so old: PostgreSQL holds this layout or a later one.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the statements beside this file, one after another."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split(";\n\n"):
        op.execute(statement.rstrip(";\n"))
