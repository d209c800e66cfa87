"""How JSON columns are written and read, on every engine alike: the same value is the same text."""

from __future__ import annotations

import json
from typing import Any

import msgspec

write_json = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode
"""A value as canonical JSON; NaN and infinities are a ValueError."""

JSON_OPTIONS: dict[str, Any] = {"json_serializer": write_json, "json_deserializer": msgspec.json.decode}
"""For `sqlalchemy.create_engine`."""
