"""Registry objects as they come and go over the wire: a shape per kind, and each noun as its shape."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from api import examples
from api.times import TimeIn, ZoneName, text_of
from api.wire import Bounded, GatewayKey, Key, Line, Quantity, Seconds, Wire
from detect.nouns import Limit, Severity
from registry.nouns import (
    ALWAYS_US,
    KINDS,
    NEVER_US,
    EquipmentKind,
    Grade,
    LotStatus,
    ProfileVersion,
    Registered,
    ZoneKind,
)  # fmt: skip

_TIMES = frozenset({"valid_from_us", "valid_to_us", "departed_us", "arrived_us"})


def enum_in(kind: type[Enum]) -> Any:
    """An enum's member by its value; strict validation would want the member itself."""
    values = [member.value for member in kind]

    def member(value: Any) -> Any:
        if not isinstance(value, str) or value not in values:
            raise PydanticCustomError("bad_choice", "no such choice", {"expected": ", ".join(values)})
        return kind(value)

    return Annotated[kind, BeforeValidator(member), WithJsonSchema({"type": "string", "enum": values})]


class RegisteredIn(Wire):
    """What every object of the registry has beside its key."""

    name: Line = ""
    external_system: Line | None = None
    external_number: Line | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> RegisteredIn:
        if (self.external_system is None) != (self.external_number is None):
            raise PydanticCustomError("external_incomplete", "system and number go together")
        return self


class OrganisationIn(RegisteredIn):
    """The operator of this service."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ORGANISATION]})


class CustomerIn(RegisteredIn):
    """Who owns goods (and perhaps sites)."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CUSTOMER]})
    grade: enum_in(Grade) = Grade.B  # type: ignore[valid-type]


class SiteIn(RegisteredIn):
    """A warehouse or station."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SITE]})
    time_zone: ZoneName
    region: Line = ""
    latitude: Annotated[float, Field(ge=-90, le=90, strict=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, strict=False)] | None = None
    customer: Key | None = None


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


class ProfileVersionIn(Wire):
    """What is tolerated from one time to another."""

    valid_from_us: TimeIn = Field(ALWAYS_US, alias="valid_from")
    valid_to_us: TimeIn | None = Field(None, alias="valid_to")
    limits: Annotated[list[ProfileBandIn], Field(max_length=50, default_factory=list)]
    unwatched_us: Seconds | None = Field(None, alias="unwatched_s")
    interval_us: Seconds | None = Field(None, alias="interval_s")


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


class ZoneIn(RegisteredIn):
    """A room, area, truck compartment or container in which goods stand."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ZONE]})
    site: Key | None = None
    kind: enum_in(ZoneKind) = ZoneKind.ROOM  # type: ignore[valid-type]
    profile: Key | None = None


class GatewayIn(RegisteredIn):
    """An MQTT client that speaks for devices; its key is its id on the wire."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.GATEWAY]})
    site: Key | None = None
    model: Line = ""


class DeviceIn(RegisteredIn):
    """A probe or logger."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DEVICE]})
    gateway: GatewayKey
    device: Line = ""
    model: Line = ""
    interval_us: Seconds | None = Field(None, alias="interval_s")
    quantities: Annotated[list[Quantity], Field(max_length=100, default_factory=list)]
    shared: bool = False
    known_as: (
        Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{1,64}(/[^\x00-\x1f]{1,128})?$")] | None
    ) = None


class EquipmentIn(RegisteredIn):
    """A machine that keeps the climate of a zone."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EQUIPMENT]})
    zone: Key
    kind: enum_in(EquipmentKind)  # type: ignore[valid-type]
    model: Line = ""


class ShipmentIn(RegisteredIn):
    """A journey of goods."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHIPMENT]})
    zone: Key | None = None
    origin: Key | None = None
    destination: Key | None = None
    departed_us: TimeIn | None = Field(None, alias="departed")
    arrived_us: TimeIn | None = Field(None, alias="arrived")


class LotIn(RegisteredIn):
    """Goods of one batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LOT]})
    customer: Key
    product: Key
    status: enum_in(LotStatus) = LotStatus.AVAILABLE  # type: ignore[valid-type]


SHAPES: Mapping[str, type[RegisteredIn]] = {
    "organisation": OrganisationIn, "customer": CustomerIn, "site": SiteIn, "profile": ProfileIn,
    "product": ProductIn, "zone": ZoneIn, "gateway": GatewayIn, "device": DeviceIn,
    "equipment": EquipmentIn, "shipment": ShipmentIn, "lot": LotIn,
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
    fields = {name: getattr(shape, name) for name in type(shape).model_fields}
    if isinstance(shape, ProfileIn):
        fields["versions"] = tuple(_version(version) for version in shape.versions)
    if isinstance(shape, DeviceIn):
        fields["quantities"] = tuple(shape.quantities)
    return KINDS[kind].noun(key=key, **fields)


def _version(shape: ProfileVersionIn) -> ProfileVersion:
    return ProfileVersion(
        valid_from_us=shape.valid_from_us,
        valid_to_us=shape.valid_to_us,
        limits=tuple(Limit(**band.model_dump()) for band in shape.limits),
        unwatched_us=NEVER_US if shape.unwatched_us is None else shape.unwatched_us,
        interval_us=shape.interval_us,
    )


def shape_of(noun: Any) -> dict[str, Any]:
    """A noun as its shape over the wire, with its key: times as RFC 3339, durations in seconds."""
    return dict(_wire(f.name, getattr(noun, f.name)) for f in dataclasses.fields(noun))


def _wire(name: str, value: Any) -> tuple[str, Any]:
    if name in _TIMES:
        return name.removesuffix("_us"), None if value is None else text_of(value)
    if name.endswith("_us"):
        return f"{name[:-3]}_s", None if value is None or value >= NEVER_US else value / 1_000_000
    if isinstance(value, tuple):
        return name, [shape_of(item) if dataclasses.is_dataclass(item) else item for item in value]
    return name, value
