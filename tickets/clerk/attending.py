"""Looking at one ticket: every duty of the clerk, one after another."""

from __future__ import annotations

from tickets.clerk.answering import follow_answers
from tickets.clerk.assigning import assign
from tickets.clerk.compensating import propose
from tickets.clerk.escalating import escalate
from tickets.clerk.judging import judge
from tickets.clerk.nouns import Case, Happened, Outcome
from tickets.clerk.relieving import foresee, relieve
from tickets.clerk.sheet import Sheet, field_of, step_of
from tickets.clerk.telling import is_told, tell
from tickets.clerk.timing import keep_time
from tickets.clerk.world import World
from tickets.nouns import SYSTEM


def attend(case: Case, world: World, now_us: int) -> Outcome:
    """What becomes of a ticket now. Looked at again at the same moment, nothing more does."""
    sheet = Sheet(case, now_us)
    judge(sheet, world)
    relieve(sheet, world)
    assign(sheet, world)
    foresee(sheet, world)
    log = sheet.read()
    clocks = keep_time(sheet, world, log)
    escalate(sheet, world, log, clocks)
    follow_answers(sheet, world)
    propose(sheet, world, log, clocks)
    tell(sheet, world)
    return sheet.outcome()


def calls_for_look(event: Happened) -> bool:
    """Whether a ticket is to be looked at because of an event.

    What follows from a step of the clerk's own was done at the look at which it was taken, all but telling people of it.
    """
    own = event.principal == SYSTEM and step_of(event) is not None
    return not own or is_told(event) or field_of(event, "state") is not None
