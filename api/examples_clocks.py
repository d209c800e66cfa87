"""Examples of clocks, policies, calendars and compensation in the OpenAPI document: the story of `api.examples` goes on."""

from __future__ import annotations

from typing import Any

_CLOCK = {
    "name": "promise:resolution", "side": "promise", "measure": "resolution", "title": "service promise: resolution",
    "rule": "A", "policy": "2026-11", "calendar": "always", "state": "running", "due": "2026-11-22T16:30:02+08:00",
    "if_resumed": None, "ended": None, "allowed_s": 86400.0, "spent_s": 3600.0, "late_s": 0.0, "stopped_s": 0.0,
    "share": 0.0417, "provisional": False,
    "steps": ["The clock (resolution) counts from 2026-11-21 16:30 (UTC+08:00).", "1 h spent, 23 h left: due at 2026-11-22 16:30 (UTC+08:00)."],
}  # fmt: skip
COMPENSATION = {
    "offer": "late solution", "hours_late": 3, "share": 0.15, "amounts": {"CNY": "27900.00"}, "final": True,
    "steps": ["5 % for each hour, 30 % at most: 15 %."], "decision": "approve", "decided_by": "key:0199",
    "reason": "The customer waited for us.",
}  # fmt: skip
CLOCKS = {
    "as_of": "2026-11-21T17:30:02+08:00", "deadline": "2026-11-22T16:30:02+08:00",
    "deadline_why": "Promised (A): 24 h of working time (calendar always) from 2026-11-21 16:30 (UTC+08:00) (policy 2026-11)",
    "act_by": "2026-11-21T19:10:00+08:00", "act_by_why": "Act by 2026-11-21 19:10 (UTC+08:00): damage may come at 20:40.",
    "too_late": False, "clocks": [_CLOCK], "priority_why": ["Impact 1 (the value of the goods), urgency 1 (3 h to damage): P1."],
    "compensation": None,
}  # fmt: skip
_POLICY = {
    "version": "2027-01", "valid_from": "2027-01-01T00:00:00Z", "in_force": False, "shipped": False,
    "reason": "Contracts of 2027", "principal": "key:0199", "created": "2026-11-21T08:00:00Z",
}  # fmt: skip
POLICIES = {"items": [_POLICY]}
_DOCUMENT: dict[str, Any] = {
    "grades": ["diamond", "platinum", "silver"],
    "promise": [
        {"name": "diamond", "grade": "diamond", "calendar": "always", "first_response": "30 min", "resolution": "12 h"},
        {"name": "others", "calendar": "office", "first_response": "4 h", "resolution": "24 h"},
    ],
}  # fmt: skip
POLICY = {**_POLICY, "document": _DOCUMENT}
POLICY_IN: dict[str, Any] = {
    "version": "2027-01",
    "valid_from": "2027-01-01T00:00:00Z",
    "reason": "Contracts of 2027",
    "document": _DOCUMENT,
}
TEMPLATES = {"items": [{
    "name": "two-and-twenty-four", "toml": '[[promise]]\nname = "all"\nfirst_response = "2 h"\nresolution = "24 h"\n',
    "document": {"promise": [{"name": "all", "first_response": "2 h", "resolution": "24 h"}]},
}]}  # fmt: skip
TRY_IN: dict[str, Any] = {
    "kind": "customer", "category": "quality", "phase": "after_sale", "grade": "B", "priority": "P3",
    "opened": "2026-09-30T17:00:00+08:00", "time_zone": "Asia/Shanghai",
}  # fmt: skip
CALENDAR = {
    "name": "office", "time_zone": "Asia/Shanghai", "working_s": 12600.0, "provisional_years": [],
    "days": [{"date": "2026-10-10", "worked": True, "reason": "make_up", "name": "National Day", "provisional": False}],
    "spans": [{"start": "2026-10-10T08:30:00+08:00", "end": "2026-10-10T12:00:00+08:00"}],
}  # fmt: skip
COMPENSATION_IN: dict[str, Any] = {"decision": "approve", "reason": "The customer waited for us."}
