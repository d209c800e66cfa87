"""The table of checkpoints: where each stage that reads the feed stands."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from store.tables.metadata import Number, metadata

checkpoints = Table(
    "checkpoint",
    metadata,
    Column("stage", String, primary_key=True),
    Column("position", Number, nullable=False),
    Column("kept_us", Number, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
