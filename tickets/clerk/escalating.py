"""The ladder: who is rung, one after another, while nobody takes goods at risk, or solves a customer's ticket."""

from __future__ import annotations

from tickets.clerk.sheet import Sheet
from tickets.clerk.world import World
from tickets.clocks.escalation import climb
from tickets.clocks.log import Log
from tickets.clocks.nouns import Clocks, Rung


def escalate(sheet: Sheet, world: World, log: Log, clocks: Clocks) -> None:
    """Ring everybody whose turn has come; look again when the next one's comes."""
    ticket, policy = sheet.ticket, world.policies.at(sheet.now_us)
    if not ticket.live:
        return
    found = climb(ticket, clocks, log, policy, sheet.now_us)
    for rung in found.due:
        _ring(sheet, world, rung)
    sheet.wake(found.next_us)


def _ring(sheet: Sheet, world: World, rung: Rung) -> None:
    """Whoever stands on that rung now; if nobody does, the supervisor. The step is on record either way."""
    person = world.called(rung.who, sheet.ticket, sheet.now_us)
    to = person or world.supervisor(sheet.ticket, sheet.now_us)
    sheet.do(
        "escalated",
        rung.step,
        more={"who": rung.who, "to": to, "instead": person is None, "came_us": rung.at_us},
    )
    said = world.brief(sheet.ticket, {"level": rung.who})
    sheet.tell(to, "escalated", rung.step, rung.urgency, said, answer=True)
