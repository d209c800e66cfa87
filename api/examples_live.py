"""The examples of the OpenAPI document about messages as they arrive."""

from __future__ import annotations

import json
from typing import Any

_MESSAGE: dict[str, Any] = {
    "received": "2026-11-21T08:00:00.250001Z", "topic": "keepwell/v1/dock-7/telemetry", "qos": 1, "retained": False,
    "repeated": False, "size_bytes": 86,
    "payload_text": '{"device": "dock", "temperature": 68, "unit": {"temperature": "degF"}, "humidity": "wet"}',
    "payload_base64": None, "payload_cut": False, "form": "native", "mapping": None, "online": None,
    "keeps": [{
        "device": "dock-7/dock", "quantity": "temperature", "value": 20.0, "unit": "°C",
        "time": "2026-11-21T08:00:00.250001Z", "flags": ["no_time"], "new_series": False, "known_quantity": True,
        "said": {"value": 68.0, "unit": "degF"},
    }],
    "kept": 1,
    "refuses": [{
        "reason": "wrong_type", "detail": 'humidity: expected a number, got "wet"', "values": 1,
        "message": "A field has the wrong type.", "fix": "Send numbers as numbers.",
    }],
    "passed": 0,
}  # fmt: skip
MESSAGES: dict[str, Any] = {
    "items": [_MESSAGE],
    "watched_until": "2026-11-21T08:10:00Z",
    "next": None,
}
STREAM = f"retry: 2000\n\nid: 1795248000250001\nevent: message\ndata: {json.dumps(_MESSAGE)}\n\n"
TRIED: dict[str, Any] = {
    "topic": "keepwell/v1/dock-7/telemetry", "received": "2026-11-21T08:00:00Z", "retained": False,
    "payload_text": '{"device": "dock", "temperature": 68, "unit": {"temperature": "degF"}}', "gateway": "dock-7",
    "online": None, "keeps": _MESSAGE["keeps"], "refuses": [],
}  # fmt: skip
