"""Registry objects as they come and go over the wire: a shape per kind, and each noun as its shape."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api import examples
from api.devices_wire import CalibrationIn, DeviceIn, DeviceModelIn, GatewayIn, ModelQuantityIn, RegisteredIn
from api.people_wire import (
    AbsenceIn,
    CertificateIn,
    PersonIn,
    RotaIn,
    ShiftIn,
    TeamIn,
    TurnIn,
)
from api.times import TimeIn, ZoneName, text_of
from api.wire import (
    Amount,
    Bounded,
    Codes,
    Currency,
    Key,
    Line,
    Positive,
    Quantity,
    Seconds,
    Wire,
)
from api.wire import (
    enum_in as enum_in,
)
from detect.nouns import Allowed, Limit, Severity
from registry.bands import MOST_CYCLES, misfit
from registry.nouns import (
    ALWAYS_US,
    KINDS,
    NEVER_US,
    Certificate,
    ClimateControl,
    ClimateZone,
    ContactRole,
    EquipmentKind,
    Language,
    Leg,
    LotStatus,
    Mode,
    ModelQuantity,
    ProfileVersion,
    Registered,
    Stage,
    Turn,
    ZoneKind,
)

_TIMES = frozenset({
    "valid_from_us", "valid_to_us", "departed_us", "arrived_us", "expected_departure_us", "expected_arrival_us",
    "done_us", "due_us", "ordered_us", "produced_us", "expires_us", "from_us", "to_us", "starts_us",
})  # fmt: skip
_BY_NAME = frozenset({"accuracy", "lags"})
"""Fields of a version that are pairs inside and an object over the wire."""


class ReachedIn(RegisteredIn):
    """Somebody who can be called."""

    phone: Line = ""
    email: Line = ""


class MoneyIn(RegisteredIn):
    """Something that is worth an amount."""

    amount: Amount | None = None
    currency: Currency = "CNY"


class OrganisationIn(RegisteredIn):
    """The operator of this service."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ORGANISATION]})


class CustomerIn(RegisteredIn):
    """Who owns goods (and perhaps sites)."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CUSTOMER]})
    grade: Annotated[Line, Field(min_length=1, max_length=40)] = "B"
    """A name to which the policy gives its place."""
    standstill_per_hour: Amount | None = None
    """What an hour without its goods costs it."""
    currency: Currency = "CNY"


class CarrierIn(ReachedIn):
    """Who carries goods for the operator."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CARRIER]})


class ContactIn(ReachedIn):
    """Somebody at a customer's or on a site who is called when something is the matter."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CONTACT]})
    customer: Key | None = None
    site: Key | None = None
    role: enum_in(ContactRole) = ContactRole.OTHER  # type: ignore[valid-type]
    language: enum_in(Language) = Language.ZH  # type: ignore[valid-type]


class SiteIn(RegisteredIn):
    """A warehouse or station."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SITE]})
    time_zone: ZoneName
    region: Line = ""
    latitude: Annotated[float, Field(ge=-90, le=90, strict=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, strict=False)] | None = None
    geofence_m: Annotated[float, Field(ge=10, le=100_000, strict=False)] | None = None
    climate: enum_in(ClimateZone) | None = None  # type: ignore[valid-type]
    coastal: bool | None = None
    customer: Key | None = None


class AllowedIn(Wire):
    """High excursions that a label allows if the mean kinetic temperature stays within its limit (°C)."""

    low: Bounded
    high: Bounded
    most: Bounded
    most_us: Seconds = Field(alias="most_s")
    coverage: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.9

    @model_validator(mode="after")
    def _rises(self) -> AllowedIn:
        if not self.low < self.high <= self.most:
            raise PydanticCustomError("bad_allowed", "low, high and most do not rise")
        return self


class ProfileBandIn(Wire):
    """One limit band; `limit` and `deadband` are in the quantity's unit."""

    band: Key
    quantity: Quantity
    side: Literal["high", "low"]
    limit: Bounded
    deadband: Annotated[float, Field(ge=0, le=1e6, strict=False)] = 0.0
    on_delay_us: Seconds = Field(0, alias="on_delay_s")
    min_samples: Annotated[int, Field(ge=1, le=10_000)] = 1
    severity: enum_in(Severity) = Severity.ALARM  # type: ignore[valid-type]
    budget_us: Seconds = Field(0, alias="budget_s")
    window_us: Seconds = Field(0, alias="window_s")
    source: Line = ""
    off: Line = ""
    stages: Annotated[
        list[Literal["storage", "loading", "transport", "arrived"]], Field(max_length=4, default_factory=list)
    ]
    cycles: Annotated[int, Field(ge=0, le=MOST_CYCLES)] = 0
    allowed: AllowedIn | None = None

    @model_validator(mode="after")
    def _fits(self) -> ProfileBandIn:
        wrong = misfit(self)
        if wrong:
            raise PydanticCustomError(wrong.code, "the fields of a limit do not go together")
        return self


class ProfileVersionIn(Wire):
    """What is tolerated from one time to another."""

    valid_from_us: TimeIn = Field(ALWAYS_US, alias="valid_from")
    valid_to_us: TimeIn | None = Field(None, alias="valid_to")
    limits: Annotated[list[ProfileBandIn], Field(max_length=50, default_factory=list)]
    unwatched_us: Seconds | None = Field(None, alias="unwatched_s")
    interval_us: Seconds | None = Field(None, alias="interval_s")
    accuracy: Annotated[dict[Quantity, Positive], Field(max_length=50, default_factory=dict)]
    lag_us: Seconds | None = Field(None, alias="lag_s")
    lags: Annotated[dict[Line, Seconds], Field(max_length=50, default_factory=dict)]
    named_people: Annotated[int, Field(ge=1, le=50)] | None = None


class ProfileIn(RegisteredIn):
    """What a kind of goods in its form of stock tolerates; versions must not overlap."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROFILE]})
    name_zh: Line = ""
    form: Line = ""
    note: Line = ""
    versions: Annotated[list[ProfileVersionIn], Field(max_length=200, default_factory=list)]

    @model_validator(mode="after")
    def _one_at_a_time(self) -> ProfileIn:
        ordered = sorted(self.versions, key=lambda version: version.valid_from_us)
        ends = [NEVER_US if v.valid_to_us is None else v.valid_to_us for v in ordered]
        if any(end <= v.valid_from_us for v, end in zip(ordered, ends, strict=True)):
            raise PydanticCustomError("ends_before_it_starts", "a version ends before it starts")
        if any(end > later.valid_from_us for end, later in zip(ends, ordered[1:], strict=False)):
            raise PydanticCustomError("versions_overlap", "versions overlap")
        if any(len({limit.band for limit in v.limits}) < len(v.limits) for v in ordered):
            raise PydanticCustomError("bands_repeat", "a band is named twice")
        return self


class ProductIn(RegisteredIn):
    """A kind of goods, and the profile that holds for it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PRODUCT]})
    profile: Key | None = None
    gtin: Annotated[str, StringConstraints(pattern="^[0-9]{0,20}$")] = ""


class ZoneIn(RegisteredIn):
    """A room, area, truck compartment or container in which goods stand."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ZONE]})
    site: Key | None = None
    kind: enum_in(ZoneKind) = ZoneKind.ROOM  # type: ignore[valid-type]
    profile: Key | None = None
    climate_control: enum_in(ClimateControl) = ClimateControl.NONE  # type: ignore[valid-type]
    area_m2: Positive | None = None
    volume_m3: Positive | None = None
    codes: Codes


class EquipmentIn(RegisteredIn):
    """A machine that keeps the climate of a zone."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EQUIPMENT]})
    zone: Key
    kind: enum_in(EquipmentKind)  # type: ignore[valid-type]
    model: Line = ""
    inspection_us: Seconds | None = Field(None, alias="inspection_s")


class OrderIn(MoneyIn):
    """What a customer ordered."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ORDER]})
    customer: Key
    ordered_us: TimeIn | None = Field(None, alias="ordered")
    due_us: TimeIn | None = Field(None, alias="due")


class JourneyIn(Wire):
    """What a shipment and each of its legs have."""

    zone: Key | None = None
    origin: Key | None = None
    destination: Key | None = None
    carrier: Key | None = None
    vehicle: Line = ""
    expected_departure_us: TimeIn | None = Field(None, alias="expected_departure")
    expected_arrival_us: TimeIn | None = Field(None, alias="expected_arrival")
    departed_us: TimeIn | None = Field(None, alias="departed")
    arrived_us: TimeIn | None = Field(None, alias="arrived")


class LegIn(JourneyIn):
    """One part of a journey."""

    mode: enum_in(Mode) = Mode.ROAD  # type: ignore[valid-type]


class ShipmentIn(MoneyIn, JourneyIn):
    """A journey of goods."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHIPMENT]})
    order: Key | None = None
    driver: Key | None = None
    packaging_moisture: Annotated[float, Field(ge=0, le=100, strict=False)] | None = None
    stage: enum_in(Stage) = Stage.PLANNED  # type: ignore[valid-type]
    codes: Codes
    legs: Annotated[list[LegIn], Field(max_length=50, default_factory=list)]


class LotIn(MoneyIn):
    """Goods of one batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LOT]})
    customer: Key
    product: Key
    status: enum_in(LotStatus) = LotStatus.AVAILABLE  # type: ignore[valid-type]
    order: Key | None = None
    quantity: Amount | None = None
    unit: Line = ""
    form: Line = ""
    produced_us: TimeIn | None = Field(None, alias="produced")
    expires_us: TimeIn | None = Field(None, alias="expires")
    codes: Codes


SHAPES: Mapping[str, type[RegisteredIn]] = {
    "organisation": OrganisationIn, "customer": CustomerIn, "carrier": CarrierIn, "site": SiteIn,
    "contact": ContactIn, "team": TeamIn, "person": PersonIn, "shift": ShiftIn, "absence": AbsenceIn, "rota": RotaIn,
    "profile": ProfileIn, "product": ProductIn, "zone": ZoneIn,
    "gateway": GatewayIn, "device_model": DeviceModelIn, "device": DeviceIn, "calibration": CalibrationIn,
    "equipment": EquipmentIn, "order": OrderIn, "shipment": ShipmentIn, "lot": LotIn,
}  # fmt: skip


def view_schemas(kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON schemas of an object of a kind, and of a page of them, as they are sent: every field is always there."""
    name = KINDS[kind].noun.__name__
    shape = SHAPES[kind].model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = shape.pop("$defs", {})
    own = {"id": {"type": "string"}, "version": {"type": "integer"}, "key": {"type": "string"}}
    properties = {**own, **shape["properties"]}
    schema = {"type": "object", "title": name, "properties": properties, "required": list(properties)}
    one = {"$ref": f"#/components/schemas/{name}"}
    listed = {"items": {"type": "array", "items": one}, "next": {"type": ["string", "null"]}}
    page = {"type": "object", "properties": listed, "required": ["items", "next"]}
    return {**one, "$defs": {name: schema, **definitions}}, page


def noun_of(kind: str, key: str, shape: RegisteredIn) -> Registered:
    """The noun that a request's shape describes."""
    return KINDS[kind].noun(key=key, **_inside(shape))


def _inside(shape: Wire) -> dict[str, Any]:
    """A shape's fields as a noun has them: parts as nouns, lists as tuples, objects as pairs in order of their names."""
    return {name.rstrip("_"): _part(getattr(shape, name)) for name in type(shape).model_fields}


def _part(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_part, value))
    if isinstance(value, dict):
        return tuple(sorted(value.items()))
    if isinstance(value, ProfileVersionIn) and value.unwatched_us is None:
        value = value.model_copy(update={"unwatched_us": NEVER_US})
    return _PARTS[type(value)](**_inside(value)) if type(value) in _PARTS else value


_PARTS: Mapping[type[Wire], Any] = {
    ProfileVersionIn: ProfileVersion,
    ProfileBandIn: Limit,
    AllowedIn: Allowed,
    LegIn: Leg,
    CertificateIn: Certificate,
    TurnIn: Turn,
    ModelQuantityIn: ModelQuantity,
}


def shape_of(noun: Any) -> dict[str, Any]:
    """A noun as its shape over the wire, with its key: times as RFC 3339, durations in seconds."""
    return dict(_wire(f.name, getattr(noun, f.name)) for f in dataclasses.fields(noun))


def _wire(name: str, value: Any) -> tuple[str, Any]:
    if name in _TIMES:
        return name.removesuffix("_us"), None if value is None else text_of(value)
    if name.endswith("_us"):
        return f"{name[:-3]}_s", None if value is None or value >= NEVER_US else value / 1_000_000
    if name in _BY_NAME and isinstance(value, tuple):
        return name, {key: item / 1_000_000 if name == "lags" else item for key, item in value}
    if isinstance(value, Decimal):
        return name, str(value)
    if isinstance(value, Allowed):
        return name, shape_of(value)
    if isinstance(value, tuple):
        return name, [shape_of(item) if dataclasses.is_dataclass(item) else item for item in value]
    return name, value
