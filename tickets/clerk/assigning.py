"""Work goes to somebody: the dispatcher's choice with its reasons, again whenever nobody has the ticket."""

from __future__ import annotations

from detect.nouns import Json
from tickets.clerk.sheet import Sheet
from tickets.clerk.world import World
from tickets.notices import Urgency
from tickets.nouns import Priority, Text, TicketState

RETRY_US = 15 * 60_000_000
"""So often a ticket for which nobody was found is looked at again."""
_URGENCY = {Priority.P1: Urgency.CRITICAL, Priority.P2: Urgency.HIGH}


def assign(sheet: Sheet, world: World) -> None:
    """Give a live ticket that nobody has to the best person, or to the supervisor; never to nowhere in silence."""
    ticket = sheet.ticket
    if not ticket.live or ticket.assignee is not None or ticket.state is TicketState.PENDING:
        return
    choice = world.choose(ticket, sheet.log, sheet.now_us)
    turn = sum(event.act in {"assigned", "declined", "handed_over"} for event in sheet.log)
    reasons: list[Json] = [_said(reason) for reason in choice.reasons]
    if choice.person is None:
        _nobody(sheet, turn, reasons)
        return
    to, step = f"person:{choice.person}", f"assigned:{turn}"
    sheet.do(
        "assigned",
        step,
        more={"reasons": reasons},
        assignee=to,
        travel_us=choice.travel_us,
        repair_us=choice.repair_us,
    )
    urgency = _URGENCY.get(ticket.priority, Urgency.NORMAL)
    sheet.tell(to, "assigned", step, urgency, world.params(sheet.ticket, {"reasons": reasons}), answer=True)


def _nobody(sheet: Sheet, turn: int, reasons: list[Json]) -> None:
    """On record once per attempt that somebody caused, and tried again: people come on duty."""
    step = f"nobody:{turn}"
    if not sheet.is_done(step):
        sheet.do("nobody_found", step, more={"reasons": reasons})
    sheet.wake(sheet.now_us + RETRY_US)


def _said(text: Text) -> Json:
    return {"code": text.code, "params": dict(text.params)}
