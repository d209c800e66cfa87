"""Due dates as they follow from the events, and a word to whoever has the work before and after one passes."""

from __future__ import annotations

from detect.nouns import Json
from tickets.clerk.sheet import Sheet, working
from tickets.clerk.world import World
from tickets.clocks.clocks import clocks, warnings
from tickets.clocks.log import Log
from tickets.clocks.nouns import Clocks, Warning
from tickets.clocks.policies import Side
from tickets.notices import Urgency

_TOO_LATE = "too_late"


def keep_time(sheet: Sheet, world: World, log: Log) -> Clocks:
    """Bring the ticket's due dates up to date, warn of those that come near, say which were missed."""
    ticket = sheet.ticket
    found = clocks(ticket, log, world.policies, world.sites.context(ticket), sheet.now_us, explain=False)
    if not ticket.live:
        return found
    deadline_us = ticket.deadline_us if found.deadline_us is None else found.deadline_us
    deadline = ticket.deadline if found.deadline_us is None else found.deadline
    sheet.renew(deadline_us=deadline_us, deadline=deadline, act_by_us=found.act_by_us)
    for warning in warnings(found, log, sheet.now_us):
        _warn(sheet, world, warning)
    if found.too_late and not sheet.is_done(_TOO_LATE):
        sheet.do("too_late", _TOO_LATE)
        sheet.tell(_whoever(sheet, world), "too_late", _TOO_LATE, Urgency.HIGH, world.params(sheet.ticket))
    sheet.wake(found.next_us)
    return found


def _warn(sheet: Sheet, world: World, warning: Warning) -> None:
    """To whoever has the work; what was promised to a customer, and missed, to the supervisor as well."""
    missed, clock = warning.share >= 100, warning.clock
    more: dict[str, Json] = {
        "clock": clock.name,
        "share": warning.share,
        "came_us": warning.at_us,
        "due_us": clock.due_us,
    }
    sheet.do("missed" if missed else "warned", warning.step, more=more)
    said = world.params(
        sheet.ticket, {"measure": str(clock.measure), "share": warning.share / 100, "due_us": clock.due_us}
    )
    code, urgency = ("missed", Urgency.HIGH) if missed else ("warned", Urgency.NORMAL)
    sheet.tell(_whoever(sheet, world), code, warning.step, urgency, said)
    if missed and clock.side is Side.PROMISE:
        sheet.tell(world.supervisor(sheet.ticket, sheet.now_us), code, warning.step, urgency, said)


def _whoever(sheet: Sheet, world: World) -> str | None:
    return working(sheet.ticket) or world.supervisor(sheet.ticket, sheet.now_us)
