"""What time alone does to an alarm: shelves end, windows end, what flapped is calm."""

from __future__ import annotations

from dataclasses import replace

from tickets.alarming.nouns import Alarm, Shelf, Still, Stills, StillState
from tickets.alarming.states import Act
from tickets.nouns import SYSTEM, TicketEvent

EXPIRED = "alarm.unshelved.expired"
WORSENED = "alarm.unshelved.worsened"
RETURNED = "alarm.unshelved.returned"
UNCONFIRMED = "alarm.unshelved.unconfirmed"
"""Reasons of the system, as message codes."""


def next_us(alarm: Alarm) -> int | None:
    """When time alone changes an alarm; None: never."""
    return alarm.next_us


def tick(alarm: Alarm, stills: Stills, now_us: int) -> tuple[Alarm, list[TicketEvent]]:
    """The alarm as time has left it, and what happened; itself and nothing if nothing did.

    Args:
        stills: what keeps alarms quiet, by name (`Still.name`): windows that were moved or called off count as they are now.
    """
    events: list[TicketEvent] = []
    now = _calmed(alarm, now_us, events)
    now = _off_the_shelf(now, now_us, events)
    now = _released(now, stills, now_us, events)
    return (alarm, []) if now == alarm else (replace(now, version=alarm.version + 1), events)


def taken_off(alarm: Alarm, reason: str) -> tuple[Alarm, TicketEvent]:
    """The alarm without its shelf, and the event that says so."""
    shelf: Shelf | None = alarm.shelf
    now = replace(alarm, shelf=None)
    act = Act.UNSHELVED if shelf is None or shelf.stands else Act.SHELVING_LAPSED
    return now, TicketEvent.of(act, alarm, now, reason)


def _off_the_shelf(alarm: Alarm, now_us: int, events: list[TicketEvent]) -> Alarm:
    if alarm.shelf is None or alarm.shelf.until_us > now_us:
        return alarm
    now, event = taken_off(alarm, EXPIRED if alarm.shelf.stands else UNCONFIRMED)
    events.append(event)
    return now


def _released(alarm: Alarm, stills: Stills, now_us: int, events: list[TicketEvent]) -> Alarm:
    """Nothing explains it any more. What came and went meanwhile calls nobody afterwards."""
    now = alarm
    if alarm.out_of_service is not None and not _holds(_out(alarm, stills), now_us):
        now = replace(now, out_of_service=None)
        events.append(TicketEvent.of(Act.PUT_BACK, alarm, now))
    if now.suppressed_by is None or (now.suppressed_by.startswith("alarm:") and now.active):
        return now  # what stands in another alarm's shadow is judged with its findings
    still = stills.get(now.suppressed_by)
    if _holds(still, now_us):
        return replace(now, suppressed_until_us=still.to_us if still else None)
    after = released(now)
    events.append(TicketEvent.of(Act.RELEASED, now, after))
    return after


def released(alarm: Alarm) -> Alarm:
    """The alarm without what suppressed it; one that came and went unheard is not to be acknowledged."""
    now = replace(alarm, suppressed_by=None, suppressed_until_us=None)
    unheard = not now.active and not now.latched and not now.acked
    return replace(now, acked=True, acked_by=SYSTEM) if unheard else now


def _calmed(alarm: Alarm, now_us: int, events: list[TicketEvent]) -> Alarm:
    """It is calm again. If it goes on, that is news to who acknowledged it while it came and went."""
    if alarm.flapping_until_us is None or alarm.flapping_until_us > now_us:
        return alarm
    now = replace(alarm, flapping_until_us=None)
    if now.active and now.acked:
        now = replace(now, acked=False, acked_by=None, calls=now.calls + 1)
    events.append(TicketEvent.of(Act.CALMED, alarm, now))
    return now


def _out(alarm: Alarm, stills: Stills) -> Still | None:
    return stills.get(f"out_of_service:{alarm.out_of_service}")


def _holds(still: Still | None, now_us: int) -> bool:
    """Whether an entry keeps alarms quiet at this moment."""
    if still is None or still.state in {StillState.OVER, StillState.CANCELLED}:
        return False
    return still.to_us is None or still.to_us > now_us
