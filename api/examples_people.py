"""Examples of dispatch and duty for the OpenAPI document."""

from __future__ import annotations

from typing import Any

_TERM: dict[str, Any] = {
    "name": "skill", "value": 1.0, "weight": 30.0,
    "said": "Skills: 1 of 1 that are needed (refrigeration): 30 of 30 points.",
}  # fmt: skip
CANDIDATES: dict[str, Any] = {
    "ticket": "KW-000123", "assignee": None, "would_go_to": "chen-jie", "way": "best",
    "reasons": ["Chen Jie suits best of 2 people: 88.4 points."], "repair_s": 2700.0,
    "candidates": [
        {
            "person": "chen-jie", "name": "Chen Jie", "chosen": True, "score": 88.4, "presence": "on_shift",
            "travel_s": 1380.0, "missing_skills": [], "why_not": None, "said": None, "terms": [_TERM],
        },
        {
            "person": "wang-fang", "name": "Wang Fang", "chosen": False, "score": 61.0, "presence": "off",
            "travel_s": 5400.0, "missing_skills": [], "why_not": "off_duty",
            "said": "Wang Fang (61 points): off duty, and the next shift begins too late.", "terms": [_TERM],
        },
    ],
}  # fmt: skip
ASSIGN_IN: dict[str, Any] = {"to": "chen-jie", "reason": "Knows this dryer."}
ASSIGNMENT: dict[str, Any] = {
    "ticket": "KW-000123", "version": 4, "assignee": "person:chen-jie", "team": "guangxi", "travel_s": 1380.0,
    "repair_s": 2700.0, "reasons": ["Given to Chen Jie by person:zhao-min: Knows this dryer."], "against": None,
}  # fmt: skip
_SPAN: dict[str, Any] = {"start": "2026-11-23T00:00:00Z", "end": "2026-11-23T09:00:00Z"}
WORKLOAD: dict[str, Any] = {
    "until": "2026-11-29T08:00:00Z", "unassigned": 1,
    "people": [
        {
            "person": "chen-jie", "name": "Chen Jie", "role": "engineer", "presence": "off", "on_call": ["guangxi-first"],
            "tickets": ["KW-000123"], "late": 0, "capacity": 6, "shifts": [_SPAN], "absences": [],
        }
    ],
    "teams": [{"team": "guangxi", "people": ["chen-jie"], "tickets": 1, "unassigned": 0, "capacity": 6}],
}  # fmt: skip
VISITS: dict[str, Any] = {
    "visits": [
        {
            "who": "person:chen-jie", "tickets": ["KW-000123", "KW-000131"], "sites": ["beihai"],
            "leave_by": "2026-11-23T05:30:00Z", "travel_s": 1380.0, "repair_s": 4500.0, "saved_s": 1380.0,
            "said": "2 tickets at beihai in one visit: leave by 2026-11-23 13:30 (UTC+08:00), 1 h 15 min of work, saves 23 min on the way.",
        }
    ]
}  # fmt: skip
DUTY: dict[str, Any] = {
    "site": "beihai", "at": "2026-11-22T18:00:00Z", "keeper": "wu-gang", "first": "chen-jie", "second": None,
    "supervisor": "zhao-min", "head": None,
}  # fmt: skip
