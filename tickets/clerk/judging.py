"""What a ticket is judged by, as it is now: the grade of whom it concerns, and the priority that rises as time runs out."""

from __future__ import annotations

from detect.nouns import Json
from tickets.clerk.sheet import Sheet, field_of
from tickets.clerk.world import World
from tickets.clocks.policies import Policy
from tickets.clocks.priority import priority
from tickets.nouns import SYSTEM


def judge(sheet: Sheet, world: World) -> None:
    """Bring grade and priority of a live ticket up to date; all clocks follow from them."""
    if not sheet.ticket.live:
        return
    policy = world.policies.at(sheet.now_us)
    _regrade(sheet, world, policy)
    _press(sheet, world, policy)
    sheet.wake(min((one.valid_from_us for one in world.policies.after(sheet.now_us)), default=None))


def _regrade(sheet: Sheet, world: World, policy: Policy) -> None:
    """A grade was changed, or others' goods came to be concerned: what was promised changes with it, from now on."""
    ticket = sheet.ticket
    grade, shared = world.sites.grade(ticket, policy.grades), len(world.sites.owners(ticket)) > 1
    if grade is not None and (grade, shared) != (ticket.grade, ticket.shared):
        sheet.do("graded", f"graded:{_last(sheet)}", grade=grade, shared=shared)


def _press(sheet: Sheet, world: World, policy: Policy) -> None:
    """Raise the priority when damage has come near; never lower it, for the findings ask for what it is at least."""
    ticket = sheet.ticket
    breach_us = ticket.breach_p10_us
    if breach_us is None or _set_by_hand(sheet):
        return
    judged = priority(ticket.priority, world.sites.stakes(ticket), breach_us, policy, sheet.now_us)
    if judged.priority < ticket.priority:
        why: list[Json] = [{"code": step.code, "params": dict(step.params)} for step in judged.steps]
        sheet.do(
            "priority_changed", f"priority:{_last(sheet)}", more={"reasons": why}, priority=judged.priority
        )
    for near_us in (policy.impact.later_us, policy.impact.soon_us):
        if breach_us - near_us > sheet.now_us:
            sheet.wake(breach_us - near_us)


def _set_by_hand(sheet: Sheet) -> bool:
    """Whether a person has said what the priority is, and no finding since."""
    said = [event for event in sheet.log if field_of(event, "priority") is not None and event.act != "opened"]
    return bool(said) and said[-1].principal != SYSTEM


def _last(sheet: Sheet) -> int:
    """What names a step that may come again: the event after which it was taken."""
    return sheet.log[-1].sequence if sheet.log else 0
