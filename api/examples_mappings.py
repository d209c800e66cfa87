"""Examples of mappings for the OpenAPI document."""

from __future__ import annotations

from typing import Any

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "key": "plant-climate",
    "title": {"en": "Climate of the plant", "zh": "厂区温湿度"},
    "message": [{
        "topic": "plant/{hall}/climate",
        "gateway": "{hall}",
        "numbers": "comma",
        "time": {"at": "at", "zone": "Asia/Shanghai"},
        "values": {"temp": "temperature", "hum": {"quantity": "relative_humidity", "unit": "ratio"}},
    }],
}  # fmt: skip
MAPPING_IN: dict[str, Any] = {"document": DOCUMENT}
READY = {
    "key": "tasmota", "title": "Tasmota", "note": "Each device is a gateway.",
    "settings": [{"name": "zone", "title": "Time zone", "kind": "time_zone", "default": "Asia/Shanghai"}],
}  # fmt: skip
READY_PAGE = {"items": [READY], "next": None}
READY_FULL = {**READY, "document": {"format": 1, "key": "tasmota"}}
MAPPING = {"key": "plant-climate", "version": 2, "state": "active", "active": 1, "latest": 1}
MAPPINGS = {"items": [MAPPING], "next": None}
VERSION = {"number": 1, "made": "2026-11-21T08:00:00Z", "made_by": "key:0199", "reason": "", "ready": ""}
VERSION_FULL = {**VERSION, "document": DOCUMENT, "settings": {}}
MAPPING_FULL = {
    **MAPPING, "title": "Climate of the plant", "topics": ["plant/+/climate"], "overlaps": [], "document": DOCUMENT, "settings": {},
    "versions": [VERSION],
}  # fmt: skip
SWITCH_ON: dict[str, Any] = {"version": 1}
TRIAL_IN: dict[str, Any] = {
    "document": DOCUMENT,
    "topic": "plant/hall-2/climate",
    "payload_text": '{"temp": "21,5", "hum": 0.61, "at": "2026-11-21 16:00:00"}',
}
TRIAL = {
    "mapping": "plant-climate",
    "topics": ["plant/+/climate"],
    "messages": [{
        "topic": "plant/hall-2/climate", "received": "2026-11-21T08:00:01Z", "retained": False,
        "payload_text": '{"temp": "21,5", "hum": 0.61, "at": "2026-11-21 16:00:00"}', "gateway": "hall-2", "online": None,
        "keeps": [{
            "device": "hall-2", "quantity": "temperature", "value": 21.5, "unit": "°C", "time": "2026-11-21T08:00:00Z",
            "flags": [], "new_series": True, "known_quantity": True,
        }],
        "refuses": [],
    }],
}  # fmt: skip
