"""Work goes to somebody: the dispatcher's choice with its reasons, again whenever nobody has the ticket."""

from __future__ import annotations

from dataclasses import replace

from detect.nouns import Json
from tickets.clerk.relieving import relieved
from tickets.clerk.sheet import Sheet
from tickets.clerk.world import World
from tickets.dispatch.assigning import given, told
from tickets.dispatch.nouns import Choice, Way
from tickets.notices import Urgency
from tickets.nouns import Priority, Refusal, TicketState

RETRY_US = 15 * 60_000_000
"""So often a ticket for which nobody was found is looked at again."""
URGENCY = {Priority.P1: Urgency.CRITICAL, Priority.P2: Urgency.HIGH}
"""How hard a message knocks that gives somebody a ticket; less urgent ones knock as usual."""
_TURNS = frozenset({"assigned", "declined", "handed_over", "unassigned"})


def assign(sheet: Sheet, world: World) -> None:
    """Give a live ticket that nobody has to the best person, or to the supervisor; never to nowhere in silence."""
    ticket = sheet.ticket
    if not ticket.live or ticket.assignee is not None or ticket.state is TicketState.PENDING:
        return
    choice, left = world.choose(ticket, sheet.log, sheet.now_us), relieved(sheet)
    if left is not None:
        choice = replace(choice, reasons=(left, *choice.reasons))
    turn = sum(event.act in _TURNS for event in sheet.log)
    after = given(ticket, choice)
    if choice.assignee is None or isinstance(after, Refusal):
        _nobody(sheet, turn, choice)
        return
    step = f"assigned:{turn}"
    sheet.become("assigned", step, after, more=told(choice))
    said = world.brief(sheet.ticket, told(choice) | {"reason": _why(choice)})
    found = "assigned" if left is None else "passed_on"
    code = "nobody_found" if choice.way is Way.SUPERVISOR else found
    sheet.tell(choice.assignee, code, step, URGENCY.get(ticket.priority, Urgency.NORMAL), said, answer=True)


def _nobody(sheet: Sheet, turn: int, choice: Choice) -> None:
    """On record once per attempt that somebody caused, and tried again: people come on duty."""
    step = f"nobody:{turn}"
    if not sheet.is_done(step):
        sheet.do("nobody_found", step, more=told(choice))
    sheet.wake(sheet.now_us + RETRY_US)


def _why(choice: Choice) -> Json:
    first = choice.reasons[0]
    return {"code": first.code, "params": dict(first.params)}
