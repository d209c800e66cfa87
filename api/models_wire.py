"""What people send about models, back-tests and verdicts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from api.registry_wire import enum_in
from api.times import TimeIn
from api.wire import Bounded, Line, Positive, Seconds, Wire
from detect.models.stages import ModelAct
from tickets.verdicts import Said

Rule = Annotated[Line, StringConstraints(max_length=300)]
Days = Annotated[int, Field(ge=1, le=400)]


class TrainIn(Wire):
    """What to train: `series:g1/p7`, `zone:cold-1` or `group:chilled`, on how many days."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"scope": "zone:cold-1", "days": 56, "reason": "after the new door"}]}
    )

    scope: Annotated[str, StringConstraints(pattern="^(series|zone|group):.{1,200}$")]
    days: Days = 56
    to: TimeIn | None = None
    """The end of the training window; now, if it is left out."""
    reason: Line = ""


class ModelActIn(Wire):
    """An act on a model, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"act": "promote", "reason": "quiet for four weeks"}]}
    )

    act: enum_in(ModelAct)  # type: ignore[valid-type]
    reason: Annotated[Line, Field(min_length=1)]


class BandChangeIn(Wire):
    """What is to be otherwise in the bands that are tried."""

    limit: Bounded | None = None
    deadband: Positive | None = None
    on_delay_s: Seconds | None = None
    min_samples: Annotated[int, Field(ge=1, le=1000)] | None = None

    def wanted(self) -> dict[str, Any]:
        """As a back-test is asked."""
        found = {
            "limit": self.limit, "deadband": self.deadband, "on_delay_us": self.on_delay_s, "min_samples": self.min_samples
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}


class BacktestIn(Wire):
    """A rule to try over what is kept: a profile, `profile/band`, a kind of finding, `name@version` of a model; or a file."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"rule": "chilled/warm", "days": 90, "change": {"limit": 7.5, "on_delay_s": 1800}}]
        }
    )

    rule: Rule = ""
    days: Days = 90
    to: TimeIn | None = None
    """The end of the window; now, if it is left out."""
    zones: Annotated[
        list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=200, default_factory=list)
    ]
    """Only these; a profile is tried in them as if it were theirs."""
    file: Annotated[str, StringConstraints(max_length=200_000)] = ""
    """A registry file (TOML) with changed `[[profile]]`."""
    change: BandChangeIn | None = None


class RetuneIn(Wire):
    """For which rule verdicts are asked: `profile/band`, or the name of a model."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rule": "hall/warm", "days": 90, "reason": "doors"}]}
    )

    rule: Annotated[Rule, Field(min_length=1)]
    days: Days = 90
    reason: Line = ""


class DecisionIn(Wire):
    """Why a proposal is adopted or declined."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "six weeks of doors left open"}]})

    reason: Annotated[Line, Field(min_length=1)]


class VerdictIn(Wire):
    """What an engineer says of a ticket."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "false", "reason": "the door stood open for loading"}]}
    )

    verdict: enum_in(Said)  # type: ignore[valid-type]
    reason: Annotated[Line, Field(min_length=1)]
    began: TimeIn | None = None
    """When the trouble really began, if it is known."""
