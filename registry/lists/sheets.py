"""All sheets: which columns each list has, how each is read, and what it becomes. Nothing else is written per kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from registry.lists.nouns import Sheet
from registry.lists.sheets_duty import ABSENCES, CERTIFICATES, ROTAS, SHIFTS, TURNS
from registry.lists.sheets_goods import LEGS, LOTS, ORDERS, PLACEMENTS, PRODUCTS, SHIPMENTS
from registry.lists.sheets_things import (
    CALIBRATIONS,
    DEVICE_MODELS,
    DEVICES,
    EQUIPMENT,
    GATEWAYS,
    MODEL_QUANTITIES,
)
from registry.lists.sheets_who import CARRIERS, CONTACTS, CUSTOMERS, PEOPLE, SITES, TEAMS, ZONES
from registry.nouns import Certificate, Leg, ModelQuantity, Turn

SHEETS: Mapping[str, Sheet] = MappingProxyType({
    sheet.name: sheet
    for sheet in (
        CUSTOMERS, CARRIERS, SITES, CONTACTS, TEAMS, PEOPLE, CERTIFICATES, SHIFTS, ABSENCES, ROTAS, TURNS, PRODUCTS, ZONES, GATEWAYS, DEVICE_MODELS, MODEL_QUANTITIES,
        DEVICES, CALIBRATIONS, EQUIPMENT, ORDERS, SHIPMENTS, LEGS, LOTS, PLACEMENTS,
    )
})  # fmt: skip
"""Name → sheet, in an order in which each refers only to objects of sheets before it."""

PARTS: Mapping[str, Sheet] = MappingProxyType({
    sheet.kind: sheet for sheet in SHEETS.values() if sheet.part
})  # fmt: skip
"""Kind → the sheet of its parts."""
PART_NOUNS: Mapping[str, type[Any]] = MappingProxyType({
    "legs": Leg,
    "quantities": ModelQuantity,
    "certificates": Certificate,
    "turns": Turn,
})
"""Attribute that parts make up → what they are."""
