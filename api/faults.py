"""What pydantic found wrong with a request, as faults of ours: a location, a code of the catalogue, its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError

from api.problems import Code, Problem
from detect.nouns import Json
from registry.identity import Unreadable

_MAX_FAULTS = 50

CODES: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_type": "not_text",
    "string_unicode": "not_text",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_short",
    "too_long": "too_long",
    "string_pattern_mismatch": "bad_pattern",
    "int_type": "not_integer",
    "int_parsing": "not_integer",
    "int_parsing_size": "not_integer",
    "int_from_float": "not_integer",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "finite_number": "not_number",
    "bool_type": "not_boolean",
    "bool_parsing": "not_boolean",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_great",
    "less_than": "too_great",
    "literal_error": "bad_choice",
    "enum": "bad_choice",
    "list_type": "not_list",
    "dict_type": "not_object",
    "model_type": "not_object",
    "model_attributes_type": "not_object",
}
"""Pydantic's error type → our code. Our own types (`bad_time`, …) are codes already."""

OWN = frozenset({
    "bad_time", "bad_zone", "bad_duration", "bad_choice", "not_printable", "external_incomplete",
    *(f"code_{why}" for why in Unreadable), "code_own_label", "ends_before_it_starts", "versions_overlap", "bands_repeat", "only_one", "budget_without_window", "allowed_without_kinetic", "window_misfit", "side_misfit", "bad_allowed", "shift_unclear", "curve_not_rising", "hours_not_rising", "bad_amount",
})  # fmt: skip

_LIMITS = ("min_length", "max_length", "ge", "le", "lt", "pattern", "expected")


def faults_of(error: RequestValidationError) -> Problem:
    """The problem that names everything wrong (at most 50 things); unreadable JSON is a problem of its own."""
    found: Sequence[Mapping[str, Any]] = error.errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return Problem(Code.MALFORMED)
    faults = [_fault(fault) for fault in found[:_MAX_FAULTS]]
    return Problem(Code.INVALID, {"n": len(found)}, faults)


def _fault(fault: Mapping[str, Any]) -> tuple[str, str, dict[str, Json]]:
    kind = str(fault["type"])
    code = kind if kind in OWN else CODES.get(kind, "other")
    context = fault.get("ctx") or {}
    limit = next((context[name] for name in _LIMITS if name in context), "")
    return (
        "/".join(str(part) for part in fault["loc"]),
        code,
        {"limit": limit if _plain(limit) else str(limit)},
    )


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float)
