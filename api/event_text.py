"""Events as they go out, over the stream and by webhooks alike: who may know of one, and how much of it."""

from __future__ import annotations

from api.policy import Act, Resource, Verdict, bound, decide
from api.services import EventRow
from api.times import text_of
from api.views import EventView
from registry.nouns import Principal


def event_view(asker: Principal, row: EventRow, owned: Resource) -> EventView | None:
    """An event as the asker may know it, None if it may not.

    Who sees only its own learns that something happened, not what stood there before and after.

    Args:
        owned: whose the subject of the event is.
    """
    bare = bound(asker)
    if bare and decide(asker, Act.READ_EVENTS, owned) is not Verdict.ALLOWED:
        return None
    return EventView(
        row.sequence, text_of(row.time_us), "" if bare else row.principal, row.act, row.subject,
        "" if bare else row.reason, None if bare else row.old, None if bare else row.new,
    )  # fmt: skip
