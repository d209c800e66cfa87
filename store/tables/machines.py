"""The tables of machines: what was reckoned of their days, and the inspections that were done."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from store.tables.metadata import Document, Number, metadata

equipment_figures = Table(
    "equipment_figures",
    metadata,
    Column("equipment", String, primary_key=True),
    Column("day", Number, primary_key=True),
    Column("inputs", String, nullable=False),
    Column("figures", Document, nullable=False),
    sqlite_with_rowid=False,
)
"""Day (since 1970, UTC) → {figure: [value, samples, coverage]}. It can be made anew from the readings at any time; `inputs`
tells from which series it was made."""

inspections = Table(
    "equipment_inspection",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("equipment", String, nullable=False),
    Column("done_us", Number, nullable=False),
    Column("result", String, nullable=False),
    Column("readings", Document, nullable=False),
    Column("note", String, nullable=False),
    Column("principal", String, nullable=False),
    Column("recorded_us", Number, nullable=False),
    Index("ix_equipment_inspection_done", "equipment", "done_us"),
)
