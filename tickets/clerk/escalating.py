"""The ladder: who is rung, one after another, while nobody takes goods at risk or a customer's ticket in hand."""

from __future__ import annotations

from tickets.clerk.sheet import Sheet
from tickets.clerk.world import World
from tickets.clocks.clocks import Clocks
from tickets.clocks.escalation import Rung


def escalate(sheet: Sheet, world: World, clocks: Clocks) -> None:
    """Ring everybody whose turn has come; look again when the next one's comes."""
    if not sheet.ticket.live:
        return
    for rung in world.ladder(sheet.ticket, clocks, sheet.log, sheet.now_us):
        if rung.at_us > sheet.now_us:
            sheet.wake(rung.at_us)
        elif not sheet.is_done(rung.step):
            _ring(sheet, world, rung)


def _ring(sheet: Sheet, world: World, rung: Rung) -> None:
    """Whoever stands on that rung now; if nobody does, the supervisor: the step is on record either way."""
    person = world.on_rung(rung.level, sheet.ticket, sheet.now_us)
    to = person or world.supervisor(sheet.ticket, sheet.now_us)
    sheet.do("escalated", rung.step, more={"level": rung.level, "to": to, "instead": person is None, "at_us": rung.at_us})
    sheet.tell(to, "escalated", rung.step, rung.urgency, world.params(sheet.ticket, {"level": rung.level}), answer=True)
