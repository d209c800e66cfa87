"""Examples of forecasts, weather and schedules."""

from __future__ import annotations

from typing import Any

ANNOUNCED: dict[str, Any] = {
    "finding": "0199d1a2-7c00-7000-8000-000000000041", "zone": "paint-1", "band": "paint-water/low",
    "quantity": "product_temperature", "side": "low", "limit": 5.0, "model": "room 2@2026-11-21T05Z",
    "announced": "2026-11-21T08:00:00Z", "first_p10": "2026-11-21T13:50:00Z", "first_p50": "2026-11-21T14:20:00Z",
    "first_p90": "2026-11-21T15:10:00Z", "issued": "2026-11-21T09:30:00Z", "expires": "2026-11-21T12:30:00Z",
    "p10": "2026-11-21T13:55:00Z", "p50": "2026-11-21T14:20:00Z", "p90": "2026-11-21T15:00:00Z", "probability": 0.97,
    "state": "standing", "ended": None,
}  # fmt: skip
FORECAST: dict[str, Any] = {
    "zone": "paint-1", "horizon_h": 48,
    "limits": [{
        "band": "paint-water/low", "quantity": "product_temperature", "side": "low", "limit": 5.0, "lag_s": 26280.0,
        "value": 9.1, "probability": 0.97, "p10": "2026-11-21T13:55:00Z", "p50": "2026-11-21T14:20:00Z",
        "p90": "2026-11-21T15:00:00Z", "issued": "2026-11-21T09:30:00Z", "expires": "2026-11-21T12:30:00Z",
        "model": "room 2@2026-11-21T05Z", "why_none": None,
        "curve": {
            "time": ["2026-11-21T09:30:00Z", "2026-11-21T10:30:00Z"], "p10": [9.1, 8.2], "p50": [9.1, 8.4], "p90": [9.1, 8.6],
        },
    }],
    "why_none": None, "announced": [ANNOUNCED],
}  # fmt: skip
ANNOUNCEMENTS: dict[str, Any] = {
    "items": [ANNOUNCED], "kept": {"ended": 0, "came_true": 0, "within": 0}
}  # fmt: skip
WEATHER: dict[str, Any] = {
    "site": "beihai",
    "issues": [{
        "issued": "2026-11-21T06:00:00Z", "source": "weather service",
        "hours": [{"valid": "2026-11-21T07:00:00Z", "temperature": 3.5, "relative_humidity": 81.0}],
    }],
}  # fmt: skip
SCHEDULE: dict[str, Any] = {
    "zone": "paint-1", "version": 1,
    "events": [{"kind": "machines_off", "start": "2026-11-21T20:00:00Z", "end": "2026-11-22T05:00:00Z"}],
}  # fmt: skip
