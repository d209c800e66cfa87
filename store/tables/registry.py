"""The registry's tables: one per noun of `registry.nouns`, with its fields as columns, plus id and version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
)

from store.tables.metadata import Document, Number, metadata


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False)


def _refers(name: str, kind: str, *, required: bool = False) -> Column[str]:
    return Column(name, String, ForeignKey(f"{kind}.key"), nullable=not required, index=True)


def _table(name: str, *columns: Column[Any] | UniqueConstraint) -> Table:
    """A table with what every registry object has."""
    return Table(
        name,
        metadata,
        Column("id", String(36), primary_key=True),
        Column("key", String(64), nullable=False, unique=True),
        _text("name"),
        Column("external_system", String),
        Column("external_number", String),
        *columns,
        Column("version", Number, nullable=False),
        UniqueConstraint("external_system", "external_number"),
        CheckConstraint("(external_system IS NULL) = (external_number IS NULL)", name="whole_external"),
    )


_TABLES = (
    _table("organisation"),
    _table("customer", _text("grade")),
    _table(
        "site", _text("time_zone"), _text("region"), Column("latitude", Float), Column("longitude", Float),
        _refers("customer", "customer"),
    ),
    _table("profile", _text("name_zh"), _text("form"), _text("note"), Column("versions", Document, nullable=False)),
    _table("product", _refers("profile", "profile")),
    _table("zone", _refers("site", "site"), _text("kind"), _refers("profile", "profile")),
    _table("gateway", _refers("site", "site"), _text("model")),
    _table(
        "device", _refers("gateway", "gateway", required=True), _text("device"), _text("model"),
        Column("interval_us", Number), Column("quantities", Document, nullable=False),
        Column("shared", Boolean, nullable=False), Column("known_as", String, unique=True),
        UniqueConstraint("gateway", "device"),
    ),
    _table("equipment", _refers("zone", "zone", required=True), _text("kind"), _text("model")),
    _table(
        "shipment", _refers("zone", "zone"), _refers("origin", "site"), _refers("destination", "site"),
        Column("departed_us", Number), Column("arrived_us", Number),
    ),
    _table(
        "lot", _refers("customer", "customer", required=True), _refers("product", "product", required=True),
        _text("status"),
    ),
)  # fmt: skip
OBJECTS: Mapping[str, Table] = {table.name: table for table in _TABLES}
"""Kind → its table."""

placements = Table(
    "placement",
    metadata,
    Column("id", String(36), primary_key=True),
    _text("subject_kind"),
    _text("subject"),
    _text("place_kind"),
    _text("place"),
    Column("valid_from_us", Number, nullable=False),
    Column("valid_to_us", Number),
    _text("set_by"),
    _text("how"),
    Column("version", Number, nullable=False),
    UniqueConstraint("subject_kind", "subject", "place", "valid_from_us"),
    CheckConstraint("valid_to_us > valid_from_us", name="forward"),
    Index("ix_placement_place", "place", "valid_from_us"),
)
