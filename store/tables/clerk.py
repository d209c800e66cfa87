"""What the desk's clerk keeps: up to which event it has read, and when each ticket is to be looked at again."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from store.tables.metadata import Number, metadata

clerk_positions = Table(
    "clerk_position",
    metadata,
    Column("reader", String, primary_key=True),
    Column("sequence", Number, nullable=False),
    Column("kept_us", Number, nullable=False),
    comment="the last event that a reader of the event table has dealt with",
)

ticket_wakes = Table(
    "ticket_wake",
    metadata,
    Column("ticket_id", String(36), ForeignKey("ticket.id"), primary_key=True),
    Column("wake_us", Number, nullable=False),
    Index("ix_ticket_wake_wake_us", "wake_us"),
    comment="a hint only: what is due is reckoned from the events of the ticket whenever it is looked at",
)
