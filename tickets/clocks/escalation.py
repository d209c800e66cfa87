"""Escalation: who is called next while nobody accepts a ticket, or resolves it. What was called already is in the log.

Steps within act-by are parts of it where time is short: keeper, on-call, second, supervisor at 0, 5, 10 and 15 minutes
become 0, ¼, ½ and ¾ of the time to act-by when that is less than 20 minutes, so that all have been called before it.
Where damage can no longer be prevented there is nothing to divide: they are called a minute apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.nouns import US_PER_MINUTE
from tickets.clocks import calendars
from tickets.clocks.log import Entry, Log
from tickets.clocks.nouns import Clocks, Rung
from tickets.clocks.policies import Ends, Facts, Ladder, Policies, Policy
from tickets.clocks.timeline import Piece, pieces
from tickets.nouns import LIVE, SYSTEM, Ticket, TicketState

_GIVEN_BACK = frozenset({"declined", "handed_over", "unassigned"})
TAKEN = frozenset({"accept", "accepted", "start", "assess", "plan", "resolve", "hold"})
"""Acts of a person that say: I have it."""


class Climb(NamedTuple):
    """How the ladders stand at a moment."""

    due: Sequence[Rung]
    """Who is to be called now, the first first: what is due and is not in the log."""
    next_us: int | None
    """When somebody is to be called next, if nothing happens until then."""


def climb(ticket: Ticket, clocks: Clocks, log: Log, policy: Policy, now_us: int) -> Climb:
    """Who is to be called now, and when the next one is."""
    rungs = list(_rungs(ticket, clocks, log, policy, now_us))
    later = (rung.at_us for rung in rungs if rung.at_us > now_us)
    return Climb([rung for rung in rungs if rung.at_us <= now_us], min(later, default=None))


def _rungs(ticket: Ticket, clocks: Clocks, log: Log, policy: Policy, now_us: int) -> Iterator[Rung]:
    """All calls that were not made yet, in their order, as things stand."""
    if not policy.ladders:
        return
    way = pieces(ticket, log, Policies((policy,)), now_us)
    entries = log.until(now_us)
    for one in policy.ladders:
        from_us = _since(way, entries, one)
        if from_us is None:
            continue
        act_by = _act_by(clocks, one)
        for number, step in enumerate(one.steps):
            name = f"escalated:{one.name}:{from_us}:{number}"
            if name not in log.steps:
                after_us = _after(one, number, step.after_us, act_by, from_us)
                at_us = calendars.add(one.calendar, ticket.time_zone, from_us, after_us)
                yield Rung(name, step.who, at_us, one.urgency, one.name)


def _since(way: Sequence[Piece], heard: Sequence[Entry], one: Ladder) -> int | None:
    """Since when the ladder has been climbed without a stop; None if it is not."""
    since: int | None = None
    taken = False
    entries = iter([*heard, None])
    entry = next(entries)
    for piece in way:
        while entry is not None and entry.at_us <= piece.from_us:
            taken = _taken(entry, taken)
            entry = next(entries)
        climbs = _climbs(one, piece.facts, piece.state, taken)
        since = (piece.from_us if since is None else since) if climbs else None
        while entry is not None and entry.at_us < piece.to_us:
            taken = _taken(entry, taken)
            climbs = _climbs(one, piece.facts, piece.state, taken)
            since = (entry.at_us if since is None else since) if climbs else None
            entry = next(entries)
    return since


def _climbs(one: Ladder, facts: Facts, state: TicketState, taken: bool) -> bool:
    waits = state in LIVE and not (one.ends is Ends.ACCEPTED and taken)
    return waits and one.selector.matches(facts)


def _taken(entry: Entry, before: bool) -> bool:
    """Whether somebody has it after this."""
    if entry.act in _GIVEN_BACK or entry.state is TicketState.REOPENED:
        return False
    return before or (entry.principal != SYSTEM and entry.act in TAKEN)


def _act_by(clocks: Clocks, one: Ladder) -> int | None:
    """Until when all steps must be done; None if nothing presses."""
    if not one.within_act_by:
        return None
    return clocks.prevent_by_us if clocks.too_late else clocks.act_by_us


def _after(one: Ladder, number: int, after_us: int, act_by_us: int | None, from_us: int) -> int:
    """How long after the start a step comes."""
    whole_us = one.steps[-1].after_us * len(one.steps) // max(1, len(one.steps) - 1)
    if act_by_us is None or whole_us == 0:
        return after_us
    window_us = act_by_us - from_us
    if window_us <= 0:
        return min(after_us, number * US_PER_MINUTE)
    return after_us * window_us // whole_us if window_us < whole_us else after_us
