"""Every code a notice can have, with parameters as an example: what templates may show, and what tests render."""

from __future__ import annotations

from collections.abc import Mapping

from detect.nouns import Json

_AT = 1_795_248_000_000_000  # 2026-11-21T08:00:00Z
_LINK = "https://goods.example/l/8f2k"
_TICKET: Mapping[str, Json] = {
    "number": "KW-000123", "title": {"code": "ticket.by_hand.title", "params": {"words": "4.8 °C"}},
    "place": "Ningbo · cold-1", "site": "ningbo", "priority": "P1", "deadline_us": _AT + 7_200_000_000,
    "act_by_us": _AT + 3_600_000_000, "time_zone": "Asia/Shanghai",
    "found": {"code": "brief.found.beyond", "params": {
        "quantity": "temperature", "value": {"value": 11.4, "quantity": "temperature"}, "device": "gw-1/probe",
        "limit": {"value": 8.0, "quantity": "temperature"}, "since_us": _AT - 2_400_000_000, "p10_us": None, "p50_us": None,
    }},
    "breach_us": _AT + 5_400_000_000,
    "remedy": {
        "title": "guidance.chilled-excursion.title", "first": "brief.first.chilled-excursion", "more": 2,
        "steps": [f"guidance.chilled-excursion.{step}" for step in (1, 2, 3)],
    },
}  # fmt: skip
_OWN: Mapping[str, Mapping[str, Json]] = {
    "assigned": {},
    "declined_to_next": {"by": "person:wang", "reason": "on another job"},
    "passed_on": {"reason": {"code": "dispatch.left.absent", "params": {"person": "Li Na", "since_us": _AT}}},
    "holder_away": {
        "by": "person:li",
        "reason": {"code": "dispatch.left.absent", "params": {"person": "Li Na", "since_us": _AT}},
    },
    "escalated": {"level": "2"},
    "warned": {"share": 0.75, "measure": "resolution", "due_us": _AT},
    "missed": {"measure": "resolution", "due_us": _AT},
    "too_late": {},
    "resolved_confirm": {"words": "door seal replaced", "link": _LINK},
    "resolved_owners": {"words": "door seal replaced", "lots": ["L-1", "L-2"]},
    "reminder": {"count": 1, "at_us": _AT, "link": _LINK},
    "survey": {"link": _LINK},
    "closed_unconfirmed": {"count": 2},
    "reopened": {"by": "person:wang", "reason": "warm again"},
    "commented": {"by": "person:wang", "words": "on my way"},
    "handed_over": {"by": "person:wang", "reason": "refrigerant", "line": "expert"},
    "alarm_raised": {"at_us": _AT, "lots": ["L-1", "L-2"]},
    "alarm_unshelved": {"by": "person:wang", "reason": "expired"},
    "latched_decide": {"lots": ["L-1"]},
    "lot_held": {"lots": ["L-1"], "reason": "too warm for 2 h"},
    "compensation_proposed": {"amount": "1,200.00 CNY", "customer": "Blue Sky", "clock": "resolution"},
    "feedback_due": {"customer": "Blue Sky", "clock": "first answer"},
    "forecast_announced": {"at_us": _AT},
    "forecast_withdrawn": {"reason": "colder air"},
    "gateway_dead": {"gateway": "gw-1", "at_us": _AT, "count": 5000},
    "pending_customer": {"words": "Which door?", "link": _LINK},
    "promised_anew": {"reason": "part on its way"},
    "nobody_found": {"reason": {"code": "ticket.by_hand.title", "params": {"words": "All are absent."}}},
    "received": {},
    "priority_raised": {},
    "retracted": {},
    "heartbeat_lost": {"names": ["detect"]},
    "test": {"by": "key:1", "at_us": _AT},
    "digest": {"count": 4990},
    "several": {"count": 3},
}

EXAMPLES: Mapping[str, Mapping[str, Json]] = {code: {**_TICKET, **own} for code, own in _OWN.items()}
"""Code → parameters. A new notice starts here, and in `texts/*/notices.toml`."""
