"""Examples of what was told to whom, and of how people want to be told."""

from __future__ import annotations

from typing import Any

from api import examples

MESSAGE: dict[str, Any] = {
    "id": examples.ID, "channel": "chat", "lane": "chat:dingtalk:5e884898da", "state": "sent", "attempts": 1,
    "made": "2026-11-21T08:00:00Z", "next": None, "sent": "2026-11-21T08:00:01Z", "delivered": None, "error": "",
    "provider_id": "",
}  # fmt: skip
TELLING: dict[str, Any] = {
    "id": examples.ID, "person": "person:wang", "subject": f"ticket:{examples.ID}", "cause": f"ticket:{examples.ID}:assigned:1",
    "code": "assigned", "title": "Yours: Too warm", "urgency": "high", "until_answered": True, "state": "told", "held": None,
    "held_because": None, "made": "2026-11-21T08:00:00Z", "told": "2026-11-21T08:00:00Z", "rounds": 1,
    "next": "2026-11-21T08:15:00Z", "ended": None, "messages": [MESSAGE],
}  # fmt: skip
TELLINGS: dict[str, Any] = {"items": [TELLING], "next": None}
REPLAYED: dict[str, Any] = {"messages": [examples.ID]}
CALLS: dict[str, Any] = {
    "items": [{"person": "person:wang", "night": "2026-11-21", "calls": 3, "at_night": 2}], "time_zone": "Asia/Shanghai",
}  # fmt: skip
HABITS_IN: dict[str, Any] = {
    "urls": ["dingtalk://secret@token/"], "quiet_from": "22:00", "quiet_to": "07:00", "time_zone": "Asia/Shanghai",
    "plain": None, "high_waits": False, "per_hour": 20,
}  # fmt: skip
HABITS: dict[str, Any] = {
    "to": "person:wang", "chats": ["chat:dingtalk:5e884898da"], "quiet_from": "22:00", "quiet_to": "07:00",
    "time_zone": "Asia/Shanghai", "plain": None, "high_waits": False, "per_hour": 20, "version": 1,
}  # fmt: skip
RECEIPT: dict[str, Any] = {"code": 0, "msg": "OK"}
