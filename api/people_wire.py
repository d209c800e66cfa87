"""What people and programs send of people, teams, shifts, absences and rotas."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api import examples
from api.devices_wire import RegisteredIn
from api.times import OptionalZone, TimeIn, ZoneName
from api.wire import Key, Line, Lines, Wire, enum_in
from registry.nouns import (
    ALWAYS_US,
    AbsenceReason,
    Language,
    Level,
    Register,
    Role,
    Weekday,
)

TimeOfDay = Annotated[str, StringConstraints(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]
"""HH:MM; "" = none."""
Keys = Annotated[list[Key], Field(max_length=500, default_factory=list)]
Degrees = Annotated[float, Field(strict=False)]


class CertificateIn(Wire):
    """A paper that somebody may do a kind of work; an expired one does not count."""

    skill: Annotated[Line, StringConstraints(min_length=1)]
    number: Line = ""
    expires_us: TimeIn | None = Field(None, alias="expires")


class PersonIn(RegisteredIn):
    """Somebody who works with this service."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PERSON]})
    phone: Line = ""
    email: Line = ""
    role: enum_in(Role) = Role.VIEWER  # type: ignore[valid-type]
    language: enum_in(Language) = Language.ZH  # type: ignore[valid-type]
    site: Key | None = None
    carrier: Key | None = None
    customer: Key | None = None
    region: Line = ""
    skills: Lines
    level: Annotated[int, Field(ge=1, le=5)] = 1
    certificates: Annotated[list[CertificateIn], Field(max_length=100, default_factory=list)]
    languages: Annotated[
        list[Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")]],
        Field(max_length=20, default_factory=list),
    ]
    capacity: Annotated[int, Field(ge=1, le=1000)] | None = None
    latitude: Annotated[Degrees, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[Degrees, Field(ge=-180, le=180)] | None = None
    teams: Keys
    lead: bool = False
    head: bool = False
    time_zone: OptionalZone = ""
    quiet_from: TimeOfDay = ""
    quiet_to: TimeOfDay = ""
    channels: Lines
    register_: enum_in(Register) = Field(Register.DATA, alias="register")  # type: ignore[valid-type]
    """With a dash at the end: a model has a `register` of its own."""


class TeamIn(RegisteredIn):
    """People who work together, and for whom."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TEAM]})
    customers: Keys
    regions: Lines
    skills: Lines
    calendar: Line = ""


class ShiftIn(RegisteredIn):
    """When a person works: one dated stretch, or on some weekdays from one time of day to another."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHIFT]})
    person: Key
    from_us: TimeIn = Field(ALWAYS_US, alias="from")
    to_us: TimeIn | None = Field(None, alias="to")
    days: Annotated[list[enum_in(Weekday)], Field(max_length=7, default_factory=list)]  # type: ignore[valid-type]
    starts: TimeOfDay = ""
    ends: TimeOfDay = ""
    time_zone: ZoneName = "Asia/Shanghai"

    @model_validator(mode="after")
    def _clear(self) -> ShiftIn:
        given = [bool(self.days), bool(self.starts), bool(self.ends)]
        if any(given) != all(given) or not (any(given) or self.to_us is not None):
            raise PydanticCustomError("shift_unclear", "days, starts and ends, or from and to")
        return self


class AbsenceIn(RegisteredIn):
    """A person is away and gets no work meanwhile."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ABSENCE]})
    person: Key
    from_us: TimeIn = Field(alias="from")
    to_us: TimeIn = Field(alias="to")
    reason: enum_in(AbsenceReason) = AbsenceReason.LEAVE  # type: ignore[valid-type]


class TurnIn(Wire):
    """A dated stretch of a rota; it goes before the rotation."""

    person: Key
    from_us: TimeIn = Field(alias="from")
    to_us: TimeIn = Field(alias="to")


class RotaIn(RegisteredIn):
    """Who is on call at one level: people in turn, and dated turns before that."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROTA]})
    level: enum_in(Level)  # type: ignore[valid-type]
    site: Key | None = None
    team: Key | None = None
    region: Line = ""
    time_zone: ZoneName = "Asia/Shanghai"
    people: Keys
    starts_us: TimeIn = Field(ALWAYS_US, alias="starts")
    turn_days: Annotated[int, Field(ge=1, le=366)] = 7
    turns: Annotated[list[TurnIn], Field(max_length=1000, default_factory=list)]
