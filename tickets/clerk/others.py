"""What is told of events that are no ticket's: an alarm off its shelf, goods that wait for a decision, lots on hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detect.nouns import Json
from registry.nouns import LotStatus, Role
from tickets.alarming.states import Act
from tickets.clerk.nouns import Happened, Other
from tickets.clerk.sheet import field_of
from tickets.clerk.world import World
from tickets.notices import Notice, Urgency
from tickets.nouns import SYSTEM, AlarmState

_LATCHED = frozenset({AlarmState.LATCHED_UNACKED, AlarmState.LATCHED_ACKED})


def told_of(others: Sequence[Other], world: World, now_us: int) -> list[Notice]:
    """The messages for what happened to alarms and lots."""
    return [notice for other in others for notice in _of(other, world, now_us)]


def _of(other: Other, world: World, now_us: int) -> Iterator[Notice]:
    event = other.event
    if event.subject.startswith("alarm:"):
        yield from _of_alarm(other, world, now_us)
    elif event.principal.startswith(SYSTEM) and field_of(event, "status") == LotStatus.HOLD:
        yield from _of_held(event, world)


def _of_alarm(other: Other, world: World, now_us: int) -> Iterator[Notice]:
    """Off the shelf: whoever has the ticket, else the supervisor. Over, but goods wait: whoever decides on goods."""
    event, ticket = other.event, other.ticket
    if ticket is None:
        return
    said = world.params(ticket, {"by": event.principal, "reason": event.reason, "at_us": event.time_us})
    if event.act == Act.UNSHELVED and event.principal == SYSTEM:
        to = ticket.assignee or world.supervisor(ticket, now_us)
        if to is not None:
            yield _notice(to, "alarm_unshelved", event, said, Urgency.HIGH)
    if field_of(event, "state") in _LATCHED and not _was_latched(event):
        lots: list[Json] = list(ticket.lots)
        for to in world.in_role(Role.QUALITY, ticket):
            yield _notice(to, "latched_decide", event, {**said, "lots": lots}, Urgency.NORMAL)


def _of_held(event: Happened, world: World) -> Iterator[Notice]:
    """Whose lot it is, and who decides on goods."""
    key = event.subject.partition(":")[2]
    goods = world.sites.goods.get(key)
    said: dict[str, Json] = {"lots": [key], "reason": event.reason, "at_us": event.time_us}
    owner = [f"customer:{goods.customer}"] if goods and goods.customer else []
    for to in [*owner, *world.in_role(Role.QUALITY)]:
        yield _notice(to, "lot_held", event, said, Urgency.HIGH)


def _was_latched(event: Happened) -> bool:
    return isinstance(event.old, dict) and event.old.get("state") in _LATCHED


def _notice(to: str, code: str, event: Happened, params: dict[str, Json], urgency: Urgency) -> Notice:
    return Notice(to, f"{event.subject}:{code}:{event.sequence}", event.subject, code, params, urgency)
