"""Due dates as they follow from the events, and a word to whoever has the work before and after one passes."""

from __future__ import annotations

from tickets.clerk.sheet import Sheet, working
from tickets.clerk.world import World
from tickets.clocks.clocks import Clocks
from tickets.clocks.warnings import Warning, warnings
from tickets.notices import Urgency

_TOO_LATE = "too_late"


def keep_time(sheet: Sheet, world: World) -> Clocks:
    """Bring the ticket's due dates up to date, warn of those that come near, say which were missed."""
    clocks = world.clocks(sheet.ticket, sheet.log, sheet.now_us)
    sheet.renew(deadline_us=clocks.deadline_us, deadline=clocks.deadline, act_by_us=clocks.act_by_us)
    if not sheet.ticket.live:
        return clocks
    for warning in warnings(clocks, sheet.log, sheet.now_us):
        _warn(sheet, world, warning)
    if clocks.too_late and not sheet.is_done(_TOO_LATE):
        sheet.do("too_late", _TOO_LATE)
        sheet.tell(_whoever(sheet, world), "too_late", _TOO_LATE, Urgency.HIGH, world.params(sheet.ticket))
    sheet.wake(clocks.next_us)
    return clocks


def _warn(sheet: Sheet, world: World, warning: Warning) -> None:
    """To whoever has the work; what was promised to a customer, and missed, to the supervisor as well."""
    missed = warning.share >= 1
    more = {"clock": warning.clock.side, "measure": warning.clock.measure, "share": warning.share, "at_us": warning.at_us}
    sheet.do("missed" if missed else "warned", warning.step, more=more)
    params = world.params(sheet.ticket, {**more, "due_us": warning.clock.due_us})
    code, urgency = ("missed", Urgency.HIGH) if missed else ("warned", Urgency.NORMAL)
    sheet.tell(_whoever(sheet, world), code, warning.step, urgency, params)
    if missed and warning.clock.promised:
        sheet.tell(world.supervisor(sheet.ticket, sheet.now_us), code, warning.step, urgency, params)


def _whoever(sheet: Sheet, world: World) -> str | None:
    return working(sheet.ticket) or world.supervisor(sheet.ticket, sheet.now_us)
