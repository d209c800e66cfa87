"""The table of uploaded logger files: each as it came, how it is read, and what became of it."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from store.tables.metadata import Document, Number, metadata

logger_files = Table(
    "logger_file",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String, nullable=False),
    Column("size", Number, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("how", Document, nullable=False),
    Column("uploaded_us", Number, nullable=False),
    Column("uploaded_by", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("sent", Number, nullable=False),
    Column("became", Document),
    # What is long stands last, so that lists need not pass over it.
    Column("before", LargeBinary),
    Column("content", LargeBinary, nullable=False),
)
