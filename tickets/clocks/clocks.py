"""All clocks of a ticket as of an instant, the warnings that are due, and the deadline given at once when it is opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tickets.clocks import calendars
from tickets.clocks.act_by import act_by
from tickets.clocks.explaining import explained
from tickets.clocks.log import Log
from tickets.clocks.measuring import course, measured
from tickets.clocks.nouns import Clock, Clocks, ClockState, Context, Warning
from tickets.clocks.policies import Facts, Measure, Policies, Policy, Rule, Side
from tickets.nouns import Text, Ticket


def clocks(
    ticket: Ticket, log: Log, policies: Policies, context: Context, now_us: int, *, explain: bool = True
) -> Clocks:
    """What was promised and asked, how it stands, and by when to act.

    Args:
        explain: False leaves the steps out, for who only needs the instants.
    """
    way = course(ticket, log, policies, context, now_us)
    found = tuple(measured(way, explained if explain else None))
    solution = _deciding(found)
    due = None if solution is None else solution.due_us or solution.if_resumed_us
    acting = act_by(ticket, log, due if solution and solution.open else None, now_us)
    ahead = [
        at for clock in found if clock.state is ClockState.RUNNING for _, at in clock.shares if at > now_us
    ]
    ahead += [acting.next_us] if acting.next_us is not None else []
    return Clocks(
        found, due, _said(solution, policies), acting.act_by_us, acting.text, acting.too_late, acting.prevent_by_us,
        min(ahead, default=None),
    )  # fmt: skip


def warnings(found: Clocks, log: Log, now_us: int) -> list[Warning]:
    """What is to be warned of now: of each open clock the highest share that is reached, unless that was done."""
    due: list[Warning] = []
    for clock in found.clocks:
        reached = [(share, at) for share, at in clock.shares if at <= now_us]
        if not clock.open or not reached:
            continue
        share, at_us = max(reached)
        step = f"warned:{clock.name}:{share}"
        if step not in log.steps:
            due.append(Warning(step, clock, share, at_us))
    return due


def with_deadline(ticket: Ticket, policy: Policy) -> Ticket:
    """The ticket with the deadline that its facts give it, counted from `clock_from_us`, and when to act.

    It is for tickets just opened or settled anew: who has the log reckons with it (`clocks`).
    """
    found = [(_due(ticket, rule), rule) for rule in _solutions(ticket, policy)]
    if not found:
        return ticket
    due_us, rule = min(found, key=lambda one: one[0])
    text = _rule_text(rule.side, rule, rule.allowed[Measure.RESOLUTION][ticket.priority], ticket, policy)
    return _acting(replace(ticket, deadline_us=due_us, deadline=text))


def carried_on(done: Ticket, reopened: Ticket, policy: Policy) -> Ticket:
    """A reopened ticket goes on with the time it had left when it was done; with none, it is due as it was.

    `clock_from_us` becomes the instant from which the whole allowance leads to the new deadline.
    """
    since = done.ended_us if done.ended_us is not None else reopened.clock_from_us
    away_us = max(0, reopened.clock_from_us - since)
    rules = _solutions(done, policy)
    if not rules or since > done.deadline_us:
        return _acting(replace(reopened, clock_from_us=done.clock_from_us))
    calendar = rules[0].calendar
    left = calendars.between(calendar, done.time_zone, since, done.deadline_us)
    due = calendars.add(calendar, done.time_zone, since + away_us, left)
    return _acting(replace(reopened, deadline_us=due, clock_from_us=done.clock_from_us + away_us))


def tightened(ticket: Ticket, before_us: int | None) -> Ticket:
    """The ticket with the act-by of its newest forecast, but not later than before: that takes the whole log to tell."""
    now_us = _act_by_us(ticket)
    return replace(ticket, act_by_us=now_us if before_us is None else min(before_us, now_us))


def facts_of(ticket: Ticket) -> Facts:
    """What rules look at, as the ticket is now."""
    return Facts(ticket.kind, ticket.category, ticket.phase, ticket.grade, ticket.priority)


def _acting(ticket: Ticket) -> Ticket:
    """The ticket with its act-by by the newest forecast alone; the log may know of one that still counts."""
    return replace(ticket, act_by_us=_act_by_us(ticket))


def _act_by_us(ticket: Ticket) -> int:
    if ticket.breach_p10_us is None:
        return ticket.deadline_us
    return min(ticket.deadline_us, ticket.breach_p10_us - ticket.travel_us - ticket.repair_us)


def _solutions(ticket: Ticket, policy: Policy) -> list[Rule]:
    facts = facts_of(ticket)
    found = (policy.rule(side, Measure.RESOLUTION, facts) for side in Side)
    return [rule for rule in found if rule is not None]


def _due(ticket: Ticket, rule: Rule) -> int:
    allowed = rule.allowed[Measure.RESOLUTION][ticket.priority]
    return calendars.add(rule.calendar, ticket.time_zone, ticket.clock_from_us, allowed)


def _deciding(found: Iterable[Clock]) -> Clock | None:
    """The resolution that is due first: of those that are open, or else of all."""
    solutions = [one for one in found if one.measure is Measure.RESOLUTION]
    dated = [one for one in solutions if one.due_us is not None or one.if_resumed_us is not None]
    return min(
        [one for one in dated if one.open] or dated,
        key=lambda one: one.due_us or one.if_resumed_us or 0,
        default=None,
    )


def _said(clock: Clock | None, policies: Policies) -> Text:
    if clock is None:
        return Text("clocks.deadline.none")
    policy = policies.named(clock.policy)
    rule, calendar = (policy.said(name) if policy else name for name in (clock.rule, clock.calendar))
    return Text(f"clocks.deadline.{clock.side}", {
        "rule": rule, "allowed_us": clock.allowed_us, "calendar": calendar, "from_us": clock.from_us,
        "policy": clock.policy,
    })  # fmt: skip


def _rule_text(side: Side, rule: Rule, allowed_us: int, ticket: Ticket, policy: Policy) -> Text:
    return Text(f"clocks.deadline.{side}", {
        "rule": policy.said(rule.name), "allowed_us": allowed_us, "calendar": policy.said(rule.calendar.name), "from_us": ticket.clock_from_us,
        "policy": policy.version,
    })  # fmt: skip
