"""The shapes of what measures (gateways, devices, models, certificates) as they come over the wire, and of any object."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api import examples
from api.times import TimeIn
from api.wire import Bounded, Codes, GatewayKey, Key, Line, Point, Positive, Quantity, Seconds, Wire


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


class GatewayIn(RegisteredIn):
    """An MQTT client that speaks for devices; its key is its id on the wire."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.GATEWAY]})
    site: Key | None = None
    model: Line = ""


class ModelQuantityIn(Wire):
    """What devices of a model say of one quantity, in its unit."""

    quantity: Quantity
    resolution: Positive | None = None
    accuracy: Positive | None = None
    low: Bounded | None = None
    high: Bounded | None = None
    sentinels: Annotated[list[Bounded], Field(max_length=50, default_factory=list)]


class DeviceModelIn(RegisteredIn):
    """A model in the catalogue; `battery` is its discharge curve, [V, % left], rising."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DEVICE_MODEL]})
    manufacturer: Line = ""
    interval_us: Seconds | None = Field(None, alias="interval_s")
    quantities: Annotated[list[ModelQuantityIn], Field(max_length=50, default_factory=list)]
    battery: Annotated[list[Point], Field(max_length=100, default_factory=list)]
    note: Line = ""

    @model_validator(mode="after")
    def _rising(self) -> DeviceModelIn:
        if any(before[0] >= after[0] for before, after in pairwise(self.battery)):
            raise PydanticCustomError("curve_not_rising", "the first numbers must rise")
        return self


class DeviceIn(RegisteredIn):
    """A probe or logger."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DEVICE]})
    gateway: GatewayKey
    device: Line = ""
    model: Line = ""
    interval_us: Seconds | None = Field(None, alias="interval_s")
    quantities: Annotated[list[Quantity], Field(max_length=100, default_factory=list)]
    shared: bool = False
    read_out: bool = False
    known_as: (
        Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{1,64}(/[^\x00-\x1f]{1,128})?$")] | None
    ) = None
    serial: Line = ""
    codes: Codes


class CalibrationIn(RegisteredIn):
    """A certificate for one quantity of one device; raw values stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CALIBRATION]})
    device: Key
    quantity: Quantity
    certificate: Line = ""
    laboratory: Line = ""
    done_us: TimeIn = Field(alias="done")
    due_us: TimeIn | None = Field(None, alias="due")
    deviation: Bounded | None = None
    uncertainty: Positive | None = None
