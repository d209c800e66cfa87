"""The fields from which the shapes of requests are made: keys, texts, names, durations, numbers with bounds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from registry.nouns import GATEWAY_PATTERN, KEY_PATTERN, NEVER_US

_MAX_S = NEVER_US // 1_000_000


class Wire(BaseModel):
    """A shape of a request: no other fields, no converted types, no NaN."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, populate_by_name=False)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("not_printable", "control characters")
    return text


def _microseconds(value: Any) -> Any:
    """Seconds as µs; what is no number is left for the bounds to refuse."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MAX_S:
        raise PydanticCustomError("bad_duration", "not a duration")
    return round(value * 1_000_000)


Line = Annotated[str, StringConstraints(max_length=500), AfterValidator(_printable)]
"""A text of one line."""
Words = Annotated[str, StringConstraints(max_length=20_000)]
"""A text of many lines."""
Key = Annotated[str, StringConstraints(pattern=f"^{KEY_PATTERN}$")]
"""The key of a registry object."""
GatewayKey = Annotated[str, StringConstraints(pattern=f"^{GATEWAY_PATTERN}$")]
Quantity = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,63}$")]
Seconds = Annotated[
    int,
    BeforeValidator(_microseconds),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _MAX_S}),
]
"""A duration in a request, in seconds; µs after validation."""
Bounded = Annotated[float, Field(ge=-1e6, le=1e6, strict=False)]
"""A value with a unit; whole numbers are fine too."""
