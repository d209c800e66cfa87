"""Compensation for a promise that was kept late: reckoned and explained here, decided on by a supervisor, never by itself.

It is off until a policy has an offer, and never for what the customer did not report.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

from detect.nouns import Json
from ingest.nouns import US_PER_HOUR
from tickets.clocks import calendars
from tickets.clocks.clocks import facts_of
from tickets.clocks.log import Log
from tickets.clocks.nouns import Clock, Clocks, ClockState, Context, Proposal
from tickets.clocks.policies import Offer, Policy, Side, closest
from tickets.nouns import Text, Ticket, TicketKind

APPROVED, REJECTED = "compensation_approved", "compensation_rejected"
DECIDED = {APPROVED: "approve", REJECTED: "reject"}
"""Act of the event → the decision."""
_CENT = Decimal("0.01")


def compensation(
    ticket: Ticket, clocks: Clocks, policy: Policy, context: Context, log: Log | None = None
) -> Proposal | None:
    """What is proposed for a ticket as things stand; None if nothing is.

    Args:
        log: tells whether it ever waited for what excludes compensation; None: only what it waits for now counts.
    """
    if ticket.kind is not TicketKind.CUSTOMER:
        return None
    facts = facts_of(ticket)
    offer = closest(policy.offers, facts)
    if offer is None or any(one.matches(facts) for one in offer.excluded) or _waited(ticket, offer, log):
        return None
    missed = [one for one in clocks.clocks if _late(one, offer)]
    late_us = max((clock.late_us - offer.grace_us for clock in missed), default=0)
    if late_us <= 0 or not context.value:
        return None
    clock = max(missed, key=lambda one: one.late_us)
    hours = -(-late_us // US_PER_HOUR)
    share = min(offer.rate * hours, offer.cap)
    amounts = {
        currency: (value * share).quantize(_CENT, ROUND_DOWN) for currency, value in context.value.items()
    }
    return Proposal(
        f"proposed:{clock.name}:{hours if not clock.open else 'running'}", offer.name, clock.name, hours, share, amounts,
        not clock.open, _steps(clock, offer, hours, share, context.value, amounts),
    )  # fmt: skip


def begins_us(ticket: Ticket, clocks: Clocks, policy: Policy) -> int | None:
    """From when on something would be proposed if the ticket stays as it is; None if nothing would."""
    facts = facts_of(ticket)
    offer = closest(policy.offers, facts) if ticket.kind is TicketKind.CUSTOMER else None
    rule = policy.rule(Side.PROMISE, offer.measure, facts) if offer else None
    if offer is None or rule is None:
        return None
    times = [
        calendars.add(rule.calendar, ticket.time_zone, one.due_us, offer.grace_us + 1) for one in clocks.clocks
        if one.side is Side.PROMISE and one.measure is offer.measure and one.open and one.due_us is not None
    ]  # fmt: skip
    return min(times, default=None)


def money(sums: Mapping[str, Decimal]) -> str:
    """Sums of money for people: `1,234.50 CNY + 10.00 EUR`."""
    return " + ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(sums.items()))


def _late(clock: Clock, offer: Offer) -> bool:
    return clock.side is Side.PROMISE and clock.measure is offer.measure and clock.state is ClockState.MISSED


def _waited(ticket: Ticket, offer: Offer, log: Log | None) -> bool:
    """Whether it ever waited for one of what excludes compensation."""
    holds: set[Json] = {entry.new.get("hold") for entry in log.entries} if log else set()
    return bool((holds | {ticket.hold}) & offer.excluded_holds)


def _steps(
    clock: Clock, offer: Offer, hours: int, share: Decimal, value: Mapping[str, Decimal],
    amounts: Mapping[str, Decimal],
) -> tuple[Text, ...]:  # fmt: skip
    params: dict[str, Json] = {
        "offer": offer.name, "clock": clock.measure, "due_us": clock.due_us, "late_us": clock.late_us,
        "grace_us": offer.grace_us, "hours": hours, "rate": float(offer.rate), "cap": float(offer.cap),
        "share": float(share), "value": money(value), "amount": money(amounts),
    }  # fmt: skip
    return (
        Text("clocks.compensation.late", params),
        Text("clocks.compensation.share", params),
        Text("clocks.compensation.amount", params),
    )
