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
    false,
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
        Column("name", String, nullable=False, index=True),
        Column("external_system", String),
        Column("external_number", String, index=True),
        *columns,
        Column("version", Number, nullable=False),
        UniqueConstraint("external_system", "external_number"),
        CheckConstraint("(external_system IS NULL) = (external_number IS NULL)", name="whole_external"),
    )


def _listed(name: str) -> Column[Any]:
    return Column(name, Document, nullable=False, server_default="[]")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _said(name: str, default: str = "") -> Column[str]:
    """A text that came with a later layout: what was there before has the default."""
    return Column(name, String, nullable=False, server_default=default)


def _codes() -> Column[Any]:
    return Column("codes", Document, nullable=False)


def _people(*own: Column[Any]) -> tuple[Column[Any], ...]:
    """How somebody is reached, and who it is."""
    return (_text("role"), _text("phone"), _text("email"), _text("language"), *own)


def _amount() -> tuple[Column[Any], ...]:
    """An amount is a decimal text: SQLite has no exact type for it."""
    return Column("amount", String), _text("currency")


_TABLES = (
    _table("organisation"),
    _table(
        "customer", _text("grade"), Column("standstill_per_hour", String),
        Column("currency", String, nullable=False, server_default="CNY"),
    ),
    _table("carrier", _text("phone"), _text("email")),
    _table(
        "site", _text("time_zone"), _text("region"), Column("latitude", Float), Column("longitude", Float),
        Column("geofence_m", Float), Column("climate", String), Column("coastal", Boolean),
        _refers("customer", "customer"),
    ),
    _table("contact", *_people(_refers("customer", "customer"), _refers("site", "site"))),
    _table(
        "person",
        *_people(_refers("site", "site"), _refers("carrier", "carrier"), _refers("customer", "customer")),
        _text("region"), Column("skills", Document, nullable=False), Column("level", Number, nullable=False, server_default="1"),
        _listed("certificates"), _listed("languages"), Column("capacity", Number), Column("latitude", Float),
        Column("longitude", Float), _listed("teams"), _flag("lead"), _flag("head"), _said("time_zone"),
        _said("quiet_from"), _said("quiet_to"), _listed("channels"), _said("register", "data"),
    ),
    _table("team", _listed("customers"), _listed("regions"), _listed("skills"), _text("calendar")),
    _table(
        "shift", _refers("person", "person", required=True), Column("from_us", Number, nullable=False),
        Column("to_us", Number), _listed("days"), _text("starts"), _text("ends"), _text("time_zone"),
    ),
    _table(
        "absence", _refers("person", "person", required=True), Column("from_us", Number, nullable=False),
        Column("to_us", Number, nullable=False), _text("reason"),
    ),
    _table(
        "rota", _text("level"), _refers("site", "site"), _refers("team", "team"), _text("region"), _text("time_zone"),
        _listed("people"), Column("starts_us", Number, nullable=False), Column("turn_days", Number, nullable=False),
        _listed("turns"),
    ),
    _table("profile", _text("name_zh"), _text("form"), _text("note"), Column("versions", Document, nullable=False)),
    _table("product", _refers("profile", "profile"), _text("gtin")),
    _table(
        "zone", _refers("site", "site"), _text("kind"), _refers("profile", "profile"), _text("climate_control"),
        Column("area_m2", Float), Column("volume_m3", Float), _codes(),
    ),
    _table("gateway", _refers("site", "site"), _text("model")),
    _table(
        "device_model", _text("manufacturer"), Column("interval_us", Number),
        Column("quantities", Document, nullable=False), Column("battery", Document, nullable=False), _text("note"),
    ),
    _table(
        "device", _refers("gateway", "gateway", required=True), _text("device"), _text("model"),
        Column("interval_us", Number), Column("quantities", Document, nullable=False),
        Column("shared", Boolean, nullable=False), Column("known_as", String, unique=True),
        _text("serial"), _codes(), Column("read_out", Boolean, nullable=False),
        UniqueConstraint("gateway", "device"),
    ),
    _table(
        "calibration", _refers("device", "device", required=True), _text("quantity"), _text("certificate"),
        _text("laboratory"), Column("done_us", Number, nullable=False), Column("due_us", Number),
        Column("deviation", Float), Column("uncertainty", Float),
    ),
    _table(
        "equipment", _refers("zone", "zone", required=True), _text("kind"), _text("model"),
        Column("inspection_us", Number),
    ),
    _table(
        "order", _refers("customer", "customer", required=True), *_amount(), Column("ordered_us", Number),
        Column("due_us", Number),
    ),
    _table(
        "shipment", _refers("zone", "zone"), _refers("origin", "site"), _refers("destination", "site"),
        Column("departed_us", Number), Column("arrived_us", Number), _refers("order", "order"), *_amount(),
        _refers("carrier", "carrier"), _text("vehicle"), _refers("driver", "person"),
        Column("expected_departure_us", Number), Column("expected_arrival_us", Number),
        Column("packaging_moisture", Float), _text("stage"), _codes(), Column("legs", Document, nullable=False),
    ),
    _table(
        "lot", _refers("customer", "customer", required=True), _refers("product", "product", required=True),
        _text("status"), _refers("order", "order"), Column("quantity", String), _text("unit"), *_amount(),
        _text("form"), Column("produced_us", Number), Column("expires_us", Number), _codes(),
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
