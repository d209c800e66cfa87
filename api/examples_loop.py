"""Examples of the loop of tickets for the OpenAPI document."""

from __future__ import annotations

from typing import Any

BULK_IN: dict[str, Any] = {
    "numbers": ["KW-000123", "KW-000124"], "act": "join_parent", "into": "KW-000122", "reason": "one visit",
}  # fmt: skip
BULK_RESULT = {
    "items": [
        {"number": "KW-000123", "state": "planned", "version": 4, "problem": None},
        {
            "number": "KW-000124",
            "state": None,
            "version": None,
            "problem": {
                "type": "urn:keepwell:problem:transition_refused",
                "title": "The ticket cannot take this step",
                "status": 409,
                "code": "transition_refused",
                "detail": "This cannot be done in the ticket's present state.",
                "instance": "/api/v1/tickets/bulk",
                "refusal": "not_from_here",
            },
        },
    ],
    "done": 1,
    "refused": 1,
}
COUNTS = {
    "items": [{"state": "new", "kind": "goods", "priority": "P2", "n": 3}],
    "total": 3, "live": 3, "overdue": 1, "act_by_past": 0, "unassigned": 2, "unconfirmed": 0,
}  # fmt: skip
_LONG = {"code": "long", "en": "the customer's path", "zh": "客户全流程"}
STATES = {
    "states": [{
        "code": "pending", "en": "pending", "zh": "挂起", "live": True, "ends": False, "owner": "assignee",
        "foreign": [{"system": "servicenow", "state": "On Hold", "reason": "Awaiting Problem"}],
    }],
    "transitions": [{
        "code": "confirm", "en": "confirm for the customer", "zh": "客户确认", "sources": ["resolved"],
        "target": "confirmed", "paths": ["long"], "roles": ["admin", "customer", "engineer", "quality", "supervisor"],
        "reason": False,
    }],
    "paths": [_LONG],
    "owners": [{"code": "assignee", "en": "assignee", "zh": "处理人"}],
    "holds": [{"code": "part", "en": "waiting for a part", "zh": "等待配件"}],
    "categories": [{"code": "quality", "en": "quality", "zh": "质量"}],
    "phases": [{"code": "after_sale", "en": "after the sale", "zh": "售后"}],
    "lines": [{"code": "expert", "en": "experts", "zh": "二线专家"}],
    "resolutions": [{"code": "fixed", "en": "fixed", "zh": "已修复", "trouble": True, "ours": True}],
    "meanings": [{"system": "zammad", "name": "pending reminder", "state": "pending"}],
}  # fmt: skip
