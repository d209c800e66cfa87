"""The table of uploads: who sent which files, how far reading them is, and what came of it."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from store.tables.metadata import Document, Number, metadata

imports = Table(
    "import",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("principal", String, nullable=False),
    Column("created_us", Number, nullable=False),
    Column("updated_us", Number, nullable=False),
    Column("files", Document, nullable=False),
    Column("settings", Document, nullable=False),
    Column("state", String, nullable=False),
    Column("rows_read", Number, nullable=False),
    Column("rows_total", Number, nullable=False),
    Column("sheets", Document, nullable=False),
    Column("faults", Number, nullable=False),
    Column("digest", String, nullable=False),
    Column("sequence", Number, nullable=False),
    Column("why", String, nullable=False),
    Index("ix_import_state", "state"),
)
"""What is planned lies in a file beside the database (`store.plans`), for as long as it is needed."""
