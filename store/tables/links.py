"""The tables of signed links, never with the token itself, only its hash; and what customers answered to the survey."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text

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

survey_answers = Table(
    "survey_answer",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("ticket_id", String(36), ForeignKey("ticket.id"), nullable=False),
    Column("link_id", String(36), ForeignKey("link.id"), nullable=False),
    Column("customer", String),
    Column("score", Number, nullable=False),
    Column("words", Text, nullable=False),
    Column("time_us", Number, nullable=False),
    Index("ix_survey_answer_ticket", "ticket_id", "time_us"),
)
