"""The fields from which the shapes of requests are made: keys, texts, names, durations, numbers with bounds."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
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

from registry import fields
from registry.faults import FieldError
from registry.identity import Names, UnreadableError, identify
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


def _decimal(value: Any) -> Any:
    try:
        return fields.amount(value)
    except FieldError as fault:
        raise PydanticCustomError("bad_amount", "not an amount") from fault


def _code(text: str) -> str:
    try:
        found = identify(text)
    except UnreadableError as error:
        raise PydanticCustomError(f"code_{error.why}", "names nothing") from error
    if found.names is Names.OBJECT:
        raise PydanticCustomError("code_own_label", "a label of ours")
    return found.canonical


def _pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Line = Annotated[str, StringConstraints(max_length=500), AfterValidator(_printable)]
"""A text of one line."""


def _storable(text: str) -> str:
    if "\0" in text:  # PostgreSQL has no such character
        raise PydanticCustomError("not_printable", "control characters")
    return text


Words = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_storable)]
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
Positive = Annotated[float, Field(ge=0, le=1e7, strict=False)]
"""A number that cannot be below zero."""
Lines = Annotated[list[Line], Field(max_length=100, default_factory=list)]
"""Several texts."""
Codes = Annotated[list[Annotated[Line, AfterValidator(_code)]], Field(max_length=100, default_factory=list)]
"""What can be scanned on a thing, however it is written; canonical after validation."""
Amount = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    WithJsonSchema({"type": ["string", "number"], "examples": ["186000.00"]}),
]
"""A sum of money or goods, exact: a text, or a number; a text in answers."""
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
"""Three letters (ISO 4217)."""
Point = Annotated[
    tuple[float, float],
    BeforeValidator(_pair),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
]
"""Two numbers, as in a curve."""
Bounded = Annotated[float, Field(ge=-1e6, le=1e6, strict=False)]
"""A value with a unit; whole numbers are fine too."""


def enum_in(kind: type[Enum]) -> Any:
    """An enum's member by its value; strict validation would want the member itself."""
    values = [member.value for member in kind]

    def member(value: Any) -> Any:
        if not isinstance(value, str) or value not in values:
            raise PydanticCustomError("bad_choice", "no such choice", {"expected": ", ".join(values)})
        return kind(value)

    return Annotated[kind, BeforeValidator(member), WithJsonSchema({"type": "string", "enum": values})]
