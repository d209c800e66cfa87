"""How JSON columns are written and read, on every engine alike: the same value is the same text."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import msgspec

JSON_OPTIONS: dict[str, Any] = {
    "json_serializer": partial(
        json.dumps, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ),
    "json_deserializer": msgspec.json.decode,
}
"""For `sqlalchemy.create_engine`."""
