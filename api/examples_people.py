"""Examples of people, duty and dispatch for the OpenAPI document."""

from __future__ import annotations

from typing import Any

PERSON: dict[str, Any] = {
    "name": "Li Wei", "external_system": "HR", "external_number": "G007", "phone": "+86 138 0013 8000",
    "email": "li.wei@example.com", "role": "engineer", "language": "zh", "site": None, "carrier": None,
    "customer": None, "region": "south", "skills": ["refrigeration"], "level": 3,
    "certificates": [{"skill": "refrigeration", "number": "T-2024-118", "expires": "2028-06-30T16:00:00Z"}],
    "languages": ["en"], "capacity": 6, "latitude": 22.82, "longitude": 108.37, "teams": ["south"], "lead": False,
    "head": False, "time_zone": "Asia/Shanghai", "quiet_from": "22:00", "quiet_to": "07:00", "channels": ["service-wecom"],
    "register": "data",
}  # fmt: skip
TEAM: dict[str, Any] = {
    "name": "Service south", "external_system": None, "external_number": None, "customers": ["acme"],
    "regions": ["south"], "skills": ["sensor"], "calendar": "",
}  # fmt: skip
SHIFT: dict[str, Any] = {
    "name": "Day shift", "external_system": None, "external_number": None, "person": "li-wei",
    "from": "2026-11-01T16:00:00Z", "to": None, "days": ["mon", "tue", "wed", "thu", "fri"], "starts": "08:00",
    "ends": "17:00", "time_zone": "Asia/Shanghai",
}  # fmt: skip
ABSENCE: dict[str, Any] = {
    "name": "", "external_system": None, "external_number": None, "person": "li-wei",
    "from": "2026-12-01T00:00:00Z", "to": "2026-12-08T00:00:00Z", "reason": "leave",
}  # fmt: skip
ROTA: dict[str, Any] = {
    "name": "On call south", "external_system": None, "external_number": None, "level": "first", "site": None,
    "team": None, "region": "south", "time_zone": "Asia/Shanghai", "people": ["li-wei"],
    "starts": "2026-11-02T00:00:00Z", "turn_days": 7,
    "turns": [{"person": "li-wei", "from": "2026-12-24T00:00:00Z", "to": "2026-12-27T00:00:00Z"}],
}  # fmt: skip
