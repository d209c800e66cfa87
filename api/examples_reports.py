"""The examples of the OpenAPI document about reports, and the limits that held over a period."""

from __future__ import annotations

from typing import Any

_HUMIDITY: dict[str, Any] = {
    "quantity": "relative_humidity",
    "unit": "",
    "devices": 1,
    "samples": 1,
    "min": 61.0,
    "mean": None,
    "max": 61.0,
    "coverage": 0.0,
    "imported_share": 0.0,
    "beyond": [],
}
_TEMPERATURE: dict[str, Any] = {
    "quantity": "temperature",
    "unit": "°C",
    "devices": 1,
    "samples": 60,
    "min": 0.0,
    "mean": 30.0,
    "max": 59.0,
    "coverage": 1.0,
    "imported_share": 0.0,
    "beyond": [
        {
            "band": "metal/high",
            "side": "high",
            "limit": 45.0,
            "duration_s": 840.0,
            "area": 105.0,
            "budget_s": None,
        }
    ],
}
"""What was measured of the lot: in its one stay, and so in all."""
REPORT: dict[str, Any] = {
    "about": {"kind": "lot", "key": "l1", "name": ""},
    "from": "2026-11-21T07:00:00Z",
    "to": "2026-11-21T10:01:00Z",
    "made": "2026-11-21T10:01:00Z",
    "points": [
        {
            "device": "g1/p1",
            "quantity": "temperature",
            "unit": "°C",
            "counted": [{"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T09:00:00Z"}],
            "samples": 60,
            "min": 0.0,
            "min_at": "2026-11-21T08:00:00Z",
            "mean": 29.5,
            "max": 59.0,
            "max_at": "2026-11-21T08:59:00Z",
            "mean_kinetic_c": None,
            "mean_kinetic_limit_c": None,
            "coverage": 1.0,
            "interval_s": 60.0,
            "required_interval_s": 60.0,
            "interval": "met",
            "gap_from_s": 90.0,
            "gaps": [],
            "gaps_left_out": 0,
            "hours_not_looked_at": 0,
            "basis": "readings",
        }
    ],
    "limits": [
        {
            "quantity": "temperature",
            "unit": "°C",
            "profile": "metal",
            "band": "high",
            "side": "high",
            "limit": 45.0,
            "deadband": 1.0,
            "severity": "alarm",
            "on_delay_s": 0.0,
            "budget_s": None,
            "window_s": None,
            "place": "z1",
            "from": "2026-11-21T08:00:00Z",
            "to": "2026-11-21T09:00:00Z",
        }
    ],
    "excursions": [
        {
            "id": "f-own",
            "kind": "too_high",
            "severity": "alarm",
            "device": "g1/p1",
            "quantity": "temperature",
            "unit": "°C",
            "place": "z1",
            "band": "metal/high",
            "limit": 45.0,
            "from": "2026-11-21T08:50:00Z",
            "to": "2026-11-21T08:55:00Z",
            "peak": 59.0,
            "area_unit_minutes": 31.5,
            "coverage": 1.0,
            "ticket": "KW-000004",
            "verdict": None,
        }
    ],
    "excursions_left_out": 0,
    "decisions": [],
    "acts": [
        {
            "sequence": 19,
            "time": "2026-11-21T07:00:00Z",
            "by": "key:setup",
            "act": "created",
            "subject": "lot:l1",
            "reason": "",
        },
        {
            "sequence": 21,
            "time": "2026-11-21T07:00:00Z",
            "by": "key:setup",
            "act": "created",
            "subject": "placement:01a1fce7-9d80-7000-8d74-20fd23ac935a",
            "reason": "",
        },
    ],
    "acts_left_out": 0,
    "calibrations": [
        {
            "device": "g1/p1",
            "quantity": "temperature",
            "standing": "overdue",
            "certificate": "C 1",
            "done": "2026-11-21T07:00:00Z",
            "due": "2026-11-21T09:00:00Z",
            "deviation": 0.1,
            "uncertainty": None,
        }
    ],
    "exposure": {
        "lot": "l1",
        "from": "2026-11-21T08:00:00Z",
        "to": "2026-11-21T10:01:00Z",
        "stays": [
            {
                "place": "z1",
                "from": "2026-11-21T08:00:00Z",
                "to": "2026-11-21T09:00:00Z",
                "quantities": [
                    _HUMIDITY,
                    _TEMPERATURE,
                ],
            }
        ],
        "whole": {
            "standing": "beyond",
            "watched": 1.0,
            "passages": [
                {
                    "place": "z1",
                    "stage": "storage",
                    "from": "2026-11-21T08:00:00Z",
                    "to": "2026-11-21T09:00:00Z",
                    "devices": 1,
                }
            ],
            "quantities": [
                {
                    "quantity": "dew_point_margin",
                    "unit": "K",
                    "devices": 1,
                    "samples": 1,
                    "min": 6.6342,
                    "mean": None,
                    "max": 6.6342,
                    "coverage": 0.0,
                    "imported_share": 0.0,
                    "beyond": [],
                },
                {
                    "quantity": "product_temperature",
                    "unit": "°C",
                    "devices": 1,
                    "samples": 60,
                    "min": 0.0,
                    "mean": 29.5,
                    "max": 59.0,
                    "coverage": 0.9833,
                    "imported_share": 0.0,
                    "beyond": [],
                },
                _HUMIDITY,
                _TEMPERATURE,
            ],
            "limits": [
                {
                    "band": "metal/high",
                    "quantity": "temperature",
                    "unit": "°C",
                    "side": "high",
                    "limit": 45.0,
                    "severity": "alarm",
                    "held_s": 3600.0,
                    "beyond_s": 840.0,
                    "inside_s": 2760.0,
                    "area": 105.0,
                    "longest_s": 840.0,
                    "budget_s": None,
                    "window_s": None,
                    "most_used_s": None,
                    "coverage": 1.0,
                    "standing": "beyond",
                }
            ],
            "wetness": {"wet_h": 0.0, "coverage": 0.05, "hours_a_year": 0.0, "iso_class": None},
            "frosts": {
                "freezes_c": 0.0,
                "thaws_c": 2.0,
                "hold_s": 3600.0,
                "lag_s": 0.0,
                "cycles": 0,
                "events": [],
                "coverage": 0.9833,
            },
            "mean_kinetic": [],
            "findings": [
                {
                    "id": "f-own",
                    "kind": "too_high",
                    "severity": "alarm",
                    "place": "z1",
                    "band": "metal/high",
                    "from": "2026-11-21T08:50:00Z",
                    "to": "2026-11-21T08:55:00Z",
                    "coverage": 1.0,
                }
            ],
            "files": None,
        },
    },
    "verification": {
        "head": 0,
        "head_hash": "0000000000000000000000000000000000000000000000000000000000000000",
        "sha256": "2f884aab77ba16344be8dd442d4324fa956b08f6724c3314fcbf0c12e10d4e45",
    },
}
LIMITS: dict[str, Any] = {
    "from": "2026-11-21T07:00:00Z",
    "to": "2026-11-21T11:00:00Z",
    "items": [
        {
            "quantity": "temperature",
            "unit": "°C",
            "profile": "metal",
            "band": "high",
            "side": "high",
            "limit": 45.0,
            "deadband": 1.0,
            "severity": "alarm",
            "on_delay_s": 0.0,
            "budget_s": None,
            "window_s": None,
            "place": "z1",
            "from": "2026-11-21T08:00:00Z",
            "to": "2026-11-21T09:00:00Z",
        }
    ],
}
