"""What people do with tickets beyond a change of state: open one by hand, reopen one with the time it had left, take one over."""

from __future__ import annotations

from dataclasses import replace

from tickets.clocks.clocks import carried_on, with_deadline
from tickets.clocks.policies import Policy
from tickets.nouns import Category, Phase, Place, Priority, Refusal, Text, Ticket, TicketKind, TicketState
from tickets.states import Act, Actor, move

BY_HAND = "ticket.by_hand.why"
"""Why a ticket is there that somebody opened: `principal` with `words`."""


def act(
    ticket: Ticket,
    what: Act,
    actor: Actor,
    now_us: int,
    policy: Policy,
    reason: str = "",
    target: Ticket | None = None,
) -> Ticket | Refusal:
    """The ticket after a person's act, or why not; a reopened one goes on with the time it had left.

    Args:
        reason: in the person's words; required where the table says so.
        target: for merging, the ticket that takes over.
    """
    moved = move(ticket, what, actor, now_us, reason, target)
    return carried_on(ticket, moved, policy) if isinstance(moved, Ticket) and what is Act.REOPEN else moved


def draft(
    id: str,
    kind: TicketKind,
    words: str,
    description: str,
    subject: str,
    priority: Priority,
    actor: Actor,
    now_us: int,
    policy: Policy,
    zone: str | None = None,
    place: Place | None = None,
    category: Category = Category.TECHNICAL,
    phase: Phase = Phase.AFTER_SALE,
    customer: str | None = None,
) -> Ticket:
    """A ticket opened by a person, without its number: that is given when it is kept.

    Args:
        id: UUIDv7.
        words, description: in the person's own language; shown as they are.
        subject: what it is about (`zone:cold-1`, `device:g1/p7`, `lot:…`).
        place: where the zone is and whose goods are there, if the registry knows.
        customer: key of the customer who reports it, or for whom it is done.
    """
    where = place or Place("")
    opened = Ticket(
        id=id,
        number=0,
        kind=kind,
        cause=None,
        title=Text("ticket.by_hand.title", {"words": words}),
        why=Text(BY_HAND, {"principal": actor.principal, "words": description}),
        subject=subject,
        zone=zone,
        site=where.site,
        lots=where.lots,
        time_zone=where.time_zone,
        grade=where.grade,
        shared=where.shared,
        priority=priority,
        state=TicketState.REPORTED if kind is TicketKind.CUSTOMER else TicketState.NEW,
        deadline_us=0,
        deadline=Text(""),
        clock_from_us=now_us,
        opened_at_us=now_us,
        opened_by=actor.principal,
        since_us=now_us,
        decided_received_us=None,
        category=category,
        phase=phase,
        customer=customer,
    )
    return with_deadline(opened, policy)


def take_over(target: Ticket, merged: Ticket) -> Ticket:
    """The ticket that another was merged into: as urgent as both, due when the first of both was."""
    first = min(target, merged, key=lambda ticket: ticket.deadline_us)
    return replace(
        target,
        priority=min(target.priority, merged.priority),
        deadline_us=first.deadline_us,
        deadline=first.deadline,
        lots=tuple(sorted({*target.lots, *merged.lots})),
        since_us=min(target.since_us, merged.since_us),
        version=target.version + 1,
    )
