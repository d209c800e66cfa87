"""Who has a ticket and cannot see to it any more: unaccepted it goes on to the next, accepted it stays and the supervisor is told."""

from __future__ import annotations

from detect.nouns import Json
from tickets.clerk.sheet import Sheet, field_of, working
from tickets.clerk.world import World
from tickets.clocks.escalation import TAKEN
from tickets.dispatch.leaving import Cause, Held, Left, leaves_us, left
from tickets.dispatch.nouns import Choice, Way
from tickets.happened import Happened
from tickets.notices import Urgency
from tickets.nouns import SYSTEM, Text, TicketState

RELIEVED = "relieved"
"""The act by which a ticket is taken from somebody who cannot see to it."""
_TURNS = frozenset({RELIEVED, "assigned", "declined", "handed_over", "accept", "start"})
"""After each of these somebody else may have the ticket, or nobody."""


def relieve(sheet: Sheet, world: World) -> None:
    """Take a ticket from whoever cannot see to it any more and has not accepted it; else tell the supervisor."""
    held = _held(sheet)
    gone = None if held is None else left(held, world.people, sheet.now_us)
    if gone is None:
        return
    ticket, holder = sheet.ticket, str(sheet.ticket.assignee)
    why: dict[str, Json] = {"why": {"code": gone.said.code, "params": dict(gone.said.params)}}
    if not _accepted(sheet, holder) and _others(gone, world.choose(ticket, sheet.log, sheet.now_us), holder):
        step = f"{RELIEVED}:{_turn(sheet)}"
        sheet.do(RELIEVED, step, more=why, assignee=None)
        return
    _tell(sheet, world, gone, holder, why)


def foresee(sheet: Sheet, world: World) -> None:
    """Look again when whoever has the ticket will no longer be able to see to it."""
    held = _held(sheet)
    if held is not None:
        sheet.wake(leaves_us(held, world.people, sheet.now_us))


def relieved(sheet: Sheet) -> Text | None:
    """Why nobody has the ticket: whoever had it could not see to it; None if that is not why."""
    taken = [event.new for event in sheet.events if event.act == RELIEVED]
    last = next((event for event in reversed(sheet.log) if event.act in _TURNS), None)
    new = taken[-1] if taken else last.new if last is not None and last.act == RELIEVED else None
    why = new.get("why") if isinstance(new, dict) else None
    if not isinstance(why, dict):
        return None
    params = why.get("params")
    return Text(str(why.get("code")), params if isinstance(params, dict) else {})


def _held(sheet: Sheet) -> Held | None:
    """How the ticket came to whoever has it; None if there is nobody, or nothing to be done."""
    holder = working(sheet.ticket)
    if not sheet.ticket.live or holder is None or sheet.ticket.state is TicketState.PENDING:
        return None
    given = [
        event
        for event in sheet.happened()
        if event.act == "assigned" and field_of(event, "assignee") == holder
    ]
    key = holder.removeprefix("person:")
    if not given:
        return Held(sheet.ticket, key, sheet.ticket.opened_at_us, None)
    return Held(sheet.ticket, key, given[-1].time_us, _duty(given[-1]))


def _duty(given: Happened) -> str | None:
    """What the reasons of an assignment say of the person's duty."""
    reasons = field_of(given, "reasons")
    for reason in reasons if isinstance(reasons, list) else []:
        if isinstance(reason, dict) and reason.get("code") == "dispatch.term.duty":
            params = reason.get("params")
            found = params.get("presence") if isinstance(params, dict) else None
            return found if isinstance(found, str) else None
    return None


def _accepted(sheet: Sheet, holder: str) -> bool:
    """Whether whoever has it said so, by accepting it or by working on it, since it came to them."""
    accepted = False
    for event in sheet.log:
        if event.act == "assigned" or field_of(event, "state") == TicketState.REOPENED:
            accepted = False
        elif event.act in {"accept", "accepted"} and event.principal != SYSTEM:
            accepted = field_of(event, "assignee") in {None, holder}
        elif event.principal == holder and event.act in {*TAKEN, "arrived"}:
            accepted = True
    return accepted


def _others(gone: Left, choice: Choice, holder: str) -> bool:
    """Whether the ticket goes elsewhere: not back to the same person, nor at the end of a shift to a supervisor for want of others."""
    if choice.assignee == holder:
        return False
    return gone.cause is not Cause.OFF_DUTY or choice.way in {Way.BEST, Way.ON_CALL}


def _turn(sheet: Sheet) -> int:
    return sum(event.act in _TURNS for event in sheet.log)


def _tell(sheet: Sheet, world: World, gone: Left, holder: str, why: dict[str, Json]) -> None:
    """The supervisor, once per cause: whoever accepted it keeps it until it is handed over."""
    since = "" if gone.cause in {Cause.OFF_DUTY, Cause.GONE} else f":{gone.since_us}"
    given = sum(event.act in {"assigned", "accept"} for event in sheet.log)
    step = f"holder_away:{given}:{gone.cause}{since}"
    if sheet.is_done(step):
        return
    to = world.supervisor(sheet.ticket, sheet.now_us)
    sheet.do("holder_away", step, more={**why, "holder": holder, "to": to})
    if to != holder:
        said = world.params(sheet.ticket, {"reason": why["why"], "by": holder})
        sheet.tell(to, "holder_away", step, Urgency.HIGH, said)
