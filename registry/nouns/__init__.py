"""The nouns of the registry: who and what exists, who was where when, and who may ask."""

from __future__ import annotations

from registry.nouns.devices import Calibration, Device, DeviceModel, Gateway, ModelQuantity
from registry.nouns.goods import Leg, Lot, Order, Product, Profile, ProfileVersion, Shipment
from registry.nouns.inspections import Inspection, InspectionResult
from registry.nouns.journeys import Fixes, Source, Told
from registry.nouns.kinds import (
    KINDS,
    LEG_REFERENCES,
    REFERENCES,
    KindOf,
    RegistrySnapshot,
    kind_name,
    kind_of,
)
from registry.nouns.parties import Carrier, Contact, Customer, Organisation, Person
from registry.nouns.placement import Placement
from registry.nouns.places import Equipment, Site, Zone
from registry.nouns.principal import Principal
from registry.nouns.registered import Registered, uuid7
from registry.nouns.scans import Kept, Move, Scan, Thing
from registry.nouns.words import (
    ALWAYS_US,
    GATEWAY_PATTERN,
    KEY_PATTERN,
    NEVER_US,
    ClimateControl,
    ClimateZone,
    ContactRole,
    EquipmentKind,
    How,
    Language,
    LotStatus,
    Mode,
    PlaceKind,
    Role,
    Stage,
    SubjectKind,
    ZoneKind,
)

__all__ = [
    "ALWAYS_US",
    "GATEWAY_PATTERN",
    "KEY_PATTERN",
    "KINDS",
    "LEG_REFERENCES",
    "NEVER_US",
    "REFERENCES",
    "Calibration",
    "Carrier",
    "ClimateControl",
    "ClimateZone",
    "Contact",
    "ContactRole",
    "Customer",
    "Device",
    "DeviceModel",
    "Equipment",
    "EquipmentKind",
    "Fixes",
    "Gateway",
    "How",
    "Inspection",
    "InspectionResult",
    "Kept",
    "KindOf",
    "Language",
    "Leg",
    "Lot",
    "LotStatus",
    "Mode",
    "ModelQuantity",
    "Move",
    "Order",
    "Organisation",
    "Person",
    "PlaceKind",
    "Placement",
    "Principal",
    "Product",
    "Profile",
    "ProfileVersion",
    "Registered",
    "RegistrySnapshot",
    "Role",
    "Scan",
    "Shipment",
    "Site",
    "Source",
    "Stage",
    "SubjectKind",
    "Thing",
    "Told",
    "Zone",
    "ZoneKind",
    "kind_name",
    "kind_of",
    "uuid7",
]
