"""The nouns of the registry: who and what exists, who was where when, and who may ask."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from detect.nouns import Limit
from ingest.nouns import EARLIEST_US

ALWAYS_US = EARLIEST_US
"""`valid_from_us` of what holds since ever: no reading is older."""
NEVER_US = 2**62
"""A time, or a duration, that is not reached."""
KEY_PATTERN = r"[a-z0-9][a-z0-9_-]{0,63}"
GATEWAY_PATTERN = r"[A-Za-z0-9_-]{1,64}"


def uuid7(now_us: int, entropy: Callable[[int], bytes] = os.urandom) -> str:
    """A UUIDv7 (RFC 9562, method 1): 48 bits of ms, 12 bits of µs within the ms scaled to 0…4095, 62 random bits.

    Ids of different µs sort by time.
    """
    milliseconds, microseconds = divmod(now_us, 1000)
    random = int.from_bytes(entropy(8)) & (1 << 62) - 1
    number = milliseconds << 80 | 0x7 << 76 | (microseconds * 4096 // 1000) << 64 | 0b10 << 62 | random
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


class Grade(StrEnum):
    """How much a customer was promised; A is the most."""

    A = "A"
    B = "B"
    C = "C"


class ZoneKind(StrEnum):
    """What sort of place goods stand in."""

    ROOM = "room"
    AREA = "area"
    TRUCK = "truck"
    CONTAINER = "container"


class EquipmentKind(StrEnum):
    """What a machine does to the climate."""

    COOLING = "cooling"
    HEATING = "heating"
    DRYING = "drying"


class LotStatus(StrEnum):
    """Whether goods may leave."""

    AVAILABLE = "available"
    HOLD = "hold"
    RELEASED = "released"
    REJECTED = "rejected"


class SubjectKind(StrEnum):
    """What can be placed."""

    DEVICE = "device"
    LOT = "lot"


class PlaceKind(StrEnum):
    """Where it can be placed. Zones, shipments and equipment share one space of keys."""

    ZONE = "zone"
    SHIPMENT = "shipment"
    EQUIPMENT = "equipment"


class How(StrEnum):
    """By what way a placement came into the record."""

    FILE = "file"
    API = "api"
    HAND = "hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What every object of the registry has. Its UUIDv7 and version number are given by the store (`Stored`)."""

    key: str
    """Chosen by the user, unique in its kind, `KEY_PATTERN`; never changes."""
    name: str = ""
    external_system: str | None = None
    external_number: str | None = None
    """The object's number in another system (ERP, WMS): (system, number) is unique in its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Registered):
    """The operator of this service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Registered):
    """Who owns goods (and perhaps sites)."""

    grade: Grade = Grade.B


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Registered):
    """A warehouse or station."""

    time_zone: str
    """IANA name."""
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None
    """Degrees, WGS 84."""
    customer: str | None = None
    """The customer whose site it is; None = the operator's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Registered):
    """A room, area, truck compartment or container in which goods stand."""

    site: str | None = None
    """None for what travels."""
    kind: ZoneKind = ZoneKind.ROOM
    profile: str | None = None
    """What is watched for even when no lot is on record here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Registered):
    """An MQTT client that speaks for devices. Its key is its id on the wire (`GATEWAY_PATTERN`)."""

    site: str | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Registered):
    """A probe or logger (监测终端)."""

    gateway: str
    device: str = ""
    """Its name as the gateway says it; "" = the gateway is its own device."""
    model: str = ""
    interval_us: int | None = None
    """How often it is expected to speak; None = as its goods' profile asks."""
    quantities: tuple[str, ...] = ()
    """What it is expected to say; empty = whatever it says."""
    shared: bool = False
    """Heard through several gateways: the same name behind any other gateway is this device."""
    known_as: str | None = None
    """The full name it keeps after it moved behind another gateway ("old-gateway/device")."""

    @property
    def full_name(self) -> str:
        """The name of its series: `gateway/device`, or `gateway` alone, or the name it keeps."""
        return self.known_as or (f"{self.gateway}/{self.device}" if self.device else self.gateway)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment(Registered):
    """A machine that keeps the climate of a zone (设备)."""

    zone: str
    kind: EquipmentKind
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVersion:
    """What is tolerated from one time to another."""

    valid_from_us: int = ALWAYS_US
    valid_to_us: int | None = None
    limits: tuple[Limit, ...] = ()
    """Bands by their bare names ("frost"); in a watch they are `profile/band`."""
    unwatched_us: int = NEVER_US
    """How long the zone may be without a trusted reading."""
    interval_us: int | None = None
    """How often these goods must be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Registered):
    """What a kind of goods in its form of stock tolerates (储运条件); versions do not overlap."""

    name_zh: str = ""
    form: str = ""
    """Form of stock: ingot, bundle, stack, pail, pallet, …"""
    note: str = ""
    """Where the figures come from."""
    versions: tuple[ProfileVersion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Registered):
    """A kind of goods, and the profile that holds for it."""

    profile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment(Registered):
    """A journey of goods: what is placed in the shipment is in its vehicle from departure to arrival."""

    zone: str | None = None
    """The vehicle's zone (truck or container)."""
    origin: str | None = None
    destination: str | None = None
    """Sites."""
    departed_us: int | None = None
    """None = not yet known: since ever."""
    arrived_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot(Registered):
    """Goods of one batch (批次)."""

    customer: str
    product: str
    status: LotStatus = LotStatus.AVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A lot or device was in a place from–to. Unique: (subject, place, valid_from)."""

    subject_kind: SubjectKind
    subject: str
    place_kind: PlaceKind
    place: str
    valid_from_us: int = ALWAYS_US
    valid_to_us: int | None = None
    """Exclusive; None while it lasts."""
    set_by: str = ""
    how: How = How.HAND


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySnapshot:
    """One state of the registry: the stored one, or the one that a file describes."""

    sequence: int = 0
    """The last event in it; 0 for a file."""
    organisations: tuple[Organisation, ...] = ()
    customers: tuple[Customer, ...] = ()
    sites: tuple[Site, ...] = ()
    profiles: tuple[Profile, ...] = ()
    products: tuple[Product, ...] = ()
    zones: tuple[Zone, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    devices: tuple[Device, ...] = ()
    equipment: tuple[Equipment, ...] = ()
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
    "site": KindOf(Site, "sites"),
    "profile": KindOf(Profile, "profiles"),
    "product": KindOf(Product, "products"),
    "zone": KindOf(Zone, "zones"),
    "gateway": KindOf(Gateway, "gateways"),
    "device": KindOf(Device, "devices"),
    "equipment": KindOf(Equipment, "equipment"),
    "shipment": KindOf(Shipment, "shipments"),
    "lot": KindOf(Lot, "lots"),
})  # fmt: skip
"""All kinds, in an order in which each refers only to kinds before it."""

REFERENCES: Mapping[tuple[str, str], str] = MappingProxyType({
    ("site", "customer"): "customer",
    ("product", "profile"): "profile",
    ("zone", "site"): "site",
    ("zone", "profile"): "profile",
    ("gateway", "site"): "site",
    ("device", "gateway"): "gateway",
    ("equipment", "zone"): "zone",
    ("shipment", "zone"): "zone",
    ("shipment", "origin"): "site",
    ("shipment", "destination"): "site",
    ("lot", "customer"): "customer",
    ("lot", "product"): "product",
})  # fmt: skip
"""(kind, field) → the kind that the field refers to by key."""


def kind_of(value: Registered) -> str:
    """The word for an object's kind, as in `zone:cold-1`."""
    return type(value).__name__.lower()


class Role(StrEnum):
    """What an API key was given out for."""

    ADMIN = "admin"
    ENGINEER = "engineer"
    VIEWER = "viewer"
    GATEWAY = "gateway"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a key, with its role and, for scoped roles, whose it is."""

    name: str
    """As it stands in the event table: `key:<id>`."""
    role: Role
    customer: str | None = None
    gateway: str | None = None
