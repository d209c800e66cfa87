"""The tables of trained models: their cards and stages, what those in the shadow found, and the work on them that takes long."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, UniqueConstraint

from store.tables.metadata import Document, Number, metadata
from store.tables.tickets import findings

models = Table(
    "model",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String, nullable=False),
    Column("version", Number, nullable=False),
    Column("card", Document, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("stage", String, nullable=False),
    Column("frozen", Boolean, nullable=False),
    Column("terms", Document, nullable=False),
    Column("revision", Number, nullable=False),
    UniqueConstraint("name", "version"),
)
"""Only a file whose SHA-256 stands here is ever opened as a model."""

shadow_findings = Table(
    "shadow_finding",
    metadata,
    *[Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable) for c in findings.columns],
    Column("noted_us", Number, nullable=False),
    Index("ix_shadow_finding_model", "model", "subject", "end_us"),
)
"""What models in the shadow would have said: no alarm and no ticket ever comes of it."""

long_jobs = Table(
    "long_job",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String, nullable=False),
    Column("principal", String, nullable=False),
    Column("created_us", Number, nullable=False),
    Column("updated_us", Number, nullable=False),
    Column("asked", Document, nullable=False),
    Column("state", String, nullable=False),
    Column("done", Number, nullable=False),
    Column("total", Number, nullable=False),
    Column("result", Document),
    Column("why", String, nullable=False),
    Index("ix_long_job_kind", "kind", "id"),
    Index("ix_long_job_state", "state"),
)
"""Training, back-tests and retunings: they take minutes, in a process of their own."""

verdicts = Table(
    "verdict",
    metadata,
    Column("ticket_id", String(36), ForeignKey("ticket.id"), primary_key=True),
    Column("verdict", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("began_us", Number),
    Column("principal", String, nullable=False),
    Column("time_us", Number, nullable=False),
    Index("ix_verdict_time", "time_us"),
)
"""What engineers said of tickets; earlier words are in the event table."""

proposals = Table(
    "proposal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("rule", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_us", Number, nullable=False),
    Column("body", Document, nullable=False),
    Column("decided_us", Number),
    Column("decided_by", String),
    Index("ix_proposal_state", "state", "id"),
)
"""Thresholds that verdicts speak for, with what they would have changed; a person adopts or declines them."""
