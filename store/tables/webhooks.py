"""The tables of signed webhooks: where they go, what is to be delivered, and how far the events were followed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from store.tables.metadata import Document, Number, metadata

endpoints = Table(
    "webhook_endpoint",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String, nullable=False),
    Column("url", String, nullable=False),
    Column("types", Document, nullable=False),
    Column("language", String(2), nullable=False),
    Column("customer", String, ForeignKey("customer.key")),
    Column("secret", String, nullable=False),
    Column("previous_secret", String),
    Column("previous_until_us", Number),
    Column("disabled", String),
    Column("from_sequence", Number, nullable=False),
    Column("created_us", Number, nullable=False),
    Column("created_by", String, nullable=False),
    Column("version", Number, nullable=False),
)
"""The secrets stand here as they are: whoever signs must have them."""

deliveries = Table(
    "webhook_delivery",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("endpoint", String(36), ForeignKey("webhook_endpoint.id"), nullable=False),
    Column("event", Number),
    Column("type", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("order_key", String, nullable=False),
    Column("made_us", Number, nullable=False),
    Column("state", String, nullable=False),
    Column("next_us", Number),
    Column("attempts", Number, nullable=False),
    Column("last_us", Number),
    Column("status", Number),
    Column("reason", String, nullable=False),
    Column("settled_us", Number),
    UniqueConstraint("endpoint", "event"),
    Index("ix_webhook_delivery_due", "endpoint", "state", "next_us"),
    Index("ix_webhook_delivery_order", "endpoint", "order_key", "state", "number"),
    Index("ix_webhook_delivery_settled", "state", "settled_us"),
    sqlite_autoincrement=True,
)
"""`number` is the order in which they were made. A waiting one without `next_us` stands behind another of its order key."""

position = Table(
    "webhook_position",
    metadata,
    Column("id", Number, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("sequence", Number, nullable=False),
)
"""The last event of which all deliveries are made."""
