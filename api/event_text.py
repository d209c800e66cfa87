"""Events as they go out, over the stream and by webhooks alike: who may know of one, and how much of it."""

from __future__ import annotations

from api.policy import Act, Resource, Verdict, bound, decide, names_of
from api.services import EventRow
from api.times import text_of
from api.views import EventView
from detect.nouns import Json
from registry.nouns import Principal, Role

_PRIVATE = frozenset({"user", "export"})
_TOLD = frozenset({
    "opened", "assigned", "accept", "responded", "arrived", "updated", "reminded", "promised_anew", "surveyed", "joined",
    "priority_changed", "returned_to_normal", "took_over", "changed",
})  # fmt: skip
"""What who sees only its own learns to have happened to a ticket, beside changes of state and its own acts."""

_SAID = frozenset({"commented", "photographed"})
"""What a customer is told of where it was said to the customer."""


def event_view(asker: Principal, row: EventRow, owned: Resource) -> EventView | None:
    """An event as the asker may know it, None if it may not.

    Who sees only its own learns that something happened, not what stood there before and after. When colleagues log in
    and from where, and what they take home, is between them and who administers users.

    Args:
        owned: whose the subject of the event is.
    """
    if row.subject.partition(":")[0] in _PRIVATE and decide(asker, Act.MANAGE_USERS) is not Verdict.ALLOWED:
        return None
    bare = bound(asker)
    if bare and decide(asker, Act.READ_EVENTS, owned) is not Verdict.ALLOWED:
        return None
    if bare and row.subject.startswith("ticket:") and not tells(asker, row):
        return None
    return EventView(
        row.sequence, text_of(row.time_us), "" if bare else row.principal, row.act, row.subject,
        "" if bare else row.reason, None if bare else _shown(row.subject, row.old),
        None if bare else _shown(row.subject, row.new),
    )  # fmt: skip


def tells(asker: Principal, row: EventRow) -> bool:
    """Whether who sees only its own is told that this happened to a ticket: not what the desk, or another customer, said."""
    new = row.new if isinstance(row.new, dict) else {}
    if row.principal in names_of(asker) or "state" in new or row.act in _TOLD:
        return True
    to_all = asker.role is Role.CUSTOMER and row.act in _SAID and bool(new.get("public"))
    return to_all and new.get("customer") in {None, asker.customer}


def _shown(subject: str, told: Json) -> Json:
    """What an event tells, without the ways by which a person is told things: these hold secrets."""
    if not subject.startswith("person:") or not isinstance(told, dict):
        return told
    return {name: value for name, value in told.items() if name != "channels"}
