"""Examples of equipment for the OpenAPI document."""

from __future__ import annotations

from typing import Any

DUE: dict[str, Any] = {
    "equipment": "ac-01", "name": "Cooler 1", "zone": "cold-1", "site": "hub", "state": "overdue",
    "due": "2026-11-19T00:00:00Z", "by_calendar": "2027-01-12T08:00:00Z", "reason": "worse",
    "said": "earlier than by the calendar, for it gets weaker", "strength_percent": 78.4,
    "last_done": "2026-07-16T08:00:00Z", "checks": "1. Clean condenser and evaporator, check the fans. …",
}  # fmt: skip
DUES: dict[str, Any] = {"inspections": [DUE]}
INSPECTION_IN: dict[str, Any] = {
    "done": "2026-11-20T09:30:00Z", "result": "repaired", "readings": {"suction_pressure_bar": 2.1, "current_a": 11.4},
    "note": "Leak at the flare nut of the evaporator closed, 1.2 kg refrigerant added.",
}  # fmt: skip
INSPECTION: dict[str, Any] = {
    "id": "0199a1b2-0000-7000-8000-000000000001", "equipment": "ac-01", "done": "2026-11-20T09:30:00Z",
    "result": "repaired", "readings": INSPECTION_IN["readings"], "note": INSPECTION_IN["note"], "by": "key:workshop",
}  # fmt: skip
CONDITION: dict[str, Any] = {
    "key": "ac-01", "name": "Cooler 1", "zone": "cold-1", "kind": "cooling", "model": "CU-20", "last_day": "2026-11-20",
    "strength_percent": 78.4, "wear": 1.276,
    "window": {"p10": "2026-11-23T12:00:00Z", "p50": "2026-11-29T00:00:00Z", "p90": "2026-12-11T06:00:00Z"},
    "peers": {"machines": 4, "median_wear": 1.01, "z": 6.2},
    "standing": [
        {
            "id": "0199a1b2-0000-7000-8000-000000000002", "kind": "degrading_equipment", "severity": "warning",
            "since": "2026-11-17T00:00:00Z",
        }
    ],
    "inspection": DUE, "inspections": [],
    "figures": [
        {
            "name": "condition", "unit": "%", "trend_per_day": -1.4,
            "points": [{"day": "2026-11-20", "value": 78.4, "samples": 0, "coverage": 1.0}],
        }
    ],
}  # fmt: skip
