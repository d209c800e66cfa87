"""The tables of gateways at the broker: their credentials (hashes only), and who was refused there."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

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

refusals = Table(
    "broker_refusal",
    metadata,
    Column("what", String, primary_key=True),
    Column("user", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("address", String, nullable=False),
    Column("first_us", Number, nullable=False),
    Column("last_us", Number, nullable=False),
    Column("n", Number, nullable=False),
    Index("ix_broker_refusal_last", "last_us"),
    comment="what the embedded broker refused, by user name and topic; the newest only",
)
