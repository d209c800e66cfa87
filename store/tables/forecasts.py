"""The tables of forecasts: weather as it was issued, what is planned for zones, and what was announced of them."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, String, Table, UniqueConstraint

from store.tables.metadata import Document, Number, metadata

weather_issues = Table(
    "weather_issue",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), ForeignKey("site.key"), nullable=False),
    Column("issued_us", Number, nullable=False),
    Column("source", String, nullable=False),
    Column("hours", Document, nullable=False),
    UniqueConstraint("site", "issued_us"),
)
"""`hours`: [[valid_us, temperature °C, relative humidity %], …]."""

zone_schedules = Table(
    "zone_schedule",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("zone", String(64), ForeignKey("zone.key"), nullable=False, unique=True),
    Column("version", Number, nullable=False),
    Column("events", Document, nullable=False),
)
"""`events`: [[kind, from_us, to_us], …]; those that are over stay, for they explain the past."""

forecasts = Table(
    "forecast",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("zone", String(64), nullable=False),
    Column("band", String, nullable=False),
    Column("quantity", String, nullable=False),
    Column("side", String, nullable=False),
    Column("value", Float, nullable=False),
    Column("model", String, nullable=False),
    Column("announced_us", Number, nullable=False),
    Column("first_p10_us", Number),
    Column("first_p50_us", Number),
    Column("first_p90_us", Number),
    Column("issued_us", Number, nullable=False),
    Column("expires_us", Number, nullable=False),
    Column("p10_us", Number),
    Column("p50_us", Number),
    Column("p90_us", Number),
    Column("probability", Float, nullable=False),
    Column("state", String, nullable=False),
    Column("ended_us", Number),
    Index("ix_forecast_zone", "zone", "announced_us"),
    Index("ix_forecast_announced", "announced_us"),
)
"""What was announced; `id` is that of the finding, `value` the limit."""
