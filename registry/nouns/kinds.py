"""All kinds of registry objects, what refers to what, and one state of the whole registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from registry.nouns.devices import Calibration, Device, DeviceModel, Gateway
from registry.nouns.duty import Absence, Rota, Shift, Team
from registry.nouns.goods import Lot, Order, Product, Profile, Shipment
from registry.nouns.parties import Carrier, Contact, Customer, Organisation, Person
from registry.nouns.placement import Placement
from registry.nouns.places import Equipment, Site, Zone
from registry.nouns.registered import Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySnapshot:
    """One state of the registry: the stored one, or the one that a file describes."""

    sequence: int = 0
    """The last event in it; 0 for a file."""
    organisations: tuple[Organisation, ...] = ()
    customers: tuple[Customer, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    sites: tuple[Site, ...] = ()
    contacts: tuple[Contact, ...] = ()
    teams: tuple[Team, ...] = ()
    people: tuple[Person, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    rotas: tuple[Rota, ...] = ()
    profiles: tuple[Profile, ...] = ()
    products: tuple[Product, ...] = ()
    zones: tuple[Zone, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    device_models: tuple[DeviceModel, ...] = ()
    devices: tuple[Device, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    orders: tuple[Order, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    lots: tuple[Lot, ...] = ()
    placements: tuple[Placement, ...] = ()


class KindOf(NamedTuple):
    """A kind of registry object: its noun and its field in a snapshot."""

    noun: type[Registered]
    field: str


KINDS: Mapping[str, KindOf] = MappingProxyType({
    "organisation": KindOf(Organisation, "organisations"),
    "customer": KindOf(Customer, "customers"),
    "carrier": KindOf(Carrier, "carriers"),
    "site": KindOf(Site, "sites"),
    "contact": KindOf(Contact, "contacts"),
    "team": KindOf(Team, "teams"),
    "person": KindOf(Person, "people"),
    "shift": KindOf(Shift, "shifts"),
    "absence": KindOf(Absence, "absences"),
    "rota": KindOf(Rota, "rotas"),
    "profile": KindOf(Profile, "profiles"),
    "product": KindOf(Product, "products"),
    "zone": KindOf(Zone, "zones"),
    "gateway": KindOf(Gateway, "gateways"),
    "device_model": KindOf(DeviceModel, "device_models"),
    "device": KindOf(Device, "devices"),
    "calibration": KindOf(Calibration, "calibrations"),
    "equipment": KindOf(Equipment, "equipment"),
    "order": KindOf(Order, "orders"),
    "shipment": KindOf(Shipment, "shipments"),
    "lot": KindOf(Lot, "lots"),
})  # fmt: skip
"""All kinds, in an order in which each refers only to kinds before it."""

REFERENCES: Mapping[tuple[str, str], str] = MappingProxyType({
    ("site", "customer"): "customer",
    ("contact", "customer"): "customer",
    ("contact", "site"): "site",
    ("person", "site"): "site",
    ("person", "carrier"): "carrier",
    ("person", "customer"): "customer",
    ("shift", "person"): "person",
    ("absence", "person"): "person",
    ("rota", "site"): "site",
    ("rota", "team"): "team",
    ("product", "profile"): "profile",
    ("zone", "site"): "site",
    ("zone", "profile"): "profile",
    ("gateway", "site"): "site",
    ("device", "gateway"): "gateway",
    ("calibration", "device"): "device",
    ("equipment", "zone"): "zone",
    ("order", "customer"): "customer",
    ("shipment", "zone"): "zone",
    ("shipment", "origin"): "site",
    ("shipment", "destination"): "site",
    ("shipment", "order"): "order",
    ("shipment", "carrier"): "carrier",
    ("shipment", "driver"): "person",
    ("lot", "customer"): "customer",
    ("lot", "product"): "product",
    ("lot", "order"): "order",
})  # fmt: skip
"""(kind, field) → the kind that the field refers to by key."""

LIST_REFERENCES: Mapping[tuple[str, str], str] = MappingProxyType({
    ("team", "customers"): "customer",
    ("person", "teams"): "team",
    ("rota", "people"): "person",
})  # fmt: skip
"""(kind, field) → the kind that each of the field's keys refers to."""

LEG_REFERENCES: Mapping[str, str] = MappingProxyType({
    "origin": "site",
    "destination": "site",
    "carrier": "carrier",
    "zone": "zone",
})
"""Field of a leg → the kind that it refers to by key."""

PART_REFERENCES: Mapping[tuple[str, str], Mapping[str, str]] = MappingProxyType({
    ("shipment", "legs"): LEG_REFERENCES,
    ("rota", "turns"): MappingProxyType({"person": "person"}),
})  # fmt: skip
"""(kind, field that holds its parts) → field of a part → the kind that it refers to by key."""


def kind_name(noun: type[Registered]) -> str:
    """The word for a kind, as in `device_model`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", noun.__name__).lower()


def kind_of(value: Registered) -> str:
    """The word for an object's kind, as in `zone:cold-1`."""
    return kind_name(type(value))
