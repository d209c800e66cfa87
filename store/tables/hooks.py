"""The tables of inbound hooks: who may report what in which words, and which ticket its reports came to."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from store.tables.metadata import Document, Number, metadata

hooks = Table(
    "inbound_hook",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("mapping", Document, nullable=False),
    Column("kind", String, nullable=False),
    Column("customer", String, ForeignKey("customer.key")),
    Column("zone", String),
    Column("resolves", String, nullable=False),
    Column("secret", String, nullable=False),
    Column("disabled", String),
    Column("created_us", Number, nullable=False),
    Column("created_by", String, nullable=False),
    Column("version", Number, nullable=False),
)
"""The secret stands here as it is: whoever verifies a signature must have it."""

reports = Table(
    "hook_report",
    metadata,
    Column("hook", String(36), ForeignKey("inbound_hook.id"), primary_key=True),
    Column("dedupe", String, primary_key=True),
    Column("ticket_id", String(36), ForeignKey("ticket.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("time_us", Number, nullable=False),
    Index("ix_hook_report_ticket", "ticket_id"),
)
"""Of each thing that a hook reports: its ticket, and what came last."""
