"""Examples of the OpenAPI document about webhooks, inbound hooks and signed links."""

from __future__ import annotations

from typing import Any

_ID = "0199d1a2-7c00-7000-8000-00000000000a"
_MESSAGE = "msg_0199d1a27c0070008000000000000b"
_KEY = "key:0199d1a2-7c00-7000-8000-000000000001"

WEBHOOK_IN: dict[str, Any] = {
    "name": "Service desk of Coastal Metals", "url": "https://hooks.example/keepwell", "types": ["ticket.*", "lot.held"],
    "language": "en", "customer": "coastal-metals", "enabled": True,
}  # fmt: skip
WEBHOOK: dict[str, Any] = {
    "id": _ID, "version": 1, **{k: v for k, v in WEBHOOK_IN.items() if k != "enabled"}, "disabled": None,
    "previous_secret_until": None, "created": "2026-11-21T08:00:00Z", "created_by": _KEY,
}  # fmt: skip
WEBHOOKS: dict[str, Any] = {"items": [WEBHOOK], "next": None}
ISSUED_WEBHOOK: dict[str, Any] = {**WEBHOOK, "secret": "whsec_…"}
DELIVERY: dict[str, Any] = {
    "id": _MESSAGE, "type": "ticket.opened", "event": 4711, "about": "ticket:0199d1a2-7c00-7000-8000-000000000004",
    "state": "waiting", "made": "2026-11-21T08:00:00Z", "next": "2026-11-21T08:05:03Z", "attempts": 2,
    "last": "2026-11-21T08:00:05Z", "status": 500, "reason": "status_500", "settled": None,
    "body": '{"type":"ticket.opened","timestamp":"2026-11-21T08:00:00Z","data":{"event":4711}}',
}  # fmt: skip
DELIVERIES: dict[str, Any] = {"items": [DELIVERY], "next": None}
REPLAY_IN: dict[str, Any] = {"since": "2026-11-21T08:00:00Z"}
REPLAYED: dict[str, Any] = {"replayed": 17}

HOOK_IN: dict[str, Any] = {
    "name": "Alertmanager of the cold store", "preset": "alertmanager", "kind": "equipment", "zone": "hall-1",
    "resolves": "comment", "enabled": True,
}  # fmt: skip
_FIELD: dict[str, Any] = {"paths": ["groupKey"], "fallback": None}
MAPPING: dict[str, Any] = {
    "title": {"paths": ["commonAnnotations.summary", "commonLabels.alertname"], "fallback": "Alert"},
    "description": {"paths": ["commonAnnotations.description"], "fallback": ""}, "subject": None,
    "priority": {"paths": ["commonLabels.severity"], "fallback": "P3"},
    "priorities": {"critical": "P1", "warning": "P2", "info": "P4"}, "dedupe": _FIELD,
    "status": {"paths": ["status"], "fallback": "firing"}, "resolved": ["resolved"],
}  # fmt: skip
HOOK: dict[str, Any] = {
    "id": _ID, "key": "alertmanager-cold", "version": 1, "name": "Alertmanager of the cold store", "mapping": MAPPING,
    "kind": "equipment", "customer": None, "zone": "hall-1", "resolves": "comment", "disabled": None,
    "created": "2026-11-21T08:00:00Z", "created_by": _KEY,
}  # fmt: skip
HOOKS: dict[str, Any] = {"items": [HOOK], "next": None}
ISSUED_HOOK: dict[str, Any] = {**HOOK, "secret": "whsec_…"}
REPORT_IN: dict[str, Any] = {
    "title": "Compressor 2 tripped", "description": "Overcurrent, third time today.", "priority": "P2",
    "key": "compressor-2", "status": "firing",
}  # fmt: skip
REPORTED: dict[str, Any] = {"did": "opened", "ticket": "KW-000123"}

LINK_IN: dict[str, Any] = {"purpose": "follow", "ticket": "KW-000123", "customer": "coastal-metals"}
LINK: dict[str, Any] = {
    "id": _ID, "purpose": "follow", "customer": "coastal-metals", "ticket": "0199d1a2-7c00-7000-8000-000000000004",
    "person": None, "created": "2026-11-21T08:00:00Z", "created_by": _KEY, "expires": "2026-12-21T08:00:00Z",
    "revoked": None, "uses": 0, "last_used": None,
}  # fmt: skip
LINKS: dict[str, Any] = {"items": [LINK], "next": None}
ISSUED_LINK: dict[str, Any] = {**LINK, "token": "kl_…"}
_LINKED_TICKET: dict[str, Any] = {
    "number": "KW-000123", "title": "Too warm: Hall 1: 46.2 °C, limit 45 °C for 30 min", "state": "resolved", "live": False,
    "opened_at": "2026-11-21T16:30:02+08:00", "due": "2026-11-21T20:30:02+08:00", "reason": "", "goes_on": None,
    "steps": [{"time": "2026-11-21T16:30:02+08:00", "state": "new"}],
    "comments": [{"time": "2026-11-21T16:40:00+08:00", "own": False, "text": "The fan is replaced."}],
}  # fmt: skip
LINKED: dict[str, Any] = {
    "purpose": "follow", "expires": "2026-12-21T16:00:00+08:00", "time_zone": "Asia/Shanghai",
    "times": "Times are those of the clocks in Asia/Shanghai, where it is now 2026-11-21 18:05 (UTC+08:00).",
    "can": ["comment", "confirm", "reopen"],
    "ticket": _LINKED_TICKET, "reported": [], "alarm": None,
}  # fmt: skip
LINK_REASON_IN: dict[str, Any] = {"reason": "It is warm again."}
SURVEY_IN: dict[str, Any] = {"score": 5, "words": "Quick help."}
LINK_REPORT_IN: dict[str, Any] = {"title": "Our tins are wet", "description": "Pallet 3, the lower layer."}
ACKNOWLEDGE_IN: dict[str, Any] = {"accept": True, "words": "On my way."}
COMMENT_BY_LINK_IN: dict[str, Any] = {"text": "It smells of oil, too."}
LINKED_REPORT: dict[str, Any] = {
    "number": "KW-000124", "title": "Our tins are wet", "state": "reported", "opened_at": "2026-11-21T16:00:00+08:00",
    "time_zone": "Asia/Shanghai",
}  # fmt: skip
