"""The tables of alarms: who acknowledged what, what keeps alarms quiet, what was decided about goods."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from store.tables.metadata import Document, Number, metadata

alarm_acks = Table(
    "alarm_ack",
    metadata,
    Column("alarm_id", String(36), ForeignKey("alarm.id"), primary_key=True),
    Column("call", Number, primary_key=True),
    Column("principal", String, primary_key=True),
    Column("time_us", Number, nullable=False),
    Column("comment", String, nullable=False),
)
"""One person has seen one call of an alarm (`alarm.calls` counts them). It stops the repeats to that person alone."""

maintenance = Table(
    "maintenance",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("sort", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("from_us", Number, nullable=False),
    Column("to_us", Number),
    Column("reason", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("recorded_us", Number, nullable=False),
    Column("state", String, nullable=False),
    Column("reminded_us", Number),
    Column("version", Number, nullable=False),
    Index("ix_maintenance_state", "state", "from_us"),
    Index("ix_maintenance_to", "to_us"),
)
"""Maintenance windows, defrosts, and what is out of service (`to_us` open until it is put back)."""

alarm_decisions = Table(
    "alarm_decision",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("alarm_id", String(36), ForeignKey("alarm.id"), nullable=False, index=True),
    Column("lot", String, nullable=False),
    Column("said", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("principal", String, nullable=False),
    Column("time_us", Number, nullable=False),
    Column("excursions", Document, nullable=False),
)
"""What was decided about a lot after which excursions; lot "" = about goods that no record names."""
