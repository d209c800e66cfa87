"""Examples of learned time constants."""

from __future__ import annotations

from typing import Any

ZONE_LAG: dict[str, Any] = {
    "zone": "hall-1",
    "probes": [{
        "device": "gw-1/ingot-3", "quantity": "surface_temperature", "air": ["gw-1/hall-n", "gw-1/hall-s"],
        "outcome": "learned", "lag_s": 13250.0, "low_s": 12430.0, "high_s": 14110.0, "offset_k": 0.21, "error_k": 0.18,
        "samples": 2880, "from": "2026-10-22T00:00:00Z", "to": "2026-11-21T00:00:00Z",
    }],
    "goods": [{"profile": "lead", "form": "", "lag_s": 12960.0}],
}  # fmt: skip
ADOPT: dict[str, Any] = {
    "profile": "lead", "form": "bundle", "lag_s": 13250, "reason": "probe in hall 1, 22 October to 21 November",
}  # fmt: skip
ADOPTED: dict[str, Any] = {
    "profile": "lead", "version": 4, "form": "bundle", "lag_s": 13250.0, "since": "2026-11-21T08:00:00Z",
}  # fmt: skip
