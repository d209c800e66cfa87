"""Examples of the climate risk outlook."""

from __future__ import annotations

from typing import Any

BASIS: dict[str, Any] = {"normals_of": "Guangzhou", "room": "learned", "days": 44.6}
OUTLOOK: dict[str, Any] = {
    "site": "beihai", "climate": "hot_summer_warm_winter", "coastal": True,
    "zones": [{
        "zone": "lead-hall", "profiles": ["lead"], "customers": ["acme"], "basis": BASIS,
        "weeks": [{
            "begins": "2027-03-01", "seasons": ["returning_damp"],
            "chances": [
                {"risk": "condensation", "chance": 0.79, "band": "lead/near-dew", "guidance": ["returning-damp"]},
            ],
        }],
    }],
    "cards": [{"key": "returning-damp", "title": "Warm damp air is coming", "steps": ["Keep gates shut."]}],
}  # fmt: skip
OUTLOOKS: dict[str, Any] = {
    "items": [{
        "site": "beihai", "zone": "lead-hall", "customers": ["acme"], "risk": "condensation", "chance": 0.79,
        "band": "lead/near-dew", "week": "2027-03-01", "basis": BASIS,
    }],
}  # fmt: skip
