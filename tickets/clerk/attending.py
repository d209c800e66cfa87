"""Looking at one ticket: every duty of the clerk, one after another."""

from __future__ import annotations

from tickets.clerk.answering import follow_answers
from tickets.clerk.assigning import assign
from tickets.clerk.compensating import propose
from tickets.clerk.escalating import escalate
from tickets.clerk.judging import judge
from tickets.clerk.nouns import Case, Outcome
from tickets.clerk.relieving import relieve
from tickets.clerk.sheet import Sheet
from tickets.clerk.telling import tell
from tickets.clerk.timing import keep_time
from tickets.clerk.world import World


def attend(case: Case, world: World, now_us: int) -> Outcome:
    """What becomes of a ticket now. Looked at again at the same moment, nothing more does."""
    sheet = Sheet(case, now_us)
    judge(sheet, world)
    relieve(sheet, world)
    assign(sheet, world)
    log = sheet.read()
    clocks = keep_time(sheet, world, log)
    escalate(sheet, world, log, clocks)
    follow_answers(sheet, world)
    propose(sheet, world, log, clocks)
    tell(sheet, world)
    return sheet.outcome()
