"""The goods: what they tolerate, products, orders, lots, and their journeys."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from detect.nouns import Limit
from registry.nouns.registered import Registered
from registry.nouns.words import ALWAYS_US, NEVER_US, LotStatus, Mode, Stage


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
    accuracy: tuple[tuple[str, float], ...] = ()
    """(quantity, ± in its unit): how well they must be measured."""
    lag_us: int | None = None
    """Time constant by which these goods, in the profile's own form, follow the air; None = at once."""
    lags: tuple[tuple[str, int], ...] = ()
    """(form of stock, time constant in µs) of other forms."""
    named_people: int | None = None
    """How many people must be named who are told of an excursion; None = no rule asks."""


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
    gtin: str = ""
    """GS1's number of the product, digits only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Registered):
    """What a customer ordered (订单)."""

    customer: str
    amount: Decimal | None = None
    """In `currency`."""
    currency: str = "CNY"
    ordered_us: int | None = None
    due_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One part of a journey: what is in the shipment is in the leg's zone from its departure to its arrival."""

    mode: Mode = Mode.ROAD
    origin: str | None = None
    destination: str | None = None
    carrier: str | None = None
    vehicle: str = ""
    zone: str | None = None
    expected_departure_us: int | None = None
    expected_arrival_us: int | None = None
    departed_us: int | None = None
    arrived_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment(Registered):
    """A journey of goods (运单): what is placed in the shipment is in its vehicle from departure to arrival.

    With `legs` each leg says where the goods are; without, the shipment itself.
    """

    zone: str | None = None
    """The vehicle's zone (truck or container)."""
    origin: str | None = None
    destination: str | None = None
    """Sites."""
    departed_us: int | None = None
    """None = not yet known: since ever."""
    arrived_us: int | None = None
    order: str | None = None
    amount: Decimal | None = None
    currency: str = "CNY"
    carrier: str | None = None
    vehicle: str = ""
    """The number plate."""
    driver: str | None = None
    expected_departure_us: int | None = None
    expected_arrival_us: int | None = None
    packaging_moisture: float | None = None
    """Moisture of wood and paper around the goods, % of the dry mass."""
    stage: Stage = Stage.PLANNED
    codes: tuple[str, ...] = ()
    """What can be scanned on it, in canonical form (`registry.identity`)."""
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot(Registered):
    """Goods of one batch (批次)."""

    customer: str
    product: str
    status: LotStatus = LotStatus.AVAILABLE
    order: str | None = None
    quantity: Decimal | None = None
    unit: str = ""
    """What `quantity` counts: t, kg, pcs, …"""
    amount: Decimal | None = None
    """What the goods are worth, in `currency`."""
    currency: str = "CNY"
    form: str = ""
    """Form of stock (ingot, bundle, pail, …); "" = as the profile says."""
    produced_us: int | None = None
    expires_us: int | None = None
    codes: tuple[str, ...] = ()
    """What can be scanned on it, in canonical form (`registry.identity`)."""
