"""What people and programs send for forecasts: weather as it was issued, and what is planned for a zone."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api.registry_wire import enum_in
from api.times import TimeIn
from api.wire import Line, Wire
from detect.forecasts.nouns import PlanKind
from store.repositories.weather import Hour, Planned


class WeatherHourIn(Wire):
    """What is expected at a moment."""

    valid: TimeIn
    temperature: Annotated[float, Field(ge=-80, le=60, strict=False)]
    """°C."""
    relative_humidity: Annotated[float, Field(ge=0, le=100, strict=False)]
    """%, over liquid water."""


class WeatherIn(Wire):
    """A weather forecast for a site: hours in rising order, up to 16 days."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{
                "issued": "2026-11-21T06:00:00Z", "source": "weather service",
                "hours": [{"valid": "2026-11-21T07:00:00Z", "temperature": 3.5, "relative_humidity": 81}],
            }]
        }
    )  # fmt: skip

    issued: TimeIn
    source: Line = ""
    """Who issued it."""
    hours: Annotated[list[WeatherHourIn], Field(min_length=1, max_length=400)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        times = [hour.valid for hour in self.hours]
        if any(a >= b for a, b in pairwise(times)):
            raise PydanticCustomError("hours_not_rising", "the hours are not in rising order")
        return self

    def rows(self) -> tuple[Hour, ...]:
        """The hours as kept."""
        return tuple(Hour(hour.valid, hour.temperature, hour.relative_humidity) for hour in self.hours)


class PlannedIn(Wire):
    """A planned event."""

    kind: enum_in(PlanKind)  # type: ignore[valid-type]
    start: TimeIn
    end: TimeIn

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise PydanticCustomError("ends_before_it_starts", "the end is not after the start")
        return self


class ScheduleIn(Wire):
    """All that is planned for a zone from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{
                "events": [{"kind": "machines_off", "start": "2026-11-21T20:00:00Z", "end": "2026-11-22T05:00:00Z"}],
                "reason": "heating is off at night",
            }]
        }
    )  # fmt: skip

    events: Annotated[list[PlannedIn], Field(max_length=500)]
    reason: Line = ""

    def planned(self) -> list[Planned]:
        """The events as kept."""
        return [Planned(str(event.kind), event.start, event.end) for event in self.events]
