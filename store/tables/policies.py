"""The table of policy versions that were put in beside the shipped one; they are added and never changed."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from store.tables.metadata import Document, Number, metadata

policies = Table(
    "policy_version",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("version", String(64), nullable=False, unique=True),
    Column("valid_from_us", Number, nullable=False),
    Column("document", Document, nullable=False),
    Column("reason", String, nullable=False),
    Column("principal", String, nullable=False),
    Column("created_us", Number, nullable=False),
)
"""`document` is whole: what its writer left out was filled in from the shipped one of that day."""
