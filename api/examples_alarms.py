"""Examples about alarms for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from api.examples import FINDING_ID, ID, TICKET_ID

ALARM_ID = "0199d1a2-7c00-7000-8000-000000000003"
_MORNING, _NOON = "2026-11-21T08:00:00Z", "2026-11-21T12:00:00Z"
ALARM: dict[str, Any] = {
    "id": ALARM_ID, "version": 1, "cause": "zone:hall-1:temperature:high", "kind": "too_high", "subject": "zone:hall-1",
    "zone": "hall-1", "severity": "warning", "state": "active_unacked", "condition": "active_unacked", "active": True,
    "active_since": _MORNING, "returned": None, "acked_by": None, "ticket": TICKET_ID, "shelf": None,
    "suppressed_by": None, "out_of_service": None, "flapping": False, "latched": False,
}  # fmt: skip
ALARMS = {"items": [ALARM], "next": None}
_BESIDE: dict[str, Any] = {"acks": [], "undecided": [], "lots": [], "decisions": []}
ALARM_FULL = {
    **ALARM, **_BESIDE, "severity": "alarm", "state": "latched_acked", "condition": "latched_acked", "active": False,
    "returned": "2026-11-21T09:10:00Z", "acked_by": "key:0199", "latched": True, "undecided": [FINDING_ID],
    "lots": ["lot-1"], "acks": [{"principal": "key:0199", "time": _MORNING, "comment": "Seen, on my way."}],
}  # fmt: skip
_SHELF = {
    "state": "timed_shelved", "by": "key:0199", "reason": "Fan ordered, comes at noon.", "since": _MORNING, "until": _NOON,
    "waits_for_second": False, "confirmed_by": None,
}  # fmt: skip
ALARM_SHELVED = {**ALARM, **_BESIDE, "version": 2, "state": "shelved", "shelf": _SHELF}
ACKNOWLEDGE: dict[str, Any] = {"comment": "Seen, on my way."}
SHELVE_IN: dict[str, Any] = {"until": _NOON, "reason": "Fan ordered, comes at noon.", "one_shot": False}
REASON_IN: dict[str, Any] = {"reason": "Fan is in."}
DECIDE_IN: dict[str, Any] = {
    "decision": "no_harm", "lots": {"lot-1": "rejected"}, "reason": "Core temperature measured; one pallet was wet.",
}  # fmt: skip
STILL: dict[str, Any] = {
    "id": ID, "version": 1, "sort": "maintenance", "subject": "gateway:gw-1", "start": _MORNING, "end": _NOON,
    "reason": "New firmware", "by": "key:0199", "state": "running", "recorded": _MORNING,
}  # fmt: skip
STILLS = {"items": [STILL], "next": None}
STILL_IN: dict[str, Any] = {
    "sort": "maintenance", "subject": "gateway:gw-1", "start": _MORNING, "end": _NOON, "reason": "New firmware",
}  # fmt: skip
STILL_CHANGE: dict[str, Any] = {"start": _MORNING, "end": "2026-11-21T14:00:00Z", "reason": "It takes longer"}
OUT: dict[str, Any] = {
    **STILL, "sort": "out_of_service", "subject": "device:gw-1/probe-7", "end": None, "reason": "Probe broken",
}  # fmt: skip
OUTS = {"items": [OUT], "next": None}
OUT_IN: dict[str, Any] = {"subject": "device:gw-1/probe-7", "reason": "Probe broken, a new one is ordered"}
QUALITY: dict[str, Any] = {
    "start": "2026-10-22T00:00:00Z", "end": "2026-11-21T00:00:00Z", "site": None, "operators": 1,
    "load": {
        "alarms": 412, "per_operator_hour": 0.57, "per_operator_day": 13.7, "per_operator_ten_minutes": 0.095,
        "most_in_ten_minutes": 14, "share_of_ten_minutes_above_ten": 0.0002,
    },
    "hours": [
        {"hour": "2026-11-20T22:00:00Z", "alarms": 0, "most_in_ten_minutes": 0},
        {"hour": "2026-11-20T23:00:00Z", "alarms": 5, "most_in_ten_minutes": 4},
    ],
    "floods": {"floods": 1, "share_of_time": 0.0003, "alarms": 16, "longest_s": 780.0},
    "chattering": ["device:gw-1/probe-7:sensor"], "fleeting": 9, "stale": ["gateway:gw-4:silent"], "standing": 3,
    "mix": {"low": 0.81, "medium": 0.15, "high": 0.04, "low_target": 0.8, "medium_target": 0.15, "high_target": 0.05},
    "acknowledged_median_s": 210.0, "acknowledged_p90_s": 840.0,
    "action": {"tickets": 96, "withdrawn": 4, "cancelled": 2, "judged": 60, "needed_action_share": 0.9, "by_resolution": 21},
    "calls": [{"person": "li", "night": "2026-11-12", "calls": 2}],
    "worst": [{
        "alarm": ALARM_ID, "cause": "device:gw-1/probe-7:sensor", "raised": 88, "share": 0.21, "cure": "off_delay",
        "delay_s": 600.0, "deadband": None, "unit": "", "removed_share": 0.72,
        "advice": "If it counted as over only after 10 min, 72 % of its 176 transitions would not have been.",
    }],
    "unauthorised_suppressions": 0,
    "shelved": [{
        "alarm": ALARM_ID, "cause": "zone:hall-1:temperature:high", "state": "timed_shelved", "by": "key:0199",
        "reason": "Fan ordered, comes at noon.", "since": _MORNING, "until": _NOON, "confirmed_by": None,
        "waits_for_second": False, "returned": None,
    }],
}  # fmt: skip
