"""The tables of goods on their way: codes that name objects, scans, and what positions told of journeys."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from store.tables.metadata import Document, Number, metadata

codes = Table(
    "code",
    metadata,
    Column("code", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Index("ix_code_object", "kind", "key"),
)
"""Canonical code → the one object that carries it."""

scans = Table(
    "scan",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("principal", String, nullable=False),
    Column("client_id", String, nullable=False),
    Column("first", String, nullable=False),
    Column("second", String, nullable=False),
    Column("time_us", Number, nullable=False),
    Column("received_us", Number, nullable=False),
    Column("note", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("place", String, nullable=False, index=True),
    Column("placement", String(36)),
    Column("ended", Document, nullable=False),
    Column("undone_us", Number),
    UniqueConstraint("principal", "client_id"),
)
"""`subject` and `place` as `kind:key`; `placement` and `ended` are ids of placements."""

journeys = Table(
    "journey",
    metadata,
    Column("shipment", String, primary_key=True),
    Column("told", Document, nullable=False),
)
"""What positions told of a shipment, as it was last written into it (`registry.nouns.Told`)."""
