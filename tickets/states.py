"""The life of a ticket: one table of who may take it from where to where, and the function that obeys it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from registry.nouns import Role
from tickets.nouns import LIVE, SYSTEM, Hold, Refusal, Ticket
from tickets.nouns import TicketState as S
from tickets.stages import Path, path_of


class Act(StrEnum):
    """What can be done to a ticket."""

    ACCEPT = "accept"
    DECLINE = "decline"
    """Who has it does not take it: the next best is asked."""
    RESPOND = "respond"
    """The customer heard from the desk, by telephone: noted."""
    ARRIVE = "arrive"
    """The engineer is on site."""
    HAND_OVER = "hand_over"
    """To the experts with what was tried, or back to the first line."""
    JOIN_PARENT = "join_parent"
    """It becomes part of another ticket: of one visit, or of one trouble."""
    PART = "part"
    """It is part of no other ticket any more."""
    CORRECT = "correct"
    """Category, phase, priority or customer were wrong."""
    PROMISE_ANEW = "promise_anew"
    """Feedback that cannot be settled in time: a written reason and a new date."""
    ASSESS = "assess"
    PLAN = "plan"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    SURVEY = "survey"
    IMPROVE = "improve"
    CLOSE = "close"
    CLOSE_UNANSWERED = "close_unanswered"
    """No answer of the customer after the reminders; counted apart."""
    CLOSE_WITHOUT_IMPROVEMENT = "close_without_improvement"
    """Improvement is not needed, for a reason."""
    REOPEN = "reopen"
    CANCEL = "cancel"
    MERGE = "merge"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    """A finding that was retracted stands again, before anybody missed it."""


class Way(NamedTuple):
    """One line of the table."""

    act: Act
    sources: frozenset[S]
    target: S | None
    """None: the state stays, or (resume) the one before the hold comes back."""
    paths: frozenset[Path]
    roles: frozenset[Role]
    reason: bool = False
    """Whether a reason is required."""


ANY = frozenset(Path)
LONG = frozenset({Path.LONG})
"""The customer's path of nine stages."""
BRIEF = ANY - LONG
"""Nobody is asked to confirm: closed when it is resolved."""
FEEDBACK = frozenset({Path.FEEDBACK})

LEADS = frozenset({Role.ADMIN, Role.SUPERVISOR})
STAFF = LEADS | {Role.ENGINEER, Role.QUALITY}
CLIENT = STAFF | {Role.CUSTOMER}
MACHINE = frozenset({Role.SYSTEM})

FRESH = frozenset({S.NEW, S.REPORTED, S.REOPENED})
AT_WORK = FRESH | {S.ASSESSED, S.PLANNED, S.IN_PROGRESS}
DONE = frozenset({S.RESOLVED, S.CONFIRMED, S.SURVEYED, S.IMPROVEMENT, S.CLOSED})
UNANSWERED = frozenset({S.RESOLVED, S.CONFIRMED})

# act, from, to, path, who, whether a reason is required
TABLE = (
    Way(Act.ACCEPT, LIVE, None, ANY, STAFF),
    Way(Act.DECLINE, LIVE, None, ANY, STAFF, reason=True),
    Way(Act.RESPOND, LIVE, None, ANY, STAFF),
    Way(Act.ASSESS, FRESH, S.ASSESSED, ANY, STAFF),
    Way(Act.PLAN, FRESH | {S.ASSESSED, S.PLANNED}, S.PLANNED, ANY, STAFF),
    Way(Act.START, FRESH | {S.ASSESSED, S.PLANNED}, S.IN_PROGRESS, ANY, STAFF),
    Way(Act.ARRIVE, LIVE, None, ANY, STAFF),
    Way(Act.HAND_OVER, LIVE, None, ANY, STAFF, reason=True),
    Way(Act.JOIN_PARENT, LIVE, None, ANY, STAFF),
    Way(Act.PART, LIVE, None, ANY, STAFF),
    Way(Act.CORRECT, LIVE, None, ANY, STAFF, reason=True),
    Way(Act.PROMISE_ANEW, LIVE, None, FEEDBACK, STAFF, reason=True),
    Way(Act.HOLD, LIVE, S.PENDING, ANY, STAFF, reason=True),
    Way(Act.RESUME, frozenset({S.PENDING}), None, ANY, STAFF | MACHINE),
    Way(Act.RESOLVE, LIVE, S.RESOLVED, ANY, STAFF),
    Way(Act.CONFIRM, frozenset({S.RESOLVED}), S.CONFIRMED, LONG, CLIENT),
    Way(Act.SURVEY, frozenset({S.CONFIRMED}), S.SURVEYED, LONG, CLIENT),
    Way(Act.IMPROVE, frozenset({S.SURVEYED}), S.IMPROVEMENT, LONG, STAFF, reason=True),
    Way(Act.CLOSE, frozenset({S.IMPROVEMENT}), S.CLOSED, LONG, STAFF),
    Way(Act.CLOSE, frozenset({S.RESOLVED}), S.CLOSED, BRIEF, STAFF | MACHINE),
    Way(Act.CLOSE_UNANSWERED, UNANSWERED, S.CLOSED, LONG, LEADS | MACHINE, reason=True),
    Way(Act.CLOSE_WITHOUT_IMPROVEMENT, frozenset({S.SURVEYED}), S.CLOSED, LONG, STAFF | MACHINE, reason=True),
    Way(Act.REOPEN, DONE, S.REOPENED, ANY, CLIENT | MACHINE, reason=True),
    Way(Act.REOPEN, frozenset({S.CANCELLED}), S.REOPENED, ANY, STAFF | MACHINE, reason=True),
    Way(Act.CANCEL, LIVE, S.CANCELLED, ANY, STAFF, reason=True),
    Way(Act.MERGE, LIVE, S.MERGED, ANY, STAFF),
    Way(Act.WITHDRAW, frozenset({S.NEW, S.REPORTED}), S.WITHDRAWN, ANY, MACHINE, reason=True),
    Way(Act.REINSTATE, frozenset({S.WITHDRAWN}), S.NEW, ANY, MACHINE),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in what capacity."""

    principal: str
    role: str
    """The value of a `Role`."""
    customer: str | None = None
    """For whom a customer's key, link or account speaks."""


MACHINERY = Actor(SYSTEM, Role.SYSTEM)


def move(
    ticket: Ticket,
    act: Act,
    actor: Actor,
    now_us: int,
    reason: str = "",
    target: Ticket | None = None,
    hold: Hold = Hold.OTHER,
) -> Ticket | Refusal:
    """The ticket after `act`, one version on, or why not.

    Args:
        reason: in the actor's words; required where the table says so.
        target: for merging, the live ticket that takes over.
        hold: for holding, what it waits for.
    """
    way = _way(ticket, act, actor)
    if isinstance(way, Refusal):
        return way
    refusal = _objection(ticket, way, reason, target)
    if refusal:
        return refusal
    state = way.target or (ticket.held_from if act is Act.RESUME else None) or ticket.state
    moved = replace(
        ticket,
        state=state,
        reason=reason.strip() if way.target or act is Act.RESUME else ticket.reason,
        held_from=_held_from(ticket, state),
        hold=None if state is not S.PENDING else hold if act is Act.HOLD else ticket.hold,
        ended_us=None if state in LIVE else now_us if ticket.live else ticket.ended_us,
        clock_from_us=now_us if act is Act.REOPEN else ticket.clock_from_us,
        merged_into=target.id if target and act is Act.MERGE else None,
        version=ticket.version + 1,
    )
    return moved if actor.role == Role.SYSTEM else _touched(moved, act, actor)


def ways(ticket: Ticket, role: str) -> list[Act]:
    """What somebody in this role can do to the ticket now, in the order of the table."""
    found = (
        way.act
        for way in TABLE
        if ticket.state in way.sources and path_of(ticket) in way.paths and role in way.roles
    )
    return list(dict.fromkeys(found))


def _way(ticket: Ticket, act: Act, actor: Actor) -> Way | Refusal:
    """The line of the table that applies; refusals name the first thing that is wrong."""
    from_here = [way for way in TABLE if way.act is act and ticket.state in way.sources]
    if not from_here:
        return Refusal.NOT_FROM_HERE
    on_path = [way for way in from_here if path_of(ticket) in way.paths]
    if not on_path:
        return Refusal.NOT_ON_THIS_PATH
    allowed = [way for way in on_path if actor.role in way.roles]
    return allowed[0] if allowed else Refusal.NOT_THIS_ROLE


def _objection(ticket: Ticket, way: Way, reason: str, target: Ticket | None) -> Refusal | None:
    """What else stands against it."""
    if way.reason and not reason.strip():
        return Refusal.REASON_MISSING
    if way.act is Act.WITHDRAW and ticket.taken_up_by:
        return Refusal.TAKEN_UP
    if way.act is not Act.MERGE:
        return None
    if target is None:
        return Refusal.TARGET_MISSING
    return None if target.live and target.id != ticket.id else Refusal.TARGET_NOT_LIVE


def _held_from(ticket: Ticket, state: S) -> S | None:
    """Where a pending ticket goes back to; a hold that becomes another hold keeps it."""
    if state is not S.PENDING:
        return None
    return ticket.held_from if ticket.state is S.PENDING else ticket.state


def _touched(ticket: Ticket, act: Act, actor: Actor) -> Ticket:
    """A person acted: the ticket is taken up, and who accepts it has it (or who starts what nobody has)."""
    if act is Act.DECLINE:
        return ticket
    takes = act is Act.ACCEPT or (act is Act.START and ticket.assignee is None)
    return replace(
        ticket,
        taken_up_by=ticket.taken_up_by or actor.principal,
        assignee=actor.principal if takes else ticket.assignee,
    )
