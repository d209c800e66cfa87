"""The example of the OpenAPI document about how every place stands."""

from __future__ import annotations

from typing import Any

_WORK: dict[str, Any] = {
    "live": 2, "overdue": 0, "act_by_past": 1, "by_priority": {"P1": 1, "P3": 1}, "deadline": "2026-11-21T09:00:00Z",
    "act_by": "2026-11-21T07:40:00Z",
}  # fmt: skip
OVERVIEW: dict[str, Any] = {
    "as_of": "2026-11-21T08:00:00Z",
    "states": {"excursion": 0, "foretold": 1, "trouble": 3, "silent": 1, "calm": 194, "no_data": 1},
    "items": [{
        "site": "riga", "zone": None, "name": "Riga", "latitude": 56.95, "longitude": 24.1, "time_zone": "Europe/Riga",
        "state": "foretold", "worst": None,
        "breach": {
            "zone": "riga-hall", "band": "metal/damp", "quantity": "relative_humidity", "side": "high", "limit": 60.0, "unit": "%",
            "probability": 0.84, "p10": "2026-11-21T10:10:00Z", "p50": "2026-11-21T11:30:00Z", "p90": None,
        },
        "work": _WORK, "newest_reading": "2026-11-21T07:59:30Z", "zones": None,
    }],
    "elsewhere": {"live": 0, "overdue": 0, "act_by_past": 0, "by_priority": {}, "deadline": None, "act_by": None},
}  # fmt: skip
CHANGES: dict[str, Any] = {
    "items": [{
        "sequence": 4711, "time": "2026-11-21T08:00:02Z", "act": "accept", "ticket": 7, "zone": "riga-hall", "site": "riga",
        "priority": "P1", "state": "assessed", "who": "person:liu",
        "sentence": "KW-000007 Too damp in Riga hall: assessed",
    }],
    "newest": 4711,
    "next": None,
}  # fmt: skip
