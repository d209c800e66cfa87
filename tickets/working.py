"""What each act does to a ticket beside the change of state: who has it, what it waits for, what is written on its sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from detect.nouns import Json
from tickets.acting import take_over
from tickets.clocks.clocks import carried_on, with_deadline
from tickets.clocks.policies import Policy
from tickets.deeds import SCORES, Around, Deed, Done, Sheet, Survey
from tickets.nouns import Hold, Line, Refusal, Ticket, TicketState
from tickets.states import LEADS, Act, Actor, move

VERBS: Mapping[Act, str] = {
    Act.DECLINE: "declined",
    Act.RESPOND: "responded",
    Act.ARRIVE: "arrived",
    Act.HAND_OVER: "handed_over",
    Act.JOIN_PARENT: "joined_parent",
    Act.PART: "parted",
    Act.CORRECT: "corrected",
    Act.PROMISE_ANEW: "promised_anew",
    Act.SURVEY: "surveyed",
    Act.MERGE: "merged",
}
"""By which verb the event of an act goes, where it is not the name of the act."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A deed, and all that is known when it is judged."""

    before: Ticket
    ticket: Ticket
    """As the table of states leaves it."""
    deed: Deed
    sheet: Sheet
    around: Around
    actor: Actor
    now_us: int
    policy: Policy


Step = tuple[Ticket, Sheet, Mapping[str, Json]]
"""The ticket, its sheet, and what the event tells beside."""


def perform(
    ticket: Ticket, deed: Deed, sheet: Sheet, around: Around, *, actor: Actor, now_us: int, policy: Policy
) -> Done | Refusal:
    """What `deed` makes of a ticket, or why it cannot be done. Nothing else decides it, whatever way it came in.

    Args:
        sheet: what is written on the ticket's sheet.
        around: the ticket that `deed.into` names, and how many parts this one has.
        policy: the one in force, for the deadline of what is reopened or corrected.
    """
    moved = move(ticket, deed.act, actor, now_us, deed.reason, around.other, deed.hold)
    if isinstance(moved, Refusal):
        return moved
    case = _Case(ticket, moved, deed, sheet, around, actor, now_us, policy)
    objection = _OBJECTIONS.get(deed.act, _none)(case)
    if objection is not None:
        return objection
    after, written, told = _EFFECTS.get(deed.act, _as_it_is)(case)
    survey = _survey(case) if deed.act is Act.SURVEY else None
    other = take_over(around.other, ticket) if deed.act is Act.MERGE and around.other else None
    return Done(after, written, verb(deed.act), told, survey, other)


def verb(act: Act) -> str:
    """The verb of the event of an act."""
    return VERBS.get(act, str(act))


def _none(_: _Case) -> Refusal | None:
    return None


def _as_it_is(case: _Case) -> Step:
    return case.ticket, case.sheet, {}


def _unproven(case: _Case) -> Refusal | None:
    unproven = case.deed.hold is Hold.FORCE_MAJEURE and not case.deed.proof.strip()
    return Refusal.PROOF_MISSING if unproven else None


def _not_to_decline(case: _Case) -> Refusal | None:
    if case.before.assignee is None:
        return Refusal.NOT_ASSIGNED
    may = case.actor.principal == case.before.assignee or case.actor.role in LEADS
    return None if may else Refusal.NOT_THE_ASSIGNEE


def _no_hand_over(case: _Case) -> Refusal | None:
    line = _line(case)
    if line is case.before.line:
        return Refusal.SAME_LINE
    return Refusal.TRIED_MISSING if line is Line.EXPERT and not case.deed.tried.strip() else None


def _parts_are_live(case: _Case) -> Refusal | None:
    return Refusal.CHILDREN_LIVE if case.around.live_children and not case.deed.reason.strip() else None


def _no_parent(case: _Case) -> Refusal | None:
    parent = case.around.other
    if parent is None:
        return Refusal.PARENT_MISSING
    fits = parent.live and parent.id != case.before.id and parent.parent_id is None
    return None if fits and not case.around.children else Refusal.PARENT_UNFIT


def _not_parted(case: _Case) -> Refusal | None:
    return Refusal.PARENT_MISSING if case.before.parent_id is None else None


def _no_score(case: _Case) -> Refusal | None:
    return None if case.deed.score in SCORES else Refusal.SCORE_MISSING


def _no_date(case: _Case) -> Refusal | None:
    due_us = case.deed.due_us
    return Refusal.DATE_MISSING if due_us is None or due_us <= case.now_us else None


def _nothing_corrected(case: _Case) -> Refusal | None:
    same = replace(_corrected(case)[0], version=0) == replace(case.ticket, version=0)
    return Refusal.NOTHING_CHANGED if same else None


def _held(case: _Case) -> Step:
    return case.ticket, case.sheet, {"proof": case.deed.proof.strip()} if case.deed.proof.strip() else {}


def _declined(case: _Case) -> Step:
    return replace(case.ticket, assignee=None), case.sheet, {}


def _line(case: _Case) -> Line:
    other = Line.FIRST if case.before.line is Line.EXPERT else Line.EXPERT
    return case.deed.line or other


def _handed_over(case: _Case) -> Step:
    """Nobody has it until somebody of the other line does; what was tried stays on the sheet."""
    tried = case.deed.tried.strip()
    sheet = replace(case.sheet, tried=tried or case.sheet.tried)
    return replace(case.ticket, line=_line(case), assignee=None), sheet, {"tried": tried}


def _planned(case: _Case) -> Step:
    plan, steps = case.deed.plan.strip(), tuple(step.strip() for step in case.deed.steps if step.strip())
    sheet = replace(case.sheet, plan=plan or case.sheet.plan, steps=steps or case.sheet.steps)
    return case.ticket, sheet, {"plan": sheet.plan, "steps": list(sheet.steps)}


def _resolved(case: _Case) -> Step:
    said: dict[str, str] = {
        "resolution": case.deed.resolution,
        "found": case.deed.found.strip(),
        "done": case.deed.done.strip(),
    }
    sheet = replace(
        case.sheet, resolution=said["resolution"], found=said["found"], done=said["done"], unanswered=False
    )
    return case.ticket, sheet, {name: words for name, words in said.items() if words}


def _joined(case: _Case) -> Step:
    return replace(case.ticket, parent_id=case.deed.into), case.sheet, {}


def _parted(case: _Case) -> Step:
    return replace(case.ticket, parent_id=None), case.sheet, {}


def _corrected(case: _Case) -> Step:
    """As it ought to have been; what its deadline rests on is reckoned anew."""
    right, ticket = case.deed.correction, case.ticket
    after = replace(
        ticket,
        category=right.category or ticket.category,
        phase=right.phase or ticket.phase,
        priority=right.priority or ticket.priority,
        customer=ticket.customer if right.customer is None else right.customer or None,
        grade=ticket.grade if right.grade is None else right.grade,
    )
    due = (after.priority, after.grade) != (ticket.priority, ticket.grade)
    return with_deadline(after, case.policy) if due else after, case.sheet, {}


def _promised_anew(case: _Case) -> Step:
    return case.ticket, replace(case.sheet, promised_us=case.deed.due_us), {"due_us": case.deed.due_us}


def _surveyed(case: _Case) -> Step:
    return case.ticket, case.sheet, {"score": case.deed.score, "text": case.deed.text.strip()}


def _improved(case: _Case) -> Step:
    owner, words = case.deed.owner or case.actor.principal, case.deed.reason.strip()
    sheet = replace(case.sheet, improvement=words, improvement_owner=owner)
    return case.ticket, sheet, {"improvement": words, "owner": owner}


def _unanswered(case: _Case) -> Step:
    """Only what the customer never confirmed counts apart; who confirmed and rated nothing did answer."""
    unconfirmed = case.before.state is TicketState.RESOLVED
    return case.ticket, replace(case.sheet, unanswered=unconfirmed), {"unconfirmed": unconfirmed}


def _reopened(case: _Case) -> Step:
    """Work again, with a new deadline; how it ended the last time is for the events to tell."""
    sheet = replace(
        case.sheet, resolution="", found="", done="", improvement="", improvement_owner=None, unanswered=False
    )
    return carried_on(case.before, case.ticket, case.policy), sheet, {}


def _survey(case: _Case) -> Survey:
    whose = case.actor.customer or case.before.customer
    said = case.deed.text.strip()
    return Survey(case.before.id, case.deed.score or 0, said, whose, case.actor.principal, case.now_us)


_OBJECTIONS: Mapping[Act, Callable[[_Case], Refusal | None]] = {
    Act.HOLD: _unproven,
    Act.DECLINE: _not_to_decline,
    Act.HAND_OVER: _no_hand_over,
    Act.RESOLVE: _parts_are_live,
    Act.JOIN_PARENT: _no_parent,
    Act.PART: _not_parted,
    Act.SURVEY: _no_score,
    Act.PROMISE_ANEW: _no_date,
    Act.CORRECT: _nothing_corrected,
}
"""What may stand against an act that the table of states allows."""

_EFFECTS: Mapping[Act, Callable[[_Case], Step]] = {
    Act.HOLD: _held,
    Act.DECLINE: _declined,
    Act.HAND_OVER: _handed_over,
    Act.PLAN: _planned,
    Act.RESOLVE: _resolved,
    Act.JOIN_PARENT: _joined,
    Act.PART: _parted,
    Act.CORRECT: _corrected,
    Act.PROMISE_ANEW: _promised_anew,
    Act.SURVEY: _surveyed,
    Act.IMPROVE: _improved,
    Act.CLOSE_UNANSWERED: _unanswered,
    Act.REOPEN: _reopened,
}
