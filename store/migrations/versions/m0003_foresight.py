"""Foresight: models, back-tests, verdicts, forecasts, weather and schedules, figures and inspections of equipment.

The statements are SQLite's, for only such databases are so old.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the statements beside this file, one after another."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split(";\n\n"):
        op.execute(statement.rstrip(";\n"))
