"""The examples of the OpenAPI document about codes, scans, labels and journeys."""

from __future__ import annotations

from typing import Any

from api.examples import ID

_LINK = "https://id.gs1.org/01/06901234567892/10/LOT7"
_OBJECT = {"kind": "lot", "key": "lot-1", "name": "48 ingots", "place_kind": "zone", "place": "hall-1"}
IDENTITY = {
    "names": "lot", "canonical": _LINK, "text": "(01)06901234567892(10)LOT7",
    "identifiers": {"01": "06901234567892", "10": "LOT7"}, "objects": [_OBJECT],
}  # fmt: skip
SCAN_IN: dict[str, Any] = {
    "client_id": "handheld-3/000017", "first": "]C1010690123456789210LOT7", "second": "keepwell:zone/hall-1",
    "time": "2026-11-21T08:00:00+08:00",
}  # fmt: skip
SCANS_IN: dict[str, Any] = {"scans": [SCAN_IN]}
SCAN: dict[str, Any] = {
    "id": ID, "client_id": "handheld-3/000017", "first": _LINK, "second": "keepwell:zone/hall-1",
    "subject": "lot:lot-1", "place": "zone:hall-1", "time": "2026-11-21T00:00:00Z",
    "received": "2026-11-21T02:10:00Z", "by": "key:0199", "note": "", "placement": ID, "ended": [], "undone": None,
}  # fmt: skip
SCANS = {"items": [SCAN], "next": None}
SCAN_OUTCOMES = {"items": [{"client_id": "handheld-3/000017", "scan": SCAN, "problem": None}]}
REPLACE_IN: dict[str, Any] = {
    "by": "SN-2026-0815", "time": "2026-11-21T08:00:00Z", "reason": "battery flat",
}  # fmt: skip
STATUS_IN: dict[str, Any] = {"status": "released", "reason": "dry again, sampled by the laboratory"}
LABELS_IN: dict[str, Any] = {"kind": "lot", "keys": ["lot-1"], "sheet": "single"}
_FIX = {
    "time": "2026-11-21T06:00:00Z",
    "latitude": 22.1,
    "longitude": 108.8,
    "device": "gw-7/tracker",
    "leg": 0,
}
TRACK = {"items": [_FIX], "next": None}
PROGRESS = {
    "shipment": "beihai-nanning", "stage": "transport", "expected_arrival": "2026-11-21T05:30:00Z", "arrived": None,
    "late_by_s": 1920.0, "position": {**_FIX, "age_s": 120.0},
    "legs": [{
        "mode": "road", "origin": "beihai", "destination": "nanning", "carrier": "south-freight",
        "vehicle": "桂A·12345", "stage": "transport", "expected_departure": "2026-11-21T01:00:00Z",
        "expected_arrival": "2026-11-21T05:30:00Z", "departed": "2026-11-21T01:12:00Z", "arrived": None,
        "late_by_s": 1920.0,
    }],
}  # fmt: skip
