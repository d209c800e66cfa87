"""The table of photos on tickets; the pictures themselves are files, named after their contents."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from store.tables.metadata import Number, metadata

ticket_photos = Table(
    "ticket_photo",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("ticket_id", String(36), ForeignKey("ticket.id"), nullable=False),
    Column("time_us", Number, nullable=False),
    Column("at_us", Number, nullable=False),
    Column("principal", String, nullable=False),
    Column("customer", String),
    Column("public", Boolean, nullable=False),
    Column("caption", String, nullable=False),
    Column("width", Number, nullable=False),
    Column("height", Number, nullable=False),
    Column("size", Number, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("thumbnail", String(64), nullable=False),
    Column("original", String(64), nullable=False),
    Index("ix_ticket_photo_ticket", "ticket_id", "time_us", "id"),
)
"""`sha256` and `thumbnail` name the files kept; `original` is the hash of what was sent. `at_us`: when it was taken, as said."""
