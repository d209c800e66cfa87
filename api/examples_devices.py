"""The examples of the OpenAPI document about devices: a logger that came back from a journey, and what its file said."""

from __future__ import annotations

from typing import Any

_ID = "0199d1a2-7c00-7000-8000-000000000021"
_LINE: dict[str, Any] = {
    "id": _ID, "name": "RC-5 truck 12.csv", "size_bytes": 48211,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "uploaded": "2026-11-21T10:00:00Z", "uploaded_by": "key:1", "state": "previewed",
}  # fmt: skip
LOGGER_FILES = {"items": [_LINE], "next": None}
LOGGER_FILE: dict[str, Any] = _LINE | {
    "table": "comma", "encoding": "utf-8", "header_row": 6, "rows": 1000,
    "columns": [
        {"column": "A", "title": "Time", "role": "time", "quantity": "", "unit": ""},
        {"column": "B", "title": "Temperature(°C)", "role": "quantity", "quantity": "temperature", "unit": "°C"},
    ],
    "time_zone": "Asia/Shanghai", "day_first": None, "decimal": ".", "notes": [],
    "series": [{
        "device": "loggers/rc5-7", "quantity": "temperature", "unit": "°C", "values": 999,
        "first": "2026-11-19T00:00:00Z", "last": "2026-11-20T16:38:00Z",
    }],
    "counts": {"values": 1000, "kept": 999, "duplicate": 0, "conflicting": 0, "waiting": 0, "refused": 1},
    "refused": [{
        "reason": "wrong_type", "n": 1,
        "message": "Something other than a number stands where a number or an object belongs.",
    }],
    "sent": 0, "to_send": 1000,
}  # fmt: skip
LOGGER_FILE_KEPT = LOGGER_FILE | {
    "state": "keeping", "counts": LOGGER_FILE["counts"] | {"kept": 0, "waiting": 999},
}  # fmt: skip
LOGGER_VALUES: dict[str, Any] = {
    "items": [
        {
            "row": 7, "column": "B Temperature(°C)", "fate": "kept", "device": "loggers/rc5-7",
            "quantity": "temperature", "time": "2026-11-19T00:00:00Z", "value": 4.8, "flags": [], "reason": "",
            "detail": "",
        },
        {
            "row": 8, "column": "B Temperature(°C)", "fate": "refused", "device": "loggers/rc5-7",
            "quantity": "temperature", "time": "2026-11-19T00:05:00Z", "value": None, "flags": [],
            "reason": "wrong_type",
            "detail": "Something other than a number stands where a number or an object belongs. "
            '(expected a number, got "n/a")',
        },
    ],
    "next": None,
}  # fmt: skip
CATALOGUE_MODELS: dict[str, Any] = {"items": [{
    "key": "sht31", "name": "SHT3x (SHT30, SHT31)", "manufacturer": "Sensirion", "interval_s": None,
    "quantities": [{
        "quantity": "temperature", "unit": "°C", "resolution": 0.015, "accuracy": 0.2, "low": -40.0, "high": 125.0,
        "sentinels": [-45.0, 130.0],
    }],
    "battery": [], "note": "Data sheet: ±0.2 °C and ±2 % RH, typical.",
}]}  # fmt: skip
GAPS: dict[str, Any] = {"items": [{
    "kind": "interval", "device": "probe-7", "full_name": "gw-1/probe-7", "place": "cold-1", "profile": "chilled",
    "quantity": "", "unit": "s", "required": 1800.0, "actual": 3600.0,
    "message": "probe-7 in cold-1 speaks every 1 h, but chilled asks for 30 min. Set its interval to 30 min or less.",
}]}  # fmt: skip
DUES: dict[str, Any] = {"items": [{
    "device": "probe-7", "full_name": "gw-1/probe-7", "place": "cold-1", "site": "beihai",
    "quantity": "temperature", "calibration": "probe-7-2025", "certificate": "CAL-2025-118",
    "done": "2025-12-01T00:00:00Z", "due": "2026-12-01T00:00:00Z", "overdue": False, "deviation": 0.2,
    "uncertainty": 0.1,
}]}  # fmt: skip
_BEYOND: dict[str, Any] = {
    "band": "chilled/high", "side": "high", "limit": 8.0, "duration_s": 2400.0, "area": 31.5, "budget_s": None,
}  # fmt: skip
_QUANTITY: dict[str, Any] = {
    "quantity": "temperature", "unit": "°C", "devices": 1, "samples": 288, "min": 2.9, "mean": 5.1, "max": 9.4,
    "coverage": 0.98, "imported_share": 1.0, "beyond": [_BEYOND],
}  # fmt: skip
EXPOSURE: dict[str, Any] = {
    "lot": "lot-1", "from": "2026-11-19T00:00:00Z", "to": "2026-11-21T00:00:00Z",
    "stays": [{
        "place": "truck-1", "from": "2026-11-19T00:00:00Z", "to": "2026-11-20T00:00:00Z", "quantities": [_QUANTITY],
    }],
    "whole": {
        "standing": "beyond", "watched": 0.98,
        "passages": [
            {"place": "truck-1", "stage": "transport", "from": "2026-11-19T00:00:00Z", "to": "2026-11-20T00:00:00Z", "devices": 1},
        ],
        "quantities": [_QUANTITY],
        "limits": [{
            "band": "chilled/high", "quantity": "temperature", "unit": "°C", "side": "high", "limit": 8.0,
            "severity": "alarm", "held_s": 86400.0, "beyond_s": 2400.0, "inside_s": 82272.0, "area": 31.5,
            "longest_s": 1500.0, "budget_s": None, "window_s": None, "most_used_s": None, "coverage": 0.98,
            "standing": "beyond",
        }],
        "wetness": {"wet_h": 3.5, "coverage": 0.98, "hours_a_year": 1304.5, "iso_class": "τ3"},
        "frosts": {
            "freezes_c": 0.0, "thaws_c": 2.0, "hold_s": 3600.0, "lag_s": 0.0, "cycles": 0, "events": [], "coverage": 0.98,
        },
        "mean_kinetic": [{
            "window_s": 86400.0, "limit_c": 8.0, "mean_kinetic_c": 5.713, "from": "2026-11-19T00:00:00Z",
            "to": "2026-11-20T00:00:00Z", "coverage": 0.98, "says": "within",
        }],
        "findings": [{
            "id": "01a1f1c4-9c00-7000-8000-000000000001", "kind": "too_high", "severity": "alarm", "place": "truck-1",
            "band": "chilled/high", "from": "2026-11-19T09:10:00Z", "to": "2026-11-19T09:50:00Z", "coverage": 1.0,
        }],
        "files": [{"id": "01a1f1c4-9c00-7000-8000-000000000002", "name": "logger-4711.csv"}],
    },
}  # fmt: skip
EXPOSURE_CSV = (
    "part,place,from,to,name,figure,value,unit,coverage\r\n"
    "stay,truck-1,2026-11-19T00:00:00Z,2026-11-20T00:00:00Z,temperature,max,9.4,°C,0.98\r\n"
)
