"""Examples of users, of oneself, and of sessions, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from api.examples import ID

ME: dict[str, Any] = {
    "name": "person:li-na", "person": "li-na", "person_name": "Li Na", "language": "zh", "role": "keeper", "customer": None,
    "gateway": None, "site": "wh-jn", "carrier": None, "session": ID, "acts": ["alarms.read", "me", "tickets.read"],
    "newest": None,
}  # fmt: skip
SESSION: dict[str, Any] = {
    "id": ID, "current": True, "created": "2026-11-21T00:02:00Z", "last_seen": "2026-11-21T08:00:00Z",
    "expires": "2026-11-28T00:02:00Z", "agent": "Mozilla/5.0 (Linux; Android 15)",
}  # fmt: skip
SESSIONS: dict[str, Any] = {"items": [SESSION], "next": None}
USER: dict[str, Any] = {
    "person": "li-na", "name": "Li Na", "role": "keeper", "customer": None, "site": "wh-jn", "carrier": None,
    "state": "invited", "created": "2026-11-21T08:00:00Z", "password_set": None, "invited_until": "2026-11-24T08:00:00Z",
    "disabled": None, "locked_until": None,
}  # fmt: skip
USERS: dict[str, Any] = {"items": [USER], "next": None}
INVITATION: dict[str, Any] = {
    "user": USER, "token": "5f0c…", "link": "https://goods.example/invitation#5f0c…", "until": "2026-11-24T08:00:00Z",
}  # fmt: skip
LOGIN_IN: dict[str, Any] = {"name": "li-na", "password": "seven lazy herons on a raft"}
PASSWORD_IN: dict[str, Any] = {
    "password": "seven lazy herons on a raft",
    "new_password": "a kettle under four green stars",
}
ACCEPT_IN: dict[str, Any] = {"token": "5f0c…", "password": "seven lazy herons on a raft"}
INVITE_IN: dict[str, Any] = {"person": "li-na"}
SET_UP_IN: dict[str, Any] = {
    "token": "5f0c…", "key": "anna", "name": "Anna Berg", "language": "en", "password": "seven lazy herons on a raft",
}  # fmt: skip
