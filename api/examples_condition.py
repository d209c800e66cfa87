"""Examples of the condition of devices."""

from __future__ import annotations

from typing import Any

CONDITION: dict[str, Any] = {
    "device": "probe-7", "full_name": "gw-1/probe-7", "name": "Door, left", "gateway": "gw-1",
    "model": "EM320-TH", "interval_s": 600.0, "calibration_due": "2027-03-01T00:00:00Z", "place": "cold-1",
    "site": "beihai", "last_seen": "2026-11-21T08:00:00Z",
    "battery": {
        "voltage_v": 2.431, "level_pct": None, "taken_for": "two_cells", "cut_off": 2.3, "fall_per_day": 0.0156,
        "end_of_life": {
            "p10": "2026-11-24T02:20:00Z", "p50": "2026-11-27T00:23:00Z", "p90": "2026-12-06T08:34:00Z",
        },
    },
    "rssi_dbm": -87.0, "snr_db": None, "spreading_factor": None, "lost_share": 0.02, "restarts": 0,
    "clock_offset_s": None, "mains_power": None,
    "standing": [{
        "id": "0199d1a2-7c00-7000-8000-000000000031", "kind": "low_battery", "quantity": "battery_voltage",
        "start": "2026-11-21T08:00:00Z",
    }],
}  # fmt: skip
CONDITIONS: dict[str, Any] = {"items": [CONDITION], "next": None}
