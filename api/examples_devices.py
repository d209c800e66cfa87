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
