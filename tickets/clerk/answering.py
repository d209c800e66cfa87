"""Waiting for the customer: reminders, and going on without an answer when none comes."""

from __future__ import annotations

from tickets.answers import Ask, pending_answers
from tickets.clerk.sheet import Sheet
from tickets.clerk.world import World
from tickets.deeds import Deed
from tickets.notices import Urgency


def follow_answers(sheet: Sheet, world: World) -> None:
    """Send the reminder that is due, or close; one step at a look, since each changes what follows."""
    steps = [step for step in pending_answers(sheet.ticket, sheet.log) if not sheet.is_done(step.step)]
    if not steps:
        return
    first = steps[0]
    if first.at_us > sheet.now_us:
        sheet.wake(first.at_us)
    elif first.ask is Ask.CLOSE and first.act is not None:
        sheet.ask(Deed(first.act, first.reason))
    else:
        sheet.do("reminded", first.step)
        count = sum(event.act == "reminded" for event in sheet.log) + 1
        said = world.params(sheet.ticket, {"count": count, "at_us": steps[-1].at_us})
        customer = world.sites.customer(sheet.ticket)
        to = f"customer:{customer}" if customer else None
        sheet.tell(to, "reminder", first.step, Urgency.NORMAL, said)
        sheet.wake(sheet.now_us + 1)
