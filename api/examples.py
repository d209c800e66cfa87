"""The examples of the OpenAPI document: one story of a lead warehouse at the coast; a test checks each against its shape."""

from __future__ import annotations

from typing import Any

ORGANISATION: dict[str, Any] = {"name": "Keepwell Demo Logistics"}
CUSTOMER: dict[str, Any] = {
    "name": "Coastal Metals", "grade": "A", "external_system": "erp", "external_number": "C-1001",
}  # fmt: skip
SITE: dict[str, Any] = {
    "name": "Beihai lead warehouse", "time_zone": "Asia/Shanghai", "region": "Guangxi",
    "latitude": 21.48, "longitude": 109.12, "customer": None,
}  # fmt: skip
PROFILE: dict[str, Any] = {
    "name": "Lead, ingots", "name_zh": "铅锭", "form": "ingot", "note": "typical; the product data sheet wins",
    "versions": [{
        "valid_from": "2026-01-01T00:00:00Z", "unwatched_s": 14400, "interval_s": 600,
        "limits": [{
            "band": "warm", "quantity": "temperature", "side": "high", "limit": 45.0, "deadband": 1.0,
            "on_delay_s": 1800, "min_samples": 3, "severity": "warning",
        }],
    }],
}  # fmt: skip
PRODUCT: dict[str, Any] = {"name": "Lead ingot 99.994", "profile": "lead-ingot"}
ZONE: dict[str, Any] = {"name": "Hall 1", "site": "beihai", "kind": "room", "profile": "lead-ingot"}
GATEWAY: dict[str, Any] = {"name": "Gateway in hall 1", "site": "beihai", "model": "GW-100"}
DEVICE: dict[str, Any] = {
    "name": "Probe at the sea gate", "gateway": "gw-1", "device": "probe-7", "model": "SHT31",
    "interval_s": 60, "quantities": ["temperature", "relative_humidity"],
}  # fmt: skip
EQUIPMENT: dict[str, Any] = {"name": "Dryer 1", "zone": "hall-1", "kind": "drying", "model": "D-20"}
SHIPMENT: dict[str, Any] = {
    "name": "Beihai to Nanning", "zone": "truck-1", "origin": "beihai", "destination": "nanning",
    "departed": "2026-11-21T08:00:00+08:00", "arrived": None,
}  # fmt: skip
LOT: dict[str, Any] = {
    "name": "48 ingots",
    "customer": "coastal-metals",
    "product": "lead",
    "status": "available",
}
PLACEMENT: dict[str, Any] = {
    "subject_kind": "lot", "subject": "lot-1", "place_kind": "zone", "place": "hall-1",
    "valid_from": "2026-11-21T00:00:00Z",
}  # fmt: skip

_SERIES = {"series": 7, "device": "gw-1/probe-7", "quantity": "temperature", "unit": "°C"}
_READING = {**_SERIES, "time": "2026-11-21T08:00:00Z", "value": 4.8, "flags": []}
SERIES_PAGE = {"items": [{**_SERIES, "gateway": "gw-1"}], "next": None}
SERIES_CSV = "series,gateway,device,quantity,unit\r\n7,gw-1,gw-1/probe-7,temperature,°C\r\n"
LATEST = {"items": [_READING], "next": None}
READINGS_PAGE = {
    "items": [_READING, {**_READING, "time": "2026-11-21T08:01:00Z", "flags": ["disputed"]}],
    "next": None,
}
READINGS_CSV = (
    "time,device,quantity,unit,value,flags\r\n2026-11-21T08:00:00Z,gw-1/probe-7,temperature,°C,4.8,\r\n"
)
BUCKETS = {
    "width_s": 3600.0,
    "start": ["2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"],
    "items": [{**_SERIES, "count": [60, 0], "min": [4.1, None], "mean": [4.6, None], "max": [5.2, None]}],
}
BUCKETS_CSV = (
    "start,width_s,device,quantity,unit,count,min,mean,max\r\n"
    "2026-11-21T08:00:00Z,3600.0,gw-1/probe-7,temperature,°C,60,4.1,4.6,5.2\r\n"
)

LEDGER = {
    "items": [{
        "gateway": "gw-1", "hour": "2026-11-21T08:00:00Z",
        "messages": {
            "received": 61, "decoded": 60, "rejected": [{"reason": "not_json", "n": 1}], "adds_up": True,
        },
        "values": {
            "received": 120, "kept": 115, "duplicate": 3, "conflicting": 1,
            "rejected": [{"reason": "clock", "n": 1}], "late": 2, "adds_up": True,
        },
    }],
    "adds_up": True,
    "next": None,
}  # fmt: skip

_DEAD_LETTER = {
    "id": 12, "received": "2026-11-21T08:00:01Z", "gateway": "gw-1", "topic": "keepwell/v1/gw-1/telemetry",
    "reason": "text_number", "detail": "/temperature", "size_bytes": 42, "complete": True,
}  # fmt: skip
DEAD_LETTERS = {"items": [_DEAD_LETTER], "next": None}
DEAD_LETTER = {
    **_DEAD_LETTER,
    "payload_text": '{"device":"probe-7","temperature":"21.5"}\n',
    "payload_base64": "eyJkZXZpY2UiOiJwcm9iZS03IiwidGVtcGVyYXR1cmUiOiIyMS41In0K",
}
REPAIR: dict[str, Any] = {"payload_text": '{"device":"probe-7","temperature":21.5}'}
SUBMITTED = {"topic": "keepwell/v1/gw-1/telemetry", "size_bytes": 39}

_EVENT = {
    "sequence": 41, "time": "2026-11-21T08:00:02Z", "principal": "key:0199", "act": "changed", "subject": "zone:hall-1",
    "reason": "", "old": {"name": "Hall"}, "new": {"name": "Hall 1"},
}  # fmt: skip
EVENTS = {"items": [_EVENT], "next": None}
STREAM = (
    'id: 41\nevent: change\ndata: {"sequence":41,"time":"2026-11-21T08:00:02Z","principal":"key:0199",'
    '"act":"changed","subject":"zone:hall-1","reason":"","old":null,"new":null}\n\n'
)
