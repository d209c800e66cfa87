"""The tables of signed links, never with the token itself, only its hash."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from store.tables.metadata import Number, metadata

links = Table(
    "link",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("purpose", String, nullable=False),
    Column("customer", String, ForeignKey("customer.key")),
    Column("ticket_id", String(36), ForeignKey("ticket.id"), index=True),
    Column("alarm_id", String(36), ForeignKey("alarm.id")),
    Column("person", String),
    Column("role", String, nullable=False),
    Column("created_us", Number, nullable=False),
    Column("created_by", String, nullable=False),
    Column("expires_us", Number, nullable=False),
    Column("revoked_us", Number),
    Column("uses", Number, nullable=False),
    Column("last_used_us", Number),
)
