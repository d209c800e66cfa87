"""What becomes of a report by an inbound hook: one live ticket per thing, notes when it is reported again or over."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

import msgspec

from api.ownership import Ownership
from api.services import Services
from ingest.nouns import US_PER_MINUTE
from registry.nouns import Role, uuid7
from store.repositories import hooks, ticket_work, tickets
from store.repositories.hooks import Hook, Reported
from store.repositories.records import By
from store.repositories.tickets import RefusedError
from tickets import acting, working
from tickets.clocks.policies import Policy
from tickets.deeds import Deed
from tickets.hooks import HookMapping, Report
from tickets.nouns import Text, Ticket, TicketKind
from tickets.states import Act as Step
from tickets.states import Actor

SAME_US = 10 * US_PER_MINUTE
"""The same words about the same thing within this are the same message, delivered again."""
_OWNED = frozenset({"lot", "customer", "shipment"})
"""Goods and customers: a hook names none of them, for its ticket would be seen by whose they are."""


class Did(StrEnum):
    """What a report did."""

    OPENED = "opened"
    COMMENTED = "commented"
    RESOLVED = "resolved"
    REPEATED = "repeated"
    """Nothing: the same message came before."""
    IGNORED = "ignored"
    """Nothing: it is over, and nobody works on it."""


class Outcome(NamedTuple):
    """What a report did, and to which ticket."""

    did: Did
    ticket: Ticket | None


def mapping_of(hook: Hook) -> HookMapping:
    """How the bodies of a hook are read."""
    return msgspec.convert(hook.mapping, HookMapping)


def received(
    connection: Any, services: Services, ownership: Ownership, hook: Hook, report: Report, digest: str
) -> Outcome:
    """Take a report, in the caller's transaction.

    Args:
        digest: of the body, to tell the same message delivered again.
    """
    now_us = services.now_us()
    last = hooks.reported(connection, hook, report.dedupe)
    if last and last.digest == digest and now_us - last.time_us < SAME_US:
        return Outcome(Did.REPEATED, services.tickets.get(connection, last.ticket_id))
    ticket = _current(connection, services, last.ticket_id) if last else None
    by = By(f"hook:{hook.key}", now_us)
    if report.resolved:
        outcome = _over(connection, services, hook, report, ticket, by)
    elif ticket and ticket.live:
        hooks.note(connection, ticket.id, _words("hooks.repeated", hook, report), by)
        outcome = Outcome(Did.COMMENTED, ticket)
    else:
        draft = _draft(services.policies(connection).at(now_us), ownership, hook, report, by)
        outcome = Outcome(Did.OPENED, tickets.open_by_hand(connection, draft, by))
    if outcome.ticket is not None:
        hooks.keep_report(connection, hook, report.dedupe, Reported(outcome.ticket.id, digest, now_us))
    return outcome


def _over(
    connection: Any, services: Services, hook: Hook, report: Report, ticket: Ticket | None, by: By
) -> Outcome:
    """It is over: noted on the ticket, which is resolved if the hook is made so and the ticket lets it."""
    if ticket is None or not ticket.live:
        return Outcome(Did.IGNORED, ticket)
    hooks.note(connection, ticket.id, _words("hooks.resolved", hook, report), by)
    if hook.resolves != "resolve":
        return Outcome(Did.COMMENTED, ticket)
    actor = Actor(by.principal, Role.ENGINEER)
    decide = partial(
        working.perform, actor=actor, now_us=by.time_us, policy=services.policies(connection).at(by.time_us)
    )
    try:
        resolved = ticket_work.perform(connection, ticket.id, Deed(Step.RESOLVE), None, decide, by)
        return Outcome(Did.RESOLVED, resolved)
    except RefusedError:
        return Outcome(Did.COMMENTED, ticket)


def _current(connection: Any, services: Services, id: str) -> Ticket | None:
    """The ticket, or the one it was merged into."""
    ticket = services.tickets.get(connection, id)
    while ticket and ticket.merged_into:
        ticket = services.tickets.get(connection, ticket.merged_into)
    return ticket


def _draft(policy: Policy, ownership: Ownership, hook: Hook, report: Report, by: By) -> Ticket:
    kind, _, key = report.subject.partition(":")
    known = kind not in _OWNED and (kind == "device" or ownership.exists(kind, key)) and bool(key)
    zone = key if known and kind == "zone" else hook.zone
    subject = report.subject if known else f"zone:{zone}" if zone else f"hook:{hook.key}"
    if hook.customer is not None:
        subject = f"customer:{hook.customer}"
    return acting.draft(
        id=uuid7(by.time_us), kind=TicketKind(hook.kind), words=report.title, description=report.description,
        subject=subject, priority=report.priority, actor=Actor(by.principal, Role.INTEGRATOR), now_us=by.time_us,
        policy=policy, zone=zone,
        place=ownership.place(zone, key if known and kind == "site" else None, (), policy.grades, hook.customer),
        customer=hook.customer,
    )  # fmt: skip


def _words(code: str, hook: Hook, report: Report) -> Text:
    return Text(code, {"hook": hook.name, "words": report.title})
