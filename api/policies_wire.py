"""What people send about policies and compensation."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api import examples_clocks as examples
from api.registry_wire import enum_in
from api.times import TimeIn
from api.wire import Line, Wire, Words
from tickets.nouns import Category, Phase, Priority, TicketKind

Reason = Annotated[Words, Field(min_length=1, max_length=2000)]
Document = Annotated[dict[str, Any], Field(max_length=20)]


class PolicyIn(Wire):
    """A new version of the policy. The parts that it leaves out are as in the shipped one."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.POLICY_IN]})

    version: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    valid_from: TimeIn | None = None
    """From now on if it is left out; never in the past, for what was judged stays judged."""
    reason: Reason
    document: Document


class TryIn(Wire):
    """A ticket as it might be, and perhaps a policy as it might be."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TRY_IN]})

    document: Document | None = None
    """Without one, by what is in force when it is opened."""
    kind: enum_in(TicketKind) = TicketKind.CUSTOMER  # type: ignore[valid-type]
    category: enum_in(Category) = Category.TECHNICAL  # type: ignore[valid-type]
    phase: enum_in(Phase) = Phase.AFTER_SALE  # type: ignore[valid-type]
    grade: Annotated[Line, Field(max_length=40)] = ""
    priority: Annotated[str, StringConstraints(pattern="^P[1-5]$")] = Priority.P3.name
    opened: TimeIn | None = None
    time_zone: Annotated[str, StringConstraints(max_length=64)] = "Asia/Shanghai"


class CompensationIn(Wire):
    """A supervisor's decision on compensation."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMPENSATION_IN]})

    decision: Literal["approve", "reject"]
    reason: Reason
