"""The tables of what is written down about the work on tickets, and of what customers answered to the survey."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from store.tables.metadata import Document, Number, metadata

ticket_sheets = Table(
    "ticket_sheet",
    metadata,
    Column("ticket_id", String(36), ForeignKey("ticket.id"), primary_key=True),
    Column("plan", String, nullable=False),
    Column("steps", Document, nullable=False),
    Column("tried", String, nullable=False),
    Column("resolution", String, nullable=False),
    Column("found", String, nullable=False),
    Column("done", String, nullable=False),
    Column("improvement", String, nullable=False),
    Column("improvement_owner", String),
    Column("wished_us", Number),
    Column("promised_us", Number),
    Column("unanswered", Boolean, nullable=False),
    Index("ix_ticket_sheet_unanswered", "unanswered"),
)
"""A ticket of which nothing was written down has no row."""

survey_answers = Table(
    "survey_answer",
    metadata,
    Column("ticket_id", String(36), ForeignKey("ticket.id"), primary_key=True),
    Column("score", Number, nullable=False),
    Column("text", String, nullable=False),
    Column("customer", String),
    Column("principal", String, nullable=False),
    Column("time_us", Number, nullable=False),
    Index("ix_survey_answer_customer", "customer", "time_us"),
    Index("ix_survey_answer_time", "time_us"),
)
