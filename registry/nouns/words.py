"""The words of the registry: in what states, roles and kinds things are, and what a key looks like."""

from __future__ import annotations

from enum import StrEnum

from ingest.nouns import EARLIEST_US

ALWAYS_US = EARLIEST_US
"""`valid_from_us` of what holds since ever: no reading is older."""
NEVER_US = 2**62
"""A time, or a duration, that is not reached."""
KEY_PATTERN = r"[a-z0-9][a-z0-9_-]{0,63}"
GATEWAY_PATTERN = r"[A-Za-z0-9_-]{1,64}"


class Role(StrEnum):
    """In what capacity somebody acts."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    ENGINEER = "engineer"
    QUALITY = "quality"
    VIEWER = "viewer"
    KEEPER = "keeper"
    DRIVER = "driver"
    CARRIER = "carrier"
    INTEGRATOR = "integrator"
    GATEWAY = "gateway"
    CUSTOMER = "customer"
    SYSTEM = "system"


class ContactRole(StrEnum):
    """What a contact of a customer or site is there for."""

    STORE_KEEPER = "store_keeper"
    GATE_KEEPER = "gate_keeper"
    BUYER = "buyer"
    QUALITY = "quality"
    LOGISTICS = "logistics"
    OTHER = "other"


class Language(StrEnum):
    """In which language somebody is spoken to."""

    ZH = "zh"
    EN = "en"


class Register(StrEnum):
    """How somebody is told of things."""

    DATA = "data"
    """Figures, limits and times."""
    PLAIN = "plain"
    """Plain words: what is wrong and what to do."""


class ZoneKind(StrEnum):
    """What sort of place goods stand in."""

    ROOM = "room"
    AREA = "area"
    TRUCK = "truck"
    CONTAINER = "container"
    OUTDOORS = "outdoors"
    """Where the weather of a site is measured."""


class ClimateZone(StrEnum):
    """China's climate zones for buildings (GB 50176)."""

    SEVERE_COLD = "severe_cold"
    COLD = "cold"
    HOT_SUMMER_COLD_WINTER = "hot_summer_cold_winter"
    HOT_SUMMER_WARM_WINTER = "hot_summer_warm_winter"
    TEMPERATE = "temperate"


class ClimateControl(StrEnum):
    """What is done about a zone's temperature."""

    NONE = "none"
    HEATED = "heated"
    COOLED = "cooled"
    HEATED_COOLED = "heated_cooled"


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


class Stage(StrEnum):
    """How far a shipment has come."""

    PLANNED = "planned"
    LOADING = "loading"
    TRANSPORT = "transport"
    ARRIVED = "arrived"


class Mode(StrEnum):
    """By what a leg of a shipment goes."""

    ROAD = "road"
    RAIL = "rail"
    SEA = "sea"
    AIR = "air"


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
    SCAN = "scan"
    UPLOAD = "upload"
    ERP = "erp"
