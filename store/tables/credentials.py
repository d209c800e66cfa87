"""The table of gateways' credentials at the broker: hashes only, never a secret."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from store.tables.metadata import Number, metadata

credentials = Table(
    "gateway_credential",
    metadata,
    # No foreign key: a credential may outlive its gateway's entry, and lets nobody in then.
    Column("gateway", String(64), primary_key=True),
    Column("bcrypt", String, nullable=False),
    Column("pbkdf2", String, nullable=False),
    Column("issued_us", Number, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("revoked_us", Number),
)
