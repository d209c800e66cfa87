"""What others did to a ticket while somebody who acts on it did not know: shown where an act is refused for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api.event_text import event_view
from api.own_times import OLDEST_US
from api.policy import Resource, acting_as, names_of
from api.problems import Code, Problem
from registry.nouns import Principal
from store import events
from store.events import Event
from tickets.nouns import SYSTEM, Refusal, Ticket

MOST = 20
_DECIDES = ("state", "assignee")
"""What of the system's own doing changes what there is to do."""
_CONFLICTS = frozenset({Code.CHANGED_MEANWHILE, Code.TRANSITION_REFUSED})


@contextmanager
def told_of(
    connection: Any, asker: Principal, ticket: Ticket, owned: Resource, now_us: int, at_us: int | None
) -> Iterator[None]:
    """Within this an act on a ticket happens, done at `at_us` if that was earlier; what was done since stands in its refusal.

    Raises:
        Problem: transition_refused (`moved_on`), if others acted on the ticket after `at_us`.
    """
    since_us = now_us - OLDEST_US if at_us is None else at_us
    later = [one for one in events.of_subject(connection, f"ticket:{ticket.id}") if done_us(one) > since_us]
    try:
        if at_us is not None and any(_matters(asker, one) for one in later):
            raise Problem(
                Code.TRANSITION_REFUSED,
                {"reason": f"ticket.refused.{Refusal.MOVED_ON}", "state": ticket.state},
                refusal=Refusal.MOVED_ON,
            )
        yield
    except Problem as problem:
        if problem.code in _CONFLICTS:
            others = [one for one in later if one.principal not in names_of(asker)]
            views = [event_view(asker, one, owned) for one in others]
            problem.meanwhile = [view for view in views if view is not None][-MOST:]
        raise


def done_us(event: Event) -> int:
    """When something was done, also where it was told later."""
    said = event.new.get("at_us") if isinstance(event.new, dict) else None
    return min(said, event.time_us) if isinstance(said, int) else event.time_us


def _matters(asker: Principal, event: Event) -> bool:
    """Whether an act done before this one would have been another: any of another person, and whatever moved the ticket."""
    new = event.new if isinstance(event.new, dict) else {}
    if event.principal == SYSTEM:
        return any(name in new for name in _DECIDES)
    return event.principal != acting_as(asker) or "state" in new
