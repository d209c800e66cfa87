"""The table of API keys: never the key itself, only its hash."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from store.tables.metadata import Number, metadata

keys = Table(
    "api_key",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("hint", String(8), nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("customer", String, ForeignKey("customer.key")),
    Column("gateway", String),
    Column("site", String, ForeignKey("site.key")),
    Column("carrier", String, ForeignKey("carrier.key")),
    Column("person", String(64)),
    Column("created_us", Number, nullable=False),
    Column("expires_us", Number),
    Column("last_used_us", Number),
    Column("revoked_us", Number),
)
