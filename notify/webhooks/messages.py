"""Which messages there are, and how one looks: `{"type", "timestamp", "data"}`, below 20 kB."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from detect.nouns import Json
from store.events import Event
from tickets.nouns import TicketState

MAX_BYTES = 20_000
"""Standard Webhooks asks for less than 20 kB."""
_MANY = 50
"""So many names of a list stay in a message that would be too long."""

PING = "ping"
TYPES: Mapping[str, str] = {
    "ticket.opened": "A ticket was opened.",
    "ticket.reopened": "A ticket that was done is open again.",
    "ticket.resolved": "The work on a ticket is done.",
    "ticket.closed": "A ticket has ended: closed, cancelled, merged or withdrawn.",
    "ticket.commented": "Somebody said something on a ticket.",
    "ticket.changed": "Anything else about a ticket: accepted, moved on, held, other facts, another deadline.",
    "alarm.raised": "A condition became active, or worse.",
    "alarm.returned": "A condition returned to normal.",
    "alarm.acknowledged": "Somebody has seen an alarm.",
    "alarm.changed": "Anything else about an alarm.",
    "lot.held": "Goods were put on hold.",
}
"""Every type, and when it is sent."""
FAMILIES = frozenset(f"{name.split('.')[0]}.*" for name in TYPES)

_ENDS = frozenset({TicketState.CLOSED, TicketState.CANCELLED, TicketState.MERGED, TicketState.WITHDRAWN})
_STATES: Mapping[str, str] = {
    TicketState.REOPENED: "ticket.reopened",
    TicketState.RESOLVED: "ticket.resolved",
    **dict.fromkeys(_ENDS, "ticket.closed"),
}
_ACTS: Mapping[tuple[str, str], str] = {
    ("ticket", "opened"): "ticket.opened",
    ("ticket", "commented"): "ticket.commented",
    ("alarm", "raised"): "alarm.raised",
    ("alarm", "returned"): "alarm.returned",
    ("alarm", "acknowledged"): "alarm.acknowledged",
}

_AGAIN = frozenset({("ticket", "updated")})
"""Said a second time, for the clocks: the comment that is the update makes the message."""


def type_of(event: Event) -> str | None:
    """The type of the message that an event makes; None if it makes none."""
    kind = event.subject.partition(":")[0]
    if kind == "lot":
        return "lot.held" if _new(event, "status") == "hold" and _old(event, "status") != "hold" else None
    if kind not in {"ticket", "alarm"}:
        return None
    if (kind, event.act) in _AGAIN:
        return None
    by_act = _ACTS.get((kind, event.act))
    by_state = _STATES.get(str(_new(event, "state"))) if kind == "ticket" else None
    return by_act or by_state or f"{kind}.changed"


def wanted(types: Collection[str], type: str) -> bool:
    """Whether who asked for `types` (none: all) wants a message of this type."""
    return not types or type in types or f"{type.split('.')[0]}.*" in types


def body(type: str, timestamp: str, data: Mapping[str, Any]) -> str:
    """The message as JSON. What would make it too long is left out, and `shortened` says so."""
    whole = _encoded(type, timestamp, data)
    if len(whole) < MAX_BYTES:
        return whole.decode()
    slim = {name: _shorter(value) for name, value in data.items() if name not in {"old", "new"}}
    short = _encoded(type, timestamp, {**slim, "shortened": True})
    if len(short) >= MAX_BYTES:
        kept = {name: data[name] for name in ("event", "act", "subject") if name in data}
        short = _encoded(type, timestamp, {**kept, "shortened": True})
    return short.decode()


def _encoded(type: str, timestamp: str, data: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode({"type": type, "timestamp": timestamp, "data": data})


def _shorter(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shorter(inner) for name, inner in value.items()}
    return value[:_MANY] if isinstance(value, list) else value


def _new(event: Event, name: str) -> Json:
    return event.new.get(name) if isinstance(event.new, dict) else None


def _old(event: Event, name: str) -> Json:
    return event.old.get(name) if isinstance(event.old, dict) else None
