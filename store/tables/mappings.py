"""The tables of mappings: which there are and in what state, and their versions, which never change."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from store.tables.metadata import Document, Number, metadata

mappings = Table(
    "mapping",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("state", String, nullable=False),
    Column("active", Number),
    Column("latest", Number, nullable=False),
    Column("version", Number, nullable=False),
)

mapping_versions = Table(
    "mapping_version",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("mapping", String(64), ForeignKey("mapping.key"), nullable=False),
    Column("number", Number, nullable=False),
    Column("document", Document, nullable=False),
    Column("settings", Document, nullable=False),
    Column("ready", String, nullable=False),
    Column("made_us", Number, nullable=False),
    Column("made_by", String, nullable=False),
    Column("reason", String, nullable=False),
    UniqueConstraint("mapping", "number"),
)
