"""The tables of users: how a person proves who it is, and the sessions that are open."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, String, Table

from store.tables.metadata import Number, metadata

accounts = Table(
    "account",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("person_id", String(36), nullable=False),
    Column("hash", String),
    Column("created_us", Number, nullable=False),
    Column("changed_us", Number),
    Column("disabled_us", Number),
    Column("must_change", Boolean, nullable=False),
    Column("failures", Number, nullable=False),
    Column("locked_until_us", Number),
    Column("invitation", LargeBinary(32), unique=True),
    Column("invited_until_us", Number),
)
"""`person_id` is the UUIDv7 inside: whoever is registered later under the same key does not inherit the password."""

sessions = Table(
    "login_session",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("person", String(64), nullable=False, index=True),
    Column("person_id", String(36), nullable=False),
    Column("created_us", Number, nullable=False),
    Column("seen_us", Number, nullable=False),
    Column("expires_us", Number, nullable=False),
    Column("revoked_us", Number),
    Column("agent", String, nullable=False),
)
"""Never the secret in the cookie itself, only its hash."""
